//! JSON responses for axum, actix-web, poem, salvo, rocket, warp, ntex and hyper that allocate nothing for their text.
//!
//! ```
//! use axum::{Router, extract::Path, routing::get};
//! use record_http::Json;
//! use record_runtime::ZeroAllocJson;
//!
//! #[derive(ZeroAllocJson)]
//! struct User {
//!     id: u64,
//!     name: &'static str,
//! }
//!
//! async fn user(Path(id): Path<u64>) -> Json<User> {
//!     Json(User { id, name: "Ada" })
//! }
//!
//! let app: Router = Router::new().route("/users/{id}", get(user));
//! ```
//!
//! | to respond with | use |
//! | --- | --- |
//! | a value | [`Json`] |
//! | a value that is borrowed | [`JsonRef`] |
//! | text that is JSON already | [`RawJson`] |
//! | more than should be in memory at once, one value a line | [`JsonLines`] |
//! | the same as one array | [`JsonArray`] |
//! | the same of a source that may fail, such as a database | [`Attempt`] for each value |
//! | events, to a browser's `EventSource` | [`JsonEvents`] |
//! | an error that a program can read | [`Problem`] |
//! | the fields that a client asks for, by `?fields=…` | [`Fields`], and [`Json::fields`] |
//! | a value that the client may have already | [`Json::etag`] (feature `etag`) |
//! | a value that rarely changes, compressed once | [`CachedJson`] (feature `etag`) |
//!
//! In axum and poem they implement `IntoResponse`, in actix-web, rocket and ntex `Responder`, in salvo `Scribe`, in warp
//! `Reply`. For hyper and others that take responses of the crate `http` they have `into_http_response`. For all else, [`to_bytes`] makes a body of a value.
//!
//! # Guarantees
//!
//! - **The behaviour of the framework's own `Json`:** status 200, `content-type: application/json`, the exact
//!   `content-length`; the same composition with status codes, headers and `HEAD`. (Those of poem and
//!   salvo have `; charset=utf-8` behind it.)
//! - **A whole body or an error.** A value that cannot be written is a 500 with a JSON body, and its cause is logged
//!   (feature `tracing`). No part of the value is sent. A streamed body, of which a part is gone already, is broken off
//!   so that the client sees that it is not complete. ([Rocket's server](mod@rocket) hides that, and over
//!   HTTP/1.1 [poem's](mod@poem).)
//! - **Bounded memory.** Buffers come from [`BufferPool::global`](record_runtime::BufferPool::global) and return to it.
//!   A streamed body makes a chunk of 16 KiB when the client has taken the one before. It holds two at most for a
//!   client that does not read, and 2 KiB of short chunks. It stops its source when the client goes away. That holds
//!   for each stream of HTTP/2, too. Streams of which no chunk was ever taken get a few more, since a collector may ask as hyper does. All of the
//!   process together get 13 after two seconds, 75 after a minute, 600 after an hour.
//! - **Few allocations.** Tests count them, above those of an empty handler. In actix-web and salvo there are none. poem, warp
//!   and ntex have one, rocket five, and axum three. With [`RecycleHeaders`](axum::RecycleHeaders) axum has one. (The box of
//!   the body is axum's own, poem's and warp's. The digits of its length are axum's. ntex and rocket copy the text.)
//!   A server on bare hyper can do without any ([`http`](mod@http)). Bodies of more than 16 KiB are not
//!   copied, which costs one more. A chunk of a stream costs one, or none if it has at most 2 KiB and the client keeps up.
//! - **Any middleware.** The length of a response is what its body says, set by the framework: a middleware that replaces
//!   the body need not know of `content-length`.
//! - No `unsafe`.
//!
//! # Two kinds of memory
//!
//! A value is written into a [`PooledBuffer`](record_runtime::PooledBuffer), of the capacity that the type's last eight
//! bodies usually needed. A body of up to 16 KiB is then copied into a *block*. The thread carves one body after
//! another from it, and uses it again when the last of them is sent. So a `Bytes` takes no allocation. A larger body
//! *is* the pooled buffer, which goes back to its pool with the last `Bytes`. A thread keeps at most 256 KiB of blocks.
//!
//! A body that is kept, by a cache or a slow client, holds its block or its buffer. That is at most sixteen times its
//! length, or 1 KiB if it is shorter than 64 bytes. Beyond 16 KiB it is at most four times.
//!
//! # Streams that are kept
//!
//! A middleware may collect a streamed body (`to_bytes`, `collect`), compress it, or rewrite it. It is not slowed down. One
//! that hands frames on *and* keeps a clone of each, such as a cache, looks like a client that does not read:
//!
//! - over HTTP/1 it costs nothing;
//! - over HTTP/2 such a body waits 250 ms for its third chunk and 20, 40, 60… ms for each further one. From 400 KiB on it
//!   is known for what it is. If the middleware keeps copies instead of clones, nothing waits;
//! - if the middleware's body does not pass on `is_end_stream` and `size_hint`, nothing waits either. Then a stream of
//!   HTTP/2 on a jammed connection holds hyper's buffer: 400 KB, unless `max_send_buf_size` is set.
//!
//! # Clients that have it already
//!
//! With the feature `etag`, a whole body can be sent with its version. [`Conditions`] are an extractor:
//!
//! ```
//! # #[cfg(feature = "etag")] {
//! use record_http::{Conditional, Conditions, Json};
//!
//! async fn prices(conditions: Conditions) -> Conditional {
//!     Json([17, 4]).etag().answer(conditions)
//! }
//!
//! let app: axum::Router = axum::Router::new().route("/prices", axum::routing::get(prices));
//! # }
//! ```
//!
//! A client that has this version is sent a 304 without a body. Tags and dates take no further allocation. (Headers of
//! rocket, warp and ntex take some.)
//!
//! # What is not supported
//!
//! Reading the bodies of requests: extract with the framework's own `Json`.
//!
//! # Crate features
//!
//! - `axum`, `actix`, `poem`, `salvo`, `rocket`, `warp`, `ntex`, `http`: the frameworks; `http` is for hyper and all that takes
//!   an `http_body::Body`. None is on by default.
//! - `lambda_http`: responders for AWS Lambda.
//! - `reqwest`: bodies of requests, by `RequestBuilder::zero_alloc_json`.
//! - `hyper`: the old name of `http`.
//! - `etag`: `ETag`, `Last-Modified`, and the requests that ask for changes alone.
//! - `gzip`, `zstd`: `CachedJson` keeps the text compressed, too; with `etag`.
//! - `tracing` (default): the cause of a 500 is logged.
//! - `zeroize`: memory is overwritten before it is used again. Blocks are not used then, which costs an allocation per
//!   response, and a kept body holds up to 2 KiB or four times its length.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

