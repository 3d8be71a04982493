//! How much is alive of the requests of a route that have ended, as one audit sees it. Of fixed number, without a lock.

use crate::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::sampling::mixed;

/// Pairs of an audit and a route of which requests can be followed.
pub const MAX_LEVELS: usize = 4096;

static LEVELS: [Level; MAX_LEVELS] = [const { Level::empty() }; MAX_LEVELS];

struct Level {
    /// A hash of the audit and the route's name; 0 for none. That two of them are the same is left to chance, which is
    /// about one in 10^12.
    key: AtomicU64,
    /// Bytes of the requests that were followed.
    followed: AtomicI64,
    /// Bytes that all requests have, by that.
    estimated: AtomicI64,
}

impl Level {
    const fn empty() -> Self {
        Self { key: AtomicU64::new(0), followed: AtomicI64::new(0), estimated: AtomicI64::new(0) }
    }
}

/// The level's number. Made if there is none, as long as there is room.
pub(super) fn of(audit: u64, route: &str) -> Option<u32> {
    let key = route.bytes().fold(mixed(audit + 1), |key, byte| mixed(key ^ u64::from(byte))).max(1);
    let first = usize::try_from(key % MAX_LEVELS as u64).unwrap_or(0);
    let mut places = (first..MAX_LEVELS).chain(0..first);
    let place = places.find(|place| {
        let at = &LEVELS[*place].key;
        let found = match at.load(Ordering::Relaxed) {
            0 => at.compare_exchange(0, key, Ordering::Relaxed, Ordering::Relaxed).err().unwrap_or(key),
            found => found,
        };
        found == key
    });
    place.and_then(|place| u32::try_from(place).ok())
}

fn level(number: u32) -> &'static Level {
    &LEVELS[number as usize % MAX_LEVELS]
}

/// Bytes come, or go, of a request that stands for `weight`.
pub(super) fn change(number: u32, bytes: i64, weight: u32) {
    let level = level(number);
    level.followed.fetch_add(bytes, Ordering::Relaxed);
    level.estimated.fetch_add(bytes.saturating_mul(i64::from(weight)), Ordering::Relaxed);
}

/// Bytes of the followed requests, and of all by estimate.
pub(super) fn read(number: u32) -> (i64, i64) {
    let level = level(number);
    (level.followed.load(Ordering::Relaxed), level.estimated.load(Ordering::Relaxed))
}
