//! `record-gate import`: slow requests that production kept as samples become scenarios.

use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;

use crate::audit::{OfRoute, Report};
use crate::cause::{Cause, Evidence, find};
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
    #[serde(alias = "request_body_bytes")]
    pub(crate) request_bytes: Option<u64>,
    /// The route's P99 when the sample was taken.
    pub(crate) route_p99_ms: Option<f64>,
    /// The route's requests per second then.
    pub(crate) route_requests_per_second: Option<f64>,
    /// Means per request of the route then.
    pub(crate) route_allocations: Option<f64>,
    pub(crate) route_reallocations: Option<f64>,
    pub(crate) route_response_bytes: Option<f64>,
    /// Whether it is kept for its time, or for what it allocated.
    pub(crate) among: Option<String>,
    /// 1 for the first request of its route.
    pub(crate) ordinal: Option<u64>,
    /// Its time is among them, too.
    #[serde(flatten)]
    pub(crate) evidence: Evidence,
}

impl Sample {
    fn method(&self) -> &str {
        if self.method.is_empty() { "GET" } else { &self.method }
    }

    fn wall_ms(&self) -> f64 {
        self.evidence.wall_ms.unwrap_or(0.0)
    }

    /// The cause that its own figures support, beside those that were usual for its route.
    fn cause(&self, route: Option<&OfRoute>) -> Cause {
        let reported = |get: fn(&OfRoute) -> Option<f64>| route.and_then(get);
        // A report's allocations have reallocations among them; a sample's have not.
        let allocations = |route: &OfRoute| Some(route.allocations? - route.reallocations?);
        find(&Evidence {
            usual_allocations: self.route_allocations.or_else(|| reported(allocations)),
            usual_reallocations: self.route_reallocations.or_else(|| reported(|route| route.reallocations)),
            usual_body_bytes: self.route_response_bytes.or_else(|| reported(|route| route.response_bytes)),
            is_first: self.ordinal.map(|ordinal| ordinal == 1),
            ..self.evidence.clone()
        })
    }
}

/// A scenario that is made of samples.
#[derive(Debug)]
pub(crate) struct Added {
    pub(crate) name: String,
    /// Its part of the file.
    pub(crate) text: String,
    /// Why its samples were slow, the most frequent cause first, each with how many samples it is of.
    pub(crate) causes: Vec<(Cause, usize)>,
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

/// The scenarios to add for `samples`; routes that have a scenario are left out.
pub(crate) fn scenarios(
    samples: &[Sample],
    report: Option<&Report>,
    present: &[Scenario],
    thresholds: Thresholds,
    date: &str,
) -> Vec<Added> {
    let mut added: Vec<Added> = Vec::new();
    for sample in samples {
        let method = sample.method();
        if !Scenario::METHODS.contains(&method) {
            continue;
        }
        let route = report.and_then(|report| report.route(&sample.route));
        let p99 = route.map(|route| route.p99_ms).or(sample.route_p99_ms).unwrap_or(sample.wall_ms());
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
        if is_present || added.iter().any(|known| known.name == name) {
            continue;
        }
        // Those that are slow themselves; heavy ones may be as fast as any.
        let is_slow = |other: &&Sample| {
            let is_of_it = other.route == sample.route && other.method() == method;
            let is_slow = other.wall_ms() > thresholds.p99_ms && other.among.as_deref() != Some("heaviest");
            is_of_it && (is_slow || std::ptr::eq(*other, sample))
        };
        let causes = causes(samples.iter().filter(is_slow), route);
        let text = text(sample, &sample.cause(route), &name, rate, p99, date);
        added.push(Added { name, text, causes });
    }
    added
}

/// Each kind of cause with how many of `samples` it is of, in the words of the slowest one.
fn causes<'s>(samples: impl Iterator<Item = &'s Sample>, route: Option<&OfRoute>) -> Vec<(Cause, usize)> {
    let mut samples: Vec<&Sample> = samples.collect();
    samples.sort_by(|one, other| other.wall_ms().total_cmp(&one.wall_ms()));
    let mut causes: Vec<(Cause, usize)> = Vec::new();
    for cause in samples.into_iter().map(|sample| sample.cause(route)) {
        match causes.iter_mut().find(|(known, _)| known.kind == cause.kind) {
            Some((_, count)) => *count += 1,
            None => causes.push((cause, 1)),
        }
    }
    causes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    causes
}

