//! The state of a stableswap-ng pool: coins, shares, fees, ramp, averages.
//!
//! ```text
//! scaled     x = rate*balance/E,  rate = 10^(36 - decimals)*oracle/E
//! swap       y from x_i + dx;  dy = x_j - y - 1;  fee at the averages of before and after;  out = (dy - fee)*E/rate_j
//! A          A0 +/- |A1 - A0|*(t - t0)/(t1 - t0)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | dx, dy, out | amounts in, out scaled, out | units, 10^-18, units |
//! | T, sh | shares in all, of a call | units of shares |
//! | f | fee; half of every fee is the administrator's | 10^-10 |
//!
//! Joins and exits are in the file beside.
//!
//! Assumptions and limits: one provider holds all shares; rates are set from outside. What a view (a quote) says while the amplification
//! moves is for its whole part, as in the contract; a swap or a join takes its hundredths too.
//!
//! Source: rules measured on stableswap-ng v7.0.0, `testdata/te-amm/pools/README.md`, family `stableswap_ng`.
//!
//! Invariants: a refused call changes nothing; the invariant per share falls at most by rounding, but for rates and the ramp.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

mod liquidity;

use super::{FEE_ONE, MOST_COINS, Refusal, ZERO_AT};
use super::{balance_after, dynamic_fee, invariant, price};
use crate::exact::integer::Int;
use crate::exact::wad_exp::Average;
use crate::exact::weighted::fixed_point::ONE;
use crate::wide::{U256, wide_ten_to};
use serde::{Deserialize, Serialize};

/// The shortest ramp `[s]`.
const SHORTEST_RAMP: u64 = 86_400;
/// The largest step of a ramp, as a factor.
const LARGEST_STEP: u64 = 10;
/// Where the amplification ends.
const MOST_A: u64 = 1_000_000;
/// Places of the amplification inside, as a factor.
const A_PRECISION: u64 = 100;

type Coins = [U256; MOST_COINS];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Coin {
    multiplier: U256,
    oracle: U256,
    balance: U256,
    admin: U256,
}

/// What a pool is made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings<'a> {
    /// Amplification, 1 to 10^6.
    pub amplification: u64,
    /// Fee of a balanced pool, at most a half `[10^-10]`.
    pub fee: u64,
    /// Multiplier of the fee away from balance; none up to 10^10 `[10^-10]`.
    pub offpeg_fee_multiplier: u64,
    /// Window of the average prices `[s]`.
    pub ma_exp_time: u64,
    /// Window of the average invariant `[s]`.
    pub d_ma_time: u64,
    /// Decimals of each coin, at most 18.
    pub decimals: &'a [u32],
    /// Rate of each coin `[10^-18]`.
    pub oracle_rates: &'a [U256],
}

/// A pool.
///
/// ```
/// use te_amm::exact::stableswap::pool::{Pool, Settings};
/// use te_amm::wide::U256;
/// let one = U256::from(1_000_000_000_000_000_000u64);
/// let settings = Settings {
///     amplification: 20_000, fee: 0, offpeg_fee_multiplier: 20_000_000_000, ma_exp_time: 866, d_ma_time: 62_324,
///     decimals: &[6, 6], oracle_rates: &[one, one],
/// };
/// let mut pool = Pool::new(&settings, 1_700_000_000)?;
/// pool.add_liquidity(&[143_838_625_271_757u64, 60_035_340_488_873].map(U256::from), U256::ZERO, 1_700_000_000)?;
/// let out = pool.exchange((0, 1), U256::from(11_625_546_204_649u64), U256::ZERO, 1_701_000_000)?;
/// assert_eq!(out, U256::from(11_624_642_258_629u64));
/// # Ok::<(), te_amm::exact::stableswap::Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    coins: Vec<Coin>,
    fee: u64,
    multiplier: U256,
    windows: [u64; 2],
    ramp: [U256; 2],
    ramp_times: [u64; 2],
    total_supply: U256,
    prices: Vec<Average>,
    invariant: Average,
}

