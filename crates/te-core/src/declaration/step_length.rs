//! How long a timestep is.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use std::fmt;
use std::str::FromStr;

/// A unit of calendar time. A year has 365 days, 52 weeks and 12 months, as rates in this field are quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum TimeUnit {
    /// A step without a length: rates then are per step.
    Step,
    /// 1/(365 24 3600) of a year.
    Second,
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 1/365 of a year.
    Day,
    /// 1/52 of a year.
    Week,
    /// 1/12 of a year.
    Month,
    /// 1/4 of a year.
    Quarter,
    /// One year.
    Year,
}

impl TimeUnit {
    const ALL: [(Self, &'static str, f64); 9] = [
        (Self::Step, "step", 1.0),
        (Self::Second, "second", 31_536_000.0),
        (Self::Minute, "minute", 525_600.0),
        (Self::Hour, "hour", 8_760.0),
        (Self::Day, "day", 365.0),
        (Self::Week, "week", 52.0),
        (Self::Month, "month", 12.0),
        (Self::Quarter, "quarter", 4.0),
        (Self::Year, "year", 1.0),
    ];

    /// The unit's name in the singular.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(unit, ..)| *unit == self).map_or("step", |(_, name, _)| name)
    }

    /// How many of them make a year; 1 for [`TimeUnit::Step`].
    #[inline(always)]
    pub fn per_year(self) -> f64 {
        // Looked up by place, not searched: a step in lanes asks for it inside its loop, where a search is a branch.
        Self::ALL[self as usize].2
    }
}

/// The length of one timestep: a count of a unit, such as `1 week`.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct StepLength {
    /// How many.
    pub count: f64,
    /// Of what.
    pub unit: TimeUnit,
}

impl StepLength {
    /// A step of this many units.
    pub const fn new(count: f64, unit: TimeUnit) -> Self {
        Self { count, unit }
    }

    /// The step in years.
    ///
    /// ```
    /// use te_core::{StepLength, TimeUnit};
    /// assert_eq!(StepLength::new(3.0, TimeUnit::Month).years(), 0.25);
    /// ```
    #[inline(always)]
    pub fn years(self) -> f64 {
        self.count / self.unit.per_year()
    }

    /// The step in this unit. Where either counts in steps, a step is one of the other's units.
    ///
    /// ```
    /// use te_core::{StepLength, TimeUnit};
    /// let quarter = StepLength::new(1.0, TimeUnit::Quarter);
    /// assert_eq!((quarter.of_unit(TimeUnit::Month), quarter.of_unit(TimeUnit::Step)), (3.0, 1.0));
    /// ```
    pub fn of_unit(self, unit: TimeUnit) -> f64 {
        if self.unit == unit || self.unit == TimeUnit::Step || unit == TimeUnit::Step {
            return self.count;
        }
        self.count * unit.per_year() / self.unit.per_year()
    }
}

impl Default for StepLength {
    fn default() -> Self {
        Self::new(1.0, TimeUnit::Step)
    }
}

impl fmt::Display for StepLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1.0 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.count, self.unit.name())
    }
}

/// A text that is not a length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not the length of a step: write a positive count and one of second, minute, hour, day, week, month, quarter, year, as in `1 week`"
)]
pub struct StepLengthError {
    /// The text as given.
    pub text: String,
}

impl FromStr for StepLength {
    type Err = StepLengthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || StepLengthError { text: text.to_owned() };
        let mut words = text.split_whitespace();
        let (count, unit) = match (words.next(), words.next(), words.next()) {
            (Some(unit), None, _) => (1.0, unit),
            (Some(count), Some(unit), None) => (count.parse::<f64>().map_err(|_| error())?, unit),
            _ => return Err(error()),
        };
        let singular = unit.strip_suffix('s').unwrap_or(unit);
        let known = TimeUnit::ALL.iter().find(|(_, name, _)| *name == singular);
        match known {
            Some((unit, ..)) if count.is_finite() && count > 0.0 => Ok(Self::new(count, *unit)),
            _ => Err(error()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_stand_in_the_order_of_their_table() {
        for (place, (unit, ..)) in TimeUnit::ALL.iter().enumerate() {
            assert_eq!(*unit as usize, place, "{unit:?}");
        }
    }

    #[test]
    fn lengths_read_and_write() {
        for (text, years) in
            [("1 week", 1.0 / 52.0), ("month", 1.0 / 12.0), ("2 years", 2.0), ("0.5 day", 0.5 / 365.0)]
        {
            let length: StepLength = text.parse().unwrap();
            assert_eq!(length.years(), years, "{text}");
            assert_eq!(length.to_string().parse(), Ok(length));
        }
        for text in ["", "0 days", "-1 day", "nan day", "1 fortnight", "1 2 days"] {
            assert!(text.parse::<StepLength>().is_err(), "{text}");
        }
    }
}
