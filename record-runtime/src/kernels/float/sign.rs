//! The sign in front of a float.

/// Writes a sign where there is one.
///
/// # Safety
/// One byte can be written.
#[inline(always)]
pub(super) unsafe fn write_sign(position: *mut u8, negative: bool) -> *mut u8 {
    // Overwritten by the first digit where there is no sign.
    // SAFETY: by contract one byte can be written.
    unsafe { position.write(b'-') };
    position.wrapping_add(usize::from(negative))
}