fn text(sample: &Sample, cause: &Cause, name: &str, rate: f64, p99: f64, date: &str) -> String {
    // The escapes of JSON are TOML's too.
    let quoted = |text: &str| record_runtime::to_string(text);
    let path = sample.path.clone().filter(|path| path.starts_with('/')).unwrap_or_else(|| filled(&sample.route));
    let mut text = format!("\n# P99 {p99:.0} ms at {rate:.1} requests per second in production.\n");
    for line in cause.text.lines() {
        let _ = writeln!(text, "# Cause: {line}");
    }
    let _ = write!(text, "[[scenario]]\nname = {}\n", quoted(name));
    if path != sample.route && sample.path.is_none() {
        text.push_str("# The path was filled in: production keeps only the pattern.\n");
    }
    let _ = write!(
        text,
        "method = {}\npath = {}\nroute = {}\nrate = {:.1}\nimported = {}\n",
        quoted(sample.method()),
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

    use super::{Sample, Thresholds, filled, flat, samples, scenarios};
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
        let names: Vec<_> = added.iter().map(|added| added.name.as_str()).collect();
        assert_eq!(names, ["POST /orders/{id}/lines", "GET /reported"]);
        let file = format!("{SERVICE}{}", added.iter().map(|added| added.text.as_str()).collect::<String>());
        // A query with quotes cannot be sent as it is; everything else is right.
        let file = file.replace("/reported?q=\\\"x\\\"", "/reported?q=x");
        let file = file.replace("/reported?q=\"x\"", "/reported?q=x");
        let scenarios = Config::parse(&file).unwrap_or_else(|error| panic!("{error:?}: {file}")).scenarios;
        let order = &scenarios[1];
        assert_eq!((order.path.as_deref(), order.route()), (Some("/orders/1/lines"), "/orders/{id}/lines"));
        assert_eq!((order.rate(), order.status, order.body.as_ref().map(String::len)), (12.5, Some(201), Some(40)));
        assert_eq!(order.imported.as_deref(), Some("2026-11-28"));
    }

    /// All nine causes and one outside of them, each by the figures of its sample alone.
    #[test]
    fn each_sample_has_the_cause_that_its_own_figures_support() {
        let usual = r#""route_requests_per_second": 50, "route_p99_ms": 1200, "wall_ms": 1200, "handler_ms": 1200,
            "poll_ms": 1200, "allocations": 3, "reallocations": 0, "response_bytes": 100, "pool_misses": 0, "ordinal": 9,
            "route_allocations": 3.01, "route_reallocations": 0.02, "route_response_bytes": 100.5"#;
        for (figures, expected) in [
            ("", "not known: no figure is out of the ordinary"),
            (
                r#""reallocations": 1"#,
                "a buffer was too small: 1.0 reallocations instead of 0.0, its size is misjudged",
            ),
            (r#""pool_misses": 2"#, "the pool had no buffer: 2.0 misses"),
            (r#""escape_share": 0.5"#, "the text is heavy with escapes: 50 % of its bytes"),
            (r#""allocations": 12"#, "more allocations than before: 12.0 instead of 3.0"),
            (r#""poll_ms": 3"#, "it waited: 1200 ms passed, and 3 ms of them were its own work"),
            (r#""major_faults": 1"#, "its memory was not there: 1 page faults that read, 0 that did not"),
            (
                r#""retransmits": 4, "round_trip_ms": 20.5"#,
                "the network lost segments: 4 were sent again, the round trip takes 20.5 ms",
            ),
            (r#""response_bytes": 900"#, "its body is larger: 900 bytes instead of 100"),
            (r#""ordinal": 1"#, "it was the first request of its route"),
        ] {
            let mut sample: serde_json::Value =
                serde_json::from_str(&format!("{{\"route\": \"/r\", {usual}}}")).expect("JSON");
            let figures: serde_json::Value = serde_json::from_str(&format!("{{{figures}}}")).expect("JSON");
            for (key, value) in figures.as_object().expect("an object") {
                sample[key] = value.clone();
            }
            let sample: Sample = serde_json::from_value(sample).expect("a sample");
            let added = scenarios(&[sample], None, &[], THRESHOLDS, "2026-11-28");
            let causes: Vec<_> = added[0].causes.iter().map(|(cause, count)| (cause.text.as_str(), *count)).collect();
            assert_eq!(causes, [(expected, 1)], "{figures}");
            let file = format!("{SERVICE}{}", added[0].text);
            assert!(file.contains(&format!("in production.\n# Cause: {expected}\n[[scenario]]")), "{file}");
            Config::parse(&file).unwrap_or_else(|error| panic!("{error:?}: {file}"));
        }
    }

    /// The report says what is usual where a sample of an older audit does not.
    #[test]
    fn causes_of_many_samples_are_counted() {
        let sample = |wall: u64, more: &str| -> Sample {
            let text = format!(
                r#"{{"route": "/r", "wall_ms": {wall}, "route_requests_per_second": 9, "allocations": 4, "reallocations": 0{more}}}"#
            );
            serde_json::from_str(&text).expect("a sample")
        };
        let samples = [
            sample(1100, ""),
            sample(2000, r#", "poll_ms": 1, "route_allocations": 4"#),
            sample(3000, r#", "poll_ms": 2, "route_allocations": 4"#),
            // Heavy, and fast; and of another method.
            sample(2000, r#", "pool_misses": 1, "among": "heaviest""#),
            sample(10, r#", "pool_misses": 1, "among": "slowest""#),
            sample(2000, r#", "pool_misses": 1, "method": "PUT""#),
        ];
        let text = r#"{"uptime_secs": 10, "routes": [{"route": "/r", "p99_ms": 1200, "allocations": 3.5, "reallocations": 2.5}]}"#;
        let report: Report = serde_json::from_str(text).expect("a report");
        let added = scenarios(&samples, Some(&report), &[], THRESHOLDS, "2026-11-28");
        let causes: Vec<_> = added[0].causes.iter().map(|(cause, count)| (cause.text.as_str(), *count)).collect();
        assert_eq!(
            causes,
            [
                ("it waited: 3000 ms passed, and 2 ms of them were its own work", 2),
                ("more allocations than before: 4.0 instead of 1.0", 1)
            ]
        );
        assert_eq!((added.len(), added[1].name.as_str(), added[1].causes.len()), (2, "PUT /r", 1));
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
