//! Following single blocks: which allocations of a request are still alive, whoever frees them, and where they were made.
//!
//! Counters cannot tell a block that leaked from one that was handed on and is freed elsewhere. For the requests that are
//! chosen to be followed, every block is entered into a table by its address, and leaves it when it is freed on whatever
//! thread. What remains is exact: blocks that are alive.
//!
//! # Inside the allocator
//! The table is reached from `alloc` and `dealloc`. Everything here that runs there keeps three rules.
//! 1. The table's lock is held for map operations only: under it, no other lock is taken, no foreign code runs, and the
//!    thread is `busy`, so that the map's own allocations do not come back here.
//! 2. Call stacks are taken before the lock.
//! 3. A free asks [`may_follow`] first, which is one load while nothing is followed, and one more otherwise.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::counters::{uncounted, with_thread};
use crate::scope::ScopeState;
use crate::stack::{Site, Stack};

/// Blocks that can be followed at a time. Beyond it new ones are not, which [`LeftBehind::unfollowed`] counts.
pub const MAX_BLOCKS: usize = 1 << 18;

/// How many blocks are in the table.
static FOLLOWED: AtomicUsize = AtomicUsize::new(0);
/// For each hash of an address, how many followed blocks have it; 255 stays 255. Changed under the table's lock alone,
/// so that loads and stores do. Whoever frees a block got it from its allocator by some synchronisation, which makes the
/// entry visible too.
static FILTER: [AtomicU8; FILTER_SIZE] = [const { AtomicU8::new(0) }; FILTER_SIZE];
const FILTER_SIZE: usize = 1 << 16;

static TABLE: Mutex<Table> = Mutex::new(Table {
    blocks: HashMap::with_hasher(BuildHasherDefault::new()),
    owners: HashMap::with_hasher(BuildHasherDefault::new()),
    routes: BTreeMap::new(),
    levels: Vec::new(),
});

/// Every how many followed blocks the call stack is kept; 0 for never.
static STACK_INTERVAL: AtomicU32 = AtomicU32::new(0);
static STACK_COUNTDOWN: AtomicU32 = AtomicU32::new(0);

struct Table {
    blocks: HashMap<usize, Block, BuildHasherDefault<AddressHasher>>,
    owners: HashMap<u64, Owner, BuildHasherDefault<AddressHasher>>,
    /// The place in `levels` of each route of each audit.
    routes: BTreeMap<(u64, &'static str), usize>,
    /// Bytes of finished requests that are alive.
    levels: Vec<i64>,
}

/// A followed block, without its address.
pub(crate) struct Block {
    owner: u64,
    size: usize,
    stack: Option<Box<Stack>>,
}

impl Block {
    fn sampled(&self) -> Option<(usize, Stack)> {
        self.stack.as_deref().map(|stack| (self.size, stack.clone()))
    }
}

#[derive(Default)]
struct Owner {
    bytes: u64,
    blocks: u64,
    unfollowed: u64,
    /// Set when its request ended.
    route: Option<usize>,
    /// Kept while somebody may ask for it.
    pinned: bool,
}

/// What is still alive of a followed request's or scope's allocations.
#[derive(Debug, Clone, Default)]
pub struct LeftBehind {
    /// Bytes in blocks that are alive.
    pub bytes: u64,
    /// Blocks that are alive.
    pub blocks: u64,
    /// Blocks that were not followed since the table was full; if not 0, the two above are too small.
    pub unfollowed: u64,
    /// Where blocks were allocated whose call stack was sampled, those with most bytes first. Empty without the crate
    /// feature `backtrace`.
    pub sites: Vec<Site>,
}

#[derive(Default)]
pub(crate) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = spread(self.0 ^ value);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
}

/// Fibonacci hashing; the upper half is folded down because hash maps look at both ends.
fn spread(value: u64) -> u64 {
    let product = value.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    product ^ (product >> 32)
}

fn filter(address: usize) -> &'static AtomicU8 {
    let hash = spread(address as u64 >> 4);
    &FILTER[usize::try_from(hash % FILTER_SIZE as u64).unwrap_or(0)]
}

fn table() -> MutexGuard<'static, Table> {
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether blocks are no longer followed since there are [`MAX_BLOCKS`].
#[cfg(feature = "tower")]
pub(crate) fn is_full() -> bool {
    FOLLOWED.load(Ordering::Relaxed) >= MAX_BLOCKS
}

