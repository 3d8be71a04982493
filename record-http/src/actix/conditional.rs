//! Versioned responses, and the requests that ask for changes alone.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::body::{self, EitherBody};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED, VARY,
};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder};
use bytes::Bytes;

use crate::response::JSON;
use crate::{AcceptEncoding, CachedJson, Conditional, Conditions, Versioned, WholeJson};

impl Conditions {
    fn of_request(request: &HttpRequest) -> Self {
        let values = |name| request.headers().get_all(name).map(HeaderValue::as_bytes);
        Self::read(request.method().as_str(), values(IF_NONE_MATCH), values(IF_MODIFIED_SINCE))
    }
}

impl FromRequest for Conditions {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of_request(request)))
    }
}

impl Responder for Conditional {
    type Body = EitherBody<Bytes, body::None>;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<Self::Body> {
        let is_left_out = self.status == 304;
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // The length of an empty text would be sent over HTTP/2, as that of a 200.
        let text = if is_left_out { EitherBody::right(body::None::new()) } else { EitherBody::left(self.text) };
        let mut response = HttpResponse::with_body(status, text);
        let headers = response.headers_mut();
        if !is_left_out {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        }
        for (name, value) in [(ETAG, self.etag), (LAST_MODIFIED, self.last_modified)] {
            // A tag and a date are always valid.
            if let Some(value) = value.and_then(|value| HeaderValue::from_maybe_shared(value).ok()) {
                headers.insert(name, value);
            }
        }
        for (name, value) in [(CONTENT_ENCODING, self.content_encoding), (VARY, self.vary)] {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        response
    }
}

/// The request is seen here, so that a handler may return it without an [`answer`](crate::Versioned::answer).
impl<J: WholeJson> Responder for Versioned<J> {
    type Body = EitherBody<Bytes, body::None>;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse<Self::Body> {
        self.answer(Conditions::of_request(request)).respond_to(request)
    }
}

impl AcceptEncoding {
    fn of_request(request: &HttpRequest) -> Self {
        Self::of_values(request.headers().get_all(ACCEPT_ENCODING).map(HeaderValue::as_bytes))
    }
}

impl FromRequest for AcceptEncoding {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of_request(request)))
    }
}

/// The request is seen here, so that a handler may return it without an [`answer`](CachedJson::answer).
impl Responder for CachedJson {
    type Body = EitherBody<Bytes, body::None>;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse<Self::Body> {
        self.answer(Conditions::of_request(request), AcceptEncoding::of_request(request)).respond_to(request)
    }
}
