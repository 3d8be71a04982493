//! The command as a user meets it, but for the process around it and the minutes that it takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::contenders::{Buffer, Contender, Kind};
use super::{Comparison, chart_file, require_right, run};
use crate::corpus::{Visitor, message};
use crate::exit::Exit;

fn outcome(arguments: &[&str]) -> (Exit, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = run(arguments.iter().map(Into::into), &mut out, &mut err);
    (exit, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// A folder of its own for each test, removed at its end.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("compare-{}-{name}", std::process::id())))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_run_prints_tables_and_writes_figures_and_charts() {
    let folder = TemporaryFolder::new("run");
    let csv = folder.0.join("new/a.b.csv");
    let (exit, out, err) = outcome(&["--bench", "--rounds", "2", "--csv", csv.to_str().unwrap(), "message"]);
    assert_eq!(exit, Exit::Success, "{err}");
    assert!(err.contains("message (1 of 19), reused buffer") && err.contains("fresh buffer"), "{err}");
    assert!(out.contains("message: a greeting, 27 bytes; 27 bytes in 1 document"), "{out}");
    for engine in ["record", "record (swar)", "record (serde bridge)", "serde_json", "serde_json::Value", "memcpy"] {
        let rows = out.lines().filter(|line| line.trim_start().split("  ").next() == Some(engine));
        assert_eq!(rows.count(), 2, "{engine}: {out}");
    }
    let figures = fs::read_to_string(&csv).unwrap();
    assert!(figures.lines().skip(1).all(|line| line.contains(",message,1,27.0,")), "{figures}");
    assert!(figures.lines().any(|line| line.contains(",fresh,serde_json,same bytes,2,")), "{figures}");
    for chart in ["new/a.b-reused.svg", "new/a.b-fresh.svg"] {
        assert!(fs::read_to_string(folder.0.join(chart)).unwrap().starts_with("<svg "));
    }
}

#[test]
fn without_bench_it_is_a_smoke_test() {
    let (exit, out, err) = outcome(&["--nocapture"]);
    assert_eq!((exit, err.as_str()), (Exit::Success, ""));
    assert_eq!(out.lines().count(), 1, "{out}");
}

/// Which text the peers write of which corpus is known: another answer is news, and belongs into the README.
#[cfg(feature = "peers")]
#[test]
fn the_peers_are_right_where_they_are_said_to_be() {
    use super::report::Row;
    use crate::corpus::visit_files;
    use crate::project::Project;
    use crate::verify::Likeness;

    let nobody = &mut std::io::sink();
    let progress = &mut std::io::sink();
    let mut comparison = Comparison::new(&[], 1, Duration::ZERO, nobody, progress);
    crate::corpus::visit_generated(&mut comparison);
    visit_files(&Project::find().unwrap().documents().unwrap(), &mut comparison).unwrap();
    let rows = comparison.rows().unwrap();
    let wrong = |row: &&Row| row.buffer == Buffer::Reused && row.likeness == Likeness::OtherValue;
    let wrong: Vec<_> = rows.iter().filter(wrong).map(|row| (row.corpus, row.engine.as_str())).collect();
    // Both print the f64 nearest to an f32.
    assert_eq!(wrong, [("canada_f32", "simd-json"), ("canada_f32", "serde_json::Value")]);
}

#[test]
fn corpora_that_are_not_asked_for_are_left_out() {
    let (mut out, mut progress) = (Vec::new(), Vec::new());
    let mut comparison = Comparison::new(&["list"], 1, Duration::ZERO, &mut out, &mut progress);
    comparison.visit(&message::corpus());
    assert_eq!(comparison.rows().unwrap().len(), 0);
    assert_eq!((out.len(), progress.len()), (0, 0));
}

#[test]
fn our_own_writers_have_no_other_text() {
    let reference = [b"[1.0]".to_vec()];
    let contender = |kind| {
        let write = |_: &u8, buffer: &mut Vec<u8>| buffer.extend(b"[1]");
        Contender::new((kind, "x"), &[0_u8], &reference, write, |_| b"[1]".to_vec())
    };
    assert!(require_right("list", &[contender(Kind::Reference)]).is_ok());
    for kind in [Kind::Record, Kind::Backend, Kind::Bridge] {
        let failure = require_right("list", &[contender(kind)]).unwrap_err();
        assert_eq!(failure.exit, Exit::Failure);
        assert!(failure.message.starts_with("x on list: the bytes differ"), "{}", failure.message);
    }
}

#[test]
fn a_wrong_command_line_is_refused_on_one_line() {
    let (exit, out, err) = outcome(&["--bench", "--rounds", "0"]);
    assert_eq!((exit, out.as_str(), err.lines().count()), (Exit::BadInput, "", 1));
    assert!(err.starts_with("compare: "), "{err}");
}

#[test]
fn results_that_cannot_be_written_are_noticed_before_measuring() {
    let (exit, out, err) = outcome(&["--bench", "--csv", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml/a.csv")]);
    assert_eq!((exit, out.as_str(), err.lines().count()), (Exit::Failure, "", 1));
    assert!(err.contains("cannot write"), "{err}");
}

#[test]
fn help_goes_to_standard_output() {
    let (exit, out, err) = outcome(&["--help"]);
    assert_eq!((exit, err.as_str()), (Exit::Success, ""));
    assert!(out.contains("usage:"));
}

#[test]
fn charts_stand_beside_the_figures() {
    assert_eq!(chart_file(Path::new("a/b.csv"), Buffer::Reused), Path::new("a/b-reused.svg"));
    assert_eq!(chart_file(Path::new("b"), Buffer::Fresh), Path::new("b-fresh.svg"));
}

/// The pictures show the figures that are committed: `cargo run -p record-benches --bin charts` draws them.
#[test]
fn the_published_charts_are_those_of_the_published_figures() {
    let csv = crate::project::Project::find().unwrap().workspace_root.join("benches/results/compare.csv");
    for (file, chart) in super::charts_of(&csv).unwrap() {
        assert!(std::fs::read_to_string(&file).unwrap() == chart, "{} is not of {}", file.display(), csv.display());
    }
}
