//! Intervals that tell how sure a figure over runs is.
//!
//! Shares: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927. Means: Student's t with
//! n - 1 degrees of freedom. Both at 95 %, for runs that are independent of each other.

/// 95 % of a normal lies within so many standard deviations.
const Z: f64 = 1.959_963_984_540_054;

/// Where the true figure lies with a confidence of 95 %, were there runs without end.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum KpiInterval {
    /// Of a probability, by Wilson's score.
    Wilson {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// Of a mean, by Student's t.
    StudentT {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
}

impl KpiInterval {
    /// Both ends.
    pub fn ends(self) -> (f64, f64) {
        match self {
            Self::Wilson { low, high } | Self::StudentT { low, high } => (low, high),
        }
    }

    /// How it was formed, as tables name it.
    pub fn method(self) -> &'static str {
        match self {
            Self::Wilson { .. } => "Wilson, 95 %",
            Self::StudentT { .. } => "Student's t, 95 %",
        }
    }
}

/// Wilson's 95 % interval of a share: `successes` of `n` runs. `(p + z^2/2n ± z sqrt(p (1 - p)/n + z^2/4n^2)) / (1 + z^2/n)`
/// with z = 1.96; `[0, 1]` for no runs.
///
/// ```
/// let (low, high) = te_core::wilson(0, 20);
/// assert_eq!(low, 0.0);
/// assert!((high - 0.161_125).abs() < 1e-6);
/// ```
pub fn wilson(successes: u64, n: u64) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let successes = successes.min(n);
    let (p, n_runs, z2) = (successes as f64 / n as f64, n as f64, Z * Z);
    let middle = p + z2 / (2.0 * n_runs);
    let half = Z * (p * (1.0 - p) / n_runs + z2 / (4.0 * n_runs * n_runs)).sqrt();
    let scale = 1.0 + z2 / n_runs;
    // Exact where rounding would leave a trace.
    let low = if successes == 0 { 0.0 } else { ((middle - half) / scale).max(0.0) };
    let high = if successes == n { 1.0 } else { ((middle + half) / scale).min(1.0) };
    (low, high)
}

/// The 97.5 % quantile of Student's t for so many degrees of freedom, within 1e-9 of its size; infinite for 0.
///
/// Tabulated up to 30; beyond by the expansion of Cornish and Fisher in 1 / degrees.
pub fn student_t_975(degrees: u64) -> f64 {
    let tabulated = usize::try_from(degrees).ok().and_then(|at| QUANTILES.get(at));
    if let Some(quantile) = tabulated {
        return *quantile;
    }
    let n = degrees as f64;
    let z2 = Z * Z;
    // Abramowitz and Stegun 26.7.5, and the term that follows.
    let terms = [
        (z2 + 1.0) / 4.0,
        ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0,
        (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0,
        ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) / 92160.0,
        (((((27.0 * z2 + 339.0) * z2 + 930.0) * z2 - 1782.0) * z2 - 765.0) * z2 + 17955.0) / 368_640.0,
    ];
    let sum = terms.iter().rev().fold(0.0, |sum, term| (sum + term) / n);
    Z * (1.0 + sum)
}

/// For 0 to 30 degrees of freedom.
const QUANTILES: [f64; 31] = [
    f64::INFINITY,
    12.706204736174705,
    4.302652729749464,
    3.1824463052837095,
    2.7764451051977943,
    2.5705818356363155,
    2.44691185114497,
    2.3646242515927853,
    2.3060041352041667,
    2.2621571627982053,
    2.228138851986275,
    2.2009851600916397,
    2.178812829667229,
    2.1603686564627926,
    2.144786687917804,
    2.1314495455597755,
    2.1199052992212546,
    2.109815577833317,
    2.1009220402410387,
    2.0930240544083096,
    2.085963447265865,
    2.0796138447276804,
    2.0738730679040263,
    2.0686576104190486,
    2.063898561628026,
    2.0595385527532977,
    2.055529438642873,
    2.0518305164802855,
    2.048407141795245,
    2.0452296421327043,
    2.042272456301238,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Found with 40 digits from the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4 by Python's `decimal`.
    #[test]
    fn quantiles_of_student() {
        for (degrees, expected) in [
            (1, 12.706204736174705),
            (30, 2.042272456301238),
            (31, 2.0395134463964086),
            (40, 2.0210753903062733),
            (60, 2.0002978220142604),
            (100, 1.9839715185235522),
            (1000, 1.9623390808264085),
            (u64::MAX, Z),
        ] {
            let found = student_t_975(degrees);
            assert!((found / expected - 1.0).abs() < 1e-9, "{degrees}: {found}");
        }
        assert!((0..200).all(|n| student_t_975(n + 1) < student_t_975(n)));
    }

    /// The two roots p of n (p - k/n)^2 = z^2 p (1 - p) are the ends.
    #[test]
    fn wilson_solves_its_equation() {
        for (k, n) in [(1, 20), (10, 20), (3, 200), (199, 200), (500_000, 1_000_000)] {
            let share = k as f64 / n as f64;
            let (low, high) = wilson(k, n);
            assert!(low < share && share < high);
            for p in [low, high] {
                let (left, right) = ((p - share) * (p - share), Z * Z * p * (1.0 - p) / n as f64);
                assert!((left / right - 1.0).abs() < 1e-9, "{k} of {n}: {p}");
            }
        }
        assert_eq!(wilson(0, 10).0, 0.0);
        assert_eq!(wilson(10, 10).1, 1.0);
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }
}
