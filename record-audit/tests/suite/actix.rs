//! The middleware of actix-web, asked without a socket.

use std::future::poll_fn;
use std::hint::black_box;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::HeaderValue;
use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, test, web};
use record_audit::{ActixAudit, Audit, Budget, Finding, Ledger, Outcome, Recorder, RequestRecord};

type Lines = Mutex<Vec<(&'static str, &'static str, Option<u16>, Outcome, u64)>>;

#[derive(Default)]
struct Collect(Lines);

impl Recorder for Collect {
    fn ended(&self, record: &RequestRecord<'_>) {
        let bytes = record.handler().expect("installed").allocated_bytes;
        self.0.lock().expect("unpoisoned").push((
            record.route(),
            record.method(),
            record.status(),
            record.outcome(),
            bytes,
        ));
    }
}

async fn user() -> HttpResponse {
    drop(black_box(vec![1_u8; 40_000]));
    HttpResponse::Ok().body("Ada")
}

#[test]
fn requests_are_reported_with_their_pattern() {
    actix_web::rt::System::new().block_on(patterns());
}

async fn patterns() {
    let collect = Arc::new(Collect::default());
    let audit = Audit::builder().build(Arc::clone(&collect));
    let app = App::new()
        .route("/users/{id}", web::get().to(user))
        .route("/fails", web::get().to(async || Err::<HttpResponse, _>(actix_web::error::ErrorBadGateway("planned"))))
        .wrap(ActixAudit::new(audit));
    let app = test::init_service(app).await;
    let call = async |path: &str| test::call_service(&app, test::TestRequest::get().uri(path).to_request()).await;
    let body = test::read_body(call("/users/7").await).await;
    assert_eq!(body, "Ada");
    drop(call("/users/8").await);
    drop(test::read_body(call("/fails").await).await);
    drop(test::read_body(call("/nowhere").await).await);
    let seen = collect.0.lock().expect("unpoisoned");
    let without_bytes: Vec<_> =
        seen.iter().map(|(route, method, status, outcome, _)| (*route, *method, *status, *outcome)).collect();
    assert_eq!(
        without_bytes,
        [
            ("/users/{id}", "GET", Some(200), Outcome::Completed),
            ("/users/{id}", "GET", Some(200), Outcome::BodyDropped),
            ("/fails", "GET", Some(502), Outcome::Completed),
            ("(unmatched)", "GET", Some(404), Outcome::Completed),
        ]
    );
    assert!(seen[0].4 >= 40_000 && seen[3].4 < 40_000, "{seen:?}");
}

#[test]
fn over_the_budget_it_answers_503() {
    actix_web::rt::System::new().block_on(refusal());
}

async fn refusal() {
    let collect = Arc::new(Collect::default());
    let budget = Budget { bytes: Some(20_000), ..Budget::default() };
    let audit = Audit::builder().routes(["/users/{id}"]).refuse_over(budget).build(Arc::clone(&collect));
    let app = App::new().route("/users/{id}", web::get().to(user)).wrap(ActixAudit::new(audit));
    let app = test::init_service(app).await;
    let response = test::call_service(&app, test::TestRequest::get().uri("/users/7").to_request()).await;
    assert_eq!(response.status().as_u16(), 503);
    assert!(test::read_body(response).await.is_empty());
    let seen = collect.0.lock().expect("unpoisoned");
    assert_eq!((seen[0].0, seen[0].2, seen[0].3), ("/users/{id}", Some(503), Outcome::Completed));
}

/// The size that a body states.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Size {
    Total,
    /// Against the convention.
    Rest,
    Unknown,
}

/// A body of chunks of ten bytes, and what follows on them.
#[derive(Debug, Clone, Copy)]
struct Chunks {
    count: u64,
    sent: u64,
    size: Size,
    fails: bool,
}

