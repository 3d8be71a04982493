//! Vectors of WebAssembly, where they are compiled for: `-C target-feature=+simd128`.

use core::arch::wasm32::{
    u8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, u64x2_splat, v128, v128_load, v128_or, v128_store,
};

use super::Vector;

impl Vector for v128 {
    const LANES: usize = 16;
    const MASK_SHIFT: u32 = 0;

    #[inline(always)]
    unsafe fn load(from: *const u8) -> Self {
        // SAFETY: by contract `LANES` bytes can be read; the load is unaligned.
        unsafe { v128_load(from.cast()) }
    }

    #[inline(always)]
    unsafe fn from_u64(bytes: u64) -> Self {
        u64x2_splat(bytes)
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u8) {
        // SAFETY: by contract `LANES` bytes can be written; the store is unaligned.
        unsafe { v128_store(to.cast(), self) };
    }

    #[inline(always)]
    unsafe fn escapes(self) -> u64 {
        let controls = u8x16_lt(self, u8x16_splat(b' '));
        let quotes = u8x16_eq(self, u8x16_splat(b'"'));
        let backslashes = u8x16_eq(self, u8x16_splat(b'\\'));
        u64::from(u8x16_bitmask(v128_or(controls, v128_or(quotes, backslashes))))
    }
}
