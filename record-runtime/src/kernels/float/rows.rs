//! Many floats at once.
//!
//! One float is a long chain of operations of which each waits for the one before: some 70 cycles for 180 instructions.
//! A CPU looks ahead by no more than two floats. So each stage runs for a whole batch. It is short enough that the CPU
//! works on several floats at a time (1.4 times faster than one by one).

use core::mem::MaybeUninit;

use super::binary::Float;
use super::stages::{BATCH, Behind as _, Kernels, Separator, is_special, write_special};
use super::write::write_quick;

/// Appends each float with a comma behind it; in rows of `row` floats, if that is not zero, with
/// brackets around them.
///
/// # Safety
/// `position` is a sink's, with room for `F::MAX_LEN + 1` for each float, two bytes for each row,
/// and one; the CPU has the backend's instructions.
#[inline(always)]
pub(super) unsafe fn write_rows<F: Float, S: Kernels<F>>(mut position: *mut u8, floats: &[F], row: usize) -> *mut u8 {
    if row > 0 {
        // SAFETY: the first row's bracket is the one byte beyond all floats and rows, by contract.
        unsafe { position.write(b'[') };
        position = position.wrapping_add(1);
    }
    let mut separator = Separator::new(row);
    let (batches, rest) = floats.as_chunks::<BATCH>();
    for batch in batches {
        let first = batch[0].magnitude().0;
        if is_special::<F>(first) {
            // More of them are likely, and no quick way would take the batch.
            if row == 0 && first >= F::INFINITY && batch.iter().all(|float| float.magnitude().0 >= F::INFINITY) {
                // SAFETY: each float's room and its comma's, by contract, are more than `null,`.
                unsafe { position.cast::<[[u8; 5]; BATCH]>().write([*b"null,"; BATCH]) };
                position = position.wrapping_add(5 * BATCH);
                continue;
            }
            // SAFETY: the contract is the same, of these floats.
            position = unsafe { write_each::<F, S>(position, batch, &mut separator) };
            continue;
        }
        // Floats of one array are mostly of one kind, so the first decides whether a quick way is tried. Trying it for
        // each made full precision 1.1 times slower.
        if let Some(hundredths) = all(batch, F::hundredths) {
            for (&n, float) in hundredths.iter().zip(batch) {
                // SAFETY: `n` is one of `hundredths`, and `F::MAX_LEN` is this float's room by contract.
                position = unsafe { S::write_hundredths(position, float.magnitude().1, n) };
                // SAFETY: the float's comma and its row's brackets are in the contract's room.
                position = unsafe { separator.write(position) };
            }
            continue;
        }
        if let Some(millionths) = all(batch, F::millionths) {
            for (&n, float) in millionths.iter().zip(batch) {
                // SAFETY: `n` is one of `millionths`, and `F::MAX_LEN` is this float's room by contract.
                position = unsafe { S::write_millionths(position, float.magnitude().1, n) };
                // SAFETY: the float's comma and its row's brackets are in the contract's room.
                position = unsafe { separator.write(position) };
            }
            continue;
        }
        // SAFETY: the contract's room is for each float of the batch; the CPU has the backend's instructions.
        position = unsafe { S::write_batch(position, batch, &mut separator) };
    }
    // SAFETY: the contract's room is for each of the rest; the CPU has the backend's instructions.
    position = unsafe { write_rest::<F, S>(position, rest, &mut separator) };
    // The last row's separator opened one more.
    position.wrapping_sub(usize::from(row > 0))
}

/// Appends the floats that are left, fewer than a batch. All of a short array are.
///
/// # Safety
/// That of [`write_rows`].
#[inline(always)]
unsafe fn write_rest<F: Float, S: Kernels<F>>(
    mut position: *mut u8,
    floats: &[F],
    separator: &mut Separator,
) -> *mut u8 {
    for (at, &float) in floats.iter().enumerate() {
        let (magnitude, negative) = float.magnitude();
        position = if is_special::<F>(magnitude) {
            // SAFETY: of `F::MAX_LEN`, this float's room by contract, a special float takes four bytes.
            unsafe { write_special(position, magnitude, negative) }
            // SAFETY: `F::MAX_LEN` is this float's room by contract; the CPU has the backend's instructions.
        } else if let Some(end) = unsafe { write_quick::<F, S>(position, float) } {
            end
        } else if at == 0 && floats.len() > 1 {
            // SAFETY: the contract is the same, and nothing of these floats is written.
            return unsafe { S::write_few(position, floats, separator) };
        } else {
            // SAFETY: `F::MAX_LEN` bytes of the contract's room are this float's.
            unsafe { S::write_shortest(position, float) }
        };
        // SAFETY: the float's comma and its row's brackets are in the contract's room.
        position = unsafe { separator.write(position) };
    }
    position
}

