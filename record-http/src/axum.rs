//! Responders for axum 0.8, and header maps that are used again.

use std::convert::Infallible;

use axum_core::body::Body;
use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use futures_core::Stream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use record_runtime::{Maskable, ZeroAllocJson};

use crate::{
    BadFields, Element, Fields, Json, JsonArray, JsonEvents, JsonLines, JsonRef, LastEventId, Problem, RawJson,
    header_maps,
};

/// An extractor that makes the response's header map out of the request's, which saves two allocations.
///
/// It takes all headers away from a request without a body, so it stands behind every extractor that reads some:
///
/// ```
/// # use axum::{extract::Path, http::HeaderMap};
/// # use record_http::{Json, axum::RecycleHeaders};
/// async fn user(Path(id): Path<u64>, headers: HeaderMap, _: RecycleHeaders) -> Json<u64> {
///     Json(id)
/// }
/// ```
///
/// A request that has a body, or names a `content-type`, keeps its headers: the extractor of the body comes last, and
/// reads them. Such a request saves nothing, and its handler works as it does without this extractor:
///
/// ```
/// # use record_http::{Json, axum::RecycleHeaders};
/// async fn sum(_: RecycleHeaders, axum::Json(numbers): axum::Json<Vec<u64>>) -> Json<u64> {
///     Json(numbers.iter().sum())
/// }
/// ```
///
/// The map is emptied when it is taken. The next responder of this crate on the same thread uses it, for this request
/// or another. A thread keeps at most 16 maps. A map with more than 64 names or 64 values is freed.
#[derive(Debug, Clone, Copy, Default)]
pub struct RecycleHeaders;

impl<S: Sync> FromRequestParts<S> for RecycleHeaders {
    type Rejection = Infallible;

    fn from_request_parts(parts: &mut Parts, _: &S) -> impl Future<Output = Result<Self, Infallible>> + Send {
        if !has_body(&parts.headers) {
            header_maps::give(std::mem::take(&mut parts.headers));
        }
        std::future::ready(Ok(Self))
    }
}

/// Whether the headers announce a body. (One of HTTP/2 may come unannounced; then nothing can be read of its type.)
fn has_body(headers: &HeaderMap) -> bool {
    let has_length = |length: &HeaderValue| length.as_bytes() != b"0";
    headers.contains_key(CONTENT_TYPE)
        || headers.contains_key(TRANSFER_ENCODING)
        || headers.get(CONTENT_LENGTH).is_some_and(has_length)
}

impl<T: ZeroAllocJson> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        JsonRef(&self.0).into_response()
    }
}

impl<T: ZeroAllocJson + ?Sized> IntoResponse for JsonRef<'_, T> {
    fn into_response(self) -> Response {
        self.into_http_response().map(Body::new)
    }
}

impl IntoResponse for RawJson {
    fn into_response(self) -> Response {
        self.into_http_response().map(Body::new)
    }
}

impl<S> IntoResponse for JsonLines<S>
where
    S: Stream + Send + 'static,
    S::Item: ZeroAllocJson,
{
    fn into_response(self) -> Response {
        self.into_http_response().map(Body::new)
    }
}

impl<S> IntoResponse for JsonArray<S>
where
    S: Stream + Send + 'static,
    S::Item: ZeroAllocJson,
{
    fn into_response(self) -> Response {
        self.into_http_response().map(Body::new)
    }
}

impl<S> IntoResponse for JsonEvents<S>
where
    S: Stream + Send + 'static,
    S::Item: Element,
{
    fn into_response(self) -> Response {
        self.into_http_response().map(Body::new)
    }
}

impl<S: Sync> FromRequestParts<S> for LastEventId {
    type Rejection = Infallible;

    fn from_request_parts(parts: &mut Parts, _: &S) -> impl Future<Output = Result<Self, Infallible>> + Send {
        std::future::ready(Ok(Self::of(&parts.headers)))
    }
}

impl<S, T, const IGNORE_UNKNOWN: bool> FromRequestParts<S> for Fields<T, IGNORE_UNKNOWN>
where
    S: Sync,
    T: Maskable + ?Sized,
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    type Rejection = Problem<BadFields>;

    fn from_request_parts(parts: &mut Parts, _: &S) -> impl Future<Output = Result<Self, Self::Rejection>> + Send {
        std::future::ready(Self::of_query(parts.uri.query()))
    }
}

impl<T: ZeroAllocJson> IntoResponse for Problem<T> {
    fn into_response(self) -> Response {
        self.into_http_response().map(Body::new)
    }
}

#[cfg(feature = "etag")]
impl<S: Sync> FromRequestParts<S> for crate::Conditions {
    type Rejection = Infallible;

    fn from_request_parts(parts: &mut Parts, _: &S) -> impl Future<Output = Result<Self, Infallible>> + Send {
        std::future::ready(Ok(Self::of(&parts.method, &parts.headers)))
    }
}

#[cfg(feature = "etag")]
impl IntoResponse for crate::Conditional {
    fn into_response(self) -> Response {
        self.into_http_response().map(Body::new)
    }
}

#[cfg(feature = "etag")]
impl<S: Sync> FromRequestParts<S> for crate::AcceptEncoding {
    type Rejection = Infallible;

    fn from_request_parts(parts: &mut Parts, _: &S) -> impl Future<Output = Result<Self, Infallible>> + Send {
        std::future::ready(Ok(Self::of(&parts.headers)))
    }
}
