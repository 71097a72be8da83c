//! Which timestep has which date.

use crate::declaration::date::Date;
use crate::declaration::step_length::{StepLength, TimeUnit};

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

    /// What expressions read of a date, by the names of their functions, in the order of [`Calendar::parts`].
    pub const PARTS: [&str; 5] = ["year", "month", "day", "weekday", "today"];

    /// Year, month, day, weekday (Monday is 1) and days since 1970-01-01 of a timestep's date; NaN after the year 9999.
    ///
    /// ```
    /// use te_core::{Calendar, StepLength, TimeUnit};
    /// let weeks = Calendar::new("2026-02-22".parse()?, StepLength::new(1.0, TimeUnit::Week))?;
    /// assert_eq!(weeks.parts(1), [2026.0, 3.0, 1.0, 7.0, 20_513.0]);
    /// assert!(weeks.parts(u64::MAX).iter().all(|part| part.is_nan()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parts(self, timestep: u64) -> [f64; 5] {
        self.date(timestep).map_or([f64::NAN; 5], |date| {
            let [month, day, weekday] = [date.month(), date.day(), date.weekday()].map(f64::from);
            [f64::from(date.year()), month, day, weekday, date.days() as f64]
        })
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
    use chrono::{Months, NaiveDate};
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn theirs(date: Date) -> NaiveDate {
        NaiveDate::from_ymd_opt(date.year(), date.month().into(), date.day().into()).unwrap()
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
