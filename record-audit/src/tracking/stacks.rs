//! The call stacks of followed blocks, each kept once. Of fixed number, without a lock.

use crate::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

use crate::sampling::mixed;
use crate::stack::{MAX_FRAMES, Stack};

const STACKS: usize = 1 << 12;
/// Among how many places a stack may choose.
const ROW: usize = 16;
/// Instead of a number of references: a place whose stack is being written.
const WRITING: u32 = u32::MAX;

static PLACES: [Place; STACKS] = [const { Place::empty() }; STACKS];

struct Place {
    /// A part of the stack's hash in the upper half, references in the lower. Without references, the stack is still there
    /// until the place is needed.
    references: AtomicU64,
    len: AtomicU32,
    frames: [AtomicUsize; MAX_FRAMES],
}

impl Place {
    const fn empty() -> Self {
        Self {
            references: AtomicU64::new(0),
            len: AtomicU32::new(0),
            frames: [const { AtomicUsize::new(0) }; MAX_FRAMES],
        }
    }

    fn read(&self) -> Stack {
        let len = self.len.load(Ordering::Relaxed) as usize;
        Stack::of(self.frames.iter().take(len).map(|frame| frame.load(Ordering::Relaxed)))
    }

    fn write(&self, stack: &Stack) {
        for (place, frame) in self.frames.iter().zip(stack.frames()) {
            place.store(*frame, Ordering::Relaxed);
        }
        self.len.store(u32::try_from(stack.frames().len()).unwrap_or(0), Ordering::Relaxed);
    }
}

/// The number of a stack, with a reference more; 0 if there is no room.
pub(super) fn intern(stack: &Stack) -> u32 {
    let hash = stack.frames().iter().fold(1, |hash, frame| mixed(hash ^ *frame as u64));
    let first = usize::try_from(hash % STACKS as u64).unwrap_or(0) / ROW * ROW;
    let mark = hash & !u64::from(u32::MAX);
    let row = first..first + ROW;
    let number = |place: usize| u32::try_from(place + 1).unwrap_or(0);
    for place in row.clone() {
        let references = &PLACES[place].references;
        let one_more = |word: u64| {
            let count = u32::try_from(word & u64::from(u32::MAX)).unwrap_or(WRITING);
            (word & !u64::from(u32::MAX) == mark && count < WRITING - 1 && word != 0).then(|| word + 1)
        };
        if references.fetch_update(Ordering::AcqRel, Ordering::Relaxed, one_more).is_ok() {
            if PLACES[place].read() == *stack {
                return number(place);
            }
            references.fetch_sub(1, Ordering::Release);
        }
    }
    for place in row {
        let references = &PLACES[place].references;
        let word = references.load(Ordering::Relaxed);
        if word & u64::from(u32::MAX) == 0
            && references
                .compare_exchange(word, mark | u64::from(WRITING), Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
        {
            PLACES[place].write(stack);
            references.store(mark | 1, Ordering::Release);
            return number(place);
        }
    }
    0
}

/// A reference less.
pub(super) fn release(number: u32) {
    if let Some(place) = number.checked_sub(1) {
        PLACES[place as usize % STACKS].references.fetch_sub(1, Ordering::Release);
    }
}

pub(super) fn read(number: u32) -> Option<Stack> {
    number.checked_sub(1).map(|place| PLACES[place as usize % STACKS].read())
}
