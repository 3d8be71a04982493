//! How a request ended: a body that the server drops because everything was sent has not been cut off.

use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body::{Body, Frame, SizeHint};
use record_audit::{Audit, AuditLayer, Outcome, Recorder, RequestRecord};
use tower::{Layer, ServiceExt, service_fn};

#[derive(Default)]
struct Outcomes(Mutex<Vec<Outcome>>);

impl Recorder for Outcomes {
    fn ended(&self, record: &RequestRecord<'_>) {
        self.0.lock().expect("unpoisoned").push(record.outcome());
    }
}

/// Ten bytes at a time, without a word on how many there are, or with one.
struct Chunks {
    left: usize,
    total: Option<u64>,
}

impl Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.left.checked_sub(1).map(|left| {
            self.left = left;
            self.total = self.total.map(|total| total.saturating_sub(10));
            Ok(Frame::data(Bytes::from_static(b"0123456789")))
        }))
    }

    fn size_hint(&self) -> SizeHint {
        self.total.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

#[derive(Debug, Clone, Copy)]
struct Answer {
    method: &'static str,
    status: u16,
    content_length: Option<&'static str>,
    hint: Option<u64>,
    chunks: usize,
}

/// The outcome if the body is polled so often, then dropped.
fn outcome(answer: Answer, polls: usize) -> Outcome {
    let seen = Arc::new(Outcomes::default());
    let service = AuditLayer::new(Audit::builder().build(Arc::clone(&seen))).layer(service_fn(move |_: Request<()>| {
        let mut response = Response::builder().status(answer.status);
        if let Some(length) = answer.content_length {
            response = response.header("content-length", length);
        }
        std::future::ready(response.body(Chunks { left: answer.chunks, total: answer.hint }))
    }));
    let request = Request::builder().method(Method::from_bytes(answer.method.as_bytes()).expect("a method"));
    let mut context = Context::from_waker(Waker::noop());
    let mut future = pin!(service.oneshot(request.body(()).expect("valid")));
    let Poll::Ready(Ok(response)) = future.as_mut().poll(&mut context) else { unreachable!("ready at once") };
    {
        let mut body = pin!(response.into_body());
        for _ in 0..polls {
            assert!(body.as_mut().poll_frame(&mut context).is_ready());
        }
    }
    let seen = std::mem::take(&mut *seen.0.lock().expect("unpoisoned"));
    assert_eq!(seen.len(), 1, "{answer:?}");
    seen[0]
}

const PLAIN: Answer = Answer { method: "GET", status: 200, content_length: None, hint: None, chunks: 3 };

#[test]
fn a_body_is_complete_when_its_announced_length_is_out() {
    for chunks in 0..4_usize {
        for announced in [["0", "10", "20", "30"][chunks], "15"] {
            for by_hint in [false, true] {
                let length: usize = announced.parse().expect("digits");
                let answer = Answer {
                    content_length: (!by_hint).then_some(announced),
                    hint: by_hint.then_some(length as u64),
                    chunks,
                    ..PLAIN
                };
                for polls in 0..=chunks + 1 {
                    let is_complete = 10 * polls >= length || polls > chunks;
                    let expected = if is_complete { Outcome::Completed } else { Outcome::BodyDropped };
                    assert_eq!(outcome(answer, polls), expected, "{answer:?} {polls}");
                }
            }
        }
    }
    for polls in 0..=4 {
        let expected = if polls == 4 { Outcome::Completed } else { Outcome::BodyDropped };
        for content_length in [None, Some("many"), Some("99999999999999999999999")] {
            assert_eq!(outcome(Answer { content_length, ..PLAIN }, polls), expected, "{content_length:?} {polls}");
        }
    }
}

#[test]
fn answers_that_have_no_body_are_complete_at_once() {
    for (method, status, expected) in [
        ("HEAD", 200, Outcome::Completed),
        ("HEAD", 404, Outcome::Completed),
        ("GET", 204, Outcome::Completed),
        ("GET", 304, Outcome::Completed),
        ("GET", 101, Outcome::Completed),
        ("CONNECT", 200, Outcome::Completed),
        ("CONNECT", 502, Outcome::BodyDropped),
        ("GET", 200, Outcome::BodyDropped),
        ("GET", 205, Outcome::BodyDropped),
        ("POST", 201, Outcome::BodyDropped),
    ] {
        for content_length in [None, Some("30")] {
            let answer = Answer { method, status, content_length, ..PLAIN };
            assert_eq!(outcome(answer, 0), expected, "{answer:?}");
        }
    }
}

/// Over a socket, where it is hyper that decides when it has enough.
#[test]
fn answers_that_a_server_sent_whole_are_complete() {
    use std::io::{Read, Write};

    use axum::routing::get;

    let seen = Arc::new(Outcomes::default());
    let chunks = |left, length: Option<&'static str>| async move {
        let mut response = Response::new(axum::body::Body::new(Chunks { left, total: None }));
        if let Some(length) = length {
            response.headers_mut().insert("content-length", http::HeaderValue::from_static(length));
        }
        response
    };
    let with_status = move |status| async move {
        let mut response = chunks(2, None).await;
        *response.status_mut() = status;
        response
    };
    let router = axum::Router::new()
        .route("/length", get(move || chunks(5, Some("50"))))
        .route("/one", get(move || chunks(1, Some("10"))))
        .route("/chunked", get(move || chunks(5, None)))
        .route("/204", get(move || with_status(http::StatusCode::NO_CONTENT)))
        .route("/304", get(move || with_status(http::StatusCode::NOT_MODIFIED)))
        .route("/text", get(async || "text"));
    let service = AuditLayer::new(Audit::builder().build(Arc::clone(&seen))).around_axum(router);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))).expect("a port");
    let address = listener.local_addr().expect("bound");
    runtime.spawn(async move { axum::serve(listener, axum::ServiceExt::into_make_service(service)).await });
    for method in ["GET", "HEAD"] {
        for path in ["/length", "/one", "/chunked", "/204", "/304", "/text"] {
            let mut socket = std::net::TcpStream::connect(address).expect("it listens");
            write!(socket, "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("written");
            let mut answer = Vec::new();
            socket.read_to_end(&mut answer).expect("an answer");
            assert!(answer.starts_with(b"HTTP/1.1 "), "{method} {path}");
            let started = std::time::Instant::now();
            while seen.0.lock().expect("unpoisoned").is_empty() {
                assert!(started.elapsed().as_secs() < 20, "{method} {path} was not reported");
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            let outcomes = std::mem::take(&mut *seen.0.lock().expect("unpoisoned"));
            assert_eq!(outcomes, [Outcome::Completed], "{method} {path}");
        }
    }
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
}
