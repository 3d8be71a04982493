//! Replies for warp 0.4, and filters in the place of extractors.
//!
//! ```
//! use record_http::Json;
//! use warp::Filter;
//!
//! let app = warp::path!("users" / u64).map(|id: u64| Json(id));
//! ```
//!
//! warp makes a body of a stream that hides what the server asks. So a stream over HTTP/2 does not know a connection
//! that takes nothing, and fills hyper's buffer for it: see [the crate's page](crate#streams-that-are-kept).

use std::convert::Infallible;
use std::fmt::Debug;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use pin_project_lite::pin_project;
use record_runtime::{Error, ZeroAllocJson};
use sync_wrapper::SyncStream;
use warp::Filter;
use warp::reject::Reject;
use warp::reply::{Reply, Response};

use crate::http::JsonBody;
use crate::{Element, Json, JsonArray, JsonEvents, JsonLines, JsonRef, LastEventId, Problem, RawJson, StreamBody};

fn whole(from: http::Response<JsonBody>) -> Response {
    from.map(JsonBody::into_bytes).into_response()
}

fn streamed<S>(from: http::Response<StreamBody<S>>) -> Response
where
    S: Stream + Send + 'static,
    S::Item: Element,
{
    let (parts, body) = from.into_parts();
    // warp's bodies are `Sync`, which sources need not be.
    let mut response = warp::reply::stream(Chunks { body: body.map_source(SyncStream::new) }).into_response();
    *response.status_mut() = parts.status;
    *response.headers_mut() = parts.headers;
    response
}

pin_project! {
    /// A streamed body as warp takes it.
    struct Chunks<S> {
        #[pin]
        body: StreamBody<S>,
    }
}

impl<S> Stream for Chunks<S>
where
    S: Stream,
    S::Item: Element,
{
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        self.project().body.poll_chunk(cx)
    }
}

impl<T: ZeroAllocJson + Send> Reply for Json<T> {
    fn into_response(self) -> Response {
        whole(self.into_http_response())
    }
}

impl<T: ZeroAllocJson + Sync + ?Sized> Reply for JsonRef<'_, T> {
    fn into_response(self) -> Response {
        whole(self.into_http_response())
    }
}

impl Reply for RawJson {
    fn into_response(self) -> Response {
        whole(self.into_http_response())
    }
}

impl<S> Reply for JsonLines<S>
where
    S: Stream + Send + 'static,
    S::Item: ZeroAllocJson,
{
    fn into_response(self) -> Response {
        streamed(self.into_http_response())
    }
}

impl<S> Reply for JsonArray<S>
where
    S: Stream + Send + 'static,
    S::Item: ZeroAllocJson,
{
    fn into_response(self) -> Response {
        streamed(self.into_http_response())
    }
}

impl<S> Reply for JsonEvents<S>
where
    S: Stream + Send + 'static,
    S::Item: Element,
{
    fn into_response(self) -> Response {
        streamed(self.into_http_response())
    }
}

impl<T: ZeroAllocJson + Send> Reply for Problem<T> {
    fn into_response(self) -> Response {
        whole(self.into_http_response())
    }
}

/// As a rejection: `warp::reject::custom(problem)`, which a filter behind `recover` finds and replies with.
impl<T: Debug + Send + Sync + 'static> Reject for Problem<T> {}

/// Extracts the id of the last event that a client had. It clones the headers, as warp's filters of several do.
///
/// ```
/// use record_http::{Event, JsonEvents, LastEventId};
/// use warp::Filter;
///
/// let app = warp::path("events").and(record_http::warp::last_event_id()).map(|last: LastEventId| {
///     let first = last.parse::<u64>().map_or(0, |last| last + 1);
///     JsonEvents::new((first..first + 3).map(|n| Event::new(n).id(n)))
/// });
/// ```
#[must_use]
pub fn last_event_id() -> impl Filter<Extract = (LastEventId,), Error = Infallible> + Copy {
    warp::header::headers_cloned().map(|headers| LastEventId::of(&headers))
}

/// Extracts what the client has already. It clones the headers.
///
/// ```
/// use record_http::{Conditions, Json};
/// use warp::Filter;
///
/// let app = warp::path("prices")
///     .and(record_http::warp::conditions())
///     .map(|conditions: Conditions| Json([17, 4]).etag().answer(conditions));
/// ```
#[cfg(feature = "etag")]
#[must_use]
pub fn conditions() -> impl Filter<Extract = (crate::Conditions,), Error = Infallible> + Copy {
    let head = warp::method().and(warp::header::headers_cloned());
    head.map(|method, headers| crate::Conditions::of(&method, &headers))
}

/// Extracts the codings that the client takes. It clones the headers.
///
/// ```
/// use record_http::{AcceptEncoding, CachedJson, Conditions};
/// use warp::Filter;
///
/// let cached = CachedJson::new(&["Andorra", "Austria"])?;
/// let app = warp::path("countries")
///     .and(record_http::warp::conditions())
///     .and(record_http::warp::accept_encoding())
///     .map(move |conditions: Conditions, encodings: AcceptEncoding| cached.answer(conditions, encodings));
/// # Ok::<(), record_runtime::Error>(())
/// ```
#[cfg(feature = "etag")]
#[must_use]
pub fn accept_encoding() -> impl Filter<Extract = (crate::AcceptEncoding,), Error = Infallible> + Copy {
    warp::header::headers_cloned().map(|headers| crate::AcceptEncoding::of(&headers))
}

#[cfg(feature = "etag")]
impl Reply for crate::Conditional {
    fn into_response(self) -> Response {
        whole(self.into_http_response())
    }
}
