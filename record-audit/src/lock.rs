//! A lock that does not hang a forked process.
//!
//! `fork` copies a lock as it is, and of the threads the one that called it. A lock that another one held stays held in the
//! child for ever. So whoever waits long looks whether this is the process that the lock was last free in.

use std::sync::TryLockError;
use std::time::Duration;

use crate::sync::atomic::{AtomicU32, Ordering};
use crate::sync::{GIVE_UP, Mutex, MutexGuard, SLEEP, SPINS, spin_loop, yield_now};

#[derive(Debug, Default)]
pub(crate) struct Lock<T> {
    value: Mutex<T>,
    /// The process that first took it; 0 before.
    process: AtomicU32,
}

impl<T> Lock<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self { value: Mutex::new(value), process: AtomicU32::new(0) }
    }

    /// Waits until nobody else has it. `None` if that may never be: in a forked process, where whoever holds it may be a
    /// thread of the process before.
    #[inline]
    pub(crate) fn lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.try_lock() {
            Some(value) => {
                if self.process.load(Ordering::Relaxed) == 0 {
                    self.process.store(std::process::id(), Ordering::Relaxed);
                }
                Some(value)
            }
            None => self.wait(),
        }
    }

    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.value.try_lock() {
            Ok(value) => Some(value),
            Err(TryLockError::Poisoned(value)) => Some(value.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Work under these locks takes less time than sleeping and waking.
    #[cold]
    #[inline(never)]
    fn wait(&self) -> Option<MutexGuard<'_, T>> {
        let mut is_of_this_process = true;
        for turn in 0_u32.. {
            if let Some(value) = self.try_lock() {
                // A thread of this process had it.
                self.process.store(std::process::id(), Ordering::Relaxed);
                return Some(value);
            }
            if turn == SPINS {
                is_of_this_process = self.process.load(Ordering::Relaxed) == std::process::id();
            }
            match turn {
                0..SPINS => spin_loop(),
                SPINS..GIVE_UP => yield_now(),
                _ if !is_of_this_process => return None,
                GIVE_UP..SLEEP => yield_now(),
                _ => std::thread::sleep(Duration::from_micros(100)),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_excludes_and_waits() {
        let lock = Lock::new(0_u64);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..20_000 {
                        *lock.lock().expect("one process") += 1;
                    }
                });
            }
        });
        assert_eq!(lock.lock().map(|sum| *sum), Some(80_000));
    }

    #[test]
    fn one_that_a_thread_of_another_process_holds_is_given_up() {
        let lock = Lock::new(());
        let held = lock.lock();
        // As if this process had been forked meanwhile.
        lock.process.store(std::process::id() + 1, Ordering::Relaxed);
        assert!(lock.lock().is_none());
        drop(held);
        assert!(lock.lock().is_some());
    }
}
