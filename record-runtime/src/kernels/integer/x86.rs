//! Integers with the byte shuffle that came with SSSE3, in the set of AVX2.

use core::arch::x86_64::{__m128i, _mm_shuffle_epi8};

use super::{E8, IntegerRoom, MAX_U64_DIGITS, len, write_up_to_eight};
use crate::kernels::SLACK;
use crate::kernels::digits::Sixteen;
use crate::kernels::lanes::{Lanes, Room};

pub(super) const E16: u64 = 10_000_000_000_000_000;

const SIXTEEN: usize = 16;

const _: () = assert!(MAX_U64_DIGITS + SIXTEEN <= SLACK);

/// From `n` on: the shuffle that moves lane `n` to the front.
static MOVES: [u8; 2 * SIXTEEN] = {
    let mut moves = [0x80; 2 * SIXTEEN];
    let mut lane = 0_u8;
    while lane < 16 {
        moves[lane as usize] = lane;
        lane += 1;
    }
    moves
};

/// [`write_u64`](super::write_u64), with one branch for all numbers of nine to 16 digits.
#[target_feature(enable = "avx2,bmi1,lzcnt")]
pub(crate) fn write_u64_avx2(mut room: IntegerRoom<'_>, value: u64) -> *mut u8 {
    if value >= E16 {
        let mut room: Room<'_, SIXTEEN> = write_up_to_eight(room, value / E16);
        Sixteen::new(value % E16).store(room.first());
        return room.behind(SIXTEEN);
    }
    if value < E8 {
        // Two thirds of the instructions.
        return write_up_to_eight::<_, 0>(room, value).position();
    }
    let len = len(value).get();
    // Of nine to 16 digits. Masked rather than checked: less than a branch, and never needed.
    let shuffle = MOVES[(SIXTEEN - len) & (SIXTEEN - 1)..].first_chunk().expect("16 of 32 bytes from the 15th on");
    room.store(_mm_shuffle_epi8(Sixteen::new(value).text(), __m128i::load(shuffle)));
    room.behind(len)
}
