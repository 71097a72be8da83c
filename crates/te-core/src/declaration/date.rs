//! Dates of the Gregorian calendar, and which timestep has which.
//!
//! The calendar is carried back before 1582 as if it had always been (proleptic), as ISO 8601 has it. Dates have no time of
//! day and no zone.

use crate::declaration::clock::{StepLength, TimeUnit};
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
    fn months(self) -> i64 {
        12 * i64::from(self.year) + i64::from(self.month) - 1
    }

    /// The same day so many months later; where that month is shorter, its last day.
    fn after_months(self, months: i64) -> Option<Self> {
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

/// Which timestep has which date: row 0 has the start, and each step is a whole number of days or of months.
///
/// Months are counted from the start and not from the row before, so that a start on the 31st is the last day of every
/// shorter month and the 31st again after it.
///
/// ```
/// use te_core::{Calendar, StepLength, TimeUnit};
/// let months = Calendar::new("2026-01-31".parse()?, StepLength::new(1.0, TimeUnit::Month))?;
/// let dates: Vec<String> = (0..4).filter_map(|t| months.date(t)).map(|date| date.to_string()).collect();
/// assert_eq!(dates, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
/// assert_eq!(months.timestep("2026-04-30".parse()?)?, 3);
/// let between = months.timestep("2026-04-29".parse()?).unwrap_err();
/// assert_eq!(
///     between.to_string(),
///     "2026-04-29 lies between two timesteps: 2026-03-31 is timestep 2, 2026-04-30 is timestep 3"
/// );
///
/// let hours = Calendar::new("2026-01-31".parse()?, StepLength::new(6.0, TimeUnit::Hour));
/// assert_eq!(
///     hours.unwrap_err().to_string(),
///     "steps of 6 hours have no dates: a step must be a whole number of days, weeks, months, quarters or years"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    start: Date,
    every: Every,
}

/// The length of a step on the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Every {
    Days(i64),
    Months(i64),
}

/// Why a step has no dates, or a date no timestep.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarError {
    /// A step that is no whole number of days or months.
    #[error(
        "steps of {step} have no dates: a step must be a whole number of days, weeks, months, quarters or years"
    )]
    Step {
        /// The step.
        step: StepLength,
    },
    /// A date before row 0.
    #[error("{date} is before the start, {start}")]
    BeforeStart {
        /// The date.
        date: Date,
        /// The start.
        start: Date,
    },
    /// A date that is no row's.
    #[error(
        "{date} lies between two timesteps: {before} is timestep {timestep}, {after} is timestep {}",
        .timestep + 1
    )]
    Between {
        /// The date.
        date: Date,
        /// The date of the row before.
        before: Date,
        /// The timestep of that row.
        timestep: u64,
        /// The date of the row after.
        after: Date,
    },
}

impl Calendar {
    /// The dates of steps of this length from a start.
    ///
    /// # Errors
    /// [`CalendarError::Step`] where the step is no whole number of days, weeks, months, quarters or years.
    pub fn new(start: Date, step: StepLength) -> Result<Self, CalendarError> {
        let refuse = || CalendarError::Step { step };
        let count = step.count;
        if count.fract() != 0.0 || !(1.0..=1e6).contains(&count) {
            return Err(refuse());
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole, from 1 to a million")]
        let count = count as i64;
        let every = match step.unit {
            TimeUnit::Day => Every::Days(count),
            TimeUnit::Week => Every::Days(7 * count),
            TimeUnit::Month => Every::Months(count),
            TimeUnit::Quarter => Every::Months(3 * count),
            TimeUnit::Year => Every::Months(12 * count),
            TimeUnit::Step | TimeUnit::Second | TimeUnit::Minute | TimeUnit::Hour => return Err(refuse()),
        };
        Ok(Self { start, every })
    }

    /// The date of row 0.
    pub fn start(self) -> Date {
        self.start
    }

    /// The date of a timestep's row; nothing after the year 9999.
    pub fn date(self, timestep: u64) -> Option<Date> {
        let timestep = i64::try_from(timestep).ok()?;
        match self.every {
            Every::Days(days) => Date::of_days(self.start.days().checked_add(timestep.checked_mul(days)?)?),
            Every::Months(months) => self.start.after_months(timestep.checked_mul(months)?),
        }
    }

    /// The first timestep whose date is this one or later: 0 for all dates up to the start.
    ///
    /// ```
    /// use te_core::{Calendar, StepLength, TimeUnit};
    /// let weeks = Calendar::new("2026-01-01".parse()?, StepLength::new(1.0, TimeUnit::Week))?;
    /// assert_eq!(weeks.first_from("2026-01-09".parse()?), 2);
    /// assert_eq!(weeks.first_from("2025-01-09".parse()?), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn first_from(self, date: Date) -> u64 {
        let Ok(days) = u64::try_from(date.days() - self.start.days()) else { return 0 };
        let (whole, step) = match self.every {
            Every::Days(step) => (days, step),
            Every::Months(step) => (u64::try_from(date.months() - self.start.months()).unwrap_or(0), step),
        };
        let timestep = whole / step.unsigned_abs();
        // Within a month, or a step of days, the row may still be before the date.
        if self.date(timestep).is_some_and(|row| row < date) { timestep + 1 } else { timestep }
    }

