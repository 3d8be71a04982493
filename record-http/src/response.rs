//! The parts of every framework's answer: the content types, and the text of a value or of a 500.

#[cfg(any(feature = "actix", feature = "etag", feature = "http", feature = "ntex", feature = "rocket"))]
use std::any::type_name;

#[cfg(any(feature = "actix", feature = "etag", feature = "http", feature = "ntex", feature = "rocket"))]
use bytes::Bytes;
use record_runtime::Error;
#[cfg(any(feature = "actix", feature = "etag", feature = "http", feature = "ntex", feature = "rocket"))]
use record_runtime::ZeroAllocJson;

#[cfg(any(feature = "actix", feature = "http", feature = "ntex", feature = "reqwest", feature = "rocket"))]
pub(crate) const JSON: &str = "application/json";
#[cfg(any(feature = "actix", feature = "http", feature = "ntex", feature = "rocket"))]
pub(crate) const JSON_LINES: &str = "application/x-ndjson";
#[cfg(any(feature = "actix", feature = "http", feature = "ntex", feature = "rocket"))]
pub(crate) const EVENTS: &str = "text/event-stream";
#[cfg(any(feature = "actix", feature = "http", feature = "ntex", feature = "rocket"))]
pub(crate) const PROBLEM: &str = "application/problem+json";

/// The body of a 500. The cause is the server's business, and goes to its log.
#[cfg(any(feature = "actix", feature = "etag", feature = "http", feature = "ntex", feature = "rocket"))]
const FAILURE: &str = r#"{"error":"the response could not be written"}"#;

/// The text of a value.
///
/// # Errors
/// The value cannot be written: the text of a 500 instead. The cause is logged.
#[cfg(any(feature = "actix", feature = "etag", feature = "http", feature = "ntex", feature = "rocket"))]
pub(crate) fn written<T: ZeroAllocJson + ?Sized>(value: &T) -> Result<Bytes, Bytes> {
    crate::to_bytes(value).map_err(|error| {
        log(type_name::<T>(), &error);
        Bytes::from_static(FAILURE.as_bytes())
    })
}

/// Logs why a value of type `name` could not be written.
#[cold]
pub(crate) fn log(name: &str, error: &Error) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "record_http", "a response of type `{name}` cannot be written as JSON: {error}");
    #[cfg(not(feature = "tracing"))]
    let _ = (name, error);
}
