//! Servers on real sockets, and a client that speaks HTTP/1.0, 1.1 and 2 and says what it saw.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::mpsc::channel;
use std::time::Duration;

use axum::Router;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    Http10,
    Http11,
    Http2,
}

impl Version {
    pub(crate) const ALL: [Self; 3] = [Self::Http10, Self::Http11, Self::Http2];
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the client can tell that this is all. (Of HTTP/1.0 without a length it cannot: the end is the end.)
    pub(crate) is_whole: bool,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let mut found = self.headers.iter().filter(|(other, _)| other == name);
        let value = found.next().map(|(_, value)| value.clone());
        assert!(found.next().is_none(), "{name} comes once: {:?}", self.headers);
        value
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// A server of axum's, in threads that end with the process.
pub(crate) fn serve_axum(router: Router) -> SocketAddr {
    serve(async move |listener| axum::serve(listener, router).await.unwrap())
}

/// A server on threads that end with the process.
pub(crate) fn serve<F: Future<Output = ()>>(work: impl FnOnce(TcpListener) -> F + Send + 'static) -> SocketAddr {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            send.send(listener.local_addr().unwrap()).unwrap();
            work(listener).await;
        });
    });
    receive.recv().unwrap()
}

/// Asks in turn: pipelined on one connection in HTTP/1.1, on one connection in HTTP/2, on one each in HTTP/1.0.
pub(crate) fn ask(address: SocketAddr, version: Version, requests: &[(&str, &str)]) -> Vec<Answer> {
    ask_with(address, version, requests, &[])
}

/// The same with header fields in each request.
pub(crate) fn ask_with(
    address: SocketAddr,
    version: Version,
    requests: &[(&str, &str)],
    fields: &[(&str, &str)],
) -> Vec<Answer> {
    let lines = fields.iter().map(|(name, value)| [*name, ": ", *value, "\r\n"].concat()).collect::<String>();
    match version {
        Version::Http10 => requests
            .iter()
            .map(|(method, path)| {
                let request = format!("{method} {path} HTTP/1.0\r\nhost: x\r\n{lines}\r\n");
                let received = exchange(address, request.as_bytes());
                let (answer, rest) = parsed(&received, method);
                assert!(rest.is_empty(), "{} more", String::from_utf8_lossy(rest));
                answer
            })
            .collect(),
        Version::Http11 => {
            let mut all = Vec::new();
            for (index, (method, path)) in requests.iter().enumerate() {
                let last = if index + 1 == requests.len() { "connection: close\r\n" } else { "" };
                write!(all, "{method} {path} HTTP/1.1\r\nhost: x\r\n{lines}{last}\r\n").unwrap();
            }
            let received = exchange(address, &all);
            let (mut rest, mut answers) = (received.as_slice(), Vec::new());
            for (method, _) in requests {
                let answer;
                (answer, rest) = parsed(rest, method);
                answers.push(answer);
            }
            assert!(rest.is_empty(), "{} more", String::from_utf8_lossy(rest));
            answers
        }
        Version::Http2 => ask_http2(address, requests, fields),
    }
}

/// Sends bytes, and reads until the server closes the connection.
pub(crate) fn exchange(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.write_all(request).unwrap();
    let mut received = Vec::new();
    // A reset ends it, too; what came before counts.
    if let Err(error) = socket.read_to_end(&mut received) {
        assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock, "{}", String::from_utf8_lossy(&received));
    }
    received
}

/// One answer, and what follows it.
fn parsed<'a>(received: &'a [u8], method: &str) -> (Answer, &'a [u8]) {
    let head_end = received.windows(4).position(|four| four == b"\r\n\r\n");
    let head_end = head_end.unwrap_or_else(|| panic!("no head: {:?}", String::from_utf8_lossy(received))) + 4;
    let head = std::str::from_utf8(&received[..head_end]).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut answer = Answer { status, headers, body: Vec::new(), is_whole: true };
    let rest = &received[head_end..];
    if method == "HEAD" || status == 204 || status == 304 {
        return (answer, rest);
    }
    if let Some(length) = answer.header("content-length") {
        let length: usize = length.parse().unwrap();
        answer.is_whole = rest.len() >= length;
        answer.body = rest[..length.min(rest.len())].to_vec();
        return (answer, &rest[length.min(rest.len())..]);
    }
    if answer.header("transfer-encoding").is_none() {
        answer.body = rest.to_vec();
        return (answer, &[]);
    }
    let mut rest = rest;
    loop {
        let digits_end = rest.windows(2).position(|two| two == b"\r\n");
        let length = digits_end.and_then(|end| usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok());
        let (Some(end), Some(length)) = (digits_end, length) else {
            answer.is_whole = false;
            return (answer, &[]);
        };
        let chunk = &rest[end + 2..];
        if chunk.len() < length + 2 {
            answer.body.extend_from_slice(&chunk[..length.min(chunk.len())]);
            answer.is_whole = false;
            return (answer, &[]);
        }
        answer.body.extend_from_slice(&chunk[..length]);
        rest = &chunk[length + 2..];
        if length == 0 {
            return (answer, rest);
        }
    }
}

fn ask_http2(address: SocketAddr, requests: &[(&str, &str)], fields: &[(&str, &str)]) -> Vec<Answer> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let all = async {
        let socket = tokio::net::TcpStream::connect(address).await.unwrap();
        let (mut client, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(socket)).await.unwrap();
        tokio::spawn(connection);
        let mut answers = Vec::new();
        for (method, path) in requests {
            let request = http::Request::builder().method(*method).uri(format!("http://x{path}"));
            let request = fields.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            let Ok(response) = client.send_request(request.body(Empty::<Bytes>::new()).unwrap()).await else {
                // A stream that is reset at once is an error even where its head came before.
                answers.push(Answer { status: 0, headers: Vec::new(), body: Vec::new(), is_whole: false });
                continue;
            };
            let (parts, mut body) = response.into_parts();
            let value = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
            let headers = parts.headers.iter().map(|(name, text)| (name.as_str().to_owned(), value(text))).collect();
            let mut answer = Answer { status: parts.status.as_u16(), headers, body: Vec::new(), is_whole: true };
            while let Some(frame) = body.frame().await {
                let Ok(frame) = frame else {
                    answer.is_whole = false;
                    break;
                };
                answer.body.extend_from_slice(&frame.into_data().unwrap_or_default());
            }
            answers.push(answer);
        }
        answers
    };
    runtime.block_on(async { tokio::time::timeout(PATIENCE, all).await.expect("an answer") })
}
