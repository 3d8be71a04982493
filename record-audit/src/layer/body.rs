//! The body of an answer, audited. The request is reported when the body has come to its end, and is dropped for it; or when
//! it is dropped before.

use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::audit::InFlight;
use crate::request::Outcome;

pin_project! {
    /// The body of the answers of an [`AuditService`](super::AuditService).
    pub struct AuditBody<B: Body> {
        // `None` for the empty body of a refusal, and after the end.
        #[pin]
        body: Option<B>,
        // None after the end.
        in_flight: InFlight,
    }

    impl<B: Body> PinnedDrop for AuditBody<B> {
        fn drop(this: Pin<&mut Self>) {
            if this.in_flight.is_some() {
                this.abandon();
            }
        }
    }
}

/// Servers do not always poll for the `None` at the end: where the length is known, they stop when they have it.
fn is_at_end<B: Body>(body: &B) -> bool {
    body.is_end_stream() || body.size_hint().exact() == Some(0)
}

impl<B: Body> AuditBody<B> {
    #[inline(always)]
    pub(super) fn new(body: B, in_flight: InFlight) -> Self {
        Self { body: Some(body), in_flight }
    }

    /// Drops the body before it was polled to its end.
    #[inline(never)]
    fn abandon(self: Pin<&mut Self>) {
        let this = self.project();
        let mut body = this.body;
        let Some(in_flight) = this.in_flight.get_mut() else { return };
        if let Some(body) = body.as_ref().as_pin_ref()
            && in_flight.outcome == Outcome::BodyDropped
            && (in_flight.is_head() || is_at_end(body.get_ref()))
        {
            in_flight.outcome = Outcome::Completed;
        }
        let _slice = in_flight.body_slice();
        body.set(None);
    }

    pub(super) fn empty(in_flight: InFlight) -> Self {
        Self { body: None, in_flight }
    }
}

impl<B: Body> Body for AuditBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    #[inline(always)]
    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = self.project();
        let Some(in_flight) = this.in_flight.get_mut() else { return Poll::Ready(None) };
        let mut body = this.body;
        let Some(inner) = body.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        let before = in_flight.body_poll_begins();
        let slice = in_flight.body_slice();
        let polled = inner.poll_frame(context);
        let is_over = match &polled {
            Poll::Ready(None) => true,
            // Where the body knows, a server asks it too, and does not poll for the end.
            Poll::Ready(Some(Ok(_))) => body.as_ref().as_pin_ref().is_some_and(|body| body.is_end_stream()),
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

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
