//! What people ask before they choose parameters, as tables and curves.
//!
//! | question | function |
//! |---|---|
//! | how fast does conviction grow and fade? | [`growth_table`] |
//! | how much conviction for which share of the pool? | [`trigger_table`], [`trigger_map`] |
//! | when does it pass? | [`days_to_pass_table`] |
//! | how much support to pass within a time? | [`support_table`] |
//! | what can a share of the voters pass at all? | [`largest_share_table`] |
//! | how fast could everybody together empty the pool? | [`fastest_drain`] |
//! | what are our numbers on chain? | [`parameter_table`] |
//! | what does an on-off stake do? | [`response_table`] |
//!
//! Tables are [`Frame`]s: columns with unit and meaning, absent where the answer is "never", "not even everybody" or
//! infinite; any writer of te-output takes them, and [`curves::Curves`] draws them. Time is in steps of the rule; with a rule in days, in days.
//!
//! Source: the wishes of the 1Hive, TEC and Gardens forums; the notebooks "Trigger function explanation" and "Deriving
//! alpha" of the published model.

pub mod curves;

use crate::accrual::conviction_series;
use crate::chain::parameters::{ScaledRule, half_life_of};
use crate::error::{ConvictionError, finite, require, require_amount, require_positive};
use crate::rule::VotingRule;
use crate::table::Table;
use te_core::math::{exp, ln, ln_1p};
use te_core::{Cells, Frame, FrameError};