impl MessageBody for Chunks {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        match self.size {
            Size::Total => BodySize::Sized(10 * self.count),
            Size::Rest => BodySize::Sized(10 * (self.count - self.sent)),
            Size::Unknown => BodySize::Stream,
        }
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<std::io::Result<Bytes>>> {
        if self.sent == self.count {
            return Poll::Ready(self.fails.then(|| Err(std::io::Error::other("planned"))));
        }
        self.sent += 1;
        Poll::Ready(Some(Ok(Bytes::from(vec![b'a'; 10]))))
    }
}

#[test]
fn bodies_end_with_their_last_chunk_where_their_length_is_known() {
    actix_web::rt::System::new().block_on(bodies());
}

async fn bodies() {
    let collect = Arc::new(Collect::default());
    let audit = Audit::builder().routes(["/{count}/{size}/{fails}"]).build(Arc::clone(&collect));
    let answer = async |path: web::Path<(u64, u64, bool)>| {
        let (count, size, fails) = path.into_inner();
        let size = [Size::Total, Size::Rest, Size::Unknown][usize::try_from(size).expect("small")];
        HttpResponse::Ok().message_body(Chunks { count, sent: 0, size, fails }).expect("valid").map_into_boxed_body()
    };
    let app = App::new().route("/{count}/{size}/{fails}", web::get().to(answer)).wrap(ActixAudit::new(audit));
    let app = test::init_service(app).await;
    for count in 0..4 {
        for (number, size) in [Size::Total, Size::Rest, Size::Unknown].into_iter().enumerate() {
            for fails in [false, true] {
                // As often as the body is polled before it is dropped.
                for polls in 0..=count + 2 {
                    let context = format!("{count} chunks, {size:?}, fails: {fails}, {polls} polls");
                    let request = test::TestRequest::get().uri(&format!("/{count}/{number}/{fails}")).to_request();
                    let (_, response) = test::call_service(&app, request).await.into_parts();
                    let mut body = Box::pin(response.into_body());
                    let (mut bytes, mut failed) = (0, false);
                    for _ in 0..polls {
                        match poll_fn(|context| body.as_mut().poll_next(context)).await {
                            Some(Ok(chunk)) => bytes += chunk.len() as u64,
                            Some(Err(_)) => {
                                failed = true;
                                break;
                            }
                            None => break,
                        }
                    }
                    assert_eq!(bytes, 10 * polls.min(count), "{context}");
                    let is_known = size != Size::Unknown;
                    let is_reported = !collect.0.lock().expect("unpoisoned").is_empty();
                    let is_over = if is_known && count > 0 { polls >= count } else { polls > count && !failed };
                    assert_eq!(is_reported, is_over, "{context}");
                    drop(body);
                    let seen = std::mem::take(&mut *collect.0.lock().expect("unpoisoned"));
                    let expected = match () {
                        () if failed => Outcome::Error,
                        () if is_over || is_known && count == 0 => Outcome::Completed,
                        () => Outcome::BodyDropped,
                    };
                    assert_eq!(seen.iter().map(|seen| seen.3).collect::<Vec<_>>(), [expected], "{context}");
                }
            }
        }
    }
}

/// An inner middleware that refuses: actix-web answers with what its error says.
#[test]
fn errors_of_inner_middlewares_have_their_status_and_route() {
    actix_web::rt::System::new().block_on(inner_errors());
}

