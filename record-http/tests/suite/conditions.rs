//! Versioned responses: by a model of RFC 9110, section 13, for generated requests, through each framework's router.

use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::test as actix_test;
use actix_web::{App, web};
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use poem::Endpoint;
use record_http::axum::RecycleHeaders;
use record_http::{Conditional, Conditions, Json, JsonRef, RawJson};
use tower::ServiceExt;

use crate::values::{Order, Random, Unwritable};

/// The time of the last change, which is no whole second.
fn changed() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(784_111_777_500)
}

const CHANGED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

/// The forms of versioned responses, by name.
const FORMS: [&str; 9] =
    ["etag", "strong", "time", "both", "ref", "raw", "large", "unwritable", "unwritable-with-time"];

fn answer(form: &str, conditions: Conditions) -> Conditional {
    let order = Order::example(7, 3);
    match form {
        "etag" => Json(order).etag().answer(conditions),
        "strong" => Json(order).last_modified(changed()).strong_etag().answer(conditions),
        "time" => Json(order).last_modified(changed()).answer(conditions),
        "both" => Json(order).etag().last_modified(changed()).answer(conditions),
        "ref" => JsonRef(&order).etag().answer(conditions),
        "raw" => RawJson::new("{\"raw\":1}").etag().answer(conditions),
        "large" => Json(Order::example(7, 3_000)).etag().answer(conditions),
        "unwritable" => Json(Unwritable::example()).etag().answer(conditions),
        "unwritable-with-time" => Json(Unwritable::example()).last_modified(changed()).answer(conditions),
        form => panic!("no form {form}"),
    }
}

/// A response as a client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    status: u16,
    etag: Option<String>,
    last_modified: Option<String>,
    content_type: Option<String>,
    body: Vec<u8>,
}

/// Another way to read a list of tags: cut at each comma outside of quotes; each element is nothing or a tag.
fn names(field: &str, opaque: Option<&str>) -> bool {
    let space: &[char] = &[' ', '\t'];
    if field.trim_matches(space) == "*" {
        return true;
    }
    let mut is_quoted = false;
    let elements = field.split(|char| {
        is_quoted ^= char == '"';
        char == ',' && !is_quoted
    });
    let mut tags = Vec::new();
    for element in elements.map(|element| element.trim_matches(space)).filter(|element| !element.is_empty()) {
        let quoted = element.strip_prefix("W/").unwrap_or(element);
        let Some(tag) = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return false };
        if tag.chars().any(|char| char == '"' || char <= ' ' || char == '\x7F') {
            return false;
        }
        tags.push(tag);
    }
    opaque.is_some_and(|opaque| tags.contains(&opaque))
}

