//! The pages of the audit as a service that a router mounts.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum_core::body::Body;
use axum_core::extract::Request;
use axum_core::response::Response;
use http::header::{ACCEPT, ALLOW, CONTENT_LENGTH};
use http::{HeaderValue, Method, StatusCode};
use tower_service::Service;

use crate::ledger::Ledger;
use crate::page;

/// The pages of [`page`] as a service, for a router of axum to mount.
///
/// ```
/// use std::sync::Arc;
///
/// use axum::Router;
/// use record_audit::{AuditPages, Ledger};
///
/// let ledger = Arc::new(Ledger::new());
/// let pages = AuditPages::new(ledger);
/// // `/audit` for a browser, and `/metrics` for Prometheus, which is one of the pages.
/// let router: Router = Router::new().nest_service("/audit", pages.clone()).route_service("/metrics", pages);
/// ```
///
/// With the crate feature `pprof`, `/audit/pprof/heap` is there as well. Go's own address for it is `/debug/pprof/heap`, by
/// `.route_service("/debug/pprof/{profile}", pages)`.
///
/// The pages show routes, sizes and ids of requests: mount them where only those may look who may know that.
///
/// It answers `GET` and `HEAD`, other methods by a 405, and other paths by a 404.
#[derive(Debug, Clone)]
pub struct AuditPages {
    ledger: Arc<Ledger>,
}

impl AuditPages {
    /// The pages of a ledger.
    #[must_use]
    pub const fn new(ledger: Arc<Ledger>) -> Self {
        Self { ledger }
    }

    fn answer(&self, request: &Request) -> Response {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut response = status(StatusCode::METHOD_NOT_ALLOWED);
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET,HEAD"));
            return response;
        }
        let path = request.uri().path();
        // A router that nests has taken its prefix away, and one that routes has not.
        let rest = path.strip_prefix("/debug").unwrap_or(path);
        let accept = request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok());
        match page::answer(&self.ledger, rest, request.uri().query(), accept) {
            // Over HTTP/2, hyper would send the body of an answer to `HEAD`, too.
            Some(mut answer) if request.method() == Method::HEAD => {
                let length = HeaderValue::from(answer.body().len());
                answer.headers_mut().insert(CONTENT_LENGTH, length);
                answer.map(|_| Body::empty())
            }
            Some(answer) => answer.map(Body::from),
            None => status(StatusCode::NOT_FOUND),
        }
    }
}

fn status(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

impl Service<Request> for AuditPages {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        ready(Ok(self.answer(&request)))
    }
}
