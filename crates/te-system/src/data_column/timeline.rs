//! Rows put at their timesteps, by a column of timesteps or of dates.
//!
//! Whole numbers are timesteps, the first of a run is 0. Dates are written as ISO 8601 has them: `2024-01-31`,
//! `2024-01-31T12:00:00`, with `Z` or an offset where they have one. The earliest date is timestep 0 and the others follow
//! at the system's step: steps of seconds to weeks by the time between them, steps of months, quarters and years by the
//! calendar, where the last day of a month answers the last day of another. A step without a length is a day. A date between
//! two timesteps is refused, as are two rows of one timestep.

use super::MOST_ROWS;
use super::cell::{Cell, Missing};
use te_core::{Date, StepLength, TimeUnit};
use toml::value::Datetime;

/// The timestep of each row; or which row is wrong, and why.
pub(super) fn order(texts: &[String], step: StepLength) -> Result<Vec<usize>, (usize, String)> {
    let wrong = |at: usize, why: String| Err::<usize, _>((at, why));
    let Some(first) = texts.first() else { return Ok(Vec::new()) };
    if first.parse::<f64>().is_ok() {
        let timestep = |(at, text): (usize, &String)| {
            let whole = text.parse::<f64>().ok().filter(|x| x.fract() == 0.0 && *x >= 0.0);
            match whole {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "whole, not negative and below the limit"
                )]
                Some(x) if x < MOST_ROWS as f64 => Ok(x as usize),
                Some(x) => wrong(at, format!("timestep {x}: at most {} is read", MOST_ROWS - 1)),
                None => wrong(at, format!("`{text}` is no timestep: a whole number of 0 or more")),
            }
        };
        return texts.iter().enumerate().map(timestep).collect();
    }
    let mut moments = Vec::with_capacity(texts.len());
    for (at, text) in texts.iter().enumerate() {
        let Some(moment) = moment(text) else {
            let why = format!("`{text}` is neither a timestep nor a date: write it as 2024-01-31");
            return Err((at, why));
        };
        moments.push(moment);
    }
    let Some(earliest) = moments.iter().copied().min_by_key(Moment::second) else { return Ok(Vec::new()) };
    let place = |(at, moment): (usize, &Moment)| match steps_between(earliest, *moment, step) {
        Some(steps) if steps < MOST_ROWS => Ok(steps),
        Some(steps) => wrong(at, format!("timestep {steps}: at most {} is read", MOST_ROWS - 1)),
        None => wrong(
            at,
            format!("`{}` lies between two timesteps of {step}", texts.get(at).map_or("", String::as_str)),
        ),
    };
    moments.iter().enumerate().map(place).collect()
}

/// The cells at their timesteps, with gaps where a timestep has none.
pub(super) fn aligned(
    cells: &[Cell],
    order: &[usize],
    times: &[String],
    missing: Missing,
) -> Result<Vec<Cell>, String> {
    let length = order.iter().max().map_or(0, |last| last + 1);
    let mut rows: Vec<Option<usize>> = vec![None; length];
    let time = |row: usize| times.get(row).map_or("", String::as_str);
    for (row, timestep) in order.iter().enumerate() {
        if let Some(slot) = rows.get_mut(*timestep) {
            if let Some(other) = *slot {
                return Err(format!("rows {} and {} are both of {}", other + 1, row + 1, time(row)));
            }
            *slot = Some(row);
        }
    }
    let mut aligned = Vec::with_capacity(length);
    let mut before = None;
    for (timestep, row) in rows.iter().enumerate() {
        match row.and_then(|row| Some((row, cells.get(row)?))) {
            Some((row, cell)) => {
                before = Some(row);
                aligned.push(cell.clone());
            }
            None if missing == Missing::Fail || before.is_none() => {
                let after = before.map_or_else(String::new, |row| format!(", after {}", time(row)));
                let hint = if before.is_some() {
                    "; `missing = \"hold\"` takes the value before, `missing = \"interpolate\"` the straight line between"
                } else {
                    ": a list begins with timestep 0"
                };
                return Err(format!("timestep {timestep} has no row{after}{hint}"));
            }
            None => aligned.push(Cell::Gap(String::new())),
        }
    }
    Ok(aligned)
}

/// In which respect these times are not the rows' own numbers; nothing where they are, or are no times.
pub(super) fn unlike_rows(texts: &[String], step: StepLength) -> Option<&'static str> {
    let ordinals: Option<Vec<i64>> = texts
        .iter()
        .map(|text| text.parse::<i64>().ok().or_else(|| moment(text).map(|moment| moment.second())))
        .collect();
    let ordinals = ordinals?;
    if ordinals.len() > 1 && ordinals.windows(2).all(|pair| matches!(pair, [a, b] if a > b)) {
        return Some("that runs backwards");
    }
    if !ordinals.windows(2).all(|pair| matches!(pair, [a, b] if a < b)) {
        return Some("that is not in order");
    }
    if step.unit == TimeUnit::Step && texts.first().is_some_and(|text| text.parse::<f64>().is_err()) {
        return None;
    }
    match order(texts, step) {
        Ok(order) if order.iter().copied().eq(0..texts.len()) => None,
        Ok(_) => Some("in which timesteps are left out"),
        Err(_) => Some("whose times are not the system's timesteps"),
    }
}

