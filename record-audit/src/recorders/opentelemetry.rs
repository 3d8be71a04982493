//! OpenTelemetry metrics.

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter, UpDownCounter};

use crate::{LateRecord, Outcome, Recorder, RequestRecord, RequestStart};

/// The boundaries that the HTTP conventions advise for durations, in seconds.
const DURATION_BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Reports to a [`Meter`], by OpenTelemetry's semantic conventions for HTTP servers.
///
/// | instrument | unit | attributes |
/// | --- | --- | --- |
/// | `http.server.request.duration` | s | `http.request.method`, `url.scheme`, `http.route`, `http.response.status_code`, `error.type` |
/// | `http.server.active_requests` | `{request}` | `http.request.method`, `url.scheme` |
/// | `http.server.request.allocations`, … `.allocated` | `{allocation}`, By | as for the duration |
/// | `http.server.request.balance`, the sum of all requests', which may fall | By | as for the duration |
/// | `http.server.request.late_allocations` | `{allocation}` | `http.route` |
///
/// The latter three rows are ours, in the conventions' style. `http.route` is left out where no pattern matched, as they ask.
/// `error.type` is the status from 500 on, or how the request ended.
///
/// # Exemplars Request ids are never attributes. They should be exemplars. But up to 0.33 the SDK for Rust never fills
/// the fields of exemplars, and the API has no way to hand one in (open-telemetry/opentelemetry-rust#3369). The text of
/// [`Ledger::write_metrics`](crate::Ledger::write_metrics) has them.
#[derive(Debug)]
pub struct OpenTelemetryRecorder {
    duration: Histogram<f64>,
    active: UpDownCounter<i64>,
    allocations: Histogram<u64>,
    allocated: Histogram<u64>,
    balance: UpDownCounter<i64>,
    late: Counter<u64>,
}

impl OpenTelemetryRecorder {
    /// A recorder with instruments of `meter`.
    #[must_use]
    pub fn new(meter: &Meter) -> Self {
        // From nothing to a million by steps of about three.
        let counts = vec![0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6];
        let bytes: Vec<f64> = std::iter::once(0.0).chain((6..=28).step_by(2).map(|power| 2_f64.powi(power))).collect();
        Self {
            duration: meter
                .f64_histogram("http.server.request.duration")
                .with_unit("s")
                .with_description("Duration of HTTP server requests.")
                .with_boundaries(DURATION_BOUNDS.to_vec())
                .build(),
            active: meter
                .i64_up_down_counter("http.server.active_requests")
                .with_unit("{request}")
                .with_description("Number of active HTTP server requests.")
                .build(),
            allocations: meter
                .u64_histogram("http.server.request.allocations")
                .with_unit("{allocation}")
                .with_description("Allocations and reallocations of a request.")
                .with_boundaries(counts)
                .build(),
            allocated: meter
                .u64_histogram("http.server.request.allocated")
                .with_unit("By")
                .with_description("Bytes allocated by a request.")
                .with_boundaries(bytes)
                .build(),
            balance: meter
                .i64_up_down_counter("http.server.request.balance")
                .with_unit("By")
                .with_description("Bytes allocated less bytes freed while requests were served.")
                .build(),
            late: meter
                .u64_counter("http.server.request.late_allocations")
                .with_unit("{allocation}")
                .with_description("Allocations by work that a request spawned, after its end.")
                .build(),
        }
    }
}

impl Recorder for OpenTelemetryRecorder {
    fn began(&self, start: &RequestStart) {
        self.active.add(1, &of_start(*start));
    }

    fn ended(&self, record: &RequestRecord<'_>) {
        let [method, scheme] = of_start(record.start());
        self.active.add(-1, &[method.clone(), scheme.clone()]);
        // Filled from the front; on the stack, and with static texts, so that nothing is allocated here.
        let mut attributes = [const { None }; 5];
        attributes[0] = Some(method);
        attributes[4] = Some(scheme);
        if record.route() != crate::UNMATCHED {
            attributes[1] = Some(KeyValue::new("http.route", record.route()));
        }
        if let Some(status) = record.status() {
            attributes[2] = Some(KeyValue::new("http.response.status_code", i64::from(status)));
        }
        attributes[3] = match (record.outcome(), record.status()) {
            (Outcome::Completed, Some(status @ 500..)) => Some(error_type(status_text(status))),
            (Outcome::Completed, _) => None,
            (outcome, _) => Some(error_type(outcome.as_str())),
        };
        let attributes: [Option<KeyValue>; 5] = attributes;
        let mut packed = attributes.map(|attribute| attribute.unwrap_or_else(|| KeyValue::new("", false)));
        let mut count = 0;
        for place in 0..packed.len() {
            if !packed[place].key.as_str().is_empty() {
                packed.swap(count, place);
                count += 1;
            }
        }
        let attributes = &packed[..count];
        self.duration.record(record.wall().as_secs_f64(), attributes);
        if let Some(total) = record.total() {
            self.allocations.record(total.requests(), attributes);
            self.allocated.record(total.allocated_bytes, attributes);
            self.balance.add(total.net_bytes(), attributes);
        }
    }

    fn late(&self, record: &LateRecord<'_>) {
        self.late.add(record.counters().requests(), &[KeyValue::new("http.route", record.route())]);
    }
}

fn error_type(text: &'static str) -> KeyValue {
    KeyValue::new("error.type", text)
}

fn of_start(start: RequestStart) -> [KeyValue; 2] {
    [KeyValue::new("http.request.method", start.method()), KeyValue::new("url.scheme", start.scheme())]
}

/// The digits of all statuses from 500 on, one behind the other.
#[expect(clippy::cast_possible_truncation, reason = "digits")]
static STATUSES: [u8; 1500] = {
    let mut digits = [b'0'; 1500];
    let mut status = 500;
    while status < 1000 {
        let place = 3 * (status - 500);
        digits[place] = b'0' + (status / 100) as u8;
        digits[place + 1] = b'0' + (status / 10 % 10) as u8;
        digits[place + 2] = b'0' + (status % 10) as u8;
        status += 1;
    }
    digits
};

/// Of a status from 500 on.
fn status_text(status: u16) -> &'static str {
    let place = 3 * usize::from(status.saturating_sub(500));
    STATUSES.get(place..place + 3).and_then(|digits| str::from_utf8(digits).ok()).unwrap_or("_OTHER")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_as_text() {
        for status in 500..1000 {
            assert_eq!(status_text(status), status.to_string());
        }
        assert_eq!(status_text(1000), "_OTHER");
    }
}
