//! The command line of `build-cost`.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::path::PathBuf;

use crate::arguments::{file, number};

/// The text of `--help`.
pub(super) const HELP: &str = "\
Builds 200 structs of 10 fields and 20 enums three times over: plain, with
serde_derive and serde_json, and with ZeroAllocJson; checks that the last two
write the same bytes, and compares build time and machine code.

usage: cargo run --release -p record-benches --bin build-cost [-- OPTIONS]

  --runs N    builds of each kind from clean; default: 3
  --csv FILE  where the figures go; default: benches/results/build-cost.csv,
              which holds those of the last run
  -h, --help  print this

exit code: 0 if all was built and the bytes are the same, 1 if not, 2 if the
command line is wrong";

/// A request of the user.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    Help,
    Measure(Options),
}

/// How to measure.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) runs: usize,
    /// `None`: the file in the project.
    pub(super) csv: Option<PathBuf>,
}

/// Reads the arguments after the program's name.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, String> {
    let mut options = Options { runs: 3, csv: None };
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("-h" | "--help") => return Ok(Request::Help),
            Some("--runs") => options.runs = number("--runs", arguments.next(), &(1..=1000))?,
            Some("--csv") => options.csv = Some(file("--csv", arguments.next())?),
            _ => {
                return Err(format!("unknown argument `{}`; `--help` lists the options", argument.display()));
            }
        }
    }
    Ok(Request::Measure(options))
}

#[cfg(test)]
mod tests {
    use super::{Options, Request, parse};

    fn parsed(arguments: &[&str]) -> Result<Request, String> {
        parse(arguments.iter().map(Into::into))
    }

    #[test]
    fn options_have_defaults() {
        assert_eq!(parsed(&[]), Ok(Request::Measure(Options { runs: 3, csv: None })));
        let options = Options { runs: 7, csv: Some("a.csv".into()) };
        assert_eq!(parsed(&["--csv", "a.csv", "--runs", "7"]), Ok(Request::Measure(options)));
        assert_eq!(parsed(&["--runs", "7", "--help"]), Ok(Request::Help));
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        assert!(parsed(&["fast"]).unwrap_err().contains("`fast`"));
        assert!(parsed(&["--csv"]).unwrap_err().contains("file"));
        for wrong in [&["--runs"][..], &["--runs", "0"], &["--runs", "-1"], &["--runs", "many"]] {
            assert!(parsed(wrong).unwrap_err().contains("number"));
        }
    }
}
