//! The feature `zeroize`: nothing of a pooled buffer's contents is in its memory when it is used again, or freed.
//!
//! A process of its own, because its allocator looks through what is freed; and one that needs the feature:
//! `cargo test -p record-tests --features zeroize --test zeroize`.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use record_runtime::{BufferPool, Cursor, Dispatch, PoolLimits, PooledBuffer, ZeroAllocJson, to_writer};

const SECRET: u8 = 0xA7;

/// One that can stand in a text.
const SECRET_TEXT: u8 = b'Z';

/// How many of the bytes a block must have, in a row, to be one of this test's.
const RUN: usize = 64;

static FREED_WITH_SECRET: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, looking through each block before it is freed.
struct LookingAllocator;

// SAFETY: every method passes its arguments on to `System`, which upholds the contract. `alloc` is the trait's way to
// zeroed memory, so that every byte of a block is initialised when it is looked at.
unsafe impl GlobalAlloc for LookingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the block is the caller's until it is freed, and was zeroed when it was allocated.
        let block = unsafe { std::slice::from_raw_parts(pointer, layout.size()) };
        let found = |secret| block.windows(RUN).any(|window| window.iter().all(|&byte| byte == secret));
        if found(SECRET) || found(SECRET_TEXT) {
            FREED_WITH_SECRET.fetch_add(1, Ordering::SeqCst);
        }
        // SAFETY: the caller's contract is that of `System`, which allocated the block.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: LookingAllocator = LookingAllocator;

fn filled(pool: &BufferPool, len: usize) -> PooledBuffer {
    // Of the right size from the start: what a buffer leaves behind by growing is not overwritten, as documented.
    let mut buffer = pool.checkout(len);
    buffer.resize(len, SECRET);
    buffer
}

/// Text in the buffer that a thread keeps, until it ends.
fn the_buffer_of_a_thread() {
    // It gets its size first, and shrinks never: what it leaves behind by growing is not overwritten.
    let mut slice = [0; 16_000];
    assert!("clean".repeat(2_900).write_json_to_slice(&mut slice).is_ok());
    let text = std::str::from_utf8(&[SECRET_TEXT; 9_000]).unwrap().to_owned();
    for _ in 0..100 {
        assert!(text.write_json_to_slice(&mut slice).is_ok());
        assert!(text.write_json_to_slice(&mut slice[..100]).is_err());
        assert!(to_writer(std::io::sink(), &text).is_ok());
        let panics = Panics(&text);
        assert!(std::panic::catch_unwind(|| to_writer(std::io::sink(), &panics)).is_err());
        assert!("short".write_json_to_slice(&mut slice).is_ok());
    }
    // Not freed, since it is the test's own.
    std::mem::forget(text);
}

struct Panics<'a>(&'a str);

impl ZeroAllocJson for Panics<'_> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let _written = c.str(self.0);
        std::panic::resume_unwind(Box::new(()))
    }
}

/// One test, since the count is the process's.
#[test]
fn contents_are_overwritten_before_reuse_and_before_the_memory_is_freed() {
    let pool = BufferPool::new(PoolLimits { buffer_bytes: 10_000, ..PoolLimits::DEFAULT });

    let mut buffer = filled(&pool, 5_000);
    // Text that was cut off is in the memory all the same.
    buffer.truncate(10);
    drop(buffer);
    let mut buffer = pool.checkout(5_000);
    let capacity = buffer.capacity();
    // SAFETY: the allocator zeroes what it hands out, so that all of the capacity is initialised.
    unsafe { buffer.set_len(capacity) };
    assert!(buffer.iter().all(|&byte| byte == 0));
    drop(buffer);

    // Freed: by `trim`, as oversize, and with its pool and thread.
    drop(filled(&pool, 5_000));
    pool.trim();
    drop(filled(&pool, 20_000));
    let used = pool.clone();
    std::thread::spawn(move || drop(filled(&used, 9_000))).join().unwrap();
    drop(filled(&pool, 6_000));
    drop(pool);
    drop(BufferPool::new(PoolLimits::DEFAULT).checkout(0));
    assert_eq!(FREED_WITH_SECRET.load(Ordering::SeqCst), 0);

    std::thread::spawn(the_buffer_of_a_thread).join().unwrap();
    assert_eq!(FREED_WITH_SECRET.load(Ordering::SeqCst), 0);

    // That the test can fail.
    drop(vec![SECRET; 1_000]);
    assert_eq!(FREED_WITH_SECRET.load(Ordering::SeqCst), 1);
}
