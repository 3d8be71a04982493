//! Page faults, retransmits and escape sequences of requests: nothing where nobody asked, and what was planted elsewhere.
//! Each over sockets, under axum and under actix-web.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::{App, HttpResponse, HttpServer, web};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::extract::connect_info::Connected;
use axum::routing::get;
use axum::serve::IncomingStream;
use axum::{Router, ServiceExt};
use bytes::Bytes;
use http_body::Frame;
use record_audit::{
    ActixAudit, Audit, AuditBuilder, AuditLayer, PageFaults, Recorder, RequestRecord, TcpSocket, TcpUse,
};
use socket2::{SockFilter, SockRef};
use tokio::net::TcpListener;

/// Larger than what a socket buffers.
const LARGE_BYTES: usize = 32 << 20;
const PAGES: usize = 4000;

#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    faults: Option<PageFaults>,
    tcp: Option<TcpUse>,
    escaped: Option<u64>,
    handling: Duration,
    poll: Duration,
    wall: Duration,
}

#[derive(Default)]
struct Records(Mutex<Vec<Seen>>);

impl Recorder for Records {
    fn ended(&self, record: &RequestRecord<'_>) {
        self.0.lock().expect("unpoisoned").push(Seen {
            faults: record.page_faults(),
            tcp: record.tcp(),
            escaped: record.escaped_bytes(),
            handling: record.handling(),
            poll: record.poll(),
            wall: record.wall(),
        });
    }
}

impl Records {
    /// The next request that is reported.
    fn take(&self) -> Seen {
        loop {
            if let Some(seen) = self.0.lock().expect("unpoisoned").pop() {
                return seen;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[derive(Clone)]
struct Socket(Option<TcpSocket>);

impl Connected<IncomingStream<'_, TcpListener>> for Socket {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self(TcpSocket::of(stream.io()).ok())
    }
}

fn socket(extensions: &http::Extensions) -> Option<&TcpSocket> {
    extensions.get::<ConnectInfo<Socket>>()?.0.0.as_ref()
}

/// A body that is made as fast as the client takes it.
struct Parts(usize);

impl Parts {
    fn next(&mut self) -> Option<Bytes> {
        static PART: [u8; 64 << 10] = [b' '; 64 << 10];
        self.0 = self.0.checked_sub(PART.len())?;
        Some(Bytes::from_static(&PART))
    }
}

impl http_body::Body for Parts {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.next().map(|part| Ok(Frame::data(part))))
    }
}

impl MessageBody for Parts {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(self.next().map(Ok))
    }
}

const ESCAPES: &str = "\"a\\n\\\\\\u0001\"";

fn touch() -> String {
    let blocks: Vec<Box<[u8]>> = (0..PAGES).map(|_| vec![1; 4096].into()).collect();
    blocks.len().to_string()
}

/// Starts a service with that audit, in a runtime of its own.
type Serve = fn(AuditBuilder) -> (Arc<Records>, SocketAddr);

const FRAMEWORKS: [(&str, Serve); 2] = [("axum", over_axum), ("actix-web", over_actix)];

fn over_axum(settings: AuditBuilder) -> (Arc<Records>, SocketAddr) {
    let records = Arc::new(Records::default());
    let router = Router::new()
        .route("/small", get(async || "small"))
        .route("/escapes", get(async || ESCAPES))
        .route("/large", get(async || Body::new(Parts(LARGE_BYTES))))
        .route("/touch", get(async || touch()));
    let service = AuditLayer::new(settings.build(Arc::clone(&records))).around_axum(router);
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            sender.send(listener.local_addr().expect("bound")).expect("somebody waits");
            let service = service.into_make_service_with_connect_info::<Socket>();
            axum::serve(listener, service).await
        })
    });
    (records, receiver.recv().expect("it listens"))
}

/// One worker, so that a request finds the memory that the one before it left.
fn over_actix(settings: AuditBuilder) -> (Arc<Records>, SocketAddr) {
    let records = Arc::new(Records::default());
    let audit = settings.build(Arc::clone(&records));
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = move || {
                App::new()
                    .route("/small", web::get().to(async || "small"))
                    .route("/escapes", web::get().to(async || ESCAPES))
                    .route("/large", web::get().to(async || HttpResponse::Ok().body(Parts(LARGE_BYTES))))
                    .route("/touch", web::get().to(async || touch()))
                    .wrap(ActixAudit::new(audit.clone()))
            };
            let server = HttpServer::new(app).workers(1).disable_signals().on_connect(|connection, data| {
                let stream = connection.downcast_ref::<actix_web::rt::net::TcpStream>();
                data.insert(TcpSocket::of(stream.expect("it is TCP")).expect("a descriptor"));
            });
            let server = server.bind(("127.0.0.1", 0)).expect("a port");
            sender.send(server.addrs()[0]).expect("somebody waits");
            server.run().await
        })
    });
    (records, receiver.recv().expect("it listens"))
}

