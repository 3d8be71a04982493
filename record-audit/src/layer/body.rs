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
        // `None` after the end.
        in_flight: Option<InFlight>,
    }

    impl<B: Body> PinnedDrop for AuditBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let mut body = this.body;
            let Some(in_flight) = this.in_flight else { return };
            if let Some(body) = body.as_ref().as_pin_ref()
                && in_flight.outcome == Outcome::BodyDropped
                && (in_flight.is_head() || is_at_end(body.get_ref()))
            {
                in_flight.outcome = Outcome::Completed;
            }
            let _slice = in_flight.body_slice();
            body.set(None);
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
        Self { body: Some(body), in_flight: Some(in_flight) }
    }

    pub(super) fn empty(in_flight: InFlight) -> Self {
        Self { body: None, in_flight: Some(in_flight) }
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
        if this.in_flight.is_none() || this.body.is_none() {
            return Poll::Ready(None);
        }
        poll_audited(this.body, this.in_flight, context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

/// What a poll of a body returns.
type Polled<B> = Poll<Option<Result<Frame<<B as Body>::Data>, <B as Body>::Error>>>;

/// A poll of a body whose request has not been reported. In one place, so that a frame is not moved on its way.
#[inline(always)]
fn poll_audited<B: Body>(
    mut body: Pin<&mut Option<B>>,
    slot: &mut Option<InFlight>,
    context: &mut Context<'_>,
) -> Polled<B> {
    let in_flight = slot.as_mut().expect("asked before");
    let before = std::mem::replace(&mut in_flight.outcome, Outcome::Panicked);
    let slice = in_flight.body_slice();
    let polled = body.as_mut().as_pin_mut().expect("asked before").poll_frame(context);
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
    in_flight.outcome = match &polled {
        _ if is_over && before == Outcome::BodyDropped => Outcome::Completed,
        Poll::Ready(Some(Err(_))) => Outcome::Error,
        _ => before,
    };
    if is_over {
        *slot = None;
    }
    polled
}
