//! Levels: what a writer's code is compiled for.
//!
//! A writer is generic over its level, and a level is a type without data, so that whatever differs
//! between levels is decided when the writer is compiled. [`Table`] reaches the kernels (escaping,
//! numbers) through a table that the top-level call put into the sink: one body per writer,
//! whatever the CPU has. With the feature `two-levels`, [`Avx512`] calls those of AVX-512 directly:
//! a second body, 3 to 13 % faster.

#[cfg(all(feature = "two-levels", target_arch = "x86_64"))]
use super::tables;
use super::{Kernels, Sink};

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Table {}
    #[cfg(all(feature = "two-levels", target_arch = "x86_64"))]
    impl Sealed for super::Avx512 {}
}

/// The target that a writer is compiled for; implemented by the runtime alone.
///
/// A hand-written [`write_value`](crate::ZeroAllocJson::write_value) passes it on and needs to
/// know nothing of it.
pub trait Level: Copy + sealed::Sealed + 'static {
    /// The kernels, where they are known when the writer is compiled. (By value: a table would be
    /// another crate's, and the compiler would not look into it.)
    #[doc(hidden)]
    const KERNELS: Option<Kernels> = None;

    /// Appends the text of a string, escaped, without its quotes.
    ///
    /// # Safety
    /// `position` is `sink`'s and has room for `room_after`; afterwards it has again.
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn string(position: *mut u8, sink: &mut Sink, text: &str, room_after: usize) -> *mut u8 {
        let kernel = kernels::<Self>(sink).string;
        // SAFETY: the kernel's contract is this method's; the CPU can run it: the table holds no
        // others, and `KERNELS` are those of a level in use.
        unsafe { kernel(position, sink, text.as_ptr(), text.len(), room_after) }
    }

    /// Appends an integer.
    ///
    /// # Safety
    /// `position` is a sink's and has room for [`integer::MAX_U64_DIGITS`].
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn u64(position: *mut u8, sink: &Sink, value: u64) -> *mut u8 {
        // SAFETY: as this method's; the CPU can run it, as above.
        unsafe { (kernels::<Self>(sink).integer)(position, value) }
    }

    /// Appends an integer.
    ///
    /// # Safety
    /// As [`Level::u64`].
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn i64(position: *mut u8, sink: &Sink, value: i64) -> *mut u8 {
        // SAFETY: reserved. Overwritten by the first digit where there is no sign.
        unsafe { position.write(b'-') };
        let position = position.wrapping_add(usize::from(value < 0));
        // SAFETY: as this method's: a sign and 19 digits are no more than 20.
        unsafe { Self::u64(position, sink, value.unsigned_abs()) }
    }

    /// Appends a float, or `null`.
    ///
    /// # Safety
    /// `position` is a sink's and has room for the longest text.
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn f64(position: *mut u8, sink: &Sink, value: f64) -> *mut u8 {
        // SAFETY: as this method's; the CPU can run it, as above.
        unsafe { (kernels::<Self>(sink).f64)(position, value.to_bits()) }
    }

    /// Appends a float, or `null`.
    ///
    /// # Safety
    /// `position` is a sink's and has room for [`f32::MAX_LEN`].
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn f32(position: *mut u8, sink: &Sink, value: f32) -> *mut u8 {
        // SAFETY: as this method's; the CPU can run it, as above.
        unsafe { (kernels::<Self>(sink).f32)(position, value.to_bits()) }
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn kernels<L: Level>(sink: &Sink) -> Kernels {
    L::KERNELS.unwrap_or(*sink.kernels)
}

/// Writes through the kernels that the sink names.
#[derive(Clone, Copy, Debug)]
pub enum Table {}

/// Writes through the kernels of AVX-512. Cursors of this level are made only where the CPU has it.
#[cfg(all(feature = "two-levels", target_arch = "x86_64"))]
#[derive(Clone, Copy, Debug)]
pub enum Avx512 {}

impl Level for Table {}

#[cfg(all(feature = "two-levels", target_arch = "x86_64"))]
impl Level for Avx512 {
    const KERNELS: Option<Kernels> = Some(tables::AVX512_KERNELS);
}
