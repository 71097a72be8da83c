//! The state of a twocrypto-ng pool: balances, shares, fee, ramp, swaps.
//!
//! ```text
//! scaled     x = (b0*pr0, b1*pr1*scale/E),  pr = 10^(18 - decimals)
//! swap       y from x with dx;  dy = x_j - y - 1, for coin 1 *E/scale, /pr_j;  less fee*dy/F
//! fee        (mid*r + out*(E - r))/E,  r = fg*E/(fg + E - 4E*x0/f*x1/f),  f = x0 + x1
//! worth      vp = E*sqrt(D/2 * D*E/(2*scale))/T
//! ramp       (A0*(t1 - t) + A1*(t - t0))/(t1 - t0), gamma likewise
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | b, x | balances, scaled | units, 10^-18 |
//! | scale | the price around which liquidity lies | 10^-18 |
//! | mid, out, fg | fee at the price scale, far from it, how fast it rises | 10^-10, 10^-10, 10^-18 |
//! | vp, T, D | virtual price, shares, invariant | 10^-18, units, 10^-18 |
//!
//! What follows each change of the balances is in [`settle`](self), joins and exits in the file beside.
//!
//! Assumptions and limits: one provider holds all shares; the administrator's part is half of the fees and is paid in an exit in one coin.
//!
//! Source: rules measured on twocrypto-ng v2.1.0, `testdata/te-amm/pools/README.md`, family `twocrypto_ng`.
//!
//! Invariants: a refused call changes nothing; a swap that would not raise the virtual price is refused, but while the shape moves.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

mod liquidity;
mod settle;

use super::curve::Shape;
use super::{FEE_ONE, Refusal};
use crate::exact::integer::Int;
use crate::exact::wad_exp::Average;
use crate::exact::weighted::fixed_point::ONE;
use crate::wide::{U256, wide_ten_to};
use serde::{Deserialize, Serialize};

/// The shortest ramp, and the time between two `[s]`.
const SHORTEST_RAMP: u64 = 86_400;
/// The largest step of a ramp, as a factor.
const LARGEST_STEP: u64 = 10;

/// What a pool is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Amplification and gamma.
    pub shape: Shape,
    /// Fee at the price scale `[10^-10]`.
    pub mid_fee: u64,
    /// Fee far from it, below one `[10^-10]`.
    pub out_fee: u64,
    /// How fast the fee rises, 1 to 10^18 `[10^-18]`.
    pub fee_gamma: u64,
    /// Profit that must be left before the price scale moves `[10^-18]`.
    pub allowed_extra_profit: u64,
    /// The least step of the price scale `[10^-18]`.
    pub adjustment_step: u64,
    /// Time constant of the average price, 87 to 872541 `[s]`.
    pub ma_time: u64,
    /// Price of coin 1 in coin 0 at the start `[10^-18]`.
    pub initial_price: U256,
    /// Decimals of both coins, at most 18.
    pub decimals: [u32; 2],
}

/// A pool.
///
/// ```
/// use te_amm::exact::twocrypto::{curve::Shape, pool::{Pool, Settings}};
/// use te_amm::wide::U256;
/// let settings = Settings {
///     shape: Shape::new(U256::from(400_000u64), U256::from(30_000_000_000_000_000u64))?,
///     mid_fee: 10_000_000, out_fee: 45_000_000, fee_gamma: 5_000_000_000_000_000,
///     allowed_extra_profit: 2_000_000_000_000, adjustment_step: 146_000_000_000_000, ma_time: 866,
///     initial_price: U256::from(296_745_996_253_467_104_248u128), decimals: [6, 8],
/// };
/// let mut pool = Pool::new(&settings, 1_700_000_000)?;
/// let shares = pool.add_liquidity([616_830_000_000u64, 207_864_641_069].map(U256::from), U256::ZERO, 1_700_000_000)?;
/// assert_eq!(shares, U256::from(35_807_421_933_251_669_102_051u128));
/// # Ok::<(), te_amm::exact::twocrypto::Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    units: [U256; 2],
    fees: [u64; 2],
    fee_gamma: u64,
    allowed_extra_profit: u64,
    adjustment_step: u64,
    ma_time: u64,
    shapes: [Shape; 2],
    ramp_times: [u64; 2],
    balances: [U256; 2],
    d: U256,
    total_supply: U256,
    price_scale: U256,
    price: Average,
    virtual_price: U256,
    xcp_profit: U256,
    xcp_profit_a: U256,
    admin_shares: U256,
    last_claim: u64,
}

