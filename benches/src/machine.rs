//! The origin of figures: processor, compiler, profile and date.

#![forbid(unsafe_code)]

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// The compiler that built this program, as `rustc --version` names it.
pub const COMPILER: &str = env!("BENCHES_COMPILER");

/// The platform that this program was built for.
pub const TARGET: &str = env!("BENCHES_TARGET");

const PROFILE: &str = env!("BENCHES_PROFILE");
const OPT_LEVEL: &str = env!("BENCHES_OPT_LEVEL");
const FLAGS: &str = env!("BENCHES_FLAGS");

/// Whether the times of this build mean anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// Optimised: they do.
    Optimised,
    /// Not optimised: they do not.
    Unoptimised,
}

/// The build that this program is.
#[must_use]
pub fn build() -> Build {
    if OPT_LEVEL == "0" { Build::Unoptimised } else { Build::Optimised }
}

/// The profile that built this program, with its level of optimisation.
#[must_use]
pub fn profile() -> String {
    format!("{PROFILE} build, opt-level {OPT_LEVEL}")
}

/// The flags on top of the profile: `RUSTFLAGS` and link-time optimisation, as far as they came from the environment;
/// "no flags" if none did.
#[must_use]
pub const fn flags() -> &'static str {
    if FLAGS.is_empty() { "no flags" } else { FLAGS }
}

/// The origin of figures: machine, build and day.
#[derive(Debug, Clone)]
pub struct Origin {
    /// [`today`].
    pub date: String,
    /// [`cpu`].
    pub cpu: String,
    /// [`COMPILER`].
    pub compiler: String,
    /// [`profile`].
    pub profile: String,
    /// [`flags`].
    pub flags: String,
}

impl Origin {
    /// That of figures of this program, of today.
    #[must_use]
    pub fn of_this_run() -> Self {
        Self { date: today(), cpu: cpu(), compiler: COMPILER.to_owned(), profile: profile(), flags: flags().to_owned() }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}; {}, {}; {}", self.cpu, self.compiler, self.profile, self.flags, self.date)
    }
}

/// The processor's name for itself, on Linux; elsewhere its architecture.
#[must_use]
pub fn cpu() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    model_name(&info).unwrap_or(std::env::consts::ARCH).to_owned()
}

fn model_name(cpuinfo: &str) -> Option<&str> {
    let (_, name) =
        cpuinfo.lines().find_map(|line| line.split_once(':').filter(|(key, _)| key.trim() == "model name"))?;
    Some(name.trim())
}

/// Today in UTC, as `2026-01-31`.
#[must_use]
pub fn today() -> String {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    date(since_epoch.as_secs() / 86_400)
}

/// The Gregorian date that lies `days` after 1970-01-01: Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>), for days that are not negative.
fn date(days: u64) -> String {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Counted from March, so that the leap day is the year's last.
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::{date, model_name};

    #[test]
    fn dates_around_leap_days_are_right() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(11_017), "2000-03-01");
        assert_eq!(date(20_453), "2025-12-31");
        assert_eq!(date(47_540), "2100-02-28");
        assert_eq!(date(47_541), "2100-03-01");
    }

    #[test]
    fn the_model_name_is_found() {
        assert_eq!(model_name("processor\t: 0\nmodel\t\t: 17\nmodel name\t: A: B\n"), Some("A: B"));
        assert_eq!(model_name("Features : fp asimd\n"), None);
    }
}
