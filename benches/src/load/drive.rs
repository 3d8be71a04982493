//! The clients: connections that send one request after another, and note how long each took.

#![forbid(unsafe_code)]

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::options::{Options, SERVE};
use super::service::Route;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Long enough that pools and connections have their size.
const WARM_UP: Duration = Duration::from_millis(300);

/// The figures of a service under load.
#[derive(Debug, Clone)]
pub(super) struct Load {
    pub(super) requests: u64,
    pub(super) seconds: f64,
    /// Nanoseconds from sending a request to the last byte of its response.
    pub(super) latency: Histogram<u64>,
    pub(super) allocations: u64,
    pub(super) peak_bytes: u64,
}

/// A service in a process of its own, which ends when this value is dropped.
pub(super) struct Service {
    process: Child,
    address: SocketAddr,
}

impl Drop for Service {
    fn drop(&mut self) {
        // It ends by itself when its standard input does; this is faster. It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Service {
    pub(super) fn start() -> Result<Self> {
        let mut process =
            Command::new(std::env::current_exe()?).arg(SERVE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let read = process.stdout.take().map(|out| BufReader::new(out).read_line(&mut line));
        let address = line.trim().parse().map_err(|_| format!("the service said {line:?} ({read:?})"));
        // From here on, an error ends the process too.
        let mut service = Self { process, address: SocketAddr::from(([0, 0, 0, 0], 0)) };
        service.address = address?;
        Ok(service)
    }

    /// One body.
    pub(super) fn text(&self, route: Route, bytes: usize) -> Result<Vec<u8>> {
        runtime()?.block_on(async { get(&mut self.connect().await?, &route.path(bytes)).await })
    }

    pub(super) fn drive(&self, route: Route, bytes: usize, options: &Options) -> Result<Load> {
        runtime()?.block_on(async {
            self.send_for(WARM_UP, route, bytes, options.connections).await?;
            let [allocated, _] = self.knowledge().await?;
            let start = Instant::now();
            let latency =
                self.send_for(Duration::from_secs(options.seconds), route, bytes, options.connections).await?;
            let seconds = start.elapsed().as_secs_f64();
            let [allocated_now, peak_bytes] = self.knowledge().await?;
            let requests = latency.len();
            Ok(Load { requests, seconds, latency, allocations: allocated_now - allocated, peak_bytes })
        })
    }

    async fn send_for(&self, time: Duration, route: Route, bytes: usize, connections: usize) -> Result<Histogram<u64>> {
        let end = Instant::now() + time;
        let mut clients = JoinSet::new();
        for _ in 0..connections {
            let mut connection = self.connect().await?;
            clients.spawn(async move {
                let path = route.path(bytes);
                // Three digits, and as long as it takes.
                let mut latency = Histogram::<u64>::new(3)?;
                while Instant::now() < end {
                    let start = Instant::now();
                    let length = length_of(&mut connection, &path).await?;
                    latency.record(u64::try_from(start.elapsed().as_nanos())?)?;
                    if length != bytes {
                        return Err(format!("a response of {length} bytes in place of {bytes}").into());
                    }
                }
                Ok(latency)
            });
        }
        let mut all = Histogram::new(3)?;
        while let Some(latency) = clients.join_next().await {
            let latency: Result<Histogram<u64>> = latency?;
            all.add(latency?)?;
        }
        Ok(all)
    }

    async fn knowledge(&self) -> Result<[u64; 2]> {
        let text = get(&mut self.connect().await?, "/knowledge").await?;
        Ok(serde_json::from_slice(&text)?)
    }

    async fn connect(&self) -> Result<SendRequest<Empty<Bytes>>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Ends with the sender; an error is the sender's too.
        tokio::spawn(connection);
        Ok(sender)
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

async fn get(connection: &mut SendRequest<Empty<Bytes>>, path: &str) -> Result<Vec<u8>> {
    Ok(send(connection, path).await?.collect().await?.to_bytes().to_vec())
}

/// The length of a body, which is not put together.
async fn length_of(connection: &mut SendRequest<Empty<Bytes>>, path: &str) -> Result<usize> {
    let mut body = send(connection, path).await?;
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        length += frame?.data_ref().map_or(0, Bytes::len);
    }
    Ok(length)
}

async fn send(connection: &mut SendRequest<Empty<Bytes>>, path: &str) -> Result<hyper::body::Incoming> {
    connection.ready().await?;
    let request = Request::get(path).header("host", "localhost").body(Empty::new())?;
    let response = connection.send_request(request).await?;
    if response.status() != StatusCode::OK {
        return Err(format!("{path}: {}", response.status()).into());
    }
    Ok(response.into_body())
}
