//! The books of a scope that hands work to other tasks and threads.
//!
//! A scope has a family only once it spawns. The scope and its pieces of spawned work share it (`Arc`), and each adds
//! its slices when they end. Families of nested scopes are linked upwards, so that inner work is in outer numbers here
//! too.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, PoisonError};

use crate::counters::{Counters, Coverage, Tally, uncounted};
use crate::sync::{Mutex, MutexGuard};

/// Called with what spawned work did after the numbers of its scope had been reported.
pub(crate) type LateReport = dyn Fn(&Counters) + Send + Sync;

/// A shared family. Its memory is in nobody's numbers: it is allocated and freed uncounted.
#[derive(Debug, Clone)]
pub(crate) struct FamilyRef(Option<Arc<Family>>);

impl FamilyRef {
    pub(crate) fn new(above: Option<Self>, owner: u64, context: u64) -> Self {
        Self(Some(uncounted(|| {
            #[cfg(not(feature = "heap"))]
            let _ = context;
            Arc::new(Family {
                above,
                owner,
                #[cfg(feature = "heap")]
                context,
                state: Mutex::default(),
            })
        })))
    }

    /// Adds a slice of spawned work here and above, up to the first family of which `sees` says that it counts the slice
    /// by itself.
    pub(crate) fn add(&self, slice: &Tally, sees: &dyn Fn(&Self) -> bool) {
        let mut next = Some(self);
        while let Some(family) = next {
            if sees(family) {
                return;
            }
            let late = {
                let mut state = family.state();
                state.tally.add(slice);
                state.late.clone()
            };
            if let Some(late) = late {
                late(&slice.counters(Coverage::default()));
            }
            next = family.above.as_ref();
        }
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0.as_ref().map(Arc::as_ptr) == other.0.as_ref().map(Arc::as_ptr)
    }
}

impl Deref for FamilyRef {
    type Target = Family;

    fn deref(&self) -> &Family {
        self.0.as_ref().expect("taken by `drop` alone")
    }
}

impl Drop for FamilyRef {
    fn drop(&mut self) {
        let shared = self.0.take();
        uncounted(|| drop(shared));
    }
}

pub(crate) struct Family {
    above: Option<FamilyRef>,
    owner: u64,
    #[cfg(feature = "heap")]
    context: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    tally: Tally,
    spawned: u32,
    unfinished: u32,
    late: Option<Arc<LateReport>>,
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Family").finish_non_exhaustive()
    }
}

impl Family {
    pub(crate) fn owner(&self) -> u64 {
        self.owner
    }

    /// The labels of its work for `heap`.
    #[cfg(feature = "heap")]
    pub(crate) fn context(&self) -> u64 {
        self.context
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn counters(&self) -> Counters {
        let state = self.state();
        let coverage = Coverage { spawned: state.spawned, unfinished: state.unfinished, body: false };
        state.tally.counters(coverage)
    }

    /// Takes the numbers, and has what comes after them reported to `late`, if anything still runs.
    pub(crate) fn close(&self, late: impl FnOnce() -> Arc<LateReport>) -> Counters {
        let mut state = self.state();
        let coverage = Coverage { spawned: state.spawned, unfinished: state.unfinished, body: false };
        if state.unfinished > 0 {
            state.late = Some(uncounted(late));
        }
        state.tally.counters(coverage)
    }

    fn joined(&self) {
        let mut state = self.state();
        state.spawned += 1;
        state.unfinished += 1;
        drop(state);
        if let Some(above) = &self.above {
            above.joined();
        }
    }

    fn left(&self) {
        let late = {
            let mut state = self.state();
            state.unfinished -= 1;
            if state.unfinished == 0 { state.late.take() } else { None }
        };
        uncounted(|| drop(late));
        if let Some(above) = &self.above {
            above.left();
        }
    }
}

/// A piece of spawned work, from being handed over to its end.
#[derive(Debug)]
pub(crate) struct Member(FamilyRef);

impl Member {
    pub(crate) fn family(&self) -> &FamilyRef {
        &self.0
    }

    pub(crate) fn of(family: &FamilyRef) -> Self {
        family.joined();
        Self(family.clone())
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.0.left();
    }
}
