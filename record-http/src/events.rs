//! Server-sent events.

use std::borrow::Cow;
use std::io::Write;
use std::time::Duration;

use futures_core::Stream;
use record_runtime::{Error, ZeroAllocJson};

use crate::heartbeat::Heartbeat;
use crate::stream::{Element, Framing, FromIter, StreamBody, put_on_one_line, sealed};

/// One event: a value as JSON, and what a browser's `EventSource` makes of it.
///
/// ```
/// use std::time::Duration;
/// use record_http::Event;
///
/// let event = Event::new([17, 4]).id(7_u64).name("price").retry(Duration::from_secs(2));
/// assert_eq!(event.to_vec().unwrap(), b"id: 7\nevent: price\nretry: 2000\ndata: [17,4]\n\n");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Event<T> {
    data: T,
    id: Option<EventId>,
    name: Option<Cow<'static, str>>,
    retry: Option<Duration>,
}

impl<T> Event<T> {
    /// An event of a value alone, which is a `message` to the client.
    pub fn new(data: T) -> Self {
        Self { data, id: None, name: None, retry: None }
    }

    /// Its id, which the client sends as [`LastEventId`] when it connects again. An empty one makes it forget its last.
    ///
    /// An id with a line break or a NUL cannot be written: the stream breaks off before this event.
    pub fn id(mut self, id: impl Into<EventId>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Its type, in place of `message`: the name that the client listens for.
    ///
    /// A name with a line break cannot be written: the stream breaks off before this event.
    pub fn name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// How long the client waits before it connects again, from now on; sent in milliseconds.
    pub fn retry(mut self, after: Duration) -> Self {
        self.retry = Some(after);
        self
    }
}

impl<T> From<T> for Event<T> {
    fn from(data: T) -> Self {
        Self::new(data)
    }
}

impl<T: ZeroAllocJson> Event<T> {
    /// The event's text, for a stream of one's own.
    ///
    /// # Errors
    /// The value cannot be written, the id has a line break or a NUL, or the name has a line break.
    pub fn to_vec(&self) -> Result<Vec<u8>, Error> {
        let mut text = Vec::new();
        self.write(&mut text)?;
        Ok(text)
    }

    fn write(&self, text: &mut Vec<u8>) -> Result<(), Error> {
        match &self.id {
            Some(EventId(Id::Number(id))) => field(text, "id", format_args!("{id}")),
            Some(EventId(Id::Text(id))) if id.contains(['\n', '\r', '\0']) => {
                return Err(Error::custom("the id of an event has a line break or a NUL"));
            }
            Some(EventId(Id::Text(id))) => field(text, "id", format_args!("{id}")),
            None => {}
        }
        if let Some(name) = &self.name {
            if name.contains(['\n', '\r']) {
                return Err(Error::custom("the name of an event has a line break"));
            }
            field(text, "event", format_args!("{name}"));
        }
        if let Some(after) = self.retry {
            field(text, "retry", format_args!("{}", after.as_millis()));
        }
        text.extend_from_slice(b"data: ");
        let start = text.len();
        self.data.try_write_json(text)?;
        if !put_on_one_line(text, start) {
            return Err(Error::custom("the text of an event is no JSON: it has a line break in a string"));
        }
        text.extend_from_slice(b"\n\n");
        Ok(())
    }
}

/// The client takes the space away.
fn field(text: &mut Vec<u8>, name: &str, value: std::fmt::Arguments<'_>) {
    // A `Vec` takes all.
    let _ = writeln!(text, "{name}: {value}");
}

impl<T: ZeroAllocJson> Element for Event<T> {}
impl<T: ZeroAllocJson> sealed::Written for Event<T> {
    fn write(&self, text: &mut Vec<u8>) -> Result<(), Error> {
        self.write(text)
    }
}

/// The id of an [`Event`]: a number, which takes no allocation, or a text.
///
/// ```
/// use record_http::{Event, EventId};
///
/// assert_eq!(EventId::from("a").clone(), EventId::from("a".to_owned()));
/// assert_eq!(Event::new(1).id("a").to_vec().unwrap(), b"id: a\ndata: 1\n\n");
/// assert_eq!(Event::new(1).id(-7_i64).to_vec().unwrap(), b"id: -7\ndata: 1\n\n");
/// assert!(Event::new(1).id("a\nb").to_vec().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventId(Id);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Id {
    Number(u64),
    Text(Cow<'static, str>),
}

impl From<u64> for EventId {
    fn from(id: u64) -> Self {
        Self(Id::Number(id))
    }
}

/// The number of a row in a database. A negative one is a text.
impl From<i64> for EventId {
    fn from(id: i64) -> Self {
        u64::try_from(id).map_or_else(|_| Self(Id::Text(id.to_string().into())), Self::from)
    }
}

impl From<u32> for EventId {
    fn from(id: u32) -> Self {
        Self(Id::Number(id.into()))
    }
}

impl From<usize> for EventId {
    fn from(id: usize) -> Self {
        Self(Id::Number(id as u64))
    }
}

impl From<&'static str> for EventId {
    fn from(id: &'static str) -> Self {
        Self(Id::Text(Cow::Borrowed(id)))
    }
}

