//! Levels: what a writer's code is compiled for.
//!
//! A writer is generic over its level, and a level is a type without data, so that whatever differs
//! between levels is decided when the writer is compiled. [`Table`] reaches the kernels (escaping,
//! numbers) through a table that the top-level call put into the sink: one body per writer,
//! whatever the CPU has. [`Measure`] writes nothing and counts.

use crate::kernel::float::Float as _;
use crate::kernel::integer;
use crate::sink::Sink;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Table {}
    impl Sealed for super::Measure {}
}

/// What a writer is compiled for; implemented by the runtime alone.
///
/// A hand-written [`write_value`](crate::ZeroAllocJson::write_value) passes it on and needs to
/// know nothing of it.
pub trait Level: Copy + sealed::Sealed + 'static {
    /// Whether positions are counts (invariant 4 of the sink).
    #[doc(hidden)]
    const MEASURE: bool;

    /// Appends the text of a string, escaped, without its quotes.
    ///
    /// # Safety
    /// `position` is `sink`'s and has room for `keep`; afterwards it has again.
    #[doc(hidden)]
    unsafe fn string(position: *mut u8, sink: &mut Sink, text: &str, keep: usize) -> *mut u8;

    /// Appends an integer.
    ///
    /// # Safety
    /// `position` is a sink's and has room for [`integer::MAX_U64_DIGITS`].
    #[doc(hidden)]
    unsafe fn u64(position: *mut u8, sink: &Sink, value: u64) -> *mut u8;

    /// Appends an integer.
    ///
    /// # Safety
    /// As [`Level::u64`].
    #[doc(hidden)]
    unsafe fn i64(position: *mut u8, sink: &Sink, value: i64) -> *mut u8;

    /// Appends a float, or `null`.
    ///
    /// # Safety
    /// `position` is a sink's and has room for the longest text.
    #[doc(hidden)]
    unsafe fn f64(position: *mut u8, sink: &Sink, value: f64) -> *mut u8;

    /// Appends a float, or `null`.
    ///
    /// # Safety
    /// `position` is a sink's and has room for [`f32::MAX_LEN`].
    #[doc(hidden)]
    unsafe fn f32(position: *mut u8, sink: &Sink, value: f32) -> *mut u8;
}

/// Writes through the kernels that the sink names.
#[derive(Clone, Copy, Debug)]
pub enum Table {}

/// Counts the bytes instead of writing them, as if no string needed an escape.
#[derive(Clone, Copy, Debug)]
pub enum Measure {}

impl Level for Table {
    const MEASURE: bool = false;

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn string(position: *mut u8, sink: &mut Sink, text: &str, keep: usize) -> *mut u8 {
        let kernel = sink.kernels.string;
        // SAFETY: the kernel's contract is this method's; the table holds only kernels that the
        // CPU can run.
        unsafe { kernel(position, sink, text.as_ptr(), text.len(), keep) }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn u64(position: *mut u8, sink: &Sink, value: u64) -> *mut u8 {
        // SAFETY: as this method's; the table holds only kernels that the CPU can run.
        unsafe { (sink.kernels.integer)(position, value) }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn i64(position: *mut u8, sink: &Sink, value: i64) -> *mut u8 {
        // SAFETY: reserved. Overwritten by the first digit where there is no sign.
        unsafe { position.write(b'-') };
        let position = position.wrapping_add(usize::from(value < 0));
        // SAFETY: as this method's: a sign and 19 digits are no more than 20.
        unsafe { Self::u64(position, sink, value.unsigned_abs()) }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn f64(position: *mut u8, sink: &Sink, value: f64) -> *mut u8 {
        // SAFETY: as this method's; the table holds only kernels that the CPU can run.
        unsafe { (sink.kernels.f64)(position, value) }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn f32(position: *mut u8, sink: &Sink, value: f32) -> *mut u8 {
        // SAFETY: as this method's; the table holds only kernels that the CPU can run.
        unsafe { (sink.kernels.f32)(position, value) }
    }
}

impl Level for Measure {
    const MEASURE: bool = true;

    #[inline]
    unsafe fn string(position: *mut u8, sink: &mut Sink, text: &str, keep: usize) -> *mut u8 {
        // SAFETY: `position` is the sink's.
        let position = unsafe { sink.reserve::<Self>(position, text.len().saturating_add(keep)) };
        position.wrapping_add(text.len())
    }

    #[inline]
    unsafe fn u64(position: *mut u8, _: &Sink, value: u64) -> *mut u8 {
        position.wrapping_add(integer::digits(value))
    }

    #[inline]
    unsafe fn i64(position: *mut u8, _: &Sink, value: i64) -> *mut u8 {
        position.wrapping_add(integer::digits(value.unsigned_abs()) + usize::from(value < 0))
    }

    #[inline]
    unsafe fn f64(position: *mut u8, _: &Sink, _: f64) -> *mut u8 {
        position.wrapping_add(f64::MAX_LEN)
    }

    #[inline]
    unsafe fn f32(position: *mut u8, _: &Sink, _: f32) -> *mut u8 {
        position.wrapping_add(f32::MAX_LEN)
    }
}
