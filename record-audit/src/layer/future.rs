//! The handler's future, audited.

use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Response, StatusCode};
use pin_project_lite::pin_project;

use super::body::{AuditBody, left};
use crate::flight::InFlight;

pin_project! {
    /// The future of an [`AuditService`](super::AuditService).
    #[must_use = "futures do nothing unless polled"]
    pub struct AuditFuture<F> {
        #[pin]
        future: Option<F>,
        // None after the end.
        in_flight: InFlight,
    }

    impl<F> PinnedDrop for AuditFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if this.in_flight.is_some() {
                this.in_flight.abandon_handler(this.future);
            }
        }
    }
}

impl<F> AuditFuture<F> {
    pub(super) fn new(future: F, in_flight: InFlight) -> Self {
        Self { future: Some(future), in_flight }
    }
}

impl<F, B, E> Future for AuditFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: http_body::Body,
{
    type Output = Result<Response<AuditBody<B>>, E>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Poll::Ready(result) = this.in_flight.poll_handler(this.future, context) else { return Poll::Pending };
        match result {
            Ok(response) if this.in_flight.answered(response.status().as_u16()) => {
                Poll::Ready(Ok(refuse(response, this.in_flight.take())))
            }
            Ok(response) => {
                let left = left(&response);
                Poll::Ready(Ok(response.map(|body| AuditBody::new(body, left, this.in_flight.take()))))
            }
            Err(error) => {
                this.in_flight.failed(None);
                Poll::Ready(Err(error))
            }
        }
    }
}

/// The answer instead of `response`, which is dropped as part of the handler.
#[cold]
#[inline(never)]
fn refuse<B: http_body::Body>(response: Response<B>, mut in_flight: InFlight) -> Response<AuditBody<B>> {
    in_flight.drop_refused(response);
    let mut refusal = Response::new(AuditBody::empty(in_flight));
    *refusal.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    refusal
}
