//! Strings into a sink, escaped: the kernels of each backend, and growth where they find no room.

#[cfg(target_arch = "aarch64")]
use core::arch::aarch64::uint8x16_t;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use core::arch::wasm32::v128;
#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::__m128i;

use super::indenting::{LONG, write_in_place};
use super::{Sink, StringWriter};
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::kernels::string::avx512::{self, Dirty as Dirty512};
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::kernels::string::put_escaped;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::kernels::string::x86::{self, End, Wide};
use crate::kernels::string::{Dirty, MAX_ESCAPE_LEN, Stopped, Vector, copy_clean, swar::Eight, write_escapes};

/// The rest of a text, as the kernels say where they stopped.
#[inline(always)]
fn rest(text: *const u8, len: usize) -> *const [u8] {
    core::ptr::slice_from_raw_parts(text, len)
}

/// Writes the rest of a text, which begins with an escape: `(position, sink, text, room_after, before)`. So many bytes of
/// the text stand in front of it.
type EscapeWriter = unsafe fn(*mut u8, &mut Sink, *const [u8], usize, usize) -> *mut u8;

/// The body of a backend's writer. `escape_one` writes the rest of a text where one escape seems to stand alone.
///
/// # Safety
/// That of [`StringWriter`], and the CPU has the vector's instructions.
#[inline(always)]
unsafe fn write<V: Vector>(
    position: *mut u8,
    sink: &mut Sink,
    text: *const [u8],
    room_after: usize,
    again: StringWriter,
    escape_one: EscapeWriter,
    escape: EscapeWriter,
) -> *mut u8 {
    if sink.room(position) < text.len() + room_after {
        // SAFETY: the contract is `StringWriter`'s; `again` is a writer of the same backend.
        return unsafe { grow(position, sink, text, room_after, again) };
    }
    // SAFETY: the text and `room_after` are reserved.
    match unsafe { copy_clean::<V>(position, text.cast(), text.len()) } {
        Ok(end) => end,
        Err(Dirty { clean, is_alone }) => {
            let rest = rest(text.cast::<u8>().wrapping_add(clean), text.len() - clean);
            let escape = if is_alone { escape_one } else { escape };
            // SAFETY: the rest of the text, with room for it and `room_after` still reserved.
            unsafe { escape(position.wrapping_add(clean), sink, rest, room_after, clean) }
        }
    }
}

/// Makes room for the text, then writes it by `again`. Called at the writer's end: one that had to
/// go on after a call would save five registers for each string.
///
/// # Safety
/// That of [`StringWriter`], and that of `again`.
#[cold]
#[inline(never)]
unsafe fn grow(
    position: *mut u8,
    sink: &mut Sink,
    text: *const [u8],
    room_after: usize,
    again: StringWriter,
) -> *mut u8 {
    // SAFETY: `position` is the sink's.
    let position = unsafe { sink.grow(position, text.len() + room_after) };
    // SAFETY: room has been made, and `again` has the contract of `StringWriter` and of its CPU.
    unsafe { again(position, sink, text, room_after) }
}

/// Writes a text with escapes by a kernel that stops where it wants `growth` bytes beside the text, and has more room made
/// each time.
///
/// # Safety
/// `position` is the sink's, and so is each at which the kernel stops.
#[inline(always)]
unsafe fn escape(
    mut position: *mut u8,
    sink: &mut Sink,
    text: *const [u8],
    room_after: usize,
    growth: usize,
    kernel: impl Fn(*mut u8, *mut u8, *const u8, usize, usize) -> Result<*mut u8, Stopped>,
) -> *mut u8 {
    let (mut text, mut len) = (text.cast(), text.len());
    loop {
        match kernel(position, sink.limit, text, len, room_after) {
            Ok(end) => return end,
            Err(stopped) => {
                Stopped { position, text, len } = stopped;
                // SAFETY: the kernel stopped at a position of this sink's, by contract.
                position = unsafe { sink.grow(position, len + growth + room_after) };
            }
        }
    }
}