/// The answer by RFC 9110 to a request; the response without conditions is given.
fn expected(whole: &Seen, method: &str, fields: &[(&str, String)]) -> Seen {
    let values = |wanted: &str| -> Vec<&str> {
        fields.iter().filter(|(name, _)| *name == wanted).map(|(_, value)| value.as_str()).collect()
    };
    let opaque = whole.etag.as_deref().map(|tag| tag.trim_start_matches("W/").trim_matches('"'));
    let tags = values("if-none-match");
    let is_unchanged = if whole.status != 200 || !matches!(method, "GET" | "HEAD") {
        false
    } else if !tags.is_empty() {
        names(&tags.join(","), opaque)
    } else {
        let unchanged = [CHANGED, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", LATER];
        matches!(values("if-modified-since")[..], [date] if unchanged.contains(&date) && whole.last_modified.is_some())
    };
    let mut seen = whole.clone();
    if is_unchanged {
        let last_modified = seen.last_modified.filter(|_| seen.etag.is_none());
        seen = Seen { status: 304, body: Vec::new(), content_type: None, last_modified, ..seen };
    }
    if method == "HEAD" {
        seen.body.clear();
    }
    seen
}

const LATER: &str = "Mon, 07 Nov 1994 00:00:00 GMT";
const EARLIER: &str = "Sun, 06 Nov 1994 08:49:36 GMT";

/// A list of tags, well-formed or nearly so, which often has the right one.
fn list(random: &mut Random, tag: &str) -> String {
    let mut list = String::new();
    for n in 0..random.below(5) {
        if n > 0 {
            list.push_str(random.of(&[",", ", ", " ,\t", ",,", ", ,"]));
        }
        let digits = tag.trim_start_matches("W/").trim_matches('"');
        match random.below(9) {
            0 | 1 => list.push_str(tag),
            2 => write!(list, "W/\"{digits}\"").unwrap(),
            3 => write!(list, "\"{digits}\"").unwrap(),
            // Nearly.
            4 => write!(list, "\"{digits}0\"").unwrap(),
            5 => write!(list, "\"{},{digits}\"", random.below(9)).unwrap(),
            6 => list
                .push_str(random.of(&["\"\"", "*", "W/\"\"", "\"a\\\"", "w/\"a\"", "abc", "\"a b\"", "\"ä\"", "W/"])),
            _ => {
                let random_tag: String =
                    (0..random.below(6)).map(|_| random.of(&['!', '#', ',', '~', 'a', '/'])).collect();
                write!(list, "\"{random_tag}\"").unwrap();
            }
        }
    }
    // Now and then, a character too much or one too few.
    if random.below(4) == 0 && !list.is_empty() {
        let places: Vec<usize> = list.char_indices().map(|(place, _)| place).collect();
        let place = random.of(&places);
        if random.below(2) == 0 {
            list.remove(place);
        } else {
            list.insert(place, random.of(&['"', ',', ' ', 'W', '/', '*', '\t']));
        }
    }
    // A field begins and ends without space; a parser of HTTP takes it away.
    list.trim_matches([' ', '\t']).to_owned()
}

fn fields(random: &mut Random, tag: &str) -> Vec<(&'static str, String)> {
    let mut fields = Vec::new();
    for _ in 0..random.of(&[0, 0, 1, 1, 1, 2, 3]) {
        fields.push(("if-none-match", if random.below(8) == 0 { "*".to_owned() } else { list(random, tag) }));
    }
    for _ in 0..random.of(&[0, 1, 1, 1, 2]) {
        let dates = [
            CHANGED,
            EARLIER,
            LATER,
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "",
            "yesterday",
            "784111777",
            "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
        ];
        fields.push(("if-modified-since", random.of(&dates).to_owned()));
    }
    fields
}

/// Cases that are interesting for certain, and random ones.
fn cases(form: &str, whole: &Seen) -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let tag = whole.etag.clone().unwrap_or_else(|| "\"none\"".to_owned());
    let mut cases = vec![("GET", vec![]), ("HEAD", vec![]), ("GET", vec![("if-none-match", "*".to_owned())])];
    // The tag alone decides, whatever the date says.
    for date in [EARLIER, LATER] {
        for tag in [tag.as_str(), "\"other\""] {
            cases.push(("GET", vec![("if-modified-since", date.to_owned()), ("if-none-match", tag.to_owned())]));
        }
    }
    let mut random = Random::seeded("RECORD_CONDITIONS_SEED", form);
    cases.extend((0..300).map(|_| (random.of(&["GET", "GET", "HEAD", "POST"]), fields(&mut random, &tag))));
    cases
}