/// Why a table cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// A quantity is refused.
    #[error(transparent)]
    Quantity(#[from] ConvictionError),
    /// The columns do not make a table, as when two carry the same number in their name.
    #[error(transparent)]
    Frame(#[from] FrameError),
}

/// Percent of the largest conviction over time: growing from nothing with a constant stake, and fading without one, at
/// `points` times up to `half_lives` half-lives.
///
/// # Errors
/// [`TableError`] for fewer than two points or a span that is not above 0.
pub fn growth_table(rule: &VotingRule, half_lives: f64, points: u32) -> Result<Frame, TableError> {
    require_positive("half_lives", half_lives)?;
    let times = spaced(0.0, half_lives * rule.half_life(), points)?;
    let grown =
        times.iter().map(|&time| Ok(100.0 * rule.growth(time)?)).collect::<Result<Vec<_>, TableError>>()?;
    let fading = grown.iter().map(|percent| 100.0 - percent).collect();
    let table = Table::new()
        .with("time", "step", "Time since the stake was placed, or taken away.", Cells::F64(times))
        .with("growing", "percent", "Conviction with the stake, of its largest.", Cells::F64(grown))
        .with("fading", "percent", "Conviction left after the stake has gone.", Cells::F64(fading));
    Ok(table.finish()?)
}

/// The trigger over requested shares of the pool, at `points` shares from 0 to beta: as a share of the largest
/// conviction, in conviction, and as the stake that reaches it in the limit.
///
/// # Errors
/// [`TableError`] for fewer than two points, an empty pool or a negative supply.
pub fn trigger_table(
    rule: &VotingRule,
    funds: f64,
    effective_supply: f64,
    points: u32,
) -> Result<Frame, TableError> {
    require_positive("funds", funds)?;
    require_amount("effective_supply", effective_supply)?;
    let shares = spaced(0.0, rule.beta(), points)?;
    let theta = shares.iter().map(|&share| rule.trigger_share(share)).collect::<Result<Vec<_>, _>>()?;
    let most = effective_supply / (1.0 - rule.alpha());
    let scaled = |scale: f64| theta.iter().map(|share| Some(share * scale)).collect::<Vec<_>>();
    let table = Table::new()
        .with("share", "1", "Requested share of the pool.", Cells::F64(shares.clone()))
        .with("request", "token", "Request.", Cells::F64(shares.iter().map(|share| share * funds).collect()))
        .with_some(
            "trigger_share",
            "1",
            "Trigger over the largest conviction; above 1 out of reach.",
            &scaled(1.0),
        )
        .with_some("trigger", "token step", "Trigger.", &scaled(most))
        .with_some(
            "stake",
            "token",
            "Stake that reaches the trigger in the limit.",
            &scaled(effective_supply),
        );
    Ok(table.finish()?)
}

/// The two guides of a trigger chart: the largest share that everybody together passes, and beta.
pub fn trigger_guides(rule: &VotingRule) -> [f64; 2] {
    [rule.spending_limit(), rule.beta()]
}

/// The trigger conviction of every pair of a requested share and another quantity, for a heat map: one row for each
/// pair.
///
/// `others` are decays (alpha) or effective supplies, as `over` says; the other of the two is the rule's alpha, or
/// `effective_supply`.
///
/// # Errors
/// [`TableError`] for quantities out of range.
pub fn trigger_map(
    rule: &VotingRule,
    shares: &[f64],
    over: MapOver,
    others: &[f64],
    effective_supply: f64,
) -> Result<Frame, TableError> {
    let (mut rows, mut columns, mut triggers, mut parts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for &other in others {
        let (rule, supply) = match over {
            MapOver::Alpha => (VotingRule::new(other, rule.beta(), rule.rho())?, effective_supply),
            MapOver::EffectiveSupply => (*rule, other),
        };
        require_amount("effective_supply", supply)?;
        for &share in shares {
            let theta = rule.trigger_share(share)?;
            rows.push(share);
            columns.push(other);
            parts.push(Some(theta));
            triggers.push(Some(theta * supply / (1.0 - rule.alpha())));
        }
    }
    let (name, unit) = match over {
        MapOver::Alpha => ("alpha", "1"),
        MapOver::EffectiveSupply => ("effective_supply", "token"),
    };
    let table = Table::new()
        .with("share", "1", "Requested share of the pool.", Cells::F64(rows))
        .with(name, unit, "What the map runs over.", Cells::F64(columns))
        .with_some("trigger", "token step", "Trigger.", &triggers)
        .with_some("trigger_share", "1", "Trigger over the largest conviction.", &parts);
    Ok(table.finish()?)
}

/// What a trigger map runs over besides the requested share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapOver {
    /// The decay per step.
    Alpha,
    /// The effective supply.
    EffectiveSupply,
}

/// Time until a proposal passes: a row for each requested share, a column for each support; absent for never.
///
/// # Errors
/// [`TableError`] for shares below 0, supports outside `[0, 1]`, or a support given twice.
pub fn days_to_pass_table(rule: &VotingRule, shares: &[f64], supports: &[f64]) -> Result<Frame, TableError> {
    let mut table = share_column(rule, shares)?;
    for &support in supports {
        let cells =
            shares.iter().map(|&share| rule.steps_to_pass(share, support)).collect::<Result<Vec<_>, _>>()?;
        let name = format!("support_{}", percent(support));
        table =
            table.with_some(name, "step", "Time to pass with this percentage of the voting tokens.", &cells);
    }
    Ok(table.finish()?)
}

/// Support needed to pass within a time: a row for each requested share, a column for each time; absent where not even
/// everybody is enough. The first columns hold the share and the least support, with no limit of time.
///
/// # Errors
/// [`TableError`] for shares below 0, times not above 0, or a time given twice.
pub fn support_table(rule: &VotingRule, shares: &[f64], times: &[f64]) -> Result<Frame, TableError> {
    let mut table = share_column(rule, shares)?;
    for &time in times {
        let cells =
            shares.iter().map(|&share| rule.support_within(share, time)).collect::<Result<Vec<_>, _>>()?;
        let name = format!("within_{time}");
        table = table.with_some(name, "1", "Share of the voting tokens needed within this time.", &cells);
    }
    Ok(table.finish()?)
}

/// Largest passable share of the pool for each support: 0 where it passes nothing.
///
/// # Errors
/// [`TableError`] for supports outside `[0, 1]`.
pub fn largest_share_table(rule: &VotingRule, supports: &[f64]) -> Result<Frame, TableError> {
    let shares =
        supports.iter().map(|&support| rule.largest_share(support)).collect::<Result<Vec<_>, _>>()?;
    let table = Table::new()
        .with("support", "1", "Share of the voting tokens that supports.", Cells::F64(supports.to_vec()))
        .with("largest_share", "1", "Largest share of the pool it can pass.", Cells::F64(shares));
    Ok(table.finish()?)
}

/// A rule's numbers under all their names: human, decimal and on chain for a block time.
///
/// # Errors
/// [`TableError`] for times not above 0, or a block so long that the scaled decay is 0.
pub fn parameter_table(
    rule: &VotingRule,
    step_seconds: f64,
    block_seconds: f64,
) -> Result<Frame, TableError> {
    require_positive("step_seconds", step_seconds)?;
    let per_block = VotingRule::new(
        crate::alpha::alpha_over_step(rule.alpha(), step_seconds, block_seconds)?,
        rule.beta(),
        rule.rho(),
    )?;
    let scaled = ScaledRule::of(&per_block);
    let half_life_of_decay = half_life_of(scaled.decay, block_seconds)? / step_seconds;
    let rows: [(&str, &str, f64); 10] = [
        ("half-life", "step", rule.half_life()),
        ("minimum conviction", "1", rule.minimum_conviction()),
        ("spending limit, unreachable (beta)", "1", rule.beta()),
        ("spending limit, reachable", "1", rule.spending_limit()),
        ("alpha", "1/step", rule.alpha()),
        ("rho", "1", rule.rho()),
        ("decay", "1e-7/block", scaled.decay as f64),
        ("maxRatio", "1e-7", scaled.max_ratio as f64),
        ("weight", "1e-7", scaled.weight as f64),
        // Where blocks are short, an integer decay is coarse.
        ("half-life that the decay stands for", "step", half_life_of_decay),
    ];
    let text = |of: fn(&(&str, &str, f64)) -> String| Cells::Text(rows.iter().map(of).collect());
    let table = Table::new()
        .with("name", "", "What the number is called.", text(|row| row.0.to_owned()))
        .with("unit", "", "Its unit.", text(|row| row.1.to_owned()))
        .with("value", "", "The number.", Cells::F64(rows.iter().map(|row| row.2).collect()));
    Ok(table.finish()?)
}

/// Conviction under a series of stakes, as in the notebook's step-up, step-down and noisy examples.
///
/// # Errors
/// [`TableError`] for negative stakes.
pub fn response_table(rule: &VotingRule, stakes: &[f64]) -> Result<Frame, TableError> {
    let levels = conviction_series(0.0, stakes, rule.alpha())?;
    let times = (1..=stakes.len()).map(|step| step as f64).collect();
    let table = Table::new()
        .with("time", "step", "Time.", Cells::F64(times))
        .with("stake", "token", "Stake.", Cells::F64(stakes.to_vec()))
        .with("conviction", "token step", "Conviction.", Cells::F64(levels));
    Ok(table.finish()?)
}

/// How fast a coalition could empty a pool that nobody refills.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drain {
    /// Share of the pool that each proposal asks for `[1]`.
    pub share: f64,
    /// Time in which one passes `[step]`.
    pub steps: f64,
    /// Share of the pool that is left after one step of this `[1]`.
    pub left_per_step: f64,
}

