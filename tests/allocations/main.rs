//! The library's claim: once a buffer has grown, writing allocates nothing.
//!
//! A process of its own, because it installs a counting allocator. Every value is written twice into one buffer; the
//! second write must not call the allocator at all. The exceptions, by contract:
//!
//! - a container with `into = "…"` is cloned and converted, as in serde: what that allocates is its own;
//! - a function of the user's (`serialize_with`, `Display`, a hand-written `write`) allocates what it likes;
//! - `bigdecimal::BigDecimal` has its digits from its own crate, which allocates them;
//! - `dashmap`'s iterators allocate a guard for each shard;
//! - a value that cannot be written may allocate the message of its error.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "the signatures that the derives call")]

mod policies;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeMap;

use record_runtime::{
    BufferPool, JsonWriter, PoolLimits, PooledBuffer, WriteOptions, ZeroAllocJson, to_string, to_string_pretty,
    to_string_with, to_vec,
};
use record_tests::catalogue::{self, Visitor};
use record_tests::models::{Event, Page, Response, Shape, User};
use serde::Serialize;

/// The system's allocator, and a count per thread of the calls that ask for memory.
struct CountingAllocator;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// Bytes that the thread has allocated and not freed.
    static ALLOCATED: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: usize) {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
    ALLOCATED.set(ALLOCATED.get() + bytes.cast_signed());
}

fn uncount(bytes: usize) {
    ALLOCATED.set(ALLOCATED.get() - bytes.cast_signed());
}

// SAFETY: every method passes its arguments on to `System`, which upholds the contract. The counter is a constant-
// initialised thread-local without a destructor, so that counting allocates nothing.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        uncount(layout.size());
        count(size);
        // SAFETY: the caller's contract is that of `System`, which allocated the block.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        uncount(layout.size());
        // SAFETY: the caller's contract is that of `System`, which allocated the block.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn allocations_of(run: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    run();
    ALLOCATIONS.get() - before
}

/// The second write of a value into one buffer.
#[track_caller]
fn assert_no_allocation<T: ZeroAllocJson + ?Sized>(name: &str, value: &T) {
    let mut buf = Vec::new();
    value.write_json(&mut buf);
    let first = buf.clone();
    buf.clear();
    let count = allocations_of(|| value.write_json(&mut buf));
    assert_eq!(count, 0, "allocations by the second write of {name}");
    assert!(buf == first, "the second write of {name} differs");

    buf.clear();
    let count = allocations_of(|| assert!(value.try_write_json(&mut buf).is_ok()));
    assert_eq!(count, 0, "allocations by a second `try_write_json` of {name}");
    assert!(value.json_capacity() >= buf.len());
    // Now and then the thread's buffer is replaced by a smaller one.
    let counts = [(); 2].map(|()| allocations_of(|| assert!(value.json_capacity() > 0)));
    assert!(counts.contains(&0), "allocations by measuring {name}: {counts:?}");
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations_of(|| drop(std::hint::black_box(vec![1_u8]))), 1);
    assert_eq!(allocations_of(|| drop(std::hint::black_box(Vec::<u8>::new()))), 0);
}

#[test]
fn every_type_of_the_catalogue() {
    struct Counting;
    impl Visitor for Counting {
        fn visit_like<T, R>(&mut self, name: &str, value: &T, _: &R)
        where
            T: ZeroAllocJson + ?Sized,
            R: Serialize + ?Sized,
        {
            assert_no_allocation(name, value);
            assert_no_allocation(name, &[Some((1_u8, value, "text\n")), None]);
        }
    }
    assert!(catalogue::visit_all(&mut Counting) > 120);
}

#[test]
fn responses() {
    assert_no_allocation("a response", &Response::example());
    assert_no_allocation("an empty response", &Response::empty());
    assert_no_allocation("users", &(0..1000).map(User::example).collect::<Vec<_>>());
    assert_no_allocation("events", &[Event::Nothing, Event::Message("\n".repeat(10_000)), Event::Moved(1, 0.1)]);
    assert_no_allocation("shapes", &[Shape::EmptyShape, Shape::Owned(Page::default())]);
    assert_no_allocation("an article", &"a line of text, with \"quotes\" and ünïcödé\n".repeat(400));
    let labels: BTreeMap<String, f64> = (0..1000_u32).map(|n| (format!("label {n}"), f64::from(n) / 7.0)).collect();
    assert_no_allocation("labels", &labels);
}