/// Asks one service for each form in every case, and compares with the model; the methods are those that it routes.
fn compare(name: &str, mut ask: impl FnMut(&str, &str, &[(&str, String)]) -> Seen) {
    let mut counts = [0, 0, 0];
    for form in FORMS {
        let whole = ask(form, "GET", &[]);
        assert_eq!(whole.status, if form.starts_with("unwritable") { 500 } else { 200 }, "{name} {form}");
        assert!(!whole.body.is_empty());
        let has_time = matches!(form, "strong" | "time" | "both");
        assert_eq!(whole.last_modified.as_deref(), has_time.then_some(CHANGED), "{name} {form}");
        let has_tag = whole.status == 200 && form != "time";
        assert_eq!(whole.etag.is_some(), has_tag, "{name} {form}");
        assert!(whole.etag.iter().all(|tag| tag.starts_with("W/\"") == (form != "strong")), "{whole:?}");
        for (method, fields) in cases(form, &whole) {
            let seen = ask(form, method, &fields);
            assert_eq!(seen, expected(&whole, method, &fields), "{name} {form} {method} {fields:?}");
            counts[[200, 304, 500].iter().position(|&status| status == seen.status).unwrap()] += 1;
        }
    }
    // The cases are not all of one kind.
    assert!(counts.iter().all(|&count| count > 200), "{name}: {counts:?}");
}

fn seen_of(parts: &http::response::Parts, body: Vec<u8>) -> Seen {
    let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    Seen {
        status: parts.status.as_u16(),
        etag: header("etag"),
        last_modified: header("last-modified"),
        content_type: header("content-type"),
        body,
    }
}

fn request<B>(form: &str, method: &str, fields: &[(&str, String)], body: B) -> http::Request<B> {
    let request = http::Request::builder().method(method).uri(format!("/{form}"));
    // Also those that are no ASCII.
    let value = |value: &String| http::HeaderValue::from_bytes(value.as_bytes()).unwrap();
    fields.iter().fold(request, |request, (name, text)| request.header(*name, value(text))).body(body).unwrap()
}

#[test]
fn without_a_framework() {
    compare("none", |form, method, fields| {
        let fields = fields.iter().map(|(name, value)| (*name, value.as_bytes()));
        let response = answer(form, Conditions::of_fields(method, fields));
        let is_head = method == "HEAD";
        Seen {
            status: response.status(),
            etag: response.etag().map(str::to_owned),
            last_modified: response.last_modified().map(str::to_owned),
            content_type: (response.status() != 304).then(|| "application/json".to_owned()),
            body: if is_head { Vec::new() } else { response.text().to_vec() },
        }
    });
}

#[test]
fn http() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    compare("http", |form, method, fields| {
        let request = request(form, method, fields, ());
        let conditions = Conditions::of(request.method(), request.headers());
        let (parts, body) = answer(form, conditions).into_http_response().into_parts();
        let mut body = runtime.block_on(body.collect()).unwrap().to_bytes().to_vec();
        if method == "HEAD" {
            body.clear();
        }
        seen_of(&parts, body)
    });
}

#[test]
fn axum() {
    use axum::extract::Path;
    use axum::routing::get;
    async fn handler(Path(form): Path<String>, conditions: Conditions, _: RecycleHeaders) -> Conditional {
        answer(&form, conditions)
    }
    let router = axum::Router::new().route("/{form}", get(handler).post(handler));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    compare("axum", |form, method, fields| {
        let request: Request<Body> = request(form, method, fields, Body::empty());
        runtime.block_on(async {
            let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
            seen_of(&parts, axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec())
        })
    });
}

#[test]
fn poem() {
    #[poem::handler]
    fn handler(poem::web::Path(form): poem::web::Path<String>, conditions: Conditions) -> Conditional {
        answer(&form, conditions)
    }
    let route = poem::Route::new().at("/:form", poem::get(handler).post(handler));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    compare("poem", |form, method, fields| {
        let (parts, ()) = request(form, method, fields, ()).into_parts();
        let mut request = poem::Request::builder().method(parts.method).uri(parts.uri).finish();
        *request.headers_mut() = parts.headers;
        runtime.block_on(async {
            let (parts, body) = route.get_response(request).await.into_parts();
            let http = http::Response::builder().status(parts.status).body(()).unwrap();
            let mut http = http.into_parts().0;
            http.headers = parts.headers;
            let mut seen = seen_of(&http, body.into_vec().await.unwrap());
            let content_type = seen.content_type.as_deref().map(|text| text.trim_end_matches("; charset=utf-8"));
            seen.content_type = content_type.map(str::to_owned);
            seen
        })
    });
}

