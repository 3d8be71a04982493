//! What may be asked for a whole call, whatever the types say: more escapes, and indentation.

use alloc::string::String;
use alloc::vec::Vec;

use crate::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::kernels;
use crate::kernels::document::escapes::EscapeSet;
use crate::kernels::document::layout::Indent;
use crate::sink::error::Error;
use crate::sink::level::Level;
use crate::sink::scratch::Scratch;
use crate::value;

/// How [`write_json_with`](ZeroAllocJson::write_json_with) writes.
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
    /// As [`write_json`](ZeroAllocJson::write_json).
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

    pub(crate) fn append<T: ZeroAllocJson + ?Sized>(self, value: &T, buf: &mut Vec<u8>) -> Result<(), Error> {
        value::append(&Whole { value, options: self }, buf, kernels::detected())
    }
}

/// A value that is written with options.
struct Whole<'v, 'o, T: ?Sized> {
    value: &'v T,
    options: WriteOptions<'o>,
}

impl<T: ZeroAllocJson + ?Sized> ZeroAllocJson for Whole<'_, '_, T> {
    fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        let WriteOptions { html_safe, ascii, indent } = self.options;
        let escapes = EscapeSet { html: html_safe, non_ascii: ascii };
        let write = |c: Cursor<'s, L>| {
            if escapes.is_none() {
                return self.value.write_value(c);
            }
            c.escaped(escapes, |c| self.value.write_value(c))
        };
        match indent {
            None => write(c),
            Some(step) => c.rewritten(&Indent { step }, write),
        }
    }
}

/// The value as JSON with options, in a string of exactly its length; put together as in
/// [`to_vec`](crate::to_vec).
///
/// # Panics
/// As [`ZeroAllocJson::write_json`].
#[must_use]
#[track_caller]
pub fn to_string_with<T: ZeroAllocJson + ?Sized>(value: &T, options: &WriteOptions<'_>) -> String {
    value::or_panic(try_to_string_with(value, options))
}

/// As [`to_string_with`], for values that can fail.
///
/// # Errors
/// As [`ZeroAllocJson::try_write_json`].
pub fn try_to_string_with<T: ZeroAllocJson + ?Sized>(value: &T, options: &WriteOptions<'_>) -> Result<String, Error> {
    let mut scratch = Scratch::take();
    options.append(value, scratch.buffer())?;
    Ok(value::into_string(scratch.take_text()))
}

/// The value as indented JSON: the text of `serde_json::to_string_pretty`.
///
/// # Panics
/// As [`ZeroAllocJson::write_json`].
#[must_use]
#[track_caller]
pub fn to_string_pretty<T: ZeroAllocJson + ?Sized>(value: &T) -> String {
    to_string_with(value, &WriteOptions::new().pretty())
}

/// As [`to_string_pretty`], for values that can fail.
///
/// # Errors
/// As [`ZeroAllocJson::try_write_json`].
pub fn try_to_string_pretty<T: ZeroAllocJson + ?Sized>(value: &T) -> Result<String, Error> {
    try_to_string_with(value, &WriteOptions::new().pretty())
}