impl Drain {
    /// Time until the part `left` of the pool remains `[step]`.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for a part outside (0, 1].
    pub fn steps_to(&self, left: f64) -> Result<f64, ConvictionError> {
        require(left > 0.0 && left <= 1.0, "left", left, "(0, 1]")?;
        finite("steps", ln(left) / ln(self.left_per_step))
    }
}

/// The size of proposal with which a support empties the pool fastest, passing one after the other: the z that makes
/// `(1 - z)^(1/T(z))` least, with T the time to pass. `None` for a support that passes nothing.
///
/// A bound, not a forecast: proposals of the coalition running side by side share its stake. Found by golden section to
/// 1e-9 of the largest passable share.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for a support outside `[0, 1]`.
pub fn fastest_drain(rule: &VotingRule, support: f64) -> Result<Option<Drain>, ConvictionError> {
    let most = rule.largest_share(support)?;
    if most <= 0.0 {
        return Ok(None);
    }
    let speed = |share: f64| -> Result<f64, ConvictionError> {
        let steps = rule.steps_to_pass(share, support)?;
        // A share that passes at once empties the pool without end.
        Ok(steps.map_or(0.0, |steps| if steps > 0.0 { -ln_1p(-share) / steps } else { f64::INFINITY }))
    };
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut low, mut high) = (0.0, most);
    // 44 sections reach 1e-9; a span of a few subnormal numbers would never.
    for _ in 0..44 {
        let (a, b) = (high - golden * (high - low), low + golden * (high - low));
        if speed(a)? < speed(b)? {
            low = a;
        } else {
            high = b;
        }
    }
    let share = 0.5 * (low + high);
    let left_per_step = exp(-speed(share)?);
    Ok(rule.steps_to_pass(share, support)?.map(|steps| Drain { share, steps, left_per_step }))
}

