//! Escapes beyond those of JSON, in a field or in all of a value: `html_safe` and `ascii`.

use core::marker::PhantomData;

use crate::cursor::Cursor;
use crate::kernels::document::escapes::EscapeSet;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::places::Places;

mod sealed {
    pub trait Sealed {}
}

/// A choice of characters.
pub trait EscapedCharacters: sealed::Sealed {
    /// `<`, `>`, `&`, U+2028, U+2029.
    const HTML: bool;
    /// All from U+0080 on.
    const NON_ASCII: bool;
}

/// `html_safe`
#[derive(Debug)]
pub enum HtmlSafe {}

/// `ascii`
#[derive(Debug)]
pub enum Ascii {}

/// Both.
#[derive(Debug)]
pub enum HtmlSafeAscii {}

macro_rules! sets {
    ($($E:ident $html:literal $non_ascii:literal;)+) => {
        $(
            impl sealed::Sealed for $E {}
            impl EscapedCharacters for $E {
                const HTML: bool = $html;
                const NON_ASCII: bool = $non_ascii;
            }
        )+
    };
}

sets! {
    HtmlSafe true false;
    Ascii false true;
    HtmlSafeAscii true true;
}

/// A value in whose text more is escaped.
#[derive(Debug)]
pub struct Escaped<'a, E, T: ?Sized>(&'a T, PhantomData<fn(E)>);

impl<'a, E, T: ?Sized> Escaped<'a, E, T> {
    /// The value of a field.
    #[inline]
    pub fn new(value: &'a T) -> Self {
        Self(value, PhantomData)
    }
}

impl<E: EscapedCharacters, T: ZeroAllocJson + ?Sized> ZeroAllocJson for Escaped<'_, E, T> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.escaped(set::<E>(), |c| self.0.write_value(c))
    }

    const __PLACES: Places = T::__PLACES;
    const __PLACES_BEHIND: Places = T::__PLACES_BEHIND;
}

/// Writes the whole of a type.
#[inline]
pub fn escaped<'s, E: EscapedCharacters, D: Dispatch>(
    c: Cursor<'s, D>,
    write: impl FnOnce(Cursor<'s, D>) -> Cursor<'s, D>,
) -> Cursor<'s, D> {
    c.escaped(set::<E>(), write)
}

const fn set<E: EscapedCharacters>() -> EscapeSet {
    EscapeSet { html: E::HTML, non_ascii: E::NON_ASCII }
}
