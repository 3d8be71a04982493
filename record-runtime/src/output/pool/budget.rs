//! The budget behind a pool's retention cap.

use crate::output::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of the total retention cap that are given away: to threads and to the overflow.
pub(super) struct Budget {
    most: usize,
    granted: AtomicUsize,
    /// The part of it that nobody can take back.
    granted_hot: AtomicUsize,
}

impl Budget {
    pub(super) const fn new(most: usize) -> Self {
        Self { most, granted: AtomicUsize::new(0), granted_hot: AtomicUsize::new(0) }
    }

    /// Whether so many more bytes may be retained.
    pub(super) fn grant(&self, bytes: usize) -> bool {
        add_within(&self.granted, bytes, self.most)
    }

    /// Gives back what [`grant`](Self::grant) gave.
    pub(super) fn give_back(&self, bytes: usize) {
        self.granted.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Whether so many more of the bytes that are granted may be out of others' reach: at most half of the budget is.
    pub(super) fn grant_hot(&self, bytes: usize) -> bool {
        add_within(&self.granted_hot, bytes, self.most / 2)
    }

    /// Gives back what [`grant_hot`](Self::grant_hot) gave.
    pub(super) fn give_back_hot(&self, bytes: usize) {
        self.granted_hot.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(super) fn granted(&self) -> usize {
        self.granted.load(Ordering::Relaxed)
    }
}

/// Adds where the sum stays within `most`.
fn add_within(sum: &AtomicUsize, bytes: usize, most: usize) -> bool {
    let more = |sum: usize| sum.checked_add(bytes).filter(|&sum| sum <= most);
    sum.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
}
