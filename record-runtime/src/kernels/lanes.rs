//! Memory as arrays: vectors that are loaded from one and stored into one, and the bytes behind a position.

use core::mem::MaybeUninit;

/// A vector that is as many bytes.
///
/// # Safety
/// The type has `N` bytes, none of them padding, and any `N` bytes are a value of it.
pub(crate) unsafe trait Lanes<const N: usize>: Copy {
    #[inline(always)]
    fn load(from: &[u8; N]) -> Self {
        // SAFETY: by contract of `Lanes` the array has as many bytes as the vector, and they are a value; the load is unaligned.
        unsafe { from.as_ptr().cast::<Self>().read_unaligned() }
    }

    #[inline(always)]
    fn store(self, to: &mut [MaybeUninit<u8>; N]) {
        // SAFETY: by contract of `Lanes` the array has as many bytes as the vector; the store is unaligned.
        unsafe { to.as_mut_ptr().cast::<Self>().write_unaligned(self) };
    }
}

// SAFETY: the contract of `Lanes`: an integer has no padding, and any bytes are one.
unsafe impl Lanes<2> for u16 {}
// SAFETY: the contract of `Lanes`: an integer has no padding, and any bytes are one.
unsafe impl Lanes<4> for u32 {}
// SAFETY: the contract of `Lanes`: an integer has no padding, and any bytes are one.
unsafe impl Lanes<8> for u64 {}
// SAFETY: the contract of `Lanes`: an integer has no padding, and any bytes are one.
unsafe impl Lanes<16> for u128 {}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::{__m128i, __m256i, __m512i};

    use super::Lanes;

    // SAFETY: the contract of `Lanes`: the registers have so many bytes, and hold any.
    unsafe impl Lanes<16> for __m128i {}
    // SAFETY: the contract of `Lanes`: the registers have so many bytes, and hold any.
    unsafe impl Lanes<32> for __m256i {}
    // SAFETY: the contract of `Lanes`: the registers have so many bytes, and hold any.
    unsafe impl Lanes<64> for __m512i {}
}

// SAFETY: the contract of `Lanes`: the registers have so many bytes, and hold any.
#[cfg(target_arch = "aarch64")]
unsafe impl Lanes<16> for core::arch::aarch64::uint8x16_t {}

// SAFETY: the contract of `Lanes`: the registers have so many bytes, and hold any.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
unsafe impl Lanes<16> for core::arch::wasm32::v128 {}

/// The `N` bytes from a position on.
///
/// # Safety
/// They can be written, and nothing else refers to them meanwhile.
#[inline(always)]
pub(crate) unsafe fn window<'a, const N: usize>(position: *mut u8) -> &'a mut [MaybeUninit<u8>; N] {
    // SAFETY: by contract the bytes are there for this reference alone; they need not be initialised.
    unsafe { &mut *position.cast() }
}

/// The bytes from a position on, as many as a text has.
///
/// # Safety
/// They can be written, and nothing else refers to them meanwhile.
#[inline(always)]
pub(crate) unsafe fn room_for<'a>(text: &[u8], position: *mut u8) -> &'a mut [MaybeUninit<u8>] {
    // SAFETY: by contract the bytes are there for this reference alone; they need not be initialised.
    unsafe { core::slice::from_raw_parts_mut(position.cast(), text.len()) }
}
