//! A lock that nobody waits for without end.

use std::sync::TryLockError;

use crate::output::sync::atomic::{AtomicU32, Ordering};
use crate::output::sync::{Mutex, MutexGuard, PATIENCE, spin_loop, yield_now};

/// A mutex that is given up where its holder does not come back. Another thread held it when this process was forked
/// off, or this thread holds it itself, in an allocator that uses the pool. It guards a matter of speed: without it a
/// buffer is allocated, or freed.
#[derive(Debug)]
pub(super) struct Lock<T> {
    guarded: Mutex<T>,
    /// The process that gave up last, so that it does not wait each time; zero once somebody had the lock again.
    given_up_by: AtomicU32,
}

impl<T> Lock<T> {
    pub(super) const fn new(guarded: T) -> Self {
        Self { guarded: Mutex::new(guarded), given_up_by: AtomicU32::new(0) }
    }

    /// The lock, soon.
    pub(super) fn lock(&self) -> Option<MutexGuard<'_, T>> {
        self.try_lock().or_else(|| self.wait())
    }

    /// The lock, now.
    pub(super) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        let guard = match self.guarded.try_lock() {
            Ok(guard) => guard,
            // A panic while it is held can only come from an allocation, between whole steps.
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        if self.given_up_by.load(Ordering::Relaxed) != 0 {
            self.given_up_by.store(0, Ordering::Relaxed);
        }
        Some(guard)
    }

    #[cold]
    fn wait(&self) -> Option<MutexGuard<'_, T>> {
        let process = std::process::id();
        if self.given_up_by.load(Ordering::Relaxed) == process {
            return None;
        }
        for round in 0..PATIENCE {
            if round < PATIENCE / 10 {
                spin_loop();
            } else {
                yield_now();
            }
            if let Some(guard) = self.try_lock() {
                return Some(guard);
            }
        }
        self.given_up_by.store(process, Ordering::Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Lock;

    #[test]
    #[cfg_attr(target_family = "wasm", ignore = "there are no threads")]
    fn a_lock_that_is_held_is_given_up_and_found_again() {
        let lock = Lock::new(0);
        let held = lock.lock().unwrap();
        assert!(lock.lock().is_none(), "this thread has it");
        let start = Instant::now();
        for _ in 0..10_000 {
            assert!(lock.lock().is_none());
        }
        assert!(start.elapsed() < Duration::from_secs(5), "it is not waited for each time");
        drop(held);
        // Found at once, so that it may be waited for again: then, too, it is found.
        assert!(lock.wait().is_none(), "it was given up");
        assert_eq!(lock.lock().map(|guard| *guard), Some(0));
        assert_eq!(lock.wait().map(|guard| *guard), Some(0));
        // And waited for again.
        let held = lock.lock().unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| lock.lock().is_some());
            std::thread::sleep(Duration::from_micros(1));
            drop(held);
            // Patience may have ended before, on a busy machine: then there is no lock, and no hang.
            let _ = waiting.join().unwrap();
        });
        assert!(lock.lock().is_some());
    }
}
