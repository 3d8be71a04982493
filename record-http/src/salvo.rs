//! Responders for salvo 1.
//!
//! ```
//! use record_http::Json;
//! use salvo_core::prelude::{Request, Router, handler};
//!
//! #[handler]
//! async fn user(request: &mut Request) -> Json<u64> {
//!     Json(request.param("id").unwrap_or_default())
//! }
//!
//! let app = Router::with_path("users/{id}").get(user);
//! ```
//!
//! The content type of JSON is that of salvo's own `Json`, `application/json; charset=utf-8`. As there, a content type that
//! is set before stays. A handler with an extractor needs salvo's trait `Writer` in scope, which its prelude has.

use futures_core::Stream;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use http_body_util::BodyExt;
use record_runtime::{Maskable, ZeroAllocJson};
use salvo_core::extract::{Extractible, Metadata};
use salvo_core::http::{ParseError, ResBody};
use salvo_core::{BoxedError, Depot, Request, Response, Scribe};
use sync_wrapper::SyncStream;

use crate::http::JsonBody;
use crate::{
    BadFields, Element, Fields, Json, JsonArray, JsonEvents, JsonLines, JsonRef, LastEventId, Problem, RawJson,
    StreamBody, header_maps,
};

/// The content type of salvo's own `Json`, in place of `response::JSON`.
const JSON: &str = "application/json; charset=utf-8";

/// Puts a response into the one that the handler has begun: what it has set there stays, but for an error.
fn put<B>(from: http::Response<B>, response: &mut Response, body: impl FnOnce(B) -> ResBody) {
    let (mut parts, from) = from.into_parts();
    if parts.status != StatusCode::OK {
        response.status_code(parts.status);
    }
    let is_error = parts.status.is_client_error() || parts.status.is_server_error();
    let headers = response.headers_mut();
    for (name, value) in parts.headers.drain() {
        let Some(name) = name else { continue };
        let is_json = name == CONTENT_TYPE && value == crate::response::JSON;
        let value = if is_json { HeaderValue::from_static(JSON) } else { value };
        if is_error || name != CONTENT_TYPE || !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
    header_maps::give(parts.headers);
    response.body(body(from));
}

fn whole(from: http::Response<JsonBody>, response: &mut Response) {
    put(from, response, |body| ResBody::Once(body.into_bytes()));
}

/// A body that hands on the questions that show who asks. `ResBody::stream` makes one that does not.
fn streamed<S>(from: http::Response<StreamBody<S>>, response: &mut Response)
where
    S: Stream + Send + 'static,
    S::Item: Element,
{
    // salvo's bodies are `Sync`, which sources need not be.
    put(from, response, |body| ResBody::Boxed(Box::pin(body.map_source(SyncStream::new).map_err(BoxedError::from))));
}

impl<T: ZeroAllocJson + Send> Scribe for Json<T> {
    fn render(self, response: &mut Response) {
        whole(self.into_http_response(), response);
    }
}

impl<T: ZeroAllocJson + Sync + ?Sized> Scribe for JsonRef<'_, T> {
    fn render(self, response: &mut Response) {
        whole(self.into_http_response(), response);
    }
}

impl Scribe for RawJson {
    fn render(self, response: &mut Response) {
        whole(self.into_http_response(), response);
    }
}

impl<S> Scribe for JsonLines<S>
where
    S: Stream + Send + 'static,
    S::Item: ZeroAllocJson,
{
    fn render(self, response: &mut Response) {
        streamed(self.into_http_response(), response);
    }
}

impl<S> Scribe for JsonArray<S>
where
    S: Stream + Send + 'static,
    S::Item: ZeroAllocJson,
{
    fn render(self, response: &mut Response) {
        streamed(self.into_http_response(), response);
    }
}

impl<S> Scribe for JsonEvents<S>
where
    S: Stream + Send + 'static,
    S::Item: Element,
{
    fn render(self, response: &mut Response) {
        streamed(self.into_http_response(), response);
    }
}

impl<T: ZeroAllocJson + Send> Scribe for Problem<T> {
    fn render(self, response: &mut Response) {
        whole(self.into_http_response(), response);
    }
}

/// An extractor that reads the request's head.
macro_rules! extractor {
    ($Type:path, $name:literal, $request:ident => $of:expr) => {
        impl<'ex> Extractible<'ex> for $Type {
            fn metadata() -> &'static Metadata {
                static METADATA: Metadata = Metadata::new($name);
                &METADATA
            }

            #[allow(refining_impl_trait, reason = "as salvo's own extractors")]
            async fn extract($request: &'ex mut Request, _: &'ex mut Depot) -> Result<Self, ParseError> {
                Ok($of)
            }
        }
    };
}

impl<'ex, T, const IGNORE_UNKNOWN: bool> Extractible<'ex> for Fields<T, IGNORE_UNKNOWN>
where
    T: Maskable + ?Sized,
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    fn metadata() -> &'static Metadata {
        static METADATA: Metadata = Metadata::new("Fields");
        &METADATA
    }

    #[allow(refining_impl_trait, reason = "as salvo's own extractors")]
    async fn extract(request: &'ex mut Request, _: &'ex mut Depot) -> Result<Self, Problem<BadFields>> {
        Self::of_query(request.uri().query())
    }
}

extractor! { LastEventId, "LastEventId", request => Self::of(request.headers()) }

#[cfg(feature = "etag")]
extractor! { crate::Conditions, "Conditions", request => Self::of(request.method(), request.headers()) }

#[cfg(feature = "etag")]
extractor! { crate::AcceptEncoding, "AcceptEncoding", request => Self::of(request.headers()) }

#[cfg(feature = "etag")]
impl Scribe for crate::Conditional {
    fn render(self, response: &mut Response) {
        whole(self.into_http_response(), response);
    }
}
