//! Changes to a document that stands in a slice.

/// How far a change has come. Between the two places lies room, for the result to be longer than the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// The end of the result so far.
    pub(crate) written: usize,
    /// The beginning of the text that is still to be read.
    pub(crate) read: usize,
}

/// A change to a text as a whole.
pub(crate) trait Rewrite {
    /// Bytes behind the text, of no meaning, that the slice has as well: wide loads may run over.
    const PADDING: usize = 0;

    /// The room to begin with; `None` if the text can stay as it is.
    fn room(&mut self, text: &[u8]) -> Option<usize>;

    /// Goes on with the text from `progress.read` on, whose result begins at `text[0]`, until there is too little room
    /// between the two. Returns whether it came to the end.
    fn apply(&mut self, text: &mut [u8], progress: &mut Progress) -> bool;
}

impl<R: Rewrite> Rewrite for &mut R {
    const PADDING: usize = R::PADDING;

    fn room(&mut self, text: &[u8]) -> Option<usize> {
        (**self).room(text)
    }

    fn apply(&mut self, text: &mut [u8], progress: &mut Progress) -> bool {
        (**self).apply(text, progress)
    }
}
