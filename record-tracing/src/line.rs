//! A line: what is written of an event, or of what happens to a span.

use std::thread;

use record_runtime::{Cursor, Dispatch, Object, ZeroAllocJson};
use tracing_core::Metadata;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use crate::fields::Fields;
use crate::layer::Shown;
use crate::span::SpanData;
use crate::time::Now;

/// A line.
pub(crate) struct Line<'a, 'r, T, S: for<'l> LookupSpan<'l>> {
    pub(crate) shown: Shown,
    pub(crate) timer: &'a T,
    pub(crate) metadata: &'a Metadata<'a>,
    pub(crate) fields: Fields<'a>,
    /// The span of the event.
    pub(crate) current: Option<&'a SpanRef<'r, S>>,
    /// The span that is entered, which may be another one.
    pub(crate) entered: Option<&'a SpanRef<'r, S>>,
}

impl<T: FormatTime + 'static, S: for<'l> LookupSpan<'l>> ZeroAllocJson for Line<'_, '_, T, S> {
    /// In the order of the subscriber's own.
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let Self { shown, timer, metadata, ref fields, current, entered } = *self;
        let mut object = c.object();
        if shown.timestamp {
            object = object.field("timestamp", &Now(timer));
        }
        if shown.level {
            object = object.field("level", metadata.level().as_str());
        }
        object = if shown.flat { fields.write(object) } else { object.field("fields", fields) };
        if shown.target {
            object = object.field("target", metadata.target());
        }
        if shown.file
            && let Some(file) = metadata.file()
        {
            object = object.field("filename", file);
        }
        if shown.line_number
            && let Some(line_number) = metadata.line()
        {
            object = object.field("line_number", &line_number);
        }
        if let Some(current) = current {
            if shown.current_span {
                object = object.field("span", &Span(current));
            }
            if shown.span_list {
                object = object.field("spans", &Spans(entered));
            }
        }
        if shown.thread_name || shown.thread_id {
            object = shown.thread(object);
        }
        object.end()
    }
}

impl Shown {
    /// Name and number of the thread. The number of one without a name stands for it, but not twice.
    #[cold]
    fn thread<D: Dispatch>(self, mut object: Object<'_, D>) -> Object<'_, D> {
        let thread = thread::current();
        let id = ThreadId(thread.id());
        match thread.name() {
            Some(name) if self.thread_name => object = object.field("threadName", name),
            None if self.thread_name && !self.thread_id => object = object.field("threadName", &id),
            _ => {}
        }
        if self.thread_id { object.field("threadId", &id) } else { object }
    }
}

/// The number of a thread: `ThreadId(1)`.
struct ThreadId(thread::ThreadId);

impl ZeroAllocJson for ThreadId {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.fmt(format_args!("{:?}", self.0))
    }
}

/// A span, as it stands in a line.
struct Span<'a, 'r, S: for<'l> LookupSpan<'l>>(&'a SpanRef<'r, S>);

impl<S: for<'l> LookupSpan<'l>> ZeroAllocJson for Span<'_, '_, S> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match self.0.extensions().get::<SpanData>() {
            Some(data) => c.raw(data.text()),
            // Made before the layer was there.
            None => c.object().field("name", self.0.name()).end(),
        }
    }
}

/// A span and all around it, from the root; nothing where no span is entered.
struct Spans<'a, 'r, S: for<'l> LookupSpan<'l>>(Option<&'a SpanRef<'r, S>>);

impl<S: for<'l> LookupSpan<'l>> ZeroAllocJson for Spans<'_, '_, S> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let c = c.raw("[");
        match self.0 {
            Some(leaf) => from_root(leaf, c, 1),
            None => c,
        }
        .raw("]")
    }
}

/// Spans from here on outwards are listed by one that allocates a list. The others stand on the stack, which takes a third of the
/// time of such a list.
const SPANS_ON_STACK: usize = 64;

fn from_root<'s, S, D>(span: &SpanRef<'_, S>, c: Cursor<'s, D>, depth: usize) -> Cursor<'s, D>
where
    S: for<'l> LookupSpan<'l>,
    D: Dispatch,
{
    let c = match span.parent() {
        None => c,
        Some(parent) if depth < SPANS_ON_STACK => from_root(&parent, c, depth + 1).raw(","),
        Some(parent) => parent.scope().from_root().fold(c, |c, outer| c.value(&Span(&outer)).raw(",")),
    };
    c.value(&Span(span))
}
