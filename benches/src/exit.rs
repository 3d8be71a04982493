//! How the commands of this package end: the three exit codes that a script can rely on.

#![forbid(unsafe_code)]

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use crate::corpus::ReadError;
use crate::project::ProjectError;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All went well: exit code 0.
    Success,
    /// What was compared differs, or a step failed: exit code 1.
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
    /// What went wrong; empty if there is nobody to tell.
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

/// Ends the command `name`: tells `err` on one line what went wrong, if anything.
pub fn conclude(name: &str, result: Result<(), Failure>, err: &mut impl Write) -> Exit {
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
