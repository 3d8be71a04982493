//! NEON vectors, which every aarch64 has.

use core::arch::aarch64::{
    uint8x16_t, vceqq_u8, vcltq_u8, vcombine_u8, vcreate_u8, vdupq_n_u8, vget_lane_u64, vld1q_u8, vorrq_u8,
    vreinterpret_u64_u8, vreinterpretq_u16_u8, vshrn_n_u16, vst1q_u8,
};

use super::Vector;

impl Vector for uint8x16_t {
    const LANES: usize = 16;
    /// There is no instruction for a bit per lane; narrowing leaves four of each.
    const MASK_SHIFT: u32 = 2;

    #[inline(always)]
    unsafe fn load(from: *const u8) -> Self {
        // SAFETY: by contract `LANES` bytes can be read; the load is unaligned.
        unsafe { vld1q_u8(from) }
    }

    #[inline(always)]
    #[expect(clippy::multiple_unsafe_ops_per_block, reason = "register arithmetic: one precondition, the CPU")]
    unsafe fn from_u64(bytes: u64) -> Self {
        // SAFETY: every aarch64 has NEON.
        unsafe { vcombine_u8(vcreate_u8(bytes), vcreate_u8(bytes)) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u8) {
        // SAFETY: by contract `LANES` bytes can be written; the store is unaligned.
        unsafe { vst1q_u8(to, self) };
    }

    #[inline(always)]
    #[expect(clippy::multiple_unsafe_ops_per_block, reason = "register arithmetic: one precondition, the CPU")]
    unsafe fn escapes(self) -> u64 {
        // SAFETY: every aarch64 has NEON.
        unsafe {
            let controls = vcltq_u8(self, vdupq_n_u8(b' '));
            let quotes = vceqq_u8(self, vdupq_n_u8(b'"'));
            let backslashes = vceqq_u8(self, vdupq_n_u8(b'\\'));
            let found = vorrq_u8(controls, vorrq_u8(quotes, backslashes));
            vget_lane_u64::<0>(vreinterpret_u64_u8(vshrn_n_u16::<4>(vreinterpretq_u16_u8(found))))
        }
    }
}
