//! The best routes through a set of pools, as the SDK ranks them.
//!
//! Rule: every simple path of at most `max_hops` pools from one token to the other is tried; routes are ranked by output
//! (largest first) or input (smallest first), then by fewer hops; the best `max_results` are kept.
//!
//! Assumptions and limits: exhaustive search, for tens of pools and few hops. A pool whose reserves or inputs do not
//! suffice is skipped, not an error.
//!
//! Source: v2-sdk `5174518d`, `entities/trade.ts`.
//!
//! Several pools of the same two tokens give routes of their own, told apart by [`Route::pools`].
//!
//! Invariant: no pool and no token occurs twice in a route.

use super::{U256, amount_in, amount_out};
use crate::AmmError;

/// Two tokens, by number, and their reserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Token numbers.
    pub tokens: (u32, u32),
    /// Reserves, in the same order `[units]`.
    pub reserves: (U256, U256),
}

impl Pool {
    /// The other token and the reserves, seen from `token`.
    fn seen_from(&self, token: u32) -> Option<(u32, U256, U256)> {
        match self.tokens {
            (a, b) if a == token => Some((b, self.reserves.0, self.reserves.1)),
            (a, b) if b == token => Some((a, self.reserves.1, self.reserves.0)),
            _ => None,
        }
    }
}

/// A route and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Tokens from the first to the last.
    pub tokens: Vec<u32>,
    /// Pools from the first to the last, by their places in the list that was searched: one fewer than tokens.
    pub pools: Vec<usize>,
    /// Input `[units]`.
    pub amount_in: U256,
    /// Output `[units]`.
    pub amount_out: U256,
}

/// Routes with the largest output for an exact input.
///
/// ```
/// use te_amm::uniswap_v2::{Pool, U256, best_routes_exact_in};
/// let pool = |reserve| Pool { tokens: (0, 1), reserves: (U256::from(1_000_000), U256::from(reserve)) };
/// let routes = best_routes_exact_in(&[pool(1_000_000), pool(1_100_000)], (0, 1), U256::from(10_000), (3, 3))?;
/// // Two pools of the same tokens: the second pays more.
/// let found = routes.iter().map(|route| (route.tokens.clone(), route.pools.clone())).collect::<Vec<_>>();
/// assert_eq!(found, [(vec![0, 1], vec![1]), (vec![0, 1], vec![0])]);
/// # Ok::<(), te_amm::AmmError>(())
/// ```
///
/// # Errors
/// [`AmmError::InvalidPath`] if the tokens are the same; [`AmmError::NonPositiveAmount`].
pub fn best_routes_exact_in(
    pools: &[Pool],
    (token_in, token_out): (u32, u32),
    amount: U256,
    (max_hops, max_results): (usize, usize),
) -> Result<Vec<Route>, AmmError> {
    checked(token_in, token_out, amount)?;
    let step = |amount, x, y| amount_out(amount, x, y).ok().filter(|out| !out.is_zero());
    let mut found = search(pools, token_in, token_out, amount, max_hops, step)
        .into_iter()
        .map(|Found { tokens, pools, amount: out }| Route {
            tokens,
            pools,
            amount_in: amount,
            amount_out: out,
        })
        .collect::<Vec<_>>();
    found.sort_by(|a, b| b.amount_out.cmp(&a.amount_out).then(a.tokens.len().cmp(&b.tokens.len())));
    found.truncate(max_results);
    Ok(found)
}

/// Routes with the smallest input for an exact output.
///
/// # Errors
/// As [`best_routes_exact_in`].
pub fn best_routes_exact_out(
    pools: &[Pool],
    (token_in, token_out): (u32, u32),
    amount: U256,
    (max_hops, max_results): (usize, usize),
) -> Result<Vec<Route>, AmmError> {
    checked(token_in, token_out, amount)?;
    // From the end: the reserve seen first is the one that pays out.
    let step = |amount, y, x| amount_in(amount, x, y).ok();
    let mut found = search(pools, token_out, token_in, amount, max_hops, step)
        .into_iter()
        .map(|Found { tokens, pools, amount: input }| Route {
            tokens: tokens.into_iter().rev().collect(),
            pools: pools.into_iter().rev().collect(),
            amount_in: input,
            amount_out: amount,
        })
        .collect::<Vec<_>>();
    found.sort_by(|a, b| a.amount_in.cmp(&b.amount_in).then(a.tokens.len().cmp(&b.tokens.len())));
    found.truncate(max_results);
    Ok(found)
}

fn checked(token_in: u32, token_out: u32, amount: U256) -> Result<(), AmmError> {
    if token_in == token_out {
        return Err(AmmError::InvalidPath { reason: "the first and the last token are the same" });
    }
    if amount.is_zero() {
        return Err(AmmError::NonPositiveAmount { parameter: "amount", value: 0.0 });
    }
    Ok(())
}

/// A path on its way: tokens visited, pools passed, and the amount carried.
struct Found {
    tokens: Vec<u32>,
    pools: Vec<usize>,
    amount: U256,
}

/// All simple paths, breadth first.
fn search(
    pools: &[Pool],
    from: u32,
    to: u32,
    amount: U256,
    max_hops: usize,
    step: impl Fn(U256, U256, U256) -> Option<U256>,
) -> Vec<Found> {
    let mut found = Vec::new();
    let mut open = vec![Found { tokens: vec![from], pools: Vec::new(), amount }];
    for _ in 0..max_hops {
        let mut next = Vec::new();
        for path in open {
            let Some(&last) = path.tokens.last() else { continue };
            let seen =
                pools.iter().enumerate().filter_map(|(place, pool)| Some((place, pool.seen_from(last)?)));
            for (place, (token, near, far)) in seen {
                if path.tokens.contains(&token) {
                    continue;
                }
                let Some(amount) = step(path.amount, near, far) else { continue };
                let mut longer = Found { tokens: path.tokens.clone(), pools: path.pools.clone(), amount };
                longer.tokens.push(token);
                longer.pools.push(place);
                if token == to { found.push(longer) } else { next.push(longer) }
            }
        }
        open = next;
    }
    found
}
