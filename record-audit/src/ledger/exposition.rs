//! The ledger as text for Prometheus: its own format 0.0.4, or `OpenMetrics` 1.0, which has exemplars. Names are those of
//! OpenTelemetry's HTTP conventions, as its specification translates them for Prometheus.

use std::fmt::{self, Write as _};

use super::{Books, Ledger, RouteBook};
use crate::request::{Outcome, RequestId, RequestRecord};

/// The boundaries that the HTTP conventions advise for durations, in seconds.
const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// A format of metrics as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsFormat {
    /// Prometheus text 0.0.4: no exemplars.
    Prometheus,
    /// `OpenMetrics` 1.0: request ids as exemplars of durations.
    OpenMetrics,
}

impl MetricsFormat {
    /// What an `Accept` header asks for.
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

/// Durations of the requests of one route, method and status.
pub(super) struct Series {
    route: &'static str,
    method: &'static str,
    status: Option<u16>,
    buckets: [u64; BOUNDS.len() + 1],
    /// For each bucket, the last request that fell into it.
    exemplars: [Option<(RequestId, f64)>; BOUNDS.len() + 1],
    sum: f64,
}

impl Series {
    pub(super) fn add(all: &mut Vec<Self>, record: &RequestRecord<'_>) {
        let (route, method, status) = (record.route(), record.method(), record.status());
        let is_it = |series: &Self| {
            series.status == status && std::ptr::eq(series.route, route) && std::ptr::eq(series.method, method)
        };
        let place = all.iter().position(is_it).unwrap_or_else(|| {
            let buckets = [0; BOUNDS.len() + 1];
            all.push(Self { route, method, status, buckets, exemplars: [None; BOUNDS.len() + 1], sum: 0.0 });
            all.len() - 1
        });
        let series = &mut all[place];
        let seconds = record.wall().as_secs_f64();
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
        series.buckets[bucket] += 1;
        series.exemplars[bucket] = Some((*record.id(), seconds));
        series.sum += seconds;
    }
}

impl Ledger {
    /// Appends all metrics as text.
    pub fn write_metrics(&self, format: MetricsFormat, buf: &mut String) {
        let mut text = Text { buf, format };
        let in_flight = self.in_flight();
        let pool = self.pool.as_ref().map(|pool| pool());
        let books = self.books();
        books.write(&mut text);
        text.family("http_server_active_requests", "gauge", "Requests that have started and not ended.");
        text.sample("http_server_active_requests", &"", in_flight);
        if let Some(pool) = pool {
            text.family("record_pool_buffers", "counter", "Buffers asked for, by whether the pool had one.");
            text.sample("record_pool_buffers_total", &"{result=\"hit\"}", pool.hits);
            text.sample("record_pool_buffers_total", &"{result=\"miss\"}", pool.misses);
            text.family("record_pool_dropped", "counter", "Buffers that were not taken back.");
            text.sample("record_pool_dropped_total", &"", pool.dropped);
            text.family("record_pool_retained_bytes", "gauge", "Bytes of capacity in the pool.");
            text.sample("record_pool_retained_bytes", &"", pool.retained_bytes);
            text.family("record_pool_out", "gauge", "Buffers that are in use.");
            text.sample("record_pool_out", &"", pool.out);
        }
        if format == MetricsFormat::OpenMetrics {
            text.buf.push_str("# EOF\n");
        }
    }
}

impl Books {
    fn write(&self, text: &mut Text<'_>) {
        const DURATION: &str = "http_server_request_duration_seconds";
        text.family(DURATION, "histogram", "Time from the call to the end of the body.");
        for series in &self.series {
            series.write(DURATION, text);
        }
        text.family("record_audit_requests", "counter", "Requests by how they ended.");
        for book in &self.routes {
            for (outcome, count) in Outcome::ALL.into_iter().zip(book.outcomes) {
                if count > 0 {
                    let labels = Labels { route: book.route, more: Some(("outcome", outcome.as_str())) };
                    text.sample("record_audit_requests_total", &labels, count);
                }
            }
        }
        let counted = |book: &&RouteBook| book.counted > 0;
        let mut sums = |name: &str, kind, help, value: fn(&RouteBook) -> i128| {
            text.family(name, kind, help);
            let suffix = if kind == "counter" { "_total" } else { "" };
            for book in self.routes.iter().filter(counted) {
                let name = format_args!("{name}{suffix}").to_string();
                text.sample(&name, &Labels { route: book.route, more: None }, value(book));
            }
        };
        sums("record_audit_allocations", "counter", "Allocations and reallocations.", |book| book.allocations.into());
        sums("record_audit_allocated_bytes", "counter", "Bytes allocated.", |book| book.allocated_bytes.into());
        sums("record_audit_freed_bytes", "counter", "Bytes freed.", |book| book.freed_bytes.into());
        sums("record_audit_balance_bytes", "gauge", "Bytes allocated less freed while serving.", |book| {
            book.net_bytes.into()
        });
        sums("record_audit_late_allocations", "counter", "Allocations by spawned work after its request.", |book| {
            book.late_allocations.into()
        });
        text.family("record_audit_alive_bytes", "gauge", "Bytes alive of followed requests that have ended.");
        for book in self.routes.iter().filter(|book| book.followed.is_some()) {
            text.sample("record_audit_alive_bytes", &Labels { route: book.route, more: None }, book.alive_bytes);
        }
    }
}

impl Series {
    fn write(&self, name: &str, text: &mut Text<'_>) {
        let mut count = 0;
        for (place, in_bucket) in self.buckets.iter().enumerate() {
            count += in_bucket;
            let labels =
                BucketLabels { series: self, bound: Some(BOUNDS.get(place).copied().unwrap_or(f64::INFINITY)) };
            let _ = write!(text.buf, "{name}_bucket{labels} {count}");
            if text.format == MetricsFormat::OpenMetrics
                && let Some((id, seconds)) = &self.exemplars[place]
            {
                let _ = write!(text.buf, " # {{request_id=\"{}\"}} {seconds}", Escaped(&id.to_string()));
            }
            text.buf.push('\n');
        }
        let labels = BucketLabels { series: self, bound: None };
        let _ = writeln!(text.buf, "{name}_sum{labels} {}\n{name}_count{labels} {count}", self.sum);
    }
}

struct Text<'b> {
    buf: &'b mut String,
    format: MetricsFormat,
}