/// Whether the block at `address` could be in the table: `false` is certain.
#[inline]
pub(crate) fn may_follow(address: usize) -> bool {
    FOLLOWED.load(Ordering::Relaxed) != 0 && filter(address).load(Ordering::Relaxed) != 0
}

/// Enters a block of the request that this thread works for.
#[cold]
#[inline(never)]
pub(crate) fn follow(address: usize, size: usize) {
    let owner = with_thread(crate::counters::Thread::owner);
    uncounted(|| {
        let stack = if wants_stack() { Some(Box::new(Stack::capture())) } else { None };
        table().enter(address, Block { owner, size, stack });
    });
}

/// Enters a reallocated block of the request that this thread works for, which may have been another's.
#[cold]
#[inline(never)]
pub(crate) fn follow_instead(address: usize, size: usize, before: Option<Block>) {
    uncounted(|| drop(before));
    follow(address, size);
}

/// Takes a block out of the table, if it is there.
#[cold]
#[inline(never)]
pub(crate) fn forget(address: usize) -> Option<Block> {
    uncounted(|| table().leave(address))
}

/// Takes a block out of the table that is about to be freed.
#[cold]
#[inline(never)]
pub(crate) fn discard(address: usize) {
    uncounted(|| {
        let block = table().leave(address);
        drop(block);
    });
}

/// Enters a block again that was reallocated.
#[cold]
#[inline(never)]
pub(crate) fn restore(address: usize, block: Block, size: usize) {
    uncounted(|| table().enter(address, Block { size, ..block }));
}

fn wants_stack() -> bool {
    let interval = STACK_INTERVAL.load(Ordering::Relaxed);
    if interval == 0 {
        return false;
    }
    // Not exact between threads, which a sample need not be.
    let left = STACK_COUNTDOWN.load(Ordering::Relaxed);
    STACK_COUNTDOWN.store(if left <= 1 { interval } else { left - 1 }, Ordering::Relaxed);
    left <= 1
}

