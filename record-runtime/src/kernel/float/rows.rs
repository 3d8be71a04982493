//! Many floats at once.
//!
//! One float is a long chain of operations of which each waits for the one before: some 70 cycles
//! for 180 instructions. A CPU looks ahead by no more than two floats. So the stages are run one
//! after the other for a batch, each short enough that the CPU works on several floats at a time
//! (1.4 times faster than one by one).

use core::hint::select_unpredictable;
use core::mem::MaybeUninit;

use super::{Decimal, Float, is_special, write_special};

/// Floats per batch: more gain nothing, and their intermediate results are to stay in the cache.
const BATCH: usize = 8;

/// Appends each float with a comma behind it; in rows of `row` floats, if that is not zero, with
/// brackets around them. `write_scaled` writes a number of `Float::scaled`, `write` a float alone.
///
/// # Safety
/// `position` is a sink's, with room for `F::MAX_LEN + 1` for each float, and two bytes for each
/// row.
#[inline(always)]
pub(super) unsafe fn write_rows<F: Float>(
    mut position: *mut u8,
    floats: &[F],
    row: usize,
    write_scaled: unsafe fn(*mut u8, u64) -> *mut u8,
    write: unsafe fn(*mut u8, F) -> *mut u8,
) -> *mut u8 {
    let mut separator = Separator { row, left: row };
    let (batches, rest) = floats.as_chunks::<BATCH>();
    for batch in batches {
        // Floats of one array are mostly of one kind, so the first decides whether the quick way
        // is tried: tried for each, it made full precision 1.1 times slower.
        if let Some(scaled) = scaled(batch) {
            for (&n, float) in scaled.iter().zip(batch) {
                // SAFETY: as the caller's.
                position = unsafe { separator.open(position) };
                let (_, negative) = float.magnitude();
                // SAFETY: reserved. Overwritten by the first digit where there is no sign.
                unsafe { position.write(b'-') };
                // SAFETY: as the caller's.
                position = unsafe { write_scaled(position.wrapping_add(usize::from(negative)), n) };
                // SAFETY: as the caller's.
                position = unsafe { separator.close(position) };
            }
            continue;
        }
        let mut decimals = [const { MaybeUninit::uninit() }; BATCH];
        for (decimal, float) in decimals.iter_mut().zip(batch) {
            let (magnitude, _) = float.magnitude();
            decimal.write(if is_special::<F>(magnitude) { Decimal::ONE } else { F::shortest(magnitude) });
        }
        let mut digits = [const { MaybeUninit::uninit() }; BATCH];
        for (digits, decimal) in digits.iter_mut().zip(&decimals) {
            // SAFETY: all of them were written.
            let decimal = unsafe { decimal.assume_init() };
            digits.write(F::digits(decimal));
        }
        for (digits, float) in digits.iter().zip(batch) {
            // SAFETY: as the caller's.
            position = unsafe { separator.open(position) };
            let (magnitude, negative) = float.magnitude();
            position = if is_special::<F>(magnitude) {
                // SAFETY: as the caller's.
                unsafe { write_special(position, magnitude, negative) }
            } else {
                // SAFETY: all of them were written.
                let digits = unsafe { digits.assume_init_ref() };
                // SAFETY: as the caller's.
                unsafe { digits.write::<F>(position, negative) }
            };
            // SAFETY: as the caller's.
            position = unsafe { separator.close(position) };
        }
    }
    for &float in rest {
        // SAFETY: as the caller's.
        position = unsafe { separator.open(position) };
        // SAFETY: as the caller's.
        position = unsafe { write(position, float) };
        // SAFETY: as the caller's.
        position = unsafe { separator.close(position) };
    }
    position
}

/// [`Float::scaled`] of all.
#[inline(always)]
fn scaled<F: Float>(batch: &[F; BATCH]) -> Option<[u64; BATCH]> {
    let mut all = [0; BATCH];
    for (n, float) in all.iter_mut().zip(batch) {
        *n = F::scaled(float.magnitude().0)?;
    }
    Some(all)
}

/// What stands around a float: `[` in front of a row's first, `],` behind its last, else `,`.
struct Separator {
    row: usize,
    /// Floats that are left of a row.
    left: usize,
}

impl Separator {
    /// # Safety
    /// Room for one byte.
    #[inline(always)]
    unsafe fn open(&self, position: *mut u8) -> *mut u8 {
        // SAFETY: as the caller's. Overwritten where no row begins.
        unsafe { position.write(b'[') };
        position.wrapping_add(usize::from(self.left == self.row && self.row != 0))
    }

    /// # Safety
    /// Room for two bytes.
    #[inline(always)]
    unsafe fn close(&mut self, position: *mut u8) -> *mut u8 {
        // Without rows it counts down from zero and never arrives there.
        self.left = self.left.wrapping_sub(1);
        let ends = self.left == 0;
        self.left = select_unpredictable(ends, self.row, self.left);
        // No branch: with rows of two every other float ends one.
        let text = select_unpredictable(ends, u16::from_ne_bytes(*b"],"), u16::from_ne_bytes(*b",,"));
        // SAFETY: as the caller's.
        unsafe { position.cast::<[u8; 2]>().write(text.to_ne_bytes()) };
        position.wrapping_add(1 + usize::from(ends))
    }
}
