//! The middleware for actix-web.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use pin_project_lite::pin_project;

use crate::audit::Audit;
use crate::counters::uncounted;
use crate::flight::{InFlight, Left};
use crate::method::{Method, Scheme};
use crate::recorder::Recorder;
use crate::route::{Route, intern};
use crate::sampling::mixed;

/// Audits every request of an actix-web `App`: `App::new().wrap(ActixAudit::new(audit))`, as the last `wrap`, which is the
/// outermost.
///
/// Without [`AuditBuilder::routes`](crate::AuditBuilder::routes) the pattern is actix-web's own, which it puts together in
/// a new `String` for each request.
#[derive(Debug)]
pub struct ActixAudit<R> {
    audit: Audit<R>,
}

impl<R> ActixAudit<R> {
    /// A middleware that reports to `audit`.
    #[must_use]
    pub fn new(audit: Audit<R>) -> Self {
        Self { audit }
    }
}

impl<S, R, B> Transform<S, ServiceRequest> for ActixAudit<R>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
    R: Recorder,
    B: MessageBody,
{
    type Response = ServiceResponse<ActixAuditBody<B>>;
    type Error = actix_web::Error;
    type Transform = ActixAuditService<S, R>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(ActixAuditService { inner, audit: self.audit.clone() }))
    }
}

/// See [`ActixAudit`].
#[derive(Debug)]
pub struct ActixAuditService<S, R> {
    inner: S,
    audit: Audit<R>,
}

impl<S, R, B> Service<ServiceRequest> for ActixAuditService<S, R>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
    R: Recorder,
    B: MessageBody,
{
    type Response = ServiceResponse<ActixAuditBody<B>>;
    type Error = actix_web::Error;
    type Future = ActixAuditFuture<S::Future>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), actix_web::Error>> {
        self.inner.poll_ready(context)
    }

    #[inline(always)]
    fn call(&self, request: ServiceRequest) -> Self::Future {
        let id = request.headers().get(&REQUEST_ID).map(HeaderValue::as_bytes);
        let method = Method::named(request.method().as_str());
        let scheme = request.app_config().secure().then_some(Scheme::Https);
        let mut in_flight = self.audit.begin(id, method, scheme, || request.path());
        in_flight.note(
            || request.headers().get(CONTENT_LENGTH).map(HeaderValue::as_bytes),
            |target| {
                let it = request.uri().path_and_query();
                target.push_str(it.map_or(request.path(), actix_web::http::uri::PathAndQuery::as_str));
            },
        );
        #[cfg(feature = "kernel")]
        in_flight.note_kernel(|_| request.conn_data());
        // Asked before, since an error brings no request back.
        let asked = in_flight.request().route.is_none().then(|| {
            if let Some(pattern) = uncounted(|| request.match_pattern()) {
                in_flight.set_route(intern(&pattern));
                uncounted(|| drop(pattern));
            }
            hash(request.path())
        });
        let future = {
            let _slice = in_flight.call();
            self.inner.call(request)
        };
        in_flight.called();
        ActixAuditFuture { future: Some(future), asked, in_flight }
    }
}

/// Of a path, to see whether a middleware inside has rewritten it.
fn hash(path: &str) -> u64 {
    path.bytes().fold(1, |hash, byte| mixed(hash ^ u64::from(byte)))
}

/// Parsed when compiled: a text would be parsed for each request.
static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pin_project! {
    /// The future of an [`ActixAuditService`].
    #[must_use = "futures do nothing unless polled"]
    pub struct ActixAuditFuture<F> {
        #[pin]
        future: Option<F>,
        // The path's hash, if actix-web was asked for its pattern.
        asked: Option<u64>,
        // None after the end.
        in_flight: InFlight,
    }

    impl<F> PinnedDrop for ActixAuditFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if this.in_flight.is_some() {
                this.in_flight.abandon_handler(this.future);
            }
        }
    }
}

impl<F, B> Future for ActixAuditFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, actix_web::Error>>,
    B: MessageBody,
{
    type Output = Result<ServiceResponse<ActixAuditBody<B>>, actix_web::Error>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Poll::Ready(result) = this.in_flight.poll_handler(this.future, context) else { return Poll::Pending };
        let mut response = match result {
            Ok(response) => response,
            Err(error) => {
                // Of a middleware inside: actix-web makes an answer of it.
                this.in_flight.failed(Some(error.as_response_error().status_code().as_u16()));
                return Poll::Ready(Err(error));
            }
        };
        if this.asked.is_some_and(|asked| asked != hash(response.request().path())) {
            uncounted(|| {
                let pattern = response.request().match_pattern();
                this.in_flight.set_route(pattern.map_or(Route::UNMATCHED, |pattern| intern(&pattern)));
            });
        }
        let refused = this.in_flight.answered(response.status().as_u16());
        if refused {
            *response.response_mut().status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response.headers_mut().clear();
        }
        let mut in_flight = this.in_flight.take();
        Poll::Ready(Ok(response.map_body(|head, body| {
            let (body, left) = if refused {
                in_flight.drop_refused(body);
                (None, Left::bytes(0))
            } else {
                let left = left_of(&body, &head.headers);
                (Some(body), left)
            };
            let ends_with_length = left.is_known() && matches!(body.as_ref().map(B::size), Some(BodySize::Sized(_)));
            ActixAuditBody { body, left, ends_with_length, in_flight }
        })))
    }
}

/// Of a body that was not polled. Asked then alone: bodies do not agree on what their size is later.
fn left_of<B: MessageBody>(body: &B, headers: &HeaderMap) -> Left {
    match body.size() {
        BodySize::None => Left::bytes(0),
        BodySize::Sized(bytes) => Left::bytes(bytes),
        BodySize::Stream => Left::announced(headers.get(&CONTENT_LENGTH).map(HeaderValue::as_bytes)),
    }
}

pin_project! {
    /// The body of the answers of an [`ActixAuditService`].
    pub struct ActixAuditBody<B: MessageBody> {
        // `None` for the empty body of a refusal, and after the end.
        #[pin]
        body: Option<B>,
        left: Left,
        // The server does not poll for the end when it has as much as the body said that it is long.
        ends_with_length: bool,
        // None after the end.
        in_flight: InFlight,
    }

    impl<B: MessageBody> PinnedDrop for ActixAuditBody<B> {
        fn drop(this: Pin<&mut Self>) {
            if this.in_flight.is_some() {
                this.abandon();
            }
        }
    }
}

impl<B: MessageBody> ActixAuditBody<B> {
    /// Drops the body before it was polled to its end. A server does not poll one that has nothing to send.
    #[inline(never)]
    fn abandon(self: Pin<&mut Self>) {
        let this = self.project();
        this.in_flight.abandon_body(this.body, this.left.is_none());
    }
}

impl<B: MessageBody> MessageBody for ActixAuditBody<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.as_ref().map_or(BodySize::Sized(0), MessageBody::size)
    }

    #[inline(always)]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, B::Error>>> {
        let this = self.project();
        let (left, ends) = (this.left, *this.ends_with_length);
        this.in_flight.poll_body(
            this.body,
            |body| body.poll_next(context),
            |bytes: &Bytes| bytes.len() as u64,
            |bytes: &Bytes| bytes,
            |bytes: &Bytes, _| {
                left.take(bytes.len() as u64);
                ends && left.is_none()
            },
        )
    }
}
