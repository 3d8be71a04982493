//! Strings by AVX2. An escape that seems to stand alone is written at once, and copying goes on behind it.

use crate::kernels::lanes::room_for;
use crate::kernels::string::x86::{self, Avx2, End, Sse2, Why};
use crate::kernels::string::{Dirty, copy_clean, put_escaped};
use crate::sink::indenting::{LONG, write_in_place};
use crate::sink::{RoomAfter, Spot};

/// The length from which on a text has a block of AVX2's.
const WIDE: usize = 32;

/// See [`StringWriter`](crate::sink::StringWriter).
#[target_feature(enable = "avx2,bmi1,lzcnt,popcnt")]
pub(in crate::sink) fn write_avx2(spot: Spot<'_>, text: &[u8], room_after: RoomAfter) -> *mut u8 {
    let grow = |spot: Spot<'_>| grow_avx2(spot, text, room_after);
    let escape = |spot: Spot<'_>, from, is_alone| {
        if is_alone {
            write_one_escape_avx2(spot, text, room_after, from)
        } else {
            // SAFETY: `write` has found room for the text, of which this is the rest.
            unsafe { write_escapes_avx2(spot, text, room_after, from) }
        }
    };
    if text.len() < WIDE {
        return super::write(Sse2::new(), spot, text, room_after, grow, escape);
    }
    super::write(Avx2::new(), spot, text, room_after, grow, escape)
}

super::growing! {
    #[target_feature(enable = "avx2,bmi1,lzcnt,popcnt")]
    grow_avx2 indenting_avx2: write_avx2
}

/// The rest of a text, from a byte on that is an escape while others near it are not.
#[cold]
#[inline(never)]
#[target_feature(enable = "avx2,bmi1,lzcnt,popcnt")]
fn write_one_escape_avx2(mut spot: Spot<'_>, text: &[u8], room_after: RoomAfter, from: usize) -> *mut u8 {
    let rest = &text[from..];
    // As much room as the other writer asks for, and this one goes on afterwards. So a call that measures asks for what
    // any other does.
    if spot.room() < rest.len() + x86::MAX_GROWTH + room_after.get() {
        return grow_one_escape_avx2(spot, text, room_after, from);
    }
    let Some((&byte, rest)) = rest.split_first() else { return spot.position };
    let position = put_escaped(spot.slack(), byte);
    // SAFETY: there is room for the rest, too, by the comparison with `MAX_GROWTH` (invariant 1).
    let to = unsafe { room_for(rest, position) };
    let copied = if rest.len() < WIDE { copy_clean(Sse2::new(), to, rest) } else { copy_clean(Avx2::new(), to, rest) };
    match copied {
        Ok(()) => position.wrapping_add(rest.len()),
        Err(Dirty { clean, .. }) => {
            // SAFETY: `put_escaped` and `copy_clean` have written all before this position (invariant 3).
            let spot = unsafe { spot.at(position.wrapping_add(clean)) };
            // SAFETY: there was room for the rest, too, by the comparison with `MAX_GROWTH`.
            unsafe { write_escapes_avx2(spot, text, room_after, from + 1 + clean) }
        }
    }
}

/// The rest of a text in which escapes are likely.
///
/// # Safety
/// There is room for the rest.
#[cold]
#[inline(never)]
#[target_feature(enable = "avx2,bmi1,lzcnt,popcnt")]
pub(super) unsafe fn write_escapes_avx2(spot: Spot<'_>, text: &[u8], room_after: RoomAfter, from: usize) -> *mut u8 {
    // SAFETY: from its position up to its sink's limit a spot can be written, and the slack behind it (invariant 1). By
    // contract that is enough for the rest.
    let end = unsafe { x86::write_escapes_avx2(spot.position, spot.sink.limit, text, from, room_after.get()) };
    let End { position, rest, why } = end;
    // SAFETY: the kernel has written all before the position at which it ended (invariant 3).
    let spot = unsafe { spot.at(position) };
    // At the end, so that no register is saved for what follows.
    match why {
        Why::Whole => position,
        Why::NoRoom => grow_escapes_avx2(spot, text, room_after, text.len() - rest.len()),
        Why::Rest => write_avx2(spot, rest, room_after),
    }
}

#[cold]
#[inline(never)]
#[target_feature(enable = "avx2,bmi1,lzcnt,popcnt")]
fn grow_one_escape_avx2(spot: Spot<'_>, text: &[u8], room_after: RoomAfter, from: usize) -> *mut u8 {
    let spot = spot.grown(text[from..].len() + x86::MAX_GROWTH + room_after.get());
    write_one_escape_avx2(spot, text, room_after, from)
}

#[cold]
#[inline(never)]
#[target_feature(enable = "avx2,bmi1,lzcnt,popcnt")]
fn grow_escapes_avx2(spot: Spot<'_>, text: &[u8], room_after: RoomAfter, from: usize) -> *mut u8 {
    let spot = spot.grown(text[from..].len() + x86::MAX_GROWTH + room_after.get());
    // SAFETY: `grown` has made room for the rest.
    unsafe { write_escapes_avx2(spot, text, room_after, from) }
}
