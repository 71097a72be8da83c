//! The contracts' rounding of concentrated liquidity, on Q64.96 square roots of prices.
//!
//! The formulas are those of [`amounts`]; here they refuse in this crate's words, and
//! amounts are of 128 bits.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | s | square root of the price times 2^96 | Q64.96 |
//! | L | liquidity, 128 bits | units |
//!
//! Assumptions and limits: intermediate values in 512 bits, so that nothing is lost before the one rounding (amount 0 is rounded twice in the
//! contracts, and the price after a large input of token 0; here too).
//!
//! Source: Uniswap v3 Core (2021), section 6.2.
//!
//! Invariant: what goes out is never worth more than what came in.

use crate::AmmError;
use crate::exact::integer::{Fault, Round};
use crate::exact::uniswap_v3::amounts;
use crate::wide::U256;

fn refused(fault: Fault) -> AmmError {
    let operation = "Q64.96 price";
    match fault {
        Fault::OutOfRange => AmmError::Overflow { operation },
        Fault::DivisionByZero => AmmError::DivisionByZero { operation },
    }
}

fn rounded(up: bool) -> Round {
    if up { Round::Up } else { Round::Down }
}

fn checked(sqrt_price: U256, liquidity: u128) -> Result<(), AmmError> {
    if sqrt_price.is_zero() || sqrt_price.bit_len() > 160 {
        let value = crate::wide::approximate(sqrt_price);
        return Err(AmmError::Domain { parameter: "sqrt price", value, range: "positive, at most 160 bits" });
    }
    if liquidity == 0 {
        return Err(AmmError::NonPositiveAmount { parameter: "liquidity", value: 0.0 });
    }
    Ok(())
}

/// The price after `amount` units come in: token 0 (rounded up) or token 1 (rounded down) `[Q64.96]`.
///
/// # Errors
/// Price or liquidity zero; a price above 160 bits.
pub fn next_sqrt_price(
    sqrt_price: U256,
    liquidity: u128,
    amount: u128,
    token0_in: bool,
) -> Result<U256, AmmError> {
    checked(sqrt_price, liquidity)?;
    amounts::next_root_from_input(sqrt_price, liquidity, U256::from(amount), token0_in).map_err(refused)
}

/// Units of token 0 between two prices `[units]`.
///
/// # Errors
/// As [`next_sqrt_price`].
pub fn amount0(sqrt_a: U256, sqrt_b: U256, liquidity: u128, round_up: bool) -> Result<U256, AmmError> {
    checked(sqrt_a, liquidity)?;
    checked(sqrt_b, liquidity)?;
    amounts::amount0(sqrt_a, sqrt_b, liquidity, rounded(round_up)).map_err(refused)
}

/// Units of token 1 between two prices `[units]`.
///
/// # Errors
/// As [`next_sqrt_price`].
pub fn amount1(sqrt_a: U256, sqrt_b: U256, liquidity: u128, round_up: bool) -> Result<U256, AmmError> {
    checked(sqrt_a, liquidity)?;
    checked(sqrt_b, liquidity)?;
    amounts::amount1(sqrt_a, sqrt_b, liquidity, rounded(round_up)).map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_own_test_numbers() {
        // v3-core test/SqrtPriceMath.spec.ts: price 1, liquidity 1e18, 0.1 of either token in.
        let one = U256::from(1u64) << 96;
        let (l, tenth) = (10u128.pow(18), 10u128.pow(17));
        let up = next_sqrt_price(one, l, tenth, false).unwrap();
        assert_eq!(up.to_string(), "87150978765690771352898345369");
        let down = next_sqrt_price(one, l, tenth, true).unwrap();
        assert_eq!(down.to_string(), "72025602285694852357767227579");
        // And amounts between prices 1 and 1.21: 0.0909... of token 0, 0.1 of token 1.
        let price = U256::from(87_150_978_765_690_771_352_898_345_369u128);
        assert_eq!(amount0(one, price, l, true).unwrap().to_string(), "90909090909090910");
        assert_eq!(amount0(one, price, l, false).unwrap().to_string(), "90909090909090909");
        assert_eq!(amount1(one, price, l, true).unwrap().to_string(), "100000000000000000");
        assert_eq!(amount1(one, price, l, false).unwrap().to_string(), "99999999999999999");
    }

    /// Where the amount times the root reaches 2^256 the contracts take another quotient, which is rounded twice.
    #[test]
    fn large_inputs_are_rounded_as_in_the_contracts() {
        let root = "584166085350165703567801926497168450654893506560".parse().unwrap();
        let (l, amount) =
            (308_691_752_669_152_500_662_574_311_595_545_985_024, 6_656_525_635_017_870_709_165_737_902_080);
        let next = next_sqrt_price(root, l, amount, true).unwrap();
        assert_eq!(next.to_string(), "3674151004312210138915624901962541498");
    }

    #[test]
    fn in_rounds_up_and_out_down() {
        let one = U256::from(1u64) << 96;
        let after = next_sqrt_price(one, 1_000_003, 17, true).unwrap();
        let (paid, got) =
            (amount0(after, one, 1_000_003, true).unwrap(), amount1(after, one, 1_000_003, false).unwrap());
        assert!(paid <= U256::from(17) && got < paid);
        assert!(next_sqrt_price(U256::ZERO, 1, 1, true).is_err());
        assert!(next_sqrt_price(one, 0, 1, true).is_err());
    }
}