impl Table {
    fn enter(&mut self, address: usize, block: Block) {
        let (owner, size) = (block.owner, block.size as u64);
        let full = self.blocks.len() >= MAX_BLOCKS;
        // A request whose owner is gone was dropped with everything it had: nobody asks any more.
        let Some(state) = self.owners.get_mut(&owner) else { return };
        if full {
            state.unfollowed += 1;
            return;
        }
        state.bytes += size;
        state.blocks += 1;
        if let Some(route) = state.route {
            self.levels[route] += size.cast_signed();
        }
        let count = filter(address);
        count.store(count.load(Ordering::Relaxed).saturating_add(1), Ordering::Relaxed);
        if self.blocks.insert(address, block).is_none() {
            FOLLOWED.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn leave(&mut self, address: usize) -> Option<Block> {
        let block = self.blocks.remove(&address)?;
        FOLLOWED.fetch_sub(1, Ordering::Relaxed);
        let count = filter(address);
        match count.load(Ordering::Relaxed) {
            u8::MAX => {}
            some => count.store(some.saturating_sub(1), Ordering::Relaxed),
        }
        if let Some(state) = self.owners.get_mut(&block.owner) {
            state.bytes -= block.size as u64;
            state.blocks -= 1;
            if let Some(route) = state.route {
                self.levels[route] -= (block.size as u64).cast_signed();
            }
            if state.blocks == 0 && state.route.is_some() && !state.pinned {
                self.owners.remove(&block.owner);
            }
        }
        Some(block)
    }
}

/// A new owner: a request or scope whose blocks are followed.
pub(crate) fn new_owner(pinned: bool) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let owner = NEXT.fetch_add(1, Ordering::Relaxed);
    uncounted(|| table().owners.insert(owner, Owner { pinned, ..Owner::default() }));
    owner
}

/// Notes that `owner`'s request, one of `route` as `audit` sees it, has ended. Returns the bytes that are alive of this request, and those
/// of all finished and followed requests of the route; `None` once the table was full, from when on levels are too low.
pub(crate) fn finish(owner: u64, audit: u64, route: &'static str) -> Option<(u64, i64)> {
    uncounted(|| {
        let mut table = table();
        let table = &mut *table;
        let next = table.levels.len();
        let route = *table.routes.entry((audit, route)).or_insert(next);
        if route == next {
            table.levels.push(0);
        }
        let state = table.owners.get_mut(&owner)?;
        let (bytes, unfollowed) = (state.bytes, state.unfollowed);
        if state.route.is_none() {
            state.route = Some(route);
            table.levels[route] += bytes.cast_signed();
        }
        if state.blocks == 0 && !state.pinned {
            table.owners.remove(&owner);
        }
        (unfollowed == 0).then(|| (bytes, table.levels[route]))
    })
}

/// Stops following the blocks of `owner`.
pub(crate) fn abandon(owner: u64) {
    uncounted(|| {
        let mut table = table();
        let addresses: Vec<usize> =
            table.blocks.iter().filter(|(_, block)| block.owner == owner).map(|(address, _)| *address).collect();
        for address in addresses {
            table.leave(address);
        }
        table.owners.remove(&owner);
    });
}

/// Bytes that are alive of `owner`'s blocks; 0 for one that is not in the table any more.
pub(crate) fn alive(owner: u64) -> u64 {
    uncounted(|| table().owners.get(&owner).map_or(0, |state| state.bytes))
}

/// What is alive of `owner`'s blocks, and where it was allocated.
///
/// # Complexity
/// Looks through the whole table.
pub(crate) fn left_behind(owner: u64) -> LeftBehind {
    let (mut left, stacks) = uncounted(|| {
        let table = table();
        let Some(state) = table.owners.get(&owner) else { return (LeftBehind::default(), Vec::new()) };
        let left =
            LeftBehind { bytes: state.bytes, blocks: state.blocks, unfollowed: state.unfollowed, sites: Vec::new() };
        let stacks: Vec<(usize, Stack)> =
            table.blocks.values().filter(|block| block.owner == owner).filter_map(Block::sampled).collect();
        (left, stacks)
    });
    // Names are looked up without the table's lock, and counted like any work of the caller.
    left.sites = crate::stack::sites(&stacks);
    uncounted(|| drop(stacks));
    left
}

/// Where the blocks were allocated that finished requests of a route left behind.
///
/// # Complexity
/// Looks through the whole table.
pub(crate) fn sites_of_route(audit: u64, route: &'static str) -> Vec<Site> {
    let stacks: Vec<(usize, Stack)> = uncounted(|| {
        let table = table();
        let Some(route) = table.routes.get(&(audit, route)) else { return Vec::new() };
        let is_of_route =
            |block: &&Block| table.owners.get(&block.owner).is_some_and(|owner| owner.route == Some(*route));
        table.blocks.values().filter(is_of_route).filter_map(Block::sampled).collect()
    });
    let sites = crate::stack::sites(&stacks);
    uncounted(|| drop(stacks));
    sites
}

/// Keeps the call stack of one in `interval` followed blocks from now on, 0 for none. Needs the crate feature
/// `backtrace`; without it nothing is kept. A stack costs some microseconds.
pub fn sample_stacks(interval: u32) {
    // Whatever the stack walk sets up once must not happen for the first time inside the allocator.
    let _ = uncounted(Stack::capture);
    STACK_INTERVAL.store(interval, Ordering::Relaxed);
}

/// A scope whose blocks are followed, so that it can be asked what is still alive of them.
///
/// ```
/// # use record_audit::{CountingAllocator, FollowedScope};
/// # #[global_allocator]
/// # static ALLOCATOR: CountingAllocator = CountingAllocator::system();
/// let scope = FollowedScope::new();
/// let kept = scope.run(|| {
///     drop(vec![0_u8; 500]);
///     vec![0_u8; 100]
/// });
/// let left = scope.left_behind().expect("the allocator is installed");
/// assert_eq!((left.bytes, left.blocks), (100, 1));
/// drop(kept);
/// assert_eq!(scope.left_behind().map(|left| left.bytes), Some(0));
/// ```
#[derive(Debug)]
pub struct FollowedScope {
    owner: u64,
}

impl Default for FollowedScope {
    fn default() -> Self {
        Self::new()
    }
}

impl FollowedScope {
    /// A scope that nothing has run in.
    #[must_use]
    pub fn new() -> Self {
        Self { owner: new_owner(true) }
    }

    /// Runs `work`, following what it allocates.
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut scope = ScopeState::followed(self.owner);
        let _slice = scope.enter();
        work()
    }

    /// What is alive of what ran in this scope; `None` where the counting allocator is not installed.
    ///
    /// # Complexity
    /// Looks through all blocks that are followed in the program; names of functions are looked up in debug information,
    /// which takes milliseconds.
    #[must_use]
    pub fn left_behind(&self) -> Option<LeftBehind> {
        crate::is_active().then(|| left_behind(self.owner))
    }
}

impl Drop for FollowedScope {
    fn drop(&mut self) {
        abandon(self.owner);
    }
}
