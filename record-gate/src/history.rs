//! The history: one record per run and scenario, in JSON Lines, which is only ever appended to.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use record_runtime::ZeroAllocJson;
use serde::Deserialize;

use crate::host::Host;
use crate::measures::Figures;

/// The version of the records that this program writes and reads.
const VERSION: u32 = 1;

/// One run of one scenario.
#[derive(Debug, Clone, PartialEq, Deserialize, ZeroAllocJson)]
pub(crate) struct Record {
    version: u32,
    /// Seconds since 1970.
    pub(crate) at: u64,
    /// The commit; empty outside of a repository.
    pub(crate) commit: String,
    /// Whether the tree had changes that are not in the commit.
    pub(crate) changed: bool,
    pub(crate) scenario: String,
    pub(crate) host: Host,
    pub(crate) outcome: Outcome,
    pub(crate) figures: Figures,
    /// Each time in nanoseconds with how often it was seen.
    #[serde(default)]
    pub(crate) times: Vec<(u64, u64)>,
}

/// The verdict's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ZeroAllocJson)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Passed,
    Failed,
    NoVerdict,
}

impl Record {
    pub(crate) fn new(
        scenario: String,
        commit: (String, bool),
        host: Host,
        outcome: Outcome,
        figures: Figures,
    ) -> Self {
        let (commit, changed) = commit;
        Self { version: VERSION, at: now(), commit, changed, scenario, host, outcome, figures, times: Vec::new() }
    }

    /// Whether it may stand in a baseline: the first runs have no verdict, and begin it.
    pub(crate) fn is_good(&self) -> bool {
        self.outcome != Outcome::Failed
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// The records of a file, and warnings about lines that are passed over.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    pub(crate) records: Vec<Record>,
    pub(crate) warnings: Vec<String>,
}

impl History {
    /// A file that does not exist is an empty history.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        match fs::read(path) {
            Ok(bytes) => Ok(Self::parse(&bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
        }
    }

    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let mut history = Self::default();
        for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            if line.trim_ascii().is_empty() {
                continue;
            }
            match record(line) {
                Ok(record) => history.records.push(record),
                Err(reason) => history.warnings.push(format!("line {} is passed over: {reason}", number + 1)),
            }
        }
        history
    }

    /// The good records of `scenario` on `host` that are not older than `days`. Beside them stands how many of another
    /// host are passed over, and the differences.
    pub(crate) fn baseline(&self, scenario: &str, host: &Host, days: f64) -> (Vec<Figures>, Option<String>) {
        #[expect(clippy::cast_precision_loss, reason = "seconds of this century")]
        let oldest = now() as f64 - days * 86_400.0;
        let (mut figures, mut others, mut differences) = (Vec::new(), 0, Vec::new());
        #[expect(clippy::cast_precision_loss, reason = "seconds of this century")]
        let recent = self
            .records
            .iter()
            .filter(|record| record.scenario == scenario && record.is_good() && record.at as f64 >= oldest);
        for record in recent {
            let difference = record.host.difference(host);
            if difference.is_empty() {
                figures.push(record.figures.clone());
            } else {
                others += 1;
                differences = difference;
            }
        }
        let passed_over = (others > 0).then(|| {
            format!("{scenario}: {others} records of another host are passed over ({})", differences.join(", "))
        });
        (figures, passed_over)
    }

    /// The commit of the last record of `scenario` that passed.
    pub(crate) fn last_good_commit(&self, scenario: &str) -> Option<&str> {
        let good = self.records.iter().rev().find(|record| record.scenario == scenario && record.is_good());
        good.map(|record| record.commit.as_str()).filter(|commit| !commit.is_empty())
    }
}

fn record(line: &[u8]) -> Result<Record, String> {
    let value: serde_json::Value = serde_json::from_slice(line).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => "it is cut off".to_owned(),
        _ => format!("it is no JSON: {error}"),
    })?;
    match value.get("version").and_then(serde_json::Value::as_u64) {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => return Err(format!("it is of version {version}, and this program reads {VERSION}")),
        None => return Err("it has no version".to_owned()),
    }
    serde_json::from_value(value).map_err(|error| format!("it is no record: {error}"))
}

/// Appends `records`, each as one line. A line that was cut off before stays as it is, and a new one begins.
pub(crate) fn append(path: &Path, records: &[Record]) -> Result<(), String> {
    let shown = path.display();
    let mut lines = Vec::new();
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .read(true)
        .open(path)
        .map_err(|error| format!("{shown} cannot be written: {error}"))?;
    if !ends_a_line(&mut file) {
        lines.push(b'\n');
    }
    for record in records {
        record.write_json(&mut lines);
        lines.push(b'\n');
    }
    // One call: two programs that append at once do not mix their lines.
    file.write_all(&lines).and_then(|()| file.sync_all()).map_err(|error| format!("{shown} cannot be written: {error}"))
}