#[cfg(feature = "actix")]
pub mod actix;
mod alarm;
mod attempt;
#[cfg(feature = "axum")]
pub mod axum;
mod blocks;
mod body;
#[cfg(feature = "etag")]
mod cached;
mod chunks;
#[cfg(feature = "etag")]
mod conditional;
mod each;
#[cfg(feature = "etag")]
mod encodings;
mod events;
mod fields;
#[cfg(feature = "http")]
mod header_maps;
mod heartbeat;
#[cfg(feature = "http")]
pub mod http;
mod json;
#[cfg(feature = "lambda_http")]
pub mod lambda_http;
#[cfg(feature = "ntex")]
pub mod ntex;
mod patience;
#[cfg(feature = "poem")]
pub mod poem;
mod problem;
mod questions;
#[cfg(feature = "reqwest")]
pub mod reqwest;
mod response;
#[cfg(feature = "rocket")]
pub mod rocket;
#[cfg(feature = "salvo")]
pub mod salvo;
mod shorts;
mod sizes;
mod stream;
#[cfg(feature = "warp")]
pub mod warp;

pub use attempt::Attempt;
pub use blocks::{BlockStats, block_stats};
pub use body::to_bytes;
#[cfg(feature = "etag")]
pub use cached::CachedJson;
#[cfg(feature = "etag")]
pub use conditional::{Conditional, Conditions, Versioned, WholeJson};
pub use each::{EachInView, EachMasked};
#[cfg(feature = "etag")]
pub use encodings::AcceptEncoding;
pub use events::{Event, EventId, JsonEvents, LastEventId};
pub use fields::{BadFields, Fields, KnownFields};
pub use json::{Json, JsonRef, RawJson};
pub use problem::Problem;
pub use stream::{CHUNK_BYTES, Element, FromIter, HEARTBEAT, JsonArray, JsonLines, StreamBody};

/// The book's page about this crate.
#[cfg(doctest)]
#[doc = include_str!("../../docs/http.md")]
mod book {}

/// The package's page, whose example runs.
#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../README.md")]
mod readme {}
