//! The formulas, by family.

use super::{Computed, Formula, formula, said, sure};
use tecmns::{amm, bonding_curve, commons, conviction, finance, hive_economy, issuance, market};

pub(super) fn market_makers() -> Vec<Formula> {
    let pool = "reserve_in reserve_out amount fee";
    vec![
        formula(
            ("amm", "exact_in"),
            "reserve_in reserve_out amount_in fee",
            "What a constant-product pool gives out for `amount_in`, of which the share `fee` stays in the pool.",
            |[a, b, x, f]| amm::swap::exact_in(a, b, x, f),
        ),
        formula(
            ("amm", "exact_out"),
            "reserve_in reserve_out amount_out fee",
            "What a constant-product pool must be given for `amount_out`.",
            |[a, b, x, f]| amm::swap::exact_out(a, b, x, f),
        ),
        formula(
            ("amm", "spot"),
            "reserve_in reserve_out",
            "The price at the margin, without fee, of what goes in: `reserve_out / reserve_in`.",
            |[a, b]| amm::price::spot(a, b),
        ),
        formula(
            ("amm", "price_impact"),
            pool,
            "How far a trade moves the price against itself, fee left out, as a share.",
            |[a, b, x, f]| amm::price::report(a, b, x, f).map(|report| report.price_impact),
        ),
        formula(
            ("amm", "input_to_spot"),
            "reserve_in reserve_out target fee",
            "The trade that brings the spot price to `target`.",
            |[a, b, t, f]| amm::price::input_to_spot(a, b, t, f),
        ),
        formula(
            ("amm", "impermanent_loss"),
            "price_ratio",
            "Value of a pool's share against holding, less 1, after the price was multiplied by `price_ratio`.",
            |[r]| amm::performance::impermanent_loss(r),
        ),
        formula(
            ("amm", "impermanent_loss_weighted"),
            "price_ratio weight",
            "The same of a pool in which one side has this weight.",
            |[r, w]| amm::performance::impermanent_loss_weighted(r, w),
        ),
        formula(
            ("amm", "lvr_rate"),
            "pool_value sigma",
            "Loss against rebalancing of a constant-product pool: `sigma^2 / 8` of its value in the time of `sigma`.",
            |[v, s]| amm::performance::lvr_rate(v, s),
        ),
    ]
}

pub(super) fn curves() -> Vec<Formula> {
    use bonding_curve::power_curve as curve;
    vec![
        formula(
            ("bonding_curve", "spot_price"),
            "supply reserve ratio",
            "The price of a power curve: `reserve / (supply ratio)`.",
            |[s, r, k]| curve::spot_price(s, r, k),
        ),
        formula(
            ("bonding_curve", "tokens_for_deposit"),
            "supply reserve ratio deposit",
            "Tokens minted for a deposit.",
            |[s, r, k, x]| curve::tokens_for_deposit(s, r, k, x),
        ),
        formula(
            ("bonding_curve", "deposit_for_tokens"),
            "supply reserve ratio tokens",
            "The deposit that mints so many tokens.",
            |[s, r, k, x]| curve::deposit_for_tokens(s, r, k, x),
        ),
        formula(
            ("bonding_curve", "collateral_for_tokens"),
            "supply reserve ratio tokens",
            "Collateral given back for tokens.",
            |[s, r, k, x]| curve::collateral_for_tokens(s, r, k, x),
        ),
        formula(
            ("bonding_curve", "price_at_supply"),
            "supply reserve ratio new_supply",
            "The price once the supply is `new_supply`.",
            |[s, r, k, x]| curve::price_at_supply(s, r, k, x),
        ),
        formula(
            ("bonding_curve", "price_slippage"),
            "supply reserve ratio change",
            "How far the price moves, as a share, when the reserve changes by `change`.",
            |[s, r, k, x]| curve::price_slippage(s, r, k, x),
        ),
    ]
}

pub(super) fn governance() -> Vec<Formula> {
    use conviction::{accrual, alpha, trigger};
    vec![
        formula(
            ("conviction", "conviction_after"),
            "conviction stake alpha steps",
            "Conviction after so many steps of an unchanged stake.",
            |[y, x, a, n]| accrual::conviction_after(y, x, a, n),
        ),
        formula(
            ("conviction", "maximum_conviction"),
            "stake alpha",
            "Where the conviction of a stake ends: `stake / (1 - alpha)`.",
            |[x, a]| accrual::maximum_conviction(x, a),
        ),
        formula(
            ("conviction", "share_of_maximum"),
            "alpha steps",
            "The share of it that is reached after so many steps.",
            |[a, n]| accrual::share_of_maximum(a, n),
        ),
        formula(
            ("conviction", "alpha_from_half_life"),
            "half_life step",
            "The decay of a half-life, both in the same unit of time.",
            |[h, s]| alpha::alpha_from_half_life(h, s),
        ),
        formula(
            ("conviction", "half_life_from_alpha"),
            "alpha step",
            "The half-life of a decay.",
            |[a, s]| alpha::half_life_from_alpha(a, s),
        ),
        formula(
            ("conviction", "trigger"),
            "requested funds effective_supply alpha beta rho",
            "The conviction at which a request passes.",
            |[q, f, s, a, b, r]| trigger::trigger(q, f, s, a, b, r),
        ),
        formula(
            ("conviction", "largest_share"),
            "support beta rho",
            "The largest share of the funds that a support can ask for.",
            |[x, b, r]| trigger::largest_share(x, b, r),
        ),
        formula(
            ("commons", "impact_hour_rate"),
            "raised max_rate expected_raise",
            "What an impact hour is worth after a hatch.",
            |[x, m, e]| commons::hatch::reward::impact_hour_rate(x, m, e),
        ),
    ]
}

