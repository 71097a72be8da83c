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
