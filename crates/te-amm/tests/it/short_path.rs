//! The path that swaps take where amounts fit 96 bits gives what the formulas give in 512 bits, refusals included.

use proptest::prelude::*;
use te_amm::grid::MAX_UNITS;
use te_amm::swap::{exact_in_units, exact_out_units};
use te_amm::wide::{U256, U512};
use te_amm::{AmmError, Bound, ConstantProduct, Counted, Fee, Grid, TokenIn, uniswap_v2};

/// Units of every length, next to powers of two, at both ends of the grid and just beyond.
fn units() -> impl Strategy<Value = u128> {
    prop_oneof![
        6 => (0u32..96, any::<u128>()).prop_map(|(bits, seed)| seed & ((2u128 << bits) - 1)),
        3 => (0u32..96, -2i128..=2).prop_map(|(bits, by)| (1u128 << bits).saturating_add_signed(by)),
        1 => 0u128..3,
        1 => (0u128..3).prop_map(|by| MAX_UNITS - by),
        1 => (1u128..3).prop_map(|by| MAX_UNITS + by),
    ]
}

/// Fees of few places and of many, next to the widest that the short path takes.
fn fee() -> impl Strategy<Value = Fee> {
    let bases = prop_oneof![
        Just(1u64),
        Just(1000),
        Just(1_000_000_000),
        Just(1 << 30),
        Just((1 << 30) + 1),
        Just(1_000_000_000_000_000_000),
        1u64..1_000_000_000_000_000_000,
    ];
    (bases, any::<u64>(), 0u8..4).prop_map(|(base, seed, end)| {
        let kept = match end {
            0 => 1,
            1 => base,
            _ => 1 + seed % base,
        };
        Fee::from_fraction(kept, base).unwrap()
    })
}

fn wide(n: u128) -> U512 {
    U512::from(n)
}

fn parts(fee: Fee) -> (U512, U512) {
    (U512::from(fee.kept()), U512::from(fee.base()))
}

fn refusal(x: u128, y: u128, amount: u128) -> Option<AmmError> {
    if x == 0 || y == 0 {
        Some(AmmError::NonPositiveReserve { parameter: "reserve", value: 0.0 })
    } else if amount == 0 {
        Some(AmmError::NonPositiveAmount { parameter: "amount", value: 0.0 })
    } else if x.max(y).max(amount) > MAX_UNITS {
        Some(AmmError::Overflow { operation: "units of the grid" })
    } else {
        None
    }
}

fn expected_out(x: u128, y: u128, dx: u128, fee: Fee) -> Result<u128, AmmError> {
    if let Some(error) = refusal(x, y, dx) {
        return Err(error);
    }
    let (n, b) = parts(fee);
    Ok((wide(y) * n * wide(dx) / (wide(x) * b + n * wide(dx))).to::<u128>())
}

fn expected_in(x: u128, y: u128, dy: u128, fee: Fee) -> Result<u128, AmmError> {
    if let Some(error) = refusal(x, y, dy) {
        return Err(error);
    }
    if dy >= y {
        return Err(AmmError::InsufficientLiquidity {
            parameter: "amount_out",
            requested: dy as f64,
            bound: Bound::Below,
            available: y as f64,
            counted: Counted::Units,
        });
    }
    let (n, b) = parts(fee);
    let (floor, rest) = (wide(x) * wide(dy) * b).div_rem(wide(y - dy) * n);
    let ceil = if rest.is_zero() { floor } else { floor + U512::from(1) };
    if ceil > wide(MAX_UNITS) {
        return Err(AmmError::Overflow { operation: "amount in" });
    }
    Ok(ceil.to::<u128>())
}

/// The contracts' checked 256-bit formula, as they write it.
fn contract_out(dx: U256, x: U256, y: U256, fee: Fee) -> Option<U256> {
    let effective = dx.checked_mul(U256::from(fee.kept()))?;
    let denominator = x.checked_mul(U256::from(fee.base()))?.checked_add(effective)?;
    effective.checked_mul(y)?.checked_div(denominator)
}

fn contract_in(dy: U256, x: U256, y: U256, fee: Fee) -> Option<U256> {
    let numerator = x.checked_mul(dy)?.checked_mul(U256::from(fee.base()))?;
    let denominator = (y - dy).checked_mul(U256::from(fee.kept()))?;
    numerator.checked_div(denominator)?.checked_add(U256::from(1))
}

