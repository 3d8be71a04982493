//! The followed blocks by address: a table of fixed size in the program's own zeroed memory. It takes no lock and no memory.
//!
//! A block is entered and taken out by whoever has it alone, so that no two threads work on one address at a time. They
//! only compete for places. Places lie in tiers, each twice as large as the one before, and an address may be in one
//! row of each. So a table with few blocks touches few pages.

use crate::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering, fence};

use crate::sampling::mixed;

/// Blocks that can be followed at a time. Beyond it new ones are not, which
/// [`LeftBehind::unfollowed`](crate::LeftBehind::unfollowed) counts.
pub const MAX_BLOCKS: usize = 1 << 18;

/// Places of one tier among which an address may choose: two cache lines of addresses.
const ROW: usize = 16;
const FIRST_TIER: usize = 1 << 11;
const TIERS: usize = 8;
const PLACES: usize = FIRST_TIER * ((1 << TIERS) - 1);
const _: () = assert!(FIRST_TIER << (TIERS - 1) == MAX_BLOCKS, "the last tier alone has room for nearly all");

/// No block of an allocator is at these addresses.
const FREE: usize = 0;
const CLAIMED: usize = 1;

static ADDRESSES: [AtomicUsize; PLACES] = [const { AtomicUsize::new(FREE) }; PLACES];
static ENTRIES: [Place; PLACES] = [const { Place::empty() }; PLACES];
/// How many tiers have had a block.
static USED_TIERS: AtomicUsize = AtomicUsize::new(0);
/// How many blocks are in the table.
static FOLLOWED: AtomicUsize = AtomicUsize::new(0);

/// For each hash of an address, how many followed blocks have it; 255 stays 255. The thread that frees a block got it
/// by some synchronisation, which makes the entry visible too.
static FILTER: [AtomicU8; FILTER_SIZE] = [const { AtomicU8::new(0) }; FILTER_SIZE];
const FILTER_SIZE: usize = 1 << 16;

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

/// A claimed place is written and read by whoever claimed it; whoever looks at all blocks reads it without. It reads whole
/// entries, as `changes` tells: odd while the entry is written, and another number afterwards.
struct Place {
    changes: AtomicU32,
    size: AtomicUsize,
    weight: AtomicU32,
    owner: AtomicU32,
    stack: AtomicU32,
    stack_weight: AtomicU32,
}

impl Place {
    const fn empty() -> Self {
        Self {
            changes: AtomicU32::new(0),
            size: AtomicUsize::new(0),
            weight: AtomicU32::new(0),
            owner: AtomicU32::new(0),
            stack: AtomicU32::new(0),
            stack_weight: AtomicU32::new(0),
        }
    }

    fn write(&self, entry: &Entry) {
        let changes = self.changes.load(Ordering::Relaxed);
        self.changes.store(changes.wrapping_add(1), Ordering::Relaxed);
        // A reader that sees a part of the entry sees the odd number, too.
        fence(Ordering::Release);
        self.size.store(entry.size, Ordering::Relaxed);
        self.weight.store(entry.weight.to_bits(), Ordering::Relaxed);
        self.owner.store(entry.owner, Ordering::Relaxed);
        self.stack.store(entry.stack, Ordering::Relaxed);
        self.stack_weight.store(entry.stack_weight.to_bits(), Ordering::Relaxed);
        self.changes.store(changes.wrapping_add(2), Ordering::Release);
    }

