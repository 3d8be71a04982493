//! salvo: the same response as its own `Json`, header for header.

use std::cell::Cell;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use http::uri::Scheme;
use http_body::Body as _;
use http_body_util::BodyExt;
use record_http::{CHUNK_BYTES, Json, JsonArray, JsonEvents, JsonLines, JsonRef, LastEventId, Problem, RawJson};
use record_runtime::ZeroAllocJson;
use salvo_core::conn::ConnCtrl;
use salvo_core::http::{HeaderMap, Method, ReqBody, ResBody, StatusCode, header};
use salvo_core::prelude::{Depot, FlowCtrl, Handler, Request, Response, Router, Scribe, Service, Writer, handler};
use serde::Serialize;

use crate::values::{Broken, Order, Unwritable};

/// salvo's own name for JSON.
const JSON: &str = "application/json; charset=utf-8";

/// A handler of a closure.
pub(crate) struct By<F>(pub(crate) F);

#[salvo_core::async_trait]
impl<F: Fn(&mut Request, &mut Response) + Send + Sync + 'static> Handler for By<F> {
    async fn handle(&self, request: &mut Request, _: &mut Depot, response: &mut Response, _: &mut FlowCtrl) {
        (self.0)(request, response);
    }
}

/// The response as hyper gets it.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The length that the body states.
    pub(crate) length: Option<u64>,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn ask(service: &Service, from: http::Request<ReqBody>) -> Seen {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let request = Request::from_hyper(from, Scheme::HTTP);
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], 1));
        let handler = service.hyper_handler(address.into(), address.into(), Scheme::HTTP, None, ConnCtrl::new(), None);
        let (parts, body) = handler.handle(request).await.into_hyper().into_parts();
        let length = http_body::Body::size_hint(&body).exact();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Seen { status: parts.status, headers: parts.headers, length, body }
    })
}

fn see(service: &Service, method: &Method, path: &str) -> Seen {
    let request = http::Request::builder().method(method.clone()).uri(format!("http://x{path}"));
    ask(service, request.body(ReqBody::None).unwrap())
}

fn get_of(service: &Service, path: &str) -> Seen {
    see(service, &Method::GET, path)
}

/// One handler, generic over whose `Json` it is.
pub(crate) fn respond<T: Scribe>(form: &str, status: StatusCode, json: T, response: &mut Response) {
    match form {
        "plain" => response.render(json),
        "status" => {
            response.status_code(status).render(json);
        }
        "rendered" => response.render_with_status(status, json),
        "headers" => {
            response.headers_mut().insert(header::LOCATION, header::HeaderValue::from_static("/elsewhere"));
            response.render(json);
            response.headers_mut().append(header::SET_COOKIE, header::HeaderValue::from_static("a=1"));
        }
        "typed" => {
            let name = header::HeaderValue::from_static("application/problem+json");
            response.headers_mut().insert(header::CONTENT_TYPE, name);
            response.status_code(status).render(json);
        }
        "twice" => {
            response.render("text before");
            response.headers_mut().clear();
            response.status_code(status).render(json);
        }
        form => panic!("no form {form}"),
    }
}

pub(crate) const FORMS: [&str; 6] = ["plain", "status", "rendered", "headers", "typed", "twice"];

/// The routes of one side: whose `Json` an order becomes.
pub(crate) fn side<T: Scribe>(json: impl Fn(Order) -> T + Send + Sync + 'static) -> impl Handler {
    By(move |request: &mut Request, response: &mut Response| {
        let form: String = request.param("form").unwrap();
        let status = StatusCode::from_u16(request.param("status").unwrap()).unwrap();
        respond(&form, status, json(Order::example(7, request.param("lines").unwrap())), response);
    })
}

#[test]
fn the_same_response_as_salvos_json() {
    let route = |name: &str| Router::with_path(format!("{name}/{{form}}/{{status}}/{{lines}}"));
    let router =
        Router::new().push(route("ours").goal(side(Json))).push(route("theirs").goal(side(salvo_core::prelude::Json)));
    let service = Service::new(router);
    // Bodies that are copied and bodies that are not, growing and shrinking.
    for lines in [0, 1, 30, 500, 600, 5000, 3, 2000] {
        for form in FORMS {
            for method in [Method::GET, Method::HEAD, Method::POST] {
                let path = |side: &str| format!("/{side}/{form}/201/{lines}");
                let [ours, theirs] = ["ours", "theirs"].map(|side| see(&service, &method, &path(side)));
                assert_eq!(ours, theirs, "{method} {form} {lines}");
                assert_eq!(ours.length, Some(ours.body.len() as u64));
                assert_eq!(ours.body.is_empty(), method == Method::HEAD);
            }
        }
    }
}

