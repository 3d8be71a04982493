//! Versioned responses, and the requests that ask for changes alone.

use http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, VARY,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::JsonBody;
use crate::response::JSON;
use crate::{AcceptEncoding, Conditional, Conditions, header_maps};

impl Conditions {
    /// Of a request's method and headers.
    ///
    /// ```
    /// use record_http::{Conditions, Json, http::JsonBody};
    ///
    /// fn serve<B>(request: &http::Request<B>) -> http::Response<JsonBody> {
    ///     let conditions = Conditions::of(request.method(), request.headers());
    ///     Json(["a", "b"]).etag().answer(conditions).into_http_response()
    /// }
    ///
    /// let request = http::Request::get("/").header("if-none-match", "*").body(()).unwrap();
    /// assert_eq!(serve(&request).status(), 304);
    /// ```
    #[must_use]
    pub fn of(method: &http::Method, headers: &HeaderMap) -> Self {
        let values = |name| headers.get_all(name).iter().map(HeaderValue::as_bytes);
        Self::read(method.as_str(), values(IF_NONE_MATCH), values(IF_MODIFIED_SINCE))
    }
}

impl Conditional {
    /// The response.
    #[must_use]
    pub fn into_http_response(self) -> Response<JsonBody> {
        let mut response = Response::new(JsonBody(self.text));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        *headers = header_maps::take();
        if self.status != 304 {
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

impl AcceptEncoding {
    /// Of a request's headers.
    ///
    /// ```
    /// use record_http::AcceptEncoding;
    ///
    /// let request = http::Request::get("/").header("accept-encoding", "gzip;q=0.8").body(()).unwrap();
    /// assert_eq!(AcceptEncoding::of(request.headers()), AcceptEncoding::of_values([&b"gzip;q=0.8"[..]]));
    /// ```
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        Self::of_values(headers.get_all(ACCEPT_ENCODING).iter().map(HeaderValue::as_bytes))
    }
}
