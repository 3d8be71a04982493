//! A policy that is not the runtime's, with a bound that was made for something else.

use record_runtime::__private::{AsString, Bound, Constant, Structural, WriteAs};
use record_runtime::{Cursor, Dispatch, ZeroAllocJson};

/// A policy of somebody's own. Were its bound trusted, its own `put_as` would be called.
enum Mine {}

impl Structural for Mine {}

struct Enum;

impl ZeroAllocJson for Enum {
    const __CONSTANTS: &'static [Constant] = &[Constant::new("\"a\"")];
    const __BOUND: Bound<Self> = Bound::constants();

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.null()
    }
}

/// That of the type itself.
impl WriteAs<Mine> for Enum {
    const BOUND: Bound<Self> = <Enum as ZeroAllocJson>::__BOUND;

    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.null()
    }
}

/// That of another policy.
impl WriteAs<Mine> for u64 {
    const BOUND: Bound<record_runtime::__private::Under<Mine, Self>> = <u64 as WriteAs<AsString>>::BOUND;

    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.null()
    }
}

/// One that is made for the pair, which has no constants.
impl WriteAs<Mine> for u32 {
    const BOUND: Bound<record_runtime::__private::Under<Mine, Self>> = Bound::constants();

    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.null()
    }
}

fn main() {}
