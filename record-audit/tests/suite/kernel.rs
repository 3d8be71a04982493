//! Page faults, retransmits and escape sequences of requests: nothing where nobody asked, and what was planted elsewhere.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::extract::connect_info::Connected;
use axum::routing::get;
use axum::serve::IncomingStream;
use axum::{Router, ServiceExt};
use bytes::Bytes;
use http_body::Frame;
use record_audit::{Audit, AuditBuilder, AuditLayer, PageFaults, Recorder, RequestRecord, TcpSocket, TcpUse};
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

impl http_body::Body for Parts {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        static PART: [u8; 64 << 10] = [b' '; 64 << 10];
        Poll::Ready(self.0.checked_sub(PART.len()).map(|left| {
            self.0 = left;
            Ok(Frame::data(Bytes::from_static(&PART)))
        }))
    }
}

/// A service with that audit, in a runtime of its own.
fn serve(settings: AuditBuilder) -> (Arc<Records>, SocketAddr) {
    let records = Arc::new(Records::default());
    let router = Router::new()
        .route("/small", get(async || "small"))
        .route("/escapes", get(async || "\"a\\n\\\\\\u0001\""))
        .route("/large", get(async || Body::new(Parts(LARGE_BYTES))))
        .route(
            "/touch",
            get(async || {
                let blocks: Vec<Box<[u8]>> = (0..PAGES).map(|_| vec![1; 4096].into()).collect();
                blocks.len().to_string()
            }),
        );
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
    let (records, address) = serve(Audit::builder());
    ask(address, "/touch", |_| ());
    let seen = records.take();
    assert_eq!((seen.faults, seen.tcp, seen.escaped), (None, None, None));
}

#[test]
fn page_faults_of_its_polls_are_a_request_s() {
    let (records, address) = serve(Audit::builder().note_page_faults());
    let faults = |path: &str| {
        ask(address, path, |_| ());
        records.take().faults.expect("Linux").minor
    };
    let touching = faults("/touch");
    // Memory that was there before serves some of it.
    assert!(touching >= PAGES as u64 / 2, "{touching}");
    faults("/small");
    let small = faults("/small");
    assert!(small < 100, "{small}");
}

#[test]
fn retransmits_and_the_round_trip_are_a_request_s() {
    let (records, address) = serve(Audit::builder().note_tcp(socket));
    ask(address, "/small", |_| ());
    let calm = records.take();
    let tcp = calm.tcp.expect("Linux");
    assert_eq!((tcp.retransmits, calm.faults), (0, None));
    assert!(!tcp.round_trip.is_zero());
    ask(address, "/large", lose_segments);
    let lossy = records.take();
    assert!(lossy.tcp.expect("Linux").retransmits >= 1, "{lossy:?}");
    // The wait is the body's, not the handler's.
    assert!(lossy.poll <= lossy.handling && lossy.handling < lossy.wall, "{lossy:?}");
    // A connection that the service gives no socket of.
    let (records, address) = serve(Audit::builder().note_tcp(|_| None));
    ask(address, "/small", |_| ());
    assert_eq!(records.take().tcp, None);
}

#[test]
fn escape_sequences_are_counted_in_the_answer() {
    let (records, address) = serve(Audit::builder().note_escapes());
    ask(address, "/escapes", |_| ());
    assert_eq!(records.take().escaped, Some(2 + 2 + 6));
    ask(address, "/small", |_| ());
    assert_eq!(records.take().escaped, Some(0));
}

/// The descriptor is one more for the same socket: the client sees the connection's end all the same.
#[test]
fn no_connection_stays_open() {
    let open = || std::fs::read_dir("/proc/self/fd").expect("Linux").count();
    let (records, address) = serve(Audit::builder().note_tcp(socket));
    let before = open();
    for _ in 0..200 {
        // To the end, which comes when the last descriptor is closed.
        ask(address, "/small", |_| ());
        records.take();
    }
    // Other tests of this process open some, too.
    assert!(open() < before + 100, "{before} to {}", open());
}
