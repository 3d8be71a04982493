//! `record-gate import`: slow requests that production kept as samples become scenarios.

use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;

use crate::audit::Report;
use crate::config::Scenario;
use crate::history::{History, Outcome, Record, now};

/// No body that is made up is longer.
const LONGEST_BODY: usize = 64 << 10;

/// The shape of one request: a file of JSON, or a line of JSON Lines. It has no contents, unless the service was told to
/// keep them. Unknown fields are passed over.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Sample {
    pub(crate) method: String,
    /// The pattern, such as `/products/{id}`.
    #[serde(alias = "pattern")]
    pub(crate) route: String,
    /// The path with its query, if the service keeps contents.
    pub(crate) path: Option<String>,
    /// The body, if the service keeps contents.
    pub(crate) body: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) wall_ms: f64,
    #[serde(alias = "request_body_bytes")]
    pub(crate) request_bytes: Option<u64>,
    /// The route's P99 when the sample was taken.
    pub(crate) route_p99_ms: Option<f64>,
    /// The route's requests per second then.
    pub(crate) route_requests_per_second: Option<f64>,
}

/// A sample is taken over above both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Thresholds {
    pub(crate) p99_ms: f64,
    pub(crate) requests_per_second: f64,
}

/// Samples of a folder, and warnings about files that hold none.
pub(crate) fn samples(folder: &Path) -> Result<(Vec<Sample>, Vec<String>), String> {
    let shown = folder.display();
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{shown} cannot be read: {error}"))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let (mut samples, mut warnings) = (Vec::new(), Vec::new());
    for path in paths {
        if !path.extension().is_some_and(|kind| kind == "json" || kind == "jsonl") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        // One object in any number of lines, or one in each.
        let values = serde_json::Deserializer::from_slice(&bytes).into_iter::<serde_json::Value>();
        for value in values {
            match value.and_then(serde_json::from_value::<Sample>) {
                Ok(sample) if sample.route.starts_with('/') => samples.push(sample),
                Ok(_) => warnings.push(format!("{}: a sample names no route", path.display())),
                Err(error) => {
                    warnings.push(format!("{}: {error}", path.display()));
                    break;
                }
            }
        }
    }
    Ok((samples, warnings))
}

/// The scenarios to add for `samples`, each with its text in the file; routes that have a scenario are left out.
pub(crate) fn scenarios(
    samples: &[Sample],
    report: Option<&Report>,
    present: &[Scenario],
    thresholds: Thresholds,
    date: &str,
) -> Vec<(String, String)> {
    let mut added: Vec<(String, String)> = Vec::new();
    for sample in samples {
        let method = if sample.method.is_empty() { "GET" } else { &sample.method };
        if !Scenario::METHODS.contains(&method) {
            continue;
        }
        let route = report.and_then(|report| report.route(&sample.route));
        let p99 = route.map(|route| route.p99_ms).or(sample.route_p99_ms).unwrap_or(sample.wall_ms);
        let uptime = report.map_or(0.0, |report| report.uptime_secs).max(1.0);
        let rate = sample.route_requests_per_second.or_else(|| route.map(|route| route.requests / uptime));
        let rate = rate.unwrap_or(0.0);
        if p99 <= thresholds.p99_ms || rate <= thresholds.requests_per_second {
            continue;
        }
        let name = format!("{method} {}", sample.route);
        let is_present = present.iter().any(|scenario| {
            scenario.name == name
                || scenario.path.is_some() && scenario.route() == sample.route && scenario.method() == method
        });
        if is_present || added.iter().any(|(known, _)| *known == name) {
            continue;
        }
        added.push((name.clone(), text(sample, &name, method, rate, p99, date)));
    }
    added
}

fn text(sample: &Sample, name: &str, method: &str, rate: f64, p99: f64, date: &str) -> String {
    // The escapes of JSON are TOML's too.
    let quoted = |text: &str| record_runtime::to_string(text);
    let path = sample.path.clone().filter(|path| path.starts_with('/')).unwrap_or_else(|| filled(&sample.route));
    let mut text = format!(
        "\n# P99 {p99:.0} ms at {rate:.1} requests per second in production.\n[[scenario]]\nname = {}\n",
        quoted(name)
    );
    if path != sample.route && sample.path.is_none() {
        text.push_str("# The path was filled in: production keeps only the pattern.\n");
    }
    let _ = write!(
        text,
        "method = {}\npath = {}\nroute = {}\nrate = {:.1}\nimported = {}\n",
        quoted(method),
        quoted(&path),
        quoted(&sample.route),
        rate.clamp(1.0, 1000.0),
        quoted(date)
    );
    if let Some(status) = sample.status.filter(|status| (100..600).contains(status)) {
        let _ = writeln!(text, "status = {status}");
    }
    let length = sample.request_bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(0);
    if let Some(body) = &sample.body {
        let _ = writeln!(text, "body = {}", quoted(body));
    } else if length > 0 {
        let filler = "x".repeat(length.min(LONGEST_BODY).saturating_sub(2));
        let _ = writeln!(text, "# Made up, of the size of the sample's.\nbody = {}", quoted(&format!("\"{filler}\"")));
    }
    text
}