impl Text<'_> {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // The older format names a counter with its suffix here, OpenMetrics without.
        let suffix = if kind == "counter" && self.format == MetricsFormat::Prometheus { "_total" } else { "" };
        let _ = writeln!(self.buf, "# HELP {name}{suffix} {help}\n# TYPE {name}{suffix} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &dyn fmt::Display, value: impl fmt::Display) {
        let _ = writeln!(self.buf, "{name}{labels} {value}");
    }
}

struct Labels<'l> {
    route: &'l str,
    more: Option<(&'l str, &'l str)>,
}

impl fmt::Display for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{http_route=\"{}\"", Escaped(self.route))?;
        if let Some((name, value)) = self.more {
            write!(f, ",{name}=\"{}\"", Escaped(value))?;
        }
        f.write_str("}")
    }
}

struct BucketLabels<'s> {
    series: &'s Series,
    /// `None` for no such label, infinity for the last bucket.
    bound: Option<f64>,
}

impl fmt::Display for BucketLabels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Series { route, method, status, .. } = self.series;
        write!(f, "{{http_route=\"{}\",http_request_method=\"{method}\"", Escaped(route))?;
        if let Some(status) = status {
            write!(f, ",http_response_status_code=\"{status}\"")?;
        }
        match self.bound {
            Some(f64::INFINITY) => f.write_str(",le=\"+Inf\"")?,
            Some(bound) => write!(f, ",le=\"{bound:?}\"")?,
            None => {}
        }
        f.write_str("}")
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
