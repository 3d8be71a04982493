//! Masks of fields, out of a request's query.

use std::fmt::{self, Display, Formatter};

use record_runtime::{FieldMask, MaskOptions, Maskable, ZeroAllocJson};

use crate::Problem;

/// The fields of a `T` that the client asks for, by `?fields=id,author(name)`: an extractor.
///
/// ```
/// use axum::{Router, routing::get};
/// use record_http::{Fields, Json};
/// use record_runtime::{Masked, ZeroAllocJson};
///
/// #[derive(ZeroAllocJson)]
/// #[json(field_mask)]
/// struct Post {
///     id: u64,
///     title: &'static str,
/// }
///
/// async fn posts(Fields(mask): Fields<Post>) -> Json<Masked<Vec<Post>>> {
///     Json(vec![Post { id: 7, title: "Notes" }]).fields(mask)
/// }
///
/// let app: Router = Router::new().route("/posts", get(posts));
/// ```
///
/// `GET /posts?fields=id` is answered with `[{"id":7}]`. The page
/// [`docs::masks`](record_runtime::docs::masks) has the syntax.
///
/// - **No parameter** selects everything.
/// - **A mask that cannot be read** is a 400, with a [`Problem`] that has the members of [`BadFields`].
///   A name that the type does not have makes such a mask. [`KnownFields`] passes over these names instead.
/// - **A parameter that is repeated** is one list: `?fields=id&fields=title` is `id,title`.
/// - **The text is decoded** as that of a form: `%28` is a parenthesis, and `+` a space. A `%` without two hexadecimal
///   digits behind it stands for itself.
/// - **The limits** are those of [`MaskOptions::new`].
///
/// It is an extractor of axum, actix-web, poem, salvo, rocket and ntex. warp has a filter, [`warp::fields`](mod@crate::warp).
/// A guard of Rocket cannot respond: see [its page](mod@crate::rocket). Elsewhere, [`Fields::of_query`] reads it.
///
/// `T` may also be a container, such as `Fields<Vec<Post>>`, whose mask is that of its elements.
pub struct Fields<T: Maskable + ?Sized, const IGNORE_UNKNOWN: bool = false>(pub FieldMask<T::Fields>);

/// As [`Fields`], with names passed over that the type does not have.
///
/// It is for clients that may be newer than the service. If no name is left, an object has no members.
///
/// ```
/// use axum::{Router, routing::get};
/// use record_http::{Fields, Json, KnownFields};
/// use record_runtime::{Masked, ZeroAllocJson};
///
/// #[derive(ZeroAllocJson)]
/// #[json(field_mask)]
/// struct Post {
///     id: u64,
/// }
///
/// async fn post(Fields(mask): KnownFields<Post>) -> Json<Masked<Post>> {
///     Json(Post { id: 7 }).fields(mask)
/// }
///
/// let app: Router = Router::new().route("/post", get(post));
/// ```
pub type KnownFields<T> = Fields<T, true>;

/// The reason why a mask of fields cannot be read, as members of a [`Problem`].
///
/// ```
/// use record_http::Fields;
/// use record_runtime::ZeroAllocJson;
///
/// #[derive(ZeroAllocJson)]
/// #[json(field_mask)]
/// struct Post {
///     id: u64,
/// }
///
/// let problem = Fields::<Post>::of_query(Some("fields=id,titel")).expect_err("no such field");
/// assert_eq!(problem.status(), 400);
/// assert_eq!(problem.extensions().unknown_field.as_deref(), Some("titel"));
/// let text = r#"{"title":"A parameter of the query cannot be read","status":400,"detail":"`fields`: unknown field `titel` at byte 3","parameter":"fields","unknown_field":"titel","offset":3}"#;
/// assert_eq!(record_runtime::to_string(&problem), text);
/// ```
///
/// They repeat a part of the query, and nothing else of the type.
#[derive(Debug, Clone, PartialEq, Eq, ZeroAllocJson)]
#[non_exhaustive]
pub struct BadFields {
    /// The name of the parameter.
    pub parameter: &'static str,
    /// The path of the field that the type does not have, if that is the reason.
    #[json(skip_none)]
    pub unknown_field: Option<String>,
    /// The place in the decoded text, in bytes.
    pub offset: usize,
}

impl<T> Fields<T>
where
    T: Maskable + ?Sized,
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    /// Of a query whose parameter has another name, or with other limits.
    ///
    /// ```
    /// use record_http::Fields;
    /// use record_runtime::{MaskOptions, ZeroAllocJson};
    ///
    /// #[derive(ZeroAllocJson)]
    /// #[json(field_mask)]
    /// struct Post {
    ///     id: u64,
    /// }
    ///
    /// let options = MaskOptions::new().max_len(100).ignore_unknown();
    /// let fields = Fields::<Post>::of_query_with(Some("$select=id,titel"), "$select", &options);
    /// assert!(fields.is_ok());
    /// ```
    ///
    /// # Errors
    /// As [`of_query`](Fields::of_query), as far as the options say.
    pub fn of_query_with(
        query: Option<&str>,
        parameter: &'static str,
        options: &MaskOptions,
    ) -> Result<Self, Problem<BadFields>> {
        read(query, parameter, options).map(Self)
    }
}