/// A moment of the calendar.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moment {
    date: Date,
    /// Second of the day, less the offset.
    clock: i64,
}

impl Moment {
    /// Seconds since 1970.
    fn second(&self) -> i64 {
        self.date.days() * 86_400 + self.clock
    }
}

fn moment(text: &str) -> Option<Moment> {
    let found: Datetime = text.parse().ok()?;
    let date = found.date?;
    let clock = found.time.map_or(0, |time| {
        i64::from(time.hour) * 3600 + i64::from(time.minute) * 60 + i64::from(time.second.unwrap_or(0))
    });
    let offset = match found.offset {
        Some(toml::value::Offset::Custom { minutes }) => i64::from(minutes) * 60,
        _ => 0,
    };
    let date = Date::new(date.year.into(), date.month.into(), date.day.into()).ok()?;
    Some(Moment { date, clock: clock - offset })
}

/// Timesteps from one moment to a later one, where it is a whole number of them.
fn steps_between(from: Moment, to: Moment, step: StepLength) -> Option<usize> {
    let months = match step.unit {
        TimeUnit::Month => 1.0,
        TimeUnit::Quarter => 3.0,
        TimeUnit::Year => 12.0,
        _ => 0.0,
    };
    let (passed, one) = if months > 0.0 {
        let (first, last) = (from.date, to.date);
        let at_the_end = last.ends_month() && (first.ends_month() || first.day() > last.day());
        let same_day = first.day() == last.day() || at_the_end;
        if !same_day || from.clock != to.clock {
            return None;
        }
        let of = |date: Date| 12 * i64::from(date.year()) + i64::from(date.month());
        (of(last) - of(first), step.count * months)
    } else {
        let seconds = match step.unit {
            TimeUnit::Second => 1.0,
            TimeUnit::Minute => 60.0,
            TimeUnit::Hour => 3600.0,
            TimeUnit::Week => 7.0 * 86_400.0,
            _ => 86_400.0,
        };
        (to.second() - from.second(), step.count * seconds)
    };
    let steps = passed as f64 / one;
    let whole = steps.round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and `as` keeps to the bounds"
    )]
    (steps >= 0.0 && (whole * one - passed as f64).abs() < 0.5 && whole <= 1e15).then_some(whole as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(texts: &[&str], step: &str) -> Result<Vec<usize>, (usize, String)> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        order(&texts, step.parse().unwrap())
    }

    /// Day counts of Python's `datetime.date(y, m, d).toordinal() - 719163`.
    #[test]
    fn days_are_those_of_the_calendar() {
        for ((year, month, day), days) in [
            ((1970, 1, 1), 0),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((1900, 3, 1), -25_508),
            ((2024, 12, 31), 20_088),
            ((1, 1, 1), -719_162),
        ] {
            assert_eq!(Date::new(year, month, day).unwrap().days(), days, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn dates_are_put_at_their_timesteps() {
        assert_eq!(ordered(&["2024-01-03", "2024-01-02", "2024-01-01"], "1 day"), Ok(vec![2, 1, 0]));
        assert_eq!(ordered(&["2024-02-26", "2024-03-04"], "1 week"), Ok(vec![0, 1]));
        assert_eq!(ordered(&["2024-01-31", "2024-02-29", "2024-03-31"], "1 month"), Ok(vec![0, 1, 2]));
        assert_eq!(ordered(&["2023-11-15", "2024-02-15", "2024-08-15"], "1 quarter"), Ok(vec![0, 1, 3]));
        assert_eq!(ordered(&["2024-02-29", "2025-02-28"], "1 year"), Ok(vec![0, 1]));
        let hours = ["2024-01-01T00:00:00Z", "2024-01-01T04:00:00+01:00"];
        assert_eq!(ordered(&hours, "1 hour"), Ok(vec![0, 3]));
        assert_eq!(ordered(&["3", "0", "1"], "1 week"), Ok(vec![3, 0, 1]));
        assert!(ordered(&["2024-01-01", "2024-01-05"], "1 week").unwrap_err().1.contains("between two"));
        assert!(ordered(&["2024-01-01", "2024-02-02"], "1 month").is_err());
        assert!(ordered(&["2024-01-01", "01/02/2024"], "1 day").unwrap_err().1.contains("2024-01-31"));
        assert_eq!(ordered(&["0", "1.5"], "1 day").unwrap_err().0, 1);
        assert!(ordered(&["0", "1e300"], "1 day").is_err());
    }

    #[test]
    fn times_that_are_the_rows_numbers_need_no_note() {
        let unlike = |texts: &[&str], step: &str| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            unlike_rows(&texts, step.parse().unwrap())
        };
        assert_eq!(unlike(&["2024-01-01", "2024-01-02"], "1 day"), None);
        assert_eq!(unlike(&["0", "1", "2"], "1 day"), None);
        assert_eq!(unlike(&["2024-01-02", "2024-01-01"], "1 day"), Some("that runs backwards"));
        assert!(unlike(&["2024-01-01", "2024-01-03"], "1 day").is_some());
        assert!(unlike(&["0", "2", "1"], "1 day").is_some());
        assert_eq!(unlike(&["a", "b"], "1 day"), None);
    }
}
