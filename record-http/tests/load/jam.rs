//! Clients of HTTP/2 that read nothing, on connections whose windows would let the server send for long; and who suffers.

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Path;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Frame, SizeHint};
use hyper_util::rt::{TokioExecutor, TokioIo};
use record_http::{CHUNK_BYTES, JsonLines};
use record_runtime::BufferPool;
use tokio::net::TcpStream;

use super::client::Connection;
use super::http2::Silent;
use super::{alone, clients, rows, serve, wait_until};

/// More than all that sockets, windows and hyper hold.
const ENDLESS: usize = 100_000_000;

/// Two mebibytes of rows.
const ROWS: usize = 28_000;

async fn collected(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    Response::from_parts(parts, Body::from(to_bytes(body, usize::MAX).await.unwrap()))
}

/// Keeps all frames, as it hands them on: a cache that stores what was sent.
struct Tee {
    body: Body,
    kept: Vec<Bytes>,
}

impl hyper::body::Body for Tee {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            self.kept.push(data.clone());
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

async fn teed(response: Response) -> Response {
    response.map(|body| Body::new(Tee { body, kept: Vec::new() }))
}

fn router() -> Router {
    let routes =
        || Router::new().route("/lines/{n}/{rows}", get(async |Path((n, count))| JsonLines::new(rows(n, count))));
    Router::new()
        .nest("/plain", routes())
        .nest("/collected", routes().layer(map_response(collected)))
        .nest("/teed", routes().layer(map_response(teed)))
        .nest("/gzip", routes().layer(tower_http::compression::CompressionLayer::new()))
}

fn out() -> usize {
    usize::try_from(BufferPool::global().stats().out).unwrap()
}

/// The chunks beyond two each that the process may have given since streams are jammed. The n-th of them comes 20 n ms
/// after the one before.
fn beyond(since: Instant) -> usize {
    let intervals = since.elapsed().as_millis() / 20;
    (1..10_000).take_while(|count| count * (count - 1) / 2 <= intervals).count()
}

async fn jammed(address: SocketAddr, connections: usize, streams: usize) -> Vec<(Silent, Vec<u32>)> {
    let mut silent = Vec::new();
    for _ in 0..connections {
        let mut client = Silent::open(address).await;
        let mut ids = Vec::new();
        for stream in 0..streams {
            ids.push(client.get(&format!("/plain/lines/{stream}/{ENDLESS}")).await);
        }
        silent.push((client, ids));
    }
    silent
}

/// Once all streams have begun, and for some time after: two chunks each, and the few of the process.
async fn assert_bounded(streams: usize, since: Instant) {
    while out() < streams {
        assert!(since.elapsed() < Duration::from_secs(30), "{} chunks of {streams} streams", out());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        // In this order: what may be out has grown when it is compared.
        let (out, may_be) = (out(), 2 * streams + beyond(since));
        assert!(out <= may_be, "{out} chunks of {streams} streams, and not {may_be}");
    }
    println!("{streams} streams that nobody reads: {} chunks after {:?}", out(), since.elapsed());
}

fn jam(connections: usize, streams: usize) {
    let _lock = alone();
    let (_server, address) = serve(2, router());
    clients().block_on(async {
        let since = Instant::now();
        let _silent = jammed(address, connections, streams).await;
        assert_bounded(connections * streams, since).await;
    });
    wait_until("the clients are gone, and their chunks are not", || out() == 0);
}

#[test]
fn slow_readers_of_http2_hold_two_chunks_each() {
    jam(20, 1);
}

/// Of the streams that begin when the connection is jammed already, no chunk is ever taken.
#[test]
fn slow_readers_of_http2_on_one_connection() {
    jam(1, 150);
}

#[test]
fn slow_readers_of_http2_on_several_connections() {
    jam(10, 15);
}

/// Frames that wake a stream without letting it send.
#[test]
fn a_jammed_client_cannot_talk_the_server_into_more() {
    let _lock = alone();
    let (_server, address) = serve(2, router());
    clients().block_on(async {
        let since = Instant::now();
        let mut silent = jammed(address, 1, 20).await;
        let (client, streams) = &mut silent[0];
        while out() < streams.len() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        for _ in 0..50 {
            for stream in streams.iter() {
                client.widen(*stream).await;
            }
            client.widen(0).await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_bounded(streams.len(), since).await;
    });
    wait_until("the clients are gone, and their chunks are not", || out() == 0);
}

async fn get_http2(address: SocketAddr, paths: &[String]) -> Vec<Bytes> {
    let socket = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), socket).await.unwrap();
    tokio::spawn(connection);
    let mut tasks = Vec::new();
    for path in paths {
        let mut client = client.clone();
        let request = http::Request::get(format!("http://x{path}")).header("accept-encoding", "gzip");
        let request = request.body(Empty::<Bytes>::new()).unwrap();
        tasks.push(tokio::spawn(async move {
            let answer = client.send_request(request).await.unwrap();
            answer.into_body().collect().await.unwrap().to_bytes()
        }));
    }
    let mut bodies = Vec::new();
    for task in tasks {
        bodies.push(task.await.unwrap());
    }
    bodies
}

