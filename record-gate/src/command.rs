//! Scenarios that are programs: each prints its measures, a line of JSON for each scenario in it.

use std::path::{Path, PathBuf};

use record_runtime::ZeroAllocJson;
use serde::Deserialize;

use crate::functions::{INSTRUCTIONS, MODE_VARIABLE};
use crate::measures::{Round, Times};
use crate::process::{Output, Program};

/// The measures that a program prints, in one line. All are optional but one. Counts are per call.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ZeroAllocJson)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Line {
    /// The part of the scenario, if it has parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Calls; the number of times if it is absent.
    pub(crate) requests: u64,
    pub(crate) errors: u64,
    /// Each time in nanoseconds with how often it was seen.
    pub(crate) times_ns: Vec<(u64, u64)>,
    /// The P99 of each hundred calls in a row, or of more, in nanoseconds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) slice_p99_ns: Vec<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allocations: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allocated_bytes: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left_behind_bytes: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) instructions: Option<f64>,
}

impl Line {
    fn round(self) -> Round {
        let times = Times::of_pairs(&self.times_ns);
        Round {
            requests: self.requests.max(times.count()).max(self.errors),
            errors: self.errors,
            times,
            #[expect(clippy::cast_precision_loss, reason = "below ten minutes")]
            slices_ms: self.slice_p99_ns.iter().map(|nanoseconds| *nanoseconds as f64 / 1e6).collect(),
            allocations: self.allocations,
            allocated_bytes: self.allocated_bytes,
            left_behind_bytes: self.left_behind_bytes,
            instructions: self.instructions,
        }
    }
}

/// One round of the program `words` in `folder`: each scenario in it, by name.
pub(crate) fn round(name: &str, words: &[String], folder: &Path) -> Result<Vec<(String, Round)>, String> {
    let lines = lines(name, words, folder)?;
    Ok(lines.into_iter().map(|line| (full_name(name, &line), line.round())).collect())
}

fn full_name(name: &str, line: &Line) -> String {
    line.name.as_ref().map_or_else(|| name.to_owned(), |part| format!("{name}/{part}"))
}

fn lines(name: &str, words: &[String], folder: &Path) -> Result<Vec<Line>, String> {
    let (output, status) = Program::start(words, folder, Output::Read)?.output()?;
    if !status.success() {
        return Err(format!("scenario {name:?}: `{}` failed: {status}", words.join(" ")));
    }
    let text = String::from_utf8_lossy(&output);
    let parsed = text.lines().filter(|line| line.starts_with('{')).map(|line| {
        serde_json::from_str(line).map_err(|error| format!("scenario {name:?} printed a line of no measures: {error}"))
    });
    let lines: Vec<Line> = parsed.collect::<Result<_, _>>()?;
    if lines.is_empty() {
        return Err(format!("scenario {name:?}: `{}` printed no line of measures", words.join(" ")));
    }
    Ok(lines)
}

/// The instructions of each function in a program of registered functions, counted by callgrind.
pub(crate) fn instructions(name: &str, words: &[String], folder: &Path) -> Result<Vec<(String, f64)>, String> {
    let scratch = crate::scratch::Folder::new("callgrind");
    let out = scratch.path().join("out");
    // It plays a processor of its own, so that the count is the same wherever it runs.
    let valgrind = [
        "env".to_owned(),
        format!("{MODE_VARIABLE}={INSTRUCTIONS}"),
        "valgrind".to_owned(),
        "--quiet".to_owned(),
        "--tool=callgrind".to_owned(),
        "--collect-atstart=no".to_owned(),
        "--toggle-collect=*record_gate_counted*".to_owned(),
        // Without wildcards, which dumps do not heed.
        "--dump-after=record_gate::functions::record_gate_counted".to_owned(),
        format!("--callgrind-out-file={}", out.display()),
    ];
    let program = if words[0].contains('/') { folder.join(&words[0]) } else { PathBuf::from(&words[0]) };
    let program = program.display().to_string();
    let all: Vec<String> = valgrind.into_iter().chain([program]).chain(words[1..].iter().cloned()).collect();
    let lines = lines(name, &all, folder)?;
    let mut counts = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let path = scratch.path().join(format!("out.{}", number + 1));
        let text = std::fs::read_to_string(&path)
            .map_err(|_| format!("scenario {name:?}: callgrind did not count the functions; are they registered?"))?;
        let count = summary(&text).filter(|count| *count > 0.0);
        let count = count.ok_or_else(|| format!("scenario {name:?}: callgrind's file has no count"))?;
        counts.push((full_name(name, line), count));
    }
    Ok(counts)
}

/// The number of instructions of one dump.
fn summary(text: &str) -> Option<f64> {
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name))?.trim().parse().ok();
    value("summary:").or_else(|| value("totals:"))
}

/// Whether callgrind can be run.
pub(crate) fn has_callgrind() -> bool {
    crate::host::first_line("valgrind", &["--version"]).is_some()
}

#[cfg(test)]
mod tests {
    use super::{round, summary};

    fn printed(line: &str) -> Result<usize, String> {
        let words = ["printf".to_owned(), "%s\\n".to_owned(), line.to_owned()];
        round("s", &words, std::path::Path::new(".")).map(|rounds| rounds.len())
    }

    #[test]
    fn lines_of_measures_are_read_and_others_passed_over() {
        assert_eq!(printed("hello\n{\"allocations\": 3}\nworld\n{\"name\": \"b\", \"times_ns\": [[1000, 5]]}"), Ok(2));
        assert!(printed("hello").expect_err("none").contains("printed no line of measures"));
        assert!(printed("{\"alocations\": 3}").expect_err("a mistake").contains("unknown field `alocations`"));
        let error = round("s", &["false".to_owned()], std::path::Path::new(".")).expect_err("it fails");
        assert!(error.contains("`false` failed: exit status: 1"), "{error}");
    }

    #[test]
    fn a_dump_has_its_count() {
        assert_eq!(summary("events: Ir\nsummary: 1234\n"), Some(1234.0));
        assert_eq!(summary("totals: 7\n"), Some(7.0));
        assert_eq!(summary("x"), None);
    }
}
