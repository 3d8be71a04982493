//! Responses with validators, and the requests that ask only for what has changed: RFC 9110, sections 8.8 and 13.
//!
//! A response is *versioned* by its tag, its time, or both. [`Conditions`] are what a request says of the versions that
//! its client has. The value is written in any case, since its tag is made of the text. If it cannot be written, the
//! response is a 500 whatever the client has.

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use httpdate::HttpDate;
use record_runtime::ZeroAllocJson;
use twox_hash::XxHash3_128;

#[cfg(doc)]
use crate::CachedJson;
use crate::{Json, JsonRef, RawJson, blocks, response};

/// The versions that a request's client has: `If-None-Match` and `If-Modified-Since`.
///
/// It is an extractor of axum, actix-web, poem, salvo, rocket and ntex; warp has the filter
/// `record_http::warp::conditions`. In axum it stands before `RecycleHeaders`, which takes the headers away. With the
/// feature `http`, `Conditions::of` makes it of a method and a header map. Any other framework has
/// [`of_fields`](Self::of_fields).
///
/// Conditions of other methods than `GET` and `HEAD` count as none, since their work is done when the response is made.
/// A malformed `If-None-Match` matches nothing, and a malformed `If-Modified-Since` is ignored.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// All fields of that name as one list, if there is any.
    if_none_match: Option<Bytes>,
    if_modified_since: Option<SystemTime>,
}

impl Conditions {
    /// Of the method and the header fields of a request, for frameworks that have no extractor here.
    ///
    /// ```
    /// use record_http::{Conditions, Json};
    ///
    /// let first = Json([1, 2]).etag().answer(Conditions::default());
    /// assert_eq!((first.status(), &first.text()[..]), (200, &b"[1,2]"[..]));
    ///
    /// let tag = first.etag().unwrap();
    /// let again = Conditions::of_fields("GET", [("If-None-Match", tag.as_bytes())]);
    /// let second = Json([1, 2]).etag().answer(again);
    /// assert_eq!((second.status(), &second.text()[..]), (304, &b""[..]));
    /// ```
    #[must_use]
    pub fn of_fields<'a>(method: &str, fields: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut reader = Reader::default();
        for (name, value) in fields {
            if name.eq_ignore_ascii_case("if-none-match") {
                reader.if_none_match(value);
            } else if name.eq_ignore_ascii_case("if-modified-since") {
                reader.if_modified_since(value);
            }
        }
        reader.conditions(method)
    }

    /// The same of fields that are sorted by their names already.
    #[cfg(any(feature = "actix", feature = "http", feature = "ntex", feature = "rocket"))]
    pub(crate) fn read<'a>(
        method: &str,
        if_none_match: impl Iterator<Item = &'a [u8]>,
        if_modified_since: impl Iterator<Item = &'a [u8]>,
    ) -> Self {
        let mut reader = Reader::default();
        if_none_match.for_each(|value| reader.if_none_match(value));
        if_modified_since.for_each(|value| reader.if_modified_since(value));
        reader.conditions(method)
    }

    /// Whether the client has this version. An `If-None-Match` is asked alone, also where it names other tags.
    pub(crate) fn are_met_by(self, opaque: Option<&[u8]>, last_modified: Option<SystemTime>) -> bool {
        if let Some(field) = self.if_none_match {
            return names(&field, opaque);
        }
        matches!((self.if_modified_since, last_modified), (Some(known), Some(time)) if time <= known)
    }
}

#[derive(Default)]
struct Reader {
    if_none_match: Option<Bytes>,
    if_modified_since: Option<SystemTime>,
    dates: usize,
}

impl Reader {
    fn if_none_match(&mut self, value: &[u8]) {
        self.if_none_match = Some(match self.if_none_match.take() {
            None => kept(value),
            // A list may come in several fields.
            Some(earlier) => kept(&[&earlier, value].join(&b',')),
        });
    }

    fn if_modified_since(&mut self, value: &[u8]) {
        self.dates += 1;
        let text = std::str::from_utf8(value).unwrap_or_default();
        self.if_modified_since = httpdate::parse_http_date(text.trim_matches([' ', '\t'])).ok();
    }

    fn conditions(self, method: &str) -> Conditions {
        if !matches!(method, "GET" | "HEAD") {
            return Conditions::default();
        }
        let if_modified_since = self.if_modified_since.filter(|_| self.dates == 1);
        Conditions { if_none_match: self.if_none_match, if_modified_since }
    }
}

/// A field's value in memory that takes no allocation of its own. It is no text of a response, so that with `zeroize`,
/// too, it may stand in a block.
fn kept(value: &[u8]) -> Bytes {
    if value.len() <= blocks::MAX_COPY_BYTES { blocks::copy(value) } else { Bytes::copy_from_slice(value) }
}

