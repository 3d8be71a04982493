//! What is reported of a request.

use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU16;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::Counters;
use crate::clock::{Clock, Ticks};
use crate::slot::RequestState;

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

    /// A new id: 32 hexadecimal digits, half of them random per process. Unique, not secret, and not in order: each thread
    /// takes numbers by the thousand.
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

/// What follows a taken id that is shorter than its place: any visible letter.
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
fn process() -> u64 {
    static PROCESS: OnceLock<u64> = OnceLock::new();
    *PROCESS.get_or_init(|| RandomState::new().hash_one(std::process::id()))
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

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The response was produced to its end.
    Completed,
    /// The service, or the response's body, returned an error.
    Error,
    /// The handler's future was dropped before it had an answer: the client went away, or a timeout.
    Dropped,
    /// The answer's head was produced, and its body dropped before its end.
    BodyDropped,
    /// The handler or the body panicked.
    Panicked,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Completed, Self::Error, Self::Dropped, Self::BodyDropped, Self::Panicked];

    /// As a label.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Error => "error",
            Self::Dropped => "dropped",
            Self::BodyDropped => "body_dropped",
            Self::Panicked => "panicked",
        }
    }
}

/// How often a request got its buffer from a pool, as told by [`note_pool`](crate::note_pool).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PoolUse {
    /// Buffers that the pool had.
    pub hits: u32,
    /// Buffers that had to be allocated.
    pub misses: u32,
}

/// What became of the allocations of a request whose blocks are followed, when it was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    pub(crate) owner: u64,
    pub(crate) audit: u64,
    /// Bytes it allocated that were alive.
    pub alive_bytes: u64,
    /// Bytes alive of all followed and finished requests of its route, this one included.
    pub route_alive_bytes: i64,
}

/// A request that has ended. All of it are methods, so that only those who ask for something pay for it.
pub struct RequestRecord<'r> {
    pub(crate) state: &'r RequestState,
    pub(crate) conclusion: Conclusion,
    pub(crate) clock: &'r Clock,
    pub(crate) ended: Ticks,
}

/// What is found out when a request is over.
#[derive(Clone, Copy)]
pub(crate) struct Conclusion {
    pub(crate) route: &'static str,
    pub(crate) pool: PoolUse,
    pub(crate) followed: Option<Followed>,
}

impl<'r> RequestRecord<'r> {
    /// The client's id or one made for it.
    #[must_use]
    pub fn id(&self) -> &'r RequestId {
        &self.state.id
    }

    /// The pattern that matched, [`UNMATCHED`](crate::UNMATCHED), or [`OTHER_ROUTES`](crate::OTHER_ROUTES): never the path.
    #[must_use]
    pub fn route(&self) -> &'static str {
        self.conclusion.route
    }

    /// The method in capitals, `_OTHER` for unknown ones.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.state.method
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.state.status.map(NonZeroU16::get)
    }

    /// How it ended.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.state.outcome
    }

    /// Buffers from a pool.
    #[must_use]
    pub fn pool(&self) -> PoolUse {
        self.conclusion.pool
    }

    /// For a request whose blocks are followed; absent once the tracking table was full.
    #[must_use]
    pub fn followed(&self) -> Option<Followed> {
        self.conclusion.followed
    }

    /// What the handler did, up to the answer's head; absent where the allocator is not installed.
    #[must_use]
    pub fn handler(&self) -> Option<Counters> {
        self.state.handler.counters()
    }

    /// What the answer's body did from then on, its drop included; absent where the allocator is not installed.
    #[must_use]
    pub fn body(&self) -> Option<Counters> {
        let mut counters = self.state.body.counters()?;
        counters.coverage.body = true;
        Some(counters)
    }

    /// Handler and body together.
    #[must_use]
    pub fn total(&self) -> Option<Counters> {
        self.handler().zip(self.body()).map(|(handler, body)| handler.then(&body))
    }

    /// From the call to the end of the body: its last frame, where the body says which one that is, else the poll that
    /// found no more, or its drop.
    ///
    /// Durations are right to about a part in ten thousand: they are counted by the CPU's time stamp counter where that is
    /// reliable, whose rate was measured when the audit was built.
    #[must_use]
    pub fn wall(&self) -> Duration {
        Duration::from_nanos(self.wall_nanos())
    }

    pub(crate) fn wall_nanos(&self) -> u64 {
        self.clock.nanos(self.state.started.until(self.ended))
    }

    /// Time in polls of the handler. That between the call and its first poll is taken as such, to save a clock reading.
    #[must_use]
    pub fn poll(&self) -> Duration {
        // Clocks of two cores may be a few ticks apart.
        Duration::from_nanos(self.clock.nanos(self.state.polled)).min(self.wall())
    }

    /// By [`Clock::at_nanos`].
    pub(crate) fn ended_at_nanos(&self) -> u64 {
        self.clock.at_nanos(self.ended)
    }
}

impl fmt::Debug for RequestRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestRecord")
            .field("id", self.id())
            .field("route", &self.route())
            .field("method", &self.method())
            .field("status", &self.status())
            .field("outcome", &self.outcome())
            .field("handler", &self.handler())
            .field("body", &self.body())
            .field("wall", &self.wall())
            .field("poll", &self.poll())
            .field("pool", &self.pool())
            .field("followed", &self.followed())
            .finish()
    }
}

/// What spawned work of a request did after the request had been reported.
#[derive(Debug)]
pub struct LateRecord<'r> {
    pub(crate) id: &'r RequestId,
    pub(crate) route: &'static str,
    pub(crate) counters: &'r Counters,
}

impl<'r> LateRecord<'r> {
    /// The request's.
    #[must_use]
    pub fn id(&self) -> &'r RequestId {
        self.id
    }

    /// The request's.
    #[must_use]
    pub fn route(&self) -> &'static str {
        self.route
    }

    /// One stretch of work.
    #[must_use]
    pub fn counters(&self) -> &'r Counters {
        self.counters
    }
}
