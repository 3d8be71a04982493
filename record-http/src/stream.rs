//! Bodies that are written while they are sent.
//!
//! A *chunk* is a buffer under a `Bytes`, and counted as long as any of it is alive. The next one is made when the last
//! one is gone, since the client took it. A body that is asked for more before that cannot tell who asks. It may be a
//! connection, which would pile up chunks for a slow client, or a collector, which keeps every chunk. Waiting would
//! never end in the second case. Three signs tell them apart:
//!
//! - A connection asks after each frame whether the body is at its end. A caller that does not is given whole chunks.
//! - It has dropped a chunk already. With both signs, the body waits until one of two chunks is gone.
//! - Before the first frame, hyper asks for the end and then for the size. With this sign and the first one, but no chunk
//!   dropped, the body waits as well; but not for ever: see `patience.rs`.
//!
//! Before it waits, it gives way once, for the connection to send what it has, and then hands out the next chunk by
//! small pieces. hyper holds at most [`HELD_BY_HYPER`] of them over HTTP/1 and asks for no more; so a slow client costs
//! two chunks there from the beginning. A caller that keeps more than that is no jammed connection of HTTP/1.
//!
//! When the framework drops the body, since the client is gone, the source goes with it.
//!
//! Short chunks of a source that yields now and then are not counted: see `shorts.rs`.
//!
//! While foreign code runs, the body is marked as broken, and stays so if that code panics.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use pin_project_lite::pin_project;
use record_runtime::{Error, FieldMask, Maskable, PoolLimits, PooledBuffer, View, ZeroAllocJson};

use crate::chunks::{Chunks, MAX_ALIVE};
use crate::each::{EachInView, EachMasked};
use crate::heartbeat::Heartbeat;
use crate::patience::Patience;
use crate::questions::Questions;
use crate::response;
use crate::shorts::Shorts;

/// A chunk is sent when it has so many bytes; it is longer by at most the rest of one element.
pub const CHUNK_BYTES: usize = 16 * 1024;

/// The size of the pieces that are handed out while the chunk before is not gone.
const PIECE_BYTES: usize = 1024;

/// The buffers that hyper queues per HTTP/1 connection before it stops asking for more.
const HELD_BY_HYPER: usize = 16;

/// The capacity for a whole chunk, with room for the element that it ends with, so that most chunks never grow.
const LARGEST_BUFFER_BYTES: usize = CHUNK_BYTES + 4 * 1024;

/// How long a body waits for its source before it sends a space: see [`JsonLines::heartbeat`].
pub const HEARTBEAT: Duration = Duration::from_secs(5);

