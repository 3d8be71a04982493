//! Bare hyper, over a socket: what goes over the wire.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::mpsc::channel;

use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use hyper::body::{Bytes, Incoming};
use record_http::{Json, JsonLines};
use record_runtime::{Error, ZeroAllocJson};
use tokio::net::TcpListener;

use crate::values::{Broken, Order, Unwritable, numbers};

type Body = UnsyncBoxBody<Bytes, Error>;

async fn serve(request: http::Request<Incoming>) -> Result<http::Response<Body>, Infallible> {
    let (parts, _) = request.into_parts();
    let whole = |response: http::Response<record_http::http::JsonBody>| {
        response.map(|body| body.map_err(|never| match never {}).boxed_unsync())
    };
    Ok(match parts.uri.path() {
        "/order" => whole(Json(Order::example(1, 20)).into_http_response()),
        "/unwritable" => whole(Json(Unwritable::example()).into_http_response()),
        "/lines" => JsonLines::new(0..100_000).into_http_response().map(BodyExt::boxed_unsync),
        "/breaks" => {
            let elements = (0..20_000).map(|n| if n < 19_999 { Element::Number(n) } else { Element::Broken(Broken) });
            JsonLines::new(elements).into_http_response().map(BodyExt::boxed_unsync)
        }
        path => panic!("no route {path}"),
    })
}

#[derive(ZeroAllocJson)]
#[json(untagged)]
enum Element {
    Number(u32),
    Broken(Broken),
}

fn server() -> SocketAddr {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            send.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let service = hyper::service::service_fn(serve);
                // A body that breaks off is an error of its connection.
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(hyper_util::rt::TokioIo::new(stream), service)
                    .await;
            }
        });
    });
    receive.recv().unwrap()
}

/// The head and the body as they came.
fn exchange(address: SocketAddr, method: &str, path: &str) -> (String, Vec<u8>) {
    let mut connection = TcpStream::connect(address).unwrap();
    write!(connection, "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut response = Vec::new();
    let _ = connection.read_to_end(&mut response);
    let end = response.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let body = response.split_off(end);
    (String::from_utf8(response).unwrap(), body)
}

/// Takes chunked framing away; the flag says whether the last chunk came.
fn unchunked(mut body: &[u8]) -> (Vec<u8>, bool) {
    let mut text = Vec::new();
    while let Some(end) = body.windows(2).position(|two| two == b"\r\n") {
        let len = usize::from_str_radix(std::str::from_utf8(&body[..end]).unwrap(), 16).unwrap();
        if len == 0 {
            return (text, true);
        }
        text.extend_from_slice(&body[end + 2..(end + 2 + len).min(body.len())]);
        body = body.get(end + 2 + len + 2..).unwrap_or_default();
    }
    (text, false)
}

#[test]
fn whole_bodies_have_their_length() {
    let address = server();
    let text = record_runtime::to_vec(&Order::example(1, 20));
    let (head, body) = exchange(address, "GET", "/order");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"), "{head}");
    assert!(head.contains(&format!("content-length: {}\r\n", text.len())), "{head}");
    assert_eq!(body, text);
    let (head_only, body) = exchange(address, "HEAD", "/order");
    assert!(head_only.contains(&format!("content-length: {}\r\n", text.len())), "{head_only}");
    assert!(body.is_empty());
}

#[test]
fn an_error_is_a_500_and_the_next_request_is_served() {
    let address = server();
    let (head, body) = exchange(address, "GET", "/unwritable");
    assert!(head.starts_with("HTTP/1.1 500 Internal Server Error\r\n"), "{head}");
    assert_eq!(body, br#"{"error":"the response could not be written"}"#);
    assert!(exchange(address, "GET", "/order").0.starts_with("HTTP/1.1 200"));
}

#[test]
fn a_streamed_body_arrives_whole() {
    let (head, body) = exchange(server(), "GET", "/lines");
    assert!(head.contains("transfer-encoding: chunked\r\n"), "{head}");
    let (text, complete) = unchunked(&body);
    let expected = numbers(0..100_000);
    assert!(complete && text == expected.as_bytes());
}

/// The client can tell that it does not have everything.
#[test]
fn a_streamed_body_that_fails_is_broken_off() {
    let address = server();
    let (_, body) = exchange(address, "GET", "/breaks");
    let (text, complete) = unchunked(&body);
    assert!(!complete);
    let expected = numbers(0..20_000);
    assert!(expected.as_bytes().starts_with(&text) && text.len() >= record_http::CHUNK_BYTES && text.ends_with(b"\n"));
    assert!(exchange(address, "GET", "/order").0.starts_with("HTTP/1.1 200"));
}
