//! Masks of fields in the query: the same answers through each framework's own router.

use actix_web::test as actix_test;
use http_body_util::BodyExt;
use poem::Endpoint;
use record_http::{BadFields, Fields, Json, KnownFields, Problem};
use record_runtime::{FieldMask, Masked, ZeroAllocJson};
use rocket::local::blocking::Client;
use salvo_core::prelude::Writer;
use serde_json::json;
use tower::ServiceExt;
use warp::Filter;

use crate::wire::{self, Version};

#[derive(Debug, Clone, ZeroAllocJson)]
#[json(field_mask)]
pub(crate) struct Post {
    id: u64,
    title: &'static str,
    user: User,
}

#[derive(Debug, Clone, ZeroAllocJson)]
#[json(field_mask)]
struct User {
    name: &'static str,
    tags: [&'static str; 2],
}

const USER: User = User { name: "Ada", tags: ["a", "b"] };

pub(crate) fn posts(mask: FieldMask<Post>) -> Json<Masked<[Post; 1]>> {
    Json([Post { id: 7, title: "t", user: USER }]).fields(mask)
}

const ALL: &str = r#"[{"id":7,"title":"t","user":{"name":"Ada","tags":["a","b"]}}]"#;

/// Asks a service for paths below `/posts`, where unknown names are an error, and `/known`, where they are not.
/// `ask` returns the status, the content type and the body.
fn check(name: &str, mut ask: impl FnMut(&str) -> (u16, String, String)) {
    let good = [
        ("/posts", ALL),
        ("/posts?", ALL),
        ("/posts?other=1", ALL),
        // Names of parameters have to be the same.
        ("/posts?Fields=nmae&xfields=nmae&fieldsx=nmae&field=nmae", ALL),
        ("/posts?fields=*", ALL),
        ("/posts?fields=id", r#"[{"id":7}]"#),
        ("/posts?a=1&fields=id&b=2", r#"[{"id":7}]"#),
        ("/posts?fields=user(tags),id", r#"[{"id":7,"user":{"tags":["a","b"]}}]"#),
        ("/posts?fields=id,user/name", r#"[{"id":7,"user":{"name":"Ada"}}]"#),
        ("/posts?fields=id%2Cuser%28name%2ctags%29", r#"[{"id":7,"user":{"name":"Ada","tags":["a","b"]}}]"#),
        ("/posts?fields=id,+title,%20user(+name+)", r#"[{"id":7,"title":"t","user":{"name":"Ada"}}]"#),
        ("/posts?%66ields=i%64", r#"[{"id":7}]"#),
        // Repeated parameters are one list.
        ("/posts?fields=id&fields=user(name)", r#"[{"id":7,"user":{"name":"Ada"}}]"#),
        ("/posts?fields=id&x=1&fields=id&fields=title", r#"[{"id":7,"title":"t"}]"#),
        ("/known", ALL),
        ("/known?fields=id,nmae,user(nmae,name),title(x)", r#"[{"id":7,"title":"t","user":{"name":"Ada"}}]"#),
        ("/known?fields=nmae", "[{}]"),
    ];
    for (path, text) in good {
        let (status, content_type, body) = ask(path);
        assert_eq!((status, &*body), (200, text), "{name}: {path}");
        assert!(content_type.starts_with("application/json"), "{name}: {path}: {content_type}");
    }
    let long = format!("/posts?fields=id{}", ",id".repeat(1400));
    let escaped = format!("/posts?fields=id{}", "%2Cid".repeat(1400));
    let repeated = format!("/posts?fields=id{}", "&fields=id".repeat(1400));
    let many = format!("/posts?fields=id{}", ",id".repeat(300));
    let name_expected = "a field's name is expected at byte";
    let bad = [
        ("/posts?fields", format!("{name_expected} 0"), None, 0),
        ("/posts?fields=", format!("{name_expected} 0"), None, 0),
        ("/posts?fields=id&fields=", format!("{name_expected} 3"), None, 3),
        ("/posts?fields=id,,title", format!("{name_expected} 3"), None, 3),
        ("/posts?fields=nmae", "unknown field `nmae` at byte 0".to_owned(), Some("nmae"), 0),
        ("/posts?fields=id,user(nmae)", "unknown field `user/nmae` at byte 8".to_owned(), Some("user/nmae"), 8),
        // The place is one of the decoded text.
        ("/posts?fields=id%2Cuser%28nmae%29", "unknown field `user/nmae` at byte 8".to_owned(), Some("user/nmae"), 8),
        ("/posts?fields=id&fields=n%C3%A4m%22", "unknown field `näm\"` at byte 3".to_owned(), Some("näm\""), 3),
        ("/posts?fields=title(x)", "`title` has no fields to select, at byte 0".to_owned(), None, 0),
        ("/posts?fields=user(name", "a comma or a closing parenthesis is expected at byte 9".to_owned(), None, 9),
        ("/posts?fields=id%FF", "no UTF-8 at byte 2".to_owned(), None, 2),
        (&long, "more than 4096 bytes".to_owned(), None, 4096),
        (&escaped, "more than 4096 bytes".to_owned(), None, 4096),
        (&repeated, "more than 4096 bytes".to_owned(), None, 4096),
        (&many, "more than 256 names at byte 768".to_owned(), None, 768),
        ("/known?fields=id,", format!("{name_expected} 3"), None, 3),
        ("/known?fields=%FF", "no UTF-8 at byte 0".to_owned(), None, 0),
    ];
    for (path, detail, unknown_field, offset) in bad {
        let (status, content_type, body) = ask(path);
        assert_eq!((status, &*content_type), (400, "application/problem+json"), "{name}: {path}: {body}");
        let mut members = json!({
            "title": "A parameter of the query cannot be read", "status": 400, "detail": format!("`fields`: {detail}"),
            "parameter": "fields", "offset": offset,
        });
        if let Some(path) = unknown_field {
            members["unknown_field"] = path.into();
        }
        assert_eq!(serde_json::from_str::<serde_json::Value>(&body).unwrap(), members, "{name}: {path}");
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn http() {
    fn answer<const IGNORE_UNKNOWN: bool>(query: Option<&str>) -> http::Response<record_http::http::JsonBody> {
        match Fields::<Post, IGNORE_UNKNOWN>::of_query(query) {
            Ok(Fields(mask)) => posts(mask).into_http_response(),
            Err(problem) => problem.into_http_response(),
        }
    }
    check("http", |path| {
        let request = http::Request::get(path).body(()).unwrap();
        let query = request.uri().query();
        let response = if request.uri().path() == "/known" { answer::<true>(query) } else { answer::<false>(query) };
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(body.into_bytes().to_vec()).unwrap();
        (parts.status.as_u16(), parts.headers["content-type"].to_str().unwrap().to_owned(), text)
    });
}

#[test]
fn axum() {
    use axum::body::Body;
    use axum::routing::get;
    let router = axum::Router::new()
        .route("/posts", get(async |Fields(mask): Fields<Post>| posts(mask)))
        .route("/known", get(async |Fields(mask): KnownFields<Vec<Post>>| posts(mask)));
    // A nested router sees another path, and the same query.
    let nested = axum::Router::new().nest("/nested", router.clone());
    let runtime = runtime();
    for (name, router, prefix) in [("axum", router, ""), ("axum, nested", nested, "/nested")] {
        check(name, |path| {
            let request = http::Request::get(format!("{prefix}{path}")).body(Body::empty()).unwrap();
            let (parts, body) = runtime.block_on(router.clone().oneshot(request)).unwrap().into_parts();
            let body = runtime.block_on(body.collect()).unwrap().to_bytes();
            let content_type = parts.headers["content-type"].to_str().unwrap().to_owned();
            (parts.status.as_u16(), content_type, String::from_utf8(body.to_vec()).unwrap())
        });
    }
}

#[test]
fn actix() {
    use actix_web::{App, web};
    async fn strict(Fields(mask): Fields<Post>) -> Json<Masked<[Post; 1]>> {
        posts(mask)
    }
    async fn known(Fields(mask): KnownFields<Post>) -> Json<Masked<[Post; 1]>> {
        posts(mask)
    }
    let system = actix_web::rt::System::new();
    let app = App::new().route("/posts", web::get().to(strict)).route("/known", web::get().to(known));
    let app = system.block_on(actix_test::init_service(app));
    check("actix", |path| {
        system.block_on(async {
            let response = actix_test::call_service(&app, actix_test::TestRequest::with_uri(path).to_request()).await;
            let status = response.status().as_u16();
            let content_type = response.headers().get("content-type").unwrap().to_str().unwrap().to_owned();
            (status, content_type, String::from_utf8(actix_test::read_body(response).await.to_vec()).unwrap())
        })
    });
}

#[test]
fn poem() {
    #[poem::handler]
    fn strict(Fields(mask): Fields<Post>) -> Json<Masked<[Post; 1]>> {
        posts(mask)
    }
    #[poem::handler]
    fn known(Fields(mask): KnownFields<Post>) -> Json<Masked<[Post; 1]>> {
        posts(mask)
    }
    let route = poem::Route::new().at("/posts", poem::get(strict)).at("/known", poem::get(known));
    let runtime = runtime();
    check("poem", |path| {
        let request = poem::Request::builder().uri_str(path).finish();
        let response = runtime.block_on(route.get_response(request));
        let status = response.status().as_u16();
        let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
        (status, content_type, runtime.block_on(response.into_body().into_string()).unwrap())
    });
}

#[test]
fn salvo() {
    use salvo_core::http::ReqBody;
    use salvo_core::prelude::{Router, Service, handler};
    #[handler]
    async fn strict(fields: Fields<Post>) -> Json<Masked<[Post; 1]>> {
        posts(fields.0)
    }
    #[handler]
    async fn known(fields: KnownFields<Post>) -> Json<Masked<[Post; 1]>> {
        posts(fields.0)
    }
    let router = Router::new().push(Router::with_path("posts").get(strict)).push(Router::with_path("known").get(known));
    let service = Service::new(router);
    check("salvo", |path| {
        let request = http::Request::get(format!("http://x{path}")).body(ReqBody::None).unwrap();
        let seen = crate::salvo::ask(&service, request);
        let content_type = seen.headers["content-type"].to_str().unwrap().to_owned();
        (seen.status.as_u16(), content_type, String::from_utf8(seen.body).unwrap())
    });
}

type Outcome<const IGNORE_UNKNOWN: bool> = Result<Fields<Post, IGNORE_UNKNOWN>, Problem<BadFields>>;

#[rocket::get("/posts")]
fn rocket_strict(fields: Fields<Post>) -> Json<Masked<[Post; 1]>> {
    posts(fields.0)
}

#[rocket::get("/known")]
fn rocket_known(fields: KnownFields<Post>) -> Json<Masked<[Post; 1]>> {
    posts(fields.0)
}

#[rocket::get("/posts")]
fn rocket_strict_outcome(fields: Outcome<false>) -> Result<Json<Masked<[Post; 1]>>, Problem<BadFields>> {
    Ok(posts(fields?.0))
}

#[rocket::get("/known")]
fn rocket_known_outcome(fields: Outcome<true>) -> Result<Json<Masked<[Post; 1]>>, Problem<BadFields>> {
    Ok(posts(fields?.0))
}

#[rocket::get("/number?<n>")]
fn rocket_number(n: Result<u8, rocket::form::Errors<'_>>) -> Result<String, rocket::http::Status> {
    n.map(|n| n.to_string()).map_err(|_| rocket::http::Status::BadRequest)
}

#[test]
fn rocket() {
    let by_catcher = crate::rocket::silent()
        .mount("/", rocket::routes![rocket_strict, rocket_known, rocket_number])
        .register("/", [record_http::rocket::problem_catcher()]);
    let by_handler = crate::rocket::silent().mount("/", rocket::routes![rocket_strict_outcome, rocket_known_outcome]);
    let ask = |client: &Client, path: &str| {
        let response = client.get(path).dispatch();
        let (status, content_type) = (response.status().code, response.headers().get_one("content-type").unwrap());
        (status, content_type.to_owned(), response.into_string().unwrap_or_default())
    };
    let client = Client::untracked(by_catcher).unwrap();
    check("rocket, by its catcher", |path| ask(&client, path));
    // Other bad requests have no problem of a query.
    let other = ask(&client, "/number?n=x");
    assert_eq!(other, (400, "application/problem+json".to_owned(), r#"{"status":400}"#.to_owned()));
    let client = Client::untracked(by_handler).unwrap();
    check("rocket, by the handler", |path| ask(&client, path));
}

#[test]
fn warp() {
    let strict =
        warp::path("posts").and(record_http::warp::fields::<Post>()).map(|fields: Fields<Post>| posts(fields.0));
    let known = warp::path("known").and(record_http::warp::known_fields::<Post>());
    let known = known.map(|fields: KnownFields<Post>| posts(fields.0));
    let problem = warp::path("gone").and_then(async || Err::<String, _>(warp::reject::custom(Problem::new(410))));
    let other = warp::path("other").and(warp::query::<std::collections::HashMap<String, u8>>()).map(|_| "a map");
    let app = strict.or(known).or(problem).or(other).recover(record_http::warp::problems);
    let runtime = runtime();
    let ask = |path: &str| {
        let response = runtime.block_on(warp::test::request().path(path).reply(&app));
        let content_type = response.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
        let text = String::from_utf8(response.body().to_vec()).unwrap();
        (response.status().as_u16(), content_type.unwrap_or_default(), text)
    };
    check("warp", ask);
    assert_eq!(ask("/gone"), (410, "application/problem+json".to_owned(), r#"{"status":410}"#.to_owned()));
    // Rejections of warp's own stay.
    assert_eq!((ask("/other?a=x").0, ask("/nowhere").0), (400, 404));
}

#[test]
fn ntex() {
    use ntex::web::{self, App};
    async fn strict(Fields(mask): Fields<Post>) -> Json<Masked<[Post; 1]>> {
        posts(mask)
    }
    async fn known(Fields(mask): KnownFields<Post>) -> Json<Masked<[Post; 1]>> {
        posts(mask)
    }
    let address =
        crate::ntex::serve!(App::new().route("/posts", web::get().to(strict)).route("/known", web::get().to(known)));
    check("ntex", |path| {
        let answer = wire::ask(address, Version::Http11, &[("GET", path)]).remove(0);
        (answer.status, answer.header("content-type").unwrap(), answer.text().to_owned())
    });
}

/// Only here can a `%` stand alone, since some frameworks refuse such an address.
#[test]
fn escapes_that_are_none_stand_for_themselves() {
    for (query, field) in [("fields=%", "%"), ("fields=%4", "%4"), ("fields=%zz", "%zz"), ("fields=%%34", "%4")] {
        let problem = Fields::<Post>::of_query(Some(query)).expect_err("no such field");
        assert_eq!(problem.extensions().unknown_field.as_deref(), Some(field), "{query}");
    }
}
