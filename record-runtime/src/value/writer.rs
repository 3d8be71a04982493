//! The writer passed to `serialize_with` functions.

use core::fmt;
use core::marker::PhantomData;

use super::ZeroAllocJson;
use super::write::each_scalar;
use crate::cursor::lost::{PANIC_CAUGHT, lost};
use crate::cursor::{Brand, Cursor};
use crate::sink::Sink;
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
    position: *mut u8,
    sink: &'w mut Sink,
    written: usize,
    state: State,
    brand: PhantomData<Brand<'w>>,
}

/// The state of a [`JsonWriter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Write a value.
    Ready,
    /// Write a field of the object that was begun, or end it.
    InObject,
    /// Nothing: foreign code is running. If this is seen, it has panicked, and the function has caught that:
    /// the cursor, and the position with it, is lost.
    Running,
}

/// The output of a function.
pub(crate) enum End {
    /// One value, up to here.
    One(*mut u8),
    /// No value, or several, or a part of one, up to here, and what is wrong with that.
    Not(*mut u8, &'static str),
    /// The position was lost with a panic.
    Lost(&'static str),
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
            let (position, sink) = (writer.position, &mut *writer.sink);
            let $cursor = Cursor::<Dynamic> { position, sink, brand: PhantomData };
            writer.position = $write.position;
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
    pub(crate) fn new(position: *mut u8, sink: &'w mut Sink) -> Self {
        Self { position, sink, written: 0, state: State::Ready, brand: PhantomData }
    }

    pub(crate) fn finish(self) -> End {
        match (self.state, self.written) {
            (State::Running, _) => End::Lost(PANIC_CAUGHT),
            (State::InObject, _) => {
                End::Not(self.position, "an object was begun by `JsonWriter::object` and not ended")
            }
            (State::Ready, 0) => {
                End::Not(self.position, "a function given to `with` or `serialize_with` wrote no value")
            }
            (State::Ready, 1) => End::One(self.position),
            (State::Ready, _) => {
                End::Not(self.position, "a function given to `with` or `serialize_with` wrote more than one value")
            }
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
    pub(crate) fn with(self, write: impl FnOnce(&mut JsonWriter<'_>)) -> Self {
        let Self { position, sink, brand } = self;
        let begin = sink.offset(position);
        let was_held = sink.hold();
        let mut writer = JsonWriter::new(position, &mut *sink);
        write(&mut writer);
        let end = writer.finish();
        sink.release(was_held);
        match end {
            End::One(position) => Self { position, sink, brand },
            End::Not(position, reason) => Self { position, sink, brand }.fail(Error::known(reason)),
            End::Lost(reason) => {
                let position = lost(sink, begin, begin, Error::known(reason));
                Self { position, sink, brand }
            }
        }
    }
}
