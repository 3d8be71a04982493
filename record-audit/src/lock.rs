//! A lock that does not hang a forked process.
//!
//! `fork` copies a lock as it is, and of the threads the one that called it. A lock that another one held stays held in the
//! child for ever. So a lock is marked with the process that it was free in. A thread that waits for one without this
//! process's mark gives it up in the end. Another one may have it without having marked it yet, and has time until then
//! to give it back. Those who come later do not wait that long again.

use std::sync::TryLockError;
use std::time::Duration;

use crate::sync::atomic::{AtomicU32, Ordering};
use crate::sync::{GIVE_UP, LEAVE, Mutex, MutexGuard, SLEEP, SPINS, spin_loop, yield_now};

#[derive(Debug, Default)]
pub(crate) struct Lock<T> {
    value: Mutex<T>,
    /// The process that it was free in; 0 before it was taken, [`GIVEN_UP`] once somebody has waited in vain.
    process: AtomicU32,
}

const GIVEN_UP: u32 = u32::MAX;

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
                if matches!(self.process.load(Ordering::Relaxed), 0 | GIVEN_UP) {
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
            #[cfg(test)]
            tests::TURNS.fetch_add(1, Ordering::Relaxed);
            if turn == GIVE_UP {
                let process = self.process.load(Ordering::Relaxed);
                if process == GIVEN_UP {
                    return None;
                }
                is_of_this_process = process == std::process::id();
            }
            match turn {
                0..SPINS => spin_loop(),
                SPINS..GIVE_UP => yield_now(),
                LEAVE.. if !is_of_this_process => {
                    self.process.store(GIVEN_UP, Ordering::Relaxed);
                    return None;
                }
                GIVE_UP..SLEEP if is_of_this_process => yield_now(),
                _ => std::thread::sleep(Duration::from_micros(100)),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of all that wait.
    pub(super) static TURNS: AtomicU32 = AtomicU32::new(0);

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

    /// Its mark is that of the process before, or there is none yet, while a thread of this process has it.
    #[test]
    fn one_that_a_thread_of_this_process_holds_is_waited_for() {
        for mark in [0, std::process::id() + 1] {
            let lock = Lock::new(());
            let held = lock.lock();
            lock.process.store(mark, Ordering::Relaxed);
            std::thread::scope(|scope| {
                let before = TURNS.load(Ordering::Relaxed);
                let waiting = scope.spawn(|| lock.lock().is_some());
                // Until it is past the turn at which others that were given up are left.
                while TURNS.load(Ordering::Relaxed).wrapping_sub(before) < GIVE_UP + 2 && !waiting.is_finished() {
                    yield_now();
                }
                drop(held);
                assert!(waiting.join().expect("no panic"), "given up, with the mark {mark}");
            });
        }
    }

    #[test]
    fn one_that_a_thread_of_another_process_holds_is_given_up() {
        let lock = Lock::new(());
        let held = lock.lock();
        // As if this process had been forked meanwhile.
        lock.process.store(std::process::id() + 1, Ordering::Relaxed);
        assert!(lock.lock().is_none());
        assert_eq!(lock.process.load(Ordering::Relaxed), GIVEN_UP, "others do not wait that long");
        assert!(lock.lock().is_none());
        drop(held);
        assert!(lock.lock().is_some());
        assert_eq!(lock.process.load(Ordering::Relaxed), std::process::id(), "it was not lost after all");
    }
}
