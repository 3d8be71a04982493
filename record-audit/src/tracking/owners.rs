//! The owners of followed blocks, requests and scopes, in places of fixed number, without a lock.
//!
//! A place is held by references: one of the request or scope itself, and one for each of its blocks. When the last one
//! goes, the place is free for another owner. That has another generation, so an old name of the place names nothing.

use crate::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};

use super::levels;

/// Owners at a time: those under way, and those of whose blocks any is alive.
const OWNERS: usize = 1 << 18;

static PLACES: [Place; OWNERS] = [const { Place::empty() }; OWNERS];
/// Places that were never used begin here.
static FRESH: AtomicU32 = AtomicU32::new(0);
/// The free place that was given back last, by its number plus one. The upper half counts changes, so that a place that
/// was taken and given back meanwhile is not mistaken for one that stayed.
static FREE: AtomicU64 = AtomicU64::new(0);

struct Place {
    /// The generation in the upper half, references in the lower.
    references: AtomicU64,
    /// Twice the bytes that are alive, plus one once the request has ended. One word, so that for each change of the bytes
    /// it is certain on which side of the end it was.
    alive: AtomicI64,
    /// Bytes between two points of sampling.
    interval: AtomicU64,
    /// How many requests this one stands for.
    weight: AtomicU32,
    unfollowed: AtomicU32,
    /// The level that counts its bytes once the request has ended.
    level: AtomicU32,
    /// The next free place, by its number plus one.
    next: AtomicU32,
}

impl Place {
    const fn empty() -> Self {
        Self {
            references: AtomicU64::new(0),
            alive: AtomicI64::new(0),
            interval: AtomicU64::new(0),
            weight: AtomicU32::new(0),
            unfollowed: AtomicU32::new(0),
            level: AtomicU32::new(0),
            next: AtomicU32::new(0),
        }
    }
}

const HALF: u32 = 32;

#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
fn low(word: u64) -> u32 {
    word as u32
}

fn high(word: u64) -> u32 {
    low(word >> HALF)
}

fn word(high: u32, low: u32) -> u64 {
    u64::from(high) << HALF | u64::from(low)
}

fn place(number: u32) -> &'static Place {
    &PLACES[number as usize % OWNERS]
}

/// The name of an owner: its place plus one, and the generation. 0 is nobody's.
fn named(owner: u64) -> Option<(u32, &'static Place, u32)> {
    let number = low(owner).checked_sub(1)?;
    Some((number, place(number), high(owner)))
}

/// A new owner with its first reference. `None` if there are too many.
pub(super) fn add(interval: u64, weight: u32) -> Option<u64> {
    let number = take_free().or_else(take_fresh)?;
    let place = place(number);
    let generation = high(place.references.load(Ordering::Relaxed));
    place.alive.store(0, Ordering::Relaxed);
    place.interval.store(interval, Ordering::Relaxed);
    place.weight.store(weight, Ordering::Relaxed);
    place.unfollowed.store(0, Ordering::Relaxed);
    place.references.store(word(generation, 1), Ordering::Release);
    Some(word(generation, number + 1))
}

fn take_fresh() -> Option<u32> {
    let is_left = |fresh: u32| ((fresh as usize) < OWNERS).then_some(fresh + 1);
    FRESH.fetch_update(Ordering::Relaxed, Ordering::Relaxed, is_left).ok()
}

fn take_free() -> Option<u32> {
    let mut head = FREE.load(Ordering::Acquire);
    loop {
        let number = low(head).checked_sub(1)?;
        let next = word(high(head).wrapping_add(1), place(number).next.load(Ordering::Relaxed));
        match FREE.compare_exchange_weak(head, next, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return Some(number),
            Err(now) => head = now,
        }
    }
}

