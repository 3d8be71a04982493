//! Dispatch: how the code of a writer reaches its kernels (escaping, numbers).
//!
//! A writer is generic over its dispatch, a type without data, so that the compiler decides all that depends on it.
//! [`Dynamic`] calls through the table that the top-level call put into the sink: one body for each writer, on every
//! CPU. [`Avx512`] (feature `static-dispatch`) calls the kernels of AVX-512 directly: a second body, 3 to 13 % faster.

#[cfg(all(feature = "static-dispatch", target_arch = "x86_64"))]
use super::tables;
use super::{Kernels, RoomAfter, Sink, Spot, TextsKernel};
use crate::kernels::integer::IntegerRoom;
use crate::kernels::lanes::{Room, Slack, UpTo};

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Dynamic {}
    #[cfg(all(feature = "static-dispatch", target_arch = "x86_64"))]
    impl Sealed for super::Avx512 {}
}

/// How a writer reaches the code that depends on the CPU. The runtime alone implements it.
///
/// A hand-written [`write_value`](crate::ZeroAllocJson::write_value) only passes it on.
pub trait Dispatch: Copy + sealed::Sealed + 'static {
    /// The kernels, where they are known when the writer is compiled. (By value: a table would be
    /// another crate's, and the compiler would not look into it.)
    #[doc(hidden)]
    const KERNELS: Option<Kernels> = None;

    /// Appends the text of a string, escaped, without its quotes.
    ///
    /// # Safety
    /// `position` is `sink`'s. Afterwards it has room for `room_after`.
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn string(position: *mut u8, sink: &mut Sink, text: &str, room_after: usize) -> *mut u8 {
        let kernel = kernels::<Self>(sink).string;
        // SAFETY: by contract the position is the sink's (invariant 5).
        let spot = unsafe { Spot::new(position, sink) };
        // SAFETY: the contract of `StringWriter`: the CPU has the instructions. The table holds no others, and `KERNELS` are
        // those of a dispatch in use.
        unsafe { kernel(spot, text.as_bytes(), RoomAfter::new(room_after)) }
    }

    /// Appends an integer, of at most [`integer::MAX_U64_DIGITS`].
    ///
    /// # Safety
    /// The sink is that of a cursor with this dispatch.
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    unsafe fn u64<const N: usize>(room: Room<'_, N>, sink: &Sink, value: u64) -> *mut u8 {
        // SAFETY: the contract of `IntegerKernel`: the table has only what the CPU can run, and `KERNELS` are those of a dispatch
        // in use.
        unsafe { (kernels::<Self>(sink).integer)(room.after(UpTo::<0>::MOST), value) }
    }

    /// Appends an integer, of as many digits with its sign.
    ///
    /// # Safety
    /// As [`Dispatch::u64`].
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    unsafe fn i64(mut room: Slack<'_>, sink: &Sink, value: i64) -> *mut u8 {
        // A digit overwrites the sign where there is none.
        room.store(*b"-");
        let room: IntegerRoom<'_> = room.after(UpTo::<0>::MOST.plus::<1>(value < 0));
        // SAFETY: the contract is that of `Dispatch::u64`, of the same sink.
        unsafe { Self::u64(room, sink, value.unsigned_abs()) }
    }

    /// Appends a float, or `null`.
    ///
    /// # Safety
    /// As [`Dispatch::u64`].
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    unsafe fn f64(room: Slack<'_>, sink: &Sink, value: f64) -> *mut u8 {
        // SAFETY: the contract of `FloatKernel`: the table has only what the CPU can run, and `KERNELS` are those of a dispatch
        // in use.
        unsafe { (kernels::<Self>(sink).f64)(room, value.to_bits()) }
    }

    /// Appends a float, or `null`.
    ///
    /// # Safety
    /// As [`Dispatch::u64`].
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    unsafe fn f32(room: Slack<'_>, sink: &Sink, value: f32) -> *mut u8 {
        // SAFETY: the contract of `FloatKernel`: the table has only what the CPU can run, and `KERNELS` are those of a dispatch
        // in use.
        unsafe { (kernels::<Self>(sink).f32)(room, value.to_bits()) }
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn kernels<D: Dispatch>(sink: &Sink) -> Kernels {
    D::KERNELS.unwrap_or(*sink.kernels)
}

/// Writes so many of eight floats, each to its place. `None` where the backend has nothing faster than one by one.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn texts<D: Dispatch>(sink: &Sink) -> Option<TextsKernel> {
    kernels::<D>(sink).f64_texts
}

/// Writes through the kernels that the sink names.
#[derive(Clone, Copy, Debug)]
pub enum Dynamic {}

/// Writes through the kernels of AVX-512. Cursors with this dispatch are made only where the CPU has it.
#[cfg(all(feature = "static-dispatch", target_arch = "x86_64"))]
#[derive(Clone, Copy, Debug)]
pub enum Avx512 {}

impl Dispatch for Dynamic {}

#[cfg(all(feature = "static-dispatch", target_arch = "x86_64"))]
impl Dispatch for Avx512 {
    const KERNELS: Option<Kernels> = Some(tables::AVX512_KERNELS);
}
