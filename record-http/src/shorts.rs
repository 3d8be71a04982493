//! Short chunks of one body, which take no allocation.
//!
//! A source that yields now and then makes a short chunk each time. Such chunks are carved from a block of the body's own,
//! which is used again when all of them are gone. They are not counted: together they are no longer than the block. While
//! it is full, and one of them is alive, chunks are counted as long ones are.

use bytes::{Bytes, BytesMut};

/// The longest of them, and all of them together.
pub(crate) const SHORTS_BYTES: usize = 2 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Shorts {
    /// Made when it is first needed.
    block: Option<BytesMut>,
    /// Whether something was carved since the block was last seen whole.
    is_used: bool,
}

impl Shorts {
    /// A copy of a text, if it is short and there is room.
    pub(crate) fn carve(&mut self, text: &[u8]) -> Option<Bytes> {
        // Blocks are not overwritten, so that with `zeroize` they hold no text.
        if text.len() > SHORTS_BYTES || cfg!(feature = "zeroize") {
            return None;
        }
        let block = self.block.get_or_insert_with(|| BytesMut::with_capacity(SHORTS_BYTES));
        if !block.try_reclaim(text.len()) {
            return None;
        }
        self.is_used = true;
        block.extend_from_slice(text);
        Some(block.split().freeze())
    }

    /// Whether all of them are gone.
    pub(crate) fn are_gone(&mut self) -> bool {
        !self.is_used || self.block.as_mut().is_some_and(|block| block.try_reclaim(SHORTS_BYTES))
    }

    /// Whether all of them are gone, of which there was one since this was last so.
    pub(crate) fn went(&mut self) -> bool {
        let went = self.is_used && self.are_gone();
        self.is_used &= !went;
        went
    }
}
