//! The fields of a line: those of an event, or what is said of a span.

use std::fmt;

use record_runtime::{Cursor, Dispatch, Object, ZeroAllocJson};
use tracing_core::Event;
use tracing_core::field::{Field, Visit};

use crate::time::ShortDuration;

/// The fields of a line.
pub(crate) enum Fields<'a> {
    /// Those of an event, in its order.
    Event(&'a Event<'a>),
    /// A message about a span.
    Message(&'static str),
    /// The message that a span is closed, with its times.
    Closed { busy: ShortDuration, idle: ShortDuration },
}

impl Fields<'_> {
    /// Writes them among the members of an object.
    pub(crate) fn write<'s, D: Dispatch>(&self, object: Object<'s, D>) -> Object<'s, D> {
        match self {
            Self::Event(event) => {
                let mut visitor = Writing(Some(object));
                event.record(&mut visitor);
                visitor.0.expect("each field puts the object back")
            }
            Self::Message(message) => object.field("message", *message),
            Self::Closed { busy, idle } => {
                object.field("message", "close").field("time.busy", busy).field("time.idle", idle)
            }
        }
    }
}

impl ZeroAllocJson for Fields<'_> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.write(c.object()).end()
    }
}

/// An object that is being written. It is away while a field is written; a panic of the field ends the line.
struct Writing<'s, D: Dispatch>(Option<Object<'s, D>>);

impl<D: Dispatch> Writing<'_, D> {
    fn field<T: ZeroAllocJson + ?Sized>(&mut self, field: &Field, value: &T) {
        self.0 = self.0.take().map(|object| object.field(field.name(), value));
    }
}

/// Integers of 128 bits, bytes and errors come by the other methods' defaults, as values that have a `Debug` alone.
impl<D: Dispatch> Visit for Writing<'_, D> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.field(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.field(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.field(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.field(field, &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.field(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.field(field, &Shown(value));
    }
}

/// A string of what a `Debug` shows. One that reports an error is shown up to there: a line is not lost by it.
pub(crate) struct Shown<'a>(pub(crate) &'a dyn fmt::Debug);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = self.0.fmt(f);
        Ok(())
    }
}

impl ZeroAllocJson for Shown<'_> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.fmt(format_args!("{self}"))
    }
}
