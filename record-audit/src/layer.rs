//! The middleware for services that speak tower's `Service` over `http` types: axum, hyper, tonic.

mod body;
mod future;
mod route;

use std::task::{Context, Poll};

use http::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
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
/// `axum::serve` needs axum's own type of body: there it is `AuditLayer::new(audit).around_axum(router)` (feature `axum`).
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
        in_flight.note(
            || request.headers().get(CONTENT_LENGTH).map(HeaderValue::as_bytes),
            |target| {
                let it = request.uri().path_and_query();
                target.push_str(it.map_or(request.uri().path(), http::uri::PathAndQuery::as_str));
            },
        );
        #[cfg(feature = "kernel")]
        in_flight.note_kernel(|shared| (shared.find_socket)(request.extensions()));
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
