//! The company as a component of a system.

use rand_distr::{Beta, Distribution};
use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::{CompanyParams, CompanyState, Outside};
use crate::error::FinanceError;
use crate::operations::{LONGEST_RUNWAY, months};
use crate::opex::runway;

/// What the company reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct CompanyInputs {
    /// Attention that the field gets, in `[0, 1]`; the parameter `hype` if negative, as when not wired `[1]` -- input.
    #[record(unit = "1", default = -1.0)]
    pub hype: f64,
    /// Opportunities won in this step `[client]` -- input.
    #[record(unit = "client", default = 0.0)]
    pub opportunities: f64,
    /// Money put in in this step, such as the proceeds of a curve `[USD]` -- input.
    #[record(unit = "USD", default = 0.0)]
    pub funding: f64,
    /// Money taken out in this step, such as a passed proposal `[USD]` -- input.
    #[record(unit = "USD", default = 0.0)]
    pub spending: f64,
}

/// What the company shows.
///
/// # Equations
/// ```text
/// leaving(share) = 1 - (1 - share)^months -- the part of a stock that leaves
/// inbound = followers * hype * rates.talent_inbound * months
/// enrolled = min(staff + 2 * senior - training_camp, talent_pool * leaving(rates.enrolment * curriculum))
/// graduated = min(rates.staff_cap - staff, training_camp * leaving(rates.graduation * curriculum))
/// promoted = min(rates.senior_cap - senior, staff * leaving(rates.promotion))
/// hired = min(talent_pool * leaving(funding.expansion_rate), talent_pool' / 2) -- each, where treasury > funding.expansion_threshold
/// talent_pool' = talent_pool + inbound - enrolled - 2 * hired
/// training_camp' = training_camp + enrolled - graduated
/// staff' = staff + graduated - promoted - (staff - promoted) * leaving(rates.staff_churn)
/// senior' = senior + promoted - senior * leaving(rates.senior_churn)
/// marketing' = marketing + hired
/// operations' = operations + hired
/// journal' = journal + (training_camp + staff + senior) * months * rates.articles
/// curriculum' = min(journal' / 100, 1)
/// followers' = followers + marketing * journal * base_wage / 6000 * months
/// capacity = 0.5 * training_camp' + staff' + 2 * senior'
/// retired = clients * leaving(1 / project_duration)
/// signed = min(operations * client_pool * base_wage / 6000 * months * rates.closing, client_pool, capacity - clients + retired)
/// clients' = min(clients - retired + signed, capacity)
/// client_pool' = client_pool + followers * hype * rates.client_inbound * months + opportunities - signed -- and who found no capacity
/// built = model_completion + unused * base_wage * months -- unused: capacity less clients before the step
/// launched = floor(built / model_cost)
/// model_completion' = built - launched * model_cost
/// launches' = launches + launched
/// valuation ~ Beta(2, 8)
/// granted = retired * funding.token_share * valuation * funding.valuation_scale
/// liquidated = client_tokens * leaving(funding.liquidation_rate)
/// grown = client_tokens * ((1 + funding.compound_rate)^months - 1)
/// client_tokens' = client_tokens + granted + launched * model_revenue + grown - liquidated
/// wage_bill = base_wage * (staff + senior + marketing + operations)
/// treasury' = treasury + clients * retainer * months - wage_bill * months + liquidated + funding - spending
/// unused: capacity - clients, at least 0
/// recurring_revenue = clients' * retainer
/// burn = wage_bill' - recurring_revenue
/// runway = min(treasury' / burn, 1200)
/// utilisation = clients' / capacity
/// job_opportunities = capacity - clients'
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct CompanyMetrics {
    /// People who showed interest `[person]` -- metric.
    #[record(unit = "person")]
    pub talent_pool: f64,
    /// People in training `[person]` -- metric.
    #[record(unit = "person")]
    pub training_camp: f64,
    /// Engineers `[person]` -- metric.
    #[record(unit = "person")]
    pub staff: f64,
    /// Senior engineers `[person]` -- metric.
    #[record(unit = "person")]
    pub senior: f64,
    /// People in marketing `[person]` -- metric.
    #[record(unit = "person")]
    pub marketing: f64,
    /// People in operations `[person]` -- metric.
    #[record(unit = "person")]
    pub operations: f64,
    /// Articles written `[article]` -- metric.
    #[record(unit = "article")]
    pub journal: f64,
    /// Part of the curriculum that exists `[1]` -- metric.
    #[record(unit = "1")]
    pub curriculum: f64,
    /// Followers `[person]` -- metric.
    #[record(unit = "person")]
    pub followers: f64,
    /// Possible clients `[client]` -- metric.
    #[record(unit = "client")]
    pub client_pool: f64,
    /// Clients on retainer `[client]` -- metric.
    #[record(unit = "client")]
    pub clients: f64,
    /// Clients that can be served `[client]` -- metric.
    #[record(unit = "client")]
    pub capacity: f64,
    /// Clients to capacity, 0 without capacity `[1]` -- metric.
    #[record(unit = "1")]
    pub utilisation: f64,
    /// Work for further clients: capacity less clients `[client]` -- metric.
    #[record(unit = "client")]
    pub job_opportunities: f64,
    /// Money in hand; negative is debt `[USD]` -- metric.
    #[record(unit = "USD")]
    pub treasury: f64,
    /// Client tokens held, at value `[USD]` -- metric.
    #[record(unit = "USD")]
    pub client_tokens: f64,
    /// Work in the model being built `[USD]` -- metric.
    #[record(unit = "USD")]
    pub model_completion: f64,
    /// Models launched `[1]` -- metric.
    #[record(unit = "1")]
    pub launches: f64,
    /// Retainers of a month as things stand `[USD/month]` -- metric.
    #[record(unit = "USD/month")]
    pub recurring_revenue: f64,
    /// Wages less retainers of a month as things stand `[USD/month]` -- metric.
    #[record(unit = "USD/month")]
    pub burn: f64,
    /// Months the treasury lasts, at most 1200 `[month]` -- metric.
    #[record(unit = "month")]
    pub runway: f64,
    /// Retainers received since the start `[USD]` -- metric.
    #[record(unit = "USD")]
    pub revenue: f64,
    /// Wages paid since the start `[USD]` -- metric.
    #[record(unit = "USD")]
    pub wages: f64,
    /// Client tokens sold since the start `[USD]` -- metric.
    #[record(unit = "USD")]
    pub sold: f64,
    /// Money put in less money taken out since the start `[USD]` -- metric.
    #[record(unit = "USD")]
    pub contributed: f64,
}