/// The cold function of a backend whose kernels are those of vectors.
macro_rules! escapes {
    ($(#[$attribute:meta])* $escape:ident: $V:ty) => {
        #[cold]
        #[inline(never)]
        $(#[$attribute])*
        unsafe fn $escape(
            position: *mut u8,
            sink: &mut Sink,
            text: *const [u8],
            room_after: usize,
            _before: usize,
        ) -> *mut u8 {
            // SAFETY: the sink can be written up to its limit and the slack behind it (invariant 1). A text that comes
            // here is not empty.
            let kernel = |position, limit, text, len, room_after| unsafe { write_escapes::<$V>(position, limit, text, len, room_after) };
            // SAFETY: the position is the sink's by contract, and so is each at which the kernel stops.
            unsafe { escape(position, sink, text, room_after, MAX_ESCAPE_LEN - 1, kernel) }
        }
    };
}

/// A backend's writer in calls that indent.
macro_rules! indenting {
    ($(#[$attribute:meta])* $indenting:ident: $write:ident) => {
        /// See [`StringWriter`].
        ///
        /// # Safety
        /// As the writer of the same backend.
        $(#[$attribute])*
        pub(super) unsafe fn $indenting(position: *mut u8, sink: &mut Sink, text: *const [u8], room_after: usize) -> *mut u8 {
            if text.len() >= LONG {
                // SAFETY: the contract is that of both writers of this backend.
                return unsafe { write_in_place(position, sink, text, room_after, $write) };
            }
            // SAFETY: the contract is that of the writer of the same backend.
            unsafe { $write(position, sink, text, room_after) }
        }
    };
}

indenting! { indenting_swar: write_swar }
indenting! { #[cfg(target_arch = "x86_64")] indenting_sse2: write_sse2 }
indenting! { #[cfg(target_arch = "aarch64")] indenting_neon: write_neon }
indenting! {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    indenting_simd128: write_simd128
}
indenting! {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    indenting_avx2: write_avx2
}
indenting! {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    indenting_avx512: write_avx512
}

/// For every CPU: see [`StringWriter`].
pub(super) unsafe fn write_swar(position: *mut u8, sink: &mut Sink, text: *const [u8], room_after: usize) -> *mut u8 {
    // SAFETY: the contract is `StringWriter`'s; every CPU has integers.
    unsafe { write::<Eight>(position, sink, text, room_after, write_swar, write_escapes_swar, write_escapes_swar) }
}

escapes! { write_escapes_swar: Eight }

/// For every x86-64: see [`StringWriter`].
#[cfg(target_arch = "x86_64")]
pub(super) unsafe fn write_sse2(position: *mut u8, sink: &mut Sink, text: *const [u8], room_after: usize) -> *mut u8 {
    // SAFETY: the contract is `StringWriter`'s; every x86-64 has SSE2.
    unsafe { write::<__m128i>(position, sink, text, room_after, write_sse2, write_escapes_sse2, write_escapes_sse2) }
}

#[cfg(target_arch = "x86_64")]
escapes! { write_escapes_sse2: __m128i }

/// For every aarch64: see [`StringWriter`].
#[cfg(target_arch = "aarch64")]
pub(super) unsafe fn write_neon(position: *mut u8, sink: &mut Sink, text: *const [u8], room_after: usize) -> *mut u8 {
    // SAFETY: the contract is `StringWriter`'s; every aarch64 has NEON.
    unsafe { write::<uint8x16_t>(position, sink, text, room_after, write_neon, write_escapes_neon, write_escapes_neon) }
}

#[cfg(target_arch = "aarch64")]
escapes! { write_escapes_neon: uint8x16_t }

/// For WebAssembly with vectors: see [`StringWriter`].
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(super) unsafe fn write_simd128(
    position: *mut u8,
    sink: &mut Sink,
    text: *const [u8],
    room_after: usize,
) -> *mut u8 {
    // SAFETY: the contract is `StringWriter`'s; the module was compiled for SIMD128, which it says to whoever loads it.
    unsafe {
        write::<v128>(position, sink, text, room_after, write_simd128, write_escapes_simd128, write_escapes_simd128)
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
escapes! { write_escapes_simd128: v128 }

/// See [`StringWriter`].
///
/// # Safety
/// And the CPU has what [`Backend::Avx2`](crate::kernels::cpu::Backend) asks for.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx2")]
pub(super) unsafe fn write_avx2(position: *mut u8, sink: &mut Sink, text: *const [u8], room_after: usize) -> *mut u8 {
    if text.len() < Wide::LANES {
        // SAFETY: the contract is `StringWriter`'s, and AVX2 includes SSE2.
        return unsafe {
            write::<__m128i>(position, sink, text, room_after, write_avx2, write_one_escape_avx2, write_escapes_avx2)
        };
    }
    // SAFETY: the contract is `StringWriter`'s, and the CPU has AVX2.
    unsafe { write::<Wide>(position, sink, text, room_after, write_avx2, write_one_escape_avx2, write_escapes_avx2) }
}

/// A text of which the first byte is an escape, and others near it are not.
///
/// # Safety
/// That of [`write_avx2`], with room for the text and `room_after`, and that of [`EscapeWriter`].
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[cold]
#[inline(never)]
#[target_feature(enable = "avx2")]
unsafe fn write_one_escape_avx2(
    position: *mut u8,
    sink: &mut Sink,
    text: *const [u8],
    room_after: usize,
    before: usize,
) -> *mut u8 {
    // As much room as the other writer asks for, and this one goes on afterwards. So a call that measures asks for what
    // any other does.
    if sink.room(position) < text.len() + x86::MAX_GROWTH + room_after {
        // SAFETY: the contract is `StringWriter`'s; `write_one_escape_avx2` is of the same backend.
        return unsafe { grow_escapes(position, sink, text, room_after, before, write_one_escape_avx2) };
    }
    let (text, len) = (text.cast::<u8>(), text.len() - 1);
    // SAFETY: a text that comes here is not empty.
    let byte = unsafe { text.read() };
    // SAFETY: there is room for the escape, and slack.
    let position = unsafe { put_escaped(position, byte) };
    let text = text.wrapping_add(1);
    let copied = if len < Wide::LANES {
        // SAFETY: there is room for the rest.
        unsafe { copy_clean::<__m128i>(position, text, len) }
    } else {
        // SAFETY: there is room for `len` bytes, and as many can be read; the CPU has AVX2.
        unsafe { copy_clean::<Wide>(position, text, len) }
    };
    match copied {
        Ok(end) => end,
        Err(Dirty { clean, .. }) => {
            let rest = rest(text.wrapping_add(clean), len - clean);
            // SAFETY: the rest of the text, with as much room as it asks for.
            unsafe { write_escapes_avx2(position.wrapping_add(clean), sink, rest, room_after, before + 1 + clean) }
        }
    }
}

/// A text in which escapes are likely.
///
/// # Safety
/// That of [`write_avx2`], with room for the text and `room_after`, and that of [`EscapeWriter`].
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[cold]
#[inline(never)]
#[target_feature(enable = "avx2,bmi1,lzcnt,popcnt")]
unsafe fn write_escapes_avx2(
    position: *mut u8,
    sink: &mut Sink,
    text: *const [u8],
    room_after: usize,
    before: usize,
) -> *mut u8 {
    // SAFETY: the sink can be written up to its limit and the slack behind it (invariant 1), which is at least the
    // text and `room_after`. A text that comes here is not empty.
    match unsafe { x86::write_escapes_avx2(position, sink.limit, text.cast(), text.len(), room_after, before) } {
        End::Whole(end) => end,
        // At the end, so that no register is saved for what follows.
        // SAFETY: the rest of the text.
        End::NoRoom(Stopped { position, text, len }) => unsafe {
            grow_escapes(position, sink, rest(text, len), room_after, 0, write_escapes_avx2)
        },
        // SAFETY: the rest of the text.
        End::Rest(Stopped { position, text, len }) => unsafe {
            write_avx2(position, sink, rest(text, len), room_after)
        },
    }
}

/// Makes room for escapes, too, then writes the text by `again`.
///
/// # Safety
/// That of [`StringWriter`], and that of `again`.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[cold]
#[inline(never)]
unsafe fn grow_escapes(
    position: *mut u8,
    sink: &mut Sink,
    text: *const [u8],
    room_after: usize,
    before: usize,
    again: EscapeWriter,
) -> *mut u8 {
    // SAFETY: `position` is the sink's.
    let position = unsafe { sink.grow(position, text.len() + x86::MAX_GROWTH + room_after) };
    // SAFETY: the contract of `again` is this function's; more room has been made than the text needs.
    unsafe { again(position, sink, text, room_after, before) }
}

/// See [`StringWriter`].
///
/// # Safety
/// And the CPU has what [`Backend::Avx512`](crate::kernels::cpu::Backend) asks for.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt")]
pub(super) unsafe fn write_avx512(position: *mut u8, sink: &mut Sink, text: *const [u8], room_after: usize) -> *mut u8 {
    let end = position.wrapping_add(text.len());
    if !sink.has_room(end, room_after) {
        // SAFETY: the contract is `StringWriter`'s; `write_avx512` is of the same backend.
        return unsafe { grow(position, sink, text, room_after, write_avx512) };
    }
    if text.len() <= avx512::HALF {
        // SAFETY: a store of 32 bytes where the text is reserved (invariants 1 and 2).
        let escapes = unsafe { avx512::copy_short(position, text.cast(), text.len()) };
        if escapes == 0 {
            return end;
        }
        let block = Stopped { position, text: text.cast(), len: text.len() };
        // SAFETY: the contract is `StringWriter`'s; the text and `room_after` are reserved.
        return unsafe { escape_avx512(sink, Dirty512 { block, escapes: u64::from(escapes) }, room_after) };
    }
    // SAFETY: the contract is `StringWriter`'s; there is room for the text.
    unsafe { write_long_avx512(position, sink, text, room_after) }
}

/// A text of more than 32 bytes, for which there is room. A function of its own so that the short
/// ones' end is not merged with this one's: that cost each of them a jump.
///
/// # Safety
/// That of [`write_avx512`].
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt")]
unsafe fn write_long_avx512(position: *mut u8, sink: &mut Sink, text: *const [u8], room_after: usize) -> *mut u8 {
    // SAFETY: the text is reserved, and behind it is slack (invariants 1 and 2).
    match unsafe { avx512::copy_long(position, text.cast(), text.len()) } {
        Ok(end) => end,
        // SAFETY: the rest of the text, for which there is room as before.
        Err(dirty) => unsafe { escape_avx512(sink, dirty, room_after) },
    }
}

/// Goes on with a block that has escapes, as suits the number of them. Its call is the end of the caller, too.
///
/// # Safety
/// That of [`write_avx512`]; the block begins the rest of the text, for which there is room, and is copied.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[inline(always)]
unsafe fn escape_avx512(sink: &mut Sink, Dirty512 { block, escapes }: Dirty512, room_after: usize) -> *mut u8 {
    let Stopped { position, text, len } = block;
    if escapes & escapes.wrapping_sub(1) != 0 {
        // From the block's start: the place of its first escape would be waited for.
        // SAFETY: the rest of the text, with room for it and `room_after`.
        return unsafe { write_escapes_avx512(position, sink, rest(text, len), room_after, 0) };
    }
    let clean = escapes.trailing_zeros() as usize;
    let rest = rest(text.wrapping_add(clean), len - clean);
    // SAFETY: the rest of the text, with room for it and `room_after` still reserved.
    unsafe { write_one_escape_avx512(position.wrapping_add(clean), sink, rest, room_after, 0) }
}

/// A text of which the first byte is an escape, and others near it are not.
///
/// # Safety
/// That of [`write_avx512`], with room for the text and `room_after`, and that of [`EscapeWriter`].
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt")]
unsafe fn write_one_escape_avx512(
    position: *mut u8,
    sink: &mut Sink,
    text: *const [u8],
    room_after: usize,
    _before: usize,
) -> *mut u8 {
    // As in `write_one_escape_avx2`: and this one goes on.
    if sink.room(position) < text.len() + avx512::MAX_GROWTH + room_after {
        // SAFETY: the contract is `StringWriter`'s; `write_one_escape_avx512` is of the same backend.
        return unsafe { grow_escapes(position, sink, text, room_after, 0, write_one_escape_avx512) };
    }
    let (text, len) = (text.cast::<u8>(), text.len() - 1);
    // SAFETY: a text that comes here is not empty.
    let byte = unsafe { text.read() };
    // SAFETY: there is room for the escape, and slack.
    let position = unsafe { put_escaped(position, byte) };
    let text = text.wrapping_add(1);
    if len > avx512::HALF {
        // SAFETY: there is room for the rest.
        return unsafe { write_long_avx512(position, sink, rest(text, len), room_after) };
    }
    // SAFETY: a store of 32 bytes where the rest has room, and slack.
    let escapes = unsafe { avx512::copy_short(position, text, len) };
    if escapes == 0 {
        return position.wrapping_add(len);
    }
    let block = Stopped { position, text, len };
    // SAFETY: the rest of the text, for which there is room.
    unsafe { escape_avx512(sink, Dirty512 { block, escapes: u64::from(escapes) }, room_after) }
}

/// A text in which escapes are likely.
///
/// # Safety
/// That of [`write_avx512`], with room for the text and `room_after`, and that of [`EscapeWriter`].
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt")]
unsafe fn write_escapes_avx512(
    position: *mut u8,
    sink: &mut Sink,
    text: *const [u8],
    room_after: usize,
    _before: usize,
) -> *mut u8 {
    // SAFETY: the sink can be written up to its limit and the slack behind it (invariant 1). A text that comes here is
    // not empty.
    match unsafe { avx512::write_escapes(position, sink.limit, text.cast(), text.len(), room_after) } {
        End::Whole(end) => end,
        // At the end, so that no register is saved for what follows.
        // SAFETY: the rest of the text.
        End::NoRoom(Stopped { position, text, len }) => unsafe {
            grow_escapes(position, sink, rest(text, len), room_after, 0, write_escapes_avx512)
        },
        // SAFETY: the rest of the text, and a CPU with AVX-512 has AVX2.
        End::Rest(Stopped { position, text, len }) => unsafe {
            write_escapes_avx2(position, sink, rest(text, len), room_after, 0)
        },
    }
}
