//! The bound of a type whose texts are short, for its subtype whose texts are long.
#![allow(coherence_leak_check)]

use std::marker::PhantomData;

use record_runtime::__private::{Bound, Constant};
use record_runtime::{Cursor, Dispatch, ZeroAllocJson};

struct Tag<F>(PhantomData<F>);

type Short = Tag<fn(&'static u8)>;
type Long = Tag<for<'a> fn(&'a u8)>;

impl ZeroAllocJson for Short {
    const __CONSTANTS: &'static [Constant] = &[Constant::new("")];
    const __BOUND: Bound<Self> = Bound::constants();

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.null()
    }
}

impl ZeroAllocJson for Long {
    const __CONSTANTS: &'static [Constant] = &[Constant::new("\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"")];
    const __BOUND: Bound<Self> = <Short as ZeroAllocJson>::__BOUND;

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.null()
    }
}

/// The other direction: that of the subtype for its supertype.
struct Tagged<F>(PhantomData<F>);

impl ZeroAllocJson for Tagged<for<'a> fn(&'a u8)> {
    const __CONSTANTS: &'static [Constant] = &[Constant::new("")];
    const __BOUND: Bound<Self> = Bound::constants();

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.null()
    }
}

impl ZeroAllocJson for Tagged<fn(&'static u8)> {
    const __CONSTANTS: &'static [Constant] = &[Constant::new("\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"")];
    const __BOUND: Bound<Self> = <Tagged<for<'a> fn(&'a u8)> as ZeroAllocJson>::__BOUND;

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.null()
    }
}

fn main() {}
