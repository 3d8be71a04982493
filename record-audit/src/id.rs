//! Ids of requests, those of clients and those that are made here.

use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use crate::sampling::mixed;

/// The longest request id that is taken from a client, in bytes.
pub const MAX_ID_BYTES: usize = 63;

/// The id of a request: the client's `x-request-id`, or one made here. Kept in place, so that it costs no allocation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId(Id);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Id {
    Made(u64),
    Taken { len: u8, bytes: [u8; MAX_ID_BYTES] },
}

impl RequestId {
    /// The client's id, if it is 1 to [`MAX_ID_BYTES`] bytes of visible ASCII: anything else could forge log lines.
    #[must_use]
    pub fn taken(text: &[u8]) -> Option<Self> {
        if text.is_empty() || text.len() > MAX_ID_BYTES {
            return None;
        }
        let mut bytes = [FILLER; MAX_ID_BYTES];
        bytes[..text.len()].copy_from_slice(text);
        // All of them, without an early end: a few vector instructions.
        let is_visible = bytes.iter().fold(true, |visible, byte| visible & byte.is_ascii_graphic());
        is_visible.then_some(Self(Id::Taken { len: u8::try_from(text.len()).ok()?, bytes }))
    }

    /// Becomes the client's id, if it [is one](Self::taken).
    #[inline(never)]
    pub(crate) fn take(&mut self, text: &[u8]) -> bool {
        let taken = Self::taken(text);
        if let Some(taken) = taken {
            *self = taken;
        }
        taken.is_some()
    }

    /// Writes the id for others to [`load`](Self::load). Returns the length of a taken one, 0 for one that was made.
    #[inline(always)]
    pub(crate) fn store(&self, words: &[AtomicU64; ID_WORDS]) -> u8 {
        match &self.0 {
            Id::Made(number) => {
                words[0].store(*number, Ordering::Relaxed);
                0
            }
            Id::Taken { len, bytes } => {
                store_taken(*len, bytes, words);
                *len
            }
        }
    }

    /// `None` if it was read while it was written.
    pub(crate) fn load(len: usize, words: &[AtomicU64; ID_WORDS]) -> Option<Self> {
        if len == 0 {
            return Some(Self(Id::Made(words[0].load(Ordering::Relaxed))));
        }
        let mut bytes = [0; 8 * ID_WORDS];
        for (part, word) in bytes.chunks_exact_mut(8).zip(words) {
            part.copy_from_slice(&word.load(Ordering::Relaxed).to_ne_bytes());
        }
        Self::taken(bytes.get(..len)?)
    }

    /// By [`store`](Self::store), for words that were copied.
    #[cfg(feature = "pprof")]
    pub(crate) fn of_words(len: u8, words: [u64; ID_WORDS]) -> Option<Self> {
        Self::load(usize::from(len), &words.map(AtomicU64::new))
    }

    /// A new id: 32 hexadecimal digits, half of them random per process. Unique, not secret, and not in order: each thread
    /// takes numbers by the thousand. Processes that were forked from one another make different ones.
    #[must_use]
    #[inline(always)]
    pub fn made() -> Self {
        let number = NUMBER.try_with(|next| {
            let number = if next.get().is_multiple_of(NUMBERS_PER_THREAD) { more_numbers() } else { next.get() };
            next.set(number.wrapping_add(1));
            number
        });
        let number = number.unwrap_or_else(|_| unreachable!("what has no destructor is always there"));
        Self(Id::Made(number))
    }
}

/// The number of a made id, or the bytes of a taken one.
pub(crate) const ID_WORDS: usize = (MAX_ID_BYTES + 1) / 8;

/// The letters of an id, eight to a word. Words without any stay as they are.
#[inline]
fn store_taken(len: u8, bytes: &[u8; MAX_ID_BYTES], words: &[AtomicU64; ID_WORDS]) {
    let (whole, rest) = bytes.as_chunks::<8>();
    for (word, part) in words.iter().zip(whole).take(usize::from(len).div_ceil(8)) {
        word.store(u64::from_ne_bytes(*part), Ordering::Relaxed);
    }
    if usize::from(len) > 8 * whole.len() {
        let mut last = [FILLER; 8];
        last[..rest.len()].copy_from_slice(rest);
        words[whole.len()].store(u64::from_ne_bytes(last), Ordering::Relaxed);
    }
}

/// Fills the rest of the place behind a shorter id: any visible letter.
const FILLER: u8 = b'-';

const NUMBERS_PER_THREAD: u64 = 1024;

thread_local! {
    /// The next number of this thread; one that divides by [`NUMBERS_PER_THREAD`] is not its own yet.
    static NUMBER: Cell<u64> = const { Cell::new(0) };
}

#[cold]
fn more_numbers() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(NUMBERS_PER_THREAD, Ordering::Relaxed)
}

/// The half of made ids that is random.
///
/// A forked process goes on with its parent's numbers, so this half has to differ. The process is asked for only here,
/// where an id becomes text. Atomics alone, for a lock could be held by a thread that was not forked along.
fn process() -> u64 {
    /// Drawn once, and kept by forked processes; 0 until then.
    static FAMILY: AtomicU64 = AtomicU64::new(0);
    /// The process id in the upper half, a number drawn for it in the lower.
    static PROCESS: AtomicU64 = AtomicU64::new(0);

    let drawn = |what: u64| RandomState::new().hash_one((what, SystemTime::now()));
    let family = match FAMILY.load(Ordering::Relaxed) {
        0 => {
            let new = drawn(0).max(1);
            FAMILY.compare_exchange(0, new, Ordering::Relaxed, Ordering::Relaxed).err().unwrap_or(new)
        }
        known => known,
    };
    let pid = u64::from(std::process::id());
    let known = PROCESS.load(Ordering::Relaxed);
    let process = if known >> 32 == pid {
        known
    } else {
        let new = pid << 32 | drawn(pid) >> 32;
        // Of two threads at a time one wins, for the same process.
        PROCESS.compare_exchange(known, new, Ordering::Relaxed, Ordering::Relaxed).err().unwrap_or(new)
    };
    mixed(family ^ mixed(process))
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Id::Made(number) => write!(f, "{:016x}{number:016x}", process()),
            Id::Taken { len, bytes } => {
                f.write_str(str::from_utf8(&bytes[..usize::from(*len)]).expect("checked to be ASCII"))
            }
        }
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