/// Responds with values as JSON Lines, `application/x-ndjson`: one value a line, written while they are sent.
///
/// Elements that come slowly are sent as they come. Line breaks between the tokens of a text that was JSON before are left
/// out, so that each value is one line.
///
/// An element that cannot be written breaks the response off; its cause is logged. In HTTP/1.1 and HTTP/2 the client can
/// tell such a response from a whole one. In HTTP/1.0 it cannot: the end of the connection is the end of every streamed
/// body. Nor can it in HTTP/1.1 of poem's server, which ends the body. (Of a [`JsonArray`] it sees that the `]` is
/// missing.)
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

    /// The values with the fields of a view, as [`Json::view`](crate::Json::view).
    ///
    /// ```
    /// use record_http::JsonLines;
    /// use record_runtime::{View, ZeroAllocJson};
    ///
    /// struct Admin;
    /// impl View for Admin {}
    ///
    /// #[derive(ZeroAllocJson)]
    /// struct User {
    ///     name: &'static str,
    ///     #[json(view = "Admin")]
    ///     email: &'static str,
    /// }
    ///
    /// let users = JsonLines::new([User { name: "n", email: "e" }]).view::<Admin>();
    /// let mut body = std::pin::pin!(users.into_body());
    /// let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    /// let std::task::Poll::Ready(Some(Ok(text))) = body.as_mut().poll_chunk(&mut cx) else { panic!("no text") };
    /// assert_eq!(text, "{\"name\":\"n\",\"email\":\"e\"}\n");
    /// ```
    pub fn view<V: View>(self) -> JsonLines<EachInView<V, S>> {
        JsonLines(self.0.map_source(EachInView::new))
    }

    /// The values with the fields that a mask selects, as [`Json::fields`](crate::Json::fields).
    ///
    /// ```
    /// use record_http::{EachMasked, Fields, FromIter, JsonLines};
    /// use record_runtime::ZeroAllocJson;
    ///
    /// #[derive(ZeroAllocJson)]
    /// #[json(field_mask)]
    /// struct User {
    ///     id: u64,
    ///     name: &'static str,
    /// }
    ///
    /// async fn users(Fields(mask): Fields<User>) -> JsonLines<EachMasked<FromIter<impl Iterator<Item = User>>, User>> {
    ///     JsonLines::new((0..1000).map(|id| User { id, name: "n" })).fields(mask)
    /// }
    ///
    /// let app: axum::Router = axum::Router::new().route("/users", axum::routing::get(users));
    /// ```
    pub fn fields<F: ?Sized>(self, mask: FieldMask<F>) -> JsonLines<EachMasked<S, F>>
    where
        S::Item: Maskable<Fields = F>,
    {
        JsonLines(self.0.map_source(|source| EachMasked::new(source, mask)))
    }

    /// Sends a space whenever the source had none for so long, [`HEARTBEAT`] if this is not called; `None` for never.
    ///
    /// Some servers keep half-closed connections open: actix-web, poem, and hyper with `half_close(true)`. They only notice
    /// by writing, twice, that a client is gone. Then it drops the body and the source. A space between values is part
    /// of no value. But a body of JSON Lines has a last line of spaces if its source waits and then ends. A collector
    /// of the body gets none behind its first chunk.
    ///
    /// The beat is given by a thread, which runs as long as there are bodies whose source had to be waited for.
    pub fn heartbeat(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.0.heartbeat = Heartbeat::every(interval.into());
        self
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

    /// The values with the fields of a view, as [`Json::view`](crate::Json::view).
    ///
    /// ```
    /// use record_http::JsonArray;
    /// use record_runtime::{View, ZeroAllocJson};
    ///
    /// struct Admin;
    /// impl View for Admin {}
    ///
    /// #[derive(ZeroAllocJson)]
    /// struct User {
    ///     name: &'static str,
    ///     #[json(view = "Admin")]
    ///     email: &'static str,
    /// }
    ///
    /// let users = JsonArray::new([User { name: "n", email: "e" }]).view::<Admin>();
    /// let mut body = std::pin::pin!(users.into_body());
    /// let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    /// let std::task::Poll::Ready(Some(Ok(text))) = body.as_mut().poll_chunk(&mut cx) else { panic!("no text") };
    /// assert_eq!(text, r#"[{"name":"n","email":"e"}]"#);
    /// ```
    pub fn view<V: View>(self) -> JsonArray<EachInView<V, S>> {
        JsonArray(self.0.map_source(EachInView::new))
    }

    /// The values with the fields that a mask selects, as [`Json::fields`](crate::Json::fields).
    ///
    /// ```
    /// use record_http::{EachMasked, Fields, FromIter, JsonArray};
    /// use record_runtime::ZeroAllocJson;
    ///
    /// #[derive(ZeroAllocJson)]
    /// #[json(field_mask)]
    /// struct User {
    ///     id: u64,
    ///     name: &'static str,
    /// }
    ///
    /// async fn users(Fields(mask): Fields<User>) -> JsonArray<EachMasked<FromIter<impl Iterator<Item = User>>, User>> {
    ///     JsonArray::new((0..1000).map(|id| User { id, name: "n" })).fields(mask)
    /// }
    ///
    /// let app: axum::Router = axum::Router::new().route("/users", axum::routing::get(users));
    /// ```
    pub fn fields<F: ?Sized>(self, mask: FieldMask<F>) -> JsonArray<EachMasked<S, F>>
    where
        S::Item: Maskable<Fields = F>,
    {
        JsonArray(self.0.map_source(|source| EachMasked::new(source, mask)))
    }

    /// Sends a space whenever the source had none for so long: see [`JsonLines::heartbeat`].
    pub fn heartbeat(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.0.heartbeat = Heartbeat::every(interval.into());
        self
    }

    /// The body alone, for a response of one's own.
    pub fn into_body(self) -> StreamBody<S> {
        self.0
    }
}

/// An iterator as a stream that is always ready.
#[derive(Debug, Clone)]
pub struct FromIter<I>(I);

impl<I> FromIter<I> {
    pub(crate) fn new(iterator: I) -> Self {
        Self(iterator)
    }
}

