//! Known programs and their exact counts: the same under every allocator that the wrapper stands around.

use std::hint::black_box;

use record_audit::{Counters, is_active, measure};

fn counted(work: impl FnOnce()) -> Counters {
    measure(work).1.expect("the allocator is installed")
}

#[test]
fn it_says_that_it_is_active() {
    assert!(is_active());
}

#[test]
fn a_block() {
    let it = counted(|| drop(black_box(vec![1_u8; 1000])));
    assert_eq!((it.allocations, it.allocated_bytes, it.frees, it.freed_bytes), (1, 1000, 1, 1000));
    assert_eq!((it.reallocations, it.peak_bytes, it.net_bytes()), (0, 1000, 0));
}

#[test]
fn a_zeroed_block() {
    let it = counted(|| drop(black_box(vec![0_u64; 4096])));
    assert_eq!((it.allocations, it.allocated_bytes, it.frees, it.freed_bytes), (1, 32768, 1, 32768));
}

#[test]
fn growth_and_shrinking_are_differences() {
    let it = counted(|| {
        let mut list: Vec<u8> = Vec::with_capacity(16);
        list.reserve_exact(black_box(64));
        list.reserve_exact(black_box(100_000));
        list.push(1);
        list.shrink_to_fit();
        drop(black_box(list));
    });
    assert_eq!((it.allocations, it.reallocations, it.frees), (1, 3, 1));
    assert_eq!((it.allocated_bytes, it.freed_bytes, it.peak_bytes), (100_000, 100_000, 100_000));
}

#[test]
fn doubling() {
    let it = counted(|| {
        let mut list = Vec::new();
        (0..1024_u32).for_each(|number| list.push(number));
        drop(black_box(list));
    });
    // 4, 8, …, 1024 elements.
    assert_eq!((it.allocations, it.reallocations, it.frees), (1, 8, 1));
    assert_eq!((it.allocated_bytes, it.peak_bytes, it.net_bytes()), (4096, 4096, 0));
}

#[test]
fn large_alignment_and_nothing() {
    #[repr(align(4096))]
    struct Page([u8; 4096]);

    let it = counted(|| assert_eq!(black_box(Box::new(Page([7; 4096]))).0[9], 7));
    assert_eq!((it.allocations, it.allocated_bytes, it.net_bytes()), (1, 4096, 0));
    assert_eq!(counted(|| drop(black_box(Vec::<u8>::new()))).allocations, 0);
}

#[test]
fn memory_that_was_there_before_makes_the_balance_negative() {
    let before = vec![1_u8; 300];
    let it = counted(|| drop(black_box(before)));
    assert_eq!((it.allocations, it.frees, it.net_bytes(), it.peak_bytes), (0, 1, -300, 0));
}

#[test]
fn another_thread_is_not_counted_but_where_it_frees_is() {
    let (sent, received) = std::sync::mpsc::channel::<Vec<u8>>();
    let worker = std::thread::spawn(move || {
        let list = received.recv().expect("one is sent");
        counted(|| drop(black_box(list)))
    });
    let here = counted(|| sent.send(black_box(vec![1_u8; 5000])).expect("the worker waits"));
    let there = worker.join().expect("it does not panic");
    assert_eq!((there.allocations, there.frees, there.net_bytes()), (0, 1, -5000));
    assert!(here.net_bytes() >= 5000);
}

#[test]
fn it_counts_while_a_thread_is_torn_down() {
    struct AtExit;
    impl Drop for AtExit {
        fn drop(&mut self) {
            let (list, counters) = measure(|| black_box(vec![1_u8; 77]));
            assert_eq!(counters.map(|it| (it.allocations, it.net_bytes())), Some((1, 77)));
            drop(list);
        }
    }
    thread_local!(static AT_EXIT: AtExit = const { AtExit });

    std::thread::spawn(|| AT_EXIT.with(|_| drop(black_box(vec![1_u8; 9])))).join().expect("the drop asserts");
}
