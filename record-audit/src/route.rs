//! Which route a request belongs to, as one of a bounded number of names.
//!
//! Names live as long as the program, so that a record can carry one without owning it. There are at most
//! [`MAX_ROUTES`] of them: a service that made a name per path would otherwise fill memory and the label space of its
//! metrics.

use std::collections::HashSet;
use std::fmt;
use std::sync::{PoisonError, RwLock};

use crate::counters::uncounted;
use crate::scope::note;

/// The route of requests that no pattern matched.
pub const UNMATCHED: &str = "(unmatched)";

/// The route of requests whose route came after the first [`MAX_ROUTES`].
pub const OTHER_ROUTES: &str = "(other)";

/// How many names of routes there can be in a program.
pub const MAX_ROUTES: usize = 1024;

static NAMES: RwLock<Option<HashSet<&'static str>>> = RwLock::new(None);

/// The one copy of `name` that lives as long as the program.
pub(crate) fn intern(name: &str) -> &'static str {
    if let Some(known) = NAMES.read().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|names| names.get(name))
    {
        return known;
    }
    uncounted(|| {
        let mut names = NAMES.write().unwrap_or_else(PoisonError::into_inner);
        let names = names.get_or_insert_default();
        match names.get(name) {
            Some(known) => known,
            None if names.len() >= MAX_ROUTES => OTHER_ROUTES,
            None => {
                let kept: &'static str = Box::leak(name.into());
                names.insert(kept);
                kept
            }
        }
    })
}

/// Says which route the request that this code works for belongs to; without effect outside of a request. The last word
/// counts, also over the patterns of the [`AuditBuilder`](crate::AuditBuilder::routes).
///
/// For routers that know the pattern inside alone. `pattern` must be a pattern, not a path.
pub fn note_route(pattern: &str) {
    let route = intern(pattern);
    note(|notes| notes.route = Some(route));
}

/// Says that the request that this code works for took a buffer from a pool, which had one (`hit`) or had to allocate it;
/// without effect outside of a request.
pub fn note_pool(hit: bool) {
    note(|notes| if hit { notes.pool_hits += 1 } else { notes.pool_misses += 1 });
}

/// Patterns of paths. Without any, the name is left to [`note_route`].
#[derive(Clone, Default)]
pub(crate) struct Patterns(Option<matchit::Router<&'static str>>);

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
    pub(crate) fn find<'p>(&self, path: impl FnOnce() -> &'p str) -> Option<&'static str> {
        self.0.as_ref().and_then(|patterns| find(patterns, path()))
    }
}

#[inline(never)]
fn find(patterns: &matchit::Router<&'static str>, path: &str) -> Option<&'static str> {
    patterns.at(path).ok().map(|found| *found.value)
}
