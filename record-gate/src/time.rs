//! Dates of seconds since 1970, in UTC.

/// `seconds` as `2026-01-31T12:00:00+00:00`.
pub(crate) fn timestamp(seconds: u64) -> String {
    let (of_day, date) = (seconds % 86_400, date(seconds));
    format!("{date}T{:02}:{:02}:{:02}+00:00", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

/// The day of `seconds`, as `2026-01-31`.
pub(crate) fn date(seconds: u64) -> String {
    let mut year = 1970;
    let mut days = seconds / 86_400;
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if days < length {
            break;
        }
        days -= length;
        year += 1;
        if year > 9999 {
            return "9999-12-31".to_owned();
        }
    }
    let mut month = 1;
    for length in [31, if is_leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", days + 1)
}

#[cfg(test)]
mod tests {
    use super::{date, timestamp};

    #[test]
    fn dates_around_leap_days_are_right() {
        for (days, text) in [
            (0, "1970-01-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_453, "2025-12-31"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(date(days * 86_400), text);
        }
        assert_eq!(timestamp(86_399), "1970-01-01T23:59:59+00:00");
        assert_eq!(date(u64::MAX), "9999-12-31");
    }
}