/// Appends floats of which some are special, one by one.
///
/// # Safety
/// That of [`write_rows`].
#[inline(always)]
unsafe fn write_each<F: Float, S: Kernels<F>>(
    mut position: *mut u8,
    floats: &[F],
    separator: &mut Separator,
) -> *mut u8 {
    for &float in floats {
        let (magnitude, negative) = float.magnitude();
        position = if is_special::<F>(magnitude) {
            // SAFETY: of `F::MAX_LEN`, this float's room by contract, a special float takes four bytes.
            unsafe { write_special(position, magnitude, negative) }
        } else {
            // SAFETY: `F::MAX_LEN` is this float's room by contract; the CPU has the backend's instructions.
            unsafe { S::write(position, float) }
        };
        // SAFETY: the float's comma and its row's brackets are in the contract's room.
        position = unsafe { separator.write(position) };
    }
    position
}

/// Appends fewer floats than a batch, stage by stage; one by one where one of them is special, or has few decimals. The
/// first is not such a one.
///
/// # Safety
/// That of [`write_rows`], and there are fewer than [`BATCH`].
#[inline(always)]
pub(super) unsafe fn write_few<F: Float, S: Kernels<F>>(
    mut position: *mut u8,
    floats: &[F],
    separator: &mut Separator,
) -> *mut u8 {
    let one_by_one = |magnitude| is_special::<F>(magnitude) || F::millionths(magnitude).is_some();
    if floats.iter().skip(1).any(|float| one_by_one(float.magnitude().0)) {
        // SAFETY: the contract is the same.
        return unsafe { write_each::<F, S>(position, floats, separator) };
    }
    let mut digits = [const { MaybeUninit::uninit() }; BATCH];
    for (digits, float) in digits.iter_mut().zip(floats) {
        digits.write(S::digits(F::shortest(float.magnitude().0)));
    }
    for (digits, &float) in digits.iter().zip(floats) {
        // SAFETY: the loop above wrote as many as there are floats, each by `write`.
        let digits = unsafe { digits.assume_init_ref() };
        // SAFETY: the digits are this float's, whose `F::MAX_LEN` bytes are in the contract's room.
        position = unsafe { S::write_digits(position, digits, float) };
        // SAFETY: the float's comma and its row's brackets are in the contract's room.
        position = unsafe { separator.write(position) };
    }
    position
}

/// Appends floats stage by stage; one by one where one of them is special.
///
/// # Safety
/// That of [`write_rows`].
#[inline(always)]
pub(super) unsafe fn write_batch<F: Float, S: Kernels<F>>(
    mut position: *mut u8,
    batch: &[F; BATCH],
    separator: &mut Separator,
) -> *mut u8 {
    if batch.iter().any(|float| is_special::<F>(float.magnitude().0)) {
        // SAFETY: the contract is the same.
        return unsafe { write_each::<F, S>(position, batch, separator) };
    }
    // Not by `map` of arrays, which is a call and not compiled for the backend: 1.2 times slower.
    let mut decimals = [const { MaybeUninit::uninit() }; BATCH];
    for (decimal, float) in decimals.iter_mut().zip(batch) {
        decimal.write(F::shortest(float.magnitude().0));
    }
    let mut digits = [const { MaybeUninit::uninit() }; BATCH];
    for (digits, decimal) in digits.iter_mut().zip(&decimals) {
        // SAFETY: the loop above wrote all of them by `write`: there are as many floats.
        digits.write(S::digits(unsafe { decimal.assume_init() }));
    }
    for (digits, &float) in digits.iter().zip(batch) {
        // SAFETY: the loop above wrote all of them by `write`.
        let digits = unsafe { digits.assume_init_ref() };
        // SAFETY: the digits are this float's, whose `F::MAX_LEN` bytes are in the contract's room.
        position = unsafe { S::write_digits(position, digits, float) };
        // SAFETY: the float's comma and its row's brackets are in the contract's room.
        position = unsafe { separator.write(position) };
    }
    position
}

/// The result of a quick way for all, if it has one.
#[inline(always)]
fn all<F: Float>(batch: &[F; BATCH], quick: impl Fn(u64) -> Option<u64>) -> Option<[u64; BATCH]> {
    let mut all = [0; BATCH];
    for (n, float) in all.iter_mut().zip(batch) {
        *n = quick(float.magnitude().0)?;
    }
    Some(all)
}
