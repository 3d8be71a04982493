//! The frame of this package's commands. A request is carried out, and ends with one of three exit codes that a script
//! can rely on.

#![forbid(unsafe_code)]

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::corpus::ReadError;
use crate::project::ProjectError;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All went well: exit code 0.
    Success,
    /// The compared outputs differ, or a step failed: exit code 1.
    Failure,
    /// The command line or an input file is wrong: exit code 2.
    BadInput,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Success => Self::SUCCESS,
            Exit::Failure => Self::FAILURE,
            Exit::BadInput => Self::from(2),
        }
    }
}

/// A failure on its way to standard error.
#[derive(Debug)]
pub struct Failure {
    /// How the command ends.
    pub exit: Exit,
    /// The mistake; empty if there is nobody to tell.
    pub message: String,
}

impl Failure {
    /// The command line or an input file is wrong.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self { exit: Exit::BadInput, message: message.into() }
    }

    /// Something that should have worked did not.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { exit: Exit::Failure, message: message.into() }
    }
}

/// Makes the folder of a file of results: before the minutes of measuring, not after.
pub(crate) fn prepare_file(file: &Path) -> Result<(), Failure> {
    file.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(|error| unwritable(file, &error))
}

/// Writes a file of results.
pub(crate) fn write_file(file: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(file, text).map_err(|error| unwritable(file, &error))
}

pub(crate) fn unwritable(file: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(format!("cannot write `{}`: {error}", file.display()))
}

/// A failed write to standard output. A reader that has seen enough (`| head -1`) is no failure.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self { exit: Exit::Success, message: String::new() },
            _ => Self::failed(format!("cannot write the report: {error}")),
        }
    }
}

/// A file that the command reads is missing or wrong.
impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::bad_input(error.to_string())
    }
}

/// The project's own files are not where they should be.
impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Self {
        Self::bad_input(error.to_string())
    }
}

/// Carries out a request of the command `name`, and ends it.
///
/// `request` is what its command line asks for, or what is wrong with it.
pub fn command<Request, Out: Write, Err: Write>(
    name: &str,
    request: Result<Request, String>,
    out: &mut Out,
    err: &mut Err,
    carry_out: impl FnOnce(Request, &mut Out, &mut Err) -> Result<(), Failure>,
) -> Exit {
    let result = request.map_err(Failure::bad_input).and_then(|request| {
        carry_out(request, out, err)?;
        Ok(out.flush()?)
    });
    conclude(name, result, err)
}

/// Ends the command `name`: tells `err` on one line what went wrong, if anything.
fn conclude(name: &str, result: Result<(), Failure>, err: &mut impl Write) -> Exit {
    match result {
        Ok(()) => Exit::Success,
        Err(Failure { exit, message }) => {
            if !message.is_empty() {
                // Nobody is left to tell if standard error is closed; the exit code remains.
                let _ = writeln!(err, "{name}: {}", on_one_line(&message));
            }
            exit
        }
    }
}

/// Messages quote file names and the contents of files, which may hold line breaks and terminal controls.
fn on_one_line(message: &str) -> String {
    let mut line = String::with_capacity(message.len());
    for c in message.chars() {
        if c.is_control() {
            line.extend(c.escape_debug());
        } else {
            line.push(c);
        }
    }
    line
}
