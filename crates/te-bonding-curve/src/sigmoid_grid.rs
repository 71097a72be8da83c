//! The multi-sigmoid curve on its original grid, to reproduce published numbers.
//!
//! The grid is `x_j`, `steps` points evenly from 0 to m1·zoom. With `price_j` = f(`x_j`) and `minted_j` = `x_j` − `x_{j−1}`:
//!
//! - `reserve_j` = `ρ_j`·`price_j`·`minted_j`, `funding_j` = (1 − `ρ_j`)·`price_j`·`minted_j`
//! - the collateral table is the rows with `x_j` below the current supply; reserves are its sums.
//!
//! Two rules give `ρ_j` and the first row, which has nothing before it: `Constant` takes one ρ and fills the first row from
//! the second; `Smart` takes `ρ_j` = (j/(n−1))^power within the n rows of the table, so that early buyers fund and late ones
//! back the reserve, and leaves the first row out.
//!
//! Limits: the error against the exact areas of [`crate::MultiSigmoidCurve`] is of the order 1/steps. Minting from the grid sells at the
//! price of the last row below the supply, batch by batch, and bumps the supply by 1e-6 at a batch's end, as the original does.
//!
//! Source: classes Augmented, Smart, Bonding and Corporate of `ltfte` (behaviour), longtailfinancial/TokenEngineering.

use crate::{
    error::{CurveError, finite, positive, within},
    growth::raise,
    logistic::MultiLogistic,
};
use serde::{Deserialize, Serialize};

/// How much of each sale is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum ReserveRule {
    /// The same part ρ `[1]`, `[0, 1]`, of every sale.
    Constant(f64),
    /// A part that rises from 0 to 1 with this power `[1]`, `[0, 4]`.
    Smart(f64),
}

/// One row of the collateral table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridRow {
    /// Supply `x_j` `[token]`.
    pub supply: f64,
    /// Price `[cash/token]`.
    pub price: f64,
    /// Tokens minted since the row before `[token]`; none in the first row.
    pub minted: Option<f64>,
    /// Reserve `[cash]`; none in a first row left out.
    pub reserve: Option<f64>,
    /// Funding `[cash]`; none in a first row left out.
    pub funding: Option<f64>,
}

/// Sums over a collateral table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reserves {
    /// Σ funding `[cash]`.
    pub funding: f64,
    /// Σ reserve `[cash]`.
    pub reserve: f64,
    /// Their sum `[cash]`.
    pub net: f64,
}

/// The curve and its grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SigmoidGrid {
    price: MultiLogistic,
    rule: ReserveRule,
    zoom: f64,
    steps: usize,
    supply: f64,
}

/// Zoom that minting sets in the original `[1]`.
pub const MINTING_ZOOM: f64 = 0.05;

impl SigmoidGrid {
    /// A grid of `steps` points up to `zoom` times the width of the first term, at a current supply.
    ///
    /// # Errors
    /// [`CurveError`] unless the rule is in range, zoom is in (0, 1], steps in 10..=10 000 and the supply within (0, m1·zoom].
    pub fn new(
        price: MultiLogistic,
        rule: ReserveRule,
        zoom: f64,
        steps: usize,
        supply: f64,
    ) -> Result<Self, CurveError> {
        match rule {
            ReserveRule::Constant(rate) => {
                within("reserve_rate", rate, (0.0..=1.0).contains(&rate), "[0, 1]")?;
            }
            ReserveRule::Smart(power) => {
                within("reserve_power", power, (0.0..=4.0).contains(&power), "[0, 4]")?;
            }
        }
        within("zoom", zoom, zoom > 0.0 && zoom <= 1.0, "(0, 1]")?;
        within("steps", steps as f64, (10..=10_000).contains(&steps), "[10, 10000]")?;
        let grid = Self { price, rule, zoom, steps, supply };
        within(
            "current_supply",
            supply,
            supply > 0.0 && supply <= grid.span(),
            "(0, width of the first term * zoom]",
        )?;
        Ok(grid)
    }

    /// Current supply `[token]`.
    pub fn supply(&self) -> f64 {
        self.supply
    }

    /// The rows below the current supply.
    pub fn table(&self) -> Vec<GridRow> {
        let xs: Vec<f64> = (0..self.steps).map(|j| self.point(j)).take_while(|x| *x < self.supply).collect();
        let n = xs.len();
        let mut previous = None;
        let mut rows: Vec<GridRow> = Vec::with_capacity(n);
        for (j, x) in xs.into_iter().enumerate() {
            let price = self.price.value(x);
            let rate = match self.rule {
                ReserveRule::Constant(rate) => rate,
                ReserveRule::Smart(power) => smart_rate(j, n, power),
            };
            let minted = previous.map(|before: f64| x - before);
            rows.push(GridRow {
                supply: x,
                price,
                minted,
                reserve: minted.map(|m| rate * price * m),
                funding: minted.map(|m| price * (1.0 - rate) * m),
            });
            previous = Some(x);
        }
        if let (ReserveRule::Constant(_), Some((first, rest))) = (self.rule, rows.split_first_mut()) {
            // The original fills the first row from the second of the whole grid, inside the table or not.
            let second = rest.first().copied().or_else(|| self.second_row());
            first.minted = second.and_then(|row| row.minted);
            first.reserve = second.and_then(|row| row.reserve);
            first.funding = second.and_then(|row| row.funding);
        }
        rows
    }

