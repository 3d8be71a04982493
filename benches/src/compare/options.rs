//! The command line of the bench `compare`.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::path::PathBuf;

use crate::arguments::{file, number};
use crate::corpus;

/// Rounds of a run whose figures are published.
pub(super) const PUBLISHED_ROUNDS: usize = 60;

const MAX_ROUNDS: usize = 10_000;

/// The text of `--help`.
pub(super) const HELP: &str = "\
Compares the writers of record, with each backend that this CPU has, beside
serde_json, the peers, and a memcpy of the finished bytes: on every corpus, in
one process, in turns, into a reused buffer and as a fresh Vec. What an engine
writes is verified before it is timed.

usage: cargo bench -p record-benches [--features peers] [-- OPTIONS] [CORPUS]...

  CORPUS      only these: message, log_record, user_with_items, api_response,
              invoice, article, list, bid_request, chat, points, coloured_log,
              time_series, geojson, openapi, cargo_metadata, twitter,
              citm_catalog, canada_f64, canada_f32
  --rounds N  samples of each engine; default: 60
  --csv FILE  where the figures go (cargo starts benches in the folder benches,
              so give a full path); the charts go beside it, as
              FILE-reused.svg and FILE-fresh.svg without FILE's ending.
              default: benches/results/compare.csv for a run of all corpora
              and peers with at least 60 rounds, the target folder otherwise
  -h, --help  print this

Without the `--bench` that `cargo bench` passes (under `cargo test --benches`),
one round of the generated corpora shows that all works.

exit code: 0 if record's bytes are those of serde_json, 1 if not, 2 if the
command line is wrong";

/// A request of the user.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    Help,
    /// A smoke test, whose times nobody looks at.
    Smoke,
    Compare(Options),
}

/// How to compare.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    /// Names of corpora; empty for all of them.
    pub(super) corpora: Vec<&'static str>,
    pub(super) rounds: usize,
    /// `None`: wherever figures of that kind belong.
    pub(super) csv: Option<PathBuf>,
}

/// Reads the arguments after the program's name.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, String> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let has = |wanted: &[&str]| arguments.iter().any(|argument| wanted.iter().any(|name| argument == name));
    if has(&["-h", "--help"]) {
        return Ok(Request::Help);
    }
    // `cargo test` may pass anything that its own harness knows.
    if !has(&["--bench"]) {
        return Ok(Request::Smoke);
    }
    let mut options = Options { corpora: Vec::new(), rounds: PUBLISHED_ROUNDS, csv: None };
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--bench") => {}
            Some("--rounds") => options.rounds = number("--rounds", arguments.next(), &(1..=MAX_ROUNDS))?,
            Some("--csv") => options.csv = Some(file("--csv", arguments.next())?),
            Some(option) if option.starts_with('-') => {
                return Err(format!("unknown option `{option}`; `--help` lists the options"));
            }
            _ => options.corpora.push(corpus_name(&argument)?),
        }
    }
    Ok(Request::Compare(options))
}

fn corpus_name(argument: &OsString) -> Result<&'static str, String> {
    let known = corpus::NAMES.into_iter().find(|name| argument == name);
    known.ok_or_else(|| format!("no corpus `{}`; there are {}", argument.display(), corpus::NAMES.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::{HELP, Options, PUBLISHED_ROUNDS, Request, parse};
    use crate::corpus;

    fn parsed(arguments: &[&str]) -> Result<Request, String> {
        parse(arguments.iter().map(Into::into))
    }

    #[test]
    fn options_have_defaults() {
        let defaults = Options { corpora: Vec::new(), rounds: PUBLISHED_ROUNDS, csv: None };
        assert_eq!(parsed(&["--bench"]), Ok(Request::Compare(defaults)));
        let options = Options { corpora: vec!["list", "twitter"], rounds: 7, csv: Some("a.csv".into()) };
        let arguments = ["list", "--csv", "a.csv", "--rounds", "7", "twitter", "--bench"];
        assert_eq!(parsed(&arguments), Ok(Request::Compare(options)));
    }

    #[test]
    fn help_wins_over_all_else() {
        assert_eq!(parsed(&["--bench", "--rounds", "0", "--help"]), Ok(Request::Help));
        assert_eq!(parsed(&["-h"]), Ok(Request::Help));
    }

    #[test]
    fn what_is_not_a_bench_is_a_smoke_test_whatever_its_arguments() {
        assert_eq!(parsed(&[]), Ok(Request::Smoke));
        assert_eq!(parsed(&["some_test", "--nocapture"]), Ok(Request::Smoke));
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        let refusal = |arguments: &[&str]| parsed(&[&["--bench"], arguments].concat()).unwrap_err();
        assert!(refusal(&["--fast"]).contains("`--fast`"));
        assert!(refusal(&["listing"]).contains("`listing`"));
        assert!(refusal(&["--csv"]).contains("file"));
        for wrong in [&["--rounds"][..], &["--rounds", "0"], &["--rounds", "-1"], &["--rounds", "many"]] {
            assert!(refusal(wrong).contains("number"));
        }
    }

    #[test]
    fn the_help_names_every_corpus() {
        for name in corpus::NAMES {
            assert!(HELP.contains(name), "{name}");
        }
    }
}
