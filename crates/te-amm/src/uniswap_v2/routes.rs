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
//! Invariant: no pool and no token occurs twice in a route.

use super::{U256, amount_in, amount_out};
use crate::AmmError;

/// Two tokens, by number, and their reserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Token numbers.
    pub tokens: (u32, u32),
    /// Reserves, in the same order [units].
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
    /// Input [units].
    pub amount_in: U256,
    /// Output [units].
    pub amount_out: U256,
}

/// Routes with the largest output for an exact input.
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
        .map(|(tokens, out)| Route { tokens, amount_in: amount, amount_out: out })
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
        .map(|(tokens, input)| Route {
            tokens: tokens.into_iter().rev().collect(),
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

/// All simple paths, breadth first: tokens visited and the amount carried.
fn search(
    pools: &[Pool],
    from: u32,
    to: u32,
    amount: U256,
    max_hops: usize,
    step: impl Fn(U256, U256, U256) -> Option<U256>,
) -> Vec<(Vec<u32>, U256)> {
    let mut found = Vec::new();
    let mut open = vec![(vec![from], amount)];
    for _ in 0..max_hops {
        let mut next = Vec::new();
        for (tokens, carried) in open {
            let Some(&last) = tokens.last() else { continue };
            for (token, near, far) in pools.iter().filter_map(|pool| pool.seen_from(last)) {
                if tokens.contains(&token) {
                    continue;
                }
                let Some(result) = step(carried, near, far) else { continue };
                let mut longer = tokens.clone();
                longer.push(token);
                if token == to { found.push((longer, result)) } else { next.push((longer, result)) }
            }
        }
        open = next;
    }
    found
}
