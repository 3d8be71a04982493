//! Many floats at once.
//!
//! One float is a long chain of operations of which each waits for the one before: some 70 cycles for 180 instructions.
//! A CPU looks ahead by no more than two floats. So each stage runs for a whole batch. It is short enough that the CPU
//! works on several floats at a time (1.4 times faster than one by one).

use core::mem::MaybeUninit;

use super::binary::Float;
use super::stages::{BATCH, Behind as _, Kernels, Separator, is_special, write_sign, write_special};

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
            for &float in batch {
                // SAFETY: `F::MAX_LEN` bytes of the contract's room are this float's.
                position = unsafe { write_one::<F, S>(position, float) };
                // SAFETY: the float's comma and its row's brackets are in the contract's room.
                position = unsafe { separator.write(position) };
            }
            continue;
        }
        // Floats of one array are mostly of one kind, so the first decides whether a quick way is tried. Trying it for
        // each made full precision 1.1 times slower.
        if let Some(hundredths) = all(batch, F::hundredths) {
            for (&n, float) in hundredths.iter().zip(batch) {
                // SAFETY: the sign is a part of `F::MAX_LEN`, this float's room by contract.
                position = unsafe { write_sign(position, float.magnitude().1) };
                // SAFETY: `n` is one of `hundredths`, and the rest of `F::MAX_LEN` is this float's room by contract.
                position = unsafe { S::write_hundredths(position, n) };
                // SAFETY: the float's comma and its row's brackets are in the contract's room.
                position = unsafe { separator.write(position) };
            }
            continue;
        }
        if let Some(millionths) = all(batch, F::millionths) {
            for (&n, float) in millionths.iter().zip(batch) {
                // SAFETY: the sign is a part of `F::MAX_LEN`, this float's room by contract.
                position = unsafe { write_sign(position, float.magnitude().1) };
                // SAFETY: `n` is one of `millionths`, and the rest of `F::MAX_LEN` is this float's room by contract.
                position = unsafe { S::write_millionths(position, n) };
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
        } else if let Some(n) = F::hundredths(magnitude) {
            // SAFETY: the sign is a part of `F::MAX_LEN`, this float's room by contract.
            let position = unsafe { write_sign(position, negative) };
            // SAFETY: `n` is of `hundredths`, and the rest of `F::MAX_LEN` is this float's room by contract.
            unsafe { S::write_hundredths(position, n) }
        } else if let Some(n) = F::millionths(magnitude) {
            // SAFETY: the sign is a part of `F::MAX_LEN`, this float's room by contract.
            let position = unsafe { write_sign(position, negative) };
            // SAFETY: `n` is of `millionths`, and the rest of `F::MAX_LEN` is this float's room by contract.
            unsafe { S::write_millionths(position, n) }
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

/// Appends a float that may well be special.
///
/// # Safety
/// That of [`Kernels::write`].
#[inline(always)]
unsafe fn write_one<F: Float, S: Kernels<F>>(position: *mut u8, float: F) -> *mut u8 {
    let (magnitude, negative) = float.magnitude();
    if is_special::<F>(magnitude) {
        // SAFETY: the contract is `Kernels::write`'s: room for `F::MAX_LEN`, of which a special float takes four bytes.
        return unsafe { write_special(position, magnitude, negative) };
    }
    // SAFETY: the contract is `Kernels::write`'s, which this is called with.
    unsafe { S::write(position, float) }
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
        for &float in floats {
            // SAFETY: `F::MAX_LEN` bytes of the contract's room are this float's.
            position = unsafe { write_one::<F, S>(position, float) };
            // SAFETY: the float's comma and its row's brackets are in the contract's room.
            position = unsafe { separator.write(position) };
        }
        return position;
    }
    let mut digits = [const { MaybeUninit::uninit() }; BATCH];
    for (digits, float) in digits.iter_mut().zip(floats) {
        digits.write(S::digits(F::shortest(float.magnitude().0)));
    }
    for (digits, &float) in digits.iter().zip(floats) {
        // SAFETY: as many were written as there are floats.
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
        for &float in batch {
            // SAFETY: `F::MAX_LEN` bytes of the contract's room are this float's.
            position = unsafe { write_one::<F, S>(position, float) };
            // SAFETY: the float's comma and its row's brackets are in the contract's room.
            position = unsafe { separator.write(position) };
        }
        return position;
    }
    let mut decimals = [const { MaybeUninit::uninit() }; BATCH];
    for (decimal, float) in decimals.iter_mut().zip(batch) {
        decimal.write(F::shortest(float.magnitude().0));
    }
    let mut digits = [const { MaybeUninit::uninit() }; BATCH];
    for (digits, decimal) in digits.iter_mut().zip(&decimals) {
        // SAFETY: all of them were written.
        digits.write(S::digits(unsafe { decimal.assume_init() }));
    }
    for (digits, &float) in digits.iter().zip(batch) {
        // SAFETY: all of them were written.
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
