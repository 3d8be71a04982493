//! An inner allocator that keeps books of its own, under a lock, in memory that it takes from the program's allocator: as
//! heap profilers do. Nothing of the audit may wait for that lock while somebody waits for the audit.

#![cfg(unix)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use record_audit::{CountingAllocator, FollowedScope, sample_stacks};

/// Notes each block's size in a block of its own, and throws the notes away from time to time.
struct Bookkeeping;

#[expect(clippy::vec_box, reason = "it is to allocate each time")]
static BOOKS: Mutex<Vec<Box<usize>>> = Mutex::new(Vec::new());
static IN_BOOKS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Whether this thread keeps books: what it allocates then is not booked.
    static KEEPING: Cell<bool> = const { Cell::new(false) };
}

fn book(size: usize) {
    if KEEPING.replace(true) {
        IN_BOOKS.fetch_add(1, Ordering::Relaxed);
        return;
    }
    if let Ok(mut books) = BOOKS.lock() {
        books.push(Box::new(size));
        if books.len() > 300 {
            *books = Vec::new();
        }
    }
    KEEPING.set(false);
}

// SAFETY: every call is passed to `System` with its arguments, and its result is returned. The books are kept beside that,
// and what they allocate is not booked, so that the recursion is one deep.
unsafe impl GlobalAlloc for Bookkeeping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        book(layout.size());
        // SAFETY: what the caller promised to us is what `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        book(layout.size());
        // SAFETY: what the caller promised to us is what `System` asks for.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        book(new_size);
        // SAFETY: what the caller promised to us is what `System` asks for.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

#[global_allocator]
static ALLOCATOR: CountingAllocator<Bookkeeping> = CountingAllocator::new(Bookkeeping);

#[test]
fn nobody_waits_for_anybody() {
    const ROUNDS: u64 = 30;
    sample_stacks(2000);
    let done = Arc::new(AtomicU64::new(0));
    for thread in 0..4_usize {
        let done = Arc::clone(&done);
        std::thread::spawn(move || {
            for round in 0..ROUNDS {
                let scope = FollowedScope::new();
                let size = |n: usize| 16 + (n * 7 + thread) % 500;
                let mut kept: Vec<_> =
                    scope.run(|| (0..2000).map(|n| black_box(vec![1_u8; size(n)])).collect::<Vec<_>>());
                kept.iter_mut().step_by(3).for_each(|block| block.reserve_exact(1000));
                if round % 8 == 0 {
                    // Looks at the table, and names functions, which allocates under a lock of another crate.
                    drop(scope.left_behind());
                }
                drop(kept);
                done.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    // Not joined: a thread that waits for itself would not come.
    let mut progress = (0, Instant::now());
    while done.load(Ordering::Relaxed) < 4 * ROUNDS {
        let now = done.load(Ordering::Relaxed);
        if now != progress.0 {
            progress = (now, Instant::now());
        }
        if progress.1.elapsed() > Duration::from_secs(60) {
            // A panic would allocate, and wait too.
            let message = b"no progress: a deadlock\n";
            // SAFETY: the text is alive, and as long as said.
            unsafe { libc::write(2, message.as_ptr().cast(), message.len()) };
            // SAFETY: ends this process at once.
            unsafe { libc::_exit(101) };
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(IN_BOOKS.load(Ordering::Relaxed) > 100, "the allocator allocates under its lock");
}
