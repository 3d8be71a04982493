//! Following single blocks: which allocations of a request are still alive, whoever frees them, and where they were made.
//!
//! Counters cannot tell a block that leaked from one that was handed on and is freed elsewhere. A table has the blocks
//! of requests that are followed, by address. A block leaves it when any thread frees it. The remaining blocks are
//! alive: exactly, or by estimate where [samples](crate::sampling) are taken.
//!
//! # Inside the allocator
//! `alloc` and `dealloc` reach this module, in a program about which nothing is known. Its allocator may lock and
//! allocate by itself, it may be out of memory, and it may fork at any moment. So nothing here takes a lock, allocates,
//! or can panic: the tables are atomics of fixed number, which cost no memory until they are used. Only the walk of a
//! call stack is code of others.

mod blocks;
mod levels;
mod owners;
mod stacks;

use crate::sync::atomic::{AtomicU64, Ordering};
use std::collections::HashMap;

use self::blocks::Entry;
pub use self::blocks::MAX_BLOCKS;
pub use self::levels::MAX_LEVELS;
use crate::counters::{Thread, uncounted, with_thread};
use crate::sampling;
use crate::stack::{Site, Stack, Sum};

/// Bytes of followed blocks between two call stacks; 0 for none.
static STACK_INTERVAL: AtomicU64 = AtomicU64::new(0);

/// A followed block that is out of the table while it is reallocated. It has the references of its entry.
#[must_use]
pub(crate) struct Block(Entry);

impl Block {
    fn release(self) {
        release(&self.0);
    }
}

/// The living allocations of a followed request or scope.
#[derive(Debug, Clone, Default)]
pub struct LeftBehind {
    /// Bytes in blocks that are alive.
    pub bytes: u64,
    /// Blocks that are alive.
    pub blocks: u64,
    /// Blocks that were not followed since the table was full; if not 0, the two above are too small. The largest number
    /// where there was no place for the scope itself.
    pub unfollowed: u64,
    /// Where blocks were allocated whose call stack was sampled, those with most bytes first. Empty without the crate
    /// feature `backtrace`.
    pub sites: Vec<Site>,
}

/// Whether blocks are no longer followed because there are [`MAX_BLOCKS`].
#[cfg(feature = "tower")]
pub(crate) fn is_full() -> bool {
    blocks::is_full()
}

/// Whether there is a block in the table.
#[inline]
pub(crate) fn has_blocks() -> bool {
    blocks::is_any()
}

/// Whether the block at `address` could be in the table: `false` is certain.
#[inline]
pub(crate) fn may_follow(address: usize) -> bool {
    blocks::may_have(address)
}

/// Enters a block that the sampling of this thread has hit.
#[cold]
#[inline(never)]
pub(crate) fn follow(address: usize, size: usize) {
    let (owner, weight) = with_thread(|thread| (thread.owner(), thread.weigh(size)));
    let Some(owner) = owners::refer(owner) else { return };
    let (stack, stack_weight) = match sampling::choose(size, STACK_INTERVAL.load(Ordering::Relaxed)) {
        Some(weight) => (stacks::intern(&uncounted(Stack::capture)), weight),
        None => (0, 0.0),
    };
    enter(address, Entry { size, weight, owner, stack, stack_weight });
}

/// Enters a block that has been reallocated by the request that this thread works for: it is that request's from now on.
#[cold]
#[inline(never)]
pub(crate) fn follow_instead(address: usize, size: usize, before: Option<Block>) {
    if let Some(before) = before {
        before.release();
    }
    if with_thread(|thread| thread.samples(size)) {
        follow(address, size);
    }
}

/// Takes a block out of the table, if it is there.
#[cold]
#[inline(never)]
pub(crate) fn forget(address: usize) -> Option<Block> {
    let entry = blocks::remove(address)?;
    owners::change(entry.owner, -alive_bytes(&entry));
    Some(Block(entry))
}

/// Takes a block out of the table that is about to be freed.
#[cold]
#[inline(never)]
pub(crate) fn discard(address: usize) {
    if let Some(block) = forget(address) {
        block.release();
    }
}