#[test]
fn salvo() {
    use salvo_core::http::ReqBody;
    use salvo_core::prelude::{Request, Router, Service, Writer, handler};
    #[handler]
    async fn versioned(request: &mut Request, conditions: Conditions) -> Conditional {
        answer(&request.param::<String>("form").unwrap(), conditions)
    }
    let service = Service::new(Router::with_path("{form}").goal(versioned));
    compare("salvo", |form, method, fields| {
        let mut request = request(form, method, fields, ReqBody::None);
        *request.uri_mut() = format!("http://x/{form}").parse().unwrap();
        let seen = crate::salvo::ask(&service, request);
        let mut parts = http::Response::new(()).into_parts().0;
        (parts.status, parts.headers) = (seen.status, seen.headers);
        let mut seen = seen_of(&parts, seen.body);
        let content_type = seen.content_type.as_deref().map(|text| text.trim_end_matches("; charset=utf-8"));
        seen.content_type = content_type.map(str::to_owned);
        seen
    });
}

/// By the extractor, and as a responder that sees the request itself.
#[test]
fn actix() {
    actix_web::rt::System::new().block_on(async {
        async fn handler(form: web::Path<String>, conditions: Conditions) -> Conditional {
            answer(&form, conditions)
        }
        let app = App::new()
            .route("/responder", web::route().to(async || Json(Order::example(7, 3)).etag().last_modified(changed())))
            .route("/{form}", web::route().to(handler));
        let app = actix_test::init_service(app).await;
        let ask = async |form: &str, method: &str, fields: &[(&str, String)]| {
            let method = actix_web::http::Method::from_bytes(method.as_bytes()).unwrap();
            let is_head = method == "HEAD";
            let mut request = actix_test::TestRequest::with_uri(&format!("/{form}")).method(method);
            for (name, value) in fields {
                let value = actix_web::http::header::HeaderValue::from_bytes(value.as_bytes()).unwrap();
                request = request.append_header((*name, value));
            }
            let response = actix_test::call_service(&app, request.to_request()).await.map_into_boxed_body();
            let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            let (etag, last_modified) = (header("etag"), header("last-modified"));
            let (status, content_type) = (response.status().as_u16(), header("content-type"));
            let body = actix_web::body::to_bytes(response.into_body()).await.unwrap().to_vec();
            // The server leaves it out, which is not here.
            let body = if is_head { Vec::new() } else { body };
            Seen { status, etag, last_modified, content_type, body }
        };
        let runtime = tokio::runtime::Handle::current();
        let ask = |form: &str, method: &str, fields: &[(&str, String)]| {
            let asked = ask(form, method, fields);
            tokio::pin!(asked);
            let _entered = runtime.enter();
            // Nothing of it waits.
            let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
            match Future::poll(asked, &mut cx) {
                std::task::Poll::Ready(seen) => seen,
                std::task::Poll::Pending => panic!("a handler waits"),
            }
        };
        compare("actix", ask);
        compare("actix, responder", |form, method, fields| {
            ask(if form == "both" { "responder" } else { form }, method, fields)
        });
    });
}

/// A middleware that compresses leaves the tag, which is weak for that reason; a 304 goes through it.
#[test]
fn behind_compression() {
    use axum::routing::get;
    let handler = async |conditions: Conditions| Json(Order::example(7, 30)).etag().answer(conditions);
    let layer = tower_http::compression::CompressionLayer::new();
    let router = axum::Router::new().route("/", get(handler)).layer(layer);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let ask = |coding: &str, tag: &str| {
        let fields = [("accept-encoding", coding.to_owned()), ("if-none-match", tag.to_owned())];
        runtime.block_on(router.clone().oneshot(request("", "GET", &fields, Body::empty()))).unwrap()
    };
    let tags = ["identity", "gzip"].map(|coding| {
        let whole = ask(coding, "\"none\"");
        assert_eq!(whole.headers().contains_key("content-encoding"), coding == "gzip");
        whole.headers()["etag"].to_str().unwrap().to_owned()
    });
    assert_eq!(tags[0], tags[1]);
    for coding in ["identity", "gzip"] {
        let fresh = ask(coding, &tags[0]);
        assert_eq!((fresh.status().as_u16(), fresh.headers().get("content-encoding")), (304, None));
        assert_eq!(fresh.headers()["etag"], tags[0].as_str());
    }
}

