//! Signs of life of a body whose source is slow.
//!
//! A server that allows half-closed connections learns by writing that a client is gone. A body that waits for its
//! source writes nothing. So such a body sends a space now and then.

use std::sync::Arc;
use std::task::Context;
use std::time::Duration;

use crate::alarm::{Alarm, NEVER, millis, now};

/// The clock of one body.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    interval: Option<Duration>,
    alarm: Option<Arc<Alarm>>,
}

impl Heartbeat {
    pub(crate) const fn every(interval: Option<Duration>) -> Self {
        Self { interval, alarm: None }
    }

    /// The source has none at the moment: whether it is time for a beat. The task is woken when it is.
    pub(crate) fn is_due(&mut self, cx: &Context<'_>) -> bool {
        let Some(interval) = self.interval else { return false };
        let alarm = self.alarm.get_or_insert_with(Alarm::started);
        alarm.wakes(cx);
        let now = now();
        let due = alarm.due();
        if due > now && due != NEVER {
            return false;
        }
        alarm.set(now.saturating_add(millis(interval).max(1)));
        due != NEVER
    }

    /// The source is not waited for.
    pub(crate) fn rest(&self) {
        if let Some(alarm) = &self.alarm {
            alarm.set(NEVER);
        }
    }
}