/// Leaves a block to the request that has reallocated it, which is not followed.
#[cold]
#[inline(never)]
pub(crate) fn leave(block: Block) {
    block.release();
}

/// Enters a block again that was reallocated.
#[cold]
#[inline(never)]
pub(crate) fn restore(address: usize, Block(entry): Block, size: usize) {
    enter(address, Entry { size, ..entry });
}

fn enter(address: usize, entry: Entry) {
    // In this order: whoever frees the block afterwards finds its bytes.
    owners::change(entry.owner, alive_bytes(&entry));
    if !blocks::insert(address, &entry) {
        owners::change(entry.owner, -alive_bytes(&entry));
        owners::miss(entry.owner);
        release(&entry);
    }
}

fn release(entry: &Entry) {
    stacks::release(entry.stack);
    owners::release(entry.owner);
}

/// Bytes that the request has, by this block. The same each time, so that what came can go.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate")]
fn alive_bytes(entry: &Entry) -> i64 {
    if entry.weight <= 1.0 {
        entry.size.cast_signed() as i64
    } else {
        (entry.size as f64 * f64::from(entry.weight)).round() as i64
    }
}

/// A new owner: a request or scope whose blocks are followed. It is sampled every `interval` bytes on average, and
/// stands for `weight` requests. 0, nobody, if there are too many.
pub(crate) fn new_owner(interval: u64, weight: u32) -> u64 {
    sampling::prepare();
    owners::add(interval, weight).unwrap_or(0)
}

/// Bytes between two points of sampling in the work of `owner`.
pub(crate) fn interval(owner: u64) -> u64 {
    owners::interval(owner)
}

/// The living bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Alive {
    /// Of one request.
    pub(crate) request: u64,
    /// Of all followed requests of its route that have ended.
    pub(crate) followed: i64,
    /// Of all requests of its route that have ended, by estimate.
    pub(crate) route: i64,
}

/// Notes that `owner`'s request, one of `route` as `audit` sees it, has ended. `None` once the tables were full, from when
/// on levels are too low.
pub(crate) fn finish(owner: u64, audit: u64, route: &'static str) -> Option<Alive> {
    let Some(level) = levels::of(audit, route) else {
        owners::release_name(owner);
        return None;
    };
    let (request, unfollowed) = owners::end(owner, level)?;
    let (followed, route) = levels::read(level);
    owners::release_name(owner);
    (unfollowed == 0).then_some(Alive { request, followed, route })
}

/// Stops following the blocks of `owner`.
pub(crate) fn abandon(owner: u64) {
    let Some(state) = owners::state(owner) else { return };
    blocks::remove_all(
        |entry| entry.owner == state.number,
        |entry| {
            owners::change(entry.owner, -alive_bytes(&entry));
            release(&entry);
        },
    );
    owners::release_name(owner);
}

/// Bytes that are alive of `owner`'s blocks; 0 for one that is not in the table any more.
pub(crate) fn alive(owner: u64) -> u64 {
    owners::state(owner).map_or(0, |state| state.bytes)
}

/// Whether all blocks of `owner` had room in the table.
#[cfg(feature = "budgets")]
pub(crate) fn is_followed_whole(owner: u64) -> bool {
    owners::state(owner).is_some_and(|state| state.unfollowed == 0)
}

/// The living blocks of `owner`, and where they were allocated.
///
/// # Complexity
/// Looks through the whole table.
pub(crate) fn left_behind(owner: u64) -> LeftBehind {
    let Some(state) = owners::state(owner) else { return LeftBehind::default() };
    LeftBehind {
        bytes: state.bytes,
        // One reference is the scope's own.
        blocks: u64::from(state.references.saturating_sub(1)),
        unfollowed: u64::from(state.unfollowed),
        sites: sites(|entry| entry.owner == state.number),
    }
}

