//! Dates and times of day as ISO 8601 has them, for the crates that know them.

use super::short_string::ShortString;

/// `2026-02-03`; for years of four digits.
#[inline]
pub(super) fn date<const N: usize>(text: &mut ShortString<'_, N>, year: u16, month: u8, day: u8) {
    text.four(year);
    text.byte(b'-');
    text.two(month);
    text.byte(b'-');
    text.two(day);
}

/// `04:05:06`
#[inline]
pub(super) fn time<const N: usize>(text: &mut ShortString<'_, N>, hour: u8, minute: u8, second: u8) {
    text.two(hour);
    text.byte(b':');
    text.two(minute);
    text.byte(b':');
    text.two(second);
}

/// A fraction of a second without zeros at its end, of which at least `least` digits stay; nothing
/// at all where that leaves none.
#[cfg(any(feature = "jiff", feature = "time-human-readable"))]
#[inline]
pub(super) fn shortest_fraction<const N: usize>(text: &mut ShortString<'_, N>, nanosecond: u32, least: usize) {
    if nanosecond == 0 && least == 0 {
        return;
    }
    text.byte(b'.');
    text.nine(nanosecond);
    let (mut rest, mut zeros) = (nanosecond, 0);
    while zeros < 9 - least && rest % 10 == 0 {
        rest /= 10;
        zeros += 1;
    }
    text.drop_last(zeros);
}

/// The year, if it has four digits: what all these crates write alike.
#[inline]
pub(super) fn plain_year(year: i32) -> Option<u16> {
    u16::try_from(year).ok().filter(|year| *year <= 9999)
}
