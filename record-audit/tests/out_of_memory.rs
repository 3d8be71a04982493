//! Memory that runs out: the program's own fallible allocations succeed or fail as they would without the audit, which
//! counts what it cannot follow.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::Mutex;

use record_audit::{CountingAllocator, FollowedScope, LeftBehind, MAX_BLOCKS, sample_stacks};

/// Fails a thread for large blocks, and from some call on.
struct Limited;

thread_local! {
    static LARGEST: Cell<usize> = const { Cell::new(usize::MAX) };
    static CALLS: Cell<u64> = const { Cell::new(u64::MAX) };
}

fn refuses(size: usize) -> bool {
    let calls = CALLS.get();
    CALLS.set(calls.saturating_sub(1));
    size > LARGEST.get() || calls == 0
}

// SAFETY: a call is passed to `System` with its arguments, and its result is returned, or null.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if refuses(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: what the caller promised to us is what `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: what the caller promised to us is what `System` asks for.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if refuses(new_size) {
            return std::ptr::null_mut();
        }
        // SAFETY: what the caller promised to us is what `System` asks for.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

#[global_allocator]
static ALLOCATOR: CountingAllocator<Limited> = CountingAllocator::new(Limited);

/// One test at a time has the table.
static ALONE: Mutex<()> = Mutex::new(());

fn left(scope: &FollowedScope) -> LeftBehind {
    scope.left_behind().expect("the allocator is installed")
}

#[test]
fn small_blocks_are_had_while_large_ones_are_not() {
    let _alone = ALONE.lock().expect("unpoisoned");
    sample_stacks(1);
    let scope = FollowedScope::new();
    let mut kept: Vec<Vec<u8>> = (0..5000).map(|_| Vec::new()).collect();
    LARGEST.set(64);
    let had = scope.run(|| kept.iter_mut().filter_map(|block| block.try_reserve_exact(16).ok()).count());
    LARGEST.set(usize::MAX);
    sample_stacks(0);
    assert_eq!(had, 5000, "the audit needs no memory for it");
    assert_eq!((left(&scope).bytes, left(&scope).blocks, left(&scope).unfollowed), (80_000, 5000, 0));
    kept.truncate(10);
    assert_eq!((left(&scope).bytes, left(&scope).blocks), (160, 10));
}

#[test]
fn a_reallocation_that_fails_changes_nothing() {
    let _alone = ALONE.lock().expect("unpoisoned");
    let scope = FollowedScope::new();
    let mut list = scope.run(|| black_box(Vec::<u8>::with_capacity(100)));
    LARGEST.set(1000);
    let inside = scope.run(|| list.try_reserve_exact(5000));
    let outside = list.try_reserve_exact(5000);
    LARGEST.set(usize::MAX);
    assert!(inside.is_err() && outside.is_err());
    assert_eq!((left(&scope).bytes, left(&scope).blocks), (100, 1));
    drop(list);
    assert_eq!((left(&scope).bytes, left(&scope).blocks), (0, 0));
}

/// The n-th call of the allocator fails, for each n: whatever the audit does beside, the program sees its own failures alone.
#[test]
fn a_failure_at_each_call_is_the_programs_own() {
    let _alone = ALONE.lock().expect("unpoisoned");
    let work = |blocks: &mut [Vec<u8>; 6]| {
        let mut had = 0;
        for (place, block) in blocks.iter_mut().enumerate() {
            had += usize::from(block.try_reserve_exact(100 * (place + 1)).is_ok());
            had += usize::from(block.try_reserve_exact(10_000).is_ok());
        }
        had
    };
    for calls in 0..=12 {
        let scope = FollowedScope::new();
        let mut blocks: [Vec<u8>; 6] = Default::default();
        let had = scope.run(|| {
            CALLS.set(calls);
            let had = work(&mut blocks);
            CALLS.set(u64::MAX);
            had
        });
        assert_eq!(had, usize::try_from(calls).expect("small"), "each call is one of the program's");
        let bytes: usize = blocks.iter().map(Vec::capacity).sum();
        assert_eq!(left(&scope).bytes, bytes as u64);
        drop(blocks);
        assert_eq!(left(&scope).blocks, 0);
    }
}

#[test]
fn blocks_beyond_the_table_are_counted_as_not_followed() {
    let _alone = ALONE.lock().expect("unpoisoned");
    let scope = FollowedScope::new();
    let mut kept: Vec<Box<u64>> = Vec::with_capacity(MAX_BLOCKS + 1000);
    LARGEST.set(64);
    scope.run(|| kept.extend((0..MAX_BLOCKS as u64 + 1000).map(|number| black_box(Box::new(number)))));
    LARGEST.set(usize::MAX);
    assert_eq!((left(&scope).blocks, left(&scope).unfollowed), (MAX_BLOCKS as u64, 1000));
    drop(kept);
    assert_eq!((left(&scope).bytes, left(&scope).blocks), (0, 0));
}