/// Where the blocks were allocated that finished requests of a route left behind, as one of the `audits` sees it.
///
/// # Complexity
/// Looks through the whole table.
pub(crate) fn sites_of_route(audits: impl Iterator<Item = u64>, route: &str) -> Vec<Site> {
    let levels: Vec<u32> = audits.filter_map(|audit| levels::of(audit, route)).collect();
    sites(|entry| owners::level(entry.owner).is_some_and(|level| levels.contains(&level)))
}

fn sites(is_wanted: impl Fn(&Entry) -> bool) -> Vec<Site> {
    let mut sums: HashMap<u32, Sum> = HashMap::new();
    blocks::for_each(|entry| {
        if entry.stack != 0 && is_wanted(entry) {
            let weight =
                f64::from(entry.weight) * f64::from(entry.stack_weight) * f64::from(owners::weight(entry.owner));
            let sum = sums.entry(entry.stack).or_default();
            #[expect(clippy::cast_precision_loss, reason = "an estimate")]
            let size = entry.size as f64;
            sum.bytes += size * weight;
            sum.blocks += weight;
        }
    });
    // One stack may have two numbers.
    let mut named: HashMap<Stack, Sum> = HashMap::new();
    for (number, sum) in sums {
        if let Some(stack) = stacks::read(number) {
            let all = named.entry(stack).or_default();
            all.bytes += sum.bytes;
            all.blocks += sum.blocks;
        }
    }
    crate::stack::sites(&named.into_iter().collect::<Vec<_>>())
}

/// Keeps the call stacks of followed blocks from now on: of one that a point falls into, with a point every `interval`
/// bytes on average. 1 for all, 0 for none. Can be called at any time.
///
/// Needs the crate feature `backtrace`; without it nothing is kept. A stack costs some microseconds.
pub fn sample_stacks(interval: u32) {
    // The one-time set-up of the stack walk must not happen inside the allocator.
    let _ = uncounted(Stack::capture);
    let interval = if cfg!(feature = "backtrace") { interval } else { 0 };
    STACK_INTERVAL.store(u64::from(interval), Ordering::Relaxed);
}

