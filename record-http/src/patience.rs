//! Waiting for a server that has two chunks and has dropped none.
//!
//! It is a server that cannot send: a stream of HTTP/2 on a jammed connection. Or it is code between the body and a server
//! that works, which keeps every chunk; then the body would wait for ever. The two are told apart by what they do next:
//!
//! - A connection of HTTP/1 that has sent all it had asks once more, unwoken. (One that is jammed asks for nothing.)
//! - Who holds more than hyper buffers for a stream keeps chunks.
//!
//! Where neither shows, the body waits in vain, and goes on slowly. An *extra* chunk is one that is handed out while
//! two are alive. A body waits [`PATIENCE`] for its first one. Then the process hands out one extra chunk at a time.
//! The more of them are alive, the longer it waits until the next. 13 are out after two seconds, 75 after a minute, 600
//! after an hour.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::Context;
use std::time::Duration;

use crate::alarm::{Alarm, NEVER, millis, now};
use crate::chunks::{Chunks, MAX_ALIVE};
use crate::stream::CHUNK_BYTES;

/// Times that a body gives way for the connection to send, before it waits for a time.
const YIELDS: u8 = 4;

/// How long a body waits for its first extra chunk.
const PATIENCE: Duration = Duration::from_millis(250);

/// The time between two extra chunks of the process, for each that is alive.
const INTERVAL: Duration = Duration::from_millis(20);

/// hyper's buffer for a stream of HTTP/2, its `max_send_buf_size`.
const HYPER_STREAM_BYTES: usize = 400 * 1024;

/// Who keeps more than that is not a connection.
const KEEPS: usize = HYPER_STREAM_BYTES / CHUNK_BYTES + MAX_ALIVE + 1;

/// The extra chunks of this process that are alive.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

/// When the process gives the next one.
static NEXT: AtomicU64 = AtomicU64::new(0);

#[derive(Debug, Default)]
pub(crate) struct Patience {
    state: State,
    alarm: Option<Arc<Alarm>>,
    granted: Option<Extra>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Gave way so many times.
    Yields(u8),
    /// Not woken before a time, unless a chunk goes.
    Waits(u64),
    /// Got a chunk because the connection asked unwoken, or because the time was over.
    Asked,
    Late,
}

impl Default for State {
    fn default() -> Self {
        Self::Yields(0)
    }
}

impl Patience {
    /// Whether a body that has two chunks or more alive has to wait for another one; the task is woken when it need not.
    pub(crate) fn lasts(&mut self, chunks: &Chunks, cx: &Context<'_>) -> bool {
        if self.granted.is_some() || chunks.alive() >= KEEPS {
            return false;
        }
        let now = now();
        match self.state {
            State::Yields(count) if count < YIELDS => {
                self.state = State::Yields(count + 1);
                cx.waker().wake_by_ref();
                true
            }
            State::Yields(_) | State::Asked => self.waits_until(now + millis(PATIENCE), chunks, cx),
            State::Waits(time) if now < time => self.grant(State::Asked),
            State::Waits(_) => match take_turn(now) {
                Ok(()) => self.grant(State::Late),
                // Others wait, too.
                Err(next) => self.waits_until(next.max(now + millis(PATIENCE)), chunks, cx),
            },
            State::Late => match take_turn(now) {
                Ok(()) => self.grant(State::Late),
                Err(next) => self.waits_until(next, chunks, cx),
            },
        }
    }

    fn grant(&mut self, state: State) -> bool {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        self.granted = Some(Extra(()));
        self.state = state;
        false
    }

    /// The content of an extra chunk, after `lasts` has allowed one.
    pub(crate) fn granted(&mut self) -> Option<Extra> {
        self.granted.take()
    }

    fn waits_until(&mut self, time: u64, chunks: &Chunks, cx: &Context<'_>) -> bool {
        self.state = State::Waits(time);
        let alarm = self.alarm.get_or_insert_with(Alarm::started);
        alarm.wakes(cx);
        alarm.set(time);
        chunks.wait(cx)
    }

    /// A chunk has gone: the server works.
    pub(crate) fn rest(&mut self) {
        if let Some(alarm) = self.alarm.take() {
            alarm.set(NEVER);
        }
    }
}

/// Takes the process's next extra chunk, or says when there is one.
fn take_turn(now: u64) -> Result<(), u64> {
    let interval = millis(INTERVAL) * (1 + ALIVE.load(Ordering::Relaxed) as u64);
    let turn = |next| (next <= now).then_some(now + interval);
    NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, turn).map(drop)
}

/// Counts an extra chunk as long as it is alive.
#[derive(Debug)]
pub(crate) struct Extra(());

impl Drop for Extra {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}
