//! Problem details: serde's text of the same members, through each framework, as a response and as a handler's error.

use std::collections::BTreeMap;
use std::fmt::Debug;

use http_body_util::BodyExt;
use poem::Endpoint;
use record_http::{Json, Problem};
use record_runtime::ZeroAllocJson;
use serde::Serialize;
use tower::ServiceExt;

use crate::values::{Broken, Random};

/// The same members by serde.
#[derive(Serialize)]
struct Members<T> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    #[serde(flatten)]
    extensions: T,
}

#[derive(Debug, Clone, Serialize, ZeroAllocJson)]
struct Balance {
    balance: u32,
    accounts: Vec<String>,
}

fn compare<T: ZeroAllocJson + Serialize + Clone + Debug>(random: &mut Random, extensions: &T) {
    let status = random.of(&[400, 403, 404, 499, 500, 503, 599]);
    let mut problem = Problem::new(status).with(extensions.clone());
    let mut members =
        Members { kind: None, title: None, status, detail: None, instance: None, extensions: extensions.clone() };
    let words = ["", "about:blank", "\"quoted\" \n", "Ü", "https://example.com/x"];
    if random.below(2) == 0 {
        let word = random.of(&words);
        (problem, members.kind) = (problem.kind(word), Some(word.to_owned()));
    }
    if random.below(2) == 0 {
        let word = random.of(&words);
        (problem, members.title) = (problem.title(word.to_owned()), Some(word.to_owned()));
    }
    if random.below(2) == 0 {
        let word = random.of(&words);
        (problem, members.detail) = (problem.detail(word), Some(word.to_owned()));
    }
    if random.below(2) == 0 {
        let word = random.of(&words);
        (problem, members.instance) = (problem.instance(word), Some(word.to_owned()));
    }
    let response = problem.into_http_response();
    assert_eq!(response.status().as_u16(), status);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let text = serde_json::to_string(&members).unwrap();
    assert_eq!(String::from_utf8(response.into_body().into_bytes().to_vec()).unwrap(), text);
}

#[test]
fn the_text_is_that_of_the_members() {
    for round in 0..100 {
        let mut random = Random::seeded("RECORD_PROBLEMS_SEED", &round.to_string());
        compare(&mut random, &());
        let balance = Balance { balance: 30, accounts: vec!["/account/1".to_owned(), "ü".to_owned()] };
        compare(&mut random, &balance);
        compare(&mut random, &Some(balance.clone()));
        compare(&mut random, &None::<Balance>);
        compare(&mut random, &BTreeMap::from([("a", 1), ("\"", 2)]));
        compare(&mut random, &BTreeMap::<String, Balance>::new());
        compare(&mut random, &BTreeMap::from([(7, Box::new(balance))]));
    }
}

#[test]
fn statuses_are_those_of_errors() {
    for (given, status) in [(0, 500), (99, 500), (200, 500), (204, 500), (304, 500), (400, 400), (599, 599), (600, 500)]
    {
        assert_eq!(Problem::new(given).status(), status);
    }
    assert_eq!(Problem::new(u16::MAX).title("T").detail("d").to_string(), "500 T: d");
    assert_eq!(Problem::new(404).detail("d").to_string(), "404: d");
}

fn problem() -> Problem<Balance> {
    Problem::new(403).title("No credit").with(Balance { balance: 30, accounts: Vec::new() })
}

const TEXT: &[u8] = br#"{"title":"No credit","status":403,"balance":30,"accounts":[]}"#;

/// An error of a service's own.
#[derive(Debug)]
struct NotFound;

impl From<NotFound> for Problem {
    fn from(_: NotFound) -> Self {
        Self::new(404)
    }
}

#[derive(Debug, ZeroAllocJson)]
struct Breaks {
    broken: Broken,
}

