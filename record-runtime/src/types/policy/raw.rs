//! Text that is JSON already, written as it is.

use alloc::string::String;
use core::marker::PhantomData;

use super::write_as::{Structural, WriteAs};
use crate::cursor::Cursor;
use crate::kernels::document::grammar::{self, Refusal};
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;

/// `raw`: a string that holds JSON, checked or trusted.
#[derive(Debug)]
pub struct Raw<C>(PhantomData<C>);

impl<C> Structural for Raw<C> {}

/// A text that is not JSON is an error.
#[derive(Debug)]
pub enum Checked {}

/// The text is not looked at.
#[derive(Debug)]
pub enum Trusted {}

impl WriteAs<Raw<Checked>> for str {
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match grammar::check(self) {
            Ok(()) => c.raw(self),
            Err(Refusal::NotJson) => c.fail(Error::known("a text that is to be written raw is not JSON")),
            Err(Refusal::TooDeep) => c.fail(Error::known("a text that is to be written raw is nested too deeply")),
        }
    }
}

impl WriteAs<Raw<Trusted>> for str {
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.raw(self)
    }
}

impl<C> WriteAs<Raw<C>> for String
where
    str: WriteAs<Raw<C>>,
{
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.as_str().write_as(c)
    }
}
