//! The frame of the tools: help, arguments, errors, exit codes.

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

/// Runs a tool with its options, where these are `None` for help. It exits with 0 if `run` finds all as it should be, with 1
/// if not, and with 2 where it cannot run.
pub fn main<O>(
    help: &str,
    options: Result<Option<O>, String>,
    run: impl FnOnce(&O) -> Result<bool, String>,
) -> ExitCode {
    let options = match options {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{help}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("error: {error}\n\n{help}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// The values of options.
#[derive(Debug)]
pub struct Arguments<I>(pub I);

impl<I: Iterator<Item = String>> Arguments<I> {
    /// The value of the option `name`.
    ///
    /// # Errors
    /// There is none.
    pub fn value(&mut self, name: &str) -> Result<String, String> {
        self.0.next().ok_or_else(|| format!("`{name}` takes a value"))
    }

    /// The value of the option `name`, which is a number.
    ///
    /// # Errors
    /// There is none, or it is not a number.
    pub fn number<N: FromStr>(&mut self, name: &str) -> Result<N, String> {
        let text = self.value(name)?;
        text.parse().map_err(|_| format!("`{text}` is not a number"))
    }

    /// The value of the option `name`, which is a path.
    ///
    /// # Errors
    /// There is none, or it is empty.
    pub fn path(&mut self, name: &str) -> Result<PathBuf, String> {
        std::path::absolute(self.value(name)?).map_err(|error| error.to_string())
    }
}