impl Pool {
    /// An empty pool at a time.
    ///
    /// # Errors
    /// [`Refusal::Parameter`] for settings outside their ranges.
    pub fn new(settings: &Settings<'_>, time: u64) -> Result<Self, Refusal> {
        let n = settings.decimals.len();
        if !(2..=MOST_COINS).contains(&n) || settings.oracle_rates.len() != n {
            return Err(Refusal::Parameter("a pool has 2 to 8 coins, each with a rate"));
        }
        if !(1..=MOST_A).contains(&settings.amplification) {
            return Err(Refusal::Parameter("the amplification must be in 1 to 10^6"));
        }
        let (fee, multiplier) = (settings.fee, settings.offpeg_fee_multiplier);
        let most = u128::from(FEE_ONE).saturating_mul(u128::from(FEE_ONE));
        if fee > FEE_ONE / 2 || u128::from(fee).saturating_mul(u128::from(multiplier)) > most {
            return Err(Refusal::Parameter(
                "the fee, and its product with the multiplier, must be at most a half and one",
            ));
        }
        if settings.ma_exp_time == 0 || settings.d_ma_time == 0 {
            return Err(Refusal::Parameter("the windows of the averages must be above 0 s"));
        }
        let coin = |(&decimals, &oracle): (&u32, &U256)| {
            let multiplier = 36u32.checked_sub(decimals).filter(|_| decimals <= 18).and_then(wide_ten_to);
            multiplier.map(|multiplier| Coin { multiplier, oracle, balance: U256::ZERO, admin: U256::ZERO })
        };
        let coins = settings.decimals.iter().zip(settings.oracle_rates).map(coin).collect::<Option<_>>();
        let a = U256::from(settings.amplification.saturating_mul(A_PRECISION));
        let one = U256::from(ONE);
        Ok(Self {
            coins: coins.ok_or(Refusal::Parameter("decimals must be at most 18"))?,
            fee,
            multiplier: U256::from(multiplier),
            windows: [settings.ma_exp_time, settings.d_ma_time],
            ramp: [a, a],
            ramp_times: [0, 0],
            total_supply: U256::ZERO,
            prices: vec![Average { last: one, ema: one, time }; n.saturating_sub(1)],
            invariant: Average { last: U256::ZERO, ema: U256::ZERO, time },
        })
    }

    /// Balances, without the administrator's part `[units]`.
    pub fn balances(&self) -> Vec<U256> {
        self.coins.iter().map(|coin| coin.balance).collect()
    }

    /// The administrator's part `[units]`.
    pub fn admin_balances(&self) -> Vec<U256> {
        self.coins.iter().map(|coin| coin.admin).collect()
    }

    /// Shares in all `[units of shares]`.
    pub fn total_supply(&self) -> U256 {
        self.total_supply
    }

    /// Last prices of coins 1 and on in coin 0, at most 2 `[10^-18]`.
    pub fn last_prices(&self) -> Vec<U256> {
        self.prices.iter().map(|price| price.last).collect()
    }

    /// Average prices when they were last moved `[10^-18]`.
    pub fn ema_prices(&self) -> Vec<U256> {
        self.prices.iter().map(|price| price.ema).collect()
    }

