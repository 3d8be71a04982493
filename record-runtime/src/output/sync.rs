//! The means by which threads share data, from the standard library.
//!
//! The pool imports it from here. So the crate `record-models` can compile it with another module in this place, and
//! run its steps in every order.

pub(super) use core::hint::spin_loop;
pub(super) use std::sync::{Mutex, MutexGuard};
pub(super) use std::thread::yield_now;
pub(super) use std::thread_local;

pub(super) mod atomic {
    pub(in crate::output) use core::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
}

/// How often a thread gives way before it does without a lock. One is held for some ten instructions at a time.
pub(super) const PATIENCE: usize = 1000;
