//! What a function of the user's writes a field through.

use core::fmt;
use core::marker::PhantomData;

use crate::ZeroAllocJson;
use crate::cursor::{Brand, Cursor, PANIC_CAUGHT};
use crate::error::Error;
use crate::level::{Exact, Table};
use crate::sink::Sink;

/// Writes one value: the second argument of the functions that `#[json(serialize_with = "…")]` and
/// `#[json(with = "…")]` name.
///
/// Exactly one value is to be written; none, or more than one, is an [`Error`].
///
/// ```
/// use record_runtime::{JsonWriter, ZeroAllocJson};
///
/// #[derive(ZeroAllocJson)]
/// struct Flag {
///     #[json(serialize_with = "as_digit")]
///     set: bool,
/// }
///
/// fn as_digit(value: &bool, w: &mut JsonWriter<'_>) {
///     w.value(&u8::from(*value));
/// }
///
/// assert_eq!(record_runtime::to_string(&Flag { set: true }), r#"{"set":1}"#);
/// ```
pub struct JsonWriter<'w> {
    position: *mut u8,
    sink: &'w mut Sink,
    measuring: bool,
    written: usize,
    /// A writer panicked, and the function caught it: the position may be stale.
    interrupted: bool,
    brand: PhantomData<Brand<'w>>,
}

impl fmt::Debug for JsonWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonWriter").finish_non_exhaustive()
    }
}

/// Writes through a cursor of the level that the writer stands for.
macro_rules! through_cursor {
    ($writer:ident, $cursor:ident => $write:expr) => {{
        if $writer.interrupted {
            return;
        }
        $writer.written += 1;
        // True while foreign code runs: if it unwinds, the cursor, and the position with it, is
        // lost.
        $writer.interrupted = true;
        let (position, sink) = ($writer.position, &mut *$writer.sink);
        $writer.position = if $writer.measuring {
            // Exactly, whatever for: one body less of each value.
            let $cursor = Cursor::<Exact> { position, sink, brand: PhantomData };
            $write.position
        } else {
            let $cursor = Cursor::<Table> { position, sink, brand: PhantomData };
            $write.position
        };
        $writer.interrupted = false;
    }};
}

impl<'w> JsonWriter<'w> {
    pub(crate) fn new(position: *mut u8, sink: &'w mut Sink, measuring: bool) -> Self {
        Self { position, sink, measuring, written: 0, interrupted: false, brand: PhantomData }
    }

    /// The position behind the value; `None` if it was lost, which is an error.
    pub(crate) fn finish(self) -> Option<*mut u8> {
        if self.interrupted {
            self.sink.fail(Error::known(PANIC_CAUGHT));
            return None;
        }
        if self.written != 1 {
            self.sink.fail(Error::known(match self.written {
                0 => "a function given to `with` or `serialize_with` wrote no value",
                _ => "a function given to `with` or `serialize_with` wrote more than one value",
            }));
        }
        Some(self.position)
    }

    /// Writes a value of any type that can be written.
    pub fn value<T: ZeroAllocJson + ?Sized>(&mut self, value: &T) {
        through_cursor!(self, cursor => cursor.value(value));
    }

    /// Writes what is displayed as a string, quoted and escaped, without allocating.
    ///
    /// `w.fmt(format_args!("{}-{}", a, b))`
    pub fn fmt(&mut self, arguments: fmt::Arguments<'_>) {
        through_cursor!(self, cursor => cursor.fmt(arguments));
    }

    /// Writes a text that is JSON already, as it is.
    pub fn raw(&mut self, json: &str) {
        through_cursor!(self, cursor => cursor.raw(json));
    }

    /// Writes an array of what an iterator yields.
    pub fn seq<I>(&mut self, values: I)
    where
        I: IntoIterator,
        I::Item: ZeroAllocJson,
    {
        through_cursor!(self, cursor => cursor.seq(values));
    }

    /// Writes an object of what an iterator yields, in its order.
    pub fn map<K, V, I>(&mut self, entries: I)
    where
        I: IntoIterator<Item = (K, V)>,
        K: ZeroAllocJson,
        V: ZeroAllocJson,
    {
        through_cursor!(self, cursor => cursor.map(entries));
    }

    /// Reports that the value cannot be written; counts as one.
    pub fn fail(&mut self, error: Error) {
        self.sink.fail(error);
        self.written = 1;
    }
}
