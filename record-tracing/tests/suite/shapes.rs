//! Events and spans of many shapes: a call site each, since these are static.

use tracing::{Level, Span, event, span};

use crate::values::Values;

pub(crate) struct Shape {
    /// Its fields, for messages.
    pub(crate) name: &'static str,
    pub(crate) event: fn(&Values),
    pub(crate) child_event: fn(&Values, &Span),
    pub(crate) span: fn(&Values) -> Span,
    pub(crate) child_span: fn(&Values, Option<&Span>) -> Span,
}

/// The values by the name that the fields call them, which may name none.
macro_rules! with {
    ($v:ident = $values:ident, $run:expr) => {{
        let $v: &Values = $values;
        let _ = $v;
        $run
    }};
}

macro_rules! shape {
    ($v:ident, $level:ident, $name:literal, $($fields:tt)*) => {
        Shape {
            name: stringify!($($fields)*),
            event: |values| with!($v = values, event!(Level::$level, $($fields)*)),
            child_event: |values, parent| {
                with!($v = values, event!(target: "elsewhere::\u{e9}", parent: parent, Level::$level, $($fields)*));
            },
            span: |values| with!($v = values, span!(Level::$level, $name, $($fields)*)),
            child_span: |values, parent| with!($v = values, match parent {
                Some(parent) => span!(parent: parent, Level::$level, $name, $($fields)*),
                None => span!(target: "roots", parent: None, Level::$level, $name, $($fields)*),
            }),
        }
    };
}

/// Each kind of value beside each other, in both orders of their names.
macro_rules! pairs {
    ($v:ident, $table:ident: $([$($kind:tt)*])+) => { pairs!(@ $v, $table, [$([$($kind)*])+], $([$($kind)*])+); };
    (@ $v:ident, $table:ident, $all:tt, $([$($first:tt)*])+) => {
        pub(crate) const $table: &[&[Shape]] = &[$( pairs!(row $v, [$($first)*], $all) ),+];
    };
    (row $v:ident, $first:tt, [$([$($second:tt)*])+]) => { &[$( pairs!(cell $v, $first, [$($second)*]) ),+] };
    (cell $v:ident, [$($first:tt)*], [$($second:tt)*]) => {
        shape!($v, INFO, "a pair", zeta = $($first)*, alpha = $($second)*)
    };
}

pairs! { v, PAIRS:
    [v.float] [v.single] [v.signed] [v.unsigned] [v.small] [v.wide] [v.wide_unsigned] [v.nonzero] [v.flag] [v.text.as_str()]
    [&v.bytes[..]] [v.maybe] [v.maybe_text] [?v.debug] [%v.text] [%v.error] [&v.error as &(dyn std::error::Error + 'static)]
    [v.boxed.as_ref() as &(dyn std::error::Error + 'static)] [tracing::field::Empty]
}

macro_rules! shapes {
    ($v:ident, $($level:ident $name:literal: [$($fields:tt)*];)+) => {
        pub(crate) const SHAPES: &[Shape] = &[$( shape!($v, $level, $name, $($fields)*) ),+];
    };
}

shapes! { v,
    ERROR "": [one = v.unsigned];
    WARN "na\"me\\ \n": [b = v.unsigned, a = %v.text, c = v.flag];
    DEBUG "dotted": [http.method = %v.text, http.status = v.small, http = v.flag];
    TRACE "quoted": ["a name" = v.signed, "ümlaut" = ?v.debug, "😀" = v.text.as_str()];
    INFO "raw": [r#type = v.unsigned, r#fn = ?v.debug, r#match = %v.error];
    INFO "reserved": [name = v.text.as_str(), message = v.text.as_str(), level = v.flag, target = v.signed, fields = v.float];
    INFO "more reserved": [timestamp = v.flag, span = v.flag, spans = v.flag, threadId = v.flag, filename = %v.text, line_number = v.small];
    INFO "of log": [log.target = v.text.as_str(), log.file = ?v.debug, log.line = v.unsigned, log.x = %v.text, log = v.flag];
    INFO "twice": ["same" = v.unsigned, "other" = v.flag, "same" = v.text.as_str(), "same" = ?v.maybe];
    ERROR "raw twice": ["r#same" = ?v.flag, same = v.unsigned, "r#same" = %v.text];
    INFO "prefixes": [abc = v.unsigned, ab = v.signed, a = v.float, abcd = v.flag, "" = v.flag, A = v.flag];
    INFO "escaped": ["a\"b" = v.unsigned, "a\\" = v.flag, "\n" = ?v.debug, "a" = v.flag, "\u{1}" = v.small];
    INFO "long": [
        a_name_that_is_longer_than_thirty_two_bytes_by_far = v.text.as_str(),
        a_name_that_is_longer_than_thirty_two_bytes_by_fab = %v.text
    ];
    INFO "empty": [a = tracing::field::Empty, b = tracing::field::Empty];
    WARN "many": [
        f00 = v.unsigned, f01 = v.signed, f02 = v.float, f03 = v.flag, f04 = v.text.as_str(), f05 = ?v.debug, f06 = %v.error,
        f07 = v.maybe, f08 = &v.bytes[..], f09 = v.wide, f10 = v.wide_unsigned, f11 = v.small, f12 = v.single,
        z13 = v.unsigned, y14 = v.signed, x15 = v.float, w16 = v.flag, v17 = v.text.as_str(), u18 = ?v.debug, t19 = %v.error,
        s20 = v.maybe, r21 = &v.bytes[..], q22 = v.wide, p23 = v.wide_unsigned, o24 = v.small, n25 = v.single,
        m26 = v.maybe_text, l27 = v.flag, k28 = v.nonzero, j29 = v.boxed.as_ref() as &(dyn std::error::Error + 'static)
    ];
}

/// Events with a message, which spans do not have.
pub(crate) const MESSAGES: &[fn(&Values)] = &[
    |_| tracing::info!("a constant"),
    |_| tracing::error!("with \"escapes\"\n and {{braces}}"),
    |v| tracing::warn!("{} and {:?}", v.text, v.debug),
    |v| tracing::debug!(status = v.unsigned, path = %v.text, "served {}", v.signed),
    |v| tracing::trace!({ float = v.float, error = %v.error }, "in braces: {:>8}", v.small),
    |v| tracing::info!(target: "a target \"quoted\"", float = v.float, "elsewhere"),
    |v| tracing::info!(name: "named", target: "", status = v.unsigned, "{text}", text = v.text),
    |v| tracing::info!(message = %v.text, "twice"),
    |v| tracing::info!(?v.debug, %v.text, v.flag),
];

/// Records of the crate `log`.
pub(crate) const RECORDS: &[fn(&Values)] = &[
    |_| log::info!("a constant"),
    |v| log::error!("{}", v.text),
    |v| log::warn!(target: "a \"log\" target", "{:?}", v.debug),
    |v| log::debug!("{}", v.unsigned),
    |v| log::trace!("{}", v.error),
    |v| {
        let message = format_args!("{}", v.signed);
        let record = log::Record::builder().args(message).level(log::Level::Info).target("bare").build();
        log::logger().log(&record);
    },
];

pub(crate) const NO_FIELDS: Shape = Shape {
    name: "no fields",
    event: |_| tracing::info!(""),
    child_event: |_, parent| tracing::info!(parent: parent, ""),
    span: |_| tracing::info_span!("no fields"),
    child_span: |_, parent| tracing::info_span!(parent: parent.and_then(Span::id), "no fields"),
};
