//! Why a value could not be written.

use alloc::boxed::Box;
use alloc::string::ToString;
use core::fmt;

/// The first thing that went wrong while a value was written.
///
/// Few values can fail: a poisoned lock, a `RefCell` that is mutably borrowed, a time before the
/// epoch, a path that is not UTF-8, a float key that is not finite, a skipped enum variant, a
/// `Display` that reports an error, and whatever a function of the user's own reports by
/// [`Error::custom`].
#[derive(Debug)]
pub struct Error {
    reason: Reason,
}

#[derive(Debug)]
enum Reason {
    Known(&'static str),
    Custom(Box<str>),
    #[cfg(feature = "std")]
    Io(std::io::Error),
}

impl Error {
    /// An error with a message of the caller's. Allocates the message.
    #[cold]
    pub fn custom(message: impl fmt::Display) -> Self {
        Self { reason: Reason::Custom(message.to_string().into_boxed_str()) }
    }

    /// An error of the runtime's own, which needs no allocation.
    #[cold]
    pub(crate) fn known(message: &'static str) -> Self {
        Self { reason: Reason::Known(message) }
    }

    /// The writer that [`to_writer`](crate::to_writer) was given failed.
    #[cfg(feature = "std")]
    #[cold]
    pub(crate) fn io(error: std::io::Error) -> Self {
        Self { reason: Reason::Io(error) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Known(message) => f.write_str(message),
            Reason::Custom(message) => f.write_str(message),
            #[cfg(feature = "std")]
            Reason::Io(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.reason {
            #[cfg(feature = "std")]
            Reason::Io(error) => Some(error),
            _ => None,
        }
    }
}
