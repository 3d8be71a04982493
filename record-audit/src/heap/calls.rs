//! Sums by call stack, each with what it served. Of fixed number, without a lock; none is given up but by [`Calls::clear`].

use crate::sampling::mixed;
use crate::stack::{MAX_FRAMES, Stack};
use crate::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

/// Among how many places a stack may choose.
const STEPS: usize = 64;

/// Keys of places that have no stack, or none yet.
const FREE: u64 = 0;
const WRITING: u64 = 1;

/// Blocks are summed in parts of this, since a sample stands for so many and a fraction.
const PARTS: f64 = 1024.0;

/// Blocks, and their bytes, by estimate.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    pub(crate) objects: f64,
    pub(crate) bytes: f64,
}

pub(super) struct Calls<const PLACES: usize> {
    places: [Place; PLACES],
    /// Blocks whose stack had no place.
    rest: Sums,
}

struct Place {
    /// A hash of the stack and what it served, written last.
    key: AtomicU64,
    request: AtomicU32,
    len: AtomicU32,
    frames: [AtomicUsize; MAX_FRAMES],
    sums: Sums,
}

struct Sums {
    parts: AtomicU64,
    bytes: AtomicU64,
}

impl Sums {
    const fn new() -> Self {
        Self { parts: AtomicU64::new(0), bytes: AtomicU64::new(0) }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "estimates; `as` saturates")]
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn add(&self, size: usize, weight: f32) {
        let weight = f64::from(weight);
        self.parts.fetch_add((weight * PARTS).round() as u64, Ordering::Relaxed);
        self.bytes.fetch_add((weight * size as f64).round() as u64, Ordering::Relaxed);
    }

    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn read(&self) -> Sum {
        let (parts, bytes) = (self.parts.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed));
        Sum { objects: parts as f64 / PARTS, bytes: bytes as f64 }
    }

    #[cfg(feature = "budgets")]
    fn clear(&self) {
        self.parts.store(0, Ordering::Relaxed);
        self.bytes.store(0, Ordering::Relaxed);
    }
}

impl Place {
    const fn empty() -> Self {
        Self {
            key: AtomicU64::new(FREE),
            request: AtomicU32::new(0),
            len: AtomicU32::new(0),
            frames: [const { AtomicUsize::new(0) }; MAX_FRAMES],
            sums: Sums::new(),
        }
    }

    fn read(&self) -> Stack {
        let len = self.len.load(Ordering::Relaxed) as usize;
        Stack::of(self.frames.iter().take(len).map(|frame| frame.load(Ordering::Relaxed)))
    }

    fn write(&self, stack: &Stack, request: u16) {
        for (place, frame) in self.frames.iter().zip(stack.frames()) {
            place.store(*frame, Ordering::Relaxed);
        }
        self.len.store(u32::try_from(stack.frames().len()).unwrap_or(0), Ordering::Relaxed);
        self.request.store(u32::from(request), Ordering::Relaxed);
    }

    fn request(&self) -> u16 {
        u16::try_from(self.request.load(Ordering::Relaxed)).unwrap_or(0)
    }
}

impl<const PLACES: usize> Calls<PLACES> {
    pub(super) const fn new() -> Self {
        Self { places: [const { Place::empty() }; PLACES], rest: Sums::new() }
    }

    /// Adds a block that stands for `weight`. Returns the number of its stack, 0 where there is no room for it.
    pub(super) fn add(&self, stack: &Stack, request: u16, size: usize, weight: f32) -> u32 {
        let hash = stack.frames().iter().fold(mixed(u64::from(request) + 1), |hash, frame| mixed(hash ^ *frame as u64));
        let key = hash.max(WRITING + 1);
        let first = usize::try_from(hash % PLACES as u64).unwrap_or(0);
        for step in 0..STEPS.min(PLACES) {
            let number = (first + step) % PLACES;
            let place = &self.places[number];
            let claimed = place.key.compare_exchange(FREE, WRITING, Ordering::Acquire, Ordering::Acquire);
            match claimed {
                Ok(_) => {
                    place.write(stack, request);
                    place.key.store(key, Ordering::Release);
                }
                // One that is just being written may be the same. Two places for one stack do no harm.
                Err(found) if found != key => continue,
                Err(_) if place.request() != request || place.read() != *stack => continue,
                Err(_) => {}
            }
            place.sums.add(size, weight);
            return u32::try_from(number + 1).unwrap_or(0);
        }
        self.rest.add(size, weight);
        0
    }

    /// Hands each stack to `look`: its number, what it served, itself, and its sums. The last one has number 0 and no stack.
    pub(super) fn for_each(&self, mut look: impl FnMut(u32, u16, Stack, Sum)) {
        for (number, place) in (1..).zip(&self.places) {
            if place.key.load(Ordering::Acquire) > WRITING {
                look(number, place.request(), place.read(), place.sums.read());
            }
        }
        look(0, 0, Stack::of(std::iter::empty()), self.rest.read());
    }

    /// Forgets all of them, while nobody adds.
    #[cfg(feature = "budgets")]
    pub(super) fn clear(&self) {
        self.rest.clear();
        for place in &self.places {
            if place.key.load(Ordering::Acquire) > WRITING {
                place.sums.clear();
                place.key.store(FREE, Ordering::Release);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(number: usize) -> Stack {
        Stack::of([number, number / 7].into_iter())
    }

    /// Many threads add the same and different stacks: no block is lost, whatever room there is.
    #[test]
    fn nothing_is_lost() {
        for stacks in [50, 5000] {
            let calls: Box<Calls<512>> = Box::new(Calls::new());
            std::thread::scope(|scope| {
                for thread in 0..4_u16 {
                    let calls = &calls;
                    scope.spawn(move || {
                        for number in 0..20_000 {
                            calls.add(&stack(number % stacks), thread % 2, 10, 1.5);
                        }
                    });
                }
            });
            let (mut sum, mut named, mut found) = (Sum::default(), 0, std::collections::HashMap::new());
            calls.for_each(|number, request, stack, sums| {
                sum = Sum { objects: sum.objects + sums.objects, bytes: sum.bytes + sums.bytes };
                named += usize::from(number != 0);
                *found.entry((stack.frames().to_vec(), request)).or_insert(0.0) += sums.objects;
            });
            assert_eq!((sum.objects, sum.bytes), (120_000.0, 1_200_000.0));
            if stacks == 50 {
                // Each stack in each of two methods, by two threads, but for the one without a stack.
                assert_eq!(found.len(), 101);
                assert!(
                    found.iter().all(|((stack, _), objects)| stack.is_empty() || (*objects - 1200.0).abs() < 0.1),
                    "{found:?}"
                );
            } else {
                assert_eq!(named, 512, "all places are used");
            }
        }
    }
}
