//! Responders for ntex 3.
//!
//! ```
//! use ntex::web::{self, types::Path};
//! use record_http::Json;
//!
//! async fn user(id: Path<u64>) -> Json<u64> {
//!     Json(id.into_inner())
//! }
//!
//! let app = web::App::new().route("/users/{id}", web::get().to(user));
//! ```
//!
//! ntex has a `Bytes` of its own, into which a text is copied. That takes an allocation of its length for each response,
//! and for each chunk of a stream. Its own `Json` copies, too. `Versioned` and `CachedJson` are responders, which see the
//! request themselves.
//!
//! # Streams that break off
//!
//! ntex's server puts the head of a 500 behind a body that breaks off, its own too. A client of HTTP/1.1 sees that this is
//! no chunk. One of HTTP/1.0 that keeps its connection takes the head for a part of the body.

#[cfg(feature = "etag")]
mod conditional;

use std::error::Error;
use std::fmt::Debug;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_core::Stream;
use ntex::http::body::{Body, BodySize, MessageBody};
use ntex::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use ntex::http::{Payload, Response, StatusCode};
use ntex::util::Bytes;
use ntex::web::{ErrorRenderer, FromRequest, HttpRequest, Responder, WebResponseError};
use record_runtime::{Maskable, ZeroAllocJson};

use crate::response::{EVENTS, JSON, JSON_LINES, written};
use crate::{
    BadFields, Element, Fields, Json, JsonArray, JsonEvents, JsonLines, JsonRef, LastEventId, Problem, RawJson,
    StreamBody,
};

fn response(status: u16, content_type: &'static str, body: Body) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::with_body(status, body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn whole(status: u16, content_type: &'static str, text: &[u8]) -> Response {
    response(status, content_type, Body::from_slice(text))
}

fn streamed<S>(content_type: &'static str, body: StreamBody<S>) -> Response
where
    S: Stream + 'static,
    S::Item: Element,
{
    response(200, content_type, Body::from_message(Streamed(Box::pin(body))))
}

/// A streamed body as ntex takes it: it asks for a chunk when those before are handed to the system.
struct Streamed<S>(Pin<Box<StreamBody<S>>>);

impl<S> MessageBody for Streamed<S>
where
    S: Stream + 'static,
    S::Item: Element,
{
    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Rc<dyn Error>>>> {
        let chunk = self.0.as_mut().poll_chunk(cx);
        chunk.map(|chunk| {
            chunk.map(|chunk| match chunk {
                Ok(chunk) => Ok(Bytes::copy_from_slice(&chunk)),
                Err(error) => Err(Rc::new(error) as Rc<dyn Error>),
            })
        })
    }
}

impl<T: ZeroAllocJson, Err: ErrorRenderer> Responder<Err> for Json<T> {
    async fn respond_to(self, request: &HttpRequest) -> Response {
        Responder::<Err>::respond_to(JsonRef(&self.0), request).await
    }
}

impl<T: ZeroAllocJson + ?Sized, Err: ErrorRenderer> Responder<Err> for JsonRef<'_, T> {
    async fn respond_to(self, _: &HttpRequest) -> Response {
        match written(self.0) {
            Ok(text) => whole(200, JSON, &text),
            Err(text) => whole(500, JSON, &text),
        }
    }
}

impl<Err: ErrorRenderer> Responder<Err> for RawJson {
    async fn respond_to(self, _: &HttpRequest) -> Response {
        whole(200, JSON, &self.into_bytes())
    }
}

impl<S, Err: ErrorRenderer> Responder<Err> for JsonLines<S>
where
    S: Stream + 'static,
    S::Item: ZeroAllocJson,
{
    async fn respond_to(self, _: &HttpRequest) -> Response {
        streamed(JSON_LINES, self.into_body())
    }
}

impl<S, Err: ErrorRenderer> Responder<Err> for JsonArray<S>
where
    S: Stream + 'static,
    S::Item: ZeroAllocJson,
{
    async fn respond_to(self, _: &HttpRequest) -> Response {
        streamed(JSON, self.into_body())
    }
}

impl<S, Err: ErrorRenderer> Responder<Err> for JsonEvents<S>
where
    S: Stream + 'static,
    S::Item: Element,
{
    async fn respond_to(self, _: &HttpRequest) -> Response {
        let mut response = streamed(EVENTS, self.into_body());
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }
}

impl<Err: ErrorRenderer> FromRequest<Err> for LastEventId {
    type Error = Err::Container;

    async fn from_request(request: &HttpRequest, _: &mut Payload) -> Result<Self, Err::Container> {
        Ok(Self::of_bytes(request.headers().get(Self::HEADER).map(HeaderValue::as_bytes)))
    }
}

impl<T, Err, const IGNORE_UNKNOWN: bool> FromRequest<Err> for Fields<T, IGNORE_UNKNOWN>
where
    T: Maskable + ?Sized,
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    type Error = Problem<BadFields>;

    async fn from_request(request: &HttpRequest, _: &mut Payload) -> Result<Self, Self::Error> {
        Self::of_query(request.uri().query())
    }
}

impl<T: ZeroAllocJson> Problem<T> {
    fn ntex_response(&self) -> Response {
        let (status, content_type, text) = self.written();
        whole(status, content_type, &text)
    }
}

impl<T: ZeroAllocJson, Err: ErrorRenderer> Responder<Err> for Problem<T> {
    async fn respond_to(self, _: &HttpRequest) -> Response {
        self.ntex_response()
    }
}

/// As the error of a handler.
impl<T: ZeroAllocJson + Debug + 'static, Err: ErrorRenderer> WebResponseError<Err> for Problem<T> {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self, _: &HttpRequest) -> Response {
        self.ntex_response()
    }
}