/// Whether a list of tags names one, by the weak comparison. `*` names every version, also one without a tag.
///
/// A list that is malformed somewhere names nothing: then the client is sent the text.
fn names(field: &[u8], opaque: Option<&[u8]>) -> bool {
    let mut rest = without_space(field);
    if let [b'*', tail @ ..] = rest {
        return without_space(tail).is_empty();
    }
    let mut is_named = false;
    loop {
        while let [b',', tail @ ..] = rest {
            rest = without_space(tail);
        }
        if rest.is_empty() {
            return is_named;
        }
        let Some(quoted) = rest.strip_prefix(b"W/").unwrap_or(rest).strip_prefix(b"\"") else { return false };
        let Some(end) = quoted.iter().position(|&byte| !matches!(byte, 0x21 | 0x23..=0x7E | 0x80..)) else {
            return false;
        };
        is_named |= opaque == Some(&quoted[..end]);
        let Some(tail) = quoted[end..].strip_prefix(b"\"") else { return false };
        rest = without_space(tail);
        if !matches!(rest, [] | [b',', ..]) {
            return false;
        }
    }
}

/// The rest behind spaces and tabs.
fn without_space(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', tail @ ..] = text {
        text = tail;
    }
    text
}

/// A whole body: [`Json`], [`JsonRef`] and [`RawJson`].
///
/// ```
/// use record_http::{Conditional, Conditions, Json, RawJson, Versioned, WholeJson};
///
/// fn whole<J: WholeJson>(versioned: Versioned<J>) -> Conditional {
///     versioned.answer(Conditions::default())
/// }
///
/// assert_eq!(whole(Json([1]).etag()).etag(), whole(RawJson::new("[1]").etag()).etag());
/// ```
pub trait WholeJson: sealed::Written {}

impl<T: ZeroAllocJson> WholeJson for Json<T> {}
impl<T: ZeroAllocJson + ?Sized> WholeJson for JsonRef<'_, T> {}
impl WholeJson for RawJson {}

mod sealed {
    use bytes::Bytes;

    pub trait Written {
        /// The text, or that of a 500.
        fn written(self) -> Result<Bytes, Bytes>;
    }
}

impl<T: ZeroAllocJson> sealed::Written for Json<T> {
    fn written(self) -> Result<Bytes, Bytes> {
        response::written(&self.0)
    }
}

impl<T: ZeroAllocJson + ?Sized> sealed::Written for JsonRef<'_, T> {
    fn written(self) -> Result<Bytes, Bytes> {
        response::written(self.0)
    }
}

impl sealed::Written for RawJson {
    fn written(self) -> Result<Bytes, Bytes> {
        Ok(self.into_bytes())
    }
}

macro_rules! versions {
    ($([$($generics:tt)*] $Type:ty;)*) => {$(
        impl<$($generics)*> $Type {
            /// Versioned by a tag of its text, for [`Conditions`]: see [`Versioned::etag`].
            pub fn etag(self) -> Versioned<Self> {
                Versioned::new(self).etag()
            }

            /// Versioned by a strong tag of its text, for [`Conditions`]: see [`Versioned::strong_etag`].
            pub fn strong_etag(self) -> Versioned<Self> {
                Versioned::new(self).strong_etag()
            }

            /// Versioned by the time of its last change, for [`Conditions`]: see [`Versioned::last_modified`].
            pub fn last_modified(self, time: SystemTime) -> Versioned<Self> {
                Versioned::new(self).last_modified(time)
            }
        }
    )*};
}

