//! What is sent and logged when a value cannot be written.

use record_runtime::Error;

/// The body of a 500. The cause is the server's business, and goes to its log.
#[cfg(any(feature = "actix", feature = "hyper"))]
pub(crate) const BODY: &str = r#"{"error":"the response could not be written"}"#;

/// Logs why a value of type `name` could not be written.
#[cold]
pub(crate) fn log(name: &str, error: &Error) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "record_http", "a response of type `{name}` cannot be written as JSON: {error}");
    #[cfg(not(feature = "tracing"))]
    let _ = (name, error);
}