    /// The entry, where nobody writes it at the same time.
    fn look(&self) -> Option<Entry> {
        let changes = self.changes.load(Ordering::Acquire);
        let entry = self.read();
        fence(Ordering::Acquire);
        (changes.is_multiple_of(2) && self.changes.load(Ordering::Relaxed) == changes).then_some(entry)
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

/// The lowest bits of addresses are the same for all.
fn hash(address: usize) -> u64 {
    mixed(address as u64 >> 3)
}

fn filter(address: usize) -> &'static AtomicU8 {
    &FILTER[usize::try_from(hash(address) % FILTER_SIZE as u64).unwrap_or(0)]
}

/// The places of an address in a tier.
fn row(hash: u64, tier: usize) -> std::ops::Range<usize> {
    let rows = (FIRST_TIER / ROW) << tier;
    // Other bits in each tier: addresses that meet in one do not in the next.
    let row = usize::try_from(hash.rotate_right(7 * u32::try_from(tier).unwrap_or(0)) % rows as u64).unwrap_or(0);
    let start = FIRST_TIER * ((1 << tier) - 1) + row * ROW;
    start..start + ROW
}

/// Whether there are [`MAX_BLOCKS`].
pub(super) fn is_full() -> bool {
    FOLLOWED.load(Ordering::Relaxed) >= MAX_BLOCKS
}

/// Whether the block at `address` could be in the table: `false` is certain.
#[inline]
pub(super) fn may_have(address: usize) -> bool {
    FOLLOWED.load(Ordering::Relaxed) != 0 && filter(address).load(Ordering::Relaxed) != 0
}

/// Enters a block. `false` if there is no room.
pub(super) fn insert(address: usize, entry: &Entry) -> bool {
    if is_full() {
        return false;
    }
    let hash = hash(address);
    for tier in 0..TIERS {
        for place in row(hash, tier) {
            let at = &ADDRESSES[place];
            if at.load(Ordering::Relaxed) == FREE
                && at.compare_exchange(FREE, CLAIMED, Ordering::Acquire, Ordering::Relaxed).is_ok()
            {
                ENTRIES[place].write(entry);
                let _ =
                    filter(address).fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_add(1));
                if USED_TIERS.load(Ordering::Relaxed) <= tier {
                    USED_TIERS.fetch_max(tier + 1, Ordering::Relaxed);
                }
                FOLLOWED.fetch_add(1, Ordering::Relaxed);
                at.store(address, Ordering::Release);
                return true;
            }
        }
    }
    false
}

/// Takes a block out, if it is there.
pub(super) fn remove(address: usize) -> Option<Entry> {
    let hash = hash(address);
    // Taking out all blocks of an owner claims a place for a moment, and may give it back. Not for ever: a process may
    // have been forked in that moment, without the thread that had claimed it.
    for _ in 0..1000 {
        let mut claimed = false;
        for place in (0..USED_TIERS.load(Ordering::Relaxed)).flat_map(|tier| row(hash, tier)) {
            match ADDRESSES[place].load(Ordering::Acquire) {
                found if found == address => {
                    if let Some(entry) = take(place, address, |_| true) {
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
fn take(place: usize, address: usize, is_it: impl FnOnce(&Entry) -> bool) -> Option<Entry> {
    ADDRESSES[place].compare_exchange(address, CLAIMED, Ordering::Acquire, Ordering::Relaxed).ok()?;
    let entry = ENTRIES[place].read();
    if !is_it(&entry) {
        ADDRESSES[place].store(address, Ordering::Release);
        return None;
    }
    ADDRESSES[place].store(FREE, Ordering::Release);
    FOLLOWED.fetch_sub(1, Ordering::Relaxed);
    let fewer = |count: u8| if count == u8::MAX { None } else { count.checked_sub(1) };
    let _ = filter(address).fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer);
    Some(entry)
}

/// Takes out all blocks that are `wanted`, and hands them to `taken`.
pub(super) fn remove_all(wanted: impl Fn(&Entry) -> bool, mut taken: impl FnMut(Entry)) {
    for place in occupied() {
        let address = ADDRESSES[place].load(Ordering::Acquire);
        // Only those are claimed that look wanted; afterwards it is certain.
        if address > CLAIMED
            && wanted(&ENTRIES[place].read())
            && let Some(entry) = take(place, address, &wanted)
        {
            taken(entry);
        }
    }
}

/// Looks at all blocks. One that comes or goes meanwhile may be seen or not.
pub(super) fn for_each(mut look: impl FnMut(&Entry)) {
    for place in occupied() {
        if ADDRESSES[place].load(Ordering::Acquire) > CLAIMED
            && let Some(entry) = ENTRIES[place].look()
        {
            look(&entry);
        }
    }
}

/// The places of the tiers in use.
fn occupied() -> std::ops::Range<usize> {
    0..FIRST_TIER * ((1 << USED_TIERS.load(Ordering::Relaxed)) - 1)
}
