//! A token-engineering consultancy: people who learn, clients who pay in money and in tokens, a treasury.
//!
//! Stocks of people, articles, clients and money, moved by one simultaneous update (everything on the right is the old
//! state): equations at [`CompanyMetrics`]. A share per month leaves a stock such that two half months are one.
//!
//! When the treasury exceeds a threshold, marketing and operations each hire a share of the talent pool. Unused capacity
//! builds a model; at its cost the model is launched, its revenue is booked as client tokens, and the next one starts.
//!
//! Units: people `[person]`, articles `[article]`, clients `[client]`, money `[USD]`; rates per month.
//!
//! **Partly a proposal.** The published code was unfinished and never ran, so no reference trajectory exists. The
//! equations for inbound, training, journal, followers, clients, retainers and token grants are its; corrected or
//! completed here are: wages are paid (in the code the treasury can only rise); who moves to the next stage leaves the
//! former, and a signed client the pool; curriculum stays within `[0, 1]`; flows are never negative when a cap is passed; a
//! flow never exceeds its stock; expansion, models, liquidation and compounding, which were empty functions.
//!
//! Invariants: counts are never negative; staff and seniors stay within their caps; clients within capacity after each
//! step; without hype nothing comes in; `treasury = initial + revenue - wages + sold + funding - spending`; people are
//! conserved. Limits: followers bring talent, talent is hired into marketing, marketing brings followers, and nothing saturates:
//! at high wages and many articles the loop leaves the floats, which ends the run with an error that names what to lower;
//! real-valued people; the treasury may fall below zero (debt without interest).
//!
//! Source: Long Tail Financial, `TokenEngineering`, branch `Shawn-Local-Development`, `development/model/model.py`.

mod component;
mod params;

pub use component::{Company, CompanyInputs, CompanyMetrics};
pub use params::{CompanyParams, FundingRules, GrowthRates, OpeningBalance};

use serde::{Deserialize, Serialize};

use crate::compounding::growth_factor;
use crate::error::FinanceError;
use te_core::math;

/// Wage at which marketing and operations work at the published pace `[USD/month]`.
const REFERENCE_WAGE: f64 = 6000.0;
/// Articles that make a whole curriculum `[article]`.
const WHOLE_CURRICULUM: f64 = 100.0;

/// The company's stocks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompanyState {
    /// People who showed interest `[person]`.
    pub talent_pool: f64,
    /// People in training `[person]`.
    pub training_camp: f64,
    /// Engineers `[person]`.
    pub staff: f64,
    /// Senior engineers `[person]`.
    pub senior: f64,
    /// People in marketing `[person]`.
    pub marketing: f64,
    /// People in operations `[person]`.
    pub operations: f64,
    /// People who left `[person]`.
    pub departed: f64,
    /// Articles written `[article]`.
    pub journal: f64,
    /// Part of the curriculum that exists, in `[0, 1]` `[1]`.
    pub curriculum: f64,
    /// Followers `[person]`.
    pub followers: f64,
    /// Possible clients `[client]`.
    pub client_pool: f64,
    /// Clients on retainer `[client]`.
    pub clients: f64,
    /// Money in hand; negative is debt `[USD]`.
    pub treasury: f64,
    /// Client tokens held, at value `[USD]`.
    pub client_tokens: f64,
    /// Money's worth of work in the model being built `[USD]`.
    pub model_completion: f64,
    /// Models launched `[1]`.
    pub launches: f64,
    /// People who came in since the start `[person]`.
    pub inbound: f64,
    /// Retainers received since the start `[USD]`.
    pub revenue: f64,
    /// Wages paid since the start `[USD]`.
    pub wages: f64,
    /// Client tokens sold since the start `[USD]`.
    pub sold: f64,
    /// Money put in less money taken out since the start `[USD]`.
    pub contributed: f64,
}

/// What comes from outside in one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outside {
    /// Attention that the field gets, in `[0, 1]` `[1]`.
    pub hype: f64,
    /// Opportunities won, each a possible client `[client]`, >= 0.
    pub opportunities: f64,
    /// Money put in `[USD]`, >= 0.
    pub funding: f64,
    /// Money taken out `[USD]`, >= 0.
    pub spending: f64,
    /// A retired client project's valuation as a share of 30e6 USD, in `[0, 1]`: drawn from Beta(2, 8).
    pub valuation: f64,
}

/// Clients that the people at hand can serve: `0.5 camp + staff + 2 senior` `[client]`.
#[must_use]
pub fn capacity(training_camp: f64, staff: f64, senior: f64) -> f64 {
    0.5 * training_camp + staff + 2.0 * senior
}

/// Part of a stock that leaves within `months` at a share per month: `1 - (1 - share)^months` `[1]`.
///
/// # Errors
/// `share` outside `[0, 1]`, or `months` not positive.
pub fn part_leaving(share: f64, months: f64) -> Result<f64, FinanceError> {
    FinanceError::require("share", share, (0.0..=1.0).contains(&share), "[0, 1]")?;
    FinanceError::require("months", months, months > 0.0, "(0, inf)")?;
    Ok(if share == 1.0 { 1.0 } else { -math::exp_m1(months * math::ln_1p(-share)) })
}

impl CompanyState {
    /// Clients that can be served `[client]`.
    #[must_use]
    pub fn capacity(&self) -> f64 {
        capacity(self.training_camp, self.staff, self.senior)
    }

    /// Wages of a month `[USD/month]`.
    #[must_use]
    pub fn wage_bill(&self, base_wage: f64) -> f64 {
        base_wage * (self.staff + self.senior + self.marketing + self.operations)
    }