impl From<String> for EventId {
    fn from(id: String) -> Self {
        Self(Id::Text(Cow::Owned(id)))
    }
}

/// Responds with server-sent events, `text/event-stream`, whose data is JSON in one line, written while they are sent.
///
/// ```
/// use record_http::{Event, FromIter, JsonEvents, LastEventId};
///
/// async fn prices(last: LastEventId) -> JsonEvents<FromIter<impl Iterator<Item = Event<u64>>>> {
///     let first = last.parse::<u64>().map_or(0, |last| last + 1);
///     JsonEvents::new((first..first + 3).map(|n| Event::new(n * n).id(n).name("square")))
/// }
///
/// let app: axum::Router = axum::Router::new().route("/prices", axum::routing::get(prices));
/// ```
///
/// Events are sent as they come, and as [`JsonLines`](crate::JsonLines) are. No more is made than the client takes, and
/// the source is dropped when the client goes away. An event of at most 2 KiB takes no allocation if the client takes
/// it before the next one is made.
///
/// An event that cannot be written breaks the response off, and nothing of it is sent; its cause is logged. Events before
/// it that are not sent yet are left out, too. A client that connects again says which event it had last.
///
/// The response has `cache-control: no-cache`. A proxy that buffers responses has to be told not to. A middleware that
/// compresses should leave this content type out, as that of `tower-http` does.
#[derive(Debug)]
#[must_use]
pub struct JsonEvents<S>(StreamBody<S>);

impl<T, I: Iterator<Item = Event<T>>> JsonEvents<FromIter<I>> {
    /// The events that an iterator yields. The iterator is dropped when the client goes away.
    pub fn new(events: impl IntoIterator<IntoIter = I, Item = Event<T>>) -> Self {
        Self::from_stream(FromIter::new(events.into_iter()))
    }
}

impl<T, S: Stream<Item = Event<T>>> JsonEvents<S> {
    /// The events that a stream yields. The stream is dropped when the client goes away.
    pub fn from_stream(events: S) -> Self {
        Self(StreamBody::new(events, Framing::Events))
    }
}

impl<S> JsonEvents<S> {
    /// Sends a comment whenever the source had none for so long, [`HEARTBEAT`](crate::HEARTBEAT) if this is not called;
    /// `None` for never.
    ///
    /// It keeps a connection alive that a proxy would close, and shows that a client is gone: see
    /// [`JsonLines::heartbeat`](crate::JsonLines::heartbeat). Clients take no notice of comments.
    pub fn heartbeat(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.0.heartbeat = Heartbeat::every(interval.into());
        self
    }

    /// The body alone, for a response of one's own.
    pub fn into_body(self) -> StreamBody<S> {
        self.0
    }
}

/// The id of the last event that a client had before it connected again: its header `Last-Event-ID`.
///
/// It is an extractor of axum, actix-web, poem, salvo, rocket and ntex; warp has the filter `record_http::warp::last_event_id`.
/// With the feature `http`, `LastEventId::of` makes it of a header map. In axum it stands before `RecycleHeaders`, which
/// takes the headers away. It is `None` for a client that has had none, and where the header is not UTF-8.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastEventId(pub Option<String>);

impl LastEventId {
    #[cfg(any(feature = "actix", feature = "http", feature = "ntex", feature = "rocket"))]
    pub(crate) const HEADER: &str = "last-event-id";

    #[cfg(any(feature = "actix", feature = "http", feature = "ntex", feature = "rocket"))]
    pub(crate) fn of_bytes(id: Option<&[u8]>) -> Self {
        Self(id.and_then(|id| std::str::from_utf8(id).ok()).map(str::to_owned))
    }

    /// The id as a number, or whatever ids are; `None` if there is none, or it is something else.
    ///
    /// ```
    /// use record_http::LastEventId;
    ///
    /// assert_eq!(LastEventId(Some("7".to_owned())).parse::<u64>(), Some(7));
    /// assert_eq!(LastEventId(Some("x".to_owned())).parse::<u64>(), None);
    /// ```
    #[must_use]
    pub fn parse<I: std::str::FromStr>(&self) -> Option<I> {
        self.0.as_deref()?.parse().ok()
    }
}