async fn inner_errors() {
    use actix_web::dev::Service;

    for patterns in [&[][..], &["/users/{id}"]] {
        let collect = Arc::new(Collect::default());
        let audit = Audit::builder().routes(patterns.iter().copied()).build(Arc::clone(&collect));
        let app = App::new()
            .wrap_fn(|request, service| {
                let refused = match request.headers().get("refused").map(HeaderValue::as_bytes) {
                    Some(b"401") => Some(actix_web::error::ErrorUnauthorized("no")),
                    Some(_) => Some(actix_web::error::ErrorServiceUnavailable("busy")),
                    None => None,
                };
                let answer = if refused.is_none() { Some(service.call(request)) } else { None };
                async move {
                    match (answer, refused) {
                        (Some(answer), _) => answer.await,
                        (None, refused) => Err(refused.expect("one of the two")),
                    }
                }
            })
            .wrap(ActixAudit::new(audit))
            .route("/users/{id}", web::get().to(user));
        let app = test::init_service(app).await;
        for (refused, path) in
            [(None, "/users/7"), (Some("401"), "/users/7"), (Some("503"), "/users/7"), (Some("401"), "/nowhere")]
        {
            let mut request = test::TestRequest::get().uri(path);
            if let Some(refused) = refused {
                request = request.insert_header(("refused", refused));
            }
            let answered = app.call(request.to_request()).await;
            assert_eq!(answered.is_err(), refused.is_some());
            if let Ok(answer) = answered {
                test::read_body(answer).await;
            }
        }
        let seen = collect.0.lock().expect("unpoisoned");
        let seen: Vec<_> = seen.iter().map(|(route, _, status, outcome, _)| (*route, *status, *outcome)).collect();
        assert_eq!(
            seen,
            [
                ("/users/{id}", Some(200), Outcome::Completed),
                ("/users/{id}", Some(401), Outcome::Completed),
                ("/users/{id}", Some(503), Outcome::Completed),
                ("(unmatched)", Some(401), Outcome::Completed),
            ],
            "{patterns:?}"
        );
    }
}

/// A middleware that rewrites the path: the route is the one that served.
#[test]
fn a_rewritten_path_has_the_route_that_served() {
    actix_web::rt::System::new().block_on(async {
        let collect = Arc::new(Collect::default());
        let audit = Audit::builder().build(Arc::clone(&collect));
        let app = App::new()
            .wrap(actix_web::middleware::NormalizePath::trim())
            .wrap(ActixAudit::new(audit))
            .route("/users/{id}", web::get().to(user));
        let app = test::init_service(app).await;
        let request = test::TestRequest::get().uri("/users/7//").to_request();
        test::read_body(test::call_service(&app, request).await).await;
        let seen = collect.0.lock().expect("unpoisoned");
        assert_eq!((seen[0].0, seen[0].2), ("/users/{id}", Some(200)));
    });
}

/// A stream under a length that the handler announced.
#[test]
fn an_announced_stream_is_complete_when_its_length_is_out() {
    actix_web::rt::System::new().block_on(async {
        let collect = Arc::new(Collect::default());
        let audit = Audit::builder().routes(["/announced"]).build(Arc::clone(&collect));
        let answer = async || {
            let chunks = Chunks { count: 3, sent: 0, size: Size::Unknown, fails: false };
            let mut response = HttpResponse::Ok();
            response.insert_header(("content-length", "20"));
            response.message_body(chunks).expect("valid").map_into_boxed_body()
        };
        let app = App::new().route("/announced", web::get().to(answer)).wrap(ActixAudit::new(audit));
        let app = test::init_service(app).await;
        for polls in 0..=4 {
            let request = test::TestRequest::get().uri("/announced").to_request();
            let (_, response) = test::call_service(&app, request).await.into_parts();
            let mut body = Box::pin(response.into_body());
            for _ in 0..polls {
                drop(poll_fn(|context| body.as_mut().poll_next(context)).await);
            }
            drop(body);
            let seen = std::mem::take(&mut *collect.0.lock().expect("unpoisoned"));
            let expected = if polls < 2 { Outcome::BodyDropped } else { Outcome::Completed };
            assert_eq!(seen.iter().map(|seen| seen.3).collect::<Vec<_>>(), [expected], "{polls}");
        }
    });
}

/// The closure of `HttpServer::new` runs once per worker: it makes an app and an audit each, with one ledger for all.
#[test]
fn workers_with_an_audit_each_are_added() {
    actix_web::rt::System::new().block_on(workers());
}

