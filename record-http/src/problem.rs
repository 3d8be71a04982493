//! Problem details: RFC 9457.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Display, Formatter};

#[cfg(any(feature = "actix", feature = "http", feature = "ntex", feature = "rocket"))]
use bytes::Bytes;
use record_runtime::ZeroAllocJson;

#[cfg(any(feature = "actix", feature = "http", feature = "ntex", feature = "rocket"))]
use crate::response;

/// An error response that a program can read, `application/problem+json`: RFC 9457.
///
/// It is a response of every framework, and the error of a handler. Members of one's own are those of a type that derives:
///
/// ```
/// use record_http::{Json, Problem};
/// use record_runtime::ZeroAllocJson;
///
/// #[derive(Debug, ZeroAllocJson)]
/// struct Balance {
///     balance: u32,
///     accounts: Vec<&'static str>,
/// }
///
/// async fn pay() -> Result<Json<u32>, Problem<Balance>> {
///     let problem = Problem::new(403)
///         .kind("https://example.com/probs/out-of-credit")
///         .title("You do not have enough credit.")
///         .detail("Your current balance is 30, but that costs 50.")
///         .instance("/account/12345/msgs/abc");
///     Err(problem.with(Balance { balance: 30, accounts: vec!["/account/12345"] }))
/// }
///
/// let app: axum::Router = axum::Router::new().route("/pay", axum::routing::get(pay));
/// ```
///
/// An error of one's own becomes a problem by `impl From<MyError> for Problem`, and then `?` does the rest.
#[derive(Debug, Clone, PartialEq, Eq, ZeroAllocJson)]
#[must_use]
pub struct Problem<T = ()> {
    #[json(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<Cow<'static, str>>,
    #[json(skip_serializing_if = "Option::is_none")]
    title: Option<Cow<'static, str>>,
    status: u16,
    #[json(skip_serializing_if = "Option::is_none")]
    detail: Option<Cow<'static, str>>,
    #[json(skip_serializing_if = "Option::is_none")]
    instance: Option<Cow<'static, str>>,
    // Boxed, so that a `Result` with it is not large; `()` takes no allocation.
    #[json(flatten)]
    extensions: Box<T>,
}

impl Problem {
    /// A problem with a status alone, which has the type `about:blank`: no more than the status says.
    ///
    /// A number that is no status of an error, 400 to 599, becomes 500.
    pub fn new(status: u16) -> Self {
        let status = if matches!(status, 400..=599) { status } else { 500 };
        Self { kind: None, title: None, status, detail: None, instance: None, extensions: Box::new(()) }
    }
}

impl<T> Problem<T> {
    /// The `type`: a URI that stands for this kind of problem, best one with a page about it.
    pub fn kind(mut self, uri: impl Into<Cow<'static, str>>) -> Self {
        self.kind = Some(uri.into());
        self
    }

    /// The kind of problem in words, the same each time it occurs.
    pub fn title(mut self, title: impl Into<Cow<'static, str>>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// This occurrence in words.
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// A URI that stands for this occurrence.
    pub fn instance(mut self, uri: impl Into<Cow<'static, str>>) -> Self {
        self.instance = Some(uri.into());
        self
    }

    /// With other members beside these: those of a struct or a map, in place of earlier ones.
    ///
    /// They are written as they are, so a member `type`, `title`, `status`, `detail` or `instance` would be there twice. A
    /// value that is no object cannot be written, and the response is a plain 500.
    pub fn with<U>(self, extensions: U) -> Problem<U> {
        let Self { kind, title, status, detail, instance, .. } = self;
        Problem { kind, title, status, detail, instance, extensions: Box::new(extensions) }
    }

    /// The status of the response, 400 to 599.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The members of one's own.
    #[must_use]
    pub fn extensions(&self) -> &T {
        &self.extensions
    }
}

impl<T: ZeroAllocJson> Problem<T> {
    /// The status, the content type and the text; those of a plain 500 if it cannot be written.
    #[cfg(any(feature = "actix", feature = "http", feature = "ntex", feature = "rocket"))]
    pub(crate) fn written(&self) -> (u16, &'static str, Bytes) {
        match response::written(self) {
            Ok(text) => (self.status, response::PROBLEM, text),
            Err(text) => (500, response::JSON, text),
        }
    }
}

/// The status, and the title and the detail if there are any.
impl<T> Display for Problem<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        for (separator, words) in [(" ", &self.title), (": ", &self.detail)] {
            if let Some(words) = words {
                write!(f, "{separator}{words}")?;
            }
        }
        Ok(())
    }
}

impl<T: fmt::Debug> Error for Problem<T> {}
