//! The command line of `load`.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::path::PathBuf;

use crate::arguments::{file, number};

/// The text of `--help`.
pub(super) const HELP: &str = "\
Starts an axum service on loopback and drives it over keep-alive connections:
the same bodies of 88 B, 1.8 KB, 64 KB and 1 MB by record_http::Json and by
axum::Json. Shows requests per second, latency, allocations per request of the
whole service, and the peak of its memory.

usage: cargo run --release -p record-benches --features load --bin load [-- OPTIONS]

  --seconds N      how long each of the twelve figures is measured; default: 2
  --connections N  connections at once, each with one request; default: 16
  --csv FILE       where the figures go; default: benches/results/load.csv
  -h, --help       print this

exit code: 0 if all was measured, 1 if not or if bodies differ, 2 if the command
line is wrong";

/// A request of the user.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    Help,
    /// The service itself: what this program starts itself as.
    Serve,
    Measure(Options),
}

/// How to measure.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) seconds: u64,
    pub(super) connections: usize,
    /// `None`: the file in the project.
    pub(super) csv: Option<PathBuf>,
}

/// The argument that [`Request::Serve`] is asked for by.
pub(super) const SERVE: &str = "--serve";

/// Reads the arguments after the program's name.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, String> {
    let mut options = Options { seconds: 2, connections: 16, csv: None };
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("-h" | "--help") => return Ok(Request::Help),
            Some(SERVE) => return Ok(Request::Serve),
            Some("--seconds") => options.seconds = number("--seconds", arguments.next(), &(1..=600))?,
            Some("--connections") => options.connections = number("--connections", arguments.next(), &(1..=1000))?,
            Some("--csv") => options.csv = Some(file("--csv", arguments.next())?),
            _ => return Err(format!("unknown argument `{}`; `--help` lists the options", argument.display())),
        }
    }
    Ok(Request::Measure(options))
}
