//! The followed blocks by address.

use crate::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use crate::table::{Fields, Place, Table, places_for};

/// Blocks that can be followed at a time. Beyond it new ones are not, which
/// [`LeftBehind::unfollowed`](crate::LeftBehind::unfollowed) counts.
pub const MAX_BLOCKS: usize = 1 << 18;

const PLACES: usize = places_for(MAX_BLOCKS);

static FOLLOWED: Table<Followed, PLACES> = Table::new([const { Place::new(Followed::none()) }; PLACES]);

/// A followed block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry {
    pub(super) size: usize,
    /// How many blocks it stands for.
    pub(super) weight: f32,
    /// The place of its owner, which has a reference for it.
    pub(super) owner: u32,
    /// The number of its call stack, which has a reference for it; 0 for none.
    pub(super) stack: u32,
    /// How many blocks it stands for in turn among those with a stack.
    pub(super) stack_weight: f32,
}

struct Followed {
    size: AtomicUsize,
    weight: AtomicU32,
    owner: AtomicU32,
    stack: AtomicU32,
    stack_weight: AtomicU32,
}

impl Followed {
    const fn none() -> Self {
        Self {
            size: AtomicUsize::new(0),
            weight: AtomicU32::new(0),
            owner: AtomicU32::new(0),
            stack: AtomicU32::new(0),
            stack_weight: AtomicU32::new(0),
        }
    }
}

impl Fields for Followed {
    type Entry = Entry;

    fn write(&self, entry: &Entry) {
        self.size.store(entry.size, Ordering::Relaxed);
        self.weight.store(entry.weight.to_bits(), Ordering::Relaxed);
        self.owner.store(entry.owner, Ordering::Relaxed);
        self.stack.store(entry.stack, Ordering::Relaxed);
        self.stack_weight.store(entry.stack_weight.to_bits(), Ordering::Relaxed);
    }

    fn read(&self) -> Entry {
        Entry {
            size: self.size.load(Ordering::Relaxed),
            weight: f32::from_bits(self.weight.load(Ordering::Relaxed)),
            owner: self.owner.load(Ordering::Relaxed),
            stack: self.stack.load(Ordering::Relaxed),
            stack_weight: f32::from_bits(self.stack_weight.load(Ordering::Relaxed)),
        }
    }
}

/// Whether there are [`MAX_BLOCKS`].
pub(super) fn is_full() -> bool {
    FOLLOWED.is_full()
}

#[inline]
pub(super) fn is_any() -> bool {
    !FOLLOWED.is_empty()
}

/// Whether the block at `address` could be in the table: `false` is certain.
#[inline]
pub(super) fn may_have(address: usize) -> bool {
    FOLLOWED.may_have(address)
}

/// Enters a block. `false` if there is no room.
pub(super) fn insert(address: usize, entry: &Entry) -> bool {
    FOLLOWED.insert(address, entry)
}

/// Takes a block out, if it is there.
pub(super) fn remove(address: usize) -> Option<Entry> {
    FOLLOWED.remove(address)
}

/// Takes out all blocks that are `wanted`, and hands them to `taken`.
pub(super) fn remove_all(wanted: impl Fn(&Entry) -> bool, taken: impl FnMut(Entry)) {
    FOLLOWED.remove_all(wanted, taken);
}

/// Looks at all blocks. One that comes or goes meanwhile may be seen or not.
pub(super) fn for_each(look: impl FnMut(&Entry)) {
    FOLLOWED.for_each(look);
}
