//! axum: the same response as its own `Json`, header for header.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Path;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use record_http::axum::RecycleHeaders;
use record_http::{Json, JsonArray, JsonLines, JsonRef, RawJson};
use tower::ServiceExt;

use crate::values::{Order, Unwritable};

/// The response as a client sees it.
#[derive(Debug, PartialEq)]
struct Seen {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

fn see(router: &Router, request: Request<Body>) -> Seen {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Seen { status: parts.status, headers: parts.headers, body }
    })
}

fn request(method: Method, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
}

fn get_of(router: &Router, path: &str) -> Seen {
    see(router, request(Method::GET, path))
}

/// Both on the same routes: `/ours/…` and `/theirs/…`.
fn compared() -> Router {
    Router::new()
        .route("/ours/plain/{lines}", get(async |Path(lines)| Json(Order::example(7, lines))))
        .route("/theirs/plain/{lines}", get(async |Path(lines)| axum::Json(Order::example(7, lines))))
        .route("/ours/status/{lines}", get(async |Path(n)| (StatusCode::CREATED, Json(Order::example(7, n)))))
        .route("/theirs/status/{lines}", get(async |Path(n)| (StatusCode::CREATED, axum::Json(Order::example(7, n)))))
        .route("/ours/headers/{lines}", get(async |Path(n)| ([(header::ETAG, "x")], Json(Order::example(7, n)))))
        .route(
            "/theirs/headers/{lines}",
            get(async |Path(n)| ([(header::ETAG, "x")], axum::Json(Order::example(7, n)))),
        )
        .route("/ours/type/{lines}", get(async |Path(n)| typed(Json(Order::example(7, n)))))
        .route("/theirs/type/{lines}", get(async |Path(n)| typed(axum::Json(Order::example(7, n)))))
        .route("/ours/result/{lines}", get(async |Path(n)| failing(Json(Order::example(7, n)))))
        .route("/theirs/result/{lines}", get(async |Path(n)| failing(axum::Json(Order::example(7, n)))))
        .route("/ours/recycled/{lines}", get(async |Path(n), _: RecycleHeaders| Json(Order::example(7, n))))
        .route("/theirs/recycled/{lines}", get(async |Path(n)| axum::Json(Order::example(7, n))))
}

fn typed(json: impl IntoResponse) -> Response {
    (StatusCode::ACCEPTED, [(header::CONTENT_TYPE, "application/problem+json")], json).into_response()
}

fn failing<T>(json: T) -> Result<(), (StatusCode, T)> {
    Err((StatusCode::CONFLICT, json))
}

#[test]
fn the_same_response_as_axums_json() {
    let router = compared();
    // Bodies that are copied and bodies that are not, growing and shrinking.
    for lines in [0, 1, 30, 500, 600, 5000, 3, 2000] {
        for form in ["plain", "status", "headers", "type", "result", "recycled"] {
            for method in [Method::GET, Method::HEAD] {
                let [ours, theirs] = ["ours", "theirs"]
                    .map(|side| see(&router, request(method.clone(), &format!("/{side}/{form}/{lines}"))));
                assert_eq!(ours, theirs, "{method} {form} {lines}");
                assert_eq!(ours.body.is_empty(), method == Method::HEAD);
                assert!(ours.headers.contains_key(header::CONTENT_LENGTH));
            }
        }
    }
}

#[test]
fn a_value_that_cannot_be_written_is_a_500_and_its_cause_is_logged() {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);
    impl Write for Log {
        fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(text);
            Ok(text.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let router = Router::new()
        .route("/", get(async || Json(Unwritable::example())))
        .route("/created", get(async || (StatusCode::CREATED, Json(Unwritable::example()))))
        .route("/fine", get(async || Json(1)));
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let seen = tracing::subscriber::with_default(subscriber, || get_of(&router, "/"));
    assert_eq!(seen.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(seen.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(seen.headers[header::CONTENT_LENGTH], seen.body.len().to_string());
    let body: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(body, serde_json::json!({ "error": "the response could not be written" }));
    if cfg!(feature = "tracing") {
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(log.contains("ERROR") && log.contains("Unwritable") && log.contains("broken on purpose"), "{log}");
        assert!(!log.contains("secret"));
    }
    // As axum does it, a status set by the handler wins; the body still says what happened.
    assert_eq!(get_of(&router, "/created").body, seen.body);
    assert_eq!(get_of(&router, "/fine").body, b"1");
}

#[test]
fn borrowed_and_raw() {
    let shared = Arc::new(Order::example(1, 2));
    let text = record_runtime::to_vec(&*shared);
    let router = Router::new()
        .route("/ref", get(async move || JsonRef(&*shared).into_response()))
        .route("/raw", get(async || RawJson::new("{\"cached\":true}")));
    assert_eq!(get_of(&router, "/ref").body, text);
    let raw = get_of(&router, "/raw");
    assert_eq!((raw.status, raw.body.as_slice()), (StatusCode::OK, &b"{\"cached\":true}"[..]));
    assert_eq!(raw.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(raw.headers[header::CONTENT_LENGTH], "15");
}

#[test]
fn streamed() {
    let router = Router::new()
        .route("/lines", get(async || JsonLines::new(0..3)))
        .route("/array", get(async || JsonArray::new(["a", "b"])));
    let lines = get_of(&router, "/lines");
    assert_eq!(lines.body, b"0\n1\n2\n");
    assert_eq!(lines.headers[header::CONTENT_TYPE], "application/x-ndjson");
    assert!(!lines.headers.contains_key(header::CONTENT_LENGTH));
    let array = get_of(&router, "/array");
    assert_eq!(array.body, b"[\"a\",\"b\"]");
    assert_eq!(array.headers[header::CONTENT_TYPE], "application/json");
    assert!(see(&router, request(Method::HEAD, "/lines")).body.is_empty());
}

/// Nothing of a request's headers is in a response that is made of its map.
#[test]
fn recycled_headers_are_empty() {
    let router = Router::new()
        .route("/", get(async |headers: HeaderMap, _: RecycleHeaders| Json(headers.len())))
        .route("/after", get(async |_: RecycleHeaders, headers: HeaderMap| Json(headers.len())));
    for round in 0..50 {
        let mut request = request(Method::GET, "/");
        for n in 0..round {
            let name = header::HeaderName::try_from(format!("x-secret-{n}")).unwrap();
            request.headers_mut().append(name.clone(), "secret".parse().unwrap());
            request.headers_mut().append(name, "twice".parse().unwrap());
        }
        let seen = see(&router, request);
        assert_eq!(seen.body, (2 * round).to_string().as_bytes());
        let names: Vec<_> = seen.headers.keys().map(header::HeaderName::as_str).collect();
        assert_eq!(names, ["content-type", "content-length"]);
    }
    let mut request = request(Method::GET, "/after");
    request.headers_mut().insert(header::COOKIE, "secret".parse().unwrap());
    assert_eq!(see(&router, request).body, b"0", "extractors behind it see none, as documented");
}
