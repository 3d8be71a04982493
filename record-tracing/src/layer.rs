//! The layer: its options, and what it does when something happens.

use std::fmt;
use std::io::{self, Write};

use record_runtime::ZeroAllocJson;
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event, Metadata, Subscriber};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{MakeWriter, TestWriter};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use crate::fields::Fields;
use crate::line::Line;
use crate::span::{Recorded, SpanData, Times};
use crate::spare::LineBuffer;
use crate::time::ShortDuration;

/// Writes events and what happens to spans as lines of JSON: see [the crate](crate).
///
/// `W` makes the writers, `T` shows the time. Its options are those of the subscriber's `fmt::Layer` behind `json()`, by the
/// same names and with the same defaults.
#[derive(Clone)]
pub struct JsonLayer<W = fn() -> io::Stdout, T = SystemTime> {
    make_writer: W,
    timer: T,
    shown: Shown,
    span_events: SpanEvents,
    log_internal_errors: bool,
}

/// The members of a line.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "one for each member of a line")]
pub(crate) struct Shown {
    pub(crate) timestamp: bool,
    pub(crate) level: bool,
    pub(crate) target: bool,
    pub(crate) file: bool,
    pub(crate) line_number: bool,
    pub(crate) thread_name: bool,
    pub(crate) thread_id: bool,
    pub(crate) current_span: bool,
    pub(crate) span_list: bool,
    /// The fields stand in the line itself.
    pub(crate) flat: bool,
}

/// The events of a span that have a line.
#[derive(Clone, Debug)]
struct SpanEvents {
    kind: FmtSpan,
    /// The last one has the times of the span.
    times: bool,
}

impl SpanEvents {
    fn has(&self, kind: &FmtSpan) -> bool {
        self.kind.clone() & kind.clone() == *kind
    }

    fn has_times(&self) -> bool {
        self.times && self.has(&FmtSpan::CLOSE)
    }
}

impl<W: fmt::Debug, T: fmt::Debug> fmt::Debug for JsonLayer<W, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLayer")
            .field("make_writer", &self.make_writer)
            .field("timer", &self.timer)
            .field("shown", &self.shown)
            .field("span_events", &self.span_events)
            .field("log_internal_errors", &self.log_internal_errors)
            .finish()
    }
}

impl JsonLayer {
    /// A layer that writes to the standard output, with the time, level, fields, target, current span and list of spans.
    #[must_use]
    pub fn new() -> Self {
        Self {
            make_writer: io::stdout,
            timer: SystemTime,
            shown: Shown {
                timestamp: true,
                level: true,
                target: true,
                file: false,
                line_number: false,
                thread_name: false,
                thread_id: false,
                current_span: true,
                span_list: true,
                flat: false,
            },
            span_events: SpanEvents { kind: FmtSpan::NONE, times: true },
            log_internal_errors: false,
        }
    }
}

impl Default for JsonLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<W, T> JsonLayer<W, T> {
    /// Writes to what `make_writer` makes for each line. It is a function, a `Mutex` or an `Arc` of a file, a writer of
    /// `tracing-appender`, or a choice by level (`MakeWriterExt`).
    ///
    /// A line is one call of `write_all`, with its line break.
    #[must_use]
    pub fn with_writer<W2>(self, make_writer: W2) -> JsonLayer<W2, T>
    where
        W2: for<'w> MakeWriter<'w> + 'static,
    {
        self.map_writer(|_| make_writer)
    }

    /// Writes to what `map` makes of the layer's writer.
    #[must_use]
    pub fn map_writer<W2>(self, map: impl FnOnce(W) -> W2) -> JsonLayer<W2, T>
    where
        W2: for<'w> MakeWriter<'w> + 'static,
    {
        let Self { make_writer, timer, shown, span_events, log_internal_errors } = self;
        JsonLayer { make_writer: map(make_writer), timer, shown, span_events, log_internal_errors }
    }

    /// Writes so that the output of tests is captured.
    #[must_use]
    pub fn with_test_writer(self) -> JsonLayer<TestWriter, T> {
        self.map_writer(|_| TestWriter::default())
    }

