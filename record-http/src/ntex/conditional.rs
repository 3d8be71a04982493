//! Versioned responses, and the requests that ask for changes alone.

use ntex::http::body::Body;
use ntex::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, ETAG, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
    VARY,
};
use ntex::http::{Payload, Response, StatusCode};
use ntex::web::{ErrorRenderer, FromRequest, HttpRequest, Responder};

use super::whole;
use crate::response::JSON;
use crate::{AcceptEncoding, CachedJson, Conditional, Conditions, Versioned, WholeJson};

fn values(request: &HttpRequest, name: HeaderName) -> impl Iterator<Item = &[u8]> {
    request.headers().get_all(name).map(HeaderValue::as_bytes)
}

impl Conditions {
    fn of_ntex(request: &HttpRequest) -> Self {
        let [if_none_match, if_modified_since] = [IF_NONE_MATCH, IF_MODIFIED_SINCE].map(|name| values(request, name));
        Self::read(request.method().as_str(), if_none_match, if_modified_since)
    }
}

impl<Err: ErrorRenderer> FromRequest<Err> for Conditions {
    type Error = Err::Container;

    async fn from_request(request: &HttpRequest, _: &mut Payload) -> Result<Self, Err::Container> {
        Ok(Self::of_ntex(request))
    }
}

impl<Err: ErrorRenderer> Responder<Err> for Conditional {
    async fn respond_to(self, _: &HttpRequest) -> Response {
        let mut response = match self.status {
            304 => Response::with_body(StatusCode::NOT_MODIFIED, Body::None),
            status => whole(status, JSON, &self.text),
        };
        let headers = response.headers_mut();
        for (name, value) in [(ETAG, self.etag), (LAST_MODIFIED, self.last_modified)] {
            // A tag and a date are always valid.
            if let Some(value) = value.and_then(|value| HeaderValue::from_bytes(&value).ok()) {
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
impl<J: WholeJson, Err: ErrorRenderer> Responder<Err> for Versioned<J> {
    async fn respond_to(self, request: &HttpRequest) -> Response {
        Responder::<Err>::respond_to(self.answer(Conditions::of_ntex(request)), request).await
    }
}

impl AcceptEncoding {
    fn of_ntex(request: &HttpRequest) -> Self {
        Self::of_values(values(request, ACCEPT_ENCODING))
    }
}

impl<Err: ErrorRenderer> FromRequest<Err> for AcceptEncoding {
    type Error = Err::Container;

    async fn from_request(request: &HttpRequest, _: &mut Payload) -> Result<Self, Err::Container> {
        Ok(Self::of_ntex(request))
    }
}

/// The request is seen here, so that a handler may return it without an [`answer`](CachedJson::answer).
impl<Err: ErrorRenderer> Responder<Err> for CachedJson {
    async fn respond_to(self, request: &HttpRequest) -> Response {
        let answer = self.answer(Conditions::of_ntex(request), AcceptEncoding::of_ntex(request));
        Responder::<Err>::respond_to(answer, request).await
    }
}
