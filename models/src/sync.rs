//! In the place of the files' own `sync`: atomics and locks of loom that can stand in statics.
//!
//! loom's own are made anew in each run, and cannot be constants. Here an atomic is its first value, and the one of loom
//! that belongs to it in this run is found by its address. It is given one at its first change; a load before that returns
//! the first value, without a step of its own. So a model changes once, before its threads begin, what they share.
//!
//! loom remembers one access of each atomic, the last one. A thread that loads before it stores hides from it that
//! another one has loaded before; it would not try the other order. So each access here first takes a *turn*: a relaxed
//! change of an atomic beside it. That orders nothing, but loom tries every order of turns.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{PoisonError, TryLockError, TryLockResult};

pub(crate) use loom::hint::spin_loop;
pub(crate) use loom::thread::yield_now;

/// Of the pool: so that models come to where a lock is given up.
pub(crate) const PATIENCE: usize = 2;
/// Of the audit: no model gives up a lock, in one process.
pub(crate) const SPINS: u32 = 1;
pub(crate) const GIVE_UP: u32 = 2;
pub(crate) const SLEEP: u32 = 1 << 31;
pub(crate) const LEAVE: u32 = u32::MAX;

std::thread_local! {
    /// loom runs all threads of a model on one of the system's.
    static OBJECTS: RefCell<HashMap<usize, Rc<dyn Any>>> = RefCell::default();
}

/// A run begins.
pub(crate) fn begin() {
    OBJECTS.take();
    atomic::prepare();
}

struct Object<T> {
    real: T,
    turn: loom::sync::atomic::AtomicUsize,
}

/// The atomic of loom at an address, at this thread's turn.
fn found<T: 'static>(address: usize) -> Option<Rc<Object<T>>> {
    let object = OBJECTS.with_borrow(|objects| objects.get(&address).cloned())?;
    let object: Rc<Object<T>> = object.downcast().expect("an atomic of this type");
    object.turn.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    Some(object)
}

fn made<T: 'static>(address: usize, make: impl FnOnce() -> Rc<Object<T>>) -> Rc<Object<T>> {
    found(address).unwrap_or_else(|| {
        let object = make();
        OBJECTS.with_borrow_mut(|objects| objects.insert(address, object.clone()));
        object
    })
}

/// Atomics that belong to nobody yet, made before there are threads. Loom wants an atomic made before a thread uses it.
/// So many as were missing in earlier runs.
struct Spares<T> {
    unused: Vec<Rc<Object<T>>>,
    wanted: usize,
    missing: usize,
}

impl<T> Default for Spares<T> {
    fn default() -> Self {
        Self { unused: Vec::new(), wanted: 100, missing: 0 }
    }
}

pub(crate) mod atomic {
    pub(super) fn prepare() {
        u8::prepare();
        u32::prepare();
        u64::prepare();
        i64::prepare();
        usize::prepare();
    }

    pub(crate) use loom::sync::atomic::fence;
    pub(crate) use std::sync::atomic::Ordering;

    macro_rules! atomic {
        ($name:ident, $value:ty, $spares:ident, $module:ident) => {
            atomic!(
                $name, $value, $spares, $module,
                [swap fetch_add fetch_sub fetch_or fetch_max],
                [compare_exchange compare_exchange_weak]
            );
        };
        (
            $name:ident, $value:ty, $spares:ident, $module:ident,
            [$($update:ident)+], [$($exchange:ident)+]
        ) => {
            std::thread_local! {
                static $spares: std::cell::RefCell<super::Spares<loom::sync::atomic::$name>> =
                    std::cell::RefCell::default();
            }

            mod $module {
                use std::rc::Rc;

                use super::super::Object;

                pub(super) fn new() -> Rc<Object<loom::sync::atomic::$name>> {
                    let real = loom::sync::atomic::$name::new(0);
                    Rc::new(Object { real, turn: loom::sync::atomic::AtomicUsize::new(0) })
                }

                pub(super) fn prepare() {
                    super::$spares.with_borrow_mut(|spares| {
                        spares.wanted += std::mem::take(&mut spares.missing);
                        spares.unused = (0..spares.wanted).map(|_| new()).collect();
                    });
                }
            }

            #[derive(Debug, Default)]
            pub(crate) struct $name($value);

            impl $name {
                pub(crate) const fn new(value: $value) -> Self {
                    Self(value)
                }

                fn address(&self) -> usize {
                    (&raw const *self).addr()
                }

                fn object(&self) -> std::rc::Rc<super::Object<loom::sync::atomic::$name>> {
                    super::made(self.address(), || {
                        assert_eq!(self.0, 0, "all that is shared is zero at first");
                        $spares.with_borrow_mut(|spares| spares.unused.pop()).unwrap_or_else(|| {
                            $spares.with_borrow_mut(|spares| spares.missing += 1);
                            $module::new()
                        })
                    })
                }

                #[track_caller]
                pub(crate) fn load(&self, order: Ordering) -> $value {
                    let object = super::found::<loom::sync::atomic::$name>(self.address());
                    object.map_or(self.0, |object| object.real.load(order))
                }

                #[track_caller]
                pub(crate) fn store(&self, value: $value, order: Ordering) {
                    self.object().real.store(value, order);
                }

                $(
                    #[track_caller]
                    pub(crate) fn $update(&self, value: $value, order: Ordering) -> $value {
                        self.object().real.$update(value, order)
                    }
                )+

                // Both are the strong one: no failure by chance is modelled.
                $(
                    #[track_caller]
                    pub(crate) fn $exchange(
                        &self,
                        current: $value,
                        new: $value,
                        success: Ordering,
                        failure: Ordering,
                    ) -> Result<$value, $value> {
                        self.object().real.compare_exchange(current, new, success, failure)
                    }
                )+

                #[track_caller]
                pub(crate) fn fetch_update(
                    &self,
                    success: Ordering,
                    failure: Ordering,
                    update: impl FnMut($value) -> Option<$value>,
                ) -> Result<$value, $value> {
                    let mut update = update;
                    let mut now = self.load(failure);
                    while let Some(next) = update(now) {
                        match self.compare_exchange(now, next, success, failure) {
                            Ok(before) => return Ok(before),
                            Err(other) => now = other,
                        }
                    }
                    Err(now)
                }
            }

            impl Drop for $name {
                fn drop(&mut self) {
                    super::forget(self.address());
                }
            }
        };
    }

