//! No more points than a picture can show, without losing a peak.

/// Points of all lines of a picture together, about.
const POINTS: usize = 60_000;

/// Columns of a picture for each of so many lines.
pub(super) fn columns(lines: usize) -> usize {
    (POINTS / 4 / lines.max(1)).clamp(60, 1200)
}

/// A line as a picture of so many columns shows it: of the points in a column the first, the lowest, the highest and the last.
/// A line that goes back and forth keeps one point for each cell of the picture that it passes through.
pub(super) fn thinned(points: Vec<(f64, f64)>, columns: usize) -> Vec<(f64, f64)> {
    if points.len() <= 4 * columns {
        return points;
    }
    let (x, y): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    if x.is_sorted() {
        return kept(&x, &[&y], columns).into_iter().filter_map(|i| points.get(i).copied()).collect();
    }
    let cell = |values: &[f64]| {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let width = (high - low) / columns as f64;
        move |value: f64| if width > 0.0 { ((value - low) / width).floor() } else { 0.0 }
    };
    let (across, up) = (cell(&x), cell(&y));
    let mut before = None;
    let last = points.len() - 1;
    let passes = |(i, point): (usize, (f64, f64))| {
        let now = Some((across(point.0), up(point.1)));
        let new = now != before || i == last;
        before = now;
        new.then_some(point)
    };
    points.into_iter().enumerate().filter_map(passes).collect()
}

/// Which of ascending places `x` a picture of so many columns shows: in each column the first, the last, and those at which
/// one of `ys` is lowest or highest.
pub(super) fn kept(x: &[f64], ys: &[&[f64]], columns: usize) -> Vec<usize> {
    let (Some(&first), Some(&last)) = (x.first(), x.last()) else { return Vec::new() };
    if x.len() <= 4 * columns {
        return (0..x.len()).collect();
    }
    let width = (last - first) / columns as f64;
    let column = |at: f64| if width > 0.0 { ((at - first) / width).floor() } else { 0.0 };
    let mut kept = Vec::new();
    let mut start = 0;
    while start < x.len() {
        let here = x.get(start).map(|at| column(*at));
        let end = (start..x.len()).find(|i| x.get(*i).map(|at| column(*at)) != here).unwrap_or(x.len());
        let mut chosen = vec![start, end - 1];
        for y in ys {
            let value = |i: &usize| y.get(*i).copied().unwrap_or(f64::NAN);
            chosen.extend((start..end).min_by(|a, b| value(a).total_cmp(&value(b))));
            chosen.extend((start..end).max_by(|a, b| value(a).total_cmp(&value(b))));
        }
        chosen.sort_unstable();
        chosen.dedup();
        kept.extend(chosen);
        start = end;
    }
    kept
}

/// The stretches of a line that a logarithmic axis can show, and how many points it cannot.
pub(super) fn above_zero(points: &[(f64, f64)]) -> (Vec<Vec<(f64, f64)>>, usize) {
    let all = points.len();
    let stretches: Vec<Vec<(f64, f64)>> =
        (points.split(|(_, y)| *y <= 0.0)).filter(|stretch| !stretch.is_empty()).map(<[_]>::to_vec).collect();
    let shown: usize = stretches.iter().map(Vec::len).sum();
    (stretches, all - shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_single_peak_among_a_million_points_is_drawn() {
        let mut points: Vec<(f64, f64)> = (0..1_000_000).map(|i| (f64::from(i), f64::from(i % 7))).collect();
        points[654_321].1 = 99.0;
        points[123_456].1 = -99.0;
        let thin = thinned(points.clone(), 1000);
        assert!(
            thin.len() <= 4000 && thin.contains(&(654_321.0, 99.0)) && thin.contains(&(123_456.0, -99.0))
        );
        assert_eq!((thin.first(), thin.last()), (points.first(), points.last()));
    }

    proptest! {
        #[test]
        fn extremes_and_order_stay(ys in prop::collection::vec(-1e6_f64..1e6, 1..2000), columns in 1_usize..50) {
            let points: Vec<(f64, f64)> = ys.iter().enumerate().map(|(i, y)| (i as f64, *y)).collect();
            let thin = thinned(points.clone(), columns);
            prop_assert!(thin.len() <= points.len() && thin.is_sorted_by(|a, b| a.0 < b.0));
            let range = |points: &[(f64, f64)]| {
                points.iter().fold((f64::MAX, f64::MIN), |(l, h), (_, y)| (l.min(*y), h.max(*y)))
            };
            prop_assert_eq!(range(&thin), range(&points));
            // Back and forth: the ends stay.
            let phase: Vec<(f64, f64)> = ys.iter().map(|y| (y.rem_euclid(7.0), y.rem_euclid(11.0))).collect();
            let thin = thinned(phase.clone(), columns);
            prop_assert_eq!((thin.first(), thin.last()), (phase.first(), phase.last()));
        }
    }

    #[test]
    fn a_logarithmic_axis_has_gaps() {
        let points: Vec<(f64, f64)> =
            [1.0, 2.0, 0.0, 3.0, -1.0].iter().enumerate().map(|(i, y)| (i as f64, *y)).collect();
        let (stretches, lost) = above_zero(&points);
        assert_eq!(stretches, [vec![(0.0, 1.0), (1.0, 2.0)], vec![(3.0, 3.0)]]);
        assert_eq!(lost, 2);
    }
}
