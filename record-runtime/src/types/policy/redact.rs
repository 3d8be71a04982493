//! Strings of which at most the end is shown, but to those who may see them.
//!
//! A character is a `char`.

use alloc::string::String;
use core::marker::PhantomData;

use super::write_as::{Structural, WriteAs};
use crate::cursor::Cursor;
use crate::cursor::view::{View, shows};
use crate::sink::dispatch::Dispatch;

/// `redact`: a string without `H`, the part of it that is hidden.
#[derive(Debug)]
pub struct Redact<H>(PhantomData<H>);

impl<H> Structural for Redact<H> {}

/// `redact`: the same text for every string, so that not even its length is shown.
#[derive(Debug)]
pub enum All {}

/// `redact = "last_four"`: all but the last four characters. A string of fewer than eight is hidden as a whole, since
/// four would be most of it.
#[derive(Debug)]
pub enum LastFour {}

/// The view of those who may see what `#[json(redact)]` hides: a switch of the call, for support staff.
///
/// A view that shows it too says so by [`View::includes`]. No other call does.
///
/// ```
/// # #[cfg(feature = "std")] fn main() {
/// use record_runtime::{Unredacted, View, ViewId, ZeroAllocJson};
///
/// struct Support;
/// impl View for Support {
///     fn includes(view: ViewId) -> bool {
///         view.is::<Unredacted>()
///     }
/// }
///
/// #[derive(ZeroAllocJson)]
/// struct Card {
///     #[json(redact = "last_four")]
///     number: &'static str,
///     #[json(view = "Support")]
///     note: &'static str,
/// }
///
/// let card = Card { number: "4111111111111111", note: "called" };
/// assert_eq!(record_runtime::to_string(&card), r#"{"number":"***1111"}"#);
/// let mut buf = Vec::new();
/// card.write_json_view::<Unredacted>(&mut buf);
/// assert_eq!(buf, br#"{"number":"4111111111111111"}"#);
/// buf.clear();
/// card.write_json_view::<Support>(&mut buf);
/// assert_eq!(buf, br#"{"number":"4111111111111111","note":"called"}"#);
/// # }
/// # #[cfg(not(feature = "std"))] fn main() {}
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Unredacted;

impl View for Unredacted {}

/// Writes all of the text where it may be seen, and what is left of it elsewhere.
fn redacted<'s, D: Dispatch>(text: &str, c: Cursor<'s, D>, left: Option<&str>) -> Cursor<'s, D> {
    match left {
        _ if shows::<Unredacted, D>(&c) => c.str(text),
        None => c.str("***"),
        Some(end) => c.fmt(format_args!("***{end}")),
    }
}

impl WriteAs<Redact<All>> for str {
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        redacted(self, c, None)
    }
}

/// The last four characters, where there are four others.
fn last_four(text: &str) -> Option<&str> {
    let mut from_the_end = text.char_indices().rev();
    let (start, _) = from_the_end.nth(3)?;
    from_the_end.nth(3)?;
    text.get(start..)
}

impl WriteAs<Redact<LastFour>> for str {
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        redacted(self, c, last_four(self))
    }
}

impl<H> WriteAs<Redact<H>> for String
where
    str: WriteAs<Redact<H>>,
{
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.as_str().write_as(c)
    }
}
