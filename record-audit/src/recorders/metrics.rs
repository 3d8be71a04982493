//! The `metrics` facade.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use metrics::{Counter, Gauge, Histogram, Label, counter, gauge, histogram};

use crate::{LateRecord, Recorder, RequestRecord, RequestStart};

/// Reports to the recorder that the program installed for the [`metrics`] facade, under the names of OpenTelemetry's HTTP
/// conventions with `_` for `.`. Request ids are never labels; the facade has no exemplars.
///
/// | name | kind | labels |
/// | --- | --- | --- |
/// | `http_server_request_duration_seconds` | histogram | `http_request_method`, `url_scheme`, `http_route`, `http_response_status_code` |
/// | `http_server_active_requests` | gauge | `http_request_method`, `url_scheme` |
/// | `record_audit_requests_total` | counter | `http_route`, `outcome` |
/// | `record_audit_request_allocations`, `record_audit_request_allocated_bytes` | histogram | `http_route` |
/// | `record_audit_balance_bytes` | gauge: the sum of all requests' | `http_route` |
/// | `record_audit_late_allocations_total` | counter | `http_route` |
///
/// Handles are kept per combination of labels, so that a known one costs no allocation here. Make it after the facade's
/// recorder was installed.
#[derive(Debug)]
pub struct MetricsRecorder {
    active: RwLock<HashMap<(&'static str, &'static str), Gauge>>,
    handles: RwLock<HashMap<Key, Handles>>,
    late: RwLock<HashMap<&'static str, Counter>>,
}

type Key = (&'static str, &'static str, &'static str, Option<u16>, &'static str);

#[derive(Debug, Clone)]
struct Handles {
    duration: Histogram,
    requests: Counter,
    allocations: Histogram,
    allocated_bytes: Histogram,
    balance_bytes: Gauge,
}

impl Default for MetricsRecorder {
    fn default() -> Self {
        Self::new()
    }
}

impl MetricsRecorder {
    /// A recorder for what is installed now.
    #[must_use]
    pub fn new() -> Self {
        Self { active: RwLock::default(), handles: RwLock::default(), late: RwLock::default() }
    }

    fn active(&self, start: RequestStart) -> Gauge {
        let key = (start.method(), start.scheme());
        if let Some(known) = self.active.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        let gauge = gauge!("http_server_active_requests", of_start(start));
        self.active.write().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(gauge).clone()
    }

    fn handles(&self, record: &RequestRecord<'_>) -> Handles {
        let key = (record.route(), record.method(), record.scheme(), record.status(), record.outcome().as_str());
        if let Some(known) = self.handles.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        let handles = Handles::of(record);
        self.handles.write().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(handles).clone()
    }
}

fn of_start(start: RequestStart) -> Vec<Label> {
    vec![
        Label::from_static_parts("http_request_method", start.method()),
        Label::from_static_parts("url_scheme", start.scheme()),
    ]
}

impl Handles {
    fn of(record: &RequestRecord<'_>) -> Self {
        let route = || Label::from_static_parts("http_route", record.route());
        let mut http = of_start(record.start());
        http.push(route());
        http.extend(record.status().map(|status| Label::new("http_response_status_code", status.to_string())));
        let outcome = Label::from_static_parts("outcome", record.outcome().as_str());
        Self {
            duration: histogram!("http_server_request_duration_seconds", http),
            requests: counter!("record_audit_requests_total", vec![route(), outcome]),
            allocations: histogram!("record_audit_request_allocations", vec![route()]),
            allocated_bytes: histogram!("record_audit_request_allocated_bytes", vec![route()]),
            balance_bytes: gauge!("record_audit_balance_bytes", vec![route()]),
        }
    }
}

impl Recorder for MetricsRecorder {
    fn began(&self, start: &RequestStart) {
        self.active(*start).increment(1.0);
    }

    #[expect(clippy::cast_precision_loss, reason = "the facade's histograms take f64")]
    fn ended(&self, record: &RequestRecord<'_>) {
        self.active(record.start()).decrement(1.0);
        let handles = self.handles(record);
        handles.duration.record(record.wall().as_secs_f64());
        handles.requests.increment(1);
        if let Some(total) = record.total() {
            handles.allocations.record(total.requests() as f64);
            handles.allocated_bytes.record(total.allocated_bytes as f64);
            // It may fall, which a histogram's sum must not.
            handles.balance_bytes.increment(total.net_bytes() as f64);
        }
    }

    fn late(&self, record: &LateRecord<'_>) {
        let known = self.late.read().unwrap_or_else(PoisonError::into_inner).get(record.route()).cloned();
        let late = known.unwrap_or_else(|| {
            let labels = vec![Label::from_static_parts("http_route", record.route())];
            let late = counter!("record_audit_late_allocations_total", labels);
            self.late.write().unwrap_or_else(PoisonError::into_inner).insert(record.route(), late.clone());
            late
        });
        late.increment(record.counters().requests());
    }
}
