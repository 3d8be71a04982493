//! One float: the quick ways first, then the search for the shortest decimal.

use super::binary::Float;
use super::shortest::Decimal;
use super::stages::{Kernels, Stages, is_special, write_special};
use crate::kernels::lanes::Slack;

/// Appends a float, or `null` for one that is not finite. Where the quick way fails, a call at the end takes over: so
/// it saves no registers.
#[inline(always)]
pub(super) fn write<F: Float, S: Kernels<F>>(stages: S, mut room: Slack<'_>, value: F) -> *mut u8 {
    let (magnitude, negative) = value.magnitude();
    if let Some(end) = write_quick(stages, room.again(), value) {
        return end;
    }
    if is_special::<F>(magnitude) {
        return write_special(room, magnitude, negative);
    }
    stages.write_shortest(room, value)
}

/// Appends a float of few decimals. `None` where it is not known to be one: then nothing counts as written.
#[inline(always)]
pub(super) fn write_quick<F: Float, S: Stages<F>>(stages: S, room: Slack<'_>, value: F) -> Option<*mut u8> {
    let (magnitude, negative) = value.magnitude();
    if let Some(n) = F::hundredths(magnitude) {
        return Some(stages.write_hundredths(room, negative, n));
    }
    F::millionths(magnitude).map(|n| stages.write_millionths(room, negative, n))
}

/// [`write`] by the search for the shortest decimal, of a float that is not special.
#[inline(always)]
pub(super) fn write_shortest<F: Float, S: Stages<F>>(stages: S, room: Slack<'_>, value: F) -> *mut u8 {
    let (magnitude, _) = value.magnitude();
    match F::quick(magnitude) {
        Some(decimal) if decimal.tens < F::LEAST_TENS => write_few_digits(room, value, decimal),
        Some(decimal) => stages.write_digits(room, &S::digits(decimal), value),
        None => write_exact(room, value),
    }
}

/// [`write_shortest`] of a subnormal number, whose decimal has fewer digits than others. At the end, as [`write_exact`].
#[cold]
#[inline(never)]
fn write_few_digits<F: Float>(room: Slack<'_>, value: F, decimal: Decimal) -> *mut u8 {
    F::digits(decimal.scaled_up(F::LEAST_TENS)).write::<F>(room, value.magnitude().1)
}

/// [`write_shortest`] by the exact path. Its call ends the others: what comes back from a call would go through memory
/// on the quick way, too.
#[cold]
#[inline(never)]
fn write_exact<F: Float>(room: Slack<'_>, value: F) -> *mut u8 {
    write_few_digits(room, value, F::exact(value.magnitude().0))
}