async fn workers() {
    let (ledger, kept) = (Arc::new(Ledger::new()), Arc::new(Mutex::new(Vec::with_capacity(2000))));
    let mut apps = Vec::new();
    for _ in 0..4 {
        let (audit, kept) = (Audit::builder().track_one_in(1).build(Arc::clone(&ledger)), Arc::clone(&kept));
        let leak = move || {
            kept.lock().expect("unpoisoned").push(black_box(vec![1_u8; 1000]));
            std::future::ready("ok")
        };
        apps.push(
            test::init_service(App::new().route("/leak", web::get().to(leak)).wrap(ActixAudit::new(audit))).await,
        );
    }
    for request in 0..2000 {
        let request_to = test::TestRequest::get().uri("/leak").to_request();
        drop(test::read_body(test::call_service(&apps[request * request / 7 % apps.len()], request_to).await).await);
    }
    let route = ledger.route("/leak").expect("it had requests");
    assert_eq!(route.finding, Finding::Leaking, "{}", route.verdict);
    assert!(route.alive_bytes.is_some_and(|bytes| bytes >= 2_000_000), "{:?}", route.alive_bytes);
}

/// The same by a real server: its threads, its sockets, and connections that are spread over them as the system likes.
#[test]
fn workers_of_a_real_server_with_an_audit_each_are_added() {
    const REQUESTS: usize = 2000;
    for (workers, connections) in [(1, 1), (4, 1), (4, 4), (3, 8)] {
        let ledger = Arc::new(Ledger::new());
        let kept = Arc::new(Mutex::new(Vec::with_capacity(REQUESTS)));
        let audits = Arc::new(AtomicUsize::new(0));
        let (tell, told) = std::sync::mpsc::channel();
        let of_server = (Arc::clone(&ledger), Arc::clone(&kept), Arc::clone(&audits));
        let server = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let (ledger, kept, audits) = of_server;
                let app = move || {
                    audits.fetch_add(1, Ordering::Relaxed);
                    let audit = Audit::builder().track_one_in(1).build(Arc::clone(&ledger));
                    let kept = Arc::clone(&kept);
                    let leak = move || {
                        kept.lock().expect("unpoisoned").push(black_box(vec![1_u8; 1000]));
                        std::future::ready("ok")
                    };
                    App::new().route("/leak", web::get().to(leak)).wrap(ActixAudit::new(audit))
                };
                let server = HttpServer::new(app).workers(workers).disable_signals();
                let server = server.bind(("127.0.0.1", 0)).expect("a free port");
                let address = server.addrs()[0];
                let server = server.run();
                tell.send((address, server.handle())).expect("it waits");
                server.await.expect("no error");
            });
        });
        let (address, handle) = told.recv().expect("it begins");
        let clients: Vec<_> =
            (0..connections).map(|_| std::thread::spawn(move || ask(address, REQUESTS / connections))).collect();
        for client in clients {
            client.join().expect("all is answered");
        }
        // The last answers are out before their requests have ended.
        actix_web::rt::System::new().block_on(handle.stop(true));
        server.join().expect("it ends");
        assert_eq!(audits.load(Ordering::Relaxed), workers);
        let route = ledger.route("/leak").expect("it had requests");
        assert_eq!(route.requests, REQUESTS as u64, "{workers} workers");
        assert_eq!(kept.lock().expect("unpoisoned").len(), REQUESTS);
        assert_eq!(route.finding, Finding::Leaking, "{workers} workers, {connections} connections: {}", route.verdict);
        assert!(route.verdict.starts_with("leaking about 10"), "{}", route.verdict);
        let alive = route.alive_bytes.expect("followed");
        assert!((2_000_000..2_100_000).contains(&alive), "{workers} workers: {alive}");
    }
}

/// Requests one after another on one connection.
fn ask(address: std::net::SocketAddr, requests: usize) {
    use std::io::{BufRead, BufReader, Read, Write};
    let mut socket = BufReader::new(std::net::TcpStream::connect(address).expect("a server"));
    for _ in 0..requests {
        socket.get_mut().write_all(b"GET /leak HTTP/1.1\r\nhost: x\r\n\r\n").expect("it reads");
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            assert!(socket.read_line(&mut line).expect("it answers") > 0, "it goes on");
        }
        let mut body = [0; 2];
        socket.read_exact(&mut body).expect("a body");
        assert_eq!(&body, b"ok");
    }
}
