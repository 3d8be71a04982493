//! One float: the quick ways first, then the search for the shortest decimal.

use super::binary::Float;
use super::stages::{Kernels, Stages, is_rare, is_special, write_sign, write_special};

/// Appends a float of which [`is_rare`] is true.
///
/// # Safety
/// `position` is a sink's, with room for `F::MAX_LEN`.
#[inline(never)]
unsafe fn write_rare<F: Float>(position: *mut u8, magnitude: u64, negative: bool) -> *mut u8 {
    if is_special::<F>(magnitude) {
        // SAFETY: by contract there is room for `F::MAX_LEN`, which is more than four bytes.
        return unsafe { write_special(position, magnitude, negative) };
    }
    let digits = F::digits(F::shortest_subnormal(magnitude));
    // SAFETY: by contract there is room for `F::MAX_LEN`, the longest text of the type.
    unsafe { digits.write::<F>(position, negative) }
}

/// Appends a float, or `null` for one that is not finite. Where the quick way fails, a call at the end takes over: so
/// it saves no registers.
///
/// # Safety
/// `position` is a sink's, with room for `F::MAX_LEN`; the CPU has the backend's instructions.
#[inline(always)]
pub(super) unsafe fn write<F: Float, S: Kernels<F>>(position: *mut u8, value: F) -> *mut u8 {
    let (magnitude, negative) = value.magnitude();
    if let Some(n) = F::hundredths(magnitude) {
        // SAFETY: one byte of `F::MAX_LEN`, for which there is room by contract.
        let position = unsafe { write_sign(position, negative) };
        // SAFETY: with the sign it is at most 12 bytes.
        return unsafe { S::write_hundredths(position, n) };
    }
    if let Some(n) = F::millionths(magnitude) {
        // SAFETY: one byte of `F::MAX_LEN`, for which there is room by contract.
        let position = unsafe { write_sign(position, negative) };
        // SAFETY: with the sign it is at most 16 bytes.
        return unsafe { S::write_millionths(position, n) };
    }
    if is_special::<F>(magnitude) {
        // SAFETY: by contract there is room for `F::MAX_LEN`, which is more than four bytes.
        return unsafe { write_special(position, magnitude, negative) };
    }
    // SAFETY: the contract is the same: room for `F::MAX_LEN`, and the backend's instructions.
    unsafe { S::write_shortest(position, value) }
}

/// [`write`] by the search for the shortest decimal.
///
/// # Safety
/// That of `write`.
#[inline(always)]
pub(super) unsafe fn write_shortest<F: Float, S: Stages<F>>(position: *mut u8, value: F) -> *mut u8 {
    let (magnitude, negative) = value.magnitude();
    if is_rare::<F>(magnitude) {
        // SAFETY: the contract is the same: room for `F::MAX_LEN`.
        return unsafe { write_rare::<F>(position, magnitude, negative) };
    }
    let digits = S::digits(F::shortest(magnitude));
    // SAFETY: the contract is the same: room for `F::MAX_LEN`, and the backend's instructions.
    unsafe { S::write_digits(position, &digits, negative) }
}
