//! The command line of `respond`.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::path::PathBuf;

/// The text of `--help`.
pub(super) const HELP: &str = "\
Writes search results of Twitter's API by generated code and by serde_json,
checks that the bytes are the same, and compares time and allocations.

usage: cargo run --release --example respond [-- [FILE]]

  FILE        another file of that shape; default: twitter.json, as the
              published package jsonic ships it
  -h, --help  print this

exit code: 0 if the bytes are the same, 1 if not, 2 if FILE or the command
line is wrong";

/// A request of the user.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    Help,
    Compare(Option<PathBuf>),
}

/// Reads the arguments after the program's name.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, String> {
    let mut file = None;
    let mut options_end = false;
    for argument in arguments {
        if !options_end && argument.as_encoded_bytes().starts_with(b"-") {
            match argument.to_str() {
                Some("-h" | "--help") => return Ok(Request::Help),
                Some("--") => options_end = true,
                _ => {
                    return Err(format!("unknown option `{}`; `--help` lists the options", argument.display()));
                }
            }
        } else if file.is_none() {
            file = Some(PathBuf::from(argument));
        } else {
            return Err(format!("unexpected argument `{}`; one FILE at a time", argument.display()));
        }
    }
    Ok(Request::Compare(file))
}

#[cfg(test)]
mod tests {
    use super::{Request, parse};

    fn parsed(arguments: &[&str]) -> Result<Request, String> {
        parse(arguments.iter().map(Into::into))
    }

    #[test]
    fn one_file_is_optional() {
        assert_eq!(parsed(&[]), Ok(Request::Compare(None)));
        assert_eq!(parsed(&["a.json"]), Ok(Request::Compare(Some("a.json".into()))));
        assert_eq!(parsed(&["--", "-a.json"]), Ok(Request::Compare(Some("-a.json".into()))));
    }

    #[test]
    fn help_wins_over_a_file() {
        assert_eq!(parsed(&["a.json", "--help"]), Ok(Request::Help));
        assert_eq!(parsed(&["-h"]), Ok(Request::Help));
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        assert!(parsed(&["--fast"]).unwrap_err().contains("--fast"));
        assert!(parsed(&["a.json", "b.json"]).unwrap_err().contains("b.json"));
    }
}
