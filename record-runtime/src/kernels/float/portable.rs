//! The kernels for every CPU.

use super::binary::Float;
use super::layout::Digits;
use super::shortest::Decimal;
use super::stages::Stages;

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
}

kernels! {
    Portable, f64 as u64: write_f64 write_shortest_f64 write_f64_rows
}

kernels! {
    Portable, f32 as u32: write_f32 write_shortest_f32 write_f32_rows
}
