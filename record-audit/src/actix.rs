//! The middleware for actix-web.

use std::future::{Ready, ready};
use std::num::NonZeroU16;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Bytes;
use pin_project_lite::pin_project;

use crate::audit::{Audit, InFlight};
use crate::counters::uncounted;
use crate::layer::method_name;
use crate::recorder::Recorder;
use crate::request::Outcome;
use crate::route::intern;

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
        let mut in_flight = self.audit.begin(id, method_name(request.method().as_str()), || request.path());
        let state = in_flight.get_mut().expect("begun");
        state.outcome = Outcome::Panicked;
        let future = {
            let _slice = state.handler_slice();
            self.inner.call(request)
        };
        state.outcome = Outcome::Dropped;
        ActixAuditFuture { future: Some(future), in_flight }
    }
}

/// Parsed when compiled: a text would be parsed for each request.
static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pin_project! {
    /// The future of an [`ActixAuditService`].
    #[must_use = "futures do nothing unless polled"]
    pub struct ActixAuditFuture<F> {
        #[pin]
        future: Option<F>,
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
        let in_flight = this.in_flight.get_mut().expect("`ActixAuditFuture` polled after its end");
        let mut future = this.future;
        let from = in_flight.poll_begins();
        let slice = in_flight.handler_slice();
        let polled = future.as_mut().as_pin_mut().expect("here as long as `in_flight`").poll(context);
        if polled.is_ready() {
            future.set(None);
        }
        drop(slice);
        in_flight.poll_ended(from);
        let Poll::Ready(result) = polled else { return Poll::Pending };
        let mut response = match result {
            Ok(response) => response,
            Err(error) => {
                in_flight.outcome = Outcome::Error;
                drop(this.in_flight.take());
                return Poll::Ready(Err(error));
            }
        };
        in_flight.suggest_route(|| uncounted(|| response.request().match_pattern().map(|pattern| intern(&pattern))));
        let refused = in_flight.is_refused();
        if refused {
            *response.response_mut().status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response.headers_mut().clear();
        }
        in_flight.status = NonZeroU16::new(response.status().as_u16());
        in_flight.outcome = Outcome::BodyDropped;
        let mut in_flight = this.in_flight.take();
        Poll::Ready(Ok(response.map_body(|_, body| {
            let body = if refused {
                in_flight.drop_refused(body);
                None
            } else {
                Some(body)
            };
            ActixAuditBody { left: Left::of(body.as_ref()), body, in_flight }
        })))
    }
}

pin_project! {
    /// The body of the answers of an [`ActixAuditService`].
    pub struct ActixAuditBody<B: MessageBody> {
        // `None` for the empty body of a refusal, and after the end.
        #[pin]
        body: Option<B>,
        left: Left,
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

/// How much of a body is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Bytes(u64),
    /// Until the body says that it is at its end.
    Unknown,
}

impl Left {
    /// Of a body that was not polled. Asked then alone: bodies do not agree on what their size is later.
    fn of<B: MessageBody>(body: Option<&B>) -> Self {
        match body.map_or(BodySize::None, MessageBody::size) {
            BodySize::None => Self::Bytes(0),
            BodySize::Sized(bytes) => Self::Bytes(bytes),
            BodySize::Stream => Self::Unknown,
        }
    }

    fn take(&mut self, sent: usize) {
        if let Self::Bytes(left) = self {
            *left = left.saturating_sub(sent as u64);
        }
    }
}

impl<B: MessageBody> ActixAuditBody<B> {
    /// Drops the body before it was polled to its end. A server does not poll one that has nothing to send.
    #[inline(never)]
    fn abandon(self: Pin<&mut Self>) {
        let this = self.project();
        let mut body = this.body;
        let Some(in_flight) = this.in_flight.get_mut() else { return };
        if in_flight.outcome == Outcome::BodyDropped && (in_flight.is_head() || *this.left == Left::Bytes(0)) {
            in_flight.outcome = Outcome::Completed;
        }
        let _slice = in_flight.body_slice();
        body.set(None);
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
        let mut body = this.body;
        let (Some(inner), Some(in_flight)) = (body.as_mut().as_pin_mut(), this.in_flight.get_mut()) else {
            return Poll::Ready(None);
        };
        let before = in_flight.body_poll_begins();
        let slice = in_flight.body_slice();
        let polled = inner.poll_next(context);
        let is_over = match &polled {
            Poll::Ready(None) => true,
            // Where the length is known, a server does not poll for the end.
            Poll::Ready(Some(Ok(bytes))) => {
                this.left.take(bytes.len());
                *this.left == Left::Bytes(0)
            }
            Poll::Ready(Some(Err(_))) | Poll::Pending => false,
        };
        if is_over {
            body.set(None);
        }
        drop(slice);
        in_flight.body_polled(before, is_over, matches!(polled, Poll::Ready(Some(Err(_)))));
        if is_over {
            drop(this.in_flight.take());
        }
        polled
    }
}
