//! The figures as a table for people and as rows for programs.

#![forbid(unsafe_code)]

use std::fmt::Write;

use super::drive::Load;
use super::options::Options;
use super::service::Route;
use crate::table::{Table, grouped, time};

/// One route under load.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) bytes: usize,
    pub(super) route: Route,
    pub(super) load: Load,
}

#[expect(clippy::cast_precision_loss, reason = "figures far below 2^52")]
impl Cell {
    fn per_second(&self) -> f64 {
        self.load.requests as f64 / self.load.seconds
    }

    fn allocations_per_request(&self) -> f64 {
        self.load.allocations as f64 / self.load.requests.max(1) as f64
    }

    fn latency(&self, quantile: f64) -> f64 {
        self.load.latency.value_at_quantile(quantile) as f64
    }

    fn peak_megabytes(&self) -> f64 {
        self.load.peak_bytes as f64 / 1e6
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is neither huge nor negative")]
pub(super) fn table(cells: &[Cell]) -> Table {
    let mut table = Table::new(&["", "bytes", "requests/s", "p50", "p99", "allocations", "peak, MB"]);
    for cell in cells {
        table.row(vec![
            cell.route.name().to_owned(),
            grouped(cell.bytes as u64),
            grouped(cell.per_second() as u64),
            time(cell.latency(0.5)),
            time(cell.latency(0.99)),
            format!("{:.1}", cell.allocations_per_request()),
            format!("{:.1}", cell.peak_megabytes()),
        ]);
    }
    table
}

/// A heading, then one line per route and length.
pub(super) fn csv(cells: &[Cell], options: &Options, date: &str, cpu: &str, compiler: &str) -> String {
    let mut text = "date,cpu,compiler,connections,seconds,bytes,route,requests_per_s,p50_us,p99_us,\
                    allocations_per_request,peak_mb\n"
        .to_owned();
    for cell in cells {
        // Writing to a `String` does not fail.
        let _ = writeln!(
            text,
            "{date},{},{},{},{},{},\"{}\",{:.0},{:.1},{:.1},{:.2},{:.1}",
            cpu.replace(',', ""),
            compiler.replace(',', ""),
            options.connections,
            options.seconds,
            cell.bytes,
            cell.route.name(),
            cell.per_second(),
            cell.latency(0.5) / 1e3,
            cell.latency(0.99) / 1e3,
            cell.allocations_per_request(),
            cell.peak_megabytes(),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use hdrhistogram::Histogram;

    use super::super::drive::Load;
    use super::super::options::Options;
    use super::super::service::Route;
    use super::{Cell, csv, table};

    fn cell() -> Cell {
        let mut latency = Histogram::new(3).unwrap();
        latency.record_n(50_000, 98).unwrap();
        latency.record_n(2_000_000, 2).unwrap();
        let load = Load { requests: 100, seconds: 0.5, latency, allocations: 1_250, peak_bytes: 9_500_000 };
        Cell { bytes: 1_800, route: Route::Recycled, load }
    }

    #[test]
    fn figures_are_per_second_and_per_request() {
        let text = table(&[cell()]).to_string();
        let row = text.lines().nth(1).unwrap();
        let cells: Vec<_> = row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        assert_eq!(cells, ["record, RecycleHeaders", "1,800", "200", "50.0 µs", "2.00 ms", "12.5", "9.5"]);
    }

    #[test]
    fn rows_say_what_was_measured_on_what() {
        let options = Options { seconds: 2, connections: 16, csv: None };
        let text = csv(&[cell()], &options, "2026-01-31", "A, B", "rustc 1.95.0");
        let row = text.lines().nth(1).unwrap();
        assert!(row.starts_with("2026-01-31,A B,rustc 1.95.0,16,2,1800,\"record, RecycleHeaders\",200,"), "{row}");
        assert!(row.ends_with(",12.50,9.5"), "{row}");
    }
}
