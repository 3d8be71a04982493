//! The sampled heap: sums by call stack, and the ids of requests under their labels.
//!
//! Its living blocks are in the table that the models of followed blocks have. Not here is `Calls::clear` while others add,
//! which its contract excludes. Spawned work that outlives its trace may do so: then a stack of the next trace has too many.

use loom::thread::spawn;

use super::calls::Calls;
use super::context::{ID_WORDS, Id, Labels, Place};
use crate::explore;
use crate::stack::Stack;
use crate::sync::atomic::{AtomicU64, Ordering};

const PLACES: usize = 2;
static CALLS: Calls<PLACES> = Calls::new();

fn stack(number: usize) -> Stack {
    Stack::of([number, number + 1].into_iter())
}

/// Both places had stacks before, and are free again.
fn used_calls() {
    for number in [30, 20, 10] {
        CALLS.add(&stack(number), number as u16, 1, 1.0);
    }
    CALLS.clear();
}

/// Each stack that is found is whole, and of what it served; its bytes by the number of its place.
fn found(stacks: &[usize]) -> Vec<(u32, usize, f64)> {
    let mut all = Vec::new();
    CALLS.for_each(|place, request, found, sum| {
        let number = stacks.iter().copied().find(|number| stack(*number) == found).unwrap_or(0);
        assert!(place == 0 || number > 0, "a mixture of two: {found:?}");
        assert_eq!(usize::from(request), number, "what another one served");
        all.push((place, number, sum.bytes));
    });
    all
}

/// Threads add blocks of the same stack and of another one while somebody looks: no block is lost.
pub fn same_stacks_are_summed(preemptions: Option<usize>) {
    stacks_are_summed(preemptions, [10, 20, 10]);
}

/// There are places for two of them.
pub fn other_stacks_are_summed(preemptions: Option<usize>) {
    stacks_are_summed(preemptions, [10, 20, 30]);
}

fn stacks_are_summed(preemptions: Option<usize>, stacks: [usize; 3]) {
    explore(preemptions, move || {
        used_calls();
        let add = move |number: usize| (CALLS.add(&stack(number), number as u16, number, 1.0), number);
        let others = [stacks[0], stacks[1]].map(|number| spawn(move || add(number)));
        let seen: f64 = found(&stacks).into_iter().map(|(_, _, bytes)| bytes).sum();
        let mine = add(stacks[2]);
        let added = [mine].into_iter().chain(others.map(|other| other.join().expect("no panic")));
        let all = found(&stacks);
        for (place, number) in added {
            assert!(
                all.iter().any(|found| (found.0, found.1) == (place, if place == 0 { 0 } else { number })),
                "{all:?}"
            );
        }
        let sum: f64 = all.into_iter().map(|(_, _, bytes)| bytes).sum();
        assert_eq!(sum, stacks.into_iter().sum::<usize>() as f64);
        assert!(seen <= sum);
    });
}

fn id(number: u64) -> Id {
    let mut words = [0; ID_WORDS];
    words[..2].fill(number);
    Id { len: 16, words }
}

fn begin(place: Place, number: u64) -> Labels {
    let write = |words: &[AtomicU64; ID_WORDS]| {
        for word in &words[..2] {
            word.store(number, Ordering::Relaxed);
        }
        16
    };
    Labels::of(place.begin(number as usize, 1, write))
}

/// Work that two requests have left behind asks for their ids while the next one of their place begins.
pub fn ids_are_of_their_request(preemptions: Option<usize>) {
    explore(preemptions, || {
        let place = Place::new();
        let labels = [begin(place, 1), begin(place, 2)];
        assert_eq!(labels.map(Labels::id), [None, Some(id(2))]);
        let left_behind = [(labels[1], 2), (labels[0], 1)].map(|(labels, number)| {
            spawn(move || {
                let seen = labels.id();
                assert!(seen.is_none() || number == 2 && seen == Some(id(2)), "{seen:?}");
            })
        });
        let third = begin(place, 3);
        for work in left_behind {
            work.join().expect("no panic");
        }
        assert_eq!([labels[0], labels[1], third].map(Labels::id), [None, None, Some(id(3))]);
    });
}

/// Requests that begin at the same time have places of their own.
pub fn places_of_ids_are_had_alone(preemptions: Option<usize>) {
    explore(preemptions, || {
        begin(Place::new(), 9);
        let life = |number: u64| {
            let labels = begin(Place::new(), number);
            assert_eq!(labels.id(), Some(id(number)));
        };
        let others = [1, 2].map(|number| spawn(move || life(number)));
        life(3);
        for other in others {
            other.join().expect("no panic");
        }
    });
}
