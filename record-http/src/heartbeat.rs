//! A clock for bodies whose source is slow.
//!
//! A server that allows half-closed connections learns that a client is gone by writing to it, and a body that waits for
//! its source writes nothing. So such a body sends a space now and then. What wakes it is a thread of its own, since a
//! body does not know which runtime it is in, nor whether that has a timer. The thread is started by the first source that
//! waits, and ends a second after the last such body.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

/// How late a beat is at most, and how long the thread outlives its last body.
const TICK: Duration = Duration::from_secs(1);
const SHORTEST_TICK: Duration = Duration::from_millis(10);

/// The time of a body that waits for nothing.
const NEVER: u64 = u64::MAX;

/// The clock of one body.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    interval: Option<Duration>,
    alarm: Option<Arc<Alarm>>,
}

#[derive(Debug)]
struct Alarm {
    /// In milliseconds on the process's clock.
    due: AtomicU64,
    waker: Mutex<Option<Waker>>,
}

impl Heartbeat {
    pub(crate) const fn every(interval: Option<Duration>) -> Self {
        Self { interval, alarm: None }
    }

    /// The source has none at the moment: whether it is time for a beat. The task is woken when it is.
    pub(crate) fn is_due(&mut self, cx: &Context<'_>) -> bool {
        let Some(interval) = self.interval else { return false };
        let alarm = self.alarm.get_or_insert_with(Alarm::started);
        alarm.set_waker(cx.waker());
        let now = now();
        let due = alarm.due.load(Ordering::Relaxed);
        if due > now && due != NEVER {
            return false;
        }
        alarm.due.store(now.saturating_add(millis(interval).max(1)), Ordering::Relaxed);
        due != NEVER
    }

    /// The source is not waited for.
    pub(crate) fn rest(&self) {
        if let Some(alarm) = &self.alarm {
            alarm.due.store(NEVER, Ordering::Relaxed);
        }
    }
}

impl Alarm {
    fn started() -> Arc<Self> {
        let alarm = Arc::new(Self { due: AtomicU64::new(NEVER), waker: Mutex::new(None) });
        follow(&alarm);
        alarm
    }

    fn waker(&self) -> MutexGuard<'_, Option<Waker>> {
        self.waker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_waker(&self, waker: &Waker) {
        let mut kept = self.waker();
        if !kept.as_ref().is_some_and(|kept| kept.will_wake(waker)) {
            *kept = Some(waker.clone());
        }
    }
}

/// The bodies that were slow once.
static ALARMS: Mutex<Vec<Weak<Alarm>>> = Mutex::new(Vec::new());

/// The process that has the thread; a child that is forked off has none.
static THREAD_OF: AtomicU32 = AtomicU32::new(0);

/// Without the lock, which a process may have been forked off under, there is no heartbeat.
fn alarms() -> Option<MutexGuard<'static, Vec<Weak<Alarm>>>> {
    for _ in 0..1000 {
        match ALARMS.try_lock() {
            Ok(alarms) => return Some(alarms),
            Err(TryLockError::Poisoned(alarms)) => return Some(alarms.into_inner()),
            Err(TryLockError::WouldBlock) => std::thread::yield_now(),
        }
    }
    None
}

fn follow(alarm: &Arc<Alarm>) {
    let Some(mut alarms) = alarms() else { return };
    alarms.push(Arc::downgrade(alarm));
    // Under the lock, under which the thread ends.
    let process = std::process::id();
    if THREAD_OF.swap(process, Ordering::Relaxed) != process {
        let thread = std::thread::Builder::new().name("json-heartbeat".to_owned());
        if thread.spawn(keep_time).is_err() {
            // The next body tries again.
            THREAD_OF.store(0, Ordering::Relaxed);
        }
    }
}

fn keep_time() {
    let mut due = Vec::new();
    loop {
        let Some(mut alarms) = alarms() else {
            std::thread::sleep(TICK);
            continue;
        };
        if alarms.is_empty() {
            THREAD_OF.store(0, Ordering::Relaxed);
            return;
        }
        let now = now();
        let mut next = now + millis(TICK);
        alarms.retain(|alarm| {
            let Some(alarm) = alarm.upgrade() else { return false };
            match alarm.due.load(Ordering::Relaxed) {
                time if time <= now => due.extend(alarm.waker().take()),
                time => next = next.min(time),
            }
            true
        });
        drop(alarms);
        due.drain(..).for_each(Waker::wake);
        std::thread::sleep(Duration::from_millis(next - now).max(SHORTEST_TICK));
    }
}

/// Milliseconds since the process asked first.
fn now() -> u64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    millis(START.get_or_init(Instant::now).elapsed())
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(NEVER - 1)
}
