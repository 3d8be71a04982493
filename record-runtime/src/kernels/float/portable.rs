//! The kernels for every CPU.

use super::binary::Float;
use super::layout::Digits;
use super::part::{BATCH, Part, Separator};
use super::rows::{write_batch, write_few};
use super::shortest::Decimal;
use super::stages::{Kernels, Stages};
use crate::kernels::lanes::Slack;

#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Portable {
    #[inline(always)]
    fn new() -> Self {
        Self
    }
}

impl<F: Float> Stages<F> for Portable {
    type Digits = Digits;

    #[inline(always)]
    fn digits(decimal: Decimal) -> Digits {
        F::digits(decimal)
    }

    #[inline(always)]
    fn write_digits(self, room: Slack<'_>, digits: &Digits, value: F) -> *mut u8 {
        digits.write::<F>(room, value.magnitude().1)
    }

    #[inline(always)]
    fn write_batches(self, batches: Part<'_, [[F; BATCH]], Separator>) -> (*mut u8, usize)
    where
        Self: Kernels<F>,
    {
        (write_batch(self, batches.first()), 1)
    }

    #[inline(always)]
    fn write_few(self, floats: Part<'_, [F], Separator>) -> *mut u8
    where
        Self: Kernels<F>,
    {
        write_few(self, floats)
    }
}

kernels! {
    Portable, f64 as u64: write_f64 write_shortest_f64 write_f64_rows
}

kernels! {
    Portable, f32 as u32: write_f32 write_shortest_f32 write_f32_rows
}
