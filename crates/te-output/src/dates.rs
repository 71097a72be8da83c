//! The dates of timesteps, where rows have any.

use te_core::{Cells, DATE_COLUMN, Date, Frame};

/// The dates of timesteps, in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dates(Vec<(f64, f64)>);

/// Days of the shortest month, less one: from there on ticks need no day.
const MONTH: f64 = 27.0;

impl Dates {
    /// Those of a table; nothing where its rows have none.
    pub(crate) fn of(frame: &Frame) -> Option<Self> {
        let (timesteps, column) = (frame.u64s("timestep")?, frame.column(DATE_COLUMN)?);
        let Cells::Date(days) = &column.cells else { return None };
        let rows = timesteps.iter().zip(days).enumerate().filter(|(row, _)| column.is_valid(*row));
        let mut dates: Vec<(f64, f64)> = rows.map(|(_, (t, day))| (*t as f64, f64::from(*day))).collect();
        dates.sort_by(|a, b| a.0.total_cmp(&b.0));
        dates.dedup();
        (!dates.is_empty()).then_some(Self(dates))
    }

    /// The day of a time; between two rows evenly, beyond the last as before it.
    fn day(&self, time: f64) -> f64 {
        let after = self.0.partition_point(|(t, _)| *t < time);
        let exact = self.0.get(after).filter(|(t, _)| *t == time);
        if let Some((_, day)) = exact {
            return *day;
        }
        let end = after.clamp(1, self.0.len().max(2) - 1);
        match (self.0.get(end - 1), self.0.get(end)) {
            (Some((t0, d0)), Some((t1, d1))) => d0 + (d1 - d0) * (time - t0) / (t1 - t0),
            (Some((_, day)), None) => *day,
            _ => f64::NAN,
        }
    }

    /// Days of a timestep, on average.
    fn step(&self) -> f64 {
        match (self.0.first(), self.0.last()) {
            (Some((t0, d0)), Some((t1, d1))) if t1 > t0 => (d1 - d0) / (t1 - t0),
            _ => 0.0,
        }
    }

    /// Whether a step is a month or longer, so that a month says which row it is.
    pub(crate) fn has_months(&self) -> bool {
        self.step() > MONTH
    }

    /// The date of a time.
    pub(crate) fn date(&self, time: f64) -> String {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a cast of floats saturates, and such days are no dates"
        )]
        let date = Date::of_days(self.day(time).round() as i64);
        date.map_or_else(String::new, |date| date.to_string())
    }

    /// A time as a tick shows it: a month where a step is no shorter, else a day.
    pub(crate) fn tick(&self, time: f64) -> String {
        let text = self.date(time);
        if self.has_months() { text.get(..7).unwrap_or_default().to_owned() } else { text }
    }
}

#[cfg(test)]
mod tests {
    use te_core::Column;

    use super::*;

    fn dates(rows: &[(u64, &str)]) -> Dates {
        let days = |text: &str| i32::try_from(text.parse::<Date>().unwrap().days()).unwrap();
        let frame = Frame::new(vec![
            Column::new("timestep", Cells::U64(rows.iter().map(|(t, _)| *t).collect())),
            Column::new(DATE_COLUMN, Cells::Date(rows.iter().map(|(_, date)| days(date)).collect())),
        ]);
        Dates::of(&frame.unwrap()).unwrap()
    }

    #[test]
    fn ticks_are_dates() {
        let weeks = dates(&[(0, "2026-01-01"), (2, "2026-01-15"), (0, "2026-01-01"), (4, "2026-01-29")]);
        assert_eq!(weeks.tick(2.0), "2026-01-15");
        assert_eq!(weeks.tick(1.0), "2026-01-08");
        assert_eq!(weeks.tick(5.0), "2026-02-05");
        let months = dates(&[(0, "2026-01-31"), (1, "2026-02-28"), (2, "2026-03-31")]);
        assert_eq!(
            [0.0, 1.0, 2.0, 3.0].map(|t| months.tick(t)),
            ["2026-01", "2026-02", "2026-03", "2026-05"]
        );
        assert_eq!(dates(&[(3, "2026-01-31")]).tick(9.0), "2026-01-31");
        let bare = Frame::new(vec![Column::new("timestep", Cells::U64(vec![1]))]).unwrap();
        assert_eq!(Dates::of(&bare), None);
    }
}