fn expected(request: u64, count: usize) -> Vec<u8> {
    let mut text = Vec::new();
    record_runtime::append_json_lines(rows(request, count), &mut text).unwrap();
    text
}

fn unzipped(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(text), &mut plain).unwrap();
    plain
}

/// Clients that read get all of it, whatever is between the body and the server, while others jam their connections.
#[test]
fn who_reads_is_served_beside_jammed_connections() {
    let _lock = alone();
    let (_server, address) = serve(2, router());
    clients().block_on(async {
        let _silent = jammed(address, 2, 20).await;
        while out() < 40 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let whole: Vec<_> = (0..4).map(|request| expected(request, ROWS)).collect();
        for layer in ["plain", "collected", "gzip"] {
            let paths: Vec<_> = (0..4).map(|request| format!("/{layer}/lines/{request}/{ROWS}")).collect();
            let bodies = get_http2(address, &paths).await;
            for (request, (body, whole)) in bodies.iter().zip(&whole).enumerate() {
                let body = if layer == "gzip" { unzipped(body) } else { body.to_vec() };
                assert!(body == *whole, "request {request} over /{layer}: {} bytes of {}", body.len(), whole.len());
            }
        }
        for layer in ["plain", "collected", "teed"] {
            let mut connection = Connection::open(address).await;
            for (request, whole) in whole.iter().enumerate() {
                let body = connection.get(&format!("/{layer}/lines/{request}/{ROWS}")).await;
                assert!(body == *whole, "request {request} over /{layer}: {} bytes", body.len());
            }
        }
    });
    wait_until("a chunk is left", || out() == 0);
}

/// A collector of all chunks behind a working server of HTTP/2 is not told from a jam; it goes on all the same.
#[test]
fn a_cache_behind_http2_gets_whole_bodies() {
    let _lock = alone();
    let (_server, address) = serve(2, router());
    let count = 6 * CHUNK_BYTES / 75;
    clients().block_on(async {
        let bodies = get_http2(address, &[format!("/teed/lines/7/{count}")]).await;
        assert!(bodies[0] == expected(7, count), "{} bytes", bodies[0].len());
    });
    wait_until("a chunk is left", || out() == 0);
}

/// Streams that are taken back, while their connection is jammed.
#[test]
fn cancelled_streams_of_a_jammed_connection_return_their_chunks() {
    let _lock = alone();
    let (_server, address) = serve(2, router());
    clients().block_on(async {
        let since = Instant::now();
        let mut silent = jammed(address, 1, 40).await;
        assert_bounded(40, since).await;
        let (client, streams) = &mut silent[0];
        let (gone, left) = streams.split_at(30);
        for stream in gone {
            client.cancel(*stream).await;
        }
        // The server reads, though it cannot write.
        wait_until("chunks of cancelled streams are left", || out() <= 2 * left.len() + beyond(since));
        let more = client.get(&format!("/plain/lines/1/{ENDLESS}")).await;
        wait_until("the next stream begins", || out() > left.len());
        client.cancel(more).await;
    });
    wait_until("the clients are gone, and their chunks are not", || out() == 0);
}
