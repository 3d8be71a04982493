//! A heap profile as the page draws it: call stacks by route, whose functions are numbers.

use std::collections::HashMap;

use record_runtime::ZeroAllocJson;

use super::names::Names;
use super::{HeapCount, HeapProfile};
use crate::counters::unfollowed;

/// See [`of`].
#[derive(ZeroAllocJson)]
pub(crate) struct Flame {
    interval_bytes: u64,
    unfollowed: u64,
    /// The names of functions, with file and line where they are known.
    functions: Vec<String>,
    stacks: Vec<FlameStack>,
}

/// The memory that a route has from one call stack.
#[derive(ZeroAllocJson)]
struct FlameStack {
    route: Option<&'static str>,
    /// The numbers of the functions, outermost first.
    frames: Vec<usize>,
    in_use_bytes: f64,
    in_use_objects: f64,
    allocated_bytes: f64,
    allocated_objects: f64,
}

pub(crate) fn of(heap: &HeapProfile) -> Flame {
    unfollowed(|| draw(heap))
}

fn draw(heap: &HeapProfile) -> Flame {
    let mut sums: HashMap<_, (HeapCount, HeapCount)> = HashMap::new();
    for sample in &heap.samples {
        let (in_use, allocated) = sums.entry((sample.route, sample.stack.frames())).or_default();
        in_use.add(sample.in_use);
        allocated.add(sample.allocated);
    }
    let mut names = Names::default();
    let (mut functions, mut numbers) = (Vec::new(), HashMap::new());
    let mut number = |name: String| {
        *numbers.entry(name).or_insert_with_key(|name| {
            functions.push(name.clone());
            functions.len() - 1
        })
    };
    let stacks = sums.into_iter().map(|((route, stack), (in_use, allocated))| {
        let mut frames = Vec::new();
        for found in names.of(stack) {
            if found.functions.is_empty() {
                frames.push(number(format!("{:#x}", found.address)));
            }
            frames.extend(found.functions.iter().map(|function| number(function.to_string())));
        }
        frames.reverse();
        FlameStack {
            route,
            frames,
            in_use_bytes: in_use.bytes.round(),
            in_use_objects: in_use.objects.round(),
            allocated_bytes: allocated.bytes.round(),
            allocated_objects: allocated.objects.round(),
        }
    });
    let stacks = stacks.collect();
    Flame { interval_bytes: heap.interval_bytes, unfollowed: heap.unfollowed, functions, stacks }
}
