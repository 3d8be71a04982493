//! The ledger as text for Prometheus: its own format 0.0.4, or `OpenMetrics` 1.0, which has exemplars. Names are those of
//! OpenTelemetry's HTTP conventions, as its specification translates them for Prometheus.

use std::fmt::{self, Write};

use super::book::Sums;
use super::process::ProcessReport;
use super::report::{Basis, Finding};
use super::series::{BOUNDS, Key, Series};
use super::{Ledger, RequestStart};
use crate::id::RequestId;
use crate::method::{Method, Scheme};
use crate::request::Outcome;

/// So many series are copied at a time, under the lock of their route: some 20 KiB, a few microseconds.
const COPIED_AT_ONCE: usize = 16;

/// A format of metrics as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsFormat {
    /// Prometheus text 0.0.4: no exemplars.
    Prometheus,
    /// `OpenMetrics` 1.0: request ids as exemplars of durations.
    OpenMetrics,
}

impl MetricsFormat {
    /// The format that an `Accept` header asks for.
    #[must_use]
    pub fn accepted(accept: Option<&str>) -> Self {
        match accept {
            Some(accept) if accept.contains("application/openmetrics-text") => Self::OpenMetrics,
            _ => Self::Prometheus,
        }
    }

    /// The `Content-Type` of the text.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

impl Ledger {
    /// Appends all metrics as text.
    ///
    /// A request that ends meanwhile waits for the copy of a few series at most, never for the text. Numbers of two series
    /// may be of slightly different moments.
    pub fn write_metrics(&self, format: MetricsFormat, buf: &mut String) {
        self.write_metrics_to(format, buf);
    }

    fn write_metrics_to(&self, format: MetricsFormat, out: &mut impl Write) {
        const DURATION: &str = "http_server_request_duration_seconds";
        let mut text = Exposition { out, format };
        text.family(DURATION, "histogram", "Time from the call to the end of the body.");
        self.write_series(DURATION, &mut text);
        let sums = self.each_book(|book| book.sums());
        write_sums(&sums, &mut text);
        text.family("record_audit_leaking", "gauge", "Whether each request leaves memory behind that stays.");
        for route in self.report_routes() {
            let leaks = u8::from(route.finding == Finding::Leaking && route.basis == Basis::Alive);
            text.sample("record_audit_leaking", format_args!("{{http_route=\"{}\"}}", Escaped(route.route)), leaks);
        }
        if let Some(bytes) = ProcessReport::now().resident_bytes {
            text.family("process_resident_memory_bytes", "gauge", "Resident memory size in bytes.");
            text.sample("process_resident_memory_bytes", "", bytes);
        }
        text.family("http_server_active_requests", "gauge", "Requests that have started and not ended.");
        for (scheme, counts) in Scheme::ALL.into_iter().zip(&self.in_flight) {
            for number in 0..counts.len() {
                let start = RequestStart { method: Method::numbered(number), scheme };
                let count = self.count(start).load(std::sync::atomic::Ordering::Relaxed);
                if count != 0 || start.method == Method::GET && scheme == Scheme::Http {
                    let (method, scheme) = (start.method(), start.scheme());
                    let labels = format_args!("{{http_request_method=\"{method}\",url_scheme=\"{scheme}\"}}");
                    text.sample("http_server_active_requests", labels, count);
                }
            }
        }
        if let Some(pool) = self.pool.as_ref().map(|pool| pool()) {
            text.family("record_pool_buffers", "counter", "Buffers asked for, by whether the pool had one.");
            text.sample("record_pool_buffers_total", "{result=\"hit\"}", pool.hits);
            text.sample("record_pool_buffers_total", "{result=\"miss\"}", pool.misses);
            text.family("record_pool_dropped", "counter", "Buffers that were not taken back.");
            text.sample("record_pool_dropped_total", "", pool.dropped);
            text.family("record_pool_retained_bytes", "gauge", "Bytes of capacity in the pool.");
            text.sample("record_pool_retained_bytes", "", pool.retained_bytes);
            text.family("record_pool_out", "gauge", "Buffers that are in use.");
            text.sample("record_pool_out", "", pool.out);
        }
        if format == MetricsFormat::OpenMetrics {
            text.line(format_args!("# EOF"));
        }
    }

