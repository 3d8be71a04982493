//! The heap profile: what is alive and what was allocated, by call stack and request.

#[cfg(feature = "page")]
pub(crate) mod flame;
mod names;
mod pprof;
mod protobuf;

use std::collections::HashMap;
use std::time::SystemTime;

use crate::counters::unfollowed;
use crate::heap::{self, Heap, ID_WORDS, Labels, Sum};
use crate::id::{self, RequestId};
use crate::method::Method;
use crate::route::Route;
use crate::stack::{self, Stack};

const _: () = assert!(ID_WORDS == id::ID_WORDS, "places of ids have room for them");

/// Samples the heap of the whole program from now on, with a point every `interval` bytes on average. The profile has a
/// block if a point falls into it. 1 takes every block, 0 ends the sampling. Can be called at any time.
///
/// 512 KiB is what Go's runtime uses. A taken block costs a walk of the call stack. Any other allocation costs a countdown,
/// and a request the writing of its name. While nothing is sampled, an allocation costs one more load. Blocks from before are
/// in no profile.
///
/// ```
/// # use record_audit::{CountingAllocator, heap_profile, sample_heap};
/// # #[global_allocator]
/// # static ALLOCATOR: CountingAllocator = CountingAllocator::system();
/// sample_heap(1);
/// let kept = vec![0_u8; 4096];
/// let profile = heap_profile();
/// sample_heap(0);
/// assert!(profile.in_use().bytes >= 4096.0);
/// # drop(kept);
/// ```
pub fn sample_heap(interval: u64) {
    heap::sample_every(interval);
}

/// Blocks and their bytes: estimates, but for a [`sample_heap`] of 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct HeapCount {
    /// Blocks.
    pub objects: f64,
    /// Their bytes.
    pub bytes: f64,
}

impl HeapCount {
    fn add(&mut self, other: Self) {
        self.objects += other.objects;
        self.bytes += other.bytes;
    }
}

impl From<Sum> for HeapCount {
    fn from(Sum { objects, bytes }: Sum) -> Self {
        Self { objects, bytes }
    }
}

/// The allocations of one call stack, for one request or for all that are not told apart.
#[derive(Debug, Clone)]
pub struct HeapSample {
    /// The pattern, as far as it was known when they were made; `None` outside of requests.
    pub route: Option<&'static str>,
    /// The request's method.
    pub method: Option<&'static str>,
    /// The request's id, for blocks that are alive. `None` also for a request's spawned work after its end, and for requests
    /// beyond 4096 at a time.
    pub request_id: Option<RequestId>,
    /// Allocated since the heap is sampled, freed blocks included. A reallocation counts as a new block of its whole size.
    pub allocated: HeapCount,
    /// Of these, alive.
    pub in_use: HeapCount,
    stack: Stack,
}

impl HeapSample {
    /// The functions, innermost first, as [`Site::frames`](crate::Site::frames). Empty for the sum of what had no room: a
    /// profile has 8192 call stacks.
    ///
    /// Looks names up in debug information, which takes milliseconds, and seconds for the first one of a large program.
    #[must_use]
    pub fn frames(&self) -> Vec<String> {
        unfollowed(|| stack::names(self.stack.frames()))
    }
}

/// The value that a profile shows first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeapValue {
    /// Bytes that are alive.
    InUse,
    /// Bytes that were allocated.
    Allocated,
}

/// See [`heap_profile`].
#[derive(Debug, Clone)]
pub struct HeapProfile {
    /// In no order.
    pub samples: Vec<HeapSample>,
    /// Bytes between two points of sampling now; 0 where [`sample_heap`] is off.
    pub interval_bytes: u64,
    /// Sampled blocks that are missing among those alive, for more than 65,536 of them were alive at a time. Choose a larger
    /// interval if this is not 0.
    pub unfollowed: u64,
    taken: SystemTime,
}

