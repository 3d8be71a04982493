//! What the bodies of a type needed lately: a high-water mark that sinks slowly, per thread.

use std::any::type_name;
use std::cell::Cell;

/// Types share an entry if their hashes meet; a size that is wrong costs a reallocation, or some room.
const ENTRIES: usize = 64;

/// Room for what the writer reserves beyond the text.
const SLACK_BYTES: usize = 128;

thread_local! {
    static MARKS: [Cell<usize>; ENTRIES] = const { [const { Cell::new(0) }; ENTRIES] };
}

/// The capacity that a buffer for a value of this type should have.
pub(crate) fn expected<T: ?Sized>() -> usize {
    MARKS.try_with(|marks| marks[entry::<T>()].get()).unwrap_or(0) + SLACK_BYTES
}

/// Takes note of the length of a text.
pub(crate) fn learn<T: ?Sized>(len: usize) {
    // A thread that ends has nothing to learn.
    let _ = MARKS.try_with(|marks| {
        let mark = &marks[entry::<T>()];
        let high = mark.get();
        mark.set(if len >= high { len } else { high - (high - len).div_ceil(16) });
    });
}

/// By the address of the type's name: a constant, for types that are not `'static` too.
fn entry<T: ?Sized>() -> usize {
    let address = type_name::<T>().as_ptr() as usize;
    address.wrapping_mul(0x9E37_79B9) >> 16 & (ENTRIES - 1)
}

#[cfg(test)]
mod tests {
    use super::{SLACK_BYTES, expected, learn};

    #[test]
    fn a_mark_rises_at_once_and_sinks_slowly() {
        struct Sized;
        learn::<Sized>(64_000);
        assert_eq!(expected::<Sized>(), 64_000 + SLACK_BYTES);
        learn::<Sized>(0);
        assert_eq!(expected::<Sized>(), 60_000 + SLACK_BYTES);
        for _ in 0..200 {
            learn::<Sized>(100);
        }
        assert_eq!(expected::<Sized>(), 100 + SLACK_BYTES);
    }
}