fn share_column(rule: &VotingRule, shares: &[f64]) -> Result<Table, ConvictionError> {
    let least = shares
        .iter()
        .map(|&share| rule.trigger_share(share).map(|theta| (theta <= 1.0).then_some(theta)))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Table::new()
        .with("share", "1", "Requested share of the pool.", Cells::F64(shares.to_vec()))
        .with_some("least_support", "1", "Support above which it ever passes.", &least))
}

/// A share as a short percentage for a column's name.
fn percent(share: f64) -> String {
    format!("{}", (share * 1e8).round() / 1e6)
}

/// `points` evenly spaced numbers, both ends included.
fn spaced(from: f64, to: f64, points: u32) -> Result<Vec<f64>, ConvictionError> {
    require(points >= 2, "points", f64::from(points), "2 or more")?;
    finite("end of the table", to)?;
    let step = (to - from) / f64::from(points - 1);
    Ok((0..points).map(|k| if k + 1 == points { to } else { from + f64::from(k) * step }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tec() -> VotingRule {
        VotingRule::from_beta(7.0, 1.0, 0.11, 0.04).unwrap()
    }

    #[test]
    fn tables_answer_and_leave_out() {
        let table = days_to_pass_table(&tec(), &[0.01, 0.05], &[0.1, 0.5]).unwrap();
        let column = table.column("support_10").unwrap();
        assert!((column.number(0).unwrap() - 6.68189920467183).abs() < 1e-9);
        assert!(!column.is_valid(1));
        let needed = support_table(&tec(), &[0.01], &[0.33, 14.0]).unwrap();
        assert!(!needed.column("within_0.33").unwrap().is_valid(0));
        assert!((needed.column("within_14").unwrap().number(0).unwrap() - 0.06453333333333333).abs() < 1e-12);
        assert!(days_to_pass_table(&tec(), &[0.01], &[0.1, 0.1]).is_err());
    }

    #[test]
    fn curves_have_their_ends() {
        let growth = growth_table(&tec(), 5.0, 101).unwrap();
        assert!((growth.f64s("growing").unwrap()[100] - 96.875).abs() < 1e-9);
        let trigger = trigger_table(&tec(), 1000.0, 5000.0, 12).unwrap();
        assert!(!trigger.column("trigger").unwrap().is_valid(11));
        assert!((trigger.column("stake").unwrap().number(0).unwrap() - 200.0).abs() < 1e-9);
        assert!(growth_table(&tec(), 5.0, 1).is_err());
        let map = trigger_map(&tec(), &[0.0, 0.05], MapOver::Alpha, &[0.5, 0.9], 100.0).unwrap();
        assert_eq!(map.rows(), 4);
        let response = response_table(&tec(), &[1.0, 0.0]).unwrap();
        assert_eq!(response.f64s("conviction").unwrap(), [1.0, tec().alpha()]);
    }

    #[test]
    fn the_fastest_drain_is_no_slower_than_its_neighbours() {
        let drain = fastest_drain(&tec(), 1.0).unwrap().unwrap();
        for share in [0.9 * drain.share, 1.1 * drain.share, 0.01, 0.08] {
            let steps = tec().steps_to_pass(share, 1.0).unwrap().unwrap();
            assert!((1.0 - share).powf(1.0 / steps) >= drain.left_per_step);
        }
        assert!(drain.steps_to(0.5).unwrap() > drain.steps);
        assert!(fastest_drain(&tec(), 0.03).unwrap().is_none());
    }

    #[test]
    fn parameters_under_all_names() {
        let table = parameter_table(&tec(), 86_400.0, 5.0).unwrap();
        let value = |row| table.column("value").unwrap().number(row).unwrap();
        assert!((value(0) - 7.0).abs() < 1e-12 && (value(3) - 0.088).abs() < 1e-12);
        assert_eq!((value(7), value(8)), (1_100_000.0, 4_840.0));
        // 9,999,942 in blocks of 5 s: -5 ln 2 / ln(1 - 5.8e-6) / 86,400 days.
        assert!((value(6) - 9_999_942.0).abs() < 1e-9 && (value(9) - 6.915960).abs() < 1e-5, "{}", value(9));
    }
}