pub(super) fn supply() -> Vec<Formula> {
    use issuance::{exponential_decay, hive_supply, inflation};
    vec![
        formula(
            ("issuance", "continuous"),
            "initial rate years",
            "A supply that grows at every instant: `initial exp(rate years)`.",
            |[s, r, t]| inflation::continuous(s, r, t),
        ),
        formula(
            ("issuance", "apy_from_apr"),
            "apr n",
            "The yield of a rate that is compounded `n` times a year.",
            |[r, n]| inflation::apy_from_apr(r, n),
        ),
        formula(("issuance", "apr_from_apy"), "apy n", "The rate of a yield.", |[y, n]| {
            inflation::apr_from_apy(y, n)
        }),
        formula(
            ("issuance", "disinflation_rate"),
            "initial taper terminal years",
            "A rate that tapers to a terminal one.",
            |[i, d, e, t]| inflation::disinflation_rate(i, d, e, t),
        ),
        formula(
            ("issuance", "decayed"),
            "max_supply half_life t",
            "What a supply that is issued by half-life has issued.",
            |[m, h, t]| exponential_decay::cumulative(m, h, t),
        ),
        formula(
            ("issuance", "adjustment"),
            "error throttle supply",
            "What 1Hive's policy mints (or burns, below 0) in a month for an error of the reserve's share.",
            |[e, t, s]| sure(hive_supply::adjustment(e, t, s)),
        ),
        formula(
            ("hive", "utility"),
            "production size",
            "Utility of the market of the 1Hive economy.",
            |[p, s]| sure(hive_economy::utility(p, s)),
        ),
        formula(("hive", "saturation"), "utility", "Saturation of that market.", |[u]| {
            sure(hive_economy::saturation(u))
        }),
        formula(
            ("hive", "price"),
            "reserve circulation size saturation valuation_ratio",
            "Price of the 1Hive economy.",
            |[r, c, s, x, v]| sure(hive_economy::price(r, c, s, x, v)),
        ),
    ]
}

pub(super) fn money() -> Vec<Formula> {
    use finance::{cash_flow, opex, performance};
    vec![
        formula(
            ("finance", "future_lump"),
            "present_value effective t",
            "What a sum is worth after t periods.",
            |[v, i, t]| cash_flow::future_lump(v, i, t),
        ),
        formula(
            ("finance", "present_lump"),
            "future_value effective t",
            "What a later sum is worth now.",
            |[v, i, t]| cash_flow::present_lump(v, i, t),
        ),
        formula(
            ("finance", "future_annuity"),
            "annuity effective t",
            "What t equal payments are worth at their end.",
            |[v, i, t]| cash_flow::future_annuity(v, i, t),
        ),
        formula(
            ("finance", "present_annuity"),
            "annuity effective t",
            "What t equal payments are worth now.",
            |[v, i, t]| cash_flow::present_annuity(v, i, t),
        ),
        formula(
            ("finance", "perpetuity"),
            "annuity effective growth",
            "What payments that grow for ever are worth now.",
            |[v, i, g]| cash_flow::perpetuity(v, i, g),
        ),
        formula(("finance", "runway"), "treasury burn", "How long a treasury lasts.", |[t, b]| {
            opex::runway(t, b)
        }),
        formula(
            ("finance", "holding_period_return"),
            "start end distributions",
            "Return over a period.",
            |[s, e, d]| performance::holding_period_return(s, e, d),
        ),
        formula(("market", "hype"), "x", "Where the hype curve stands at `x`.", |[x]| market::hype::curve(x)),
    ]
}

/// A formula of a whole list of numbers.
type OfList = (&'static str, &'static str, &'static str, fn(&[f64]) -> Computed);

pub(super) const OF_LISTS: [OfList; 8] = [
    ("commons", "gini", "Gini's coefficient of inequality.", |x| said(commons::inequality::gini(x))),
    ("commons", "entropy_bits", "Entropy of the shares, in bits.", |x| {
        said(commons::inequality::entropy_bits(x))
    }),
    ("commons", "nakamoto", "How many of the largest hold more than half.", |x| {
        said(commons::inequality::nakamoto(x).map(|count| count as f64))
    }),
    (
        "finance",
        "internal_rate",
        "The rate at which payments at equal distances are worth nothing together.",
        |x| said(finance::appraisal::internal_rate(x)),
    ),
    ("finance", "time_weighted_return", "Return of a chain of periods.", |x| {
        said(finance::performance::time_weighted_return(x))
    }),
    ("finance", "max_drawdown", "The deepest fall from a peak, as a share of the peak.", |x| {
        said(finance::performance::max_drawdown(x))
    }),
    ("finance", "gini", "Gini's coefficient of what contributors were paid.", |x| {
        said(finance::contribution::settlement::gini(x))
    }),
    ("commons", "relative_entropy", "Entropy of the shares, as a part of the greatest there is.", |x| {
        said(commons::inequality::relative_entropy(x))
    }),
];