impl<T, const IGNORE_UNKNOWN: bool> Fields<T, IGNORE_UNKNOWN>
where
    T: Maskable + ?Sized,
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    /// Of the query of a request's URI, the text behind its `?`.
    ///
    /// ```
    /// use record_http::{Fields, Json, http::JsonBody};
    /// use record_runtime::ZeroAllocJson;
    ///
    /// #[derive(ZeroAllocJson)]
    /// #[json(field_mask)]
    /// struct Post {
    ///     id: u64,
    ///     title: &'static str,
    /// }
    ///
    /// fn post<B>(request: &http::Request<B>) -> http::Response<JsonBody> {
    ///     match Fields::<Post>::of_query(request.uri().query()) {
    ///         Ok(Fields(mask)) => Json(Post { id: 7, title: "Notes" }).fields(mask).into_http_response(),
    ///         Err(problem) => problem.into_http_response(),
    ///     }
    /// }
    ///
    /// let response = post(&http::Request::get("/post?fields=title").body(())?);
    /// assert_eq!(response.into_body().into_bytes(), r#"{"title":"Notes"}"#);
    /// # Ok::<(), http::Error>(())
    /// ```
    ///
    /// # Errors
    /// The mask cannot be read: a problem of status 400.
    pub fn of_query(query: Option<&str>) -> Result<Self, Problem<BadFields>> {
        let options = MaskOptions::new();
        let options = if IGNORE_UNKNOWN { options.ignore_unknown() } else { options };
        read(query, "fields", &options).map(Self)
    }
}

impl<T: Maskable + ?Sized, const IGNORE_UNKNOWN: bool> Clone for Fields<T, IGNORE_UNKNOWN> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Everything.
impl<T: Maskable + ?Sized, const IGNORE_UNKNOWN: bool> Default for Fields<T, IGNORE_UNKNOWN> {
    fn default() -> Self {
        Self(FieldMask::all())
    }
}

impl<T: Maskable + ?Sized, const IGNORE_UNKNOWN: bool> fmt::Debug for Fields<T, IGNORE_UNKNOWN> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fields").field(&self.0).finish()
    }
}

fn read<F>(
    query: Option<&str>,
    parameter: &'static str,
    options: &MaskOptions,
) -> Result<FieldMask<F>, Problem<BadFields>>
where
    F: ZeroAllocJson + Maskable<Fields = F> + ?Sized,
{
    let Some(bytes) = query.and_then(|query| values(query, parameter)) else { return Ok(FieldMask::all()) };
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let offset = error.valid_up_to();
        problem(format_args!("no UTF-8 at byte {offset}"), BadFields { parameter, unknown_field: None, offset })
    })?;
    FieldMask::parse_with(text, options).map_err(|error| {
        let unknown_field = error.unknown_field().map(str::to_owned);
        problem(&error, BadFields { parameter, unknown_field, offset: error.offset() })
    })
}

#[cold]
fn problem(reason: impl Display, members: BadFields) -> Problem<BadFields> {
    let detail = format!("`{}`: {reason}", members.parameter);
    Problem::new(400).title("A parameter of the query cannot be read").detail(detail).with(members)
}

/// The values of a parameter, decoded, with commas between them. `None` if the query does not have it.
fn values(query: &str, parameter: &str) -> Option<Vec<u8>> {
    let mut values: Option<Vec<u8>> = None;
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !decoded(name).eq(parameter.bytes()) {
            continue;
        }
        if let Some(values) = &mut values {
            values.push(b',');
        }
        values.get_or_insert_default().extend(decoded(value));
    }
    values
}

/// The bytes that a name or a value stands for, as in a form.
fn decoded(text: &str) -> impl Iterator<Item = u8> {
    let mut rest = text.as_bytes();
    std::iter::from_fn(move || {
        let (byte, after) = match rest {
            [] => return None,
            [b'+', after @ ..] => (b' ', after),
            [b'%', high, low, after @ ..] => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, after),
                _ => (b'%', &rest[1..]),
            },
            [byte, after @ ..] => (*byte, after),
        };
        rest = after;
        Some(byte)
    })
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use url::form_urlencoded;

    use super::values;

    /// The parser of the frameworks' own `Query` is the reference.
    #[test]
    fn values_are_those_of_a_form() {
        // All texts of up to six of these, among them wrong and right escapes, for a name of one letter.
        let alphabet = ["a", "=", "&", "%", "+", "6", "1", "é"];
        let mut texts = vec![String::new()];
        let mut first = 0;
        for _ in 0..6 {
            let last = texts.len();
            for at in first..last {
                texts.extend(alphabet.map(|piece| format!("{}{piece}", texts[at])));
            }
            first = last;
        }
        let mut found = 0;
        for text in &texts {
            let form = form_urlencoded::parse(text.as_bytes());
            let theirs: Vec<_> = form.filter(|(name, _)| name == "a").map(|(_, value)| value.into_owned()).collect();
            let ours = values(text, "a").map(|values| String::from_utf8_lossy(&values).into_owned());
            found += usize::from(ours.is_some());
            assert_eq!(ours, (!theirs.is_empty()).then(|| theirs.join(",")), "{text:?}");
        }
        assert!(found > 10_000, "{found}");
    }
}