/// A function of the user's that allocates nothing itself.
#[test]
fn functions() {
    #[derive(ZeroAllocJson)]
    struct WithFunction {
        #[json(serialize_with = "write_hex")]
        colour: u32,
        #[json(serialize_with = "write_words")]
        words: &'static str,
    }

    fn write_hex(colour: &u32, w: &mut JsonWriter<'_>) {
        w.fmt(format_args!("#{colour:06x}"));
    }

    fn write_words(text: &&str, w: &mut JsonWriter<'_>) {
        w.seq(text.split(' '));
    }

    assert_no_allocation("functions", &WithFunction { colour: 0x00ff_8000, words: "a b c d" });
}

/// A buffer of `json_capacity` is allocated once and never again.
#[test]
fn one_allocation_for_a_fresh_buffer() {
    let users: Vec<_> = (0..100).map(User::example).collect();
    assert!(users.json_capacity() > 0);
    let count = allocations_of(|| {
        let mut buf = Vec::with_capacity(users.json_capacity());
        users.write_json(&mut buf);
    });
    assert_eq!(count, 1);
}

/// An owned text is one allocation of exactly its length.
#[test]
fn one_allocation_for_an_owned_text() {
    let options = WriteOptions::new().html_safe();
    for count in [0, 1, 2, 100, 1_000] {
        let users: Vec<_> = (0..count).map(User::example).collect();
        for _ in 0..3 {
            let _ = to_string_pretty(&users);
        }
        let (mut vec, mut string, mut pretty, mut with) = (Vec::new(), String::new(), String::new(), String::new());
        assert_eq!(allocations_of(|| vec = to_vec(&users)), 1);
        assert_eq!(vec.capacity(), vec.len());
        assert_eq!(allocations_of(|| string = to_string(&users)), 1);
        assert_eq!(string.capacity(), string.len());
        assert_eq!(allocations_of(|| pretty = to_string_pretty(&users)), 1);
        assert_eq!(pretty.capacity(), pretty.len());
        assert_eq!(allocations_of(|| with = to_string_with(&users, &options)), 1);
        assert_eq!(with.capacity(), with.len());
    }
    // Texts that are too long to be copied are cut to their length.
    let users: Vec<_> = (0..10_000).map(User::example).collect();
    for _ in 0..3 {
        let vec = to_vec(&users);
        assert!(vec.len() > 1 << 20);
        assert_eq!(vec.capacity(), vec.len());
    }
}

/// The memory that a thread keeps is bounded, and goes where it is not needed any more.
#[test]
fn what_a_thread_keeps() {
    // On a thread of its own, whose buffer nobody has used.
    std::thread::spawn(move || {
        let start = ALLOCATED.get();
        let held = || usize::try_from(ALLOCATED.get() - start).expect("more than before");
        for len in [10, 1_000, 100_000, 500_000, 1_000_000, 5_000_000, 20_000_000, 10] {
            drop(to_string(&"x".repeat(len)));
            assert!(held() <= 1 << 20, "{} bytes are held after a text of {len}", held());
        }
        drop(to_string(&"x".repeat(400_000)));
        assert!(held() >= 400_000);
        // A few short texts between long ones change nothing; many do.
        for _ in 0..20 {
            drop(to_string("short"));
        }
        assert!(held() >= 400_000);
        for _ in 0..100 {
            drop(to_string("short"));
        }
        assert!(held() < 10_000, "{}", held());
    })
    .join()
    .expect("no panic");
}

/// Calls within calls: by a `Display` that has a text written of its own.
#[test]
fn calls_within_calls() {
    struct Nested<'a>(&'a [User], usize);

    impl std::fmt::Display for Nested<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            let inner = if self.1 == 0 {
                to_string(self.0)
            } else {
                to_string(&format_args!("{}", Nested(self.0, self.1 - 1)))
            };
            f.write_str(&inner)?;
            f.write_str(&to_string(self.0))
        }
    }

    let users: Vec<_> = (0..3).map(User::example).collect();
    let inner = to_string(&users);
    let expected = serde_json::to_string(&(inner.clone() + &inner)).expect("JSON");
    for _ in 0..3 {
        assert_eq!(to_string(&format_args!("{}", Nested(&users, 0))), expected);
    }
    let twice = serde_json::to_string(&(expected + &inner)).expect("JSON");
    assert_eq!(to_string(&format_args!("{}", Nested(&users, 1))), twice);
    // A call's own buffer is there for those within it once more.
    let one = || drop(to_string(&[format_args!("{}", Nested(&users, 0))]));
    one();
    assert!(allocations_of(one) < 40);
}

