//! The command line of the bench `matrix`.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use record_runtime::__private::Backend;

use super::Place;

/// The text of `--help`.
pub(super) const HELP: &str = "\
Compares record with serde_json and sonic-rs, leaf by leaf: every kind of leaf
in every place where it can stand, and corpora in every form of output. What an
engine writes is verified before it is timed; engines run in turns.

usage: cargo bench -p record-benches --bench matrix [-- OPTIONS] [WORD]...

  WORD            only cells in whose panel, row or column each word stands:
                  `f64 pair`, `forms indented`
  --quick         three short rounds: a first look, in half a minute
  --rounds N      samples of each engine; default: 15
  --backend NAME  record takes swar, sse2, avx2 or avx512 instead of the best
                  that the CPU has; in the panel of leaves
  --csv FILE      where the figures go (cargo starts benches in the folder
                  benches, so give a full path); the heat map goes beside it,
                  as .svg. default: matrix/matrix.csv in the target folder
  -h, --help      print this

Without the `--bench` that `cargo bench` passes, each cell is verified only.

exit code: 0 if record's bytes are those of serde_json, 1 if not, 2 if the
command line is wrong";

/// A request of the user.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    Help,
    /// Whether all cells are right: nobody looks at the times.
    Smoke,
    Measure(Options),
}

/// The cells to measure, and the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Options {
    /// Each has to stand in a cell's place.
    pub(super) words: Vec<String>,
    pub(super) rounds: usize,
    pub(super) sample_time: Duration,
    /// `None`: the best that the CPU has.
    pub(super) backend: Option<Backend>,
    /// `None`: in the target folder.
    pub(super) csv: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self { words: Vec::new(), rounds: 15, sample_time: Duration::from_millis(1), backend: None, csv: None }
    }
}

impl Options {
    /// Whether all words stand in the place.
    pub(super) fn selects(&self, Place { panel, row, column }: Place) -> bool {
        self.words.iter().all(|word| [panel.name(), row, column].iter().any(|part| part.contains(word.as_str())))
    }
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
    let mut options = Options::default();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--bench") => {}
            Some("--quick") => (options.rounds, options.sample_time) = (3, Duration::from_micros(300)),
            Some("--rounds") => {
                let number = arguments.next().and_then(|number| number.to_str()?.parse().ok());
                options.rounds = number.filter(|rounds| *rounds > 0).ok_or("`--rounds` needs a number above 0")?;
            }
            Some("--backend") => {
                let name = arguments.next().ok_or("`--backend` needs a name")?;
                let named = |backend: &&Backend| name.eq_ignore_ascii_case(format!("{backend:?}"));
                let backend = Backend::ALL.iter().find(named).copied();
                options.backend = Some(backend.ok_or_else(|| format!("no backend `{}`", name.display()))?);
            }
            Some("--csv") => options.csv = Some(arguments.next().ok_or("`--csv` needs a file")?.into()),
            Some(option) if option.starts_with("--") => {
                return Err(format!("unknown option `{option}`; `--help` lists the options"));
            }
            Some(word) => options.words.push(word.to_owned()),
            None => return Err(format!("`{}` is no word of a cell", argument.display())),
        }
    }
    Ok(Request::Measure(options))
}
