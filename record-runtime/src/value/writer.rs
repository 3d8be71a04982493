//! The writer passed to `serialize_with` functions.

use core::fmt;

use super::ZeroAllocJson;
use super::write::each_scalar;
use crate::cursor::Cursor;
use crate::cursor::lend::PANIC_CAUGHT;
use crate::sink::dispatch::{Dispatch, Dynamic};
use crate::sink::error::Error;

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
    cursor: Cursor<'w, Dynamic>,
    written: usize,
    state: State,
}

/// The state of a [`JsonWriter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Write a value.
    Ready,
    /// Write a field of the object that was begun, or end it.
    InObject,
    /// Nothing: foreign code is running. If this is seen, it has panicked, and the function has caught that:
    /// the place is lost.
    Running,
}

impl fmt::Debug for JsonWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonWriter").finish_non_exhaustive()
    }
}

/// Writes through a cursor, if the writer is in the one state, and leaves it in the other.
macro_rules! through_cursor {
    ($writer:expr, $from:ident => $to:ident, $cursor:ident => $write:expr) => {{
        let writer = &mut *$writer;
        if writer.state == State::$from {
            writer.state = State::Running;
            writer.cursor.advance(|$cursor| $write);
            writer.state = State::$to;
        }
    }};
}

macro_rules! scalars {
    ($($(#[$doc:meta])* $name:ident: $T:ty;)+) => {
        $(
            $(#[$doc])*
            pub fn $name(&mut self, value: $T) {
                self.value(&value);
            }
        )+
    };
}

impl<'w> JsonWriter<'w> {
    /// The error of a function that has not written one value.
    fn problem(&self) -> Option<&'static str> {
        match (self.state, self.written) {
            (State::Running, _) => Some(PANIC_CAUGHT),
            (State::InObject, _) => Some("an object was begun by `JsonWriter::object` and not ended"),
            (State::Ready, 0) => Some("a function given to `with` or `serialize_with` wrote no value"),
            (State::Ready, 1) => None,
            (State::Ready, _) => Some("a function given to `with` or `serialize_with` wrote more than one value"),
        }
    }

    each_scalar! { scalars }

    /// Writes a string, quoted and escaped.
    pub fn str(&mut self, value: &str) {
        self.value(value);
    }

    /// Writes `null`.
    pub fn null(&mut self) {
        self.written += 1;
        through_cursor!(self, Ready => Ready, cursor => cursor.null());
    }

    /// Writes a value of any type that can be written.
    pub fn value<T: ZeroAllocJson + ?Sized>(&mut self, value: &T) {
        self.written += 1;
        through_cursor!(self, Ready => Ready, cursor => cursor.value(value));
    }

    /// Writes what is displayed as a string, quoted and escaped, without allocating.
    ///
    /// `w.fmt(format_args!("{}-{}", a, b))`
    pub fn fmt(&mut self, arguments: fmt::Arguments<'_>) {
        self.written += 1;
        through_cursor!(self, Ready => Ready, cursor => cursor.fmt(arguments));
    }

    /// Writes a text that is JSON already, as it is.
    pub fn raw(&mut self, json: &str) {
        self.written += 1;
        through_cursor!(self, Ready => Ready, cursor => cursor.raw(json));
    }

    /// Writes an array of what an iterator yields.
    pub fn seq<I>(&mut self, values: I)
    where
        I: IntoIterator,
        I::Item: ZeroAllocJson,
    {
        self.written += 1;
        through_cursor!(self, Ready => Ready, cursor => cursor.seq(values));
    }

    /// Writes an object of what an iterator yields, in its order.
    pub fn map<K, V, I>(&mut self, entries: I)
    where
        I: IntoIterator<Item = (K, V)>,
        K: ZeroAllocJson,
        V: ZeroAllocJson,
    {
        self.written += 1;
        through_cursor!(self, Ready => Ready, cursor => cursor.map(entries));
    }

    /// Begins an object whose fields are written one by one:
    /// `w.object().field("unit", "C").field("value", &21.5).end()`.
    pub fn object(&mut self) -> ObjectWriter<'_, 'w> {
        self.written += 1;
        let begins = self.state == State::Ready;
        through_cursor!(self, Ready => InObject, cursor => cursor.ascii(b'{'));
        ObjectWriter { writer: self, begins, empty: true }
    }

    /// Reports that the value cannot be written; counts as one.
    pub fn fail(&mut self, error: Error) {
        // An object that was begun is given up.
        if self.state == State::InObject {
            self.state = State::Ready;
        }
        through_cursor!(self, Ready => Ready, cursor => cursor.fail(error));
        self.written = 1;
    }
}

/// An object that a function writes field by field: see [`JsonWriter::object`].
///
/// One that is dropped without [`end`](Self::end) is an error of the value.
#[must_use = "the object is not closed until `end` is called"]
pub struct ObjectWriter<'a, 'w> {
    writer: &'a mut JsonWriter<'w>,
    /// The writer was ready. Otherwise the object that is open there is another one, which was not ended.
    begins: bool,
    empty: bool,
}

impl fmt::Debug for ObjectWriter<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectWriter").field("empty", &self.empty).finish_non_exhaustive()
    }
}

impl ObjectWriter<'_, '_> {
    /// Writes a field.
    pub fn field<T: ZeroAllocJson + ?Sized>(self, key: &str, value: &T) -> Self {
        let Self { writer, begins, empty } = self;
        if begins {
            through_cursor!(writer, InObject => InObject, cursor => {
                let cursor = if empty { cursor } else { cursor.ascii(b',') };
                cursor.str(key).ascii(b':').value(value)
            });
        }
        Self { writer, begins, empty: false }
    }

    /// Closes the object.
    pub fn end(self) {
        if self.begins {
            through_cursor!(self.writer, InObject => Ready, cursor => cursor.ascii(b'}'));
        }
    }
}

impl<D: Dispatch> Cursor<'_, D> {
    /// Lets a function write one value.
    pub(crate) fn with(mut self, write: impl FnOnce(&mut JsonWriter<'_>)) -> Self {
        let begin = self.offset();
        let was_held = self.sink.hold();
        let (mut problem, mut state) = (None, State::Ready);
        self.advance(|c| {
            let mut writer = JsonWriter { cursor: c.with_dispatch(), written: 0, state };
            write(&mut writer);
            (problem, state) = (writer.problem(), writer.state);
            writer.cursor.with_dispatch()
        });
        self.sink.release(was_held);
        match problem.map(Error::known) {
            None => self,
            Some(error) if state == State::Running => self.lost(begin, begin, error),
            Some(error) => self.fail(error),
        }
    }
}
