//! What the augmented curve reads and shows.

use te_core::Record;

/// What the curve reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct AugmentedInputs {
    /// Price of a token elsewhere, in collateral; 0 where there is none.
    #[record(unit = "quote/base", default = 0.0)]
    pub external_price: f64,
    /// Deposit of the buyers in this step.
    #[record(unit = "collateral", default = 0.0)]
    pub buy: f64,
    /// Tokens offered by the sellers in this step.
    #[record(unit = "token", default = 0.0)]
    pub sell: f64,
    /// Collateral given to the reserve.
    #[record(unit = "collateral", default = 0.0)]
    pub donation: f64,
    /// Collateral spent from the common pool.
    #[record(unit = "collateral", default = 0.0)]
    pub spending: f64,
    /// Tokens that cannot be sold yet.
    #[record(unit = "token", default = 0.0)]
    pub locked: f64,
    /// Reserve to open with on launch.
    #[record(unit = "collateral", default = 0.0)]
    pub launch_reserve: f64,
    /// Supply to open with on launch.
    #[record(unit = "token", default = 0.0)]
    pub launch_supply: f64,
    /// Common pool to open with on launch.
    #[record(unit = "collateral", default = 0.0)]
    pub launch_common_pool: f64,
    /// Initial buy on launch.
    #[record(unit = "collateral", default = 0.0)]
    pub launch_buy: f64,
}

/// What the curve shows; all 0 before it opens.
///
/// # Equations
/// ```text
/// S, R: supply + virtual_supply, reserve + virtual_balance
/// reserve_ratio = R / (opening_price * S) -- at the opening, where none is given
/// left = hatch_funding - ragequit_amount - initial_buy
/// reserve(0) = left * (1 - commons_tribute)
/// common_pool(0) = left * commons_tribute
/// supply(0) = hatch_supply - ragequit_amount / hatch_price
/// price = R / (reserve_ratio * S)
/// minted = S * ((1 + (1 - entry_tribute) * buy / R)^reserve_ratio - 1) -- after the donation to the reserve
/// payout = R * (1 - (1 - sell / S)^(1 / reserve_ratio)) -- before the exit tribute; `burned` is what was sold
/// supply' = supply + minted - burned
/// reserve' = reserve + donation + (1 - entry_tribute) * buy - payout
/// entry_tributes' = entry_tributes + entry_tribute * buy
/// exit_tributes' = exit_tributes + exit_tribute * payout
/// common_pool' = common_pool + entry_tribute * buy + exit_tribute * payout - spending
/// deposit = arbitrage * R * ((external_price * (1 - entry_tribute) / price)^(1 / (1 - reserve_ratio)) - 1) / (1 - entry_tribute) -- bought last, where above 0
/// payout = arbitrage * R * (1 - (external_price / (1 - exit_tribute) / price)^(1 / (1 - reserve_ratio))) -- or sold for, where above 0
/// market_cap = price * supply
/// collateralisation = reserve / market_cap
/// log_invariant = ln(S) / reserve_ratio - ln(R)
/// realised_price = (1 - entry_tribute) * buy / minted -- of a sale: payout / burned
/// slippage = 1 - minted * price / ((1 - entry_tribute) * buy) -- at the price before; of a sale: 1 - payout / (burned * price)
/// price_after_shock = price * (1 - shock * supply / S)^(1 / reserve_ratio - 1)
/// static_price_ppm = floor(1e6 * price)
/// runway = common_pool / monthly_spending
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct AugmentedMetrics {
    /// Is the curve open?
    pub open: bool,
    /// Spot price before tributes.
    #[record(unit = "collateral/token")]
    pub price: f64,
    /// Spot price in parts per million, floored, as the contract shows it.
    #[record(unit = "ppm")]
    pub static_price_ppm: f64,
    /// Tokens in existence.
    #[record(unit = "token")]
    pub supply: f64,
    /// Collateral held for redemption.
    #[record(unit = "collateral")]
    pub reserve: f64,
    /// Common pool.
    #[record(unit = "collateral")]
    pub common_pool: f64,
    /// Price times supply.
    #[record(unit = "collateral")]
    pub market_cap: f64,
    /// Reserve ratio in force.
    #[record(unit = "1")]
    pub reserve_ratio: f64,
    /// Reserve over market cap: the reserve ratio where nothing is virtual.
    #[record(unit = "1")]
    pub collateralisation: f64,
    /// Natural logarithm of the invariant S^(1/w)/R.
    #[record(unit = "1")]
    pub log_invariant: f64,
    /// Entry tributes so far.
    #[record(unit = "collateral")]
    pub entry_tributes: f64,
    /// Exit tributes so far.
    #[record(unit = "collateral")]
    pub exit_tributes: f64,
    /// Price of the last order, tributes aside.
    #[record(unit = "collateral/token")]
    pub realised_price: f64,
    /// Slippage of the last order.
    #[record(unit = "1")]
    pub slippage: f64,
    /// Tokens minted in this step.
    #[record(unit = "token")]
    pub minted: f64,
    /// Tokens burned in this step.
    #[record(unit = "token")]
    pub burned: f64,
    /// Price after the shock sale; 0 where the reserve could not pay it.
    #[record(unit = "collateral/token")]
    pub price_after_shock: f64,
    /// How long the common pool lasts.
    #[record(unit = "month")]
    pub runway: f64,
}

impl AugmentedMetrics {
    /// What is shown before the curve opens.
    pub const CLOSED: Self = Self {
        open: false,
        price: 0.0,
        static_price_ppm: 0.0,
        supply: 0.0,
        reserve: 0.0,
        common_pool: 0.0,
        market_cap: 0.0,
        reserve_ratio: 0.0,
        collateralisation: 0.0,
        log_invariant: 0.0,
        entry_tributes: 0.0,
        exit_tributes: 0.0,
        realised_price: 0.0,
        slippage: 0.0,
        minted: 0.0,
        burned: 0.0,
        price_after_shock: 0.0,
        runway: 0.0,
    };
}