/// A path of the pattern: `1` for each part that varies.
fn filled(pattern: &str) -> String {
    let part = |part: &str| match part.find('{').zip(part.rfind('}')) {
        Some((start, end)) if start < end => format!("{}1{}", &part[..start], &part[end + 1..]),
        _ => part.to_owned(),
    };
    pattern.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Scenarios that passed every time for so many days and never changed: they find nothing.
pub(crate) fn flat(history: &History, present: &[Scenario], days: f64) -> Vec<String> {
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century")]
    let since = now() as f64 - days * 86_400.0;
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century")]
    let at = |record: &Record| record.at as f64;
    let is_flat = |scenario: &&Scenario| {
        let parts = format!("{}/", scenario.name);
        let of_it = |record: &&Record| record.scenario == scenario.name || record.scenario.starts_with(&parts);
        let records: Vec<&Record> = history.records.iter().filter(of_it).collect();
        let recent = || records.iter().filter(|record| at(record) >= since);
        let p99s: Vec<f64> = recent().filter_map(|record| record.figures.p99_ms).collect();
        records.first().is_some_and(|record| at(record) <= since)
            && recent().count() > 0
            && recent().all(|record| record.outcome == Outcome::Passed)
            && crate::changes::changes(&p99s).is_empty()
    };
    present.iter().filter(is_flat).map(|scenario| scenario.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use record_runtime::ZeroAllocJson as _;

    use super::{Thresholds, filled, flat, samples, scenarios};
    use crate::audit::{OfRoute, Report};
    use crate::config::Config;
    use crate::history::{History, Outcome, Record};
    use crate::host::Host;
    use crate::measures::Figures;

    const THRESHOLDS: Thresholds = Thresholds { p99_ms: 1000.0, requests_per_second: 5.0 };
    const SERVICE: &str = "[service]\nstart = \"x {port}\"\n[[scenario]]\nname = \"a\"\npath = \"/a\"\n";

    #[test]
    fn slow_and_frequent_samples_become_scenarios_that_are_valid() {
        let folder = crate::scratch::Folder::new("samples");
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a folder of our own");
        write(
            "1.json",
            r#"{"method": "POST", "pattern": "/orders/{id}/lines", "wall_ms": 1500, "status": 201,
            "request_body_bytes": 40, "route_p99_ms": 1400, "route_requests_per_second": 12.5, "more": []}"#,
        );
        // Too rare, too fast, present, and slow by what the service reports.
        write(
            "2.jsonl",
            "{\"route\": \"/rare\", \"wall_ms\": 9000, \"route_requests_per_second\": 5}\n\
                          {\"route\": \"/fast\", \"wall_ms\": 1000, \"route_requests_per_second\": 50}\n\
                          {\"route\": \"/a\", \"wall_ms\": 2000, \"route_requests_per_second\": 50}\n\
                          {\"route\": \"/reported\", \"wall_ms\": 900, \"path\": \"/reported?q=\\\"x\\\"\"}\n",
        );
        write("3.json", "{\"route\": \"/cut");
        write("4.json", "{\"wall_ms\": 5}");
        write("readme.txt", "none");
        let (found, warnings) = samples(folder.path()).expect("a folder");
        assert_eq!((found.len(), warnings.len()), (5, 2), "{warnings:?}");
        let reported =
            OfRoute { route: "/reported".to_owned(), requests: 1000.0, p99_ms: 1200.0, ..OfRoute::default() };
        let report = Report { uptime_secs: 100.0, routes: vec![reported], ..Report::default() };
        let present = Config::parse(SERVICE).expect("it is right").scenarios;
        let added = scenarios(&found, Some(&report), &present, THRESHOLDS, "2026-11-28");
        let names: Vec<_> = added.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["POST /orders/{id}/lines", "GET /reported"]);
        let file = format!("{SERVICE}{}", added.iter().map(|(_, text)| text.as_str()).collect::<String>());
        // A query with quotes cannot be sent as it is; everything else is right.
        let file = file.replace("/reported?q=\\\"x\\\"", "/reported?q=x");
        let file = file.replace("/reported?q=\"x\"", "/reported?q=x");
        let scenarios = Config::parse(&file).unwrap_or_else(|error| panic!("{error:?}: {file}")).scenarios;
        let order = &scenarios[1];
        assert_eq!((order.path.as_deref(), order.route()), (Some("/orders/1/lines"), "/orders/{id}/lines"));
        assert_eq!((order.rate(), order.status, order.body.as_ref().map(String::len)), (12.5, Some(201), Some(40)));
        assert_eq!(order.imported.as_deref(), Some("2026-11-28"));
    }

    #[test]
    fn patterns_are_filled() {
        for (pattern, path) in [("/a/{id}", "/a/1"), ("/{*rest}", "/1"), ("/a/v{n}.json", "/a/v1.json"), ("/a", "/a")] {
            assert_eq!(filled(pattern), path);
        }
    }

    #[test]
    fn what_stayed_flat_is_listed() {
        let record = |scenario: &str, days_ago: u64, outcome, p99: f64| {
            let figures = Figures { p99_ms: Some(p99), ..Figures::default() };
            let mut record = Record::new(scenario.to_owned(), Default::default(), Host::here(), outcome, figures);
            record.at -= days_ago * 86_400;
            record
        };
        let mut text = Vec::new();
        for day in (0..40).rev() {
            for (scenario, outcome, p99) in [
                ("flat", Outcome::Passed, 1.0),
                ("failed once", if day == 5 { Outcome::Failed } else { Outcome::Passed }, 1.0),
                ("changed", Outcome::Passed, if day < 15 { 2.0 } else { 1.0 }),
            ] {
                record(scenario, day, outcome, p99).write_json(&mut text);
                text.push(b'\n');
            }
        }
        record("new", 2, Outcome::Passed, 1.0).write_json(&mut text);
        let history = History::parse(&text);
        let file = ["flat", "failed once", "changed", "new", "never run"]
            .map(|name| format!("[[scenario]]\nname = \"{name}\"\ncommand = \"x\"\n"))
            .concat();
        let present = Config::parse(&file).expect("it is right").scenarios;
        assert_eq!(flat(&history, &present, 30.0), ["flat"]);
    }
}