/// The component `finance/company`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Company {
    params: CompanyParams,
    state: CompanyState,
}

impl Company {
    /// The stocks as they stand.
    #[must_use]
    pub fn state(&self) -> &CompanyState {
        &self.state
    }
}

impl Component for Company {
    const KIND: &'static str = "finance/company";
    type Params = CompanyParams;
    type Inputs = CompanyInputs;
    type Metrics = CompanyMetrics;

    fn new(params: CompanyParams) -> Result<Self, ParamError> {
        params.check()?;
        let state = params.opening_state();
        Ok(Self { params, state })
    }

    fn reparam(&mut self, params: CompanyParams) -> Result<(), ParamError> {
        params.check()?;
        self.params = params;
        Ok(())
    }

    fn step(&mut self, inputs: &CompanyInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        let law = Beta::new(2.0, 8.0).map_err(|_| FinanceError::NotFinite { quantity: "valuation" })?;
        let outside = Outside {
            hype: if inputs.hype < 0.0 { self.params.hype } else { inputs.hype },
            opportunities: inputs.opportunities,
            funding: inputs.funding,
            spending: inputs.spending,
            valuation: law.sample(rng),
        };
        self.state = self.state.advance(&self.params, &outside, months(clock))?;
        Ok(())
    }

    fn metrics(&self) -> CompanyMetrics {
        let state = &self.state;
        let capacity = state.capacity();
        let recurring_revenue = state.clients * self.params.retainer;
        let burn = state.wage_bill(self.params.base_wage) - recurring_revenue;
        CompanyMetrics {
            talent_pool: state.talent_pool,
            training_camp: state.training_camp,
            staff: state.staff,
            senior: state.senior,
            marketing: state.marketing,
            operations: state.operations,
            journal: state.journal,
            curriculum: state.curriculum,
            followers: state.followers,
            client_pool: state.client_pool,
            clients: state.clients,
            capacity,
            utilisation: if capacity > 0.0 { state.clients / capacity } else { 0.0 },
            job_opportunities: (capacity - state.clients).max(0.0),
            treasury: state.treasury,
            client_tokens: state.client_tokens,
            model_completion: state.model_completion,
            launches: state.launches,
            recurring_revenue,
            burn,
            runway: runway(state.treasury, burn).map_or(0.0, |months| months.min(LONGEST_RUNWAY)),
            revenue: state.revenue,
            wages: state.wages,
            sold: state.sold,
            contributed: state.contributed,
        }
    }
}
