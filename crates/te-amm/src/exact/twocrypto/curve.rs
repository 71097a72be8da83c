//! The curve of twocrypto-ng: invariant, balance of the other coin, price.
//!
//! ```text
//! K0 = 4*x0*x1/D^2,  u = |g + 1 - K0|,  m1 = D*u^2/(g^2 A),  m2 = 4*K0/u
//! D      Newton's steps from 2*sqrt(x0*x1), or from the hint K: D = 2*sqrt(x0*x1/K)
//! y      the root of a cubic in K0, y = D^2*root/(4*xj); by Newton's steps where its discriminant is not positive
//! price  x0*(GK + N*x1/D*K0)/(x1*(GK + N*x0/D*K0)),  GK = 2*K0^3 + (g + 1)^2 - K0^2*(2g + 3),  N = A*g^2
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | x, y | balances, scaled | 10^-18 |
//! | A, g | amplification times 4*10^4 times 10^4, gamma | 1, 10^-18 |
//!
//! Limits: the larger balance in `[10^9, 10^33]`, the smaller at least 10^-4 of it; `D` in `[10^17, 10^33]` for a balance and a price; a
//! balance is at most 100, or 2/g, times the other's.
//!
//! Source: rules measured on twocrypto-ng v2.1.0, `testdata/te-amm/pools/README.md`, family `twocrypto_ng`.
//!
//! Invariant: an iteration ends within 10^-14 of its fixed point, or refuses after 255 rounds.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int and SignedInt are checked")]

use super::Refusal;
use crate::exact::integer::Int;
use crate::exact::signed::{Signed, SignedInt};
use crate::exact::weighted::fixed_point::ONE;
use crate::wide::{U256, wide_ten_to};
use serde::{Deserialize, Serialize};

const ROUNDS: u32 = 255;
/// Places of the amplification, as a factor.
const A_PLACES: u64 = 10_000;
const TEN_14: u64 = 100_000_000_000_000;
const TEN_36: u128 = 1_000_000_000_000_000_000_000_000_000_000_000_000;

/// Amplification and gamma of the curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Amplification, in `[4000, 4*10^7]`.
    pub a: U256,
    /// How fast liquidity thins away from the price scale, in `[10^10, 0.199*10^18]` `[10^-18]`.
    pub gamma: U256,
}

impl Shape {
    /// Checks both ranges.
    ///
    /// # Errors
    /// [`Refusal::Parameter`].
    pub fn new(a: U256, gamma: U256) -> Result<Self, Refusal> {
        if !(U256::from(4_000u64)..=U256::from(40_000_000u64)).contains(&a) {
            return Err(Refusal::Parameter("the amplification must be in [4000, 4*10^7]"));
        }
        let most = U256::from(199_000_000_000_000_000u64);
        if !(U256::from(10_000_000_000u64)..=most).contains(&gamma) {
            return Err(Refusal::Parameter("gamma must be in [10^10, 0.199*10^18]"));
        }
        Ok(Self { a, gamma })
    }

    /// `g + 1`.
    fn g1(&self) -> Int {
        Int::from(self.gamma) + ONE
    }

    /// `u`, and `m1` of an invariant.
    fn terms(&self, k0: Int, d: Int) -> (Int, Int) {
        let u = self.g1().distance(k0) + 1u64;
        (u, Int::from(ONE) * d / self.gamma * u / self.gamma * u * A_PLACES / self.a)
    }

    /// The largest ratio of a balance to half the invariant, times 2 `[10^-18]`.
    fn largest_ratio(&self) -> Int {
        if self.gamma > U256::from(ONE / 50) {
            Int::from(TEN_36) * 2u64 / self.gamma
        } else {
            Int::from(ONE) * 100u64
        }
    }

