//! The options of a whole call, whatever the types say: more escapes, and indentation.

use super::Cursor;
#[cfg(feature = "std")]
use super::view::{Asked, View};
use crate::kernels::document::escapes::EscapeSet;
use crate::sink::dispatch::Dispatch;

/// How [`write_json_with`](crate::ZeroAllocJson::write_json_with) writes.
///
/// ```
/// use record_runtime::{WriteOptions, ZeroAllocJson};
///
/// let mut buf = Vec::new();
/// ["<b>", "é"].write_json_with(&mut buf, &WriteOptions::new().html_safe().ascii());
/// assert_eq!(buf, br#"["\u003cb\u003e","\u00e9"]"#);
/// ```
///
/// Each option is a pass over the text that was just written, within the buffer: the text is
/// scanned, and moved only where something changes. (But for [`canonical`](Self::canonical), which sorts.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct WriteOptions<'a> {
    html_safe: bool,
    ascii: bool,
    canonical: bool,
    indent: Option<&'a str>,
    #[cfg(feature = "std")]
    view: Option<Asked>,
}

impl<'a> WriteOptions<'a> {
    /// As [`write_json`](crate::ZeroAllocJson::write_json).
    pub const fn new() -> Self {
        Self {
            html_safe: false,
            ascii: false,
            canonical: false,
            indent: None,
            #[cfg(feature = "std")]
            view: None,
        }
    }

    /// Writes `<`, `>`, `&`, U+2028 and U+2029 as `\u003c` and so on, in keys too: the text can
    /// stand in an HTML page's script. The escapes of Go's encoding/json.
    pub const fn html_safe(self) -> Self {
        Self { html_safe: true, ..self }
    }

    /// Writes everything beyond ASCII as `\uXXXX`, with surrogate pairs beyond U+FFFF.
    pub const fn ascii(self) -> Self {
        Self { ascii: true, ..self }
    }

    /// Indents as `serde_json::to_string_pretty`, by two spaces.
    pub const fn pretty(self) -> Self {
        self.indent("  ")
    }

    /// Indents as `serde_json`'s `PrettyFormatter::with_indent`.
    ///
    /// `step` should be whitespace that JSON knows; anything else makes the text something else.
    pub const fn indent(self, step: &'a str) -> Self {
        Self { indent: Some(step), ..self }
    }

    /// Writes the fields of a view, too; see [`View`]. The last one counts.
    ///
    /// ```
    /// use record_runtime::{View, WriteOptions, ZeroAllocJson};
    ///
    /// struct Admin;
    /// impl View for Admin {}
    ///
    /// #[derive(ZeroAllocJson)]
    /// struct User {
    ///     #[json(view = "Admin")]
    ///     email: &'static str,
    /// }
    ///
    /// let options = WriteOptions::new().ascii().view::<Admin>();
    /// assert_eq!(record_runtime::to_string_with(&User { email: "é" }, &options), r#"{"email":"\u00e9"}"#);
    /// ```
    #[cfg(feature = "std")]
    pub const fn view<V: View>(self) -> Self {
        Self { view: Some(Asked::for_view::<V>()), ..self }
    }

    /// Writes the canonical form of RFC 8785: the same bytes for the same value, to be signed or hashed.
    ///
    /// The members of all objects stand in the order of their keys, by UTF-16 code units. Flattened ones stand among them.
    /// Numbers are written as ECMAScript writes doubles, `1.0` as `1` and `1e16` as `10000000000000000`. Strings have the
    /// fewest escapes, and there is no whitespace, also in parts that were JSON before. Views count. Other options, and the
    /// attributes `html_safe` and `ascii`, change nothing then.
    ///
    /// ```
    /// use record_runtime::{WriteOptions, ZeroAllocJson, to_string_with};
    ///
    /// #[derive(ZeroAllocJson)]
    /// struct Payment {
    ///     to: &'static str,
    ///     amount: f64,
    /// }
    ///
    /// let payment = Payment { to: "Ada", amount: 250.0 };
    /// let signed = to_string_with(&payment, &WriteOptions::new().canonical());
    /// assert_eq!(signed, r#"{"amount":250,"to":"Ada"}"#);
    /// ```
    ///
    /// # Errors
    /// Values that I-JSON (RFC 7493) excludes: an object with a key twice, and half of a surrogate pair. So are numbers that
    /// no double holds as they are, such as most integers beyond 2<sup>53</sup>. `#[json(as_string)]` writes those.
    ///
    /// # Complexity
    /// That of sorting the members of each object. Memory of about twice the text's length is allocated, and freed before
    /// the call ends.
    pub const fn canonical(self) -> Self {
        Self { canonical: true, ..self }
    }
}

impl<D: Dispatch> Cursor<'_, D> {
    /// Writes a document with options.
    pub(crate) fn with_options(self, options: WriteOptions<'_>, write: impl FnOnce(Self) -> Self) -> Self {
        let WriteOptions { html_safe, ascii, canonical, indent, .. } = options;
        #[cfg(feature = "std")]
        let write = |c: Self| match options.view {
            None => write(c),
            Some(view) => c.in_view(view, write),
        };
        if canonical {
            return self.canonical(write);
        }
        let escapes = EscapeSet { html: html_safe, non_ascii: ascii };
        let write = |c: Self| if escapes.is_none() { write(c) } else { c.escaped(escapes, write) };
        match indent {
            None => write(self),
            Some(step) => self.indented(step, write),
        }
    }
}