    /// Everyone inside the company and everyone who left, less those who came in: constant `[person]`.
    #[must_use]
    pub fn people_balance(&self) -> f64 {
        let inside = self.talent_pool
            + self.training_camp
            + self.staff
            + self.senior
            + self.marketing
            + self.operations;
        inside + self.departed - self.inbound
    }

    /// The state after `months` months; equations in the module's doc.
    ///
    /// # Errors
    /// An outside quantity out of its range, `months` not positive, or overflow.
    pub fn advance(
        &self,
        params: &CompanyParams,
        outside: &Outside,
        months: f64,
    ) -> Result<Self, FinanceError> {
        let Outside { hype, opportunities, funding, spending, valuation } = *outside;
        FinanceError::require("hype", hype, (0.0..=1.0).contains(&hype), "[0, 1]")?;
        FinanceError::require("opportunities", opportunities, opportunities >= 0.0, "[0, inf)")?;
        FinanceError::require("funding", funding, funding >= 0.0, "[0, inf)")?;
        FinanceError::require("spending", spending, spending >= 0.0, "[0, inf)")?;
        FinanceError::require("valuation", valuation, (0.0..=1.0).contains(&valuation), "[0, 1]")?;
        let (rates, rules) = (&params.rates, &params.funding);
        let mut next = *self;
        next.move_people(self, rates, hype, months)?;
        if self.treasury > rules.expansion_threshold {
            let hired =
                (self.talent_pool * part_leaving(rules.expansion_rate, months)?).min(next.talent_pool / 2.0);
            next.marketing += hired;
            next.operations += hired;
            next.talent_pool -= 2.0 * hired;
        }
        next.journal += (self.training_camp + self.staff + self.senior) * months * rates.articles;
        next.curriculum = (next.journal / WHOLE_CURRICULUM).min(1.0);
        let pace = params.base_wage / REFERENCE_WAGE * months;
        next.followers += self.marketing * self.journal * pace;

        let retired = self.clients * part_leaving(1.0 / params.project_duration, months)?;
        let reach = self.operations * self.client_pool * pace * rates.closing;
        let free = (next.capacity() - (self.clients - retired)).max(0.0);
        let signed = reach.min(self.client_pool).min(free);
        // Where staff left, clients beyond the remaining capacity go back to the pool.
        let released = (self.clients - retired + signed - next.capacity()).max(0.0);
        next.clients = self.clients - retired + signed - released;
        next.client_pool +=
            self.followers * hype * rates.client_inbound * months + opportunities - signed + released;

        let unused = (self.capacity() - self.clients).max(0.0);
        let built = self.model_completion + unused * params.base_wage * months;
        let launched = (built / params.model_cost).floor();
        next.model_completion = built - launched * params.model_cost;
        next.launches += launched;

        let sold = self.client_tokens * part_leaving(rules.liquidation_rate, months)?;
        let grown = self.client_tokens * (growth_factor(rules.compound_rate, months)? - 1.0);
        let granted = retired * rules.token_share * valuation * rules.valuation_scale;
        next.client_tokens += granted + launched * params.model_revenue + grown - sold;

        let revenue = self.clients * params.retainer * months;
        let wages = self.wage_bill(params.base_wage) * months;
        next.treasury += revenue - wages + sold + funding - spending;
        next.revenue += revenue;
        next.wages += wages;
        next.sold += sold;
        next.contributed += funding - spending;
        next.require_finite()?;
        Ok(next)
    }

    /// Talent, training, promotion and departures.
    fn move_people(
        &mut self,
        old: &Self,
        rates: &GrowthRates,
        hype: f64,
        months: f64,
    ) -> Result<(), FinanceError> {
        let leavers = |stock: f64, share: f64| part_leaving(share, months).map(|part| stock * part);
        let inbound = old.followers * hype * rates.talent_inbound * months;
        let seats = (old.staff + 2.0 * old.senior - old.training_camp).max(0.0);
        let enrolled = seats.min(leavers(old.talent_pool, rates.enrolment * old.curriculum)?);
        let graduated = (rates.staff_cap - old.staff)
            .max(0.0)
            .min(leavers(old.training_camp, rates.graduation * old.curriculum)?);
        let promoted = (rates.senior_cap - old.senior).max(0.0).min(leavers(old.staff, rates.promotion)?);
        // What is left after promotion can leave the firm.
        let staff_gone = leavers(old.staff - promoted, rates.staff_churn)?;
        let senior_gone = leavers(old.senior, rates.senior_churn)?;
        self.talent_pool += inbound - enrolled;
        self.training_camp += enrolled - graduated;
        self.staff += graduated - promoted - staff_gone;
        self.senior += promoted - senior_gone;
        self.departed += staff_gone + senior_gone;
        self.inbound += inbound;
        Ok(())
    }

    fn require_finite(&self) -> Result<(), FinanceError> {
        let growing = [
            ("talent pool", self.talent_pool),
            ("training camp", self.training_camp),
            ("staff", self.staff),
            ("seniors", self.senior),
            ("marketing", self.marketing),
            ("operations", self.operations),
            ("clients", self.clients),
            ("model completion", self.model_completion),
            ("sales", self.sold),
            ("money contributed", self.contributed),
            ("inbound", self.inbound),
            ("journal", self.journal),
            ("followers", self.followers),
            ("client pool", self.client_pool),
            ("treasury", self.treasury),
            ("client tokens", self.client_tokens),
            ("launches", self.launches),
            ("wages", self.wages),
            ("revenue", self.revenue),
        ];
        let change = "lower `base_wage`, `rates.talent_inbound`, `rates.articles` or `funding.expansion_rate`, or shorten the run";
        let beyond = growing.into_iter().find(|(_, value)| !value.is_finite());
        beyond.map_or(Ok(()), |(quantity, _)| Err(FinanceError::Beyond { quantity, change }))
    }
}