    /// The invariant of two scaled balances, with a hint `K0` or 0.
    ///
    /// ```
    /// use te_amm::exact::twocrypto::curve::Shape;
    /// use te_amm::wide::U256;
    /// let shape = Shape::new(U256::from(40_000_000u64), U256::from(199_000_000_000_000_000u64))?;
    /// let x = [858_815_404_124_252_785_344_519u128, 2_882_356_952_340_830_644_862_976].map(U256::from);
    /// assert_eq!(shape.invariant(x, U256::ZERO)?, U256::from(3_738_832_413_164_714_882_440_873u128));
    /// # Ok::<(), te_amm::exact::twocrypto::Refusal>(())
    /// ```
    ///
    /// # Errors
    /// [`Refusal::OutsideCurve`], [`Refusal::NoConvergence`]; [`Refusal::Arithmetic`].
    pub fn invariant(&self, balances: [U256; 2], hint: U256) -> Result<U256, Refusal> {
        let [a, b] = balances;
        let (x0, x1) = (a.max(b), a.min(b));
        let most = wide_ten_to(33).unwrap_or(U256::MAX);
        if x0 < U256::from(1_000_000_000u64) || x0 > most {
            return Err(Refusal::OutsideCurve("the larger scaled balance must be in [10^9, 10^33]"));
        }
        let (x0, x1) = (Int::from(x0), Int::from(x1));
        if Int::from(TEN_14).above(x1 * ONE / x0)? {
            return Err(Refusal::OutsideCurve("the smaller balance must be at least 10^-4 of the larger"));
        }
        let sum = x0 + x1;
        let mut d = if hint.is_zero() {
            (x0 * x1).sqrt() * 2u64
        } else {
            (x0 * x1 * 4u64 / hint * ONE).sqrt().min(sum)
        }
        .get()?;
        for _ in 0..ROUNDS {
            let next = self.invariant_step(Int::from(d), x0, x1)?;
            let change = Int::from(next).distance(d) * TEN_14;
            if !(change + 1u64).above(next.max(U256::from(10_000_000_000_000_000u64)))? {
                for x in [x0, x1] {
                    let part = (x * ONE / next).get()?;
                    if part < U256::from(ONE / 200) || Int::from(part).above(Int::from(ONE) * 50u64)? {
                        return Err(Refusal::OutsideCurve(
                            "a balance must be in [1/200, 50] of the invariant",
                        ));
                    }
                }
                return Ok(next);
            }
            d = next;
        }
        Err(Refusal::NoConvergence)
    }

    fn invariant_step(&self, d: Int, x0: Int, x1: Int) -> Result<U256, Refusal> {
        let sum = x0 + x1;
        let k0 = Int::from(ONE) * 4u64 * x0 / d * x1 / d;
        let (u, m1) = self.terms(k0, d);
        let m2 = Int::from(ONE) * 4u64 * k0 / u;
        let slope = sum + sum * m2 / ONE + m1 * 2u64 / k0 - m2 * d / ONE;
        let plus = d * (slope + sum) / slope;
        let bend = d * (m1 / slope) / ONE * k0.distance(ONE) / k0;
        let below = Int::from(ONE).above(k0)?;
        let minus = if below { d * d / slope + bend } else { d * d / slope - bend };
        Ok(if plus.above(minus)? { plus - minus } else { (minus - plus) / 2u64 }.get()?)
    }

    /// The balance of coin `i` beside the other's at an invariant, and the hint `K0` for the invariant after it.
    ///
    /// # Errors
    /// [`Refusal::OutsideCurve`], [`Refusal::NoConvergence`]; [`Refusal::Arithmetic`].
    pub fn balance(&self, balances: [U256; 2], d: U256, i: usize) -> Result<(U256, U256), Refusal> {
        in_range(d)?;
        let xj = other(balances, i)?;
        let largest = self.largest_ratio();
        let k = Int::from(ONE) * 2u64 * xj / d;
        if k.above(largest)? || (Int::from(TEN_36) / largest).above(k)? {
            return Err(Refusal::OutsideCurve("a balance is too far from half the invariant"));
        }
        let Some(root) = self.cubic_root(xj, d)? else {
            return Ok((self.steps(xj, d, k)?, U256::ZERO));
        };
        let y = SignedInt::from(Int::from(d) * d / xj) * root / SignedInt::from(4i64) / whole(ONE);
        let y = y.unsigned();
        self.in_proportion(y, d)?;
        Ok((y.get()?, root.unsigned().get()?))
    }

    /// Checks the ratio of a balance to the invariant.
    fn in_proportion(&self, y: Int, d: U256) -> Result<(), Refusal> {
        let (part, largest) = (y * ONE / d, self.largest_ratio());
        let least = Int::from(TEN_36) / 2u64 / largest;
        if part.above(largest / 2u64)? || least.above(part)? {
            return Err(Refusal::OutsideCurve("the balance is too far from half the invariant"));
        }
        Ok(())
    }

