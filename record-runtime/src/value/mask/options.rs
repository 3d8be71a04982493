//! The limits of a mask's text.

/// The limits of a mask's text, and whether it may name fields that the type does not have.
///
/// ```
/// use record_runtime::{FieldMask, MaskOptions, ZeroAllocJson};
///
/// #[derive(ZeroAllocJson)]
/// #[json(field_mask)]
/// struct User {
///     id: u64,
///     name: &'static str,
/// }
///
/// let options = MaskOptions::new().ignore_unknown().max_len(100);
/// let mask = FieldMask::<User>::parse_with("id,nmae", &options).expect("a mask");
/// let mut buf = Vec::new();
/// User { id: 7, name: "Ada" }.write_json_fields(&mut buf, &mask);
/// assert_eq!(buf, br#"{"id":7}"#);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct MaskOptions {
    pub(super) ignore_unknown: bool,
    pub(super) max_len: usize,
    pub(super) max_depth: usize,
    pub(super) max_names: usize,
}

impl MaskOptions {
    /// The most levels that can be asked for: each takes stack.
    const DEEPEST: usize = 128;

    /// Unknown fields are an error. The text has at most 4096 bytes, 256 names, and 16 levels.
    pub const fn new() -> Self {
        Self { ignore_unknown: false, max_len: 4096, max_depth: 16, max_names: 256 }
    }

    /// Passes over names that the type does not have, and over names below a field without fields.
    ///
    /// If nothing is left, the value is an object without members.
    pub const fn ignore_unknown(self) -> Self {
        Self { ignore_unknown: true, ..self }
    }

    /// The most bytes of the text.
    pub const fn max_len(self, bytes: usize) -> Self {
        Self { max_len: bytes, ..self }
    }

    /// The most names, one below the other; at most 128.
    pub const fn max_depth(self, levels: usize) -> Self {
        Self { max_depth: if levels < Self::DEEPEST { levels } else { Self::DEEPEST }, ..self }
    }

    /// The most names in all, repeated ones included.
    pub const fn max_names(self, names: usize) -> Self {
        Self { max_names: names, ..self }
    }
}

impl Default for MaskOptions {
    fn default() -> Self {
        Self::new()
    }
}
