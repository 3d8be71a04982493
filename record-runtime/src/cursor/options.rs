//! The options of a whole call, whatever the types say: more escapes, and indentation.

use super::Cursor;
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
/// scanned, and moved only where something changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct WriteOptions<'a> {
    html_safe: bool,
    ascii: bool,
    indent: Option<&'a str>,
}

impl<'a> WriteOptions<'a> {
    /// As [`write_json`](crate::ZeroAllocJson::write_json).
    pub const fn new() -> Self {
        Self { html_safe: false, ascii: false, indent: None }
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
}

impl<D: Dispatch> Cursor<'_, D> {
    /// Writes a document with options.
    pub(crate) fn with_options(self, options: WriteOptions<'_>, write: impl FnOnce(Self) -> Self) -> Self {
        let WriteOptions { html_safe, ascii, indent } = options;
        let escapes = EscapeSet { html: html_safe, non_ascii: ascii };
        let write = |c: Self| if escapes.is_none() { write(c) } else { c.escaped(escapes, write) };
        match indent {
            None => write(self),
            Some(step) => self.indented(step, write),
        }
    }
}
