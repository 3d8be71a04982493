//! Which route a request belongs to, as one of a bounded number of names.
//!
//! Names live as long as the program, so that a record can carry one without owning it. There are at most
//! [`MAX_ROUTES`] of them. Otherwise a service with a name for each path would fill memory and the labels of its
//! metrics.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::counters::uncounted;
use crate::sampling::mixed;
use crate::scope::note;

/// The route of requests that no pattern matched.
pub const UNMATCHED: &str = "(unmatched)";

/// The route of requests whose route came after the first [`MAX_ROUTES`].
pub const OTHER_ROUTES: &str = "(other)";

/// How many names of routes there can be in a program.
pub const MAX_ROUTES: usize = 1024;

/// The name of a route, by its number. There is one of each, so that numbers tell them apart.
#[derive(Clone, Copy)]
pub(crate) struct Route(u16);

impl Route {
    pub(crate) const UNMATCHED: Self = Self(FIRST_OTHER);
    pub(crate) const OTHER: Self = Self(FIRST_OTHER + 1);
    /// Numbers are below.
    pub(crate) const COUNT: usize = PLACES + 2;

    pub(crate) fn text(self) -> &'static str {
        match NAMES.get(self.number()) {
            // A route is made of a place that has its name.
            Some(place) => place.get().map_or(OTHER_ROUTES, |name| name),
            None if self.0 == FIRST_OTHER => UNMATCHED,
            None => OTHER_ROUTES,
        }
    }

    pub(crate) fn number(self) -> usize {
        usize::from(self.0)
    }

    /// The name that has this number.
    pub(crate) fn numbered(number: usize) -> Option<Self> {
        let is_known = NAMES.get(number).map_or(number < Self::COUNT, |place| place.get().is_some());
        u16::try_from(number).ok().filter(|_| is_known).map(Self)
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Twice as many as names, so that one is found, or found missing, within few steps.
const PLACES: usize = 2 * MAX_ROUTES;
/// The first number that is no place.
#[expect(clippy::cast_possible_truncation, reason = "a few thousand")]
const FIRST_OTHER: u16 = PLACES as u16;

/// By a hash of the text, and if that place is taken, in the next free one. Found without a lock.
static NAMES: [OnceLock<Box<str>>; PLACES] = [const { OnceLock::new() }; PLACES];

/// The one name that is `text`.
pub(crate) fn intern(text: &str) -> Route {
    static COUNT: AtomicUsize = AtomicUsize::new(0);

    if let Some(known) = [Route::UNMATCHED, Route::OTHER].into_iter().find(|known| known.text() == text) {
        return known;
    }
    let hash = text.bytes().fold(1, |hash, byte| mixed(hash ^ u64::from(byte)));
    let first = usize::try_from(hash % PLACES as u64).unwrap_or(0);
    for number in (first..PLACES).chain(0..first) {
        let known = NAMES[number].get().or_else(|| {
            let one_more = |count: usize| (count < MAX_ROUTES).then_some(count + 1);
            COUNT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok()?;
            // Another thread may have had the place meanwhile. This name is freed then, and may find its own there.
            if uncounted(|| NAMES[number].set(text.into()).is_err()) {
                COUNT.fetch_sub(1, Ordering::Relaxed);
            }
            NAMES[number].get()
        });
        match known {
            Some(known) if **known == *text => return u16::try_from(number).map_or(Route::OTHER, Route),
            Some(_) => {}
            None => return Route::OTHER,
        }
    }
    Route::OTHER
}

/// Says which route the request that this code works for belongs to; without effect outside of a request. The last word
/// counts, also over the patterns of the [`AuditBuilder`](crate::AuditBuilder::routes).
///
/// For routers that know the pattern inside alone. `pattern` must be a pattern, not a path.
pub fn note_route(pattern: &str) {
    let route = intern(pattern);
    note(|notes| notes.route = Some(route.number()));
    #[cfg(feature = "heap")]
    crate::heap::note_route(route.number());
}

/// Says that the current request took a buffer from a pool, which had one (`hit`) or had to allocate it. It has no
/// effect outside of a request.
pub fn note_pool(hit: bool) {
    note(|notes| if hit { notes.pool_hits += 1 } else { notes.pool_misses += 1 });
}

/// Patterns of paths. Without any, the name is left to [`note_route`].
#[derive(Clone, Default)]
pub(crate) struct Patterns(Option<matchit::Router<Route>>);

impl fmt::Debug for Patterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patterns").finish_non_exhaustive()
    }
}

impl Patterns {
    pub(crate) fn add(&mut self, pattern: &str) -> Result<(), matchit::InsertError> {
        self.0.get_or_insert_default().insert(pattern, intern(pattern))
    }

    /// The pattern that matches. Allocates only for patterns of more than three parameters, and that uncounted.
    #[inline(always)]
    pub(crate) fn find<'p>(&self, path: impl FnOnce() -> &'p str) -> Option<Route> {
        self.0.as_ref().and_then(|patterns| find(patterns, path()))
    }
}

#[inline(never)]
fn find(patterns: &matchit::Router<Route>, path: &str) -> Option<Route> {
    patterns.at(path).ok().map(|found| *found.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_number_and_a_number_one_name() {
        let texts: Vec<String> = (0..600).map(|n| format!("/a/{n}/{{id}}")).collect();
        let names = || texts.iter().map(|text| intern(text)).collect::<Vec<_>>();
        let others = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(names)).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
        });
        let mut numbers = std::collections::HashSet::new();
        for (place, route) in names().into_iter().enumerate() {
            assert_eq!(route.text(), texts[place]);
            assert!(others.iter().all(|other| other[place].number() == route.number()));
            assert_eq!(Route::numbered(route.number()).map(Route::text), Some(route.text()));
            assert!(numbers.insert(route.number()));
        }
        let (unmatched, other) = (String::from("(unmatched)"), String::from("(other)"));
        assert_eq!(intern(&unmatched).number(), Route::UNMATCHED.number());
        // Two of that name would be one series twice in a scrape.
        assert_eq!(intern(&other).number(), Route::OTHER.number());
        assert_eq!(Route::numbered(Route::OTHER.number()).map(Route::text), Some(OTHER_ROUTES));
    }
}