    /// The maker of the writers.
    pub fn writer(&self) -> &W {
        &self.make_writer
    }

    /// The maker of the writers, to be changed: by `reload`, for one.
    pub fn writer_mut(&mut self) -> &mut W {
        &mut self.make_writer
    }

    /// Shows the time as `timer` does: `ChronoUtc`, `OffsetTime`, `Uptime`, or a function.
    ///
    /// An error of it loses the line.
    #[must_use]
    pub fn with_timer<T2: FormatTime + 'static>(self, timer: T2) -> JsonLayer<W, T2> {
        let Self { make_writer, timer: _, shown, span_events, log_internal_errors } = self;
        JsonLayer { make_writer, timer, shown, span_events, log_internal_errors }
    }

    /// Leaves the time out, and the times of spans that are closed.
    #[must_use]
    pub fn without_time(self) -> JsonLayer<W, ()> {
        let mut layer = self.with_timer(());
        layer.shown.timestamp = false;
        layer.span_events.times = false;
        layer
    }

    /// Writes a line when a span is made, entered, left or closed. That of a closed one has the time for which it was
    /// entered (`time.busy`) and not entered (`time.idle`).
    #[must_use]
    pub fn with_span_events(mut self, kind: FmtSpan) -> Self {
        self.span_events.kind = kind;
        self
    }

    /// Whether the fields stand beside the target, and not in an object `fields`. Off by default.
    ///
    /// A field with the name of another member is written beside it, as the subscriber does.
    #[must_use]
    pub fn flatten_event(mut self, flatten_event: bool) -> Self {
        self.shown.flat = flatten_event;
        self
    }

    /// Reports on the standard error what cannot be written. Off by default: then such a line is lost in silence.
    #[must_use]
    pub fn log_internal_errors(mut self, log_internal_errors: bool) -> Self {
        self.log_internal_errors = log_internal_errors;
        self
    }
}

/// Options that turn a member of a line on or off.
macro_rules! members {
    ($($(#[$doc:meta])* $option:ident: $member:ident;)+) => {
        impl<W, T> JsonLayer<W, T> {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $option(mut self, shown: bool) -> Self {
                    self.shown.$member = shown;
                    self
                }
            )+
        }
    };
}

members! {
    /// Whether a line has its level. On by default.
    with_level: level;
    /// Whether a line has its target. On by default.
    with_target: target;
    /// Whether a line has the file of its source, as `filename`, where it is known. Off by default.
    with_file: file;
    /// Whether a line has its number in that file, as `line_number`, where it is known. Off by default.
    with_line_number: line_number;
    /// Whether a line has the name of its thread, as `threadName`. Off by default.
    with_thread_names: thread_name;
    /// Whether a line has the number of its thread, as `threadId`. Off by default.
    with_thread_ids: thread_id;
    /// Whether a line has its span, as `span`. On by default.
    with_current_span: current_span;
    /// Whether a line has a list of the spans that are entered, from the root, as `spans`. On by default.
    with_span_list: span_list;
}

impl<W, T> JsonLayer<W, T>
where
    W: for<'w> MakeWriter<'w> + 'static,
    T: FormatTime + 'static,
{
    /// Writes a line of an event or a span that has this metadata, and this parent.
    ///
    /// `source` is what chooses the writer, `metadata` what is shown: they differ for records of `log`.
    fn write<'c, S>(
        &self,
        source: &Metadata<'_>,
        metadata: &Metadata<'_>,
        parent: Option<SpanRef<'c, S>>,
        fields: Fields<'_>,
        context: &'c Context<'_, S>,
    ) where
        S: Subscriber + for<'l> LookupSpan<'l>,
    {
        let shown = self.shown;
        let has_parent = parent.is_some();
        let has_spans = shown.current_span || shown.span_list;
        let current = if has_spans { parent.or_else(|| context.lookup_current()) } else { None };
        // The list is that of the spans that are entered, also for an event with another parent.
        let entered = if has_parent && shown.span_list { context.lookup_current() } else { None };
        let listed = if has_parent { entered.as_ref() } else { current.as_ref() };
        let line = Line { shown, timer: &self.timer, metadata, fields, current: current.as_ref(), entered: listed };
        let mut buffer = LineBuffer::take();
        if let Err(error) = line.try_write_json(&mut buffer) {
            if self.log_internal_errors {
                eprintln!("[record-tracing] An event of `{}` cannot be written: {error}", metadata.target());
            }
            return;
        }
        buffer.push(b'\n');
        let written = self.make_writer.make_writer_for(source).write_all(&buffer);
        if let Err(error) = written
            && self.log_internal_errors
        {
            eprintln!("[record-tracing] A line cannot be written: {error}");
        }
    }

    /// Writes a line about a span.
    fn write_of_span<'c, S>(&self, span: SpanRef<'c, S>, fields: Fields<'_>, context: &'c Context<'_, S>)
    where
        S: Subscriber + for<'l> LookupSpan<'l>,
    {
        let metadata = span.metadata();
        self.write(metadata, metadata, Some(span), fields, context);
    }
}

