//! Bodies that are written while they are sent.
//!
//! One chunk is in flight at a time: a *chunk* is a pooled buffer under a `Bytes`, whose last drop opens the *gate* and
//! wakes the body for the next. So memory is bounded whatever the framework would buffer, and the source is asked for no
//! more than the client takes. When the framework drops the body, since the client is gone, the source goes with it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use futures_core::Stream;
use pin_project_lite::pin_project;
use record_runtime::{Error, PooledBuffer, ZeroAllocJson};

use crate::failure;

/// A chunk is sent when it has so many bytes; it is longer by at most the rest of one element.
pub const CHUNK_BYTES: usize = 32 * 1024;

/// Room for the element that a chunk ends with, so that most chunks never grow.
const OVERHANG_BYTES: usize = 4 * 1024;

/// Responds with values as JSON Lines, `application/x-ndjson`: one value a line, written while they are sent.
///
/// Elements that come slowly are sent as they come. An element that cannot be written breaks the response off; its cause
/// is logged.
#[derive(Debug)]
#[must_use]
pub struct JsonLines<S>(StreamBody<S>);

impl<I: Iterator> JsonLines<FromIter<I>> {
    /// The values that an iterator yields. The iterator is dropped when the client goes away.
    pub fn new(values: impl IntoIterator<IntoIter = I, Item = I::Item>) -> Self {
        Self::from_stream(FromIter(values.into_iter()))
    }
}

impl<S: Stream> JsonLines<S> {
    /// The values that a stream yields. The stream is dropped when the client goes away.
    pub fn from_stream(values: S) -> Self {
        Self(StreamBody::new(values, Framing::Lines))
    }

    /// The body alone, for a response of one's own.
    pub fn into_body(self) -> StreamBody<S> {
        self.0
    }
}

/// Responds with values as one JSON array, `application/json`, written while it is sent; otherwise as [`JsonLines`].
#[derive(Debug)]
#[must_use]
pub struct JsonArray<S>(StreamBody<S>);

impl<I: Iterator> JsonArray<FromIter<I>> {
    /// The values that an iterator yields. The iterator is dropped when the client goes away.
    pub fn new(values: impl IntoIterator<IntoIter = I, Item = I::Item>) -> Self {
        Self::from_stream(FromIter(values.into_iter()))
    }
}

impl<S: Stream> JsonArray<S> {
    /// The values that a stream yields. The stream is dropped when the client goes away.
    pub fn from_stream(values: S) -> Self {
        Self(StreamBody::new(values, Framing::Array))
    }

    /// The body alone, for a response of one's own.
    pub fn into_body(self) -> StreamBody<S> {
        self.0
    }
}

/// An iterator as a stream that is always ready.
#[derive(Debug, Clone)]
pub struct FromIter<I>(I);

// The iterator is only ever reached by `&mut`.
impl<I> Unpin for FromIter<I> {}

impl<I: Iterator> Stream for FromIter<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}

/// How elements become a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    Lines,
    Array,
}

/// What is to be written next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    First,
    Next,
    Done,
}

pin_project! {
    /// The body of [`JsonLines`] and [`JsonArray`]: an `http_body::Body`, and a `MessageBody` of actix-web.
    #[derive(Debug)]
    pub struct StreamBody<S> {
        #[pin]
        source: S,
        framing: Framing,
        progress: Progress,
        gate: Arc<Gate>,
    }
}

impl<S> StreamBody<S> {
    fn new(source: S, framing: Framing) -> Self {
        Self { source, framing, progress: Progress::First, gate: Arc::new(Gate::default()) }
    }

    #[cfg(feature = "hyper")]
    pub(crate) fn is_done(&self) -> bool {
        self.progress == Progress::Done
    }
}

impl<S> StreamBody<S>
where
    S: Stream,
    S::Item: ZeroAllocJson,
{
    /// The next chunk, as soon as the last one is dropped.
    ///
    /// # Errors
    /// An element cannot be written. What was before it in the same chunk is not handed out; the body is at its end.
    pub fn poll_chunk(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let mut this = self.project();
        if *this.progress == Progress::Done {
            return Poll::Ready(None);
        }
        ready!(this.gate.poll_open(cx));
        // Until there is an element, nothing is held: a slow source would keep the buffer from others.
        let mut buffer: Option<PooledBuffer> = None;
        let full = |buffer: &Option<PooledBuffer>| buffer.as_ref().is_some_and(|b| b.len() >= CHUNK_BYTES);
        while !full(&buffer) {
            let element = match this.source.as_mut().poll_next(cx) {
                Poll::Ready(element) => element,
                Poll::Pending if buffer.is_some() => break,
                Poll::Pending => return Poll::Pending,
            };
            let text = buffer.get_or_insert_with(|| PooledBuffer::with_capacity(CHUNK_BYTES + OVERHANG_BYTES));
            let Some(element) = element else {
                if *this.framing == Framing::Array {
                    text.extend_from_slice(if *this.progress == Progress::First { b"[]" } else { b"]" });
                }
                *this.progress = Progress::Done;
                break;
            };
            if *this.framing == Framing::Array {
                text.push(if *this.progress == Progress::First { b'[' } else { b',' });
            }
            *this.progress = Progress::Next;
            if let Err(error) = element.try_write_json(text) {
                *this.progress = Progress::Done;
                failure::log(std::any::type_name::<S::Item>(), &error);
                return Poll::Ready(Some(Err(error)));
            }
            if *this.framing == Framing::Lines {
                text.push(b'\n');
            }
        }
        let chunk = buffer.filter(|text| !text.is_empty());
        Poll::Ready(chunk.map(|text| Ok(Bytes::from_owner(Chunk { text, gate: this.gate.close() }))))
    }
}

/// Closed while a chunk is in flight.
#[derive(Debug, Default)]
struct Gate(Mutex<GateState>);

#[derive(Debug, Default)]
struct GateState {
    closed: bool,
    waiting: Option<Waker>,
}

impl Gate {
    fn state(&self) -> std::sync::MutexGuard<'_, GateState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll_open(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state();
        if !state.closed {
            return Poll::Ready(());
        }
        match &mut state.waiting {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    fn close(self: &Arc<Self>) -> Arc<Self> {
        self.state().closed = true;
        Arc::clone(self)
    }

    fn open(&self) {
        let waiting = {
            let mut state = self.state();
            state.closed = false;
            state.waiting.take()
        };
        // Not under the lock: a waker is foreign code.
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

/// What the `Bytes` of a chunk own.
struct Chunk {
    text: PooledBuffer,
    gate: Arc<Gate>,
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        &self.text
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        self.gate.open();
    }
}
