//! The body of an answer, audited. The request is reported when it is dropped.

use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::audit::InFlight;
use crate::recorder::Recorder;
use crate::request::Outcome;

pin_project! {
    /// The body of the answers of an [`AuditService`](super::AuditService).
    pub struct AuditBody<B: Body, R: Recorder> {
        // `None` for the empty body of a refusal.
        #[pin]
        body: Option<B>,
        in_flight: InFlight<R>,
    }

    impl<B: Body, R: Recorder> PinnedDrop for AuditBody<B, R> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let mut body = this.body;
            if let Some(body) = body.as_ref().as_pin_ref()
                && this.in_flight.outcome == Outcome::BodyDropped
                && (this.in_flight.is_head() || is_at_end(body.get_ref()))
            {
                this.in_flight.outcome = Outcome::Completed;
            }
            let _slice = this.in_flight.body_slice();
            body.set(None);
        }
    }
}

/// Servers do not always poll for the `None` at the end: where the length is known, they stop when they have it.
fn is_at_end<B: Body>(body: &B) -> bool {
    body.is_end_stream() || body.size_hint().exact() == Some(0)
}

impl<B: Body, R: Recorder> AuditBody<B, R> {
    pub(super) fn new(body: B, mut in_flight: InFlight<R>) -> Self {
        in_flight.outcome = Outcome::BodyDropped;
        Self { body: Some(body), in_flight }
    }

    pub(super) fn empty(in_flight: InFlight<R>) -> Self {
        Self { body: None, in_flight }
    }
}

impl<B: Body, R: Recorder> Body for AuditBody<B, R> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = self.project();
        let Some(body) = this.body.as_pin_mut() else { return Poll::Ready(None) };
        let before = std::mem::replace(&mut this.in_flight.outcome, Outcome::Panicked);
        let polled = {
            let _slice = this.in_flight.body_slice();
            body.poll_frame(context)
        };
        this.in_flight.outcome = match &polled {
            Poll::Ready(None) if before == Outcome::BodyDropped => Outcome::Completed,
            Poll::Ready(Some(Err(_))) => Outcome::Error,
            _ => before,
        };
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