#[test]
fn a_value_that_cannot_be_written_is_a_500() {
    #[handler]
    async fn unwritable() -> Json<Unwritable> {
        Json(Unwritable::example())
    }

    let seen = get_of(&Service::new(Router::new().get(unwritable)), "/");
    assert_eq!(seen.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(seen.headers[header::CONTENT_TYPE], JSON);
    assert_eq!(seen.body, br#"{"error":"the response could not be written"}"#);
    assert_eq!(seen.length, Some(seen.body.len() as u64));
}

#[test]
fn borrowed_and_raw() {
    let shared = Arc::new(Order::example(1, 2));
    let text = record_runtime::to_vec(&*shared);
    let borrowed = By(move |_: &mut Request, response: &mut Response| response.render(JsonRef(&*shared)));
    let raw = By(|_: &mut Request, response: &mut Response| response.render(RawJson::new("{\"cached\":true}")));
    let router = Router::new().push(Router::with_path("ref").get(borrowed)).push(Router::with_path("raw").get(raw));
    let service = Service::new(router);
    for (path, expected) in [("/ref", text.as_slice()), ("/raw", b"{\"cached\":true}")] {
        let seen = get_of(&service, path);
        assert_eq!((seen.status, seen.body.as_slice()), (StatusCode::OK, expected));
        assert_eq!(seen.headers.len(), 1);
        assert_eq!(seen.headers[header::CONTENT_TYPE], JSON);
        assert_eq!(seen.length, Some(expected.len() as u64));
    }
}

/// Counts up; it can be sent to another thread, and not be shared.
struct Unshared(Cell<u32>);

impl Stream for Unshared {
    type Item = u32;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u32>> {
        let number = self.0.get();
        self.0.set(number + 1);
        Poll::Ready((number < 3).then_some(number))
    }
}

#[test]
fn streamed() {
    let lines = By(|_: &mut Request, response: &mut Response| {
        response.render(JsonLines::from_stream(Unshared(Cell::new(0))));
    });
    let array = By(|_: &mut Request, response: &mut Response| response.render(JsonArray::new(["a", "b"])));
    let router = Router::new().push(Router::with_path("lines").get(lines)).push(Router::with_path("array").get(array));
    let service = Service::new(router);
    for (path, content_type, text) in
        [("/lines", "application/x-ndjson", "0\n1\n2\n"), ("/array", JSON, "[\"a\",\"b\"]")]
    {
        let seen = get_of(&service, path);
        assert_eq!(seen.headers.len(), 1);
        assert_eq!(seen.headers[header::CONTENT_TYPE], content_type);
        assert_eq!(seen.body, text.as_bytes());
        assert_eq!(seen.length, None);
    }
    assert!(see(&service, &Method::HEAD, "/lines").body.is_empty());
}

/// The body that salvo hands to hyper.
fn body_of(scribe: impl Scribe) -> ResBody {
    let mut response = Response::new();
    response.render(scribe);
    response.take_body()
}

#[test]
fn an_element_that_cannot_be_written_breaks_the_body_off() {
    let mut body = pin!(body_of(JsonArray::new([Broken])));
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(Some(Err(error))) = body.as_mut().poll_frame(&mut cx) else { panic!("no error") };
    assert_eq!(error.to_string(), "broken on purpose");
    assert!(body.is_end_stream());
}

/// hyper's questions reach the body through salvo's: on a jammed connection of HTTP/2 it holds two chunks.
#[test]
fn a_connection_that_never_took_a_chunk_is_held_back() {
    // Nine bytes each.
    let mut body = pin!(body_of(JsonLines::new(10_000_000..u64::MAX)));
    assert!(!body.is_end_stream());
    assert_eq!(http_body::Body::size_hint(&*body).exact(), None);
    let mut cx = Context::from_waker(Waker::noop());
    let (mut queue, mut pending) = (Vec::new(), 0);
    // A body gives way a few times before it waits.
    while pending < 6 {
        if let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(&mut cx) {
            queue.push(frame.into_data().unwrap());
            pending = 0;
            assert!(!body.is_end_stream());
        } else {
            pending += 1;
        }
    }
    let held: usize = queue.iter().map(bytes::Bytes::len).sum();
    assert!((CHUNK_BYTES..=2 * (CHUNK_BYTES + 9)).contains(&held), "{held} bytes");
}

/// The extractor of the last id, and events behind it.
#[test]
fn events_go_on() {
    #[handler]
    async fn events(last: LastEventId, response: &mut Response) {
        let first = last.parse::<u32>().map_or(0, |last| last + 1);
        response.render(JsonEvents::new((first..3).map(|n| record_http::Event::new(n).id(n))));
    }

    let service = Service::new(Router::new().get(events));
    for (last, text) in
        [(None, "id: 0\ndata: 0\n\nid: 1\ndata: 1\n\nid: 2\ndata: 2\n\n"), (Some("1"), "id: 2\ndata: 2\n\n")]
    {
        let request = http::Request::get("http://x/");
        let request = last.into_iter().fold(request, |request, last| request.header("last-event-id", last));
        let seen = ask(&service, request.body(ReqBody::None).unwrap());
        assert_eq!(seen.headers[header::CONTENT_TYPE], "text/event-stream");
        assert_eq!(seen.headers[header::CACHE_CONTROL], "no-cache");
        assert_eq!(seen.body, text.as_bytes());
    }
}

/// As the error of a handler, whose response has begun otherwise.
#[test]
fn problems() {
    #[derive(Debug, Serialize, ZeroAllocJson)]
    struct Balance {
        balance: u32,
    }

    #[handler]
    async fn error(response: &mut Response) -> Result<Json<u32>, Problem<Balance>> {
        response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/csv"));
        Err(Problem::new(403).title("No credit").with(Balance { balance: 30 }))
    }

    let seen = get_of(&Service::new(Router::new().get(error)), "/");
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert_eq!(seen.headers[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(seen.body, br#"{"title":"No credit","status":403,"balance":30}"#);
}
