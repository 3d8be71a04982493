//! Blocks by address: a table of fixed size in the program's own zeroed memory. It takes no lock and no memory.
//!
//! A block is entered and taken out by whoever has it alone, so that no two threads work on one address at a time. They
//! only compete for places. Places lie in tiers, each twice as large as the one before, and an address may be in one
//! row of each. So a table with few blocks touches few pages.

use crate::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering, fence};

use crate::sampling::mixed;

/// Places of one tier among which an address may choose: two cache lines of addresses.
const ROW: usize = 16;
const FIRST_TIER: usize = 1 << 11;

/// No block of an allocator is at these addresses.
const FREE: usize = 0;
const CLAIMED: usize = 1;

const FILTER_SIZE: usize = 1 << 16;

/// How many places a table has that takes up to `max` blocks, a power of two: the last tier alone has room for nearly all.
pub(crate) const fn places_for(max: usize) -> usize {
    assert!(max.is_power_of_two() && max >= FIRST_TIER, "tiers double");
    2 * max - FIRST_TIER
}

/// The entry of a block, as atomics that are changed by one thread at a time.
pub(crate) trait Fields {
    type Entry: Copy;

    fn write(&self, entry: &Self::Entry);

    fn read(&self) -> Self::Entry;
}

/// A table of [`places_for`] blocks.
pub(crate) struct Table<F, const PLACES: usize> {
    addresses: [AtomicUsize; PLACES],
    entries: [Place<F>; PLACES],
    /// How many tiers have had a block.
    used_tiers: AtomicUsize,
    /// How many blocks are in the table.
    len: AtomicUsize,
    /// For each hash of an address, how many blocks have it; 255 stays 255. The thread that frees a block got it by some
    /// synchronisation, which makes the entry visible too.
    filter: [AtomicU8; FILTER_SIZE],
}

/// A claimed place is written and read by whoever claimed it; whoever looks at all blocks reads it without. It reads whole
/// entries, as `changes` tells: odd while the entry is written, and another number afterwards.
pub(crate) struct Place<F> {
    changes: AtomicU32,
    fields: F,
}

impl<F: Fields> Place<F> {
    pub(crate) const fn new(fields: F) -> Self {
        Self { changes: AtomicU32::new(0), fields }
    }

    fn write(&self, entry: &F::Entry) {
        let changes = self.changes.load(Ordering::Relaxed);
        self.changes.store(changes.wrapping_add(1), Ordering::Relaxed);
        // A reader that sees a part of the entry sees the odd number, too.
        fence(Ordering::Release);
        self.fields.write(entry);
        self.changes.store(changes.wrapping_add(2), Ordering::Release);
    }

    /// The entry, where nobody writes it at the same time.
    fn look(&self) -> Option<F::Entry> {
        let changes = self.changes.load(Ordering::Acquire);
        let entry = self.fields.read();
        fence(Ordering::Acquire);
        (changes.is_multiple_of(2) && self.changes.load(Ordering::Relaxed) == changes).then_some(entry)
    }
}

/// The lowest bits of addresses are the same for all.
fn hash(address: usize) -> u64 {
    mixed(address as u64 >> 3)
}

/// The places of an address in a tier.
fn row(hash: u64, tier: usize) -> std::ops::Range<usize> {
    let rows = (FIRST_TIER / ROW) << tier;
    // Other bits in each tier: addresses that meet in one do not in the next.
    let row = usize::try_from(hash.rotate_right(7 * u32::try_from(tier).unwrap_or(0)) % rows as u64).unwrap_or(0);
    let start = FIRST_TIER * ((1 << tier) - 1) + row * ROW;
    start..start + ROW
}

impl<F: Fields, const PLACES: usize> Table<F, PLACES> {
    /// How many blocks it takes.
    const MAX: usize = usize::midpoint(PLACES, FIRST_TIER);
    const TIERS: usize = (Self::MAX / FIRST_TIER).trailing_zeros() as usize + 1;

    #[expect(clippy::large_stack_arrays, reason = "tables are statics, made when compiled")]
    pub(crate) const fn new(entries: [Place<F>; PLACES]) -> Self {
        Self {
            addresses: [const { AtomicUsize::new(FREE) }; PLACES],
            entries,
            used_tiers: AtomicUsize::new(0),
            len: AtomicUsize::new(0),
            filter: [const { AtomicU8::new(0) }; FILTER_SIZE],
        }
    }