/// Two texts have two tags, the same text the same one, in whatever way it is sent.
#[test]
fn the_tag_is_that_of_the_text() {
    let none = Conditions::default;
    let tag = |conditional: Conditional| conditional.etag().unwrap().to_owned();
    assert_eq!(tag(Json([1, 2]).etag().answer(none())), tag(RawJson::new("[1,2]").etag().answer(none())));
    assert_eq!(
        tag(Json([1, 2]).etag().answer(none())),
        format!("W/{}", tag(Json([1, 2]).strong_etag().answer(none())))
    );
    let tags: std::collections::HashSet<String> = (0..1000).map(|n| tag(Json(n).etag().answer(none()))).collect();
    assert_eq!(tags.len(), 1000);
    // It stays, since clients keep it: XXH3 with 128 bits and without a seed, of which this is the published vector.
    assert_eq!(tag(RawJson::new("").etag().answer(none())), "W/\"99aa06d3014798d86001c324468d497f\"");
}

/// Times that no date can say.
#[test]
fn times_beyond_dates() {
    let none = Conditions::default;
    let before = Json(1).last_modified(UNIX_EPOCH - Duration::from_secs(1)).answer(none());
    assert_eq!(before.last_modified(), Some("Thu, 01 Jan 1970 00:00:00 GMT"));
    let start = SystemTime::now() - Duration::from_secs(1);
    // The year 11,000.
    let future = Json(1).last_modified(UNIX_EPOCH + Duration::from_secs(9_030 * 365 * 86_400)).answer(none());
    let sent = httpdate(future.last_modified().unwrap());
    assert!(start <= sent && sent <= SystemTime::now(), "{future:?}");
}

fn httpdate(text: &str) -> SystemTime {
    httpdate::parse_http_date(text).unwrap()
}

/// By a server, over sockets.
fn compare_server(name: &str, address: std::net::SocketAddr) {
    compare(name, |form, method, fields| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let version = crate::wire::Version::Http11;
        let answer = crate::wire::ask_with(address, version, &[(method, &format!("/{form}"))], &fields).remove(0);
        Seen {
            status: answer.status,
            etag: answer.header("etag"),
            last_modified: answer.header("last-modified"),
            content_type: answer.header("content-type"),
            body: answer.body,
        }
    });
}

#[test]
fn rocket() {
    #[rocket::get("/<form>")]
    fn asked(form: &str, conditions: Conditions) -> Conditional {
        answer(form, conditions)
    }
    #[rocket::post("/<form>")]
    fn posted(form: &str, conditions: Conditions) -> Conditional {
        answer(form, conditions)
    }
    let rocket = crate::rocket::silent().mount("/", rocket::routes![asked, posted]);
    compare_server("rocket", crate::rocket::serve(rocket));
}

#[test]
fn warp() {
    use warp::Filter;
    let filter = warp::path!(String).and(record_http::warp::conditions());
    let filter = filter.map(|form: String, conditions| answer(&form, conditions));
    compare_server("warp", crate::warp::serve(filter));
}

#[test]
fn ntex() {
    use ntex::web::{App, route, types::Path};
    async fn handler(form: Path<String>, conditions: Conditions) -> Conditional {
        answer(&form, conditions)
    }
    compare_server("ntex", crate::ntex::serve!(App::new().route("/{form}", route().to(handler))));
}