fn ends_a_line(file: &mut fs::File) -> bool {
    let mut last = [b'\n'];
    match file.seek(SeekFrom::End(-1)) {
        Ok(_) => file.read_exact(&mut last).is_err() || last == [b'\n'],
        // It is empty.
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use record_runtime::ZeroAllocJson as _;

    use super::{History, Outcome, Record, append};
    use crate::host::Host;
    use crate::measures::Figures;

    fn sample(scenario: &str, outcome: Outcome) -> Record {
        let figures = Figures { requests: 200, p99_ms: Some(1.25), allocations: Some(3.0), ..Figures::default() };
        let mut record = Record::new(scenario.to_owned(), ("abc".to_owned(), false), Host::here(), outcome, figures);
        record.times = vec![(1000, 5), (2000, 1)];
        record
    }

    fn lines(records: &[Record]) -> Vec<u8> {
        let mut text = Vec::new();
        for record in records {
            record.write_json(&mut text);
            text.push(b'\n');
        }
        text
    }

    #[test]
    fn a_history_that_is_cut_anywhere_keeps_its_whole_lines() {
        let all =
            [sample("list", Outcome::Passed), sample("a \"b\"\n", Outcome::Failed), sample("c", Outcome::NoVerdict)];
        let text = lines(&all);
        assert_eq!(History::parse(&text).records, all);
        for end in 0..text.len() {
            let cut = History::parse(&text[..end]);
            let whole = text[..end].split(|byte| *byte == b'\n').count() - 1;
            // A line without its line feed may be whole already.
            assert!(cut.records.len() == whole || cut.records.len() == whole + 1, "{end}");
            assert_eq!(cut.records, all[..cut.records.len()]);
            assert!(cut.warnings.len() <= 1);
        }
        // Any byte may be lost or broken.
        for place in 0..text.len() {
            for byte in [0, b'{', b'\n', 0xFF] {
                let mut broken = text.clone();
                broken[place] = byte;
                History::parse(&broken);
            }
        }
    }

    #[test]
    fn other_versions_and_hosts_are_passed_over_with_a_warning() {
        let newer = br#"{"version":2,"at":5}"#;
        let history = History::parse(&[&lines(&[sample("list", Outcome::Passed)])[..], newer].concat());
        assert_eq!(history.warnings, ["line 2 is passed over: it is of version 2, and this program reads 1"]);
        let (figures, warning) = history.baseline("list", &Host::here(), 7.0);
        assert_eq!((figures.len(), warning), (1, None));
        let other = Host { cpu: "another".to_owned(), ..Host::here() };
        let (figures, warning) = history.baseline("list", &other, 7.0);
        assert_eq!(figures.len(), 0);
        assert_eq!(warning.as_deref(), Some("list: 1 records of another host are passed over (CPU)"));
    }

    #[test]
    fn a_baseline_is_recent_and_passed() {
        let mut old = sample("list", Outcome::Passed);
        old.at -= 8 * 86_400;
        let all =
            [old, sample("list", Outcome::Failed), sample("list", Outcome::NoVerdict), sample("x", Outcome::Passed)];
        let history = History::parse(&lines(&all));
        assert_eq!(history.baseline("list", &Host::here(), 7.0).0.len(), 1);
        assert_eq!(history.baseline("list", &Host::here(), 9.0).0.len(), 2);
        assert_eq!(history.last_good_commit("list"), Some("abc"));
    }

    #[test]
    fn appending_never_touches_a_line_that_is_there() {
        let folder = crate::scratch::Folder::new("history");
        let path = folder.path().join("history.jsonl");
        append(&path, &[sample("a", Outcome::Passed)]).expect("a folder of our own");
        let whole = std::fs::read(&path).expect("it was written");
        for end in [0, 1, whole.len() / 2, whole.len() - 1, whole.len()] {
            std::fs::write(&path, &whole[..end]).expect("a folder of our own");
            append(&path, &[sample("b", Outcome::Passed)]).expect("a folder of our own");
            let now = std::fs::read(&path).expect("it was written");
            assert!(now.starts_with(&whole[..end]));
            let last = History::parse(&now).records.pop().expect("the one that was appended");
            assert_eq!(last.scenario, "b", "after {end} bytes");
        }
    }
}
