//! The error that serde's traits carry back: one word, so that a cursor or an error is two.

use alloc::boxed::Box;
use core::fmt;

use serde_core::ser;

use crate::sink::error::Error;

/// Why a part of a value was not written.
#[derive(Debug)]
pub struct Failure(Box<Error>);

impl Failure {
    #[cold]
    pub(super) fn known(message: &'static str) -> Self {
        Self(Box::new(Error::known(message)))
    }

    /// The error for a part of a value that goes on after one before it failed or panicked.
    #[cold]
    pub(super) fn lost() -> Self {
        Self::known("a part of the value failed before")
    }

    #[cold]
    pub(super) fn into_error(self) -> Error {
        *self.0
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for Failure {}

impl ser::Error for Failure {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(Box::new(Error::custom(message)))
    }
}
