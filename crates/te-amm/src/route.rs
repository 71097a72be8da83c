//! Paths through several pools: composition, cyclic arbitrage and the best split, in closed form.
//!
//! ```text
//! path       out(a) = n*a/(1 + l*a);  start n = 1, l = 0;  per hop (x, y, g), old values on the right:
//!            n' = (g*y/x)*n,   l' = l + (g/x)*n
//! cycle      pays iff n > 1;  a* = (sqrt(n) - 1)/l;  profit = (sqrt(n) - 1)^2/l
//! split      of a over parallel pools, active set A:
//!            sqrt(L) = sum_A sqrt(x*y/g) / (a + sum_A x/g),   a_i = (sqrt(g*x*y)/sqrt(L) - x)/g
//!            with D = x/g, r = sqrt(g*y/x):  a_i = D_i*(r_i*a + sum_A D_j*(r_i - r_j)) / sum_A D_j*r_j
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | n | marginal rate of the path at zero input | out/in |
//! | l | how fast the rate falls | 1/in |
//! | L | marginal price shared by all active pools | out/in |
//!
//! Assumptions and limits: no pool occurs twice in a path. `n` and `l` are divided by the path's first coefficient at every hop,
//! so products of reserves cannot overflow. The active set grows in the order of `g*y/x`, best first.
//!
//! Source: the composition of Moebius maps; Angeris, Evans, Chitra, Boyd, Optimal routing for constant function market
//! makers, arXiv:2204.05238, for the general convex problem.
//!
//! Invariants: `out` is increasing and concave; the split exhausts `a` and equalises marginal prices of active pools.

use crate::number::{kept, positive_amount, positive_reserve};
use crate::{AmmError, PoolNumber, swap};

/// One pool, in the direction of the trade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hop<N> {
    /// Reserve of the token that comes in `[in tokens]`.
    pub reserve_in: N,
    /// Reserve of the token that goes out `[out tokens]`.
    pub reserve_out: N,
    /// Fee on the input `[1]`.
    pub fee: N,
}

impl<N: PoolNumber> Hop<N> {
    /// `g`, after checking reserves and fee.
    fn kept(&self) -> Result<N, AmmError> {
        positive_reserve("reserve_in", self.reserve_in)?;
        positive_reserve("reserve_out", self.reserve_out)?;
        kept(self.fee)
    }
}

/// A path as the single map `a -> n*a/(1 + l*a)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Path<N> {
    rate: N,
    decline: N,
}

/// The best trade around a cycle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CycleArbitrage<N> {
    /// Best amount in `[tokens]`.
    pub amount_in: N,
    /// Amount that comes back `[tokens]`.
    pub amount_out: N,
    /// Amount out less amount in `[tokens]`.
    pub profit: N,
}

impl<N: PoolNumber> Path<N> {
    /// The path through the hops, in order.
    ///
    /// # Errors
    /// [`AmmError::InvalidPath`] if there is none; reserves, fees and overflow as in a swap.
    pub fn through(hops: &[Hop<N>]) -> Result<Self, AmmError> {
        if hops.is_empty() {
            return Err(AmmError::InvalidPath { reason: "a path needs a pool" });
        }
        hops.iter().try_fold(Self { rate: N::ONE, decline: N::ZERO }, |path, hop| {
            let g = hop.kept()?;
            let effective = g.try_mul(path.rate)?;
            Ok(Self {
                rate: effective.try_mul_div(hop.reserve_out, hop.reserve_in)?,
                decline: path.decline.try_add(effective.try_div(hop.reserve_in)?)?,
            })
        })
    }

    /// Marginal rate at zero input, fees included `[out/in]`.
    pub fn rate(&self) -> N {
        self.rate
    }

    /// Amount out of the whole path, `n*a/(1 + l*a)` `[out tokens]`.
    ///
    /// # Errors
    /// Amount not positive, or overflow.
    pub fn amount_out(&self, amount_in: N) -> Result<N, AmmError> {
        positive_amount("amount_in", amount_in)?;
        Ok(amount_in.try_mul_div(self.rate, N::ONE.try_add(self.decline.try_mul(amount_in)?)?)?)
    }

    /// The best amount around a cycle (a path that ends in the token it started with), `None` if no amount pays.
    ///
    /// # Errors
    /// Overflow.
    pub fn cycle_optimum(&self) -> Result<Option<CycleArbitrage<N>>, AmmError> {
        if self.rate <= N::ONE {
            return Ok(None);
        }
        // sqrt(n) - 1 = (n - 1)/(sqrt(n) + 1)
        let root = self.rate.try_sqrt()?;
        let excess = self.rate.try_sub(N::ONE)?.try_div(root.try_add(N::ONE)?)?;
        let amount_in = excess.try_div(self.decline)?;
        let profit = excess.try_mul(amount_in)?;
        if amount_in <= N::ZERO {
            return Ok(None);
        }
        Ok(Some(CycleArbitrage { amount_in, amount_out: amount_in.try_add(profit)?, profit }))
    }
}

