//! Strings of which at most the end is shown.
//!
//! A character is a `char`.

use alloc::string::String;
use core::marker::PhantomData;

use super::write_as::{Structural, WriteAs};
use crate::cursor::Cursor;
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

impl WriteAs<Redact<All>> for str {
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.str("***")
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
        match last_four(self) {
            None => c.str("***"),
            Some(end) => c.fmt(format_args!("***{end}")),
        }
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