impl HeapProfile {
    /// The sum of what is alive.
    #[must_use]
    pub fn in_use(&self) -> HeapCount {
        self.sum(|sample| sample.in_use)
    }

    /// The sum of what was allocated.
    #[must_use]
    pub fn allocated(&self) -> HeapCount {
        self.sum(|sample| sample.allocated)
    }

    fn sum(&self, of: impl Fn(&HeapSample) -> HeapCount) -> HeapCount {
        self.samples.iter().fold(HeapCount::default(), |mut sum, sample| {
            sum.add(of(sample));
            sum
        })
    }

    /// The profile as a file that `go tool pprof` opens: `profile.proto` in gzip. It has Go's four kinds of values for
    /// a heap, and the labels `route`, `method` and `request_id`.
    ///
    /// Looks names up in debug information, as [`HeapSample::frames`]. A program without it shows addresses.
    ///
    /// ```
    /// # use record_audit::{CountingAllocator, HeapValue, heap_profile, sample_heap};
    /// # #[global_allocator]
    /// # static ALLOCATOR: CountingAllocator = CountingAllocator::system();
    /// sample_heap(512 << 10);
    /// # sample_heap(1);
    /// # let _kept = vec![0; 10];
    /// let file = heap_profile().to_pprof(HeapValue::InUse);
    /// // std::fs::write("heap.pb.gz", file)?;
    /// assert!(file.starts_with(&[0x1f, 0x8b]));
    /// # sample_heap(0);
    /// ```
    #[must_use]
    pub fn to_pprof(&self, shown: HeapValue) -> Vec<u8> {
        unfollowed(|| pprof::file(self, shown))
    }
}

/// The heap as [`sample_heap`] sees it: living blocks, and allocations since then, by call stack, route and method.
/// Living blocks also have their request.
///
/// Memory of this crate is not in it, that of profiles included, nor memory that does not come from the global allocator.
///
/// # Complexity
/// Looks through all sampled blocks and call stacks: some milliseconds at most.
#[must_use]
pub fn heap_profile() -> HeapProfile {
    unfollowed(look)
}

fn look() -> HeapProfile {
    let Heap { calls, blocks, unfollowed } = heap::look();
    let mut living: HashMap<_, HeapCount> = HashMap::new();
    for block in blocks {
        let weight = f64::from(block.weight);
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let count = HeapCount { objects: weight, bytes: weight * block.size as f64 };
        living.entry((block.call, block.id)).or_default().add(count);
    }
    let mut in_use: HashMap<u32, HeapCount> = HashMap::new();
    let mut samples = Vec::new();
    let names = |request: u16| {
        let (route, method) = Labels::route_and_method(request)?;
        Some((Route::numbered(route).unwrap_or(Route::UNMATCHED).text(), Method::numbered(method).name()))
    };
    for ((call, id), count) in living {
        let Some(called) = calls.get(&call) else { continue };
        in_use.entry(call).or_default().add(count);
        let (route, method) = names(called.request).unzip();
        let request_id = id.and_then(|id| RequestId::of_words(id.len, id.words));
        samples.push(HeapSample {
            route,
            method,
            request_id,
            allocated: count,
            in_use: count,
            stack: called.stack.clone(),
        });
    }
    // The rest of what each stack has allocated was freed.
    for (number, called) in calls {
        let alive = in_use.remove(&number).unwrap_or_default();
        let (objects, bytes) = (called.sum.objects - alive.objects, called.sum.bytes - alive.bytes);
        // Sums are rounded to a part of a block.
        if objects > 0.01 || bytes > 0.5 {
            let allocated = HeapCount { objects: objects.max(0.0), bytes: bytes.max(0.0) };
            let (route, method) = names(called.request).unzip();
            let in_use = HeapCount::default();
            samples.push(HeapSample { route, method, request_id: None, allocated, in_use, stack: called.stack });
        }
    }
    HeapProfile { samples, interval_bytes: heap::interval(), unfollowed, taken: SystemTime::now() }
}
