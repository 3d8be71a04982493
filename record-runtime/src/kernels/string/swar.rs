//! Eight bytes in an integer: for every CPU.

use super::Vector;

#[derive(Clone, Copy)]
pub(crate) struct Eight(u64);

const ONES: u64 = 0x0101_0101_0101_0101;
const QUOTE: u64 = 0x22;
const BACKSLASH: u64 = 0x5c;
const HIGHS: u64 = 0x8080_8080_8080_8080;

impl Vector for Eight {
    const LANES: usize = 8;
    const MASK_SHIFT: u32 = 3;

    #[inline(always)]
    unsafe fn load(from: *const u8) -> Self {
        // SAFETY: by contract `LANES` bytes can be read, which are eight; the load is unaligned.
        Self(u64::from_le(unsafe { from.cast::<u64>().read_unaligned() }))
    }

    #[inline(always)]
    unsafe fn from_u64(bytes: u64) -> Self {
        Self(bytes)
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u8) {
        // SAFETY: by contract `LANES` bytes can be written, which are eight; the store is unaligned.
        unsafe { to.cast::<u64>().write_unaligned(self.0.to_le()) };
    }

    /// The high bit of each lane. Borrows run upwards only, so a false bit can only stand above a true one. The lowest
    /// bit that is set is right, and only that is used.
    #[inline(always)]
    unsafe fn escapes(self) -> u64 {
        let quotes = self.0 ^ (ONES * QUOTE);
        let backslashes = self.0 ^ (ONES * BACKSLASH);
        let below_space = self.0.wrapping_sub(ONES * 0x20);
        let zero_quotes = quotes.wrapping_sub(ONES);
        let zero_backslashes = backslashes.wrapping_sub(ONES);
        (below_space | zero_quotes | zero_backslashes) & !self.0 & HIGHS
    }
}
