//! The sampled blocks that are alive, by address.

use super::context::{Id, Words};
use crate::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use crate::table::{Fields, Place, Table, places_for};

/// Sampled blocks that can be alive at a time. Beyond it new ones are counted as not followed.
const MAX_SAMPLES: usize = 1 << 16;
const PLACES: usize = places_for(MAX_SAMPLES);

static LIVING: Table<Sampled, PLACES> = Table::new([const { Place::new(Sampled::none()) }; PLACES]);

/// A sampled block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    pub(crate) size: usize,
    /// How many blocks it stands for.
    pub(crate) weight: f32,
    /// The number of its call stack.
    pub(crate) call: u32,
    /// Of the request that allocated it.
    pub(crate) id: Option<Id>,
}

struct Sampled {
    size: AtomicUsize,
    weight: AtomicU32,
    call: AtomicU32,
    id: Words,
}

impl Sampled {
    const fn none() -> Self {
        Self { size: AtomicUsize::new(0), weight: AtomicU32::new(0), call: AtomicU32::new(0), id: Words::none() }
    }
}

impl Fields for Sampled {
    type Entry = Block;

    fn write(&self, block: &Block) {
        self.size.store(block.size, Ordering::Relaxed);
        self.weight.store(block.weight.to_bits(), Ordering::Relaxed);
        self.call.store(block.call, Ordering::Relaxed);
        self.id.write(block.id);
    }

    fn read(&self) -> Block {
        Block {
            size: self.size.load(Ordering::Relaxed),
            weight: f32::from_bits(self.weight.load(Ordering::Relaxed)),
            call: self.call.load(Ordering::Relaxed),
            id: self.id.read(),
        }
    }
}

#[inline]
pub(super) fn is_any() -> bool {
    !LIVING.is_empty()
}

#[inline]
pub(super) fn may_have(address: usize) -> bool {
    LIVING.may_have(address)
}

/// Enters a block. `false` if there is no room.
pub(super) fn insert(address: usize, block: &Block) -> bool {
    LIVING.insert(address, block)
}

pub(super) fn remove(address: usize) -> Option<Block> {
    LIVING.remove(address)
}

#[cfg(feature = "pprof")]
pub(super) fn for_each(look: impl FnMut(&Block)) {
    LIVING.for_each(look);
}