/// (path, status, content type, body)
fn expected() -> [(&'static str, u16, &'static str, &'static [u8]); 5] {
    let failure = br#"{"error":"the response could not be written"}"#;
    [
        ("/responder", 403, "application/problem+json", TEXT),
        ("/error", 403, "application/problem+json", TEXT),
        ("/question", 404, "application/problem+json", br#"{"status":404}"#),
        ("/broken", 500, "application/json", failure),
        ("/no-object", 500, "application/json", failure),
    ]
}

fn asked<T, E>(result: Result<T, NotFound>) -> Result<T, E>
where
    E: From<Problem>,
{
    result.map_err(Problem::from).map_err(E::from)
}

fn broken() -> Problem<Breaks> {
    Problem::new(404).with(Breaks { broken: Broken })
}

#[test]
fn axum() {
    use axum::body::Body;
    use axum::routing::get;
    let router = axum::Router::new()
        .route("/responder", get(async || problem()))
        .route("/error", get(async || Err::<(), _>(problem())))
        .route("/question", get(async || Ok::<_, Problem>(Json(asked::<u32, Problem>(Err(NotFound))?))))
        .route("/broken", get(async || Err::<(), _>(broken())))
        .route("/no-object", get(async || Err::<(), _>(Problem::new(400).with(7))));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (path, status, content_type, body) in expected() {
        let request = http::Request::get(path).body(Body::empty()).unwrap();
        let response = runtime.block_on(router.clone().oneshot(request)).unwrap();
        assert_eq!((response.status().as_u16(), path), (status, path));
        assert_eq!(response.headers()["content-type"], content_type);
        assert_eq!(runtime.block_on(response.into_body().collect()).unwrap().to_bytes(), body);
    }
}

#[test]
fn poem() {
    #[poem::handler]
    fn responder() -> Problem<Balance> {
        problem()
    }
    #[poem::handler]
    fn error() -> Result<(), Problem<Balance>> {
        Err(problem())
    }
    #[poem::handler]
    fn question() -> poem::Result<Json<u32>> {
        Ok(Json(asked::<u32, poem::Error>(Err(NotFound))?))
    }
    #[poem::handler]
    fn broken_one() -> Result<(), Problem<Breaks>> {
        Err(broken())
    }
    #[poem::handler]
    fn no_object() -> Result<(), Problem<u32>> {
        Err(Problem::new(400).with(7))
    }
    let route = poem::Route::new()
        .at("/responder", poem::get(responder))
        .at("/error", poem::get(error))
        .at("/question", poem::get(question))
        .at("/broken", poem::get(broken_one))
        .at("/no-object", poem::get(no_object));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (path, status, content_type, body) in expected() {
        let request = poem::Request::builder().uri_str(path).finish();
        let response = runtime.block_on(route.get_response(request));
        assert_eq!((response.status().as_u16(), path), (status, path));
        assert_eq!(response.headers()["content-type"], content_type);
        assert_eq!(runtime.block_on(response.into_body().into_vec()).unwrap(), body);
    }
}

#[test]
fn actix() {
    use actix_web::{App, test as actix_test, web};
    actix_web::rt::System::new().block_on(async {
        let app = App::new()
            .route("/responder", web::get().to(async || problem()))
            .route("/error", web::get().to(async || Err::<Json<u32>, _>(problem())))
            .route(
                "/question",
                web::get().to(async || Ok::<_, actix_web::Error>(Json(asked::<u32, actix_web::Error>(Err(NotFound))?))),
            )
            .route("/broken", web::get().to(async || Err::<Json<u32>, _>(broken())))
            .route("/no-object", web::get().to(async || Err::<Json<u32>, _>(Problem::new(400).with(7))));
        let app = actix_test::init_service(app).await;
        for (path, status, content_type, body) in expected() {
            let request = actix_test::TestRequest::with_uri(path).to_request();
            let response = actix_test::call_service(&app, request).await;
            assert_eq!((response.status().as_u16(), path), (status, path));
            assert_eq!(response.headers().get("content-type").unwrap(), content_type);
            assert_eq!(actix_test::read_body(response).await, body);
        }
    });
}
