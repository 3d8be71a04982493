//! Reading a document into its types, with errors that tell a user what is wrong and where.

#![forbid(unsafe_code)]

use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// Why a document could not be read; says what is wrong and where, and what was expected.
#[derive(Debug)]
pub struct ReadError {
    file: PathBuf,
    /// The expected content, as a noun phrase.
    expected: &'static str,
    reason: Reason,
}

#[derive(Debug)]
enum Reason {
    Unreadable(std::io::Error),
    Malformed(serde_json::Error),
}

/// Reads `file`, which should hold `expected` (a noun phrase for the error).
pub(super) fn read<T: DeserializeOwned>(file: &Path, expected: &'static str) -> Result<T, ReadError> {
    let error = |reason| ReadError { file: file.to_owned(), expected, reason };
    let text = std::fs::read(file).map_err(|e| error(Reason::Unreadable(e)))?;
    serde_json::from_slice(&text).map_err(|e| error(Reason::Malformed(e)))
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ", self.file.display())?;
        match &self.reason {
            Reason::Unreadable(e) => write!(f, "cannot be read: {e}"),
            Reason::Malformed(e) => match e.classify() {
                Category::Data => write!(f, "does not hold {}: {e}", self.expected),
                Category::Io | Category::Syntax | Category::Eof => write!(f, "is not JSON: {e}"),
            },
        }
    }
}

impl std::error::Error for ReadError {}
