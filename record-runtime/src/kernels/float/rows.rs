//! Many floats at once.
//!
//! One float is a long chain of operations of which each waits for the one before: some 70 cycles for 180 instructions.
//! A CPU looks ahead by no more than two floats. So each stage runs for a whole batch. It is short enough that the CPU
//! works on several floats at a time (1.4 times faster than one by one).

use core::mem::MaybeUninit;

use super::binary::Float;
use super::part::{BATCH, Part, Separator};
use super::stages::{Kernels, Stages, is_special, write_special};
use super::write::write_quick;
use crate::kernels::SLACK;
use crate::kernels::lanes::Room;

/// Appends each float with a comma behind it; in rows of `row` floats, if that is not zero, with
/// brackets around them.
///
/// # Safety
/// `position` is a sink's, with room for `F::MAX_LEN + 1` for each float, two bytes for each row,
/// and one.
#[inline(always)]
pub(super) unsafe fn write_rows<F: Float, S: Kernels<F>>(
    stages: S,
    mut position: *mut u8,
    floats: &[F],
    row: usize,
) -> *mut u8 {
    if row > 0 {
        // SAFETY: by contract the position is a sink's, and slack is behind it (invariant 1).
        unsafe { Room::<'_, SLACK>::new(position) }.store(*b"[");
        position = position.wrapping_add(1);
    }
    let mut separator = Separator::new(row);
    let (batches, rest) = floats.as_chunks::<BATCH>();
    let mut done = 0;
    while let Some(batch) = batches.get(done) {
        done += 1;
        // SAFETY: the contract's room is for each float, its comma and its row's brackets.
        let mut part = unsafe { Part::new(position, batch, &mut separator) };
        let first = batch[0].magnitude().0;
        if is_special::<F>(first) {
            // More of them are likely, and no quick way would take the batch.
            if row == 0 && first >= F::INFINITY && are_infinite(batch) {
                let mut writing = part.begin();
                writing.room().store(NULLS);
                position = writing.end().wrapping_add(NULLS.len());
                continue;
            }
            position = write_each(stages, part.into());
            continue;
        }
        // Floats of one array are mostly of one kind, so the first decides whether a quick way is tried. Trying it for
        // each made full precision 1.1 times slower.
        if let Some(hundredths) = all(batch, F::hundredths) {
            let mut writing = part.begin();
            for (&n, float) in hundredths.iter().zip(batch) {
                let end = stages.write_hundredths(writing.room(), float.magnitude().1, n);
                // SAFETY: the text is the float's: `write_hundredths` has written its `n`, which is one of `hundredths`.
                unsafe { writing.wrote(end) };
            }
            position = writing.end();
            continue;
        }
        if let Some(millionths) = all(batch, F::millionths) {
            let mut writing = part.begin();
            for (&n, float) in millionths.iter().zip(batch) {
                let end = stages.write_millionths(writing.room(), float.magnitude().1, n);
                // SAFETY: the text is the float's: `write_millionths` has written its `n`, which is one of `millionths`.
                unsafe { writing.wrote(end) };
            }
            position = writing.end();
            continue;
        }
        // SAFETY: the contract's room is for each float, its comma and its row's brackets.
        let (end, written) = stages.write_batches(unsafe { Part::new(position, &batches[done - 1..], &mut separator) });
        position = end;
        done += written - 1;
    }
    // SAFETY: the contract's room is for each of the rest, its comma and its row's brackets.
    position = write_rest(stages, unsafe { Part::new(position, rest, &mut separator) });
    // The last row's separator opened one more.
    position.wrapping_sub(usize::from(row > 0))
}

/// Whether none is finite. All are looked at, which vectors do at once: an end at the first one took twice as long.
#[inline(always)]
fn are_infinite<F: Float>(batch: &[F; BATCH]) -> bool {
    batch.iter().fold(true, |all, float| all & (float.magnitude().0 >= F::INFINITY))
}

/// A batch of floats that are not finite, each with its comma.
const NULLS: [u8; 5 * BATCH] = {
    let mut nulls = [0; 5 * BATCH];
    let mut at = 0;
    while at < nulls.len() {
        nulls[at] = b"null,"[at % 5];
        at += 1;
    }
    nulls
};

/// Appends the floats that are left, fewer than a batch. All of a short array are.
#[inline(always)]
fn write_rest<F: Float, S: Kernels<F>>(stages: S, mut rest: Part<'_, [F], Separator>) -> *mut u8 {
    let floats = rest.floats();
    let mut writing = rest.begin();
    for (at, &float) in floats.iter().enumerate() {
        let (magnitude, negative) = float.magnitude();
        let end = if is_special::<F>(magnitude) {
            write_special(writing.room(), magnitude, negative)
        } else if let Some(end) = write_quick(stages, writing.room(), float) {
            end
        } else if at == 0 && floats.len() > 1 {
            return stages.write_few(rest);
        } else {
            stages.write_shortest(writing.room(), float)
        };
        // SAFETY: the text is the float's, by `is_special` and `write_quick`.
        unsafe { writing.wrote(end) };
    }
    writing.end()
}

/// Appends floats of which some are special, one by one.
#[inline(always)]
fn write_each<F: Float, S: Kernels<F>>(stages: S, mut part: Part<'_, [F], Separator>) -> *mut u8 {
    let floats = part.floats();
    let mut writing = part.begin();
    for &float in floats {
        let (magnitude, negative) = float.magnitude();
        let end = if is_special::<F>(magnitude) {
            write_special(writing.room(), magnitude, negative)
        } else {
            stages.write(writing.room(), float)
        };
        // SAFETY: the text is the float's, by `is_special`.
        unsafe { writing.wrote(end) };
    }
    writing.end()
}

/// Appends fewer floats than a batch, stage by stage; one by one where one of them is special, or has few decimals. The
/// first is not such a one.
#[inline(always)]
pub(super) fn write_few<F: Float, S: Kernels<F>>(stages: S, part: Part<'_, [F], Separator>) -> *mut u8 {
    let floats = part.floats();
    let one_by_one = |magnitude| is_special::<F>(magnitude) || F::millionths(magnitude).is_some();
    if floats.iter().skip(1).any(|float| one_by_one(float.magnitude().0)) {
        return write_each(stages, part);
    }
    let mut digits = Results::new();
    for float in floats {
        digits.push(S::digits(F::shortest(float.magnitude().0)));
    }
    write_digits(stages, part, &digits)
}

/// Appends floats stage by stage; one by one where one of them is special.
#[inline(always)]
pub(super) fn write_batch<F: Float, S: Kernels<F>>(stages: S, batch: Part<'_, [F; BATCH], Separator>) -> *mut u8 {
    let floats = batch.floats();
    if floats.iter().any(|float| is_special::<F>(float.magnitude().0)) {
        return write_each(stages, batch.into());
    }
    // Not by `map` of arrays, which is a call and not compiled for the backend: 1.2 times slower.
    let mut decimals = Results::new();
    for float in floats {
        decimals.push(F::shortest(float.magnitude().0));
    }
    let mut digits = Results::new();
    for &decimal in decimals.get() {
        digits.push(S::digits(decimal));
    }
    write_digits(stages, batch.into(), &digits)
}

/// Appends floats whose digits are known.
#[inline(always)]
fn write_digits<F: Float, S: Stages<F>>(
    stages: S,
    mut part: Part<'_, [F], Separator>,
    digits: &Results<S::Digits>,
) -> *mut u8 {
    let floats = part.floats();
    let mut writing = part.begin();
    for (digits, &float) in digits.get().iter().zip(floats) {
        let end = stages.write_digits(writing.room(), digits, float);
        // SAFETY: `write_digits` has written the float's digits, or those of a number of the same type.
        unsafe { writing.wrote(end) };
    }
    writing.end()
}

/// The results of a stage for some floats, a batch at most.
struct Results<T> {
    /// The first so many are written; all, where it is more.
    len: usize,
    results: [MaybeUninit<T>; BATCH],
}

impl<T: Copy> Results<T> {
    #[inline(always)]
    fn new() -> Self {
        Self { len: 0, results: [const { MaybeUninit::uninit() }; BATCH] }
    }

    #[inline(always)]
    fn push(&mut self, result: T) {
        // Masked rather than checked: less than a branch, and never needed.
        self.results[self.len % BATCH].write(result);
        self.len += 1;
    }

    #[inline(always)]
    fn get(&self) -> &[T] {
        let results = &raw const self.results[..self.len.min(BATCH)];
        // SAFETY: the first `self.len.min(BATCH)` are written: `push` writes one at `len` each time that it counts.
        unsafe { &*(results as *const [T]) }
    }
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
