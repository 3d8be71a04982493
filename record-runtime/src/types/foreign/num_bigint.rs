//! `num-bigint`: arrays of 32-bit digits, the lowest first; with a sign `[-1,[digits]]`.

use num_bigint::{BigInt, BigUint, Sign};

use crate::value::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;

collections! { [] BigUint, number => number.iter_u32_digits(); }

impl ZeroAllocJson for BigInt {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let c = self.sign().write_value(c.ascii(b'[')).ascii(b',');
        self.magnitude().write_value(c).ascii(b']')
    }
}

impl ZeroAllocJson for Sign {
    const MAX_JSON_LEN: Option<usize> = Some("-1".len());

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.raw(match self {
            Self::Minus => "-1",
            Self::NoSign => "0",
            Self::Plus => "1",
        })
    }
}
