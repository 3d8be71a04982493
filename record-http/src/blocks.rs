//! Blocks: what small bodies are carved from, so that a `Bytes` needs no allocation.
//!
//! `BytesMut::split` hands out the front of a block, and all that was handed out shares the block's one reference count.
//! When the last of it is dropped, `try_reclaim` gives the whole block back. So a thread goes through its blocks in a ring:
//! while one is used up, the others' bodies are being sent. Nobody is told when a block becomes free; it is asked.
//!
//! A body that is kept, in a cache or by a slow client, keeps its whole block. So bodies of one size class share a
//! block of eight times that size and no more. A kept body holds memory in proportion to its length.

use std::cell::RefCell;
use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// The longest text that is copied: up to there a copy takes less than a microsecond.
pub(crate) const MAX_COPY_BYTES: usize = 16 * 1024;

/// The classes: texts of up to 128, 256, … bytes, and of up to [`MAX_COPY_BYTES`].
const CLASSES: usize = 8;
const SMALLEST_CLASS_BYTES: usize = 128;
const _: () = assert!(SMALLEST_CLASS_BYTES << (CLASSES - 1) == MAX_COPY_BYTES);

/// Bodies of the longest text that a block has room for, but for the largest classes.
const BODIES_PER_BLOCK: usize = 8;
const LARGEST_BLOCK_BYTES: usize = 32 * 1024;

/// The retention cap of a thread: blocks of a class, and bytes in all. Blocks beyond are freed when their last body is
/// dropped.
const MAX_BLOCKS_PER_CLASS: usize = 8;
const MAX_KEPT_BYTES: usize = 256 * 1024;

struct Blocks {
    of_class: [VecDeque<BytesMut>; CLASSES],
    kept_bytes: usize,
}

thread_local! {
    static BLOCKS: RefCell<Blocks> =
        const { RefCell::new(Blocks { of_class: [const { VecDeque::new() }; CLASSES], kept_bytes: 0 }) };
}

/// The blocks of the calling thread.
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
    BLOCKS.with_borrow_mut(|blocks| {
        let mut stats = BlockStats { kept: 0, in_use: 0, bytes: blocks.kept_bytes };
        for (class, kept) in blocks.of_class.iter_mut().enumerate() {
            stats.kept += kept.len();
            stats.in_use +=
                kept.iter_mut().filter_map(|block| (!block.try_reclaim(block_bytes(class))).then_some(())).count();
        }
        stats
    })
}

/// A copy of a text of at most [`MAX_COPY_BYTES`], in a block of this thread.
///
/// As long as it is kept, it holds at most 16 times its length, or 1 KiB if it is shorter than 64 bytes.
pub(crate) fn copy(text: &[u8]) -> Bytes {
    let copied = BLOCKS.try_with(|blocks| {
        let mut blocks = blocks.try_borrow_mut().ok()?;
        let block = blocks.with_room(text.len());
        block.extend_from_slice(text);
        Some(block.split().freeze())
    });
    // The thread ends, and its blocks are gone.
    copied.ok().flatten().unwrap_or_else(|| Bytes::copy_from_slice(text))
}

/// The smallest class whose texts are as long.
fn class(bytes: usize) -> usize {
    let classes = bytes.div_ceil(SMALLEST_CLASS_BYTES).next_power_of_two();
    (classes.trailing_zeros() as usize).min(CLASSES - 1)
}

/// The memory of a block of a class.
fn block_bytes(class: usize) -> usize {
    ((SMALLEST_CLASS_BYTES << class) * BODIES_PER_BLOCK).min(LARGEST_BLOCK_BYTES)
}

impl Blocks {
    /// The first block of its class with room for so many bytes, brought to the front.
    fn with_room(&mut self, bytes: usize) -> &mut BytesMut {
        let class = class(bytes);
        let kept = &mut self.of_class[class];
        if let Some(index) = kept.iter_mut().position(|block| block.try_reclaim(bytes)) {
            kept.rotate_left(index);
        } else {
            // All are used up and have bodies that are being sent.
            self.make_place(class);
            self.kept_bytes += block_bytes(class);
            self.of_class[class].push_front(BytesMut::with_capacity(block_bytes(class).max(bytes)));
        }
        &mut self.of_class[class][0]
    }

    /// Lets go of blocks until there is place for another one: their bodies keep them as long as they need them.
    fn make_place(&mut self, class: usize) {
        if self.of_class[class].len() >= MAX_BLOCKS_PER_CLASS {
            self.let_go(class);
        }
        while self.kept_bytes + block_bytes(class) > MAX_KEPT_BYTES {
            let other = (0..CLASSES).rev().find(|&other| !self.of_class[other].is_empty());
            self.let_go(other.expect("what is kept is in a class"));
        }
    }

    fn let_go(&mut self, class: usize) {
        if self.of_class[class].pop_back().is_some() {
            self.kept_bytes -= block_bytes(class);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CLASSES, MAX_BLOCKS_PER_CLASS, MAX_COPY_BYTES, MAX_KEPT_BYTES};
    use super::{block_bytes, block_stats, class, copy};

    #[test]
    fn a_block_is_used_again_when_its_last_body_is_gone() {
        let body = copy(b"first");
        let other = copy(b"second");
        assert_eq!((block_stats().kept, block_stats().in_use), (1, 1));
        drop(body);
        assert_eq!(block_stats().in_use, 1);
        drop(other);
        assert_eq!(block_stats().in_use, 0);
        let text = vec![0; MAX_COPY_BYTES];
        let start = {
            let both = (copy(&text), copy(&text));
            both.0.as_ptr()
        };
        for _ in 0..10 {
            // Half of a block: two fit, and then it has to begin anew.
            let both = (copy(&text), copy(&text));
            assert_eq!(both.0.as_ptr(), start);
        }
        assert_eq!(block_stats().kept, 2);
    }

    /// However many bodies are held, each keeps its text, and the thread keeps no more than its blocks.
    #[test]
    fn bodies_do_not_overlap_and_blocks_are_bounded() {
        let text = |n: usize| format!("{n}:").repeat(1 + n * n % 3000).into_bytes();
        let mut held = Vec::new();
        for n in 0..3000 {
            held.push((n, copy(&text(n)[..text(n).len().min(MAX_COPY_BYTES)])));
            if n % 3 == 0 {
                held.swap_remove(n * 7919 % held.len());
            }
            let stats = block_stats();
            assert!(stats.kept <= CLASSES * MAX_BLOCKS_PER_CLASS && stats.bytes <= MAX_KEPT_BYTES, "{stats:?}");
        }
        for (n, body) in &held {
            assert!(text(*n).starts_with(body) && !body.is_empty());
        }
        drop(held);
        assert_eq!(block_stats().in_use, 0);
    }

    /// The documented figure, for every length.
    #[test]
    fn what_a_kept_body_holds_is_bounded_by_its_length() {
        for len in 0..=MAX_COPY_BYTES {
            assert!(block_bytes(class(len)) >= len);
            assert!(block_bytes(class(len)) <= (16 * len).max(1024), "a body of {len} bytes");
        }
    }
}