/// Makes `owner` the one that this thread works for. Returns the one before.
pub(crate) fn work_for(thread: &Thread, owner: u64) -> u64 {
    let interval = if owner == 0 { 1 } else { interval(owner) };
    thread.replace_owner(owner, interval)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// `SplitMix64`, without the thread's generator.
    struct Random(u64);

    impl Random {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            usize::try_from(sampling::mixed(self.0) % end as u64).expect("below")
        }
    }

    const ROUTES: [&str; 3] = ["/model/a", "/model/b", "/model/c"];
    const AUDIT: u64 = u64::MAX / 2;

    struct Modelled {
        owner: u64,
        weight: i64,
        route: Option<usize>,
        blocks: BTreeMap<usize, usize>,
    }

    impl Modelled {
        fn bytes(&self) -> usize {
            self.blocks.values().sum()
        }
    }

    /// Random requests and blocks of a thread, whose addresses are its own, against a model. Returns what it left alive of
    /// each route: bytes of followed requests, and of all.
    fn run(thread: usize, steps: usize) -> [(i64, i64); ROUTES.len()] {
        let mut random = Random(thread as u64);
        let mut requests: Vec<Modelled> = Vec::new();
        let mut next = 0x10_0000 + (thread << 40);
        for step in 0..steps {
            let choice = random.below(100);
            let at = random.below(requests.len().max(1));
            match choice {
                0..10 => {
                    let weight = [1, 4, 16][random.below(3)];
                    let owner = new_owner(1, weight);
                    assert_ne!(owner, 0);
                    requests.push(Modelled { owner, weight: weight.into(), route: None, blocks: BTreeMap::new() });
                }
                10..20 if !requests.is_empty() && requests[at].route.is_none() => {
                    let route = random.below(ROUTES.len());
                    let alive = finish(requests[at].owner, AUDIT, ROUTES[route]).expect("all are followed");
                    assert_eq!(alive.request, requests[at].bytes() as u64, "{step}");
                    requests[at].route = Some(route);
                    if requests[at].blocks.is_empty() {
                        assert_eq!(alive_of(&requests[at]), 0);
                        let gone = requests.swap_remove(at);
                        assert!(owners::refer(gone.owner).is_none(), "gone with its last block");
                    }
                }
                20..60 if !requests.is_empty() => {
                    let request = &mut requests[at];
                    let size = random.below(1000) + 1;
                    next += 8 + 8 * random.below(20);
                    let owner = owners::refer(request.owner).expect("under way, or with blocks");
                    let stack = stacks::intern(&Stack::of([thread, random.below(50)].into_iter()));
                    enter(next, Entry { size, weight: 1.0, owner, stack, stack_weight: 1.0 });
                    request.blocks.insert(next, size);
                }
                60..70 if !requests.is_empty() => {
                    let request = &mut requests[at];
                    if let Some(address) = request.blocks.keys().copied().nth(random.below(request.blocks.len().max(1)))
                    {
                        // Reallocated by somebody who is not followed, in place or not, or in vain.
                        let block = forget(address).expect("it is there");
                        assert!(forget(address).is_none());
                        let old = request.blocks.remove(&address).expect("modelled");
                        let size = if random.below(3) == 0 { old } else { random.below(5000) + 1 };
                        next += 64;
                        let moved = if random.below(2) == 0 { address } else { next };
                        restore(moved, block, size);
                        request.blocks.insert(moved, size);
                    }
                }
                _ if !requests.is_empty() => {
                    let request = &mut requests[at];
                    if let Some((address, _)) = request.blocks.pop_first() {
                        assert!(may_follow(address));
                        discard(address);
                        assert!(forget(address).is_none());
                    }
                    if request.blocks.is_empty() && request.route.is_some() {
                        requests.swap_remove(at);
                    }
                }
                _ => {}
            }
            if let Some(request) = requests.last() {
                assert_eq!(alive_of(request), request.bytes() as u64, "{thread}, step {step}");
            }
        }
        let mut left = [(0, 0); ROUTES.len()];
        for request in requests {
            let state = owners::state(request.owner).expect("it has blocks, or has not ended");
            let own = u32::from(request.route.is_none());
            assert_eq!(state.references as usize, request.blocks.len() + own as usize);
            let Some(route) = request.route else {
                abandon(request.owner);
                assert!(request.blocks.keys().all(|address| forget(*address).is_none()));
                assert!(owners::state(request.owner).is_none());
                continue;
            };
            // Half of the threads leave their blocks.
            if thread.is_multiple_of(2) {
                request.blocks.keys().for_each(|address| discard(*address));
                assert!(owners::state(request.owner).is_none());
            } else {
                let bytes = i64::try_from(request.bytes()).expect("small");
                left[route].0 += bytes;
                left[route].1 += bytes * request.weight;
            }
        }
        left
    }

    fn alive_of(request: &Modelled) -> u64 {
        alive(request.owner)
    }

    #[test]
    fn tables_do_what_a_model_does_from_many_threads() {
        let left = std::thread::scope(|scope| {
            let threads: Vec<_> = (1..=6).map(|thread| scope.spawn(move || run(thread, 20_000))).collect();
            threads.into_iter().map(|thread| thread.join().expect("as the model")).collect::<Vec<_>>()
        });
        for (place, route) in ROUTES.into_iter().enumerate() {
            let sum = left.iter().fold((0, 0), |sum, left| (sum.0 + left[place].0, sum.1 + left[place].1));
            let level = levels::read(levels::of(AUDIT, route).expect("there is room"));
            assert_eq!(level, sum, "{route}");
            assert!(sum.0 > 0, "a test that proves nothing");
        }
    }

    #[test]
    fn levels_are_told_apart() {
        let mut numbers = std::collections::HashSet::new();
        for audit in 0..20 {
            for route in 0..100 {
                let number = || levels::of(audit, &format!("/levels/{route}")).expect("there is room");
                assert!(numbers.insert(number()), "{audit} {route}");
                assert!(!numbers.insert(number()));
            }
        }
    }
}
