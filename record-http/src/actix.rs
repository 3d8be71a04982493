//! Responders for actix-web 4.

#[cfg(feature = "etag")]
mod conditional;

use std::convert::Infallible;
use std::fmt::Debug;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, ResponseError};
use bytes::Bytes;
use futures_core::Stream;
use record_runtime::{Error, Maskable, ZeroAllocJson};

use crate::response::{self, EVENTS, JSON, JSON_LINES};
use crate::{
    BadFields, Element, Fields, Json, JsonArray, JsonEvents, JsonLines, JsonRef, LastEventId, Problem, RawJson,
    StreamBody,
};

/// Content-Length is actix-web's to set: it knows it from the body, and writes it without allocating.
fn response<B>(status: StatusCode, content_type: &'static str, body: B) -> HttpResponse<B> {
    let mut response = HttpResponse::with_body(status, body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

impl<T: ZeroAllocJson> Responder for Json<T> {
    type Body = Bytes;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse<Bytes> {
        JsonRef(&self.0).respond_to(request)
    }
}

impl<T: ZeroAllocJson + ?Sized> Responder for JsonRef<'_, T> {
    type Body = Bytes;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<Bytes> {
        match response::written(self.0) {
            Ok(text) => response(StatusCode::OK, JSON, text),
            Err(text) => response(StatusCode::INTERNAL_SERVER_ERROR, JSON, text),
        }
    }
}

impl Responder for RawJson {
    type Body = Bytes;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<Bytes> {
        response(StatusCode::OK, JSON, self.into_bytes())
    }
}

impl<S> MessageBody for StreamBody<S>
where
    S: Stream,
    S::Item: Element,
{
    type Error = Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        self.poll_chunk(cx)
    }
}

impl<S> Responder for JsonLines<S>
where
    S: Stream + 'static,
    S::Item: ZeroAllocJson,
{
    type Body = StreamBody<S>;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<StreamBody<S>> {
        response(StatusCode::OK, JSON_LINES, self.into_body())
    }
}

impl<S> Responder for JsonArray<S>
where
    S: Stream + 'static,
    S::Item: ZeroAllocJson,
{
    type Body = StreamBody<S>;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<StreamBody<S>> {
        response(StatusCode::OK, JSON, self.into_body())
    }
}

impl<S> Responder for JsonEvents<S>
where
    S: Stream + 'static,
    S::Item: Element,
{
    type Body = StreamBody<S>;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<StreamBody<S>> {
        let mut response = response(StatusCode::OK, EVENTS, self.into_body());
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }
}

impl FromRequest for LastEventId {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of_bytes(request.headers().get(Self::HEADER).map(HeaderValue::as_bytes))))
    }
}

impl<T, const IGNORE_UNKNOWN: bool> FromRequest for Fields<T, IGNORE_UNKNOWN>
where
    T: Maskable + ?Sized,
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    type Error = Problem<BadFields>;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of_query(request.uri().query()))
    }
}

impl<T: ZeroAllocJson> Problem<T> {
    fn response(&self) -> HttpResponse<Bytes> {
        let (status, content_type, text) = self.written();
        response(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), content_type, text)
    }
}

impl<T: ZeroAllocJson> Responder for Problem<T> {
    type Body = Bytes;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<Bytes> {
        self.response()
    }
}

/// As the error of a handler.
impl<T: ZeroAllocJson + Debug> ResponseError for Problem<T> {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        self.response().map_into_boxed_body()
    }
}
