//! Blocks that are followed: who frees them does not matter.

use std::hint::black_box;

use record_audit::{FollowedScope, LeftBehind, sample_stacks};

fn left(scope: &FollowedScope) -> LeftBehind {
    scope.left_behind().expect("the allocator is installed")
}

#[test]
fn what_is_freed_elsewhere_is_not_left_behind() {
    let scope = FollowedScope::new();
    let lists = scope.run(|| (0..10).map(|size| black_box(vec![1_u8; 100 + size])).collect::<Vec<_>>());
    let outer = 10 * std::mem::size_of::<Vec<u8>>() as u64;
    assert_eq!((left(&scope).bytes, left(&scope).blocks), (1045 + outer, 11));
    std::thread::spawn(move || drop(lists)).join().expect("no panic");
    assert_eq!((left(&scope).bytes, left(&scope).blocks), (0, 0));
}

#[test]
fn reallocation_anywhere_keeps_the_block_its_owners() {
    let scope = FollowedScope::new();
    let mut list = scope.run(|| Vec::<u8>::with_capacity(10));
    list.reserve_exact(100_000);
    assert_eq!((left(&scope).bytes, left(&scope).blocks), (100_000, 1));
    list.push(1);
    list.shrink_to_fit();
    assert_eq!((left(&scope).bytes, left(&scope).blocks), (1, 1));
    drop(list);
    assert_eq!(left(&scope).blocks, 0);
}

#[test]
fn a_request_that_grows_a_block_has_it_from_then_on() {
    let (first, second) = (FollowedScope::new(), FollowedScope::new());
    let mut list = first.run(|| Vec::<u8>::with_capacity(10));
    second.run(|| list.reserve_exact(1 << 20));
    assert_eq!((left(&first).bytes, left(&second).bytes), (0, 1 << 20));
    drop(list);
    assert_eq!(left(&second).blocks, 0);
}

#[test]
fn only_work_of_the_scope_is_followed() {
    let scope = FollowedScope::new();
    let before = black_box(vec![1_u8; 10]);
    scope.run(|| drop(before));
    let after = black_box(vec![1_u8; 10]);
    assert_eq!(left(&scope).blocks, 0);
    let inner = FollowedScope::new();
    let kept = scope.run(|| (black_box(vec![1_u8; 5]), inner.run(|| black_box(vec![1_u8; 7]))));
    assert_eq!((left(&scope).bytes, left(&inner).bytes), (5, 7), "the innermost owns");
    drop((kept, after));
}

#[test]
fn many_threads_agree() {
    let scope = FollowedScope::new();
    std::thread::scope(|threads| {
        let (sent, received) = std::sync::mpsc::sync_channel::<Vec<u8>>(100);
        let scope = &scope;
        threads.spawn(move || {
            for size in 1..20_000 {
                sent.send(scope.run(|| black_box(vec![1_u8; size % 500 + 1]))).expect("received");
            }
        });
        threads.spawn(move || received.into_iter().for_each(drop));
    });
    assert_eq!((left(&scope).bytes, left(&scope).blocks), (0, 0));
}

/// The table grows and frees its old memory under its own lock, when nearly every address looks as if it were followed.
#[test]
fn more_blocks_than_the_filter_has_places() {
    let scope = FollowedScope::new();
    let mut kept: Vec<Box<u64>> = Vec::with_capacity(150_000);
    scope.run(|| kept.extend((0..150_000).map(|number| black_box(Box::new(number)))));
    assert_eq!((left(&scope).bytes, left(&scope).blocks, left(&scope).unfollowed), (1_200_000, 150_000, 0));
    kept.truncate(1000);
    assert_eq!(left(&scope).blocks, 1000);
    drop(scope);
    drop(kept);
}

#[inline(never)]
fn a_function_that_keeps() -> Vec<u8> {
    black_box(vec![1_u8; 12_345])
}

#[cfg(feature = "backtrace")]
#[test]
fn a_call_stack_names_the_function() {
    sample_stacks(1);
    let scope = FollowedScope::new();
    let kept = scope.run(a_function_that_keeps);
    let sites = left(&scope).sites;
    sample_stacks(0);
    let site = sites.iter().find(|site| site.bytes == 12_345).expect("sampled");
    assert_eq!(site.blocks, 1);
    assert!(site.frames.iter().any(|frame| frame.contains("a_function_that_keeps")), "{:#?}", site.frames);
    assert!(!site.frames[0].contains("record_audit::"), "{:#?}", site.frames);
    drop(kept);
}

/// A thread that walks stacks while its allocations are followed, and their stacks taken, must not wait for itself.
#[test]
fn stacks_within_stacks() {
    sample_stacks(1);
    let scope = FollowedScope::new();
    scope.run(|| {
        for _ in 0..20 {
            drop(black_box(std::backtrace::Backtrace::force_capture().to_string()));
        }
    });
    sample_stacks(0);
}
