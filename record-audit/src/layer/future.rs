//! The handler's future, audited.

use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Response, StatusCode};
use pin_project_lite::pin_project;

use super::body::AuditBody;
use crate::audit::InFlight;
use crate::request::Outcome;

pin_project! {
    /// The future of an [`AuditService`](super::AuditService).
    #[must_use = "futures do nothing unless polled"]
    pub struct AuditFuture<F> {
        #[pin]
        future: Option<F>,
        in_flight: Option<InFlight>,
    }

    impl<F> PinnedDrop for AuditFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let mut future = this.future;
            if let Some(in_flight) = this.in_flight {
                let _slice = in_flight.handler_slice();
                future.set(None);
            }
        }
    }
}

impl<F> AuditFuture<F> {
    pub(super) fn new(future: F, in_flight: InFlight) -> Self {
        Self { future: Some(future), in_flight: Some(in_flight) }
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
        let mut this = self.project();
        let in_flight = this.in_flight.as_mut().expect("`AuditFuture` polled after its end");
        let from = in_flight.poll_begins();
        let polled = {
            let _slice = in_flight.handler_slice();
            let polled = this.future.as_mut().as_pin_mut().expect("here as long as `in_flight`").poll(context);
            if polled.is_ready() {
                this.future.set(None);
            }
            polled
        };
        in_flight.poll_ended(from);
        let Poll::Ready(result) = polled else { return Poll::Pending };
        let mut in_flight = this.in_flight.take().expect("used above");
        match result {
            Ok(response) if in_flight.is_refused() => Poll::Ready(Ok(refuse(response, in_flight))),
            Ok(response) => {
                in_flight.status = Some(response.status().as_u16());
                in_flight.outcome = Outcome::BodyDropped;
                Poll::Ready(Ok(response.map(|body| AuditBody::new(body, in_flight))))
            }
            Err(error) => {
                in_flight.outcome = Outcome::Error;
                Poll::Ready(Err(error))
            }
        }
    }
}

/// What is answered instead of `response`, which is dropped as part of the handler.
#[cold]
#[inline(never)]
fn refuse<B: http_body::Body>(response: Response<B>, mut in_flight: InFlight) -> Response<AuditBody<B>> {
    in_flight.outcome = Outcome::Panicked;
    {
        let _slice = in_flight.handler_slice();
        drop(response);
    }
    in_flight.status = Some(StatusCode::SERVICE_UNAVAILABLE.as_u16());
    in_flight.outcome = Outcome::Completed;
    let mut refusal = Response::new(AuditBody::empty(in_flight));
    *refusal.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    refusal
}
