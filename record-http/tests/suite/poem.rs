//! poem: the same response as its own `Json`, header for header.

use std::cell::Cell;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_core::Stream;
use http_body::Body as _;
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use hyper::body::Bytes;
use poem::http::{HeaderMap, Method, StatusCode, header};
use poem::listener::TcpAcceptor;
use poem::{Body, Endpoint, IntoResponse, Request, Response, Route, Server, get, handler, web};
use record_http::{CHUNK_BYTES, Json, JsonArray, JsonLines, JsonRef, RawJson};

use crate::values::{Broken, Order, Unwritable};
use crate::wire::{self, Version};

/// poem's own name for JSON.
const JSON: &str = "application/json; charset=utf-8";

/// The body that poem hands to hyper.
type Sent = BoxBody<Bytes, std::io::Error>;

/// The response as hyper gets it.
#[derive(Debug, PartialEq)]
struct Seen {
    status: StatusCode,
    headers: HeaderMap,
    /// The length that the body states.
    length: Option<u64>,
    body: Vec<u8>,
}

async fn seen(response: Response) -> Seen {
    let (parts, body) = response.into_parts();
    let body = Sent::from(body);
    let length = body.size_hint().exact();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    Seen { status: parts.status, headers: parts.headers, length, body }
}

fn see(route: &Route, method: &Method, path: &str) -> Seen {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let request = Request::builder().method(method.clone()).uri_str(path).finish();
    runtime.block_on(async { seen(route.get_response(request).await).await })
}

fn get_of(route: &Route, path: &str) -> Seen {
    see(route, &Method::GET, path)
}

/// The handlers of one side, with its `Json`.
macro_rules! side {
    ($side:ident: $Json:path) => {
        mod $side {
            use poem::http::{HeaderMap, HeaderValue, StatusCode, header};
            use poem::web::Path;
            use poem::{IntoResponse, Result, Route, get, handler};
            use $Json as Json;

            use crate::values::Order;

            #[handler]
            fn plain(Path(lines): Path<usize>) -> Json<Order> {
                Json(Order::example(7, lines))
            }

            #[handler]
            fn status(Path(lines): Path<usize>) -> (StatusCode, Json<Order>) {
                (StatusCode::CREATED, Json(Order::example(7, lines)))
            }

            #[handler]
            fn headers(Path(lines): Path<usize>) -> (HeaderMap, Json<Order>) {
                let headers = HeaderMap::from_iter([(header::ETAG, HeaderValue::from_static("x"))]);
                (headers, Json(Order::example(7, lines)))
            }

            #[handler]
            fn typed(Path(lines): Path<usize>) -> impl IntoResponse {
                Json(Order::example(7, lines)).with_content_type("application/problem+json")
            }

            #[handler]
            fn result(Path(lines): Path<usize>) -> Result<Json<Order>> {
                let response = (StatusCode::CONFLICT, Json(Order::example(7, lines))).into_response();
                Err(poem::Error::from_response(response))
            }

            pub(super) fn routes() -> Route {
                Route::new()
                    .at("/plain/:lines", get(plain))
                    .at("/status/:lines", get(status))
                    .at("/headers/:lines", get(headers))
                    .at("/typed/:lines", get(typed))
                    .at("/result/:lines", get(result))
            }
        }
    };
}

side! { ours: record_http::Json }
side! { theirs: poem::web::Json }

#[test]
fn the_same_response_as_poems_json() {
    let route = Route::new().nest("/ours", ours::routes()).nest("/theirs", theirs::routes());
    // Bodies that are copied and bodies that are not, growing and shrinking.
    for lines in [0, 1, 30, 500, 600, 5000, 3, 2000] {
        for form in ["plain", "status", "headers", "typed", "result"] {
            for method in [Method::GET, Method::HEAD] {
                let [ours, theirs] =
                    ["ours", "theirs"].map(|side| see(&route, &method, &format!("/{side}/{form}/{lines}")));
                assert_eq!(ours, theirs, "{method} {form} {lines}");
                // poem's router takes the body from the answer to `HEAD`, but for that of an error.
                assert_eq!(ours.body.is_empty(), method == Method::HEAD && form != "result");
                assert_eq!(ours.length, Some(ours.body.len() as u64));
            }
        }
    }
}

