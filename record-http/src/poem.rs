//! Responders for poem 3.
//!
//! ```
//! use poem::{Route, get, handler, web::Path};
//! use record_http::Json;
//!
//! #[handler]
//! fn user(Path(id): Path<u64>) -> Json<u64> {
//!     Json(id)
//! }
//!
//! let app = Route::new().at("/users/:id", get(user));
//! ```
//!
//! The content type of JSON is that of poem's own `Json`, `application/json; charset=utf-8`.
//!
//! # Streams that break off
//!
//! Over HTTP/1.1 poem's server ends every body that breaks off, its own too. So the client takes the response for a whole
//! one. Of a [`JsonArray`] it sees that the `]` is missing. Over HTTP/2 it can tell.

use std::io;

use futures_core::Stream;
use http::header::CONTENT_TYPE;
use http::response::Parts;
use http::{HeaderValue, StatusCode};
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use poem::error::ResponseError;
use poem::{Body, FromRequest, IntoResponse, Request, RequestBody, Response, ResponseParts};
use record_runtime::{Maskable, ZeroAllocJson};
use sync_wrapper::SyncStream;

use crate::http::JsonBody;
use crate::{
    Element, Fields, Json, JsonArray, JsonEvents, JsonLines, JsonRef, LastEventId, Problem, RawJson, StreamBody,
};

/// The content type of poem's own `Json`, in place of `response::JSON`.
const JSON: &str = "application/json; charset=utf-8";

/// A response of its parts. poem's own conversion, `From<http::Response<_>>`, would lose the length of the body.
fn response(parts: Parts, body: Body) -> Response {
    let Parts { status, version, headers, extensions, .. } = parts;
    Response::from_parts(ResponseParts { status, version, headers, extensions }, body)
}

fn whole(from: http::Response<JsonBody>) -> Response {
    let (mut parts, body) = from.into_parts();
    // A 304 has none.
    if let Some(content_type) = parts.headers.get_mut(CONTENT_TYPE) {
        *content_type = HeaderValue::from_static(JSON);
    }
    response(parts, Body::from_bytes(body.into_bytes()))
}

/// A response whose body hands on the questions that show who asks. `Body::from_bytes_stream` makes one that does not.
fn streamed<S>(from: http::Response<StreamBody<S>>) -> Response
where
    S: Stream + Send + 'static,
    S::Item: Element,
{
    let (parts, body) = from.into_parts();
    // poem's bodies are `Sync`, which sources need not be.
    let body = body.map_source(SyncStream::new).map_err(io::Error::other);
    response(parts, Body::from(BoxBody::new(body)))
}

impl<T: ZeroAllocJson + Send> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        whole(self.into_http_response())
    }
}

impl<T: ZeroAllocJson + Sync + ?Sized> IntoResponse for JsonRef<'_, T> {
    fn into_response(self) -> Response {
        whole(self.into_http_response())
    }
}

impl IntoResponse for RawJson {
    fn into_response(self) -> Response {
        whole(self.into_http_response())
    }
}

impl<S> IntoResponse for JsonLines<S>
where
    S: Stream + Send + 'static,
    S::Item: ZeroAllocJson,
{
    fn into_response(self) -> Response {
        streamed(self.into_http_response())
    }
}

impl<S> IntoResponse for JsonArray<S>
where
    S: Stream + Send + 'static,
    S::Item: ZeroAllocJson,
{
    fn into_response(self) -> Response {
        let mut response = self.into_http_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        streamed(response)
    }
}

impl<S> IntoResponse for JsonEvents<S>
where
    S: Stream + Send + 'static,
    S::Item: Element,
{
    fn into_response(self) -> Response {
        streamed(self.into_http_response())
    }
}

impl<'a> FromRequest<'a> for LastEventId {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::of(request.headers()))
    }
}

impl<'a, T, const IGNORE_UNKNOWN: bool> FromRequest<'a> for Fields<T, IGNORE_UNKNOWN>
where
    T: Maskable + ?Sized,
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::of_query(request.uri().query())?)
    }
}

/// The content type is `application/problem+json`, as poem leaves it.
fn problem<T: ZeroAllocJson>(problem: &Problem<T>) -> Response {
    let (parts, body) = problem.to_http_response().into_parts();
    response(parts, Body::from_bytes(body.into_bytes()))
}

impl<T: ZeroAllocJson + Send> IntoResponse for Problem<T> {
    fn into_response(self) -> Response {
        problem(&self)
    }
}

impl<T: ZeroAllocJson> ResponseError for Problem<T> {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn as_response(&self) -> Response {
        problem(self)
    }
}

#[cfg(feature = "etag")]
impl<'a> FromRequest<'a> for crate::Conditions {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::of(request.method(), request.headers()))
    }
}

#[cfg(feature = "etag")]
impl IntoResponse for crate::Conditional {
    fn into_response(self) -> Response {
        whole(self.into_http_response())
    }
}

#[cfg(feature = "etag")]
impl<'a> FromRequest<'a> for crate::AcceptEncoding {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::of(request.headers()))
    }
}