impl Pool {
    /// An empty pool at a time.
    ///
    /// # Errors
    /// [`Refusal::Parameter`] for settings outside their ranges.
    pub fn new(settings: &Settings, time: u64) -> Result<Self, Refusal> {
        let unit = |decimals: u32| 18u32.checked_sub(decimals).and_then(wide_ten_to);
        let [Some(first), Some(second)] = settings.decimals.map(unit) else {
            return Err(Refusal::Parameter("decimals must be at most 18"));
        };
        if settings.mid_fee > settings.out_fee || settings.out_fee >= FEE_ONE {
            return Err(Refusal::Parameter("the fees must rise, and stay below one"));
        }
        if !(1..=ONE).contains(&settings.fee_gamma) {
            return Err(Refusal::Parameter("the fee's gamma must be in 1 to 10^18"));
        }
        if !(87..=872_541).contains(&settings.ma_time) {
            return Err(Refusal::Parameter("the time of the average must be in 87 to 872541 s"));
        }
        if settings.initial_price.is_zero() {
            return Err(Refusal::Parameter("the price must be above 0"));
        }
        let price = settings.initial_price;
        Ok(Self {
            units: [first, second],
            fees: [settings.mid_fee, settings.out_fee],
            fee_gamma: settings.fee_gamma,
            allowed_extra_profit: settings.allowed_extra_profit,
            adjustment_step: settings.adjustment_step,
            ma_time: settings.ma_time,
            shapes: [settings.shape; 2],
            ramp_times: [0, 0],
            balances: [U256::ZERO; 2],
            d: U256::ZERO,
            total_supply: U256::ZERO,
            price_scale: price,
            price: Average { last: price, ema: price, time },
            virtual_price: U256::ZERO,
            xcp_profit: U256::ZERO,
            xcp_profit_a: U256::ZERO,
            admin_shares: U256::ZERO,
            last_claim: 0,
        })
    }

    /// Balances `[units]`.
    pub fn balances(&self) -> [U256; 2] {
        self.balances
    }

    /// The invariant as it is kept `[10^-18]`.
    pub fn invariant(&self) -> U256 {
        self.d
    }

    /// Shares in all `[units of shares]`.
    pub fn total_supply(&self) -> U256 {
        self.total_supply
    }

    /// The virtual price as it is kept `[10^-18]`.
    pub fn virtual_price(&self) -> U256 {
        self.virtual_price
    }

    /// Profit since the start, as a factor `[10^-18]`.
    pub fn xcp_profit(&self) -> U256 {
        self.xcp_profit
    }

    /// Profit of which the administrator has had its part `[10^-18]`.
    pub fn xcp_profit_a(&self) -> U256 {
        self.xcp_profit_a
    }

    /// The price around which liquidity lies `[10^-18]`.
    pub fn price_scale(&self) -> U256 {
        self.price_scale
    }

    /// The last price of coin 1 in coin 0 `[10^-18]`.
    pub fn last_price(&self) -> U256 {
        self.price.last
    }

    /// When the average price was last moved `[s]`.
    pub fn last_timestamp(&self) -> u64 {
        self.price.time
    }

