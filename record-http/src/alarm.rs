//! Wakes a task at a time.
//!
//! A body knows neither its runtime nor whether that has a timer. So a thread of the crate's own keeps the time. The first
//! alarm starts it, and it ends a second after the last one is gone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
use std::task::{Context, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

/// How long the thread sleeps at most, and outlives its last alarm.
const TICK: Duration = Duration::from_secs(1);
const SHORTEST_TICK: Duration = Duration::from_millis(10);

/// Times that a thread gives way for the lock before it sleeps for it, and waits in all before it may do without.
const YIELDS: u32 = 1000;
const LEAVE: u32 = YIELDS + 1000;

/// The time of an alarm that is not set.
pub(crate) const NEVER: u64 = u64::MAX;

#[derive(Debug)]
pub(crate) struct Alarm {
    /// On the clock of [`now`].
    due: AtomicU64,
    waker: Mutex<Option<Waker>>,
}

impl Alarm {
    /// An alarm that is not set yet.
    pub(crate) fn started() -> Arc<Self> {
        let alarm = Arc::new(Self { due: AtomicU64::new(NEVER), waker: Mutex::new(None) });
        follow(&alarm);
        alarm
    }

    pub(crate) fn due(&self) -> u64 {
        self.due.load(Ordering::Relaxed)
    }

    /// Has the task woken when the alarm is due.
    pub(crate) fn wakes(&self, cx: &Context<'_>) {
        let mut kept = self.waker();
        if kept.as_ref().is_some_and(|kept| kept.will_wake(cx.waker())) {
            return;
        }
        drop(kept);
        let waker = cx.waker().clone();
        kept = self.waker();
        let earlier = kept.replace(waker);
        drop(kept);
        // Without the lock: the code of others.
        drop(earlier);
    }

    /// Due at a time of [`now`], or [`NEVER`].
    pub(crate) fn set(&self, due: u64) {
        // The thread writes when it looks next before it reads what is due: so one of the two sees the other's.
        self.due.store(due, Ordering::SeqCst);
        if due < NEXT_LOOK.load(Ordering::SeqCst)
            && due != NEVER
            && let Some(clock) = clock()
            && let Some(thread) = &clock.thread
        {
            thread.unpark();
        }
    }

    fn waker(&self) -> MutexGuard<'_, Option<Waker>> {
        self.waker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Clock {
    alarms: Vec<Weak<Alarm>>,
    thread: Option<Thread>,
}

static CLOCK: Mutex<Clock> = Mutex::new(Clock { alarms: Vec::new(), thread: None });

/// When the thread looks at the alarms again.
static NEXT_LOOK: AtomicU64 = AtomicU64::new(NEVER);

/// The process that has the thread; a child that is forked off has none.
static THREAD_OF: AtomicU32 = AtomicU32::new(0);

/// Without the lock, which a process may have been forked off under, there is no alarm. Where this process has the thread,
/// whoever holds the lock gives it back: nobody would wake a body whose alarm is in no list.
fn clock() -> Option<MutexGuard<'static, Clock>> {
    for turn in 0.. {
        match CLOCK.try_lock() {
            Ok(clock) => return Some(clock),
            Err(TryLockError::Poisoned(clock)) => return Some(clock.into_inner()),
            Err(TryLockError::WouldBlock) if turn < YIELDS => std::thread::yield_now(),
            Err(TryLockError::WouldBlock) => match THREAD_OF.load(Ordering::Relaxed) {
                // The first one starts the thread.
                0 if turn < LEAVE => std::thread::sleep(Duration::from_millis(1)),
                process if process == std::process::id() => std::thread::sleep(Duration::from_millis(1)),
                _ => return None,
            },
        }
    }
    None
}

fn follow(alarm: &Arc<Alarm>) {
    let Some(mut clock) = clock() else { return };
    clock.alarms.push(Arc::downgrade(alarm));
    // Under the lock, under which the thread ends.
    let process = std::process::id();
    if THREAD_OF.swap(process, Ordering::Relaxed) != process {
        let thread = std::thread::Builder::new().name("json-heartbeat".to_owned());
        match thread.spawn(keep_time) {
            Ok(handle) => clock.thread = Some(handle.thread().clone()),
            // The next alarm tries again.
            Err(_) => THREAD_OF.store(0, Ordering::Relaxed),
        }
    }
}

/// Runs the code of others: wakers, and what goes with them. If it panics, the thread goes on, which all other bodies need.
fn guarded(work: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(work));
}

fn keep_time() {
    let (mut alarms, mut due) = (Vec::new(), Vec::new());
    loop {
        let Some(mut clock) = clock() else {
            std::thread::sleep(TICK);
            continue;
        };
        if clock.alarms.is_empty() {
            clock.thread = None;
            THREAD_OF.store(0, Ordering::Relaxed);
            return;
        }
        NEXT_LOOK.store(NEVER, Ordering::SeqCst);
        let now = now();
        let mut next = now + millis(TICK);
        clock.alarms.retain(|alarm| alarm.upgrade().map(|alarm| alarms.push(alarm)).is_some());
        drop(clock);
        for alarm in &alarms {
            match alarm.due.load(Ordering::SeqCst) {
                time if time <= now => due.extend(alarm.waker().take()),
                time => next = next.min(time),
            }
        }
        NEXT_LOOK.store(next, Ordering::SeqCst);
        due.drain(..).for_each(|waker: Waker| guarded(|| waker.wake()));
        // Some may be the last handles by now.
        alarms.drain(..).for_each(|alarm: Arc<Alarm>| guarded(|| drop(alarm)));
        std::thread::park_timeout(Duration::from_millis(next - now).max(SHORTEST_TICK));
    }
}

/// Milliseconds since the process asked first.
pub(crate) fn now() -> u64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    millis(START.get_or_init(Instant::now).elapsed())
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(NEVER - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The holder of the lock did not run for a while. The alarm was in no list then, and woke nobody.
    #[test]
    fn an_alarm_waits_for_its_place_in_the_list() {
        let held = clock().expect("one process");
        std::thread::scope(|scope| {
            let started = scope.spawn(Alarm::started);
            std::thread::sleep(Duration::from_millis(300));
            drop(held);
            let alarm = started.join().expect("no panic");
            let clock = clock().expect("one process");
            let is_in_list = clock.alarms.iter().any(|other| std::ptr::eq(other.as_ptr(), Arc::as_ptr(&alarm)));
            drop(clock);
            assert!(is_in_list);
        });
    }
}