fn give_back(number: u32) {
    let mut head = FREE.load(Ordering::Relaxed);
    loop {
        place(number).next.store(low(head), Ordering::Relaxed);
        let next = word(high(head).wrapping_add(1), number + 1);
        match FREE.compare_exchange_weak(head, next, Ordering::AcqRel, Ordering::Relaxed) {
            Ok(_) => return,
            Err(now) => head = now,
        }
    }
}

/// One more reference, for a block. `None` if the owner is gone: it was dropped with everything it had.
pub(super) fn refer(owner: u64) -> Option<u32> {
    let (number, place, generation) = named(owner)?;
    let one_more = |references| (high(references) == generation && low(references) > 0).then_some(references + 1);
    place.references.fetch_update(Ordering::AcqRel, Ordering::Relaxed, one_more).ok().map(|_| number)
}

/// One reference less.
pub(super) fn release(number: u32) {
    let place = place(number);
    let one_less = |references| {
        let left = low(references).checked_sub(1)?;
        Some(word(high(references).wrapping_add(u32::from(left == 0)), left))
    };
    if place.references.fetch_update(Ordering::AcqRel, Ordering::Relaxed, one_less).is_ok_and(|before| low(before) == 1)
    {
        give_back(number);
    }
}

/// Ends the reference of the request or scope itself.
pub(super) fn release_name(owner: u64) {
    if let Some((number, ..)) = named(owner) {
        release(number);
    }
}

/// Bytes of a block come, or go if they are negative.
pub(super) fn change(number: u32, bytes: i64) {
    let place = place(number);
    let before = place.alive.fetch_add(bytes.wrapping_mul(2), Ordering::AcqRel);
    if before & 1 == 1 {
        levels::change(place.level.load(Ordering::Relaxed), bytes, place.weight.load(Ordering::Relaxed));
    }
}

/// The request has ended; `level` counts its bytes from now on. Its bytes, and how many blocks could not be followed.
pub(super) fn end(owner: u64, level: u32) -> Option<(u64, u32)> {
    let (_, place, generation) = named(owner)?;
    if high(place.references.load(Ordering::Acquire)) != generation {
        return None;
    }
    place.level.store(level, Ordering::Relaxed);
    let before = place.alive.fetch_or(1, Ordering::AcqRel);
    let bytes = before >> 1;
    if before & 1 == 0 {
        levels::change(level, bytes, place.weight.load(Ordering::Relaxed));
    }
    Some((u64::try_from(bytes).unwrap_or(0), place.unfollowed.load(Ordering::Relaxed)))
}

/// A block that could not be followed.
pub(super) fn miss(number: u32) {
    let one_more = |count: u32| count.checked_add(1);
    let _ = place(number).unfollowed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
}

pub(super) fn weight(number: u32) -> u32 {
    place(number).weight.load(Ordering::Relaxed)
}

/// The level that counts its bytes, once it has ended.
pub(super) fn level(number: u32) -> Option<u32> {
    let place = place(number);
    (place.alive.load(Ordering::Acquire) & 1 == 1).then(|| place.level.load(Ordering::Relaxed))
}

/// Bytes between two points of sampling.
pub(super) fn interval(owner: u64) -> u64 {
    named(owner).map_or(1, |(_, place, _)| place.interval.load(Ordering::Relaxed))
}

/// An owner.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub(super) number: u32,
    pub(super) bytes: u64,
    /// Those of its blocks, and its own if it has not ended.
    pub(super) references: u32,
    pub(super) unfollowed: u32,
}

/// `None` for one that is gone.
pub(super) fn state(owner: u64) -> Option<State> {
    let (number, place, generation) = named(owner)?;
    let references = place.references.load(Ordering::Acquire);
    if high(references) != generation || low(references) == 0 {
        return None;
    }
    Some(State {
        number,
        bytes: u64::try_from(place.alive.load(Ordering::Relaxed) >> 1).unwrap_or(0),
        references: low(references),
        unfollowed: place.unfollowed.load(Ordering::Relaxed),
    })
}
