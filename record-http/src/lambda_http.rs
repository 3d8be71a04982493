//! Responders for `lambda_http` 1: functions of AWS Lambda behind a gateway or a load balancer.
//!
//! ```no_run
//! use lambda_http::{Request, RequestExt, run, service_fn};
//! use record_http::Json;
//!
//! async fn handler(request: Request) -> Result<Json<String>, lambda_http::Error> {
//!     let parameters = request.query_string_parameters();
//!     Ok(Json(parameters.first("name").unwrap_or("nobody").to_owned()))
//! }
//!
//! # async fn main_of_it() -> Result<(), lambda_http::Error> {
//! run(service_fn(handler)).await
//! # }
//! ```
//!
//! The content type is `application/json`, as that of `lambda_http`'s own responder for `serde_json::Value`. A body is a text,
//! which Lambda takes as a string of its own, and not as base64.
//!
//! `lambda_http` keeps a body as a `String`, and a response in a box. So a response takes those two allocations, and its header
//! map two. The text is written into a pooled buffer, which is one more beyond 16 KiB.
//!
//! Streams have no responder here, since a text is collected before it is sent. They are sent as they come by
//! `lambda_http::run_with_streaming_response`, of what `JsonLines::into_http_response` and its like return.

use std::future::ready;
use std::pin::Pin;

use lambda_http::{Body, IntoResponse, Response};
use record_runtime::ZeroAllocJson;

use crate::http::JsonBody;
use crate::{Json, JsonRef, Problem, RawJson};

/// The future that `lambda_http` has for responses, whose name is its own.
type ResponseFuture = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

fn respond(response: Response<JsonBody>) -> ResponseFuture {
    let response = response.map(|body| match String::from_utf8(body.into_bytes().into()) {
        Ok(text) if text.is_empty() => Body::Empty,
        Ok(text) => Body::Text(text),
        Err(no_text) => Body::Binary(no_text.into_bytes()),
    });
    Box::pin(ready(response))
}

impl<T: ZeroAllocJson> IntoResponse for Json<T> {
    fn into_response(self) -> ResponseFuture {
        respond(self.into_http_response())
    }
}

impl<T: ZeroAllocJson + ?Sized> IntoResponse for JsonRef<'_, T> {
    fn into_response(self) -> ResponseFuture {
        respond(self.into_http_response())
    }
}

impl IntoResponse for RawJson {
    fn into_response(self) -> ResponseFuture {
        respond(self.into_http_response())
    }
}

impl<T: ZeroAllocJson> IntoResponse for Problem<T> {
    fn into_response(self) -> ResponseFuture {
        respond(self.into_http_response())
    }
}

#[cfg(feature = "etag")]
impl IntoResponse for crate::Conditional {
    fn into_response(self) -> ResponseFuture {
        respond(self.into_http_response())
    }
}
