//! The layer around a server of tonic's, asked over a socket.

use std::convert::Infallible;
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec;

use bytes::{Buf, BufMut};
use futures_core::Stream;
use http::uri::PathAndQuery;
use record_audit::{Audit, AuditLayer, Outcome, Recorder, RequestRecord};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::{NamedService, ServerStreamingService, UnaryService};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Code, Request, Response, Status, client, server};
use tower::Service;

/// Messages as they are.
#[derive(Clone, Copy)]
struct Plain;

impl Codec for Plain {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Plain {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buf: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buf.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Plain {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buf: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut item = vec![0; buf.remaining()];
        buf.copy_to_slice(&mut item);
        Ok(Some(item))
    }
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// `Greet` answers, `Count` sends three messages, `Endless` does not stop, all else is not found.
#[derive(Clone)]
struct Greeter;

impl NamedService for Greeter {
    const NAME: &'static str = "hello.Greeter";
}

impl Service<http::Request<Body>> for Greeter {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Boxed<Result<http::Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move {
            let method = request.uri().path().rsplit('/').next().map(str::to_owned);
            let mut server = server::Grpc::new(Plain);
            Ok(match method.as_deref() {
                Some("Count") => server.server_streaming(Messages(3), request).await,
                Some("Endless") => server.server_streaming(Messages(u32::MAX), request).await,
                Some("Greet") => server.unary(Greet, request).await,
                _ => server.unary(Unknown, request).await,
            })
        })
    }
}

struct Greet;

impl UnaryService<Vec<u8>> for Greet {
    type Response = Vec<u8>;
    type Future = Boxed<Result<Response<Vec<u8>>, Status>>;

    fn call(&mut self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(async move {
            drop(black_box(vec![1_u8; 50_000]));
            Ok(Response::new([b"hello ", request.get_ref().as_slice()].concat()))
        })
    }
}

struct Unknown;

impl UnaryService<Vec<u8>> for Unknown {
    type Response = Vec<u8>;
    type Future = Boxed<Result<Response<Vec<u8>>, Status>>;

    fn call(&mut self, _: Request<Vec<u8>>) -> Self::Future {
        Box::pin(async { Err(Status::not_found("planned")) })
    }
}

/// So many messages of 30,000 bytes, each allocated when it is asked for.
struct Messages(u32);

impl Stream for Messages {
    type Item = Result<Vec<u8>, Status>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0 == 0 {
            return Poll::Ready(None);
        }
        self.0 -= 1;
        Poll::Ready(Some(Ok(black_box(vec![1_u8; 30_000]))))
    }
}

impl ServerStreamingService<Vec<u8>> for Messages {
    type Response = Vec<u8>;
    type ResponseStream = Self;
    type Future = Boxed<Result<Response<Self>, Status>>;

    fn call(&mut self, _: Request<Vec<u8>>) -> Self::Future {
        let messages = Self(self.0);
        Box::pin(async move { Ok(Response::new(messages)) })
    }
}

#[derive(Debug)]
struct Seen {
    route: &'static str,
    method: &'static str,
    status: Option<u16>,
    outcome: Outcome,
    handler_bytes: u64,
    body_bytes: u64,
}

struct Told(mpsc::UnboundedSender<Seen>);

impl Recorder for Told {
    fn ended(&self, record: &RequestRecord<'_>) {
        let seen = Seen {
            route: record.route(),
            method: record.method(),
            status: record.status(),
            outcome: record.outcome(),
            handler_bytes: record.handler().expect("installed").allocated_bytes,
            body_bytes: record.body().expect("installed").allocated_bytes,
        };
        let _ = self.0.send(seen);
    }
}

async fn next(records: &mut mpsc::UnboundedReceiver<Seen>) -> Seen {
    timeout(Duration::from_secs(30), records.recv()).await.expect("reported soon").expect("the server runs")
}

async fn client(channel: &Channel) -> client::Grpc<Channel> {
    let mut client = client::Grpc::new(channel.clone());
    client.ready().await.expect("connected");
    client
}

#[tokio::test]
async fn calls_streams_errors_and_cancellation() {
    let (sender, mut records) = mpsc::unbounded_channel();
    let routes = ["/hello.Greeter/Greet", "/hello.Greeter/Count", "/hello.Greeter/Endless"];
    let audit = Audit::builder().routes(routes).build(Told(sender));
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let address = incoming.local_addr().expect("bound");
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::builder().layer(AuditLayer::new(audit)).add_service(Greeter);
    let server = tokio::spawn(server.serve_with_incoming_shutdown(incoming, async { drop(stopped.await) }));
    let channel =
        Endpoint::from_shared(format!("http://{address}")).expect("a URI").connect().await.expect("listening");
    let path = PathAndQuery::from_static;

    let answer = client(&channel).await.unary(Request::new(b"Ada".to_vec()), path(routes[0]), Plain).await;
    assert_eq!(answer.expect("answered").into_inner(), b"hello Ada");
    let seen = next(&mut records).await;
    assert_eq!((seen.route, seen.method, seen.status), (routes[0], "POST", Some(200)));
    assert_eq!(seen.outcome, Outcome::Completed);
    assert!(seen.handler_bytes >= 50_000, "{seen:?}");

    let answer = client(&channel).await.unary(Request::new(Vec::new()), path("/hello.Greeter/None"), Plain).await;
    let answer: Result<Response<Vec<u8>>, Status> = answer;
    assert_eq!(answer.expect_err("planned").code(), Code::NotFound);
    // An error of gRPC is an answer of HTTP.
    let seen = next(&mut records).await;
    assert_eq!((seen.route, seen.status, seen.outcome), ("(unmatched)", Some(200), Outcome::Completed));

    let answer = client(&channel).await.server_streaming(Request::new(Vec::new()), path(routes[1]), Plain).await;
    let mut messages = answer.expect("answered").into_inner();
    let mut lengths = Vec::new();
    while let Some(message) = messages.message().await.expect("no error") {
        lengths.push(Vec::len(&message));
    }
    assert_eq!(lengths, [30_000; 3]);
    let seen = next(&mut records).await;
    assert_eq!((seen.route, seen.outcome), (routes[1], Outcome::Completed));
    assert!(seen.handler_bytes < 30_000 && seen.body_bytes >= 90_000, "{seen:?}");

    let answer = client(&channel).await.server_streaming(Request::new(Vec::new()), path(routes[2]), Plain).await;
    let mut messages = answer.expect("answered").into_inner();
    assert_eq!(messages.message().await.expect("no error").as_ref().map(Vec::len), Some(30_000));
    drop(messages);
    let seen = next(&mut records).await;
    assert_eq!((seen.route, seen.outcome), (routes[2], Outcome::BodyDropped));

    drop(channel);
    drop(stop);
    server.await.expect("no panic").expect("stopped");
    assert!(records.try_recv().is_err(), "each was reported once");
}
