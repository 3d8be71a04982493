//! Versioned responses, and the requests that ask for changes alone.

use std::convert::Infallible;

use rocket::http::{Header, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::response::{Responder, Response};
use rocket::tokio::io;
use rocket::{Request, response};

use super::whole;
use crate::response::JSON;
use crate::{AcceptEncoding, CachedJson, Conditional, Conditions, Versioned, WholeJson};

fn values<'r>(request: &'r Request<'_>, name: &'static str) -> impl Iterator<Item = &'r [u8]> {
    request.headers().get(name).map(str::as_bytes)
}

impl Conditions {
    fn of_rocket(request: &Request<'_>) -> Self {
        let [if_none_match, if_modified_since] =
            ["if-none-match", "if-modified-since"].map(|name| values(request, name));
        Self::read(request.method().as_str(), if_none_match, if_modified_since)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Conditions {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        Outcome::Success(Self::of_rocket(request))
    }
}

impl<'r> Responder<'r, 'static> for Conditional {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = match self.status {
            // Without a length: that of no body would be 0.
            304 => Response::build().status(Status::NotModified).streamed_body(io::empty()).finalize(),
            status => whole(status, JSON, self.text),
        };
        for (name, value) in [("ETag", self.etag), ("Last-Modified", self.last_modified)] {
            // A tag and a date are ASCII.
            if let Some(value) = value.and_then(|value| String::from_utf8(value.into()).ok()) {
                response.set_header(Header::new(name, value));
            }
        }
        for (name, value) in [("Content-Encoding", self.content_encoding), ("Vary", self.vary)] {
            if let Some(value) = value {
                response.set_header(Header::new(name, value));
            }
        }
        Ok(response)
    }
}

/// The request is seen here, so that a handler may return it without an [`answer`](crate::Versioned::answer).
impl<'r, J: WholeJson> Responder<'r, 'static> for Versioned<J> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        self.answer(Conditions::of_rocket(request)).respond_to(request)
    }
}

impl AcceptEncoding {
    fn of_rocket(request: &Request<'_>) -> Self {
        Self::of_values(values(request, "accept-encoding"))
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for AcceptEncoding {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        Outcome::Success(Self::of_rocket(request))
    }
}

/// The request is seen here, so that a handler may return it without an [`answer`](CachedJson::answer).
impl<'r> Responder<'r, 'static> for CachedJson {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        self.answer(Conditions::of_rocket(request), AcceptEncoding::of_rocket(request)).respond_to(request)
    }
}