fn ask(address: SocketAddr, path: &str, meanwhile: impl FnOnce(&TcpStream)) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes())
        .expect("it listens");
    meanwhile(&stream);
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer to its end");
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{:?}", String::from_utf8_lossy(&answer[..answer.len().min(100)]));
}

/// The client's kernel drops every segment that comes, until the server's has sent some again.
fn lose_segments(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    // `ret 0`: of each packet no byte is kept.
    socket.attach_filter(&[SockFilter::new(0x06, 0, 0, 0)]).expect("a filter");
    std::thread::sleep(Duration::from_millis(700));
    socket.detach_filter().expect("it was attached");
}

#[test]
fn nothing_is_noted_where_nobody_asked() {
    for (framework, serve) in FRAMEWORKS {
        let (records, address) = serve(Audit::builder());
        ask(address, "/touch", |_| ());
        let seen = records.take();
        assert_eq!((seen.faults, seen.tcp, seen.escaped), (None, None, None), "{framework}");
    }
}

#[test]
fn page_faults_of_its_polls_are_a_request_s() {
    for (framework, serve) in FRAMEWORKS {
        let (records, address) = serve(Audit::builder().note_page_faults());
        let faults = |path: &str| {
            ask(address, path, |_| ());
            records.take().faults.expect("Linux").minor
        };
        let touching = faults("/touch");
        // Memory that was there before serves some of it.
        assert!(touching >= PAGES as u64 / 2, "{framework}: {touching}");
        faults("/small");
        let small = faults("/small");
        assert!(small < 100, "{framework}: {small}");
    }
}

#[test]
fn retransmits_and_the_round_trip_are_a_request_s() {
    for (framework, serve) in FRAMEWORKS {
        let (records, address) = serve(Audit::builder().note_tcp(socket));
        ask(address, "/small", |_| ());
        let calm = records.take();
        let tcp = calm.tcp.expect("Linux");
        assert_eq!((tcp.retransmits, calm.faults), (0, None), "{framework}");
        assert!(!tcp.round_trip.is_zero(), "{framework}");
        ask(address, "/large", lose_segments);
        let lossy = records.take();
        assert!(lossy.tcp.expect("Linux").retransmits >= 1, "{framework}: {lossy:?}");
        // The wait is the body's, not the handler's.
        assert!(lossy.poll <= lossy.handling && lossy.handling < lossy.wall, "{framework}: {lossy:?}");
    }
}

/// A connection has more than one request, of which each has what happened while it was under way.
#[test]
fn requests_of_one_connection_are_told_apart() {
    for (framework, serve) in FRAMEWORKS {
        let (records, address) = serve(Audit::builder().note_tcp(socket));
        let mut stream = TcpStream::connect(address).expect("it listens");
        let mut ask = |path: &str, meanwhile: fn(&TcpStream), len: usize| {
            stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).expect("it listens");
            meanwhile(&stream);
            let (mut answer, mut part) = (Vec::new(), vec![0; 1 << 20]);
            while answer.len() < len || !answer.ends_with(b"small") && !answer.ends_with(b"0\r\n\r\n") {
                let read = stream.read(&mut part).expect("an answer");
                assert!(read > 0, "{framework}: it stays open");
                answer.extend_from_slice(&part[..read]);
            }
            records.take().tcp.expect("Linux").retransmits
        };
        assert_eq!(ask("/small", |_| (), 5), 0, "{framework}");
        assert!(ask("/large", lose_segments, LARGE_BYTES) >= 1, "{framework}");
        // The last segments may have been sent again, too late for their own request.
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(ask("/small", |_| (), 5), 0, "{framework}: those before are not its own");
    }
}

/// axum's audit is told by a function, and may be told nothing of one connection or another.
#[test]
fn a_connection_without_a_socket_has_nothing() {
    let (records, address) = over_axum(Audit::builder().note_tcp(|_| None));
    ask(address, "/small", |_| ());
    assert_eq!(records.take().tcp, None);
}

#[test]
fn escape_sequences_are_counted_in_the_answer() {
    for (framework, serve) in FRAMEWORKS {
        let (records, address) = serve(Audit::builder().note_escapes());
        ask(address, "/escapes", |_| ());
        assert_eq!(records.take().escaped, Some(2 + 2 + 6), "{framework}");
        ask(address, "/small", |_| ());
        assert_eq!(records.take().escaped, Some(0), "{framework}");
    }
}

/// The descriptor is one more for the same socket: the client sees the connection's end all the same.
#[test]
fn no_connection_stays_open() {
    let open = || std::fs::read_dir("/proc/self/fd").expect("Linux").count();
    for (framework, serve) in FRAMEWORKS {
        let (records, address) = serve(Audit::builder().note_tcp(socket));
        let before = open();
        for _ in 0..200 {
            // To the end, which comes when the last descriptor is closed.
            ask(address, "/small", |_| ());
            records.take();
        }
        // Other tests of this process open some, too.
        assert!(open() < before + 100, "{framework}: {before} to {}", open());
    }
}
