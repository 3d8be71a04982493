//! The labels of a thread's allocations, in one word: the request's route, its method, its place, and a trace.
//!
//! The request's id is too long to be carried along. It lies in a place that belongs to the request's state, under a
//! generation. A word of an earlier generation, as spawned work may have, has no id any more.

use super::change_context;
use crate::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

/// Requests at a time whose ids are known. Those beyond have none in a profile.
const PLACES: usize = 1 << 12;
/// Traces at a time.
pub(super) const TRACES: usize = 16;
pub(crate) const ID_WORDS: usize = 8;

static IDS: [Named; PLACES] = [const { Named { generation: AtomicU32::new(0), id: Words::none() } }; PLACES];
/// Places that were given to nobody begin here.
static FRESH: AtomicU32 = AtomicU32::new(0);

struct Named {
    /// Odd while the id is written.
    generation: AtomicU32,
    id: Words,
}

/// An id as its words, and what tells how to read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Id {
    pub(crate) len: u8,
    pub(crate) words: [u64; ID_WORDS],
}

pub(super) struct Words {
    /// The length plus one; 0 for no id.
    len: AtomicU32,
    words: [AtomicU64; ID_WORDS],
}

impl Words {
    pub(super) const fn none() -> Self {
        Self { len: AtomicU32::new(0), words: [const { AtomicU64::new(0) }; ID_WORDS] }
    }

    pub(super) fn write(&self, id: Option<Id>) {
        let Some(id) = id else { return self.len.store(0, Ordering::Relaxed) };
        self.len.store(u32::from(id.len) + 1, Ordering::Relaxed);
        for (word, value) in self.words.iter().zip(id.words) {
            word.store(value, Ordering::Relaxed);
        }
    }

    pub(super) fn read(&self) -> Option<Id> {
        let len = self.len.load(Ordering::Relaxed).checked_sub(1)?;
        let mut words = [0; ID_WORDS];
        for (value, word) in words.iter_mut().zip(&self.words) {
            *value = word.load(Ordering::Relaxed);
        }
        Some(Id { len: u8::try_from(len).unwrap_or(0), words })
    }
}

// From the lowest bit: the generation, the place, the trace plus one, and what the request is: its method, its route plus
// one. No request, or no trace, is 0.
const GENERATION_BITS: u32 = 28;
const PLACE_AT: u32 = GENERATION_BITS;
const TRACE_AT: u32 = PLACE_AT + PLACES.ilog2();
const METHOD_AT: u32 = 48;
const ROUTE_AT: u32 = 52;
const GENERATION: u32 = (1 << GENERATION_BITS) - 1;
const TRACE: u64 = 0xff << TRACE_AT;
const _: () = assert!(TRACE_AT + 8 == METHOD_AT && TRACES < 0xff);

/// A word of labels, taken apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Labels(u64);

impl Labels {
    pub(super) fn of(context: u64) -> Self {
        Self(context)
    }

    #[cfg(feature = "budgets")]
    pub(super) fn of_trace(number: usize) -> u64 {
        (number as u64 + 1) << TRACE_AT
    }

    pub(super) fn has_trace(self) -> bool {
        self.0 & TRACE != 0
    }

    #[cfg(feature = "budgets")]
    pub(super) fn trace(self) -> Option<usize> {
        usize::try_from((self.0 & TRACE) >> TRACE_AT).ok()?.checked_sub(1)
    }

    /// The route and the method; 0 outside of a request.
    pub(super) fn request(self) -> u16 {
        u16::try_from(self.0 >> METHOD_AT).unwrap_or(0)
    }

    /// The numbers of the route and the method that [`request`](Self::request) had.
    #[cfg(feature = "pprof")]
    pub(crate) fn route_and_method(request: u16) -> Option<(usize, usize)> {
        let route = usize::from(request >> (ROUTE_AT - METHOD_AT)).checked_sub(1)?;
        Some((route, usize::from(request) & ((1 << (ROUTE_AT - METHOD_AT)) - 1)))
    }

    /// The request's id, as long as the request is under way.
    pub(super) fn id(self) -> Option<Id> {
        if self.request() == 0 {
            return None;
        }
        let place = &IDS[usize::try_from(self.0 >> PLACE_AT).unwrap_or(0) % PLACES];
        let generation = place.generation.load(Ordering::Acquire);
        let id = place.id.read();
        fence(Ordering::Acquire);
        let is_it = u64::from(generation & GENERATION) == self.0 & u64::from(GENERATION);
        if is_it && place.generation.load(Ordering::Relaxed) == generation { id } else { None }
    }

    /// The labels of work with `own` ones inside of work with `outer` ones: what it has none of is that of outside.
    pub(crate) fn within(own: u64, outer: u64) -> u64 {
        let part = |mask: u64| if own & mask == 0 { outer & mask } else { own & mask };
        part(TRACE) | part(!TRACE)
    }

    /// `own` labels after such work that ended with `inner` ones: it may have learned its route.
    pub(crate) fn after(own: u64, inner: u64) -> u64 {
        if own & !TRACE == 0 { own } else { own & TRACE | inner & !TRACE }
    }

    pub(crate) fn with_route(context: u64, route: usize) -> u64 {
        if context & !TRACE == 0 { context } else { context & ((1 << ROUTE_AT) - 1) | (route as u64 + 1) << ROUTE_AT }
    }
}

/// The place of a request's state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place(u32);

impl Place {
    /// One that nobody else has. There are only so many: then it is none.
    pub(crate) fn new() -> Self {
        let one_more = |fresh: u32| ((fresh as usize) < PLACES).then_some(fresh + 1);
        let fresh = FRESH.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
        Self(fresh.map_or(u32::MAX, |fresh| fresh))
    }

    /// The labels of a request that has this place from now on. `write` writes its id, and returns its length.
    pub(crate) fn begin(self, route: usize, method: usize, write: impl FnOnce(&[AtomicU64; ID_WORDS]) -> u8) -> u64 {
        let request = (route as u64 + 1) << ROUTE_AT | (method as u64) << METHOD_AT;
        let Some(named) = IDS.get(self.0 as usize) else {
            // Odd: no id is ever found under it.
            return request | 1;
        };
        let generation = named.generation.load(Ordering::Relaxed).wrapping_add(1);
        named.generation.store(generation, Ordering::Relaxed);
        fence(Ordering::Release);
        let len = write(&named.id.words);
        named.id.len.store(u32::from(len) + 1, Ordering::Relaxed);
        let generation = generation.wrapping_add(1);
        named.generation.store(generation, Ordering::Release);
        request | u64::from(self.0) << PLACE_AT | u64::from(generation & GENERATION)
    }
}

/// The request that this thread serves belongs to `route`.
pub(crate) fn note_route(route: usize) {
    change_context(|context| Labels::with_route(context, route));
}
