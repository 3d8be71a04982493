//! Responders for rocket 0.5.
//!
//! ```
//! use record_http::Json;
//! use rocket::{get, routes};
//!
//! #[get("/users/<id>")]
//! fn user(id: u64) -> Json<u64> {
//!     Json(id)
//! }
//!
//! let app = rocket::build().mount("/", routes![user]);
//! ```
//!
//! `Versioned` and `CachedJson` are responders, too, which see the request themselves. Rocket reads a body into memory of
//! its own, which costs a copy.
//!
//! # Masks of fields
//!
//! A guard cannot respond. So a handler takes the outcome of [`Fields`], or [`problem_catcher`] responds for all handlers:
//!
//! ```
//! use record_http::{BadFields, Fields, Json, Problem};
//! use record_runtime::{Masked, ZeroAllocJson};
//! use rocket::{get, routes};
//!
//! #[derive(ZeroAllocJson)]
//! #[json(field_mask)]
//! struct User {
//!     id: u64,
//!     name: &'static str,
//! }
//!
//! #[get("/first")]
//! fn first(fields: Fields<User>) -> Json<Masked<User>> {
//!     Json(User { id: 1, name: "Ada" }).fields(fields.0)
//! }
//!
//! #[get("/second")]
//! fn second(fields: Result<Fields<User>, Problem<BadFields>>) -> Result<Json<Masked<User>>, Problem<BadFields>> {
//!     Ok(Json(User { id: 2, name: "Bob" }).fields(fields?.0))
//! }
//!
//! let app = rocket::build().mount("/", routes![first, second]);
//! let app = app.register("/", [record_http::rocket::problem_catcher()]);
//! ```
//!
//! # Streams that break off
//!
//! Rocket's server ends every body that breaks off, its own too. So the client takes the response for a whole one. Of a
//! [`JsonArray`] it sees that the `]` is missing.

#[cfg(feature = "etag")]
mod conditional;

use std::convert::Infallible;
use std::io::{self, Cursor};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use pin_project_lite::pin_project;
use record_runtime::{Maskable, ZeroAllocJson};
use rocket::http::{Header, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::response::{Responder, Response};
use rocket::tokio::io::{AsyncRead, ReadBuf};
use rocket::{Catcher, Request, catcher, response};

use crate::response::{EVENTS, JSON, JSON_LINES, written};
use crate::{
    BadFields, CHUNK_BYTES, Element, Fields, Json, JsonArray, JsonEvents, JsonLines, JsonRef, LastEventId, Problem,
    RawJson, StreamBody,
};

/// The largest piece that Rocket reads at once, which is its memory for each response. Its own default is 4 KiB.
const MAX_PIECE_BYTES: usize = 64 * 1024 + 1;

fn content_type(content_type: &'static str) -> Header<'static> {
    Header::new("Content-Type", content_type)
}

fn whole(status: u16, media_type: &'static str, text: Bytes) -> Response<'static> {
    let length = text.len();
    Response::build()
        .status(Status::new(status))
        .header(content_type(media_type))
        .sized_body(length, Cursor::new(text))
        // Behind the body, which has a size of its own. With room for one byte more, the end takes no further piece.
        .max_chunk_size((length + 1).min(MAX_PIECE_BYTES))
        .finalize()
}

fn streamed<S>(media_type: &'static str, body: StreamBody<S>) -> Response<'static>
where
    S: Stream + Send + 'static,
    S::Item: Element,
{
    Response::build()
        .header(content_type(media_type))
        .streamed_body(Reader { body, rest: Bytes::new() })
        .max_chunk_size(CHUNK_BYTES)
        .finalize()
}

pin_project! {
    /// A streamed body as Rocket takes it.
    struct Reader<S> {
        #[pin]
        body: StreamBody<S>,
        // The part of the last chunk that is not read yet.
        rest: Bytes,
    }
}

impl<S> AsyncRead for Reader<S>
where
    S: Stream,
    S::Item: Element,
{
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut this = self.project();
        while this.rest.is_empty() {
            match ready!(this.body.as_mut().poll_chunk(cx)) {
                Some(chunk) => *this.rest = chunk.map_err(io::Error::other)?,
                None => return Poll::Ready(Ok(())),
            }
        }
        let length = this.rest.len().min(to.remaining());
        // The rest of a chunk holds its memory, also an empty one.
        let taken = if length == this.rest.len() { std::mem::take(this.rest) } else { this.rest.split_to(length) };
        to.put_slice(&taken);
        Poll::Ready(Ok(()))
    }
}

impl<'r, T: ZeroAllocJson> Responder<'r, 'static> for Json<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        JsonRef(&self.0).respond_to(request)
    }
}

impl<'r, T: ZeroAllocJson + ?Sized> Responder<'r, 'static> for JsonRef<'_, T> {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Ok(match written(self.0) {
            Ok(text) => whole(200, JSON, text),
            Err(text) => whole(500, JSON, text),
        })
    }
}

impl<'r> Responder<'r, 'static> for RawJson {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Ok(whole(200, JSON, self.into_bytes()))
    }
}

impl<'r, S> Responder<'r, 'static> for JsonLines<S>
where
    S: Stream + Send + 'static,
    S::Item: ZeroAllocJson,
{
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Ok(streamed(JSON_LINES, self.into_body()))
    }
}

impl<'r, S> Responder<'r, 'static> for JsonArray<S>
where
    S: Stream + Send + 'static,
    S::Item: ZeroAllocJson,
{
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Ok(streamed(JSON, self.into_body()))
    }
}

impl<'r, S> Responder<'r, 'static> for JsonEvents<S>
where
    S: Stream + Send + 'static,
    S::Item: Element,
{
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = streamed(EVENTS, self.into_body());
        response.set_raw_header("Cache-Control", "no-cache");
        Ok(response)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for LastEventId {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        Outcome::Success(Self::of_bytes(request.headers().get_one(Self::HEADER).map(str::as_bytes)))
    }
}

/// The problem is kept for [`problem_catcher`].
#[rocket::async_trait]
impl<'r, T, const IGNORE_UNKNOWN: bool> FromRequest<'r> for Fields<T, IGNORE_UNKNOWN>
where
    T: Maskable + ?Sized,
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    type Error = Problem<BadFields>;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let query = request.uri().query().map(|query| query.as_str());
        match Self::of_query(query) {
            Ok(fields) => Outcome::Success(fields),
            Err(problem) => {
                request.local_cache(|| Some(problem.clone()));
                Outcome::Error((Status::new(problem.status()), problem))
            }
        }
    }
}

/// A catcher of the status 400, which responds with the problem of a [`Fields`] that could not be read.
///
/// Any other 400 becomes a [`Problem`] of its status alone.
///
/// ```
/// let app = rocket::build().register("/", [record_http::rocket::problem_catcher()]);
/// ```
#[must_use]
pub fn problem_catcher() -> Catcher {
    fn catch<'r>(status: Status, request: &'r Request<'_>) -> catcher::BoxFuture<'r> {
        let response = match request.local_cache(|| None::<Problem<BadFields>>) {
            Some(problem) => problem.clone().respond_to(request),
            None => Problem::new(status.code).respond_to(request),
        };
        Box::pin(std::future::ready(response))
    }
    Catcher::new(400, catch)
}

impl<'r, T: ZeroAllocJson> Responder<'r, 'static> for Problem<T> {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let (status, content_type, text) = self.written();
        Ok(whole(status, content_type, text))
    }
}
