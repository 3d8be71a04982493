//! Requests by reqwest: the bytes of its own `json`, as a server sees them.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

use record_http::reqwest::{JsonBodyError, RequestBuilderExt};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, Method, RequestBuilder};

use crate::values::{Order, Unwritable};

/// A request as it came: its head, and its body.
type Seen = (String, Vec<u8>);

/// A server that answers with 200, but sends requests of `/moved` on with the same method.
fn server() -> (SocketAddr, Receiver<Seen>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let (connection, sender) = (connection.unwrap(), sender.clone());
            std::thread::spawn(move || {
                let mut reader = BufReader::new(connection);
                while let Some(seen) = request(&mut reader) {
                    let status = if seen.0.contains(" /moved ") { "307 Moved\r\nlocation: /there" } else { "200 OK" };
                    let _ = sender.send(seen);
                    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
                    reader.get_mut().write_all(answer.as_bytes()).unwrap();
                }
            });
        }
    });
    (address, receiver)
}

fn request(reader: &mut BufReader<TcpStream>) -> Option<Seen> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let begin = head.len();
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
        let line = head[begin..].trim().to_ascii_lowercase();
        if let Some(number) = line.strip_prefix("content-length:") {
            length = number.trim().parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((head, body))
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A request with what callers set before its body, or behind it.
fn prepared(client: &Client, address: SocketAddr, form: usize) -> RequestBuilder {
    let method = [Method::POST, Method::PUT, Method::PATCH, Method::GET, Method::DELETE][form % 5].clone();
    let builder = client.request(method, format!("http://{address}/orders?form={form}"));
    match form % 4 {
        0 => builder,
        1 => builder.header(CONTENT_TYPE, "application/vnd.shop+json"),
        2 => builder.header(AUTHORIZATION, "Bearer x").header("x-one", "1").body("replaced"),
        _ => builder.bearer_auth("y").header(CONTENT_TYPE, "text/a").header(CONTENT_TYPE, "text/b"),
    }
}

#[test]
fn requests_are_those_of_the_own_json() {
    let (address, seen) = server();
    let client = Client::new();
    block_on(async {
        for form in 0..20 {
            for lines in [0, 1, 30, 700, 20_000] {
                let order = Order::example(form as u64, lines);
                let ours = prepared(&client, address, form).zero_alloc_json(&order).unwrap();
                let theirs = prepared(&client, address, form).json(&order);
                for builder in [ours, theirs] {
                    // Behind the body, too.
                    let answer = builder.header("x-last", "2").send().await.unwrap();
                    assert_eq!(answer.status(), 200);
                }
                let (ours, theirs) = (seen.recv().unwrap(), seen.recv().unwrap());
                assert!(ours == theirs, "form {form}, {lines} lines: {}{}", ours.0, theirs.0);
                assert_eq!(ours.1, serde_json::to_vec(&order).unwrap());
            }
        }
    });
}

#[test]
fn a_body_is_sent_again() {
    let (address, seen) = server();
    let client = Client::new();
    block_on(async {
        for lines in [1, 20_000] {
            let order = Order::example(7, lines);
            let text = serde_json::to_vec(&order).unwrap();
            let request = client.post(format!("http://{address}/moved")).zero_alloc_json(&order).unwrap();
            let again = request.try_clone().expect("a body that can be sent again");
            for request in [request, again] {
                assert_eq!(request.send().await.unwrap().status(), 200);
                for path in ["POST /moved ", "POST /there "] {
                    let (head, body) = seen.recv().unwrap();
                    assert!(head.starts_with(path) && body == text, "{head}");
                }
            }
        }
    });
}

#[test]
fn a_value_that_cannot_be_written_is_an_error_at_once() {
    let client = Client::new();
    let error = client.post("http://localhost/").zero_alloc_json(&Unwritable::example()).unwrap_err();
    assert!(matches!(error, JsonBodyError::Value(_)), "{error:?}");
    assert_eq!(error.to_string(), "the body of the request cannot be written");
    assert!(error.source().unwrap().is::<record_runtime::Error>());
}

#[test]
fn a_request_that_was_not_valid_keeps_its_error() {
    let client = Client::new();
    for builder in [client.post("no url"), client.post("http://localhost/").header("no name", "")] {
        let own = builder.zero_alloc_json(&1).unwrap_err();
        assert!(matches!(&own, JsonBodyError::Request(error) if error.is_builder()), "{own:?}");
        assert!(own.source().unwrap().is::<reqwest::Error>());
    }
}