/// Positive amounts of the contracts: those of the grid, and wider ones up to where 256 bits overflow.
fn raw() -> impl Strategy<Value = U256> {
    prop_oneof![
        3 => units().prop_map(|n| U256::from(n.max(1))),
        1 => (units(), 0usize..158).prop_map(|(n, shift)| U256::from(n.max(1)) << shift),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn units_in_and_out(x in units(), y in units(), amount in units(), fee in fee()) {
        prop_assert_eq!(exact_in_units(x, y, amount, fee), expected_out(x, y, amount, fee));
        prop_assert_eq!(exact_out_units(x, y, amount, fee), expected_in(x, y, amount, fee));
    }

    #[test]
    fn the_contracts_amounts(x in raw(), y in raw(), amount in raw(), fee in fee()) {
        match uniswap_v2::amount_out_with_fee(amount, x, y, fee) {
            Ok(out) => prop_assert_eq!(Some(out), contract_out(amount, x, y, fee)),
            Err(error) => {
                prop_assert_eq!(error, AmmError::Overflow { operation: "amount out" });
                prop_assert_eq!(None, contract_out(amount, x, y, fee));
            }
        }
        match uniswap_v2::amount_in_with_fee(amount, x, y, fee) {
            Ok(input) => prop_assert_eq!(Some(input), contract_in(amount, x, y, fee)),
            Err(AmmError::InsufficientLiquidity { .. }) => prop_assert!(amount >= y),
            Err(error) => {
                prop_assert_eq!(error, AmmError::Overflow { operation: "amount in" });
                prop_assert_eq!(None, contract_in(amount, x, y, fee));
            }
        }
    }

    /// A settled swap of decimals is the formula on units: amounts, fee and reserves.
    #[test]
    fn a_pool_settles_what_it_reports(x in units(), y in units(), dx in units(), fee in fee(), places in 0u32..=28) {
        let grid = Grid::new(places).unwrap();
        let (Ok(mut pool), Ok(given)) = (ConstantProduct::from_units(x, y, fee, grid), grid.amount(dx)) else {
            return Ok(());
        };
        let before = pool.clone();
        match pool.swap_exact_in(TokenIn::Base, given, None) {
            Ok(trade) => {
                let out = expected_out(x, y, dx, fee).unwrap();
                let (n, b) = parts(fee);
                let taken = (wide(dx) * (b - n) / b).to::<u128>();
                prop_assert_eq!((trade.amount_in, trade.amount_out), (given, grid.amount(out).unwrap()));
                prop_assert_eq!((trade.amount_out.scale(), trade.fee_paid.scale()), (places, places));
                prop_assert_eq!(trade.fee_paid, grid.amount(taken).unwrap());
                prop_assert_eq!(pool.reserve_units(), (x + dx, y - out));
                // The same trade asked for from the other end costs no more.
                let mut other = before;
                let back = other.swap_exact_out(TokenIn::Base, trade.amount_out, None).unwrap();
                prop_assert!(back.amount_in <= given);
            }
            Err(error) => {
                prop_assert_eq!(&pool, &before);
                match expected_out(x, y, dx, fee) {
                    Err(expected) => prop_assert_eq!(error, expected),
                    Ok(0) => prop_assert_eq!(error, AmmError::InsufficientOutput { operation: "swap" }),
                    Ok(_) => {
                        prop_assert!(x + dx > MAX_UNITS);
                        prop_assert_eq!(Err(error), grid.amount(x + dx).map(drop));
                    }
                }
            }
        }
    }
}

/// The contracts' price after token 0 comes in, in 256 bits that wrap, as they write it.
fn contract_next(root: U256, liquidity: u128, amount: u128) -> U256 {
    let up = |n: U512, d: U512| {
        let (quotient, rest) = n.div_rem(d);
        let up = if rest.is_zero() { quotient } else { quotient + U512::from(1) };
        U256::from_limbs_slice(&up.as_limbs()[..4])
    };
    let (shifted, amount): (U256, U256) = (U256::from(liquidity) << 96usize, U256::from(amount));
    let product = amount.wrapping_mul(root);
    if product.checked_div(amount).is_none_or(|quotient| quotient == root) {
        let denominator = shifted.wrapping_add(product);
        if denominator >= shifted {
            return up(U512::from(shifted) * U512::from(root), U512::from(denominator));
        }
    }
    up(U512::from(shifted), U512::from(shifted / root + amount))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn the_price_after_an_input_is_the_contracts(
        seed in any::<[u64; 3]>(), bits in 1usize..=160, liquidity in any::<u128>(), less in 0u32..120,
        amount in any::<u128>(), fewer in 0u32..128,
    ) {
        let root = (U256::from_limbs([seed[0], seed[1], seed[2], 0]) >> (192 - bits)).max(U256::from(1));
        let (liquidity, amount) = ((liquidity >> less).max(1), amount >> fewer);
        let next = te_amm::concentrated::q96::next_sqrt_price(root, liquidity, amount, true).unwrap();
        prop_assert_eq!(next, contract_next(root, liquidity, amount));
    }

    /// What a route says of its pools gives its amounts.
    #[test]
    fn a_route_is_its_pools(reserves in prop::collection::vec((0u32..4, 0u32..4, 1u64..1_000_000, 1u64..1_000_000), 1..8), amount in 1u64..100_000) {
        let pools = reserves
            .iter()
            .map(|&(a, b, x, y)| uniswap_v2::Pool { tokens: (a, b), reserves: (U256::from(x), U256::from(y)) })
            .collect::<Vec<_>>();
        let amount = U256::from(amount);
        let mut routes = uniswap_v2::best_routes_exact_in(&pools, (0, 3), amount, (3, 50)).unwrap();
        routes.extend(uniswap_v2::best_routes_exact_out(&pools, (0, 3), amount, (3, 50)).unwrap());
        for route in &routes {
            prop_assert_eq!(route.pools.len() + 1, route.tokens.len());
            let hops = route.pools.iter().zip(&route.tokens).map(|(&place, &token)| {
                let pool = pools[place];
                if pool.tokens.0 == token { pool.reserves } else { (pool.reserves.1, pool.reserves.0) }
            });
            let amounts = uniswap_v2::amounts_out(route.amount_in, &hops.collect::<Vec<_>>()).unwrap();
            // An input for an exact output may buy more than was asked for.
            prop_assert!(amounts.last() >= Some(&route.amount_out));
        }
        // Parallel pools are told apart: by one kind of search, no list of pools is found twice.
        let mut found = uniswap_v2::best_routes_exact_in(&pools, (0, 3), amount, (3, 50)).unwrap();
        let all = found.len();
        found.sort_by(|a, b| a.pools.cmp(&b.pools));
        found.dedup_by(|a, b| a.pools == b.pools);
        prop_assert_eq!(found.len(), all);
    }
}