/// The best split of an input over parallel pools.
#[derive(Clone, Debug, PartialEq)]
pub struct Split<N> {
    /// Input of each pool, in the order given; zero where a pool is not used `[in tokens]`.
    pub amounts: Vec<N>,
    /// Sum of the outputs `[out tokens]`.
    pub amount_out: N,
}

/// Splits an input over pools of the same two tokens so that the output is largest; the equations are in the
/// [module](self).
///
/// # Errors
/// [`AmmError::InvalidPath`] without pools; reserves, fees, amount and overflow as in a swap.
pub fn split<N: PoolNumber>(amount_in: N, pools: &[Hop<N>]) -> Result<Split<N>, AmmError> {
    positive_amount("amount_in", amount_in)?;
    let mut order = pools
        .iter()
        .enumerate()
        .map(|(index, pool)| {
            let g = pool.kept()?;
            Ok((index, *pool, g, g.try_mul_div(pool.reserve_out, pool.reserve_in)?))
        })
        .collect::<Result<Vec<_>, AmmError>>()?;
    if order.is_empty() {
        return Err(AmmError::InvalidPath { reason: "a split needs a pool" });
    }
    order.sort_by(|a, b| b.3.partial_cmp(&a.3).unwrap_or(core::cmp::Ordering::Equal));

    // `sum_A D_j*(r - r_j)`: a pool is compared with the others by their own rates, so that a small amount is not the difference of two
    // large numbers.
    let better = |active: &[(N, N)], root: N| {
        active
            .iter()
            .try_fold(N::ZERO, |sum, &(depth, other)| sum.try_add(depth.try_mul(root.try_sub(other)?)?))
    };
    // A pool joins while its first unit beats the marginal price of those before it.
    let mut roots = N::ZERO;
    let mut active = Vec::with_capacity(order.len());
    for (_, pool, g, rate) in &order {
        let root = rate.try_sqrt()?;
        if root.try_mul(amount_in)?.try_add(better(&active, root)?)? <= N::ZERO {
            break;
        }
        // sqrt(x*y/g) as (x/g)*sqrt(g*y/x): no product of reserves.
        let own_depth = pool.reserve_in.try_div(*g)?;
        roots = roots.try_add(own_depth.try_mul(root)?)?;
        active.push((own_depth, root));
    }

    let mut amounts = vec![N::ZERO; pools.len()];
    let mut amount_out = N::ZERO;
    let mut left = amount_in;
    for (place, ((index, pool, ..), &(own_depth, root))) in order.iter().zip(&active).enumerate() {
        // The last pool takes the rest exactly.
        let own = if place.saturating_add(1) == active.len() {
            left
        } else {
            let better = root.try_mul(amount_in)?.try_add(better(&active, root)?)?;
            let share = own_depth.try_mul_div(better, roots)?;
            if share > left { left } else { share }
        };
        if own > N::ZERO {
            amount_out =
                amount_out.try_add(swap::exact_in(pool.reserve_in, pool.reserve_out, own, pool.fee)?)?;
            left = left.try_sub(own)?;
            if let Some(slot) = amounts.get_mut(*index) {
                *slot = own;
            }
        }
    }
    Ok(Split { amounts, amount_out })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_its_hops_one_after_the_other() {
        let hops = [
            Hop { reserve_in: 1000.0, reserve_out: 1100.0, fee: 0.003 },
            Hop { reserve_in: 900.0, reserve_out: 1500.0, fee: 0.01 },
        ];
        let path = Path::through(&hops).unwrap();
        let mid = swap::exact_in(1000.0, 1100.0, 10.0, 0.003).unwrap();
        let out = swap::exact_in(900.0, 1500.0, mid, 0.01).unwrap();
        assert!((path.amount_out(10.0).unwrap() / out - 1.0).abs() < 1e-14);
    }

    #[test]
    fn twins_share_alike() {
        let pool = Hop { reserve_in: 1000.0, reserve_out: 1000.0, fee: 0.003 };
        let split = split(100.0, &[pool, pool]).unwrap();
        assert!((split.amounts[0] - 50.0).abs() < 1e-9 && (split.amounts[1] - 50.0).abs() < 1e-9);
        assert!(split.amount_out > swap::exact_in(1000.0, 1000.0, 100.0, 0.003).unwrap());
    }

    #[test]
    fn dust_is_shared_like_anything_else() {
        let pool = Hop { reserve_in: 1e9, reserve_out: 1e9, fee: 0.003 };
        let small = split(1e-9, &[pool, pool, pool]).unwrap();
        assert!(small.amounts.iter().all(|own| (own / 1e-9 - 1.0 / 3.0).abs() < 1e-15), "{small:?}");
    }
}