impl<S, W, T> Layer<S> for JsonLayer<W, T>
where
    S: Subscriber + for<'l> LookupSpan<'l>,
    W: for<'w> MakeWriter<'w> + 'static,
    T: FormatTime + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        // Another layer of this kind may have been here before: the text is the same.
        if span.extensions().get::<SpanData>().is_none() {
            let data = SpanData::new(Recorded::new(attributes), span.metadata());
            span.extensions_mut().replace(data);
        }
        if self.span_events.has_times()
            && let Some(data) = span.extensions_mut().get_mut::<SpanData>()
        {
            data.times.get_or_insert_with(Times::new);
        }
        if self.span_events.has(&FmtSpan::NEW) {
            self.write_of_span(span, Fields::Message("new"), &context);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let added = Recorded::new(values);
        let mut extensions = span.extensions_mut();
        match extensions.get_mut::<SpanData>() {
            Some(data) => data.add(added, span.metadata()),
            None => extensions.insert(SpanData::new(added, span.metadata())),
        }
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        let (has_times, has_line) = (self.span_events.has_times(), self.span_events.has(&FmtSpan::ENTER));
        if !has_times && !has_line {
            return;
        }
        let Some(span) = context.span(id) else { return };
        if has_times {
            with_times(&span, Times::enter);
        }
        if has_line {
            self.write_of_span(span, Fields::Message("enter"), &context);
        }
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        let (has_times, has_line) = (self.span_events.has_times(), self.span_events.has(&FmtSpan::EXIT));
        if !has_times && !has_line {
            return;
        }
        let Some(span) = context.span(id) else { return };
        if has_times {
            with_times(&span, Times::exit);
        }
        if has_line {
            self.write_of_span(span, Fields::Message("exit"), &context);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if !self.span_events.has(&FmtSpan::CLOSE) {
            return;
        }
        let Some(span) = context.span(&id) else { return };
        let fields = match with_times(&span, Times::close) {
            Some((busy, idle)) => Fields::Closed { busy: ShortDuration(busy), idle: ShortDuration(idle) },
            None => Fields::Message("close"),
        };
        self.write_of_span(span, fields, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let parent = event.parent().and_then(|id| context.span(id));
        let source = event.metadata();
        #[cfg(feature = "tracing-log")]
        let normalized = tracing_log::NormalizeEvent::normalized_metadata(event);
        #[cfg(not(feature = "tracing-log"))]
        let normalized: Option<Metadata<'_>> = None;
        self.write(source, normalized.as_ref().unwrap_or(source), parent, Fields::Event(event), &context);
    }
}

/// Changes the times of a span that has some.
fn with_times<S, R>(span: &SpanRef<'_, S>, change: impl FnOnce(&mut Times) -> R) -> Option<R>
where
    S: for<'l> LookupSpan<'l>,
{
    span.extensions_mut().get_mut::<SpanData>()?.times.as_mut().map(change)
}
