//! Scopes whose blocks are followed, for tests and for looking closely.

use crate::scope::ScopeState;
use crate::tracking::{self, LeftBehind};

/// A scope whose blocks are followed, so that it can be asked what is still alive of them.
///
/// ```
/// # use record_audit::{CountingAllocator, FollowedScope};
/// # #[global_allocator]
/// # static ALLOCATOR: CountingAllocator = CountingAllocator::system();
/// let scope = FollowedScope::new();
/// let kept = scope.run(|| {
///     drop(vec![0_u8; 500]);
///     vec![0_u8; 100]
/// });
/// let left = scope.left_behind().expect("the allocator is installed");
/// assert_eq!((left.bytes, left.blocks), (100, 1));
/// drop(kept);
/// assert_eq!(scope.left_behind().map(|left| left.bytes), Some(0));
/// ```
#[derive(Debug)]
pub struct FollowedScope {
    owner: u64,
}

impl Default for FollowedScope {
    fn default() -> Self {
        Self::new()
    }
}

impl FollowedScope {
    /// A scope that nothing has run in.
    #[must_use]
    pub fn new() -> Self {
        Self { owner: tracking::new_owner(1, 1) }
    }

    /// Runs `work`, following what it allocates.
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut scope = ScopeState::followed(self.owner);
        let _slice = scope.enter();
        work()
    }

    /// The living allocations of this scope; `None` where the counting allocator is not installed.
    ///
    /// # Complexity
    /// Looks through all blocks that are followed in the program; names of functions are looked up in debug information,
    /// which takes milliseconds.
    #[must_use]
    pub fn left_behind(&self) -> Option<LeftBehind> {
        // Without an owner, for there were too many, nothing was followed.
        let not_followed = || LeftBehind { unfollowed: u64::MAX, ..LeftBehind::default() };
        crate::is_active().then(|| if self.owner == 0 { not_followed() } else { tracking::left_behind(self.owner) })
    }
}

impl Drop for FollowedScope {
    fn drop(&mut self) {
        tracking::abandon(self.owner);
    }
}