/// A checkout, a body and a return, whatever the sizes; on a pool of one's own and on the global one.
#[test]
fn pooled_buffers() {
    let pool = BufferPool::new(PoolLimits::DEFAULT);
    let texts = ["a".repeat(10), "b".repeat(2_000), "c".repeat(64_000)];
    let round = || {
        for text in &texts {
            let mut buffer = pool.checkout(text.len());
            text.write_json(&mut buffer);
            let mut other = PooledBuffer::with_capacity(2 * text.len());
            text.write_json(&mut other);
        }
    };
    (0..3).for_each(|_| round());
    // Longer than the interval after which the pool looks for buffers that it does not need.
    assert_eq!(allocations_of(|| (0..2_000).for_each(|_| round())), 0);
}

/// Of the pools of a thread that are gone, the last one's buffer is left until there is another pool.
#[test]
fn pools_that_are_gone_leave_nothing_behind() {
    let round = || drop(BufferPool::new(PoolLimits::DEFAULT).checkout(10_000));
    (0..10).for_each(|_| round());
    let before = ALLOCATED.get();
    (0..100).for_each(|_| round());
    assert!(ALLOCATED.get() - before < 10_000, "{} bytes more", ALLOCATED.get() - before);
}

/// A pool knows the threads that use it, and forgets each at its end.
#[test]
fn threads_that_are_gone_leave_nothing_behind() {
    let pool = BufferPool::new(PoolLimits::DEFAULT);
    for _ in 0..100 {
        let used = pool.clone();
        std::thread::spawn(move || drop(used.checkout(10))).join().expect("no panic");
    }
    pool.trim();
    // They allocated what this frees.
    let before = ALLOCATED.get();
    drop(pool);
    assert!(before - ALLOCATED.get() < 4_000, "{} bytes", before - ALLOCATED.get());
}

/// The exception: what `into` clones and converts.
#[test]
fn conversions_allocate_what_they_clone() {
    #[derive(Clone, ZeroAllocJson)]
    #[json(into = "u8")]
    struct Cheap(u8);

    impl From<Cheap> for u8 {
        fn from(cheap: Cheap) -> Self {
            cheap.0
        }
    }

    #[derive(Clone, ZeroAllocJson)]
    #[json(into = "String")]
    struct Costly(String);

    impl From<Costly> for String {
        fn from(costly: Costly) -> Self {
            costly.0
        }
    }

    assert_no_allocation("a cheap conversion", &Cheap(1));
    let mut buf = Vec::with_capacity(1000);
    assert_eq!(allocations_of(|| Costly(String::from("text")).write_json(&mut buf)), 2);
}

/// Through serde: what `Serialize` implementations do is theirs, and those of derived types allocate nothing.
#[cfg(feature = "serde")]
#[test]
fn the_bridge_to_serde() {
    use record_runtime::Serde;

    #[derive(Serialize, ZeroAllocJson)]
    struct Fields {
        #[json(serde)]
        map: BTreeMap<u8, (f64, i128)>,
        #[serde(with = "time::serde::timestamp")]
        function: time::OffsetDateTime,
        #[serde(serialize_with = "collect")]
        displayed: u32,
    }

    fn collect<S: serde::Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("#{value:06x}\n"))
    }

    struct Bridged;
    impl Visitor for Bridged {
        fn visit_like<T, R>(&mut self, name: &str, _: &T, reference: &R)
        where
            T: ZeroAllocJson + ?Sized,
            R: Serialize + ?Sized,
        {
            assert_no_allocation(name, &Serde(reference));
        }
    }
    assert!(catalogue::visit_all(&mut Bridged) > 120);
    assert_no_allocation("a response through serde", &Serde(Response::example()));
    assert_no_allocation("a dynamic value", &Serde(serde_json::json!({"a": [1, 1.5, "x", null, {"b": true}]})));
    let at = time::OffsetDateTime::UNIX_EPOCH;
    assert_no_allocation("fields", &Fields { map: BTreeMap::from([(1, (0.1, 2))]), function: at, displayed: 7 });
}

/// Types of other crates, but for those whose own crate allocates for whoever reads them.
#[cfg(feature = "foreign")]
#[test]
fn every_type_of_another_crate() {
    struct Counting;
    impl Visitor for Counting {
        fn visit_like<T, R>(&mut self, name: &str, value: &T, _: &R)
        where
            T: ZeroAllocJson + ?Sized,
            R: Serialize + ?Sized,
        {
            if name != "bigdecimal::BigDecimal" && !name.starts_with("dashmap") {
                assert_no_allocation(name, value);
            }
        }
    }
    assert!(record_tests::foreign::visit_all(&mut Counting, 1) > 20_000);
}
