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
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use pin_project_lite::pin_project;
use record_runtime::{Error, Maskable, ZeroAllocJson};
use sync_wrapper::SyncStream;
use warp::reject::Reject;
use warp::reply::{Reply, Response};
use warp::{Filter, Rejection};

use crate::http::JsonBody;
use crate::{
    BadFields, Element, Fields, Json, JsonArray, JsonEvents, JsonLines, JsonRef, KnownFields, LastEventId, Problem,
    RawJson, StreamBody,
};

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

/// Extracts the fields that the client asks for; one that the type does not have is a rejection, for [`problems`].
///
/// ```
/// use record_http::{Fields, Json};
/// use record_runtime::ZeroAllocJson;
/// use warp::Filter;
///
/// #[derive(ZeroAllocJson)]
/// #[json(field_mask)]
/// struct User {
///     id: u64,
///     name: &'static str,
/// }
///
/// let user = warp::path("user")
///     .and(record_http::warp::fields::<User>())
///     .map(|Fields(mask): Fields<User>| Json(User { id: 7, name: "Ada" }).fields(mask));
/// let app = user.recover(record_http::warp::problems);
/// ```
#[must_use]
pub fn fields<T>() -> impl Filter<Extract = (Fields<T>,), Error = Rejection> + Copy
where
    T: Maskable + ?Sized + 'static,
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    any_fields()
}

/// Extracts the fields that the client asks for, as far as the type has them.
///
/// ```
/// use record_http::{Fields, Json, KnownFields};
/// use record_runtime::ZeroAllocJson;
/// use warp::Filter;
///
/// #[derive(ZeroAllocJson)]
/// #[json(field_mask)]
/// struct User {
///     id: u64,
/// }
///
/// let user = warp::path("user")
///     .and(record_http::warp::known_fields::<User>())
///     .map(|Fields(mask): KnownFields<User>| Json(User { id: 7 }).fields(mask));
/// let app = user.recover(record_http::warp::problems);
/// ```
#[must_use]
pub fn known_fields<T>() -> impl Filter<Extract = (KnownFields<T>,), Error = Rejection> + Copy
where
    T: Maskable + ?Sized + 'static,
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    any_fields()
}

fn any_fields<T, const IGNORE_UNKNOWN: bool>()
-> impl Filter<Extract = (Fields<T, IGNORE_UNKNOWN>,), Error = Rejection> + Copy
where
    T: Maskable + ?Sized + 'static,
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    // The filter of the query rejects a request that has none.
    let query = warp::query::raw().or_else(|_| ready(Ok::<_, Infallible>((String::new(),))));
    query.and_then(|query: String| ready(Fields::of_query(Some(&query)).map_err(warp::reject::custom)))
}

/// Replies with the [`Problem`] of a rejection, for `Filter::recover`. Other rejections stay what they are.
///
/// It finds the problems of [`fields`] and [`known_fields`], and a `Problem` without members of its own.
///
/// ```
/// use record_http::Problem;
/// use warp::Filter;
///
/// let gone = warp::path("gone").and_then(async || Err::<String, _>(warp::reject::custom(Problem::new(410))));
/// let app = gone.recover(record_http::warp::problems);
/// ```
///
/// # Errors
/// The rejection, if it has no problem.
pub fn problems(rejection: Rejection) -> Ready<Result<Response, Rejection>> {
    let response = match (rejection.find::<Problem<BadFields>>(), rejection.find::<Problem>()) {
        (Some(problem), _) => problem.to_http_response(),
        (None, Some(problem)) => problem.to_http_response(),
        (None, None) => return ready(Err(rejection)),
    };
    ready(Ok(whole(response)))
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
