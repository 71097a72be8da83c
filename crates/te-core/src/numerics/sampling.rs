//! Points in the unit cube: uniform, Latin hypercube, Sobol.

use crate::numerics::stream::path_hash;
use crate::numerics::stream::{Stream, StreamKey};
use rand::RngExt as _;
use std::sync::OnceLock;

/// Uniform points: a stream of its own for every point and axis, named by the axis.
#[derive(Clone, Debug)]
pub(crate) struct UniformAxes {
    paths: Vec<u64>,
    seed: u64,
}

impl UniformAxes {
    pub(crate) fn new(seed: u64, axes: impl Iterator<Item = String>) -> Self {
        Self { paths: axes.map(|name| path_hash(&name)).collect(), seed }
    }

    pub(crate) fn coordinate(&self, index: u64, axis: usize) -> f64 {
        let key = StreamKey { seed: self.seed, run: index.wrapping_add(1), subset: None };
        self.paths.get(axis).map_or(0.0, |path| Stream::at(key, *path).uniform())
    }
}

/// Cells that the permutations of a Latin hypercube have together at most: they take four bytes each.
const CELLS: u64 = 1 << 28;

/// A Latin hypercube: one permutation of the cells for each axis, and a uniform place inside the cell.
///
/// The permutations are made when the first point is asked for: checking a plan costs nothing.
#[derive(Clone, Debug)]
pub(crate) struct LatinHypercube {
    permutations: OnceLock<Vec<Vec<u32>>>,
    within: UniformAxes,
    axes: usize,
    cells: u32,
    seed: u64,
}

impl LatinHypercube {
    /// Where there are too many points: how many there can be.
    pub(crate) fn new(axes: usize, count: u64, seed: u64) -> Result<Self, u64> {
        let most = CELLS / (axes as u64).max(1);
        let cells = u32::try_from(count).ok().filter(|_| count <= most).ok_or(most)?;
        let within = UniformAxes::new(seed, (0..axes).map(|axis| format!("sweep.cell.{axis}")));
        Ok(Self { permutations: OnceLock::new(), within, axes, cells, seed })
    }

    /// Fisher-Yates for each axis.
    fn permute(&self) -> Vec<Vec<u32>> {
        let one = |axis| {
            let key = StreamKey { seed: self.seed, run: 0, subset: None };
            let mut stream = Stream::new(key, &format!("sweep.cells.{axis}"));
            let mut order: Vec<u32> = (0..self.cells).collect();
            for i in (1..order.len()).rev() {
                order.swap(i, stream.random_range(0..=i));
            }
            order
        };
        (0..self.axes).map(one).collect()
    }

    pub(crate) fn coordinate(&self, index: u64, axis: usize) -> f64 {
        let permutations = self.permutations.get_or_init(|| self.permute());
        let Some(order) = permutations.get(axis) else { return 0.0 };
        let cell = usize::try_from(index).ok().and_then(|i| order.get(i)).copied().unwrap_or(0);
        let within = self.within.coordinate(index, axis);
        (f64::from(cell) + within) / order.len().max(1) as f64
    }
}

/// How many axes a Sobol sweep can have.
pub const SOBOL_DIMENSIONS: usize = 21;

/// Degree, inner coefficients and initial direction numbers of dimensions 2 to 21: Joe and Kuo, "Constructing
/// Sobol sequences with better two-dimensional projections", 2008, table new-joe-kuo-6.21201.
const DIRECTIONS: [(u32, u64, [u64; 7]); SOBOL_DIMENSIONS - 1] = [
    (1, 0, [1, 0, 0, 0, 0, 0, 0]),
    (2, 1, [1, 3, 0, 0, 0, 0, 0]),
    (3, 1, [1, 3, 1, 0, 0, 0, 0]),
    (3, 2, [1, 1, 1, 0, 0, 0, 0]),
    (4, 1, [1, 1, 3, 3, 0, 0, 0]),
    (4, 4, [1, 3, 5, 13, 0, 0, 0]),
    (5, 2, [1, 1, 5, 5, 17, 0, 0]),
    (5, 4, [1, 1, 5, 5, 5, 0, 0]),
    (5, 7, [1, 1, 7, 11, 19, 0, 0]),
    (5, 11, [1, 1, 5, 1, 1, 0, 0]),
    (5, 13, [1, 1, 1, 3, 11, 0, 0]),
    (5, 14, [1, 3, 5, 5, 31, 0, 0]),
    (6, 1, [1, 3, 3, 9, 7, 49, 0]),
    (6, 13, [1, 1, 1, 15, 21, 21, 0]),
    (6, 16, [1, 3, 1, 13, 27, 49, 0]),
    (6, 19, [1, 1, 1, 15, 7, 5, 0]),
    (6, 22, [1, 3, 1, 15, 13, 25, 0]),
    (6, 25, [1, 1, 5, 5, 19, 61, 0]),
    (7, 1, [1, 3, 7, 11, 23, 15, 103]),
    (7, 4, [1, 3, 7, 13, 13, 15, 69]),
];