    /// Sums over the table.
    pub fn reserves(&self) -> Reserves {
        let rows = self.table();
        let funding: f64 = rows.iter().filter_map(|row| row.funding).sum();
        let reserve: f64 = rows.iter().filter_map(|row| row.reserve).sum();
        Reserves { funding, reserve, net: funding + reserve }
    }

    /// Sums over the table with a debt: net falls by it.
    ///
    /// # Errors
    /// [`CurveError::OutOfRange`] unless 0 ≤ debt ≤ funding.
    pub fn reserves_after_debt(&self, debt: f64) -> Result<Reserves, CurveError> {
        let sums = self.reserves();
        within("debt", debt, (0.0..=sums.funding).contains(&debt), "[0, funding raised]")?;
        Ok(Reserves { net: finite("net", sums.net - debt)?, ..sums })
    }

    /// Price shown at each row once a debt is senior: 0 until the cumulative funding has reached it `[cash/token]`.
    ///
    /// # Errors
    /// As [`Self::reserves_after_debt`].
    pub fn prices_after_debt(&self, debt: f64) -> Result<Vec<f64>, CurveError> {
        self.reserves_after_debt(debt)?;
        let mut raised = 0.0;
        Ok(self
            .table()
            .iter()
            .map(|row| {
                raised += row.funding.unwrap_or(0.0);
                if raised < debt { 0.0 } else { row.price }
            })
            .collect())
    }

    /// Sells tokens for cash, batch by batch; returns (tokens, mean price paid). Sets the zoom to [`MINTING_ZOOM`].
    ///
    /// # Errors
    /// [`CurveError`] unless cash is above 0 and the grid reaches far enough; the curve is then unchanged.
    pub fn mint(&mut self, cash: f64) -> Result<(f64, f64), CurveError> {
        positive("cash", cash)?;
        let mut grid = Self { zoom: MINTING_ZOOM, ..self.clone() };
        let (mut left, mut tokens, mut paid) = (cash, 0.0, 0.0);
        loop {
            let Some(j) = (0..grid.steps).rev().find(|j| grid.point(*j) < grid.supply) else {
                return Err(CurveError::Undefined { what: "the batch", why: "no row lies below the supply" });
            };
            if j + 1 >= grid.steps {
                return Err(CurveError::Insufficient { name: "grid", have: grid.span(), need: grid.supply });
            }
            let (x, before) = if j == 0 { (grid.point(1), 0.0) } else { (grid.point(j), grid.point(j - 1)) };
            let price = grid.price.value(grid.point(j));
            let available = (x - before) - (grid.supply - grid.point(j));
            // What is less than the supply's last place would be sold again and again.
            if available < 1e-6 || grid.supply + available == grid.supply {
                let bumped = grid.supply + 1e-6;
                if bumped == grid.supply {
                    return Err(CurveError::Undefined {
                        what: "the next batch",
                        why: "the supply is too large to be bumped by 1e-6",
                    });
                }
                grid.supply = bumped;
                continue;
            }
            let wanted = left / price;
            if wanted <= available {
                grid.supply += wanted;
                tokens += wanted;
                paid += wanted * price;
                break;
            }
            grid.supply += available;
            tokens += available;
            paid += available * price;
            left -= available * price;
        }
        let mean_price = finite("mean price", paid / tokens)?;
        *self = grid;
        Ok((tokens, mean_price))
    }

    /// Upper end of the grid `[token]`.
    fn span(&self) -> f64 {
        self.price.terms().first().map_or(0.0, |first| first.width * self.zoom)
    }

    fn point(&self, j: usize) -> f64 {
        if j + 1 == self.steps { self.span() } else { j as f64 * (self.span() / (self.steps - 1) as f64) }
    }

    fn second_row(&self) -> Option<GridRow> {
        let ReserveRule::Constant(rate) = self.rule else { return None };
        let x = self.point(1);
        let price = self.price.value(x);
        let minted = x - self.point(0);
        Some(GridRow {
            supply: x,
            price,
            minted: Some(minted),
            reserve: Some(rate * price * minted),
            funding: Some(price * (1.0 - rate) * minted),
        })
    }
}

/// (j/(n−1))^power, with 0^0 = 1.
fn smart_rate(j: usize, n: usize, power: f64) -> f64 {
    if power == 0.0 {
        return 1.0;
    }
    if j == 0 || n < 2 {
        return 0.0;
    }
    raise(j as f64 / (n - 1) as f64, power)
}