    fn write_series(&self, name: &str, text: &mut Exposition<'_, impl Write>) {
        let (mut copied, mut labels) = (Vec::with_capacity(COPIED_AT_ONCE), String::new());
        for opened in self.books() {
            let mut from = 0;
            loop {
                let count = {
                    let Some(book) = opened.book.lock() else { break };
                    let more = book.series.iter().skip(from).take(COPIED_AT_ONCE);
                    copied.extend(more.map(|series| Series::clone(series)));
                    book.series.len()
                };
                for series in copied.drain(..) {
                    series.write(name, opened.route.text(), &mut labels, text);
                }
                from += COPIED_AT_ONCE;
                if from >= count {
                    break;
                }
            }
        }
    }
}

fn write_sums(all: &[(&'static str, Sums)], text: &mut Exposition<'_, impl Write>) {
    text.family("record_audit_requests", "counter", "Requests by how they ended.");
    for (route, sums) in all {
        for (outcome, count) in Outcome::ALL.into_iter().zip(sums.outcomes) {
            if count > 0 {
                let labels = format_args!("{{http_route=\"{}\",outcome=\"{}\"}}", Escaped(route), outcome.as_str());
                text.sample("record_audit_requests_total", labels, count);
            }
        }
    }
    let mut sums = |name: &str, kind, help, value: fn(&Sums) -> Option<i128>| {
        text.family(name, kind, help);
        let suffix = if kind == "counter" { "_total" } else { "" };
        for (route, sums) in all {
            if let Some(value) = value(sums) {
                let route = Escaped(route);
                text.line(format_args!("{name}{suffix}{{http_route=\"{route}\"}} {value}"));
            }
        }
    };
    sums("record_audit_allocations", "counter", "Allocations and reallocations.", |sums| {
        counted_value(sums, sums.allocations.into())
    });
    sums("record_audit_allocated_bytes", "counter", "Bytes allocated.", |sums| {
        counted_value(sums, sums.allocated_bytes.into())
    });
    sums("record_audit_freed_bytes", "counter", "Bytes freed.", |sums| counted_value(sums, sums.freed_bytes.into()));
    sums("record_audit_balance_bytes", "gauge", "Bytes allocated less freed while serving.", |sums| {
        counted_value(sums, sums.net_bytes.into())
    });
    sums("record_audit_late_allocations", "counter", "Allocations by spawned work after its request.", |sums| {
        counted_value(sums, sums.late_allocations.into())
    });
    sums("record_audit_alive_bytes", "gauge", "Bytes alive of requests that have ended, by estimate.", |sums| {
        sums.alive_bytes.map(i128::from)
    });
}

/// Nothing where there are no numbers of memory.
fn counted_value(sums: &Sums, value: i128) -> Option<i128> {
    (sums.counted > 0).then_some(value)
}

impl Series {
    /// `labels` is for the text that all lines have.
    fn write(&self, name: &str, route: &str, labels: &mut String, text: &mut Exposition<'_, impl Write>) {
        labels.clear();
        let Key { method, scheme, status } = self.key;
        let (route, method, scheme) = (Escaped(route), method.name(), scheme.name());
        let _ = write!(labels, "http_route=\"{route}\",http_request_method=\"{method}\",url_scheme=\"{scheme}\"");
        if let Some(status) = status {
            let _ = write!(labels, ",http_response_status_code=\"{status}\"");
        }
        let mut count = 0;
        for (place, in_bucket) in self.buckets.iter().enumerate() {
            count += in_bucket;
            let bound = BOUNDS.get(place).copied().unwrap_or(f64::INFINITY);
            let exemplar = self.exemplars[place].as_ref().filter(|_| text.format == MetricsFormat::OpenMetrics);
            text.line(format_args!("{name}_bucket{{{labels},le=\"{}\"}} {count}{}", Bound(bound), Exemplar(exemplar)));
        }
        text.line(format_args!("{name}_sum{{{labels}}} {}", self.sum));
        text.line(format_args!("{name}_count{{{labels}}} {count}"));
    }
}

struct Exposition<'o, W> {
    out: &'o mut W,
    format: MetricsFormat,
}

impl<W: Write> Exposition<'_, W> {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // The older format names a counter with its suffix here, OpenMetrics without.
        let suffix = if kind == "counter" && self.format == MetricsFormat::Prometheus { "_total" } else { "" };
        self.line(format_args!("# HELP {name}{suffix} {help}\n# TYPE {name}{suffix} {kind}"));
    }

    fn sample(&mut self, name: &str, labels: impl fmt::Display, value: impl fmt::Display) {
        self.line(format_args!("{name}{labels} {value}"));
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        let _ = self.out.write_fmt(format_args!("{line}\n"));
    }
}

struct Bound(f64);

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_finite() { write!(f, "{:?}", self.0) } else { f.write_str("+Inf") }
    }
}

struct Exemplar<'e>(Option<&'e (RequestId, f64)>);

impl fmt::Display for Exemplar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((id, seconds)) => write!(f, " # {{request_id=\"{}\"}} {seconds}", Escaped(&id.to_string())),
            None => Ok(()),
        }
    }
}

/// A label's value, with what the formats want escaped.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '\\' => f.write_str("\\\\")?,
                '"' => f.write_str("\\\"")?,
                '\n' => f.write_str("\\n")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use super::*;
    use crate::clock::{Clock, Ticks};
    use crate::recorder::Recorder;
    use crate::request::{Conclusion, Noted, PoolUse, Request, RequestRecord};
    use crate::route::intern;

    /// Looks at each piece of text that comes whether any lock of the ledger is held.
    struct Watch<'l> {
        ledger: &'l Ledger,
        lines: usize,
    }

    impl Write for Watch<'_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let books = || self.ledger.books.iter().filter_map(OnceLock::get);
            assert!(
                books().all(|opened| opened.book.try_lock().is_some()),
                "a request would wait for this text: {text}"
            );
            self.lines += text.matches('\n').count();
            Ok(())
        }
    }

    #[test]
    fn no_lock_is_held_while_text_is_made() {
        let ledger = Ledger::new().with_pool(crate::PoolReport::default);
        let (clock, mut request) = (Clock::of_nanos(), Request::new());
        request.started = Ticks::at(1_000_000);
        for route in ["/a", "/b", "/c"] {
            for status in 200..290 {
                request.status = std::num::NonZeroU16::new(status);
                let conclusion = Conclusion {
                    route: intern(route),
                    pool: PoolUse::default(),
                    followed: None,
                    notes: Noted::default(),
                };
                let start = RequestStart { method: request.method, scheme: request.scheme };
                ledger.began(&start);
                ledger.ended(&RequestRecord {
                    request: &request,
                    conclusion,
                    clock: &clock,
                    ended: Ticks::at(2_000_000),
                });
            }
        }
        for format in [MetricsFormat::Prometheus, MetricsFormat::OpenMetrics] {
            let mut watch = Watch { ledger: &ledger, lines: 0 };
            ledger.write_metrics_to(format, &mut watch);
            assert!(watch.lines > 3 * 90 * 17, "{}", watch.lines);
        }
        assert_eq!(ledger.history().routes.len(), 3);
    }
}
