//! Changes to a document that stands in a slice.

/// A change to a text as a whole.
pub(crate) trait Rewrite {
    /// The bytes that the text grows by at most; `None` if it can stay as it is.
    fn extra(&self, text: &[u8]) -> Option<usize>;

    /// Changes the text `text[from..]` into one that begins at `text[0]`, and returns its length.
    fn apply(&self, text: &mut [u8], from: usize) -> usize;
}
