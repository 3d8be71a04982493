//! The audit's scopes under any schedule of allocations, reallocations, frees, nesting and threads: the numbers of each scope
//! are those of a model, and so is what is alive of a followed one.
//!
//! The driver installs the allocator: a library that did would have it in all targets.

use std::hint::black_box;
use std::thread;

use record_audit::{Counters, FollowedScope, Trend, Verdict, measure};

use crate::bytes::Bytes;

/// Blocks that are alive at once.
const MAX_ALIVE: usize = 24;
const MAX_DEPTH: usize = 5;

/// Blocks that a schedule holds, in an array: a list would allocate itself.
#[derive(Default)]
struct Alive {
    blocks: [Option<Block>; MAX_ALIVE],
}

struct Block {
    memory: Vec<u8>,
    /// The scope that allocated it was the followed one.
    followed: bool,
}

#[derive(Default)]
struct Model {
    counters: Counters,
    net: i64,
    peak: i64,
}

impl Model {
    fn obtained(&mut self, bytes: usize) {
        self.counters.allocated_bytes += bytes as u64;
        self.net += bytes as i64;
        self.peak = self.peak.max(self.net);
    }

    fn given_back(&mut self, bytes: usize) {
        self.counters.freed_bytes += bytes as u64;
        self.net -= bytes as i64;
    }

    /// What an inner scope did, which began with the present balance.
    fn inner(&mut self, inner: &Self) {
        self.counters.allocations += inner.counters.allocations;
        self.counters.allocated_bytes += inner.counters.allocated_bytes;
        self.counters.frees += inner.counters.frees;
        self.counters.freed_bytes += inner.counters.freed_bytes;
        self.counters.reallocations += inner.counters.reallocations;
        self.peak = self.peak.max(self.net + inner.peak);
        self.net += inner.net;
    }
}

/// See the module.
///
/// # Panics
/// Where the numbers differ, or the counting allocator is not installed.
pub fn run(data: &[u8]) {
    assert!(record_audit::is_active(), "the driver installs the allocator");
    let mut bytes = Bytes::new(data);
    trend(&mut bytes);
    let mut alive = Alive::default();
    let scope = FollowedScope::new();
    for round in 0..4 {
        let mut model = Model::default();
        let ((), counters) = if round % 2 == 0 {
            scope.run(|| measure(|| schedule(&mut bytes, &mut alive, &mut model, 0, true)))
        } else {
            measure(|| schedule(&mut bytes, &mut alive, &mut model, 0, false))
        };
        compare(counters, &model);
        left(&scope, &alive);
        // Freed on another thread, in nobody's scope.
        if let Some(block) = alive.blocks[bytes.below(MAX_ALIVE)].take() {
            FREER.with(|freer| freer.free(block));
            left(&scope, &alive);
        }
    }
    drop(alive);
    let left = scope.left_behind().expect("installed");
    assert_eq!((left.blocks, left.bytes), (0, 0), "all is freed");
}

fn left(scope: &FollowedScope, alive: &Alive) {
    let followed = || alive.blocks.iter().flatten().filter(|block| block.followed);
    let left = scope.left_behind().expect("installed");
    assert_eq!(left.unfollowed, 0, "there is room");
    let bytes: usize = followed().map(|block| block.memory.capacity()).sum();
    assert_eq!((left.blocks, left.bytes), (followed().count() as u64, bytes as u64), "alive");
}

fn schedule(bytes: &mut Bytes<'_>, alive: &mut Alive, model: &mut Model, depth: usize, followed: bool) {
    for _ in 0..bytes.below(40) {
        if bytes.is_empty() {
            break;
        }
        let at = bytes.below(MAX_ALIVE);
        match bytes.below(8) {
            0..=2 => {
                let len = 1 + bytes.length(20_000);
                let old = alive.blocks[at].take();
                if let Some(old) = old {
                    free(old, model);
                }
                alive.blocks[at] = Some(Block { memory: black_box(Vec::with_capacity(len)), followed });
                model.counters.allocations += 1;
                model.obtained(len);
            }
            3 => {
                if let Some(block) = alive.blocks[at].take() {
                    free(block, model);
                }
            }
            4 | 5 => {
                let len = 1 + bytes.length(20_000);
                if let Some(block) = &mut alive.blocks[at] {
                    resize(block, len, model, followed);
                }
            }
            6 if depth < MAX_DEPTH => {
                let mut inner = Model::default();
                let ((), counters) = measure(|| schedule(bytes, alive, &mut inner, depth + 1, followed));
                compare(counters, &inner);
                model.inner(&inner);
            }
            _ => {
                let len = 1 + bytes.length(300);
                drop(black_box(Vec::<u8>::with_capacity(len)));
                model.counters.allocations += 1;
                model.counters.frees += 1;
                model.obtained(len);
                model.given_back(len);
            }
        }
    }
}

fn free(block: Block, model: &mut Model) {
    model.counters.frees += 1;
    model.given_back(block.memory.capacity());
    drop(block);
}

fn resize(block: &mut Block, len: usize, model: &mut Model, followed: bool) {
    let before = block.memory.capacity();
    // A followed scope has what it resizes, whoever allocated it.
    block.followed |= followed && len != before;
    if len > before {
        block.memory.reserve_exact(len);
        model.counters.reallocations += 1;
        model.obtained(len - before);
    } else if len < before {
        block.memory.shrink_to(len);
        model.counters.reallocations += 1;
        model.given_back(before - len);
    }
}

/// A thread that frees what it is given, and says so.
struct Freer {
    give: std::sync::mpsc::SyncSender<Block>,
    done: std::sync::mpsc::Receiver<()>,
}

impl Freer {
    fn start() -> Self {
        let (give, given) = std::sync::mpsc::sync_channel::<Block>(1);
        let (say, done) = std::sync::mpsc::sync_channel(1);
        thread::spawn(move || {
            for block in given {
                drop(block);
                if say.send(()).is_err() {
                    break;
                }
            }
        });
        Self { give, done }
    }

    fn free(&self, block: Block) {
        self.give.send(block).expect("the thread is there");
        self.done.recv().expect("the thread is there");
    }
}

thread_local! {
    static FREER: Freer = Freer::start();
}

fn compare(found: Option<Counters>, model: &Model) {
    let found = found.expect("the allocator is installed");
    let expected = Counters { peak_bytes: model.peak.unsigned_abs(), ..model.counters };
    assert_eq!(Counters { coverage: expected.coverage, ..found }, expected);
    assert_eq!(found.net_bytes(), model.net);
}

/// Constant levels are steady, whatever came before is counted, and nothing overflows.
fn trend(bytes: &mut Bytes<'_>) {
    let mut trend = Trend::new();
    let count = bytes.length(200);
    for _ in 0..count {
        trend.observe_level(bytes.integer().cast_signed());
    }
    assert_eq!(trend.seen(), count as u64);
    match trend.verdict() {
        Verdict::NotEnoughData { seen, needed } => assert!(seen == count as u64 && needed > seen),
        Verdict::Steady { within_bytes } => assert!(!within_bytes.is_nan()),
        Verdict::Leaking { bytes_per_request, plus_minus_bytes } => {
            assert!(bytes_per_request > 0.0 && !plus_minus_bytes.is_nan());
        }
    }
}
