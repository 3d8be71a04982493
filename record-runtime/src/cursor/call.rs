//! Calls: a buffer is lent to a sink, a cursor is made for it, and what was written becomes part of the buffer.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::Cursor;
use crate::kernels::SLACK;
use crate::sink::Kernels;
use crate::sink::call::Call;
use crate::sink::dispatch::{Dispatch, Dynamic};
use crate::sink::error::Error;

/// Appends what `write` writes. On an error or a panic the buffer is as it was.
///
/// Builds without optimisation have this function for each type. For their sake its beginning and end are functions of
/// their own. The closure that writes is `Copy`, so no flag says whether it is still there.
///
/// # Safety
/// The CPU can run the kernels that `D` names.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) unsafe fn append_at<D, F>(buffer: &mut Vec<u8>, kernels: &'static Kernels, write: F) -> Result<(), Error>
where
    D: Dispatch,
    F: for<'s> FnOnce(Cursor<'s, D>) -> Cursor<'s, D> + Copy,
{
    let mut call = Call::new(buffer, kernels);
    let outcome = write_whole(&mut call, write);
    if outcome.is_ok() {
        // There is no error to drop, and nothing to truncate.
        core::mem::forget(call);
    }
    outcome
}

/// The capacity, slack included, with which writing never grows an empty buffer. Writes into one that is not, and leaves
/// the text there: its length tells how large a buffer such calls need.
pub(crate) fn capacity<F>(buffer: &mut Vec<u8>, kernels: &'static Kernels, write: F) -> usize
where
    F: for<'s> FnOnce(Cursor<'s, Dynamic>) -> Cursor<'s, Dynamic>,
{
    let mut call = Call::measuring(buffer, kernels);
    let outcome = write_whole(&mut call, write);
    // Of a value that cannot be written, the part before the error counts.
    let capacity = call.reserved() + SLACK;
    if outcome.is_ok() {
        core::mem::forget(call);
    }
    capacity
}

/// Writes from the call's beginning to its end.
#[cfg_attr(not(debug_assertions), inline(always))]
fn write_whole<D, F>(call: &mut Call<'_>, write: F) -> Result<(), Error>
where
    D: Dispatch,
    F: for<'s> FnOnce(Cursor<'s, D>) -> Cursor<'s, D>,
{
    let (position, sink) = call.begin();
    let Cursor { position, .. } = write(Cursor { position, sink, brand: PhantomData });
    // SAFETY: the cursor that comes back is the call's (invariant 5), and all before it is written (invariant 3).
    unsafe { call.finish(position) }
}
