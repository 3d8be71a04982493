//! Blocks: what small bodies are carved from, so that a `Bytes` needs no allocation.
//!
//! `BytesMut::split` hands out the front of a block, and all that was handed out shares the block's one reference count.
//! When the last of it is dropped, `try_reclaim` gives the whole block back. So a thread goes through its blocks in a ring:
//! while one is used up, the others' bodies are being sent. Nobody is told when a block becomes free; it is asked.

use std::cell::RefCell;
use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// Small enough that a slow client, which holds on to one block, costs less than its connection does anyway.
const BLOCK_BYTES: usize = 32 * 1024;

/// Blocks that a thread keeps, the retention cap. Those beyond it are freed when their last body is sent.
const MAX_BLOCKS: usize = 8;

/// The longest text that is copied: up to there a copy takes less than a microsecond.
pub(crate) const MAX_COPY_BYTES: usize = BLOCK_BYTES / 2;

thread_local! {
    static BLOCKS: RefCell<VecDeque<BytesMut>> = const { RefCell::new(VecDeque::new()) };
}

/// What the calling thread has of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockStats {
    /// Blocks that the thread keeps.
    pub kept: usize,
    /// How many of them still have a body in them that is not dropped.
    pub in_use: usize,
    /// The memory of the kept ones, in bytes.
    pub bytes: usize,
}

/// The blocks of the calling thread, from which bodies of up to 16 KiB are carved.
#[must_use]
pub fn block_stats() -> BlockStats {
    BLOCKS.with_borrow_mut(|blocks| BlockStats {
        kept: blocks.len(),
        in_use: blocks.iter_mut().map(|block| usize::from(!block.try_reclaim(BLOCK_BYTES))).sum(),
        bytes: blocks.len() * BLOCK_BYTES,
    })
}

/// A copy of a text of at most [`BLOCK_BYTES`], in a block of this thread.
pub(crate) fn copy(text: &[u8]) -> Bytes {
    let copied = BLOCKS.try_with(|blocks| {
        let mut blocks = blocks.try_borrow_mut().ok()?;
        let block = with_room(&mut blocks, text.len());
        block.extend_from_slice(text);
        Some(block.split().freeze())
    });
    // The thread ends, and its blocks are gone.
    copied.ok().flatten().unwrap_or_else(|| Bytes::copy_from_slice(text))
}

/// The first block with room for so many bytes, brought to the front.
fn with_room(blocks: &mut VecDeque<BytesMut>, bytes: usize) -> &mut BytesMut {
    if let Some(index) = blocks.iter_mut().position(|block| block.try_reclaim(bytes)) {
        blocks.rotate_left(index);
    } else {
        // All are used up and have bodies that are being sent. One is let go: its bodies keep it as long as they need it.
        if blocks.len() >= MAX_BLOCKS {
            blocks.pop_back();
        }
        blocks.push_front(BytesMut::with_capacity(BLOCK_BYTES.max(bytes)));
    }
    &mut blocks[0]
}

#[cfg(test)]
mod tests {
    use super::{BLOCK_BYTES, MAX_BLOCKS, block_stats, copy};

    #[test]
    fn a_block_is_used_again_when_its_last_body_is_gone() {
        let body = copy(b"first");
        let other = copy(b"second");
        assert_eq!((block_stats().kept, block_stats().in_use), (1, 1));
        drop(body);
        assert_eq!(block_stats().in_use, 1);
        drop(other);
        assert_eq!(block_stats().in_use, 0);
        let text = vec![0; BLOCK_BYTES / 2 + 1];
        let start = copy(&text).as_ptr();
        for _ in 0..10 {
            // More than half of a block: each has to begin anew.
            assert_eq!(copy(&text).as_ptr(), start);
        }
        assert_eq!(block_stats().kept, 1);
    }

    /// However many bodies are held, each keeps its text, and the thread keeps no more than its blocks.
    #[test]
    fn bodies_do_not_overlap_and_blocks_are_bounded() {
        let text = |n: usize| format!("{n}:").repeat(1 + n % 700).into_bytes();
        let mut held = Vec::new();
        for n in 0..3000 {
            held.push((n, copy(&text(n))));
            if n % 3 == 0 {
                held.swap_remove(n * 7919 % held.len());
            }
            assert!(block_stats().kept <= MAX_BLOCKS);
        }
        for (n, body) in &held {
            assert_eq!(body, &text(*n));
        }
        drop(held);
        assert_eq!(block_stats().in_use, 0);
    }
}
