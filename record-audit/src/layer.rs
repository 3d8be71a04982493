//! The middleware for services that speak tower's `Service` over `http` types: axum, hyper, tonic.

mod body;
mod future;
mod route;

use std::task::{Context, Poll};

use http::header::{HeaderName, HeaderValue};
use http::{Request, Response, Uri};
use tower_layer::Layer;
use tower_service::Service;

pub use self::body::AuditBody;
pub use self::future::AuditFuture;
pub use self::route::{RouteLayer, RouteService};
use crate::audit::Audit;
use crate::method::{Method, Scheme};
use crate::recorder::Recorder;

/// Audits every request of the service that it is put around.
///
/// Put it around the whole service, from outside: `AuditLayer::new(audit).layer(router)`. hyper and tonic take that as it is.
/// `axum::serve` wants axum's own type of body, which boxes this one, outside of what is counted:
///
/// ```no_run
/// use axum::{Router, ServiceExt, body::Body, extract::Request, routing::get};
/// use record_audit::{Audit, AuditLayer, CountingAllocator, Ledger};
/// use tower::Layer;
///
/// #[global_allocator]
/// static ALLOCATOR: CountingAllocator = CountingAllocator::system();
///
/// # #[tokio::main]
/// # async fn main() -> std::io::Result<()> {
/// let router = Router::new().route("/users/{id}", get(async || "Ada"));
/// let audit = Audit::builder().routes(["/users/{id}"]).build(Ledger::new());
/// let service = AuditLayer::new(audit).layer(router);
/// let service = tower::ServiceExt::<Request>::map_response(service, |answer| answer.map(Body::new));
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
/// axum::serve(listener, ServiceExt::<Request>::into_make_service(service)).await
/// # }
/// ```
///
/// `router.layer(AuditLayer::new(audit))` is shorter. But axum boxes what it is given there, which costs four allocations
/// per request, and those that the router makes before are not seen.
#[derive(Debug)]
pub struct AuditLayer<R> {
    audit: Audit<R>,
}

impl<R> AuditLayer<R> {
    /// A layer that reports to `audit`.
    #[must_use]
    pub fn new(audit: Audit<R>) -> Self {
        Self { audit }
    }
}

impl<R> Clone for AuditLayer<R> {
    fn clone(&self) -> Self {
        Self { audit: self.audit.clone() }
    }
}

impl<S, R> Layer<S> for AuditLayer<R> {
    type Service = AuditService<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        AuditService { inner, audit: self.audit.clone() }
    }
}

/// See [`AuditLayer`].
#[derive(Debug)]
pub struct AuditService<S, R> {
    inner: S,
    audit: Audit<R>,
}

impl<S: Clone, R> Clone for AuditService<S, R> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), audit: self.audit.clone() }
    }
}

impl<S, R, Q, B> Service<Request<Q>> for AuditService<S, R>
where
    S: Service<Request<Q>, Response = Response<B>>,
    R: Recorder,
    B: http_body::Body,
{
    type Response = Response<AuditBody<B>>;
    type Error = S::Error;
    type Future = AuditFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    #[inline(always)]
    fn call(&mut self, request: Request<Q>) -> Self::Future {
        let id = request.headers().get(&REQUEST_ID).map(HeaderValue::as_bytes);
        let (method, scheme) = (method(request.method()), scheme(request.uri()));
        let mut in_flight = self.audit.begin(id, method, scheme, || request.uri().path());
        let future = {
            let _slice = in_flight.call();
            self.inner.call(request)
        };
        in_flight.called();
        AuditFuture::new(future, in_flight)
    }
}

/// Parsed when compiled: a text would be parsed for each request.
static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Those of `http` are told apart without comparing names.
#[inline]
fn method(method: &http::Method) -> Method {
    match *method {
        http::Method::GET => Method::GET,
        http::Method::POST => Method::POST,
        _ => Method::named(method.as_str()),
    }
}

/// That of HTTP/2, and of a request to a proxy; others have none.
#[inline]
fn scheme(uri: &Uri) -> Option<Scheme> {
    let scheme = uri.scheme()?;
    Some(if *scheme == http::uri::Scheme::HTTPS { Scheme::Https } else { Scheme::Http })
}