    /// The timestep of a date.
    ///
    /// # Errors
    /// [`CalendarError`] where the date is before the start or lies between two rows.
    pub fn timestep(self, date: Date) -> Result<u64, CalendarError> {
        if date < self.start {
            return Err(CalendarError::BeforeStart { date, start: self.start });
        }
        let timestep = self.first_from(date);
        let after = self.date(timestep).unwrap_or(Date::LAST);
        if after == date {
            return Ok(timestep);
        }
        let timestep = timestep.saturating_sub(1);
        let before = self.date(timestep).unwrap_or(self.start);
        Err(CalendarError::Between { date, before, timestep, after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike as _, Months, NaiveDate};
    use proptest::prelude::*;

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

    #[test]
    fn steps_without_dates_are_refused() {
        let start = date("2026-01-31");
        for step in ["1 step", "1 hour", "0.5 month", "36 hours", "86400 seconds", "1.5 years"] {
            let step = step.parse().unwrap_or_else(|_| StepLength::default());
            assert!(matches!(Calendar::new(start, step), Err(CalendarError::Step { .. })), "{step}");
        }
        for step in ["1 day", "2 weeks", "3 months", "1 quarter", "5 years"] {
            assert!(Calendar::new(start, step.parse().unwrap()).is_ok(), "{step}");
        }
    }

    proptest! {
        /// Months from any start are those of chrono, counted from the start.
        #[test]
        fn months_are_chrono_s(days in -700_000_i64..2_000_000, step in 1_i64..30, timestep in 0_u64..500) {
            let start = Date::of_days(days).unwrap();
            let months = Calendar { start, every: Every::Months(step) };
            let expected = theirs(start) + Months::new(u32::try_from(timestep).unwrap() * u32::try_from(step).unwrap());
            prop_assert_eq!(theirs(months.date(timestep).unwrap()), expected);
        }

        /// A row's date leads back to its timestep, the day after it to none, and the first row from there on is the next.
        #[test]
        fn dates_lead_back(days in -700_000_i64..2_000_000, step in 2_i64..120, timestep in 0_u64..100, monthly: bool) {
            let start = Date::of_days(days).unwrap();
            let every = if monthly { Every::Months(step) } else { Every::Days(step) };
            let calendar = Calendar { start, every };
            let date = calendar.date(timestep).unwrap();
            prop_assert_eq!(calendar.timestep(date), Ok(timestep));
            prop_assert_eq!(calendar.first_from(date), timestep);
            let next = Date::of_days(date.days() + 1).unwrap();
            prop_assert_eq!(calendar.first_from(next), timestep + 1);
            let between = matches!(calendar.timestep(next), Err(CalendarError::Between { .. }));
            prop_assert!(between);
            if let Some(before) = Date::of_days(start.days() - 1) {
                let early = matches!(calendar.timestep(before), Err(CalendarError::BeforeStart { .. }));
                prop_assert!(early);
            }
        }
    }
}
