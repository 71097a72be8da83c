//! Dates of the Gregorian calendar.
//!
//! The calendar is carried back before 1582 as if it had always been (proleptic), as ISO 8601 has it. Dates have no time of
//! day and no zone.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar, in years 0 to 9999. Written as ISO 8601 has it.
///
/// ```
/// use te_core::Date;
/// let date: Date = "2026-03-01".parse()?;
/// assert_eq!((date.year(), date.month(), date.day()), (2026, 3, 1));
/// assert_eq!(date.weekday(), 7);
/// assert_eq!(date.days() - Date::new(1970, 1, 1)?.days(), 20_513);
/// assert_eq!(Date::new(2026, 2, 29).unwrap_err().to_string(), "2026-02-29 is no date: February 2026 has 28 days");
/// # Ok::<(), te_core::DateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

/// Why a text or three numbers are no date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text} is no date: {reason}")]
pub struct DateError {
    /// The date as given.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Days from 1970-01-01 to a date.
///
/// Years are counted from March, so that the leap day is their last: `365 y + y/4 - y/100 + y/400` days lie before the
/// year, and `(153 m + 2)/5` before its month m from 0. (E. G. Richards, "Calendars", in Explanatory Supplement to the
/// Astronomical Almanac, 3rd ed., section 15.11.)
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leaps + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// Days of a month from 1 to 12.
fn length_of(year: i64, month: i64) -> i64 {
    let next = if month == 12 { days_before(year + 1, 1, 1) } else { days_before(year, month + 1, 1) };
    next - days_before(year, month, 1)
}

impl Date {
    /// The last date: 9999-12-31.
    pub const LAST: Self = Self { year: 9999, month: 12, day: 31 };

    /// A date.
    ///
    /// # Errors
    /// [`DateError`] where there is no such day, or the year is not from 0 to 9999.
    pub fn new(year: i64, month: i64, day: i64) -> Result<Self, DateError> {
        let refuse = |reason: String| DateError { text: format!("{year:04}-{month:02}-{day:02}"), reason };
        if !(1..=12).contains(&month) {
            return Err(refuse(format!("a year has months 1 to 12, not {month}")));
        }
        let length = if (0..=9999).contains(&year) { length_of(year, month) } else { 31 };
        if !(1..=length).contains(&day) {
            let name = usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at)).unwrap_or(&"");
            return Err(refuse(format!("{name} {year} has {length} days")));
        }
        match (i32::try_from(year), u8::try_from(month), u8::try_from(day)) {
            (Ok(year), Ok(month), Ok(day)) if (0..=9999).contains(&year) => Ok(Self { year, month, day }),
            _ => Err(refuse("years go from 0 to 9999".to_owned())),
        }
    }

    /// The date so many days after 1970-01-01; nothing beyond years 0 to 9999.
    ///
    /// The inverse of [`Date::days`], by the same count of years from March.
    ///
    /// ```
    /// use te_core::Date;
    /// assert_eq!(Date::of_days(-1), Some(Date::new(1969, 12, 31)?));
    /// assert_eq!(Date::of_days(i64::MAX), None);
    /// # Ok::<(), te_core::DateError>(())
    /// ```
    pub fn of_days(days: i64) -> Option<Self> {
        // Within these are the years 0 to 9999.
        if !(-800_000..3_000_000).contains(&days) {
            return None;
        }
        let since_march = days + 719_468;
        let (era, of_era) = (since_march.div_euclid(146_097), since_march.rem_euclid(146_097));
        let years = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * years + years / 4 - years / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        Self::new(era * 400 + years + i64::from(month <= 2), month, day).ok()
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i64 {
        days_before(i64::from(self.year), i64::from(self.month), i64::from(self.day))
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, from 1.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }

    /// The day of the week as ISO 8601 numbers it: Monday is 1, Sunday 7.
    pub fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        u8::try_from((self.days() + 3).rem_euclid(7) + 1).unwrap_or(1)
    }

    /// Whether it is the last day of its month.
    pub fn ends_month(self) -> bool {
        i64::from(self.day) == length_of(i64::from(self.year), i64::from(self.month))
    }

    /// Months since the first of year 0.
    pub(super) fn months(self) -> i64 {
        12 * i64::from(self.year) + i64::from(self.month) - 1
    }

    /// The same day so many months later; where that month is shorter, its last day.
    pub(super) fn after_months(self, months: i64) -> Option<Self> {
        let months = self.months().checked_add(months)?;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        if !(0..=9999).contains(&year) {
            return None;
        }
        Self::new(year, month, i64::from(self.day).min(length_of(year, month))).ok()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let refuse = || DateError { text: format!("`{text}`"), reason: "write it as 2026-03-01".to_owned() };
        let part = |digits: &str, length: usize| {
            let plain = digits.len() == length && digits.bytes().all(|digit| digit.is_ascii_digit());
            if plain { digits.parse::<i64>().ok() } else { None }
        };
        let mut parts = text.split('-');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(year), Some(month), Some(day), None) => {
                match (part(year, 4), part(month, 2), part(day, 2)) {
                    (Some(year), Some(month), Some(day)) => Self::new(year, month, day),
                    _ => Err(refuse()),
                }
            }
            _ => Err(refuse()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike as _, NaiveDate};

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn theirs(date: Date) -> NaiveDate {
        NaiveDate::from_ymd_opt(date.year(), date.month().into(), date.day().into()).unwrap()
    }

    #[test]
    fn every_day_of_ten_thousand_years_is_chrono_s() {
        let first = NaiveDate::from_ymd_opt(0, 1, 1).unwrap();
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        let mut days = first.signed_duration_since(epoch).num_days();
        assert_eq!(Date::of_days(days - 1), None);
        for their in first.iter_days().take_while(|their| their.year() <= 9999) {
            let own = Date::of_days(days).unwrap();
            assert_eq!(theirs(own), their);
            assert_eq!(own.days(), days);
            assert_eq!(u32::from(own.weekday()), their.weekday().number_from_monday());
            days += 1;
        }
        assert_eq!(Date::of_days(days - 1), Some(Date::LAST));
        assert_eq!(Date::of_days(days), None);
    }

    #[test]
    fn what_is_no_date_is_said() {
        for text in ["", "2026", "2026-1-1", "2026-13-01", "2026-00-10", "2026-04-31", "1900-02-29"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        for text in ["26-01-01", "+026-01-01", "2026-01-01T00:00", "2026-01-01-01", "10000-01-01"] {
            assert!(text.parse::<Date>().unwrap_err().reason.contains("write it as"), "{text}");
        }
        assert!(Date::new(10_000, 1, 1).unwrap_err().reason.contains("0 to 9999"));
        assert_eq!(date("2000-02-29").to_string(), "2000-02-29");
    }
}