versions! {
    [T: ZeroAllocJson] Json<T>;
    ['a, T: ZeroAllocJson + ?Sized] JsonRef<'a, T>;
    [] RawJson;
}

/// A response that names its version, so that a client that has it need not be sent it again.
///
/// [`answer`](Self::answer) makes a response of it. In actix-web it is a responder, too, which sees the request itself.
///
/// ```
/// use std::time::SystemTime;
/// use record_http::{Conditions, Json};
///
/// let response = Json([1, 2]).strong_etag().last_modified(SystemTime::UNIX_EPOCH).answer(Conditions::default());
/// assert!(response.etag().unwrap().starts_with('"'));
/// assert_eq!(response.last_modified(), Some("Thu, 01 Jan 1970 00:00:00 GMT"));
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Versioned<J> {
    json: J,
    has_etag: bool,
    is_strong: bool,
    last_modified: Option<SystemTime>,
}

impl<J> Versioned<J> {
    fn new(json: J) -> Self {
        Self { json, has_etag: false, is_strong: false, last_modified: None }
    }

    /// Sends an `ETag`: a hash of the text, of 128 bits. It is the same on every machine, and in every run.
    ///
    /// The tag is weak, `W/"…"`. A middleware that compresses sends other bytes for the same text, and RFC 9110 gives
    /// those another strong tag, but not another weak one. Middlewares that compress do not know of tags. For
    /// `If-None-Match`, weak ones are as good as strong ones.
    ///
    /// The hash is no secret of its text: who can guess a whole text can compare. It does not resist somebody who writes
    /// texts so that their hashes are the same.
    pub fn etag(mut self) -> Self {
        self.has_etag = true;
        self
    }

    /// Sends a strong `ETag`, `"…"`: for a service where no middleware and no proxy changes the body.
    pub fn strong_etag(mut self) -> Self {
        (self.has_etag, self.is_strong) = (true, true);
        self
    }

    /// Sends `Last-Modified`, in whole seconds. A time to come is sent as now, and one before 1970 as 1970.
    ///
    /// A value that changes twice in a second, and is asked for between, is taken for unchanged. A tag has no such gap,
    /// and a client that sends both conditions is answered by its tag.
    pub fn last_modified(mut self, time: SystemTime) -> Self {
        self.last_modified = Some(time);
        self
    }
}

impl<J: WholeJson> Versioned<J> {
    /// The response: 200 with the text, 304 without one for a client that has it, or 500 if it cannot be written.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use record_http::{Conditions, Json};
    ///
    /// let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    /// let fields = [("if-modified-since", &b"Sun, 06 Nov 1994 08:49:37 GMT"[..])];
    /// let conditions = Conditions::of_fields("GET", fields);
    /// let response = Json("unchanged").last_modified(changed).answer(conditions);
    /// assert_eq!(response.status(), 304);
    /// ```
    pub fn answer(self, conditions: Conditions) -> Conditional {
        let text = match self.json.written() {
            Ok(text) => text,
            Err(text) => return Conditional::new(500, text, None),
        };
        let etag = self.has_etag.then(|| tag(XxHash3_128::oneshot(&text), self.is_strong));
        let last_modified = self.last_modified.map(whole_seconds);
        let opaque = etag.as_deref().map(opaque);
        let date = |time| {
            let mut date = [0; 29];
            // An array that is a date's length.
            let _ = write!(&mut date[..], "{}", HttpDate::from(time));
            kept(&date)
        };
        if conditions.are_met_by(opaque, last_modified) {
            // With a tag, the date is not needed.
            let last_modified = last_modified.filter(|_| etag.is_none()).map(date);
            return Conditional { last_modified, ..Conditional::new(304, Bytes::new(), etag) };
        }
        Conditional { last_modified: last_modified.map(date), ..Conditional::new(200, text, etag) }
    }
}

/// A tag of a hash: `W/"…"` or `"…"`.
fn tag(hash: u128, is_strong: bool) -> Bytes {
    let mut tag = *b"W/\"................................\"";
    // 32 digits between the quotes.
    let _ = write!(&mut tag[3..35], "{hash:032x}");
    kept(&tag[if is_strong { 2 } else { 0 }..])
}

/// A tag without its quotes.
pub(crate) fn opaque(tag: &[u8]) -> &[u8] {
    let quoted = tag.strip_prefix(b"W/").unwrap_or(tag);
    &quoted[1..quoted.len() - 1]
}

/// As a date says it, and not in the future.
fn whole_seconds(time: SystemTime) -> SystemTime {
    let seconds = time.min(SystemTime::now()).duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    UNIX_EPOCH + std::time::Duration::from_secs(seconds)
}

/// The response to a request with [`Conditions`]: made by [`Versioned::answer`] or [`CachedJson::answer`], and a responder
/// in every framework.
///
/// A 304 has the `ETag`, and `Last-Modified` only where there is no tag. Other headers that a 200 would have, such as
/// `cache-control`, are the handler's. A status that the handler sets would replace the 304.
///
/// A 304 has no `content-length`, but for axum, whose router gives every empty body the length 0. (hyper takes it away
/// again over HTTP/1, except to `HEAD`.) Caches do not take a length from a 304. Were it left open, a middleware that
/// compresses would make a body of it.
#[derive(Debug, Clone)]
#[must_use]
pub struct Conditional {
    pub(crate) status: u16,
    pub(crate) text: Bytes,
    pub(crate) etag: Option<Bytes>,
    pub(crate) last_modified: Option<Bytes>,
    pub(crate) content_encoding: Option<&'static str>,
    pub(crate) vary: Option<&'static str>,
}

impl Conditional {
    pub(crate) fn new(status: u16, text: Bytes, etag: Option<Bytes>) -> Self {
        Self { status, text, etag, last_modified: None, content_encoding: None, vary: None }
    }

    /// 200, 304 or 500.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The body; empty in a 304.
    #[must_use]
    pub fn text(&self) -> &Bytes {
        &self.text
    }

    /// The value of the header `ETag`, if there is one.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref().and_then(|tag| std::str::from_utf8(tag).ok())
    }

    /// The value of the header `Content-Encoding`, if the body is compressed.
    #[must_use]
    pub fn content_encoding(&self) -> Option<&'static str> {
        self.content_encoding
    }

    /// The value of the header `Vary`, if the response depends on the codings that the client takes.
    #[must_use]
    pub fn vary(&self) -> Option<&'static str> {
        self.vary
    }

    /// The value of the header `Last-Modified`, if there is one.
    #[must_use]
    pub fn last_modified(&self) -> Option<&str> {
        self.last_modified.as_deref().and_then(|date| std::str::from_utf8(date).ok())
    }
}
