//! Bodies that are written while they are sent.
//!
//! A *chunk* is a pooled buffer under a `Bytes`, and counted as long as any of it is alive. The next one is made when the
//! last one is gone, since the client took it. A body that is asked for more before that cannot tell who asks: a
//! connection, which would pile up what a slow client does not take, or somebody who puts the body together and keeps
//! every chunk. Waiting would never end in the second case. So it gives way once, for the connection to send what it has,
//! and then hands out the next chunk by small pieces. hyper holds at most [`HELD_BY_HYPER`] of them and asks for no more;
//! so a slow client costs two chunks. Whoever keeps more than that collects, and is given whole chunks.
//!
//! When the framework drops the body, since the client is gone, the source goes with it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use pin_project_lite::pin_project;
use record_runtime::{Error, PooledBuffer, ZeroAllocJson};

use crate::response;

/// A chunk is sent when it has so many bytes; it is longer by at most the rest of one element.
pub const CHUNK_BYTES: usize = 16 * 1024;

/// What is handed out at a time while the chunk before is not gone.
const PIECE_BYTES: usize = 1024;

/// The buffers that hyper queues per HTTP/1 connection before it stops asking for more.
const HELD_BY_HYPER: usize = 16;

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
        // What of the newest chunk is not handed out yet.
        rest: Bytes,
        // Pieces of it that were handed out while the chunk before was alive.
        pieces: usize,
        // Whether way was given since the last chunk.
        gave_way: bool,
        // Chunks that are alive.
        alive: Arc<AtomicUsize>,
    }
}

impl<S> StreamBody<S> {
    fn new(source: S, framing: Framing) -> Self {
        Self {
            source,
            framing,
            progress: Progress::First,
            rest: Bytes::new(),
            pieces: 0,
            gave_way: false,
            alive: Arc::default(),
        }
    }

    #[cfg(feature = "http")]
    pub(crate) fn is_done(&self) -> bool {
        self.progress == Progress::Done && self.rest.is_empty()
    }
}

impl<S> StreamBody<S>
where
    S: Stream,
    S::Item: ZeroAllocJson,
{
    /// The next chunk, or a piece of it: see [`CHUNK_BYTES`].
    ///
    /// # Errors
    /// An element cannot be written. What was before it in the same chunk is not handed out; the body is at its end.
    pub fn poll_chunk(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let alive = self.alive.load(Ordering::Acquire);
        // The newest chunk is alive itself as long as there is a rest of it.
        let is_last_one_alive = if self.rest.is_empty() { alive > 0 } else { alive > 1 };
        let mut this = self.as_mut().project();
        if this.rest.is_empty() {
            if *this.progress == Progress::Done {
                return Poll::Ready(None);
            }
            if is_last_one_alive && !*this.gave_way {
                *this.gave_way = true;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            match self.as_mut().poll_written(cx) {
                Poll::Ready(Some(Ok(chunk))) => {
                    this = self.as_mut().project();
                    (*this.rest, *this.pieces, *this.gave_way) = (chunk, 0, false);
                }
                other => return other,
            }
        }
        let piece = if is_last_one_alive && *this.pieces < HELD_BY_HYPER {
            *this.pieces += 1;
            this.rest.split_to(PIECE_BYTES.min(this.rest.len()))
        } else {
            std::mem::take(this.rest)
        };
        Poll::Ready(Some(Ok(piece)))
    }

    /// Writes elements until they fill a chunk, or the source has none at the moment.
    fn poll_written(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let mut this = self.project();
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
                response::log(std::any::type_name::<S::Item>(), &error);
                return Poll::Ready(Some(Err(error)));
            }
            if *this.framing == Framing::Lines {
                text.push(b'\n');
            }
        }
        let chunk = buffer.filter(|text| !text.is_empty());
        Poll::Ready(chunk.map(|text| Ok(Bytes::from_owner(Chunk::new(text, this.alive)))))
    }
}

/// What the `Bytes` of a chunk own: a buffer, and its part in the count of those that are alive.
struct Chunk {
    text: PooledBuffer,
    alive: Arc<AtomicUsize>,
}

impl Chunk {
    fn new(text: PooledBuffer, alive: &Arc<AtomicUsize>) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Self { text, alive: Arc::clone(alive) }
    }
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        &self.text
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Release);
    }
}