const BITS: u32 = 52;

/// Points of the Sobol sequence: beyond them it repeats.
pub(crate) const SOBOL_POINTS: u64 = 1 << BITS;

/// The Sobol sequence in some dimensions.
#[derive(Clone, Debug)]
pub(crate) struct SobolAxes {
    directions: Vec<[u64; BITS as usize]>,
}

impl SobolAxes {
    pub(crate) fn new(axes: usize) -> Self {
        Self { directions: (0..axes).map(direction_numbers).collect() }
    }

    /// Coordinate `axis` of the point `index`, in the order of Gray codes as is usual.
    pub(crate) fn coordinate(&self, index: u64, axis: usize) -> f64 {
        let Some(directions) = self.directions.get(axis) else { return 0.0 };
        let mut gray = index ^ (index >> 1);
        let mut point = 0_u64;
        while gray != 0 {
            point ^= directions.get(gray.trailing_zeros() as usize).copied().unwrap_or(0);
            gray &= gray - 1;
        }
        point as f64 / SOBOL_POINTS as f64
    }
}

fn direction_numbers(axis: usize) -> [u64; BITS as usize] {
    let mut v = [0_u64; BITS as usize];
    let Some(&(degree, coefficients, initial)) = axis.checked_sub(1).and_then(|i| DIRECTIONS.get(i)) else {
        for (i, v) in v.iter_mut().enumerate() {
            *v = 1 << (BITS as usize - 1 - i);
        }
        return v;
    };
    let s = degree as usize;
    for i in 0..v.len() {
        v[i] = if i < s {
            initial[i] << (BITS as usize - 1 - i)
        } else {
            let mut next = v[i - s] ^ (v[i - s] >> s);
            for k in 1..s {
                if coefficients >> (s - 1 - k) & 1 == 1 {
                    next ^= v[i - k];
                }
            }
            next
        };
    }
    v
}

#[cfg(test)]
mod tests {
    use super::SobolAxes;

    /// From SciPy 1.17.1: points 5 and 1000 of `scipy.stats.qmc.Sobol(d=21, scramble=False, bits=52)`.
    #[test]
    fn sobol_equals_scipy() {
        let axes = SobolAxes::new(super::SOBOL_DIMENSIONS);
        let fifth: Vec<f64> = (0..FIFTH.len()).map(|axis| axes.coordinate(5, axis)).collect();
        assert_eq!(fifth, FIFTH);
        let last: Vec<f64> = (0..THOUSANDTH.len()).map(|axis| axes.coordinate(1000, axis)).collect();
        assert_eq!(last, THOUSANDTH);
    }

    const FIFTH: [f64; 21] = [
        0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375, 0.375, 0.125, 0.375, 0.875, 0.875, 0.125,
        0.875, 0.375, 0.875, 0.375, 0.375, 0.625, 0.625,
    ];
    const THOUSANDTH: [f64; 21] = [
        0.2197265625,
        0.0966796875,
        0.5185546875,
        0.6767578125,
        0.2802734375,
        0.9072265625,
        0.0458984375,
        0.8994140625,
        0.5009765625,
        0.0693359375,
        0.0849609375,
        0.2548828125,
        0.1611328125,
        0.3837890625,
        0.1435546875,
        0.3701171875,
        0.7197265625,
        0.3447265625,
        0.9912109375,
        0.7255859375,
        0.5224609375,
    ];
}
