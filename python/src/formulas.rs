//! Formulas of the families, over arrays: what each is called, what it is given, and the function of the family's crate.

use crate::error;
use crate::table::Matrix;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::LazyLock;
use tecmns::commons::praise;
use tecmns::{amm, bonding_curve, commons, conviction, finance, hive_economy, issuance, market};

type Computed = Result<f64, String>;
/// What computes a formula of its arguments.
type Of = dyn Fn(&[f64]) -> Computed + Send + Sync;

/// A formula of numbers.
struct Formula {
    family: &'static str,
    name: &'static str,
    /// Names of its arguments, between spaces.
    arguments: &'static str,
    doc: &'static str,
    of: Box<Of>,
}

fn said<E: Display>(result: Result<f64, E>) -> Computed {
    result.map_err(|e| e.to_string())
}

/// The arguments as an array; a caller gives as many as are declared.
fn numbers<const N: usize>(x: &[f64]) -> [f64; N] {
    let mut all = [f64::NAN; N];
    all.iter_mut().zip(x).for_each(|(slot, x)| *slot = *x);
    all
}

fn formula<const N: usize, E: Display + 'static>(
    (family, name): (&'static str, &'static str),
    arguments: &'static str,
    doc: &'static str,
    of: impl Fn([f64; N]) -> Result<f64, E> + Send + Sync + 'static,
) -> Formula {
    Formula { family, name, arguments, doc, of: Box::new(move |x| said(of(numbers(x)))) }
}

/// A result that cannot be refused.
fn sure(x: f64) -> Result<f64, String> {
    if x.is_finite() { Ok(x) } else { Err("the result is no finite number".to_owned()) }
}

/// Composites of praise items: each item lists its judgements (quantifier, score, dismissed, item that it repeats).
type Item = (Option<u32>, u32, Vec<(u32, f64, bool, Option<usize>)>);

fn praised(items: Vec<Item>) -> Vec<praise::Praise> {
    let judged = |(quantifier, score, dismissed, duplicate_of)| praise::Quantification {
        quantifier,
        score,
        dismissed,
        duplicate_of,
    };
    let praised = |(giver, receiver, judgements): Item| praise::Praise {
        giver,
        receiver,
        quantifications: judgements.into_iter().map(judged).collect(),
    };
    items.into_iter().map(praised).collect()
}

fn refused(py: Python<'_>, error: &commons::CommonsError) -> PyErr {
    error::raise(py, "ParamError", "TE0010", &format!("praise: {error}"))
}

/// The composite score of each item.
#[pyfunction]
pub(crate) fn praise_composites(
    py: Python<'_>,
    items: Vec<Item>,
    duplicate_worth: f64,
) -> PyResult<Vec<f64>> {
    let rule = praise::CompositeRule::default();
    praise::composites(&praised(items), rule, duplicate_worth).map_err(|e| refused(py, &e))
}

/// What a round pays to receivers, quantifiers and the board.
#[pyfunction]
pub(crate) fn praise_payout(
    py: Python<'_>,
    items: Vec<Item>,
    board: Vec<u32>,
    duplicate_worth: f64,
    allocation: f64,
    shares: (f64, f64, f64),
) -> PyResult<[BTreeMap<u32, f64>; 3]> {
    let items = praised(items);
    let rule = praise::CompositeRule::default();
    let (contributor_share, quantifier_share, board_share) = shares;
    let terms = praise::payout::PayoutTerms {
        allocation,
        contributor_share,
        quantifier_share,
        board_share,
        ..praise::payout::PayoutTerms::default()
    };
    let paid = praise::composites(&items, rule, duplicate_worth)
        .and_then(|composites| terms.distribute(&items, &composites, &board))
        .map_err(|e| refused(py, &e))?;
    Ok([paid.contributors, paid.quantifiers, paid.board])
}

static FORMULAS: LazyLock<Vec<Formula>> = LazyLock::new(|| {
    let mut all = market_makers();
    all.extend(curves());
    all.extend(governance());
    all.extend(supply());
    all.extend(money());
    all
});

fn market_makers() -> Vec<Formula> {
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

fn curves() -> Vec<Formula> {
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

fn governance() -> Vec<Formula> {
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

fn supply() -> Vec<Formula> {
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

fn money() -> Vec<Formula> {
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

const OF_LISTS: [OfList; 8] = [
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

/// Family, name, arguments and doc of every formula of numbers.
#[pyfunction]
pub(crate) fn formulas() -> Vec<(&'static str, &'static str, Vec<&'static str>, &'static str)> {
    FORMULAS.iter().map(|f| (f.family, f.name, f.arguments.split(' ').collect(), f.doc)).collect()
}

/// Family, name and doc of every formula of a list.
#[pyfunction]
pub(crate) fn list_formulas() -> Vec<(&'static str, &'static str, &'static str)> {
    OF_LISTS.map(|(family, name, doc, _)| (family, name, doc)).to_vec()
}

/// A formula over arrays of one length; `formula` counts those of [`formulas`].
#[pyfunction]
pub(crate) fn compute(py: Python<'_>, formula: usize, arguments: Vec<PyBuffer<f64>>) -> PyResult<Matrix> {
    let formula = FORMULAS.get(formula).ok_or_else(|| PyValueError::new_err("no such formula"))?;
    let columns = arguments.iter().map(|array| array.to_vec(py)).collect::<PyResult<Vec<_>>>()?;
    let rows = columns.iter().map(Vec::len).min().unwrap_or(0);
    if columns.len() != formula.arguments.split(' ').count()
        || columns.iter().any(|column| column.len() != rows)
    {
        return Err(PyValueError::new_err(format!(
            "{} is given {}, of one length",
            formula.name, formula.arguments
        )));
    }
    let computed: Result<Vec<f64>, (usize, String)> = py.detach(|| {
        let mut x = vec![0.0; columns.len()];
        (0..rows)
            .map(|row| {
                x.iter_mut().zip(&columns).for_each(|(slot, column)| *slot = column[row]);
                (formula.of)(&x).map_err(|refused| (row, refused))
            })
            .collect()
    });
    let values = computed.map_err(|(row, refused)| {
        let place = if rows > 1 { format!(" of element {row}") } else { String::new() };
        error::raise(py, "ParamError", "TE0010", &format!("{}{place}: {refused}", formula.name))
    })?;
    Ok(Matrix { shape: (values.len(), 1), values })
}

/// A formula of a list; `formula` counts those of [`list_formulas`].
#[pyfunction]
pub(crate) fn compute_list(py: Python<'_>, formula: usize, values: PyBuffer<f64>) -> PyResult<f64> {
    let (_, name, _, of) = OF_LISTS.get(formula).ok_or_else(|| PyValueError::new_err("no such formula"))?;
    of(&values.to_vec(py)?)
        .map_err(|refused| error::raise(py, "ParamError", "TE0010", &format!("{name}: {refused}")))
}
