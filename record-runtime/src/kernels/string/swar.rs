//! Eight bytes in an integer: for every CPU.

use super::Vector;

#[derive(Clone, Copy)]
pub(crate) struct Swar;

const ONES: u64 = 0x0101_0101_0101_0101;
const QUOTE: u64 = 0x22;
const BACKSLASH: u64 = 0x5c;
const HIGHS: u64 = 0x8080_8080_8080_8080;

impl Vector<8> for Swar {
    type Block = u64;
    const MASK_SHIFT: u32 = 3;

    #[inline(always)]
    fn of_eight(self, bytes: u64) -> u64 {
        bytes.to_le()
    }

    /// The high bit of each lane. Borrows run upwards only, so a false bit can only stand above a true one. The lowest
    /// bit that is set is right, and only that is used.
    #[inline(always)]
    fn escapes(self, block: u64) -> u64 {
        let block = u64::from_le(block);
        let quotes = block ^ (ONES * QUOTE);
        let backslashes = block ^ (ONES * BACKSLASH);
        let below_space = block.wrapping_sub(ONES * 0x20);
        let zero_quotes = quotes.wrapping_sub(ONES);
        let zero_backslashes = backslashes.wrapping_sub(ONES);
        (below_space | zero_quotes | zero_backslashes) & !block & HIGHS
    }
}