    /// Average prices at a time `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn price_oracle(&self, time: u64) -> Result<Vec<U256>, Refusal> {
        let at = |price: &Average| Ok(price.at(time, self.windows[0], ZERO_AT)?);
        self.prices.iter().map(at).collect()
    }

    /// The average invariant at a time `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn d_oracle(&self, time: u64) -> Result<U256, Refusal> {
        Ok(self.invariant.at(time, self.windows[1], ZERO_AT)?)
    }

    /// Prices of coins 1 and on in coin 0 now `[10^-18]`.
    ///
    /// # Errors
    /// As [`invariant`].
    pub fn spot_prices(&self, time: u64) -> Result<Vec<U256>, Refusal> {
        let (x, amp) = (self.scaled()?, self.amp(time)?);
        let x = self.used(&x);
        let d = invariant(x, amp)?;
        (1..x.len()).map(|i| price(i, x, amp, d)).collect()
    }

    /// Invariant per share `[10^-18]`.
    ///
    /// # Errors
    /// As [`invariant`]; [`Refusal::Arithmetic`] without shares.
    pub fn virtual_price(&self, time: u64) -> Result<U256, Refusal> {
        let d = invariant(self.used(&self.scaled()?), self.amp(time)?)?;
        Ok((Int::from(d) * ONE / self.total_supply).get()?)
    }

    /// 100 times the amplification at a time.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn amp(&self, time: u64) -> Result<U256, Refusal> {
        let ([a0, a1], [t0, t1]) = (self.ramp, self.ramp_times);
        if time >= t1 {
            return Ok(a1);
        }
        let (elapsed, whole) = (time.saturating_sub(t0), t1.saturating_sub(t0));
        let moved = Int::from(a0.abs_diff(a1)) * elapsed / whole;
        let now = if a1 > a0 { Int::from(a0) + moved } else { Int::from(a0) - moved };
        Ok(now.get()?)
    }

    /// The same for its whole part, as quotes take it.
    fn whole_amp(&self, time: u64) -> Result<U256, Refusal> {
        Ok((Int::from(self.amp(time)?) / A_PRECISION * A_PRECISION).get()?)
    }

    /// Lets the amplification move to another from now to a time.
    ///
    /// # Errors
    /// [`Refusal::Ramp`].
    pub fn ramp(&mut self, amplification: u64, end: u64, time: u64) -> Result<(), Refusal> {
        let now = Int::from(self.amp(time)?);
        let next = Int::from(amplification) * A_PRECISION;
        let late = end >= time.saturating_add(SHORTEST_RAMP);
        let far = next.above(now * LARGEST_STEP)? || now.above(next * LARGEST_STEP)?;
        if !late || far || !(1..MOST_A).contains(&amplification) {
            return Err(Refusal::Ramp);
        }
        self.ramp = [now.get()?, next.get()?];
        self.ramp_times = [time, end];
        Ok(())
    }

    /// Sets the rate of a coin `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::NoSuchCoin`].
    pub fn set_oracle_rate(&mut self, i: usize, rate: U256) -> Result<(), Refusal> {
        self.coins.get_mut(i).ok_or(Refusal::NoSuchCoin)?.oracle = rate;
        Ok(())
    }

    /// The part of an array that the pool's coins use.
    fn used<'a>(&self, coins: &'a Coins) -> &'a [U256] {
        coins.get(..self.coins.len()).unwrap_or(coins)
    }

    /// An array with a value for each coin.
    fn each(&self, of: impl Fn(usize, &Coin) -> Int) -> Result<Coins, Refusal> {
        let mut values = [U256::ZERO; MOST_COINS];
        for (i, (value, coin)) in values.iter_mut().zip(&self.coins).enumerate() {
            *value = of(i, coin).get()?;
        }
        Ok(values)
    }

    fn scaled(&self) -> Result<Coins, Refusal> {
        self.each(|_, coin| scaled(coin, coin.balance.into()))
    }

    fn pair(&self, (i, j): (usize, usize)) -> Result<(Coin, Coin), Refusal> {
        if i == j {
            return Err(Refusal::NoSuchCoin);
        }
        let found = self.coins.get(i).copied().zip(self.coins.get(j).copied());
        found.ok_or(Refusal::NoSuchCoin)
    }

    /// Fee between two coins as the pool stands `[10^-10]`.
    ///
    /// # Errors
    /// [`Refusal::NoSuchCoin`]; [`Refusal::Arithmetic`].
    pub fn dynamic_fee(&self, pair: (usize, usize)) -> Result<U256, Refusal> {
        let (a, b) = self.pair(pair)?;
        let of = |coin: &Coin| scaled(coin, coin.balance.into());
        Ok(dynamic_fee(of(&a), of(&b), self.fee.into(), self.multiplier).get()?)
    }

    /// What a swap pays, its fee `[10^-18]`, and the scaled balances and invariant after it.
    fn swapped(
        &self,
        (i, j): (usize, usize),
        dx: U256,
        amp: U256,
    ) -> Result<(U256, Int, Coins, U256), Refusal> {
        let (coin_in, coin_out) = self.pair((i, j))?;
        let mut x = self.scaled()?;
        let d = invariant(self.used(&x), amp)?;
        let before = (scaled(&coin_in, coin_in.balance.into()), scaled(&coin_out, coin_out.balance.into()));
        let more = before.0 + Int::from(dx) * rate(&coin_in) / ONE;
        let left = Int::from(balance_after((i, j), more.get()?, self.used(&x), amp, d)?);
        let gross = before.1 - left - 1u64;
        let middle = ((before.0 + more) / 2u64, (before.1 + left) / 2u64);
        let fee = gross * dynamic_fee(middle.0, middle.1, self.fee.into(), self.multiplier) / FEE_ONE;
        let out = (gross - fee) * ONE / rate(&coin_out);
        for (place, value) in [(i, more), (j, left)] {
            if let Some(x) = x.get_mut(place) {
                *x = value.get()?;
            }
        }
        Ok((out.get()?, fee, x, d))
    }

    /// What a swap would pay `[units]`.
    ///
    /// # Errors
    /// As [`exchange`](Self::exchange), without its limit.
    pub fn get_dy(&self, pair: (usize, usize), dx: U256, time: u64) -> Result<U256, Refusal> {
        Ok(self.swapped(pair, dx, self.whole_amp(time)?)?.0)
    }

    /// About what must be paid for an amount out: a quote, paying it can give less `[units]`.
    ///
    /// # Errors
    /// As [`exchange`](Self::exchange), without its limit.
    pub fn get_dx(&self, (i, j): (usize, usize), dy: U256, time: u64) -> Result<U256, Refusal> {
        let (coin_in, coin_out) = self.pair((i, j))?;
        let (x, amp) = (self.scaled()?, self.whole_amp(time)?);
        let d = invariant(self.used(&x), amp)?;
        let gross = Int::from(dy) * rate(&coin_out) / ONE + 1u64;
        let fee = self.dynamic_fee((i, j))?;
        let left = scaled(&coin_out, coin_out.balance.into()) - gross * FEE_ONE / (Int::from(FEE_ONE) - fee);
        let more = balance_after((j, i), left.get()?, self.used(&x), amp, d)?;
        let paid = (Int::from(more) - scaled(&coin_in, coin_in.balance.into())) * ONE / rate(&coin_in);
        Ok(paid.get()?)
    }

    /// Pays `dx` of a coin for at least `min_dy` of another; returns what it gets `[units]`.
    ///
    /// # Errors
    /// [`Refusal::AmountZero`], [`Refusal::NoSuchCoin`], [`Refusal::NoConvergence`], [`Refusal::TooLittleOut`]; [`Refusal::Arithmetic`].
    pub fn exchange(
        &mut self,
        (i, j): (usize, usize),
        dx: U256,
        min_dy: U256,
        time: u64,
    ) -> Result<U256, Refusal> {
        if dx.is_zero() {
            return Err(Refusal::AmountZero);
        }
        let (coin_in, coin_out) = self.pair((i, j))?;
        let amp = self.amp(time)?;
        let (out, fee, x, d) = self.swapped((i, j), dx, amp)?;
        if out < min_dy {
            return Err(Refusal::TooLittleOut);
        }
        let admin = fee / 2u64 * ONE / rate(&coin_out);
        let paid_in = (Int::from(coin_in.balance) + dx).get()?;
        let left = (Int::from(coin_out.balance) - out - admin).get()?;
        let admin = (Int::from(coin_out.admin) + admin).get()?;
        let (prices, invariant) = self.averages(self.used(&x), amp, d, time)?;
        if let Some(coin) = self.coins.get_mut(i) {
            coin.balance = paid_in;
        }
        if let Some(coin) = self.coins.get_mut(j) {
            (coin.balance, coin.admin) = (left, admin);
        }
        self.invariant = invariant;
        self.keep(&prices);
        Ok(out)
    }

    /// The averages after new scaled balances and an invariant.
    fn averages(
        &self,
        x: &[U256],
        amp: U256,
        d: U256,
        time: u64,
    ) -> Result<([Option<Average>; MOST_COINS], Average), Refusal> {
        let mut prices = [None; MOST_COINS];
        for ((i, kept), average) in (1..).zip(prices.iter_mut()).zip(&self.prices) {
            let last = price(i, x, amp, d)?.min(U256::from(ONE.saturating_mul(2)));
            *kept = Some(average.moved(last, time, self.windows[0], ZERO_AT)?);
        }
        Ok((prices, self.invariant.moved(d, time, self.windows[1], ZERO_AT)?))
    }

    fn keep(&mut self, prices: &[Option<Average>; MOST_COINS]) {
        for (average, now) in self.prices.iter_mut().zip(prices.iter().flatten()) {
            *average = *now;
        }
    }
}

/// Rate of a coin `[10^-18 per unit, times 10^18]`.
fn rate(coin: &Coin) -> Int {
    Int::from(coin.multiplier) * coin.oracle / ONE
}

/// An amount of a coin, scaled.
fn scaled(coin: &Coin, amount: Int) -> Int {
    rate(coin) * amount / ONE
}
