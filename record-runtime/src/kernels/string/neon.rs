//! NEON vectors, which every aarch64 has.

use core::arch::aarch64::{
    uint8x16_t, vceqq_u8, vcltq_u8, vcombine_u8, vcreate_u8, vdupq_n_u8, vget_lane_u64, vorrq_u8, vreinterpret_u64_u8,
    vreinterpretq_u16_u8, vshrn_n_u16,
};

use super::Vector;

/// The proof that the CPU has NEON.
#[derive(Clone, Copy)]
pub(crate) struct Neon(());

impl Neon {
    #[inline]
    #[target_feature(enable = "neon")]
    pub(crate) fn new() -> Self {
        Self(())
    }
}

impl Vector<16> for Neon {
    type Block = uint8x16_t;
    /// There is no instruction for a bit per lane; narrowing leaves four of each.
    const MASK_SHIFT: u32 = 2;

    #[inline(always)]
    fn of_eight(self, bytes: u64) -> uint8x16_t {
        #[inline]
        #[target_feature(enable = "neon")]
        fn of_eight(bytes: u64) -> uint8x16_t {
            vcombine_u8(vcreate_u8(bytes), vcreate_u8(bytes))
        }
        // SAFETY: every aarch64 has NEON.
        unsafe { of_eight(bytes) }
    }

    #[inline(always)]
    fn escapes(self, block: uint8x16_t) -> u64 {
        #[inline]
        #[target_feature(enable = "neon")]
        fn escapes(block: uint8x16_t) -> u64 {
            let controls = vcltq_u8(block, vdupq_n_u8(b' '));
            let quotes = vceqq_u8(block, vdupq_n_u8(b'"'));
            let backslashes = vceqq_u8(block, vdupq_n_u8(b'\\'));
            let found = vorrq_u8(controls, vorrq_u8(quotes, backslashes));
            vget_lane_u64::<0>(vreinterpret_u64_u8(vshrn_n_u16::<4>(vreinterpretq_u16_u8(found))))
        }
        // SAFETY: every aarch64 has NEON.
        unsafe { escapes(block) }
    }
}
