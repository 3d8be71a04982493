//! The pattern that a router matched, told to the audit outside of it.

use std::task::{Context, Poll};

use http::{Extensions, Request};
use tower_layer::Layer;
use tower_service::Service;

use crate::route::note_route;

/// Reads the pattern that matched from a request's extensions and passes it to [`note_route`]. For axum:
///
/// ```
/// use axum::extract::MatchedPath;
/// use record_audit::RouteLayer;
///
/// let router: axum::Router = axum::Router::new()
///     .route("/users/{id}", axum::routing::get(|| async { "Ada" }))
///     .route_layer(RouteLayer::new(|extensions| Some(extensions.get::<MatchedPath>()?.as_str())));
/// ```
///
/// axum boxes what `route_layer` is given, four allocations per request.
/// [`AuditBuilder::routes`](crate::AuditBuilder::routes) costs none.
#[derive(Debug, Clone, Copy)]
pub struct RouteLayer {
    pattern: fn(&Extensions) -> Option<&str>,
}

impl RouteLayer {
    /// A layer that finds the pattern by `pattern`.
    #[must_use]
    pub fn new(pattern: fn(&Extensions) -> Option<&str>) -> Self {
        Self { pattern }
    }
}

impl<S> Layer<S> for RouteLayer {
    type Service = RouteService<S>;

    fn layer(&self, inner: S) -> RouteService<S> {
        RouteService { inner, pattern: self.pattern }
    }
}

/// See [`RouteLayer`].
#[derive(Debug, Clone, Copy)]
pub struct RouteService<S> {
    inner: S,
    pattern: fn(&Extensions) -> Option<&str>,
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for RouteService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> S::Future {
        if let Some(pattern) = (self.pattern)(request.extensions()) {
            note_route(pattern);
        }
        self.inner.call(request)
    }
}
