//! Vectors of WebAssembly, where they are compiled for: `-C target-feature=+simd128`.

use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, u64x2_splat, v128, v128_or};

use super::Vector;

#[derive(Clone, Copy)]
pub(crate) struct Simd128;

impl Vector<16> for Simd128 {
    type Block = v128;
    const MASK_SHIFT: u32 = 0;

    #[inline(always)]
    fn of_eight(self, bytes: u64) -> v128 {
        u64x2_splat(bytes)
    }

    #[inline(always)]
    fn escapes(self, block: v128) -> u64 {
        let controls = u8x16_lt(block, u8x16_splat(b' '));
        let quotes = u8x16_eq(block, u8x16_splat(b'"'));
        let backslashes = u8x16_eq(block, u8x16_splat(b'\\'));
        u64::from(u8x16_bitmask(v128_or(controls, v128_or(quotes, backslashes))))
    }
}
