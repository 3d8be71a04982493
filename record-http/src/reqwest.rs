//! Bodies of requests, for reqwest 0.13.
//!
//! ```
//! use record_http::reqwest::RequestBuilderExt;
//! use record_runtime::ZeroAllocJson;
//!
//! #[derive(ZeroAllocJson)]
//! struct Order {
//!     part: u64,
//!     amount: u32,
//! }
//!
//! async fn order(client: &reqwest::Client) -> Result<reqwest::StatusCode, Box<dyn std::error::Error>> {
//!     let order = Order { part: 17, amount: 2 };
//!     let request = client.post("http://localhost/orders").zero_alloc_json(&order)?;
//!     Ok(request.send().await?.status())
//! }
//! ```
//!
//! Headers and body are those of reqwest's own `json`: `content-type: application/json`, unless the request has one, and the
//! exact length. The text is written into a pooled buffer. Its memory is used again when the last clone of the request is
//! gone, as with the text of a response. A body of up to 16 KiB takes no allocation, and a longer one takes one.
//!
//! The body can be sent again. `try_clone` gives a request with the same bytes, and so does a redirect that keeps the method.
//!
//! An error comes at once, and not when the request is sent: a builder cannot be given an error that is not reqwest's own. The
//! builder of `reqwest::blocking` has no such method; give its `body` the bytes of [`to_bytes`](crate::to_bytes).

use std::error::Error;
use std::fmt;

use http::HeaderValue;
use http::header::CONTENT_TYPE;
use record_runtime::ZeroAllocJson;
use reqwest::RequestBuilder;

/// JSON as the body of a request.
pub trait RequestBuilderExt: Sized + sealed::Sealed {
    /// Makes a value's text the body, in the place of `json`.
    ///
    /// # Errors
    /// The value cannot be written, or the request was not valid before.
    fn zero_alloc_json<T: ZeroAllocJson + ?Sized>(self, value: &T) -> Result<Self, JsonBodyError>;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::RequestBuilder {}
}

impl RequestBuilderExt for RequestBuilder {
    fn zero_alloc_json<T: ZeroAllocJson + ?Sized>(self, value: &T) -> Result<Self, JsonBodyError> {
        let (client, request) = self.build_split();
        let mut request = request.map_err(JsonBodyError::Request)?;
        let text = crate::to_bytes(value).map_err(JsonBodyError::Value)?;
        let content_type = request.headers_mut().entry(CONTENT_TYPE);
        content_type.or_insert(const { HeaderValue::from_static(crate::response::JSON) });
        *request.body_mut() = Some(text.into());
        Ok(Self::from_parts(client, request))
    }
}

/// The reason why a request has no body.
#[derive(Debug)]
#[non_exhaustive]
pub enum JsonBodyError {
    /// The value cannot be written.
    Value(record_runtime::Error),
    /// The request was not valid before: its URL or a header is not.
    Request(reqwest::Error),
}

impl fmt::Display for JsonBodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value(_) => "the body of the request cannot be written",
            Self::Request(_) => "the request is not valid",
        })
    }
}

impl Error for JsonBodyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match self {
            Self::Value(error) => error,
            Self::Request(error) => error,
        })
    }
}