// The iterator is only ever reached by `&mut`.
impl<I> Unpin for FromIter<I> {}

impl<I: Iterator> Stream for FromIter<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}

/// Something that a streamed body is made of: a value, or an [`Event`](crate::Event).
///
/// ```
/// use record_http::{Element, FromIter, JsonLines, StreamBody};
///
/// fn same<S>(body: StreamBody<S>) -> StreamBody<S>
/// where
///     S: futures_core::Stream,
///     S::Item: Element,
/// {
///     body
/// }
///
/// let body: StreamBody<FromIter<_>> = same(JsonLines::new([1, 2]).into_body());
/// ```
pub trait Element: sealed::Written {}

impl<T: ZeroAllocJson> Element for T {}

pub(crate) mod sealed {
    use record_runtime::Error;

    pub trait Written {
        /// Appends the text. After an error, there may be a part of it.
        fn write(&self, text: &mut Vec<u8>) -> Result<(), Error>;
    }
}

impl<T: ZeroAllocJson> sealed::Written for T {
    fn write(&self, text: &mut Vec<u8>) -> Result<(), Error> {
        self.try_write_json(text)
    }
}

/// How elements become a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    Lines,
    Array,
    Events,
}

impl Framing {
    /// A text that means nothing.
    fn beat(self) -> &'static [u8] {
        if self == Self::Events { b":\n\n" } else { b" " }
    }
}

/// The text to write next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    First,
    Next,
    Done,
    /// Foreign code is at work, or has panicked.
    Broken,
}

pin_project! {
    /// The body of [`JsonLines`], [`JsonArray`] and [`JsonEvents`](crate::JsonEvents): an `http_body::Body`, and a `MessageBody` of actix-web.
    #[derive(Debug)]
    pub struct StreamBody<S> {
        #[pin]
        source: S,
        framing: Framing,
        progress: Progress,
        // The part of the newest chunk that is not handed out yet.
        rest: Bytes,
        // Pieces of it that were handed out while the chunk before was alive.
        pieces: usize,
        // Whether way was given since the last chunk.
        gave_way: bool,
        questions: Questions,
        chunks: Arc<Chunks>,
        shorts: Shorts,
        patience: Patience,
        pub(crate) heartbeat: Heartbeat,
        // The capacity for the next chunk: there is room for twice the last one.
        buffer_bytes: usize,
    }
}

impl<S> StreamBody<S> {
    pub(crate) fn new(source: S, framing: Framing) -> Self {
        Self {
            source,
            framing,
            progress: Progress::First,
            rest: Bytes::new(),
            pieces: 0,
            gave_way: false,
            questions: Questions::default(),
            chunks: Arc::default(),
            shorts: Shorts::default(),
            patience: Patience::default(),
            heartbeat: Heartbeat::every(Some(HEARTBEAT)),
            buffer_bytes: LARGEST_BUFFER_BYTES,
        }
    }

    /// The body of another source, which is made of this one's. Nothing was asked of this body yet.
    pub(crate) fn map_source<T>(self, map: impl FnOnce(S) -> T) -> StreamBody<T> {
        let Self { source, framing, progress, rest, pieces, gave_way, questions, .. } = self;
        let Self { chunks, shorts, patience, heartbeat, buffer_bytes, .. } = self;
        StreamBody {
            source: map(source),
            framing,
            progress,
            rest,
            pieces,
            gave_way,
            questions,
            chunks,
            shorts,
            patience,
            heartbeat,
            buffer_bytes,
        }
    }

    /// Whether there is nothing more, for somebody who asks between frames.
    #[cfg(feature = "http")]
    pub(crate) fn is_done(&self) -> bool {
        self.questions.end();
        self.progress == Progress::Done && self.rest.is_empty()
    }

    /// Nobody knows how much there is to come; but who asks shows who it is.
    #[cfg(feature = "http")]
    pub(crate) fn is_asked_for_size(&self) {
        self.questions.size();
    }
}

