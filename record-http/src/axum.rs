//! Responders for axum 0.8, and header maps that are used again.

use std::convert::Infallible;

use axum_core::body::Body;
use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use futures_core::Stream;
use http::HeaderValue;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use record_runtime::ZeroAllocJson;

use crate::http::JsonBody;
use crate::{Json, JsonArray, JsonLines, JsonRef, RawJson, body, header_maps};

/// An extractor that makes the response's header map out of the request's, which saves two allocations.
///
/// It takes all headers away from the request, so it stands behind every extractor that reads some:
///
/// ```
/// # use axum::{extract::Path, http::HeaderMap};
/// # use record_http::{Json, axum::RecycleHeaders};
/// async fn user(Path(id): Path<u64>, headers: HeaderMap, _: RecycleHeaders) -> Json<u64> {
///     Json(id)
/// }
/// ```
///
/// The map is emptied when it is taken, and used by the next responder of this crate on the same thread, be that for the
/// same request or for another. A map that has grown to more than 64 headers is not kept, nor are more than 16 per thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct RecycleHeaders;

impl<S: Sync> FromRequestParts<S> for RecycleHeaders {
    type Rejection = Infallible;

    fn from_request_parts(parts: &mut Parts, _: &S) -> impl Future<Output = Result<Self, Infallible>> + Send {
        header_maps::give(std::mem::take(&mut parts.headers));
        std::future::ready(Ok(Self))
    }
}

/// A response with a whole body. The length is set here, since axum's router would allocate for its digits.
fn whole(response: http::Response<JsonBody>) -> Response {
    let text = body::digits(response.body().len());
    let digits = HeaderValue::from_maybe_shared(text).expect("digits are a header's value");
    let mut response = response.map(Body::new);
    response.headers_mut().insert(CONTENT_LENGTH, digits);
    response
}

impl<T: ZeroAllocJson> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        JsonRef(&self.0).into_response()
    }
}

impl<T: ZeroAllocJson + ?Sized> IntoResponse for JsonRef<'_, T> {
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
