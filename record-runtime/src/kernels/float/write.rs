//! One float: the quick ways first, then the search for the shortest decimal.

use super::binary::Float;
use super::stages::{Kernels, Stages, is_special, write_special};

/// Appends a float, or `null` for one that is not finite. Where the quick way fails, a call at the end takes over: so
/// it saves no registers.
///
/// # Safety
/// `position` is a sink's, with room for `F::MAX_LEN`; the CPU has the backend's instructions.
#[inline(always)]
pub(super) unsafe fn write<F: Float, S: Kernels<F>>(position: *mut u8, value: F) -> *mut u8 {
    let (magnitude, negative) = value.magnitude();
    // SAFETY: the contract is the same: room for `F::MAX_LEN`, and the backend's instructions.
    if let Some(end) = unsafe { write_quick::<F, S>(position, value) } {
        return end;
    }
    if is_special::<F>(magnitude) {
        // SAFETY: by contract there is room for `F::MAX_LEN`, which is more than four bytes.
        return unsafe { write_special(position, magnitude, negative) };
    }
    // SAFETY: the contract is the same: room for `F::MAX_LEN`, and the backend's instructions.
    unsafe { S::write_shortest(position, value) }
}

/// Appends a float of few decimals. `None` where it is not known to be one: then nothing counts as written.
///
/// # Safety
/// That of `write`.
#[inline(always)]
pub(super) unsafe fn write_quick<F: Float, S: Stages<F>>(position: *mut u8, value: F) -> Option<*mut u8> {
    let (magnitude, negative) = value.magnitude();
    if let Some(n) = F::hundredths(magnitude) {
        // SAFETY: by contract there is room for `F::MAX_LEN`, of which this takes 12 bytes at most.
        return Some(unsafe { S::write_hundredths(position, negative, n) });
    }
    // SAFETY: by contract there is room for `F::MAX_LEN`, of which this takes 16 bytes at most.
    F::millionths(magnitude).map(|n| unsafe { S::write_millionths(position, negative, n) })
}

/// [`write`] by the search for the shortest decimal, of a float that is not special.
///
/// # Safety
/// That of `write`.
#[inline(always)]
pub(super) unsafe fn write_shortest<F: Float, S: Stages<F>>(position: *mut u8, value: F) -> *mut u8 {
    let (magnitude, _) = value.magnitude();
    let Some(decimal) = F::quick(magnitude) else {
        // SAFETY: the contract is the same: room for `F::MAX_LEN`.
        return unsafe { write_exact(position, value) };
    };
    let digits = S::digits(decimal);
    // SAFETY: the contract is the same: room for `F::MAX_LEN`, and the backend's instructions.
    unsafe { S::write_digits(position, &digits, value) }
}

/// [`write_shortest`] by the exact path. Its call ends the others: what comes back from a call would go through memory
/// on the quick way, too.
///
/// # Safety
/// `position` is a sink's, with room for `F::MAX_LEN`.
#[cold]
#[inline(never)]
unsafe fn write_exact<F: Float>(position: *mut u8, value: F) -> *mut u8 {
    let (magnitude, negative) = value.magnitude();
    // SAFETY: the contract is the same: room for the longest text of the type.
    unsafe { F::digits(F::exact(magnitude)).write::<F>(position, negative) }
}