    /// The root `K0` of the cubic, none where its discriminant is not positive.
    fn cubic_root(&self, xj: U256, d: U256) -> Result<Option<SignedInt>, Refusal> {
        let (g, g1, x, d) = (whole_wide(self.gamma), self.g1(), whole_wide(xj), whole_wide(d));
        let g_squared = Int::from(self.gamma) * self.gamma;
        let big_g = SignedInt::from(Int::from(self.a) * g_squared);
        let h = SignedInt::from(400_000_000i64);
        let (three, ten_14) = (SignedInt::from(3i64), whole(TEN_14));
        let a = SignedInt::from(Int::from(100_000_000_000_000_000_000_000_000_000_000u128));
        let four_g = SignedInt::from(4i64) * big_g / h;
        let b = d * big_g / h / x - three * a - SignedInt::from(2i64) * g * ten_14;
        let c = three * a
            + SignedInt::from(4i64) * g * ten_14
            + SignedInt::from(g_squared / A_PLACES)
            + four_g * x / d
            - four_g;
        let e = -SignedInt::from(g1 * g1 / A_PLACES);
        let (d0, d1) = deltas(a, b, c, e);
        let least = d0.magnitude().min(d1.magnitude()).min(a.magnitude()).get()?;
        let divider = SignedInt::from(Int::from(divider(least)));
        let [a, b, c, e] = [a, b, c, e].map(|term| term / divider);
        let (d0, d1) = deltas(a, b, c, e);
        let discriminant = d1 * d1 + SignedInt::from(4i64) * d0 * d0 / b * d0;
        let Signed { negative, magnitude } = discriminant.get()?;
        if negative || magnitude.is_zero() {
            return Ok(None);
        }
        let v = SignedInt::from(Int::from(magnitude).sqrt());
        let b_root = cube_root_signed(b)?;
        let above = d1.get()?;
        let two = SignedInt::from(2i64);
        let z = if above.negative || above.magnitude.is_zero() {
            -SignedInt::from(cube_root(((v - d1) / two).unsigned().get()?)?)
        } else {
            SignedInt::from(cube_root(((d1 + v) / two).unsigned().get()?)?)
        };
        let one = whole(ONE);
        let c1 = b_root * b_root / one * z / one;
        Ok(Some((one * c1 - one * b - one * b / c1 * d0) / (three * a)))
    }

    /// The same balance by Newton's steps, checked against the range of the curve.
    ///
    /// # Errors
    /// As [`balance`](Self::balance).
    pub fn balance_by_steps(&self, balances: [U256; 2], d: U256, i: usize) -> Result<U256, Refusal> {
        in_range(d)?;
        let xj = other(balances, i)?;
        let largest = self.largest_ratio();
        let k = Int::from(ONE) * 2u64 * xj / d;
        if k.above(largest)? || (Int::from(TEN_36) / largest).above(k)? {
            return Err(Refusal::OutsideCurve("a balance is too far from half the invariant"));
        }
        let y = self.steps(xj, d, k)?;
        self.in_proportion(y.into(), d)?;
        Ok(y)
    }

    fn steps(&self, xj: U256, d: U256, k: Int) -> Result<U256, Refusal> {
        let part = |n: U256| n.wrapping_div(U256::from(TEN_14));
        let close = part(xj).max(part(d)).max(U256::from(100u64));
        let mut y = (Int::from(d) * d / (Int::from(xj) * 4u64)).get()?;
        for _ in 0..ROUNDS {
            let next = self.balance_step(Int::from(y), Int::from(xj), Int::from(d), k)?;
            let change = next.abs_diff(y);
            y = next;
            if change < close.max(part(y)) {
                return Ok(y);
            }
        }
        Err(Refusal::NoConvergence)
    }

    fn balance_step(&self, y: Int, xj: Int, d: Int, k: Int) -> Result<U256, Refusal> {
        let one = Int::from(ONE);
        let k0 = k * y * 2u64 / d;
        let (u, m1) = self.terms(k0, d);
        let m2 = one + one * 2u64 * k0 / u;
        let sum = xj + y;
        let (plus, minus) = (one * y + sum * m2 + m1, d * m2);
        if minus.above(plus)? {
            return Ok((y / 2u64).get()?);
        }
        let f = plus - minus;
        let slope = f / y;
        let m = m1 / slope;
        let (plus, minus) = ((f + one * d) / slope + m * ONE / k0, m + one * sum / slope);
        Ok(if minus.above(plus)? { y / 2u64 } else { plus - minus }.get()?)
    }

