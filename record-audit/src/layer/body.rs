//! The body of an answer, audited. The request is reported when the body has come to its end, and is dropped for it; or when
//! it is dropped before.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Buf;
use http::Response;
use http::header::CONTENT_LENGTH;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::flight::{InFlight, Left};

pin_project! {
    /// The body of the answers of an [`AuditService`](super::AuditService).
    pub struct AuditBody<B: Body> {
        // `None` for the empty body of a refusal, and after the end.
        #[pin]
        body: Option<B>,
        left: Left,
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

/// The rest of a body that is to come, by the answer's head.
#[inline(always)]
pub(super) fn left<B: Body>(response: &Response<B>) -> Left {
    // A body that knows its length knows when it is at its end, too. Of any other, a server sends as much as the head
    // announces, and drops it.
    match response.body().size_hint().exact() {
        Some(_) => Left::UNKNOWN,
        None => Left::announced(response.headers().get(&CONTENT_LENGTH).map(http::HeaderValue::as_bytes)),
    }
}

impl<B: Body> AuditBody<B> {
    #[inline(always)]
    pub(super) fn new(body: B, left: Left, in_flight: InFlight) -> Self {
        Self { body: Some(body), left, in_flight }
    }

    pub(super) fn empty(in_flight: InFlight) -> Self {
        Self { body: None, left: Left::UNKNOWN, in_flight }
    }

    /// Drops the body before it was polled to its end.
    #[inline(never)]
    fn abandon(self: Pin<&mut Self>) {
        let this = self.project();
        // Servers do not always poll for the `None` at the end: where the length is known, they stop when they have it.
        let at_end = |body: &B| body.is_end_stream() || body.size_hint().exact() == Some(0);
        let is_sent = this.left.is_none() || this.body.as_ref().as_pin_ref().is_some_and(|body| at_end(&body));
        this.in_flight.abandon_body(this.body, is_sent);
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
        let polled = this.in_flight.poll_body(
            this.body,
            |body| body.poll_frame(context),
            |frame| frame.data_ref().map_or(0, |data| data.remaining() as u64),
            |frame| frame.data_ref().map_or(&[], Buf::chunk),
            // Where the body knows, a server asks it too, and does not poll for the end.
            |_, body| body.is_end_stream(),
        );
        if this.left.is_known()
            && let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            this.left.take(data.remaining() as u64);
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
