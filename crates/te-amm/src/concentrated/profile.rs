//! Liquidity over ranges that lie side by side, and swaps that walk across them.
//!
//! ```text
//! L(s)       liquidity k between the edges k and k + 1, times a scale
//! down       s' = L*s/(L + a*s),  out = a*s*s'        a: token 0 in, fee taken off
//! up         s' = s + a/L,        out = a/(s*s')      a: token 1 in, fee taken off
//! reserves   x = sum L*(1/lo - 1/hi) above the price,  y = sum L*(hi - lo) below it
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | s | square root of the price | sqrt(token 1/token 0) |
//! | L | liquidity | sqrt(token 0 * token 1) |
//!
//! Assumptions and limits: `f64`; a walk ends at the last edge, or before it where what is asked is used up. A range without liquidity is crossed for nothing.
//!
//! Source: Uniswap v3 Core (2021), section 6.
//!
//! Invariants: the price never leaves the edges; what goes out is at most the reserve.

use super::tick_price::{sqrt_price_at, tick_at_sqrt_price};
use crate::AmmError;
use crate::number::positive_amount;

/// Edges with the liquidity between them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    roots: Vec<f64>,
    liquidity: Vec<f64>,
}

/// What a walk asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ask {
    /// To give this much, fee taken off `[in tokens]`.
    Give(f64),
    /// To get this much `[out tokens]`.
    Get(f64),
    /// To bring the root of the price there.
    Reach(f64),
}

/// What a walk did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Walk {
    /// What came in, fee taken off `[in tokens]`.
    pub amount_in: f64,
    /// What went out `[out tokens]`.
    pub amount_out: f64,
    /// Root of the price after it.
    pub root: f64,
    /// Edges that it crossed, an end at which liquidity is used up among them.
    pub crossed: u32,
}

impl Profile {
    /// A profile of prices at the edges and the liquidity between each two.
    ///
    /// ```
    /// use te_amm::concentrated::profile::{Ask, Profile};
    /// let profile = Profile::new(&[0.25, 1.0, 4.0], &[1000.0, 2000.0])?;
    /// // Token 1 comes in and lifts the root from 1 to 1.1: 2000*0.1 of it.
    /// let walk = profile.walk(1.0, 1.0, false, Ask::Reach(1.1))?;
    /// assert!((walk.amount_in - 200.0).abs() < 1e-9);
    /// assert_eq!(profile.liquidity_at(0.9), 1000.0);
    /// # Ok::<(), te_amm::AmmError>(())
    /// ```
    ///
    /// # Errors
    /// [`AmmError::Domain`] unless the edges are positive and rise and liquidity is finite, at least 0 and somewhere positive;
    /// [`AmmError::InvalidPath`] unless there is one liquidity between each two edges.
    pub fn new(edges: &[f64], liquidity: &[f64]) -> Result<Self, AmmError> {
        if edges.len() < 2 || edges.len() != liquidity.len().saturating_add(1) {
            return Err(AmmError::InvalidPath { reason: "each range between two edges needs its liquidity" });
        }
        for &edge in edges {
            positive_amount("edge", edge)?;
        }
        let roots: Vec<f64> = edges.iter().map(|edge| edge.sqrt()).collect();
        for (pair, &value) in roots.windows(2).zip(edges) {
            if let &[low, high] = pair
                && low >= high
            {
                return Err(AmmError::Domain { parameter: "edge", value, range: "below the next edge" });
            }
        }
        for &value in liquidity {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(AmmError::Domain { parameter: "liquidity", value, range: "finite, at least 0" });
            }
        }
        if liquidity.iter().all(|&l| l == 0.0) {
            return Err(AmmError::Domain {
                parameter: "liquidity",
                value: 0.0,
                range: "positive in one range at least",
            });
        }
        Ok(Self { roots, liquidity: liquidity.to_vec() })
    }

    /// The roots of the first edge and of the last.
    pub fn ends(&self) -> (f64, f64) {
        (self.roots.first().copied().unwrap_or(0.0), self.roots.last().copied().unwrap_or(0.0))
    }

    /// The ranges: root at the lower edge, at the upper one, liquidity.
    pub fn ranges(&self) -> impl DoubleEndedIterator<Item = (f64, f64, f64)> + ExactSizeIterator + '_ {
        let highs = self.roots.get(1..).unwrap_or_default();
        // Of equal lengths: an iterator from both ends needs that.
        self.roots
            .get(..highs.len())
            .unwrap_or_default()
            .iter()
            .zip(highs)
            .zip(&self.liquidity)
            .map(|((&low, &high), &l)| (low, high, l))
    }

    /// The liquidity in which a price with this root lies; on an edge that of the range above. 0 outside.
    pub fn liquidity_at(&self, root: f64) -> f64 {
        self.ranges().find(|&(low, high, _)| low <= root && root < high).map_or(0.0, |(.., l)| l)
    }

    /// The tick of a root of the price.
    ///
    /// # Errors
    /// [`AmmError::Domain`] beyond the ticks.
    pub fn tick(root: f64) -> Result<i32, AmmError> {
        tick_at_sqrt_price(root)
    }

    /// The root of the price at a tick.
    ///
    /// # Errors
    /// [`AmmError::Domain`] beyond the ticks.
    pub fn root_at(tick: i32) -> Result<f64, AmmError> {
        sqrt_price_at(tick)
    }

    /// Reserves of token 0 and token 1 at a root of the price `[tokens]`.
    pub fn reserves(&self, root: f64, scale: f64) -> [f64; 2] {
        self.ranges().fold([0.0; 2], |[x, y], (low, high, l)| {
            let s = root.clamp(low, high);
            [x + scale * l * (high - s) / (s * high), y + scale * l * (s - low)]
        })
    }

    /// Walks from a root of the price, down or up.
    ///
    /// # Errors
    /// What is asked must be a positive number; [`AmmError::InsufficientOutput`] where nothing goes out; overflow.
    pub fn walk(&self, root: f64, scale: f64, down: bool, ask: Ask) -> Result<Walk, AmmError> {
        let (Ask::Give(asked) | Ask::Get(asked) | Ask::Reach(asked)) = ask;
        positive_amount("amount", asked)?;
        let mut walk = Walk { amount_in: 0.0, amount_out: 0.0, root, crossed: 0 };
        if down {
            let from = self.ranges().rev().filter(|&(low, ..)| low < root);
            walk.across(from.map(|(low, _, l)| (low, scale * l)), down, ask);
        } else {
            let from = self.ranges().filter(|&(_, high, _)| high > root);
            walk.across(from.map(|(_, high, l)| (high, scale * l)), down, ask);
        }
        if !(walk.amount_in.is_finite() && walk.amount_out.is_finite() && walk.root.is_finite()) {
            return Err(AmmError::Overflow { operation: "swap across ranges" });
        }
        if walk.amount_out <= 0.0 {
            return Err(AmmError::InsufficientOutput { operation: "swap across ranges" });
        }
        Ok(walk)
    }
}

