//! The kernels for every CPU.

use super::binary::Float;
use super::layout::Digits;
use super::rows::{write_batch, write_few};
use super::shortest::Decimal;
use super::stages::{BATCH, Kernels, Separator, Stages};

pub(super) struct Portable;

impl<F: Float> Stages<F> for Portable {
    type Digits = Digits;

    #[inline(always)]
    fn digits(decimal: Decimal) -> Digits {
        F::digits(decimal)
    }

    #[inline(always)]
    unsafe fn write_digits(position: *mut u8, digits: &Digits, value: F) -> *mut u8 {
        // SAFETY: the contract is `Digits::write`'s: room for the longest text of the type.
        unsafe { digits.write::<F>(position, value.magnitude().1) }
    }

    #[inline(always)]
    unsafe fn write_batch(position: *mut u8, batch: &[F; BATCH], separator: &mut Separator) -> *mut u8
    where
        Self: Kernels<F>,
    {
        // SAFETY: the contract is the same, whatever the backend.
        unsafe { write_batch::<F, Self>(position, batch, separator) }
    }

    #[inline(always)]
    unsafe fn write_few(position: *mut u8, floats: &[F], separator: &mut Separator) -> *mut u8
    where
        Self: Kernels<F>,
    {
        // SAFETY: the contract is the same, whatever the backend.
        unsafe { write_few::<F, Self>(position, floats, separator) }
    }
}

kernels! {
    Portable, f64 as u64: write_f64 write_shortest_f64 write_f64_rows
}

kernels! {
    Portable, f32 as u32: write_f32 write_shortest_f32 write_f32_rows
}
