//! OpenTelemetry metrics.

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter, UpDownCounter};

use crate::{LateRecord, Outcome, Recorder, RequestRecord};

/// The boundaries that the HTTP conventions advise for durations, in seconds.
const DURATION_BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Reports to a [`Meter`], by OpenTelemetry's semantic conventions for HTTP servers.
///
/// | instrument | unit | attributes |
/// | --- | --- | --- |
/// | `http.server.request.duration` | s | `http.request.method`, `http.route`, `http.response.status_code`, `error.type` |
/// | `http.server.active_requests` | `{request}` | |
/// | `http.server.request.allocations`, … `.allocated`, … `.balance` | `{allocation}`, By, By | the same |
/// | `http.server.request.late_allocations` | `{allocation}` | `http.route` |
///
/// The latter two rows are ours, in the conventions' style. `http.route` is left out where no pattern matched, as they ask.
/// `error.type` is the status from 500 on, or how the request ended.
///
/// # Exemplars
/// Request ids are never attributes. They should be exemplars, but up to 0.33 the SDK for Rust has the fields of exemplars
/// and never fills them, and the API has no way to hand one in (open-telemetry/opentelemetry-rust#3369). The text of
/// [`Ledger::write_metrics`](crate::Ledger::write_metrics) has them.
#[derive(Debug)]
pub struct OpenTelemetryRecorder {
    duration: Histogram<f64>,
    active: UpDownCounter<i64>,
    allocations: Histogram<u64>,
    allocated: Histogram<u64>,
    balance: Histogram<f64>,
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
                .with_boundaries(bytes.clone())
                .build(),
            balance: meter
                .f64_histogram("http.server.request.balance")
                .with_unit("By")
                .with_description("Bytes allocated less bytes freed while a request was served.")
                .with_boundaries(bytes)
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
    fn started(&self) {
        self.active.add(1, &[]);
    }

    #[expect(clippy::cast_precision_loss, reason = "a balance is far below 2^53")]
    fn ended(&self, record: &RequestRecord<'_>) {
        self.active.add(-1, &[]);
        // Filled from the front; on the stack, and with static texts, so that nothing is allocated here.
        let mut attributes = [const { None }; 4];
        attributes[0] = Some(KeyValue::new("http.request.method", record.method()));
        if record.route() != crate::UNMATCHED {
            attributes[1] = Some(KeyValue::new("http.route", record.route()));
        }
        if let Some(status) = record.status() {
            attributes[2] = Some(KeyValue::new("http.response.status_code", i64::from(status)));
        }
        attributes[3] = match (record.outcome(), record.status()) {
            (Outcome::Completed, Some(500..)) => record.status().map(status_text).map(error_type),
            (Outcome::Completed, _) => None,
            (outcome, _) => Some(error_type(outcome.as_str())),
        };
        let attributes: [Option<KeyValue>; 4] = attributes;
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
            self.balance.record(total.net_bytes() as f64, attributes);
        }
    }

    fn late(&self, record: &LateRecord<'_>) {
        self.late.add(record.counters().requests(), &[KeyValue::new("http.route", record.route())]);
    }
}

fn error_type(text: &'static str) -> KeyValue {
    KeyValue::new("error.type", text)
}

fn status_text(status: u16) -> &'static str {
    match status {
        500 => "500",
        501 => "501",
        502 => "502",
        503 => "503",
        504 => "504",
        _ => "5xx",
    }
}
