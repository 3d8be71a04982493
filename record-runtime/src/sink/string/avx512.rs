//! Strings by AVX-512. A text in which a control character has no short escape is left to AVX2 from there on.

use super::avx2::write_escapes_avx2;
use crate::kernels::string::avx512::{self, Dirty, HALF, MAX_GROWTH};
use crate::kernels::string::put_escaped;
use crate::kernels::string::x86::{End, Why};
use crate::sink::indenting::{LONG, write_in_place};
use crate::sink::{RoomAfter, Spot};

/// See [`StringWriter`](crate::sink::StringWriter).
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
pub(in crate::sink) fn write_avx512(mut spot: Spot<'_>, text: &[u8], room_after: RoomAfter) -> *mut u8 {
    let end = spot.position.wrapping_add(text.len());
    if !spot.sink.has_room(end, room_after.get()) {
        return grow_avx512(spot, text, room_after);
    }
    if text.len() <= HALF {
        let escapes = avx512::copy_short(spot.slack().first(), text);
        if escapes == 0 {
            return end;
        }
        // SAFETY: `copy_short` has copied the text, which is one block, and these are the bits.
        return unsafe { escape_avx512(spot, text, u64::from(escapes), room_after) };
    }
    // SAFETY: there is room for the text, as `has_room` said.
    unsafe { write_long_avx512(spot, text, room_after) }
}

super::growing! {
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
    grow_avx512 indenting_avx512: write_avx512
}

/// A text of more than 32 bytes. A function of its own so that the short ones' end is not merged with this one's: that cost
/// each of them a jump.
///
/// # Safety
/// There is room for the text.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
unsafe fn write_long_avx512(spot: Spot<'_>, text: &[u8], room_after: RoomAfter) -> *mut u8 {
    // SAFETY: by contract there is room for the text, and behind it is slack (invariant 1).
    match unsafe { avx512::copy_long(spot.position, text) } {
        Ok(end) => end,
        Err(Dirty { position, text, escapes }) => {
            // SAFETY: `copy_long` has written all before the position of its block (invariant 3).
            let spot = unsafe { spot.at(position) };
            // SAFETY: `copy_long` has copied the block that begins this rest, and these are the bits.
            unsafe { escape_avx512(spot, text, escapes, room_after) }
        }
    }
}

/// Goes on with a block that has escapes, as suits the number of them. Its call is the end of the caller, too.
///
/// # Safety
/// The first block of the text is copied, and `escapes` has a bit for each byte of it that needs an escape.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
unsafe fn escape_avx512(spot: Spot<'_>, text: &[u8], escapes: u64, room_after: RoomAfter) -> *mut u8 {
    if escapes & escapes.wrapping_sub(1) != 0 {
        // From the block's start: the place of its first escape would be waited for.
        return write_escapes_avx512(spot, text, room_after);
    }
    let clean = escapes.trailing_zeros() as usize;
    let position = spot.position.wrapping_add(clean);
    // SAFETY: by contract all of the block is copied, which is more than what is in front of the escape (invariant 3).
    write_one_escape_avx512(unsafe { spot.at(position) }, &text[clean..], room_after)
}

/// A text of which the first byte is an escape, and others near it are not.
#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn write_one_escape_avx512(mut spot: Spot<'_>, text: &[u8], room_after: RoomAfter) -> *mut u8 {
    // As in `write_one_escape_avx2`: and this one goes on.
    if spot.room() < text.len() + MAX_GROWTH + room_after.get() {
        return grow_one_escape_avx512(spot, text, room_after);
    }
    let Some((&byte, rest)) = text.split_first() else { return spot.position };
    let position = put_escaped(spot.slack(), byte);
    // SAFETY: `put_escaped` has written all before this position (invariant 3), for which there is room by the comparison with
    // `MAX_GROWTH`.
    let mut spot = unsafe { spot.at(position) };
    if rest.len() > HALF {
        // SAFETY: there is room for the rest, too, by the comparison with `MAX_GROWTH`.
        return unsafe { write_long_avx512(spot, rest, room_after) };
    }
    let escapes = avx512::copy_short(spot.slack().first(), rest);
    if escapes == 0 {
        return position.wrapping_add(rest.len());
    }
    // SAFETY: `copy_short` has copied the text, which is one block, and these are the bits.
    unsafe { escape_avx512(spot, rest, u64::from(escapes), room_after) }
}

/// A text in which escapes are likely.
#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn write_escapes_avx512(spot: Spot<'_>, text: &[u8], room_after: RoomAfter) -> *mut u8 {
    // SAFETY: from its position up to its sink's limit a spot can be written, and the slack behind it (invariant 1).
    let end = unsafe { avx512::write_escapes(spot.position, spot.sink.limit, text, room_after.get()) };
    let End { position, rest, why } = end;
    // SAFETY: `write_escapes` has written all before the position at which it ended (invariant 3).
    let spot = unsafe { spot.at(position) };
    // At the end, so that no register is saved for what follows.
    match why {
        Why::Whole => position,
        Why::NoRoom => grow_escapes_avx512(spot, rest, room_after),
        // SAFETY: `write_escapes` ends with a `Rest` behind the comparison that finds room for it.
        Why::Rest => unsafe { write_escapes_avx2(spot, rest, room_after, 0) },
    }
}

#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn grow_one_escape_avx512(spot: Spot<'_>, text: &[u8], room_after: RoomAfter) -> *mut u8 {
    write_one_escape_avx512(spot.grown(text.len() + MAX_GROWTH + room_after.get()), text, room_after)
}

#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn grow_escapes_avx512(spot: Spot<'_>, text: &[u8], room_after: RoomAfter) -> *mut u8 {
    write_escapes_avx512(spot.grown(text.len() + MAX_GROWTH + room_after.get()), text, room_after)
}
