//! The usual size of a type's bodies, learned per thread.
//!
//! A thread remembers the lengths of a type's last eight bodies and takes the second largest of them. So one body out of
//! proportion changes nothing, and two of them are forgotten within eight responses. A buffer that the pool would not
//! keep is never asked for.

use std::any::type_name;
use std::cell::RefCell;

use record_runtime::BufferPool;

/// The lengths that are remembered of each type.
const REMEMBERED: usize = 8;

/// Types that a thread remembers.
const ENTRIES: usize = 128;

/// Places where a type can be. A type that finds all of them taken forgets another one.
const WAYS: usize = 4;

/// Room for what the writer reserves beyond the text.
const SLACK_BYTES: usize = 128;

#[derive(Clone, Copy)]
struct Entry {
    /// The address of the type's name: a constant, for types that are not `'static` too.
    type_name: usize,
    lengths: [u32; REMEMBERED],
    oldest: usize,
}

impl Entry {
    const EMPTY: Self = Self { type_name: 0, lengths: [0; REMEMBERED], oldest: 0 };

    fn learn(&mut self, len: usize) {
        self.lengths[self.oldest] = u32::try_from(len).unwrap_or(u32::MAX);
        self.oldest = (self.oldest + 1) % REMEMBERED;
    }

    fn usual(&self) -> usize {
        let (mut largest, mut second) = (0, 0);
        for &len in &self.lengths {
            second = second.max(len.min(largest));
            largest = largest.max(len);
        }
        second as usize
    }
}

thread_local! {
    static ENTRIES_OF_THREAD: RefCell<[Entry; ENTRIES]> = const { RefCell::new([Entry::EMPTY; ENTRIES]) };
}

/// The capacity that a buffer for a value of this type should have.
pub(crate) fn expected<T: ?Sized>() -> usize {
    let usual = with_entry::<T, _>(|entry| entry.usual()).unwrap_or(0);
    usual.saturating_add(SLACK_BYTES).min(BufferPool::global().limits().buffer_bytes)
}

/// Takes note of the length of a text.
pub(crate) fn learn<T: ?Sized>(len: usize) {
    // A thread that ends has nothing to learn.
    let _ = with_entry::<T, _>(|entry| entry.learn(len));
}

fn with_entry<T: ?Sized, R>(work: impl FnOnce(&mut Entry) -> R) -> Option<R> {
    let name = type_name::<T>().as_ptr() as usize;
    let home = name.wrapping_mul(0x9E37_79B9) >> 16;
    ENTRIES_OF_THREAD
        .try_with(|entries| {
            let mut entries = entries.try_borrow_mut().ok()?;
            let places = (home..home + WAYS).map(|place| place % ENTRIES);
            let place = places.clone().find(|&place| entries[place].type_name == name).unwrap_or_else(|| {
                let place = places.clone().find(|&place| entries[place].type_name == 0).unwrap_or(home % ENTRIES);
                entries[place] = Entry { type_name: name, ..Entry::EMPTY };
                place
            });
            Some(work(&mut entries[place]))
        })
        .ok()
        .flatten()
}

#[cfg(test)]
mod tests {
    use record_runtime::PoolLimits;

    use super::{REMEMBERED, SLACK_BYTES, expected, learn};

    #[test]
    fn what_is_usual_is_expected() {
        struct Usual;
        assert_eq!(expected::<Usual>(), SLACK_BYTES);
        for _ in 0..2 {
            learn::<Usual>(64_000);
        }
        assert_eq!(expected::<Usual>(), 64_000 + SLACK_BYTES);
        // Large ones now and then are usual, too.
        for n in 0..100 {
            learn::<Usual>(if n % 3 == 0 { 50_000 } else { 100 });
            assert!(expected::<Usual>() >= 50_000 + SLACK_BYTES || n < REMEMBERED);
        }
    }

    /// After one answer of 100 MB, small ones went on to ask for as much.
    #[test]
    fn one_body_out_of_proportion_changes_nothing() {
        struct Small;
        for _ in 0..20 {
            learn::<Small>(100);
        }
        learn::<Small>(100_000_000);
        for _ in 0..20 {
            assert_eq!(expected::<Small>(), 100 + SLACK_BYTES);
            learn::<Small>(100);
        }
    }

    #[test]
    fn large_bodies_are_forgotten_within_a_few_responses() {
        struct Shrunk;
        for _ in 0..1000 {
            learn::<Shrunk>(1_000_000);
        }
        for _ in 0..REMEMBERED {
            learn::<Shrunk>(100);
        }
        assert_eq!(expected::<Shrunk>(), 100 + SLACK_BYTES);
    }

    #[test]
    fn no_more_is_expected_than_the_pool_keeps() {
        struct Huge;
        for len in [100_000_000, usize::MAX, usize::MAX] {
            learn::<Huge>(len);
        }
        assert_eq!(expected::<Huge>(), PoolLimits::DEFAULT.buffer_bytes);
    }

    /// More types than there are places: each is right, or knows nothing.
    #[test]
    fn types_are_not_mixed_up() {
        struct Of<const N: usize>;
        macro_rules! with_each {
            ($($n:literal)*) => {
                $(learn::<Of<$n>>(1000 + $n); learn::<Of<$n>>(1000 + $n);)*
                $(assert!([0, 1000 + $n].contains(&(expected::<Of<$n>>() - SLACK_BYTES)));)*
            };
        }
        with_each!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38);
    }
}
