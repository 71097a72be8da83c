//! Bins of a histogram with round edges.

use kuva::render::plots::Plot;

/// The highest bar of a histogram.
pub(super) fn tallest(plot: &Plot) -> Option<f64> {
    match plot {
        Plot::Histogram(bars) => bars.precomputed.as_ref()?.1.iter().copied().reduce(f64::max),
        _ => None,
    }
}

/// Width and number of a histogram's bins.
pub(super) fn bin_width(plot: &Plot) -> Option<(f64, usize)> {
    match plot {
        Plot::Histogram(bars) => match bars.precomputed.as_ref()?.0.as_slice() {
            edges @ [first, second, ..] => Some((second - first, edges.len() - 1)),
            _ => None,
        },
        _ => None,
    }
}

/// Edges and counts of equal bins with round edges, at least as many as the square root of the number of values (itself
/// held to 5 to 60), and at most about twice as many; `None` of nothing. The values are finite.
///
/// ```
/// let (edges, counts) = te_output::histogram_bins(&[0.5, 1.5, 1.5, 4.0]).ok_or("no values")?;
/// assert_eq!(edges, [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]);
/// assert_eq!(counts, [1.0, 0.0, 2.0, 0.0, 0.0, 0.0, 1.0]);
/// # Ok::<(), &str>(())
/// ```
pub fn bins(values: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
    let low = values.iter().copied().reduce(f64::min)?;
    let high = values.iter().copied().reduce(f64::max)?;
    let wanted = (values.len() as f64).sqrt().ceil().clamp(5.0, 60.0);
    let (low, high) = if low < high {
        (low, high)
    } else {
        let half = (low.abs() * 0.05).max(0.5);
        (low - half, high + half)
    };
    let width = rounded_down((high - low) / wanted);
    let first = (low / width).floor();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 152")]
    let many = (((high / width).ceil() - first) as usize).max(1);
    let edges = (0..=many).map(|k| (first + k as f64) * width).collect();
    let mut counts = vec![0.0; many];
    for value in values {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not below the first bin"
        )]
        let bin = ((value / width - first) as usize).min(many - 1);
        if let Some(count) = counts.get_mut(bin) {
            *count += 1.0;
        }
    }
    Some((edges, counts))
}

/// The largest of 1, 2, 2.5 and 5 times a power of ten that is not above `width`.
pub(super) fn rounded_down(width: f64) -> f64 {
    let power = te_core::math::pow(10.0, te_core::math::log10(width).floor());
    [5.0, 2.5, 2.0, 1.0].map(|k| k * power).into_iter().find(|w| *w <= width).unwrap_or(width)
}