impl Walk {
    /// Goes from range to range: their far edges and liquidity.
    fn across(&mut self, ranges: impl Iterator<Item = (f64, f64)>, down: bool, ask: Ask) {
        for (edge, l) in ranges {
            let s = self.root;
            let whole = if down { l * (s - edge) / (s * edge) } else { l * (edge - s) };
            let given = |next: f64| if down { l * (s - next) / (s * next) } else { l * (next - s) };
            // What is left to do, as what comes in; and where it ends.
            let (given, next) = match ask {
                Ask::Give(amount) => {
                    let left = amount - self.amount_in;
                    if left >= whole {
                        (whole, edge)
                    } else {
                        (left, if down { l * s / (l + left * s) } else { s + left / l })
                    }
                }
                Ask::Get(amount) => {
                    let left = amount - self.amount_out;
                    let all = if down { l * (s - edge) } else { l * (edge - s) / (s * edge) };
                    if left >= all {
                        (whole, edge)
                    } else {
                        let next = if down { s - left / l } else { l * s / (l - left * s) };
                        (given(next), next)
                    }
                }
                Ask::Reach(root) => {
                    let beyond = if down { root <= edge } else { root >= edge };
                    if beyond { (whole, edge) } else { (given(root), root) }
                }
            };
            self.amount_in += given;
            self.amount_out += if down { given * s * next } else { given / (s * next) };
            self.root = next;
            if next != edge {
                break;
            }
            let done = match ask {
                Ask::Give(amount) => self.amount_in >= amount,
                Ask::Get(amount) => self.amount_out >= amount,
                Ask::Reach(root) => root == edge,
            };
            if done {
                break;
            }
            self.crossed = self.crossed.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concentrated::ticks::TickPool;

    #[test]
    fn it_walks_as_positions_at_ticks_do() {
        let roots = [-1000, -100, 100, 1000].map(|tick| sqrt_price_at(tick).unwrap());
        let edges = roots.map(|root| root * root);
        let profile = Profile::new(&edges, &[1000.0, 2500.0, 1000.0]).unwrap();
        for (amount, down) in
            [(3.0, true), (40.0, true), (3.0, false), (70.0, false), (1e5, true), (1e5, false)]
        {
            let mut pool = TickPool::new(1.0, 0.0).unwrap();
            pool.add(-1000, 1000, 1000.0).unwrap();
            pool.add(-100, 100, 1500.0).unwrap();
            let swap = if down { pool.swap_0_for_1(amount) } else { pool.swap_1_for_0(amount) }.unwrap();
            let walk = profile.walk(1.0, 1.0, down, Ask::Give(amount)).unwrap();
            assert!((walk.amount_in / swap.amount_in - 1.0).abs() < 1e-12);
            assert!((walk.amount_out / swap.amount_out - 1.0).abs() < 1e-12);
            assert!((walk.root / pool.sqrt_price() - 1.0).abs() < 1e-12);
            // There for as much, and there for the price.
            let got = profile.walk(1.0, 1.0, down, Ask::Get(walk.amount_out)).unwrap();
            assert!((got.amount_in / walk.amount_in - 1.0).abs() < 1e-9);
            let reached = profile.walk(1.0, 1.0, down, Ask::Reach(walk.root)).unwrap();
            assert!((reached.amount_in / walk.amount_in - 1.0).abs() < 1e-12);
        }
        assert!(profile.walk(1.0, 1.0, true, Ask::Give(0.0)).is_err());
        assert!(profile.walk(roots[0], 1.0, true, Ask::Give(1.0)).is_err());
    }

    #[test]
    fn reserves_are_what_a_walk_to_the_end_takes() {
        let profile = Profile::new(&[0.25, 1.0, 2.0, 4.0], &[10.0, 0.0, 30.0]).unwrap();
        let [x, y] = profile.reserves(0.75, 2.0);
        let down = profile.walk(0.75, 2.0, true, Ask::Give(1e9)).unwrap();
        let up = profile.walk(0.75, 2.0, false, Ask::Give(1e9)).unwrap();
        assert!((down.amount_out / y - 1.0).abs() < 1e-14 && (up.amount_out / x - 1.0).abs() < 1e-14);
        assert_eq!((down.root, up.root, up.crossed), (0.5, 2.0, 3));
    }
}