#[test]
fn a_value_that_cannot_be_written_is_a_500() {
    #[handler]
    fn unwritable() -> Json<Unwritable> {
        Json(Unwritable::example())
    }

    let seen = get_of(&Route::new().at("/", get(unwritable)), "/");
    assert_eq!(seen.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(seen.headers[header::CONTENT_TYPE], JSON);
    assert_eq!(seen.body, br#"{"error":"the response could not be written"}"#);
    assert_eq!(seen.length, Some(seen.body.len() as u64));
}

#[test]
fn borrowed_and_raw() {
    #[handler]
    fn borrowed(web::Data(order): web::Data<&Arc<Order>>) -> Response {
        JsonRef(&**order).into_response()
    }

    #[handler]
    fn raw() -> RawJson {
        RawJson::new("{\"cached\":true}")
    }

    let shared = Arc::new(Order::example(1, 2));
    let text = record_runtime::to_vec(&*shared);
    let route = Route::new().at("/raw", get(raw)).at("/ref", poem::EndpointExt::data(get(borrowed), shared));
    for (path, expected) in [("/ref", text.as_slice()), ("/raw", b"{\"cached\":true}")] {
        let seen = get_of(&route, path);
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
    #[handler]
    fn lines() -> JsonLines<Unshared> {
        JsonLines::from_stream(Unshared(Cell::new(0)))
    }

    #[handler]
    fn array() -> impl IntoResponse {
        JsonArray::new(["a", "b"])
    }

    let route = Route::new().at("/lines", get(lines)).at("/array", get(array));
    for (path, content_type, text) in
        [("/lines", "application/x-ndjson", "0\n1\n2\n"), ("/array", JSON, "[\"a\",\"b\"]")]
    {
        let seen = get_of(&route, path);
        assert_eq!(seen.headers.len(), 1);
        assert_eq!(seen.headers[header::CONTENT_TYPE], content_type);
        assert_eq!(seen.body, text.as_bytes());
        assert_eq!(seen.length, None);
    }
    assert!(see(&route, &Method::HEAD, "/lines").body.is_empty());
}

#[test]
fn an_element_that_cannot_be_written_breaks_the_body_off() {
    let mut body = pin!(Sent::from(JsonArray::new([Broken]).into_response().into_body()));
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(Some(Err(error))) = body.as_mut().poll_frame(&mut cx) else { panic!("no error") };
    assert_eq!(error.to_string(), "broken on purpose");
    assert!(body.is_end_stream());
}

/// A chunk, and then an error.
struct Breaks(bool);

impl Stream for Breaks {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let is_first = !std::mem::replace(&mut self.0, true);
        Poll::Ready(Some(if is_first { Ok(Bytes::from("1\n")) } else { Err(std::io::Error::other("broken")) }))
    }
}

/// It is the server that ends a broken body of HTTP/1.1: it polls hyper's connection again after its error.
#[test]
fn a_broken_body_of_poems_own_is_taken_for_a_whole_one() {
    #[handler]
    fn breaks() -> Body {
        Body::from_bytes_stream(Breaks(false))
    }

    let address = wire::serve(async move |listener| {
        let acceptor = TcpAcceptor::from_tokio(listener).unwrap();
        Server::new_with_acceptor(acceptor).run(Route::new().at("/", get(breaks))).await.unwrap();
    });
    let answer = wire::ask(address, Version::Http11, &[("GET", "/")]).remove(0);
    assert_eq!((answer.text(), answer.is_whole), ("1\n", true));
}

#[derive(Default)]
struct CountsWakes(AtomicUsize);

impl Wake for CountsWakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// hyper's questions reach the body through poem's: on a jammed connection of HTTP/2 it holds two chunks.
#[test]
fn a_connection_that_never_took_a_chunk_is_held_back() {
    // Nine bytes each.
    let response = JsonLines::new(10_000_000..u64::MAX).into_response();
    let mut body = pin!(Sent::from(response.into_body()));
    assert!(!body.is_end_stream());
    assert_eq!(body.size_hint().exact(), None);
    let counter = Arc::new(CountsWakes::default());
    let waker = Waker::from(Arc::clone(&counter));
    let mut cx = Context::from_waker(&waker);
    let mut queue = Vec::new();
    loop {
        let woken = counter.0.load(Ordering::SeqCst);
        match body.as_mut().poll_frame(&mut cx) {
            Poll::Ready(Some(Ok(frame))) => {
                queue.push(frame.into_data().unwrap());
                assert!(!body.is_end_stream());
                let held: usize = queue.iter().map(Bytes::len).sum();
                assert!(held <= 2 * (CHUNK_BYTES + 9), "{held} bytes");
            }
            // A server polls again when it is woken, and not before.
            Poll::Pending if counter.0.load(Ordering::SeqCst) > woken => {}
            Poll::Pending => break,
            other @ Poll::Ready(_) => panic!("{other:?}"),
        }
    }
    let held: usize = queue.iter().map(Bytes::len).sum();
    assert!(held > CHUNK_BYTES, "{held} bytes");
}
