//! Responses of the crate `http`, for hyper 1 and whatever takes an `http_body::Body`.
//!
//! ```
//! use record_http::{Json, http::JsonBody};
//!
//! async fn serve<B>(request: http::Request<B>) -> Result<http::Response<JsonBody>, std::convert::Infallible> {
//!     let (parts, _) = request.into_parts();
//!     let response = Json(["a", "b"]).into_http_response();
//!     record_http::http::recycle(parts.headers); // optional: the next response needs no new header map
//!     Ok(response)
//! }
//! ```
//!
//! With [`recycle`], `half_close(true)` on hyper's builder, and a body of at most 16 KiB, a request allocates nothing on
//! the server's thread. (Without half-close, hyper reads ahead to see whether the client is gone, and allocates for it.)
//! `content-length` is hyper's to set: it knows it from the body.
//!
//! Over HTTP/2, hyper sends the body of an answer to `HEAD`, too: there a service has to leave it out.

#[cfg(feature = "etag")]
mod conditional;

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use record_runtime::{Error, ZeroAllocJson};

use crate::response::{self, EVENTS, JSON, JSON_LINES};
use crate::{
    Element, Json, JsonArray, JsonEvents, JsonLines, JsonRef, LastEventId, Problem, RawJson, StreamBody, header_maps,
};

/// Keeps the map of a request, emptied, for a response that this thread makes next. Bounded in number and size.
pub fn recycle(headers: HeaderMap) {
    header_maps::give(headers);
}

/// A whole body.
#[derive(Debug, Clone, Default)]
pub struct JsonBody(Bytes);

impl JsonBody {
    /// The text.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl Body for JsonBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let text = std::mem::take(&mut self.0);
        Poll::Ready((!text.is_empty()).then(|| Ok(Frame::data(text))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}

impl<S> Body for StreamBody<S>
where
    S: Stream,
    S::Item: Element,
{
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        self.poll_chunk(cx).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.is_done()
    }

    fn size_hint(&self) -> SizeHint {
        self.is_asked_for_size();
        SizeHint::default()
    }
}

/// A response of status 200, whose header map is a recycled one if there is any.
fn response<B>(content_type: &'static str, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.headers_mut() = header_maps::take();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

impl<T: ZeroAllocJson> Json<T> {
    /// The response; a 500 if the value cannot be written.
    #[must_use]
    pub fn into_http_response(self) -> Response<JsonBody> {
        JsonRef(&self.0).into_http_response()
    }
}

impl<T: ZeroAllocJson + ?Sized> JsonRef<'_, T> {
    /// The response; a 500 if the value cannot be written.
    #[must_use]
    pub fn into_http_response(self) -> Response<JsonBody> {
        match response::written(self.0) {
            Ok(text) => response(JSON, JsonBody(text)),
            Err(text) => {
                let mut response = response(JSON, JsonBody(text));
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                response
            }
        }
    }
}

impl RawJson {
    /// The response.
    #[must_use]
    pub fn into_http_response(self) -> Response<JsonBody> {
        response(JSON, JsonBody(self.into_bytes()))
    }
}

impl<S> JsonLines<S>
where
    S: Stream,
    S::Item: ZeroAllocJson,
{
    /// The response, with `transfer-encoding: chunked` in HTTP/1.
    pub fn into_http_response(self) -> Response<StreamBody<S>> {
        response(JSON_LINES, self.into_body())
    }
}

impl<S> JsonArray<S>
where
    S: Stream,
    S::Item: ZeroAllocJson,
{
    /// The response, with `transfer-encoding: chunked` in HTTP/1.
    pub fn into_http_response(self) -> Response<StreamBody<S>> {
        response(JSON, self.into_body())
    }
}

impl<S> JsonEvents<S>
where
    S: Stream,
    S::Item: Element,
{
    /// The response, with `transfer-encoding: chunked` in HTTP/1.
    pub fn into_http_response(self) -> Response<StreamBody<S>> {
        let mut response = response(EVENTS, self.into_body());
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }
}

impl LastEventId {
    /// Of a request's headers.
    ///
    /// ```
    /// let request = http::Request::get("/").header("last-event-id", "7").body(()).unwrap();
    /// assert_eq!(record_http::LastEventId::of(request.headers()).parse::<u64>(), Some(7));
    /// ```
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        Self::of_bytes(headers.get(Self::HEADER).map(HeaderValue::as_bytes))
    }
}

impl<T: ZeroAllocJson> Problem<T> {
    /// The response; a plain 500 if the members of one's own cannot be written.
    #[must_use]
    pub fn into_http_response(self) -> Response<JsonBody> {
        self.to_http_response()
    }

    pub(crate) fn to_http_response(&self) -> Response<JsonBody> {
        let (status, content_type, text) = self.written();
        let mut response = response(content_type, JsonBody(text));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response
    }
}