    /// The price of coin 1 in coin 0, in units of the price scale `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::OutsideCurve`]; [`Refusal::Arithmetic`].
    pub fn price(&self, balances: [U256; 2], d: U256) -> Result<U256, Refusal> {
        in_range(d)?;
        let [x0, x1] = balances.map(Int::from);
        let (g, g1) = (Int::from(self.gamma), self.g1());
        let k = x0 * x1 * 4u64 / d * TEN_36 / d;
        let gk = k * 2u64 * k / TEN_36 * k / TEN_36 + g1 * g1
            - k * k / TEN_36 * (g * 2u64 + Int::from(ONE) * 3u64) / ONE;
        let n = Int::from(self.a) * g * g / A_PLACES;
        let (top, bottom) = (gk + n * x1 / d * k / TEN_36, gk + n * x0 / d * k / TEN_36);
        Ok((x0 * top / x1 * ONE / bottom).get()?)
    }
}

/// The two numbers of which the cubic's root is made.
fn deltas(a: SignedInt, b: SignedInt, c: SignedInt, d: SignedInt) -> (SignedInt, SignedInt) {
    let three = SignedInt::from(3i64);
    let d0 = three * a * c / b - b;
    (d0, three * d0 + b - SignedInt::from(27i64) * a * a / b * d / b)
}

/// What keeps the cubic's numbers within 256 bits: a power of ten by their least.
fn divider(least: U256) -> U256 {
    let power = |exponent: u32| wide_ten_to(exponent).unwrap_or(U256::MAX);
    let exponent = (12..=24u32).rev().map(|half| half.saturating_mul(2));
    let found = exponent.chain([20]).find(|&exponent| least > power(exponent));
    found.map_or(U256::from(1u64), |exponent| power(exponent.saturating_sub(18)))
}

fn whole(value: u64) -> SignedInt {
    SignedInt::from(Int::from(value))
}

fn whole_wide(value: U256) -> SignedInt {
    SignedInt::from(value)
}

fn in_range(d: U256) -> Result<(), Refusal> {
    let most = wide_ten_to(33).unwrap_or(U256::MAX);
    if d < U256::from(ONE / 10) || d > most {
        return Err(Refusal::OutsideCurve("the invariant must be in [10^17, 10^33]"));
    }
    Ok(())
}

/// The balance of the coin that is not `i`.
fn other([x0, x1]: [U256; 2], i: usize) -> Result<U256, Refusal> {
    match i {
        0 => Ok(x1),
        1 => Ok(x0),
        _ => Err(Refusal::NoSuchCoin),
    }
}

fn cube_root_signed(x: SignedInt) -> Result<SignedInt, Refusal> {
    let Signed { negative, magnitude } = x.get()?;
    let root = SignedInt::from(cube_root(magnitude)?);
    Ok(if negative { -root } else { root })
}

/// The cube root of a number with 18 decimals, within a few units.
///
/// # Errors
/// [`Refusal::Arithmetic`] of 0.
fn cube_root(x: U256) -> Result<U256, Refusal> {
    let limit = Int::from(ruint::uint! { 115792089237316195423570985008687907853269_U256 });
    let value = Int::from(x);
    let (scaled, back) = match () {
        () if limit.above(value)? => (value * TEN_36, 1u64),
        () if (limit * ONE).above(value)? => (value * ONE, 1_000_000),
        () => (value, 1_000_000_000_000),
    };
    let bits = scaled.get()?.bit_len().saturating_sub(1);
    let (third, rest) = (bits / 3, bits % 3);
    let mut root = Int::from(U256::from(1u64).wrapping_shl(third));
    let (mut up, mut down) = (Int::from(1u64), 1u64);
    for _ in 0..rest {
        (up, down) = (up * 1260u64, down.saturating_mul(1000));
    }
    root = root * up / down;
    for _ in 0..7 {
        root = (root * 2u64 + scaled / (root * root)) / 3u64;
    }
    Ok((root * back).get()?)
}
