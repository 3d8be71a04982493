//! The form of an audited service that `axum::serve` takes.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum_core::body::Body;
use axum_core::extract::Request;
use axum_core::response::Response;
use bytes::Bytes;
use pin_project_lite::pin_project;
use tower_layer::Layer as _;
use tower_service::Service;

use crate::layer::{AuditBody, AuditFuture, AuditLayer, AuditService};
use crate::recorder::Recorder;

impl<R> AuditLayer<R> {
    /// The layer around a router, or another service, of axum's own types of request and response.
    ///
    /// `axum::ServiceExt` then makes of it what `axum::serve` takes:
    ///
    /// ```no_run
    /// use axum::{Router, ServiceExt, routing::get};
    /// use record_audit::{Audit, AuditLayer, CountingAllocator, Ledger};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: CountingAllocator = CountingAllocator::system();
    ///
    /// # #[tokio::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let router = Router::new().route("/users/{id}", get(async || "Ada"));
    /// let audit = Audit::builder().routes(["/users/{id}"]).build(Ledger::new());
    /// let service = AuditLayer::new(audit).around_axum(router);
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    /// axum::serve(listener, service.into_make_service()).await
    /// # }
    /// ```
    ///
    /// `into_make_service_with_connect_info` works the same way. axum boxes the audited body, which is one allocation
    /// that no request is charged with.
    #[must_use]
    pub fn around_axum<S>(&self, service: S) -> AxumService<S, R> {
        AxumService { service: self.layer(service) }
    }
}

/// See [`AuditLayer::around_axum`].
#[derive(Debug)]
pub struct AxumService<S, R> {
    service: AuditService<S, R>,
}

impl<S: Clone, R> Clone for AxumService<S, R> {
    fn clone(&self) -> Self {
        Self { service: self.service.clone() }
    }
}

impl<S, R, B> Service<Request> for AxumService<S, R>
where
    S: Service<Request, Response = http::Response<B>>,
    R: Recorder,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum_core::BoxError>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = AxumFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        AxumFuture { future: self.service.call(request) }
    }
}

pin_project! {
    /// The future of an [`AxumService`].
    #[must_use = "futures do nothing unless polled"]
    pub struct AxumFuture<F> {
        #[pin]
        future: AuditFuture<F>,
    }
}

impl<F, B, E> Future for AxumFuture<F>
where
    F: Future<Output = Result<http::Response<B>, E>>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum_core::BoxError>,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let response: Result<http::Response<AuditBody<B>>, E> = ready!(self.project().future.poll(context));
        Poll::Ready(response.map(|response| response.map(Body::new)))
    }
}