impl<S> StreamBody<S>
where
    S: Stream,
    S::Item: Element,
{
    /// The next chunk, or a piece of it: see [`CHUNK_BYTES`].
    ///
    /// # Errors
    /// An element cannot be written, or the source or an element panicked at an earlier call. Values before it in the
    /// same chunk are not handed out; the body is at its end.
    pub fn poll_chunk(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let alive = self.chunks.alive();
        // The newest chunk is alive itself as long as there is a rest of it.
        let is_last_one_alive = if self.rest.is_empty() { alive > 0 } else { alive > 1 };
        let mut this = self.as_mut().project();
        this.questions.frame();
        let is_sent = this.questions.asked_for_end() && this.chunks.was_taken();
        if this.rest.is_empty() {
            match this.progress {
                Progress::Done => return Poll::Ready(None),
                Progress::Broken => {
                    *this.progress = Progress::Done;
                    return Poll::Ready(Some(Err(Error::custom("the source or a value of the body panicked before"))));
                }
                Progress::First | Progress::Next => {}
            }
            if is_last_one_alive && !*this.gave_way {
                *this.gave_way = true;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            if is_sent {
                this.patience.rest();
                if alive >= MAX_ALIVE && this.chunks.wait(cx) {
                    return Poll::Pending;
                }
            } else if alive >= MAX_ALIVE && this.questions.are_of_hyper() && this.patience.lasts(this.chunks, cx) {
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
        this.questions.frame_is_out();
        let piece = if is_last_one_alive && !is_sent && *this.pieces < HELD_BY_HYPER {
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
        let mut progress = std::mem::replace(this.progress, Progress::Broken);
        while !full(&buffer) {
            let element = match this.source.as_mut().poll_next(cx) {
                Poll::Ready(element) => element,
                Poll::Pending if buffer.is_some() => break,
                Poll::Pending => {
                    *this.progress = progress;
                    // A client that does not take what it was sent is there.
                    let beats = this.heartbeat.is_due(cx) && this.chunks.alive() == 0 && this.shorts.are_gone();
                    if !beats {
                        return Poll::Pending;
                    }
                    let beat = this.framing.beat();
                    return Poll::Ready(Some(Ok(this
                        .shorts
                        .carve(beat)
                        .unwrap_or_else(|| this.chunks.constant(beat)))));
                }
            };
            let text = buffer.get_or_insert_with(|| PooledBuffer::with_capacity(*this.buffer_bytes));
            let Some(element) = element else {
                if *this.framing == Framing::Array {
                    text.extend_from_slice(if progress == Progress::First { b"[]" } else { b"]" });
                }
                progress = Progress::Done;
                break;
            };
            if *this.framing == Framing::Array {
                text.push(if progress == Progress::First { b'[' } else { b',' });
            }
            progress = Progress::Next;
            let start = text.len();
            if let Err(error) = sealed::Written::write(&element, text) {
                *this.progress = Progress::Done;
                response::log(std::any::type_name::<S::Item>(), &error);
                return Poll::Ready(Some(Err(error)));
            }
            if *this.framing == Framing::Lines {
                put_on_one_line(text, start);
                text.push(b'\n');
            }
        }
        *this.progress = progress;
        this.heartbeat.rest();
        let Some(text) = buffer.filter(|text| !text.is_empty()) else { return Poll::Ready(None) };
        if this.shorts.went() {
            this.chunks.note_taken();
        }
        // The pool frees a large buffer that has little in it again and again.
        *this.buffer_bytes = (2 * text.len()).clamp(PoolLimits::SMALL_BYTES, LARGEST_BUFFER_BYTES);
        let extra = this.patience.granted();
        let short = this.shorts.carve(&text);
        Poll::Ready(Some(Ok(short.unwrap_or_else(|| this.chunks.chunk(text, extra)))))
    }
}

/// Leaves out the white space between the tokens of a value, if there is a line break in it. Only a text that was JSON
/// before can have one: in strings they are escaped. Says whether there is none left, as in a string of no JSON.
pub(crate) fn put_on_one_line(text: &mut Vec<u8>, start: usize) -> bool {
    let is_one_line = |text: &[u8]| !text.iter().any(|&byte| matches!(byte, b'\n' | b'\r'));
    if is_one_line(&text[start..]) {
        return true;
    }
    let (mut end, mut is_quoted, mut is_escaped) = (start, false, false);
    for at in start..text.len() {
        let byte = text[at];
        if !is_quoted && byte.is_ascii_whitespace() {
            continue;
        }
        if byte == b'"' && !is_escaped {
            is_quoted = !is_quoted;
        }
        is_escaped = is_quoted && byte == b'\\' && !is_escaped;
        text[end] = byte;
        end += 1;
    }
    text.truncate(end);
    is_one_line(&text[start..])
}