    fn filter(&self, address: usize) -> &AtomicU8 {
        &self.filter[usize::try_from(hash(address) % FILTER_SIZE as u64).unwrap_or(0)]
    }

    /// Whether it takes no more blocks.
    pub(crate) fn is_full(&self) -> bool {
        self.len.load(Ordering::Relaxed) >= Self::MAX
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len.load(Ordering::Relaxed) == 0
    }

    /// Whether the block at `address` could be in the table: `false` is certain.
    #[inline]
    pub(crate) fn may_have(&self, address: usize) -> bool {
        !self.is_empty() && self.filter(address).load(Ordering::Relaxed) != 0
    }

    /// Enters a block. `false` if there is no room.
    pub(crate) fn insert(&self, address: usize, entry: &F::Entry) -> bool {
        if self.is_full() {
            return false;
        }
        let hash = hash(address);
        for tier in 0..Self::TIERS {
            for place in row(hash, tier) {
                let at = &self.addresses[place];
                if at.load(Ordering::Relaxed) == FREE
                    && at.compare_exchange(FREE, CLAIMED, Ordering::Acquire, Ordering::Relaxed).is_ok()
                {
                    self.entries[place].write(entry);
                    let one_more = |count: u8| count.checked_add(1);
                    let _ = self.filter(address).fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
                    if self.used_tiers.load(Ordering::Relaxed) <= tier {
                        self.used_tiers.fetch_max(tier + 1, Ordering::Relaxed);
                    }
                    self.len.fetch_add(1, Ordering::Relaxed);
                    at.store(address, Ordering::Release);
                    return true;
                }
            }
        }
        false
    }

    /// Takes a block out, if it is there.
    pub(crate) fn remove(&self, address: usize) -> Option<F::Entry> {
        let hash = hash(address);
        // Taking out all blocks of an owner claims a place for a moment, and may give it back. Not for ever: a process may
        // have been forked in that moment, without the thread that had claimed it.
        for _ in 0..1000 {
            let mut claimed = false;
            for place in (0..self.used_tiers.load(Ordering::Relaxed)).flat_map(|tier| row(hash, tier)) {
                match self.addresses[place].load(Ordering::Acquire) {
                    found if found == address => {
                        if let Some(entry) = self.take(place, address, |_| true) {
                            return Some(entry);
                        }
                    }
                    CLAIMED => claimed = true,
                    _ => {}
                }
            }
            if !claimed {
                return None;
            }
            crate::sync::spin_loop();
        }
        None
    }

    /// Takes out what is at `place`, if that is still `address` and `is_it` says so.
    fn take(&self, place: usize, address: usize, is_it: impl FnOnce(&F::Entry) -> bool) -> Option<F::Entry> {
        let at = &self.addresses[place];
        at.compare_exchange(address, CLAIMED, Ordering::Acquire, Ordering::Relaxed).ok()?;
        let entry = self.entries[place].fields.read();
        if !is_it(&entry) {
            at.store(address, Ordering::Release);
            return None;
        }
        at.store(FREE, Ordering::Release);
        self.len.fetch_sub(1, Ordering::Relaxed);
        let fewer = |count: u8| if count == u8::MAX { None } else { count.checked_sub(1) };
        let _ = self.filter(address).fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer);
        Some(entry)
    }

    /// Takes out all blocks that are `wanted`, and hands them to `taken`.
    pub(crate) fn remove_all(&self, wanted: impl Fn(&F::Entry) -> bool, mut taken: impl FnMut(F::Entry)) {
        for place in self.occupied() {
            let address = self.addresses[place].load(Ordering::Acquire);
            // Only those are claimed that look wanted; afterwards it is certain.
            if address > CLAIMED
                && wanted(&self.entries[place].fields.read())
                && let Some(entry) = self.take(place, address, &wanted)
            {
                taken(entry);
            }
        }
    }

    /// Looks at all blocks. One that comes or goes meanwhile may be seen or not.
    pub(crate) fn for_each(&self, mut look: impl FnMut(&F::Entry)) {
        for place in self.occupied() {
            if self.addresses[place].load(Ordering::Acquire) > CLAIMED
                && let Some(entry) = self.entries[place].look()
            {
                look(&entry);
            }
        }
    }

    /// The places of the tiers in use.
    fn occupied(&self) -> std::ops::Range<usize> {
        0..FIRST_TIER * ((1 << self.used_tiers.load(Ordering::Relaxed)) - 1)
    }
}