    atomic!(AtomicU8, u8, U8_SPARES, u8);
    atomic!(AtomicU32, u32, U32_SPARES, u32);
    atomic!(AtomicU64, u64, U64_SPARES, u64);
    atomic!(AtomicI64, i64, I64_SPARES, i64);
    atomic!(AtomicUsize, usize, USIZE_SPARES, usize);
}

/// Another object may come to the same address.
fn forget(address: usize) {
    let _ = OBJECTS.try_with(|objects| objects.try_borrow_mut().map(|mut objects| objects.remove(&address)));
}

/// A mutex that is one by its two orderings.
#[derive(Debug)]
pub(crate) struct Mutex<T> {
    is_held: atomic::AtomicU32,
    value: std::sync::Mutex<T>,
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self { is_held: atomic::AtomicU32::new(0), value: std::sync::Mutex::new(value) }
    }

    #[track_caller]
    pub(crate) fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        use atomic::Ordering::{Acquire, Relaxed};
        match self.is_held.compare_exchange(0, 1, Acquire, Relaxed) {
            Ok(_) => Ok(MutexGuard { mutex: self, value: self.value.try_lock().ok() }),
            Err(_) => Err(TryLockError::WouldBlock),
        }
    }

    #[track_caller]
    pub(crate) fn lock(&self) -> Result<MutexGuard<'_, T>, PoisonError<MutexGuard<'_, T>>> {
        loop {
            match self.try_lock() {
                Ok(guard) => return Ok(guard),
                Err(_) => yield_now(),
            }
        }
    }
}

#[derive(Debug)]
pub(crate) struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    value: Option<std::sync::MutexGuard<'a, T>>,
}

impl<T> std::ops::Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("nobody else holds it")
    }
}

impl<T> std::ops::DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("nobody else holds it")
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        drop(self.value.take());
        self.mutex.is_held.store(0, atomic::Ordering::Release);
    }
}

/// A value for each thread of the model. loom destroys all of them when a thread ends, in any order; the standard library
/// leaves those that have no destructor. Here such a one begins anew.
pub(crate) struct Local<T: 'static> {
    pub(crate) ending: loom::thread::LocalKey<T>,
    pub(crate) init: fn() -> T,
}

impl<T: 'static> Local<T> {
    pub(crate) fn try_with<R>(&'static self, work: impl FnOnce(&T) -> R) -> Result<R, loom::thread::AccessError> {
        let mut work = Some(work);
        let mut once = |value: &T| work.take().map(|work| work(value));
        match self.ending.try_with(&mut once) {
            Err(_) if !std::mem::needs_drop::<T>() => Ok(once(&(self.init)()).expect("not run before")),
            done => done.map(|value| value.expect("run once")),
        }
    }
}

macro_rules! local {
    ($(#[$attr:meta])* static $name:ident: $type:ty = const $value:block $(;)?) => {
        $(#[$attr])*
        static $name: crate::sync::Local<$type> = {
            crate::sync::Local {
                ending: loom::thread::LocalKey { init: || $value, _p: std::marker::PhantomData },
                init: || $value,
            }
        };
    };
}
pub(crate) use local as thread_local;