    /// The average price at a time `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn price_oracle(&self, time: u64) -> Result<U256, Refusal> {
        Ok(self.capped_price()?.at(time, self.ma_time, super::ZERO_AT)?)
    }

    /// The price of coin 1 in coin 0 as the pool stands `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::OutsideCurve`]; [`Refusal::Arithmetic`].
    pub fn spot_price(&self, time: u64) -> Result<U256, Refusal> {
        let price = self.shape(time)?.price(self.scaled(self.balances)?, self.d)?;
        Ok((Int::from(price) * self.price_scale / ONE).get()?)
    }

    /// The fee of the pool as it stands `[10^-10]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn fee(&self) -> Result<U256, Refusal> {
        let [x0, x1] = self.scaled(self.balances)?;
        Ok(self.fee_at(x0.into(), x1.into()).get()?)
    }

    /// Worth of a share in coin 0 `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn lp_price(&self, time: u64) -> Result<U256, Refusal> {
        let root = (Int::from(self.price_oracle(time)?) * ONE).sqrt();
        Ok((Int::from(self.virtual_price) * 2u64 * root / ONE).get()?)
    }

    /// Worth of the pool per share now `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn virtual_price_now(&self) -> Result<U256, Refusal> {
        Ok((worth(self.d, self.price_scale) * ONE / self.total_supply).get()?)
    }

    /// Whether the shape moves at a time.
    fn ramping(&self, time: u64) -> bool {
        self.ramp_times[1] > time
    }

    /// Amplification and gamma at a time.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn shape(&self, time: u64) -> Result<Shape, Refusal> {
        let ([from, to], [t0, t1]) = (self.shapes, self.ramp_times);
        if time >= t1 {
            return Ok(to);
        }
        let (past, left) = (time.saturating_sub(t0), t1.saturating_sub(time));
        let whole = t1.saturating_sub(t0);
        let between = |a: U256, b: U256| ((Int::from(a) * left + Int::from(b) * past) / whole).get();
        Ok(Shape { a: between(from.a, to.a)?, gamma: between(from.gamma, to.gamma)? })
    }

    /// Lets amplification and gamma move to others from now to a time.
    ///
    /// # Errors
    /// [`Refusal::Ramp`]; [`Refusal::Parameter`].
    pub fn ramp(&mut self, next: Shape, end: u64, time: u64) -> Result<(), Refusal> {
        let (next, now) = (Shape::new(next.a, next.gamma)?, self.shape(time)?);
        let late = time >= self.ramp_times[0].saturating_add(SHORTEST_RAMP)
            && end >= time.saturating_add(SHORTEST_RAMP);
        let far = |a: U256, b: U256| {
            let (a, b) = (Int::from(a), Int::from(b));
            Ok::<_, Refusal>(a.above(b * LARGEST_STEP)? || b.above(a * LARGEST_STEP)?)
        };
        if !late || far(now.a, next.a)? || far(now.gamma, next.gamma)? {
            return Err(Refusal::Ramp);
        }
        (self.shapes, self.ramp_times) = ([now, next], [time, end]);
        Ok(())
    }

    /// Balances scaled by a price.
    fn scaled_by(&self, [b0, b1]: [U256; 2], price: U256) -> Result<[U256; 2], Refusal> {
        let [u0, u1] = self.units;
        Ok([(Int::from(b0) * u0).get()?, (Int::from(b1) * u1 * price / ONE).get()?])
    }

    fn scaled(&self, balances: [U256; 2]) -> Result<[U256; 2], Refusal> {
        self.scaled_by(balances, self.price_scale)
    }

    /// The invariant: that which is kept, or anew while the shape moves.
    fn invariant_at(&self, shape: &Shape, time: u64) -> Result<U256, Refusal> {
        if self.ramping(time) { shape.invariant(self.scaled(self.balances)?, U256::ZERO) } else { Ok(self.d) }
    }

    /// The fee at two scaled balances `[10^-10]`.
    fn fee_at(&self, x0: Int, x1: Int) -> Int {
        let [mid, out] = self.fees;
        let (sum, fg) = (x0 + x1, Int::from(self.fee_gamma));
        let r = fg * ONE / (fg + ONE - Int::from(ONE) * 4u64 * x0 / sum * x1 / sum);
        (r * mid + (Int::from(ONE) - r) * out) / ONE
    }

    /// From the scaled change of coin `i` to its units.
    fn unscaled(&self, scaled: Int, i: usize) -> Result<Int, Refusal> {
        match (i, self.units) {
            (0, [unit, _]) => Ok(scaled / unit),
            (1, [_, unit]) => Ok(scaled * ONE / self.price_scale / unit),
            _ => Err(Refusal::NoSuchCoin),
        }
    }

    /// What a swap pays, and the balances and the hint after it.
    fn swapped(
        &self,
        (i, j): (usize, usize),
        dx: U256,
        time: u64,
    ) -> Result<(U256, [U256; 2], U256), Refusal> {
        if i == j || i > 1 || j > 1 {
            return Err(Refusal::NoSuchCoin);
        }
        if dx.is_zero() {
            return Err(Refusal::AmountZero);
        }
        let shape = self.shape(time)?;
        let d = self.invariant_at(&shape, time)?;
        let mut balances = self.balances;
        change(&mut balances, i, |balance| balance + dx)?;
        let x = self.scaled(balances)?;
        let (y, hint) = shape.balance(x, d, j)?;
        let mut after = x;
        change(&mut after, j, |_| y.into())?;
        let gross = Int::from(of(&x, j)) - y - 1u64;
        let gross = self.unscaled(gross, j)?;
        let [x0, x1] = after.map(Int::from);
        let out = gross - self.fee_at(x0, x1) * gross / FEE_ONE;
        change(&mut balances, j, |balance| balance - out)?;
        Ok((out.get()?, balances, hint))
    }

    /// What a swap would pay `[units]`.
    ///
    /// # Errors
    /// As [`exchange`](Self::exchange), without its limit.
    pub fn get_dy(&self, pair: (usize, usize), dx: U256, time: u64) -> Result<U256, Refusal> {
        Ok(self.swapped(pair, dx, time)?.0)
    }

    /// About what must be paid for an amount out: a quote by five rounds `[units]`.
    ///
    /// # Errors
    /// As [`exchange`](Self::exchange), without its limit.
    pub fn get_dx(&self, (i, j): (usize, usize), dy: U256, time: u64) -> Result<U256, Refusal> {
        if i == j || i > 1 || j > 1 {
            return Err(Refusal::NoSuchCoin);
        }
        let shape = self.shape(time)?;
        let d = self.invariant_at(&shape, time)?;
        let (mut gross, mut paid) = (Int::from(dy), Int::ZERO);
        for _ in 0..5 {
            let mut balances = self.balances;
            change(&mut balances, j, |balance| balance - gross)?;
            let mut x = self.scaled(balances)?;
            let (more, _) = shape.balance(x, d, i)?;
            paid = self.unscaled(Int::from(more) - of(&x, i), i)?;
            change(&mut x, i, |_| more.into())?;
            let [x0, x1] = x.map(Int::from);
            gross = Int::from(dy) + self.fee_at(x0, x1) * gross / FEE_ONE + 1u64;
        }
        Ok(paid.get()?)
    }

    /// Pays `dx` of a coin for at least `min_dy` of the other; returns what it gets `[units]`.
    ///
    /// # Errors
    /// [`Refusal::AmountZero`], [`Refusal::NoSuchCoin`], [`Refusal::OutsideCurve`], [`Refusal::NoConvergence`],
    /// [`Refusal::Slippage`], [`Refusal::Loss`]; [`Refusal::Arithmetic`].
    pub fn exchange(
        &mut self,
        pair: (usize, usize),
        dx: U256,
        min_dy: U256,
        time: u64,
    ) -> Result<U256, Refusal> {
        let (out, balances, hint) = self.swapped(pair, dx, time)?;
        if out < min_dy {
            return Err(Refusal::Slippage);
        }
        let mut after = Self { balances, ..self.clone() };
        after.settle(self.scaled(balances)?, None, hint, time)?;
        *self = after;
        Ok(out)
    }
}

/// Geometric mean of what half the invariant is of both coins, in units of a share's worth at the start `[10^-18]`.
fn worth(d: U256, price: U256) -> Int {
    let d = Int::from(d);
    (d / 2u64 * (d * ONE / (Int::from(price) * 2u64))).sqrt()
}

/// One of two values.
fn of([first, second]: &[U256; 2], i: usize) -> U256 {
    if i == 0 { *first } else { *second }
}

/// Changes one of two values.
fn change(pair: &mut [U256; 2], i: usize, to: impl Fn(Int) -> Int) -> Result<(), Refusal> {
    let value = pair.get_mut(i).ok_or(Refusal::NoSuchCoin)?;
    *value = to(Int::from(*value)).get()?;
    Ok(())
}
