//! Why a value could not be written.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;

use crate::kernels::document::path;

/// The first thing that went wrong while a value was written.
///
/// Few values can fail: a poisoned lock, a `RefCell` that is mutably borrowed, a time before the epoch, a path that is
/// not UTF-8. Others are a float key that is not finite, a skipped enum variant, and a `Display` that reports an error.
/// A value nested so deeply that one call would take more than 1 MiB of stack fails too; that is far beyond what
/// readers accept. A function of the user's can report an error by [`Error::custom`].
///
/// It is displayed with its [`path`](Self::path) in front:
///
/// ```
/// use std::cell::RefCell;
/// use record_runtime::ZeroAllocJson;
///
/// #[derive(ZeroAllocJson)]
/// struct Order {
///     price: RefCell<u32>,
/// }
///
/// let orders = [Order { price: RefCell::new(1) }, Order { price: RefCell::new(2) }];
/// let _guard = orders[1].price.borrow_mut();
/// let error = record_runtime::try_to_vec(&orders).unwrap_err();
/// assert_eq!(error.path(), "[1].price");
/// assert_eq!(error.to_string(), "[1].price: already mutably borrowed");
/// assert_eq!(error.message().to_string(), "already mutably borrowed");
/// ```
#[derive(Debug)]
pub struct Error {
    reason: Reason,
    path: Box<str>,
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
        Self::new(Reason::Custom(message.to_string().into_boxed_str()))
    }

    fn new(reason: Reason) -> Self {
        Self { reason, path: Box::default() }
    }

    /// An error of the runtime's own, which needs no allocation but for its path.
    #[cold]
    pub(crate) fn known(message: &'static str) -> Self {
        Self::new(Reason::Known(message))
    }

    /// The writer that [`to_writer`](crate::to_writer) was given failed.
    #[cfg(feature = "std")]
    #[cold]
    pub(crate) fn io(error: std::io::Error) -> Self {
        Self::new(Reason::Io(error))
    }

    /// Which part of the value could not be written: `orders[3].price`, or nothing for the value itself and for
    /// a writer that failed.
    ///
    /// Made of the keys and indices of the text up to there: names as they are written, the keys of maps too.
    /// Keys that are not made of letters, digits, `_`, `-`, `$` and `@` stand in brackets, `["a key"]`, escaped
    /// as in the text. A key that cannot be written has the path of its map, a value that cannot be flattened
    /// that of the object around it. In an array or in lines that are written value by value the index of the
    /// value comes first.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The mistake, without the path.
    #[must_use]
    pub fn message(&self) -> impl fmt::Display + '_ {
        &self.reason
    }

    /// The same error in a larger value.
    #[cold]
    pub(crate) fn within(self, outer: String) -> Self {
        Self { path: path::join(outer, &self.path).into_boxed_str(), ..self }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(message) => f.write_str(message),
            Self::Custom(message) => f.write_str(message),
            #[cfg(feature = "std")]
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        self.reason.fmt(f)
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

#[cfg_attr(not(debug_assertions), inline(always))]
#[track_caller]
pub(crate) fn or_panic<R>(outcome: Result<R, Error>) -> R {
    match outcome {
        Ok(result) => result,
        Err(error) => panic_with(&error),
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn panic_with(error: &Error) -> ! {
    panic!("the value cannot be written as JSON: {error}");
}
