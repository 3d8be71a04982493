//! The result as a table for a terminal.

use std::fmt::Write;

use crate::cause::{Evidence, find};
use crate::check::Report;
use crate::measures::COLUMNS;
use crate::verdict::{Verdict, number};

/// One row per scenario, the baseline's figures in brackets, and the failures below.
pub(crate) fn table(reports: &[Report]) -> String {
    let mut rows = vec![vec!["scenario".to_owned()]];
    let used: Vec<_> = COLUMNS
        .iter()
        .filter(|column| reports.iter().any(|report| (column.get)(&report.run.figures()).is_some()))
        .collect();
    rows[0].extend(used.iter().map(|column| column.title.to_owned()));
    rows[0].push("verdict".to_owned());
    for report in reports {
        let figures = report.run.figures();
        let mut row = vec![report.name.clone()];
        for column in &used {
            let now = (column.get)(&figures).map_or_else(|| "-".to_owned(), number);
            let before = report.before.as_ref().and_then(|before| (column.get)(before));
            row.push(before.map_or_else(|| now.clone(), |before| format!("{now} ({})", number(before))));
        }
        row.push(verdict(&report.verdict));
        rows.push(row);
    }
    let mut text = aligned(&rows);
    for report in reports {
        for line in details(report) {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

pub(crate) fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Passed => "passed".to_owned(),
        Verdict::Failed(_) => "FAILED".to_owned(),
        Verdict::None(reason) => format!("no verdict: {reason}"),
    }
}

/// The failures of a scenario, and what grew.
pub(crate) fn details(report: &Report) -> Vec<String> {
    let Verdict::Failed(failures) = &report.verdict else { return Vec::new() };
    let mut lines: Vec<String> = failures.iter().map(|failure| format!("{}: {}", report.name, failure.text)).collect();
    let cause = cause(report);
    lines.extend(cause.lines().enumerate().map(|(place, line)| {
        let lead = if place == 0 { "likely cause: " } else { "" };
        format!("{}: {lead}{line}", report.name)
    }));
    for (stack, bytes) in &report.grown_sites {
        lines.push(format!("{}: {} bytes more are alive from {stack}", report.name, number(*bytes)));
    }
    lines
}

/// As far as the figures of a scenario carry it. Its stacks are told in any case.
fn cause(report: &Report) -> String {
    let figures = report.run.figures();
    let evidence = Evidence {
        allocations: figures.allocations,
        usual_allocations: report.before.as_ref().and_then(|before| before.allocations),
        grown_stacks: report.grown_stacks.clone(),
        ..Evidence::default()
    };
    find(&evidence).text
}

fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            // Words to the left, numbers to the right.
            let _ = match column {
                0 => write!(line, "{cell:<width$}", width = width(0)),
                _ if column + 1 == row.len() => write!(line, "  {cell}"),
                _ => write!(line, "  {cell:>width$}", width = width(column)),
            };
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
