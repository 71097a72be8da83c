//! Parameters of the company; defaults are those of the published code.

use te_core::Params;

use super::CompanyState;

/// What the company starts with.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct OpeningBalance {
    /// People who showed interest `[person]` -- environment.
    #[param(default = 10.0, min = 0.0, max = 1e9, unit = "person", role = "environment")]
    pub talent_pool: f64,
    /// People in training `[person]` -- controllable.
    #[param(default = 0.0, min = 0.0, max = 1e6, unit = "person", soft_max = 20.0)]
    pub training_camp: f64,
    /// Engineers `[person]` -- controllable.
    #[param(default = 5.0, min = 0.0, max = 1e6, unit = "person", soft_max = 50.0)]
    pub staff: f64,
    /// Senior engineers `[person]` -- controllable.
    #[param(default = 1.0, min = 0.0, max = 1e6, unit = "person", soft_max = 20.0)]
    pub senior: f64,
    /// People in marketing `[person]` -- controllable.
    #[param(default = 3.0, min = 0.0, max = 1e6, unit = "person", soft_max = 20.0)]
    pub marketing: f64,
    /// People in operations `[person]` -- controllable.
    #[param(default = 3.0, min = 0.0, max = 1e6, unit = "person", soft_max = 20.0)]
    pub operations: f64,
    /// Articles written `[article]` -- controllable.
    #[param(default = 1.0, min = 0.0, max = 1e6, unit = "article", soft_max = 100.0)]
    pub journal: f64,
    /// Followers `[person]` -- environment.
    #[param(default = 282.0, min = 0.0, max = 1e9, unit = "person", role = "environment")]
    pub followers: f64,
    /// Possible clients `[client]` -- environment.
    #[param(default = 5.0, min = 0.0, max = 1e6, unit = "client", role = "environment")]
    pub client_pool: f64,
    /// Clients on retainer `[client]` -- controllable.
    #[param(default = 5.0, min = 0.0, max = 1e6, unit = "client", soft_max = 50.0)]
    pub clients: f64,
    /// Money in hand `[USD]` -- controllable.
    #[param(default = 10_000.0, min = 0.0, max = 1e12, unit = "USD", soft_max = 1e6)]
    pub treasury: f64,
    /// Client tokens held, at value `[USD]` -- controllable.
    #[param(default = 0.0, min = 0.0, max = 1e12, unit = "USD", soft_max = 1e6)]
    pub client_tokens: f64,
    /// Work in the model being built `[USD]` -- controllable.
    #[param(default = 10_000.0, min = 0.0, max = 1e12, unit = "USD", soft_max = 1e5)]
    pub model_completion: f64,
}

/// How people, attention and clients move.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct GrowthRates {
    /// Talent that comes in per follower at full hype `[1/month]` -- environment.
    #[param(default = 0.1, min = 0.0, max = 1.0, unit = "1/month", role = "environment")]
    pub talent_inbound: f64,
    /// Share of the talent pool that enrols at full curriculum `[1/month]` -- controllable.
    #[param(default = 0.1, min = 0.0, max = 1.0, unit = "1/month")]
    pub enrolment: f64,
    /// Share of the camp that graduates at full curriculum `[1/month]` -- controllable.
    #[param(default = 0.25, min = 0.0, max = 1.0, unit = "1/month")]
    pub graduation: f64,
    /// Share of the engineers promoted to senior `[1/month]` -- controllable.
    #[param(default = 0.08333333333333333, min = 0.0, max = 1.0, unit = "1/month")]
    pub promotion: f64,
    /// Possible clients that come in per follower at full hype `[1/month]` -- environment.
    #[param(default = 0.05, min = 0.0, max = 1.0, unit = "1/month", role = "environment")]
    pub client_inbound: f64,
    /// Share of the pool that one person in operations signs at the reference wage `[1/(month person)]` -- controllable.
    #[param(default = 0.1, min = 0.0, max = 1.0, unit = "1/(month person)")]
    pub closing: f64,
    /// Articles that one person writes `[article/(month person)]` -- controllable.
    #[param(default = 1.0, min = 0.0, max = 100.0, unit = "article/(month person)", soft_max = 10.0)]
    pub articles: f64,
    /// Most engineers `[person]` -- controllable.
    #[param(default = 10.0, min = 0.0, max = 1e6, unit = "person", soft_max = 100.0)]
    pub staff_cap: f64,
    /// Most senior engineers `[person]` -- controllable.
    #[param(default = 10.0, min = 0.0, max = 1e6, unit = "person", soft_max = 50.0)]
    pub senior_cap: f64,
    /// Share of the engineers that leaves; 0.1 in a comment of the source, unused there `[1/month]` -- environment.
    #[param(default = 0.0, min = 0.0, max = 1.0, unit = "1/month", role = "environment")]
    pub staff_churn: f64,
    /// Share of the seniors that leaves; 0.02 in a comment of the source, unused there `[1/month]` -- environment.
    #[param(default = 0.0, min = 0.0, max = 1.0, unit = "1/month", role = "environment")]
    pub senior_churn: f64,
}

/// Tokens, liquidation and expansion.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct FundingRules {
    /// Share of a client's tokens received when its project ends `[1]` -- controllable.
    #[param(default = 0.01, min = 0.0, max = 1.0, unit = "1")]
    pub token_share: f64,
    /// Valuation of which Beta(2, 8) is the share `[USD]` -- environment.
    #[param(default = 30e6, min = 0.0, max = 1e12, unit = "USD", role = "environment")]
    pub valuation_scale: f64,
    /// Share of the client tokens sold `[1/month]` -- controllable.
    #[param(default = 0.1, min = 0.0, max = 1.0, unit = "1/month")]
    pub liquidation_rate: f64,
    /// Growth of the value of client tokens `[1/month]` -- environment.
    #[param(default = 0.01, above = -1.0, max = 1.0, unit = "1/month", role = "environment")]
    pub compound_rate: f64,
    /// Share of the talent pool that marketing and operations each hire when rich `[1/month]` -- controllable.
    #[param(default = 0.01, min = 0.0, max = 1.0, unit = "1/month")]
    pub expansion_rate: f64,
    /// Treasury above which they do `[USD]` -- controllable.
    #[param(default = 150_000.0, min = 0.0, max = 1e12, unit = "USD", soft_max = 1e6)]
    pub expansion_threshold: f64,
}

/// Parameters of the company.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::opening_within_limits)]
pub struct CompanyParams {
    /// What it starts with.
    #[param(nested, initial)]
    pub opening: OpeningBalance,
    /// How people, attention and clients move.
    #[param(nested)]
    pub rates: GrowthRates,
    /// Tokens, liquidation and expansion.
    #[param(nested)]
    pub funding: FundingRules,
    /// Wage of everyone but trainees `[USD/(month person)]` -- controllable.
    #[param(default = 2000.0, min = 0.0, max = 1e6, unit = "USD/(month person)", soft_max = 10_000.0)]
    pub base_wage: f64,
    /// What a client pays `[USD/(month client)]` -- controllable.
    #[param(default = 10_000.0, min = 0.0, max = 1e9, unit = "USD/(month client)", soft_max = 50_000.0)]
    pub retainer: f64,
    /// Length of a client's project `[month]` -- environment.
    #[param(default = 4.0, min = 1.0, unit = "month", role = "environment")]
    pub project_duration: f64,
    /// Work after which a model is launched `[USD]` -- environment.
    #[param(default = 250_000.0, above = 0.0, max = 1e12, unit = "USD", role = "environment")]
    pub model_cost: f64,
    /// What a launched model is worth in client tokens `[USD]` -- environment.
    #[param(default = 5_000_000.0, min = 0.0, max = 1e12, unit = "USD", role = "environment")]
    pub model_revenue: f64,
    /// Hype where the input is not wired, in `[0, 1]` `[1]` -- environment.
    #[param(default = 0.1, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub hype: f64,
}

impl CompanyParams {
    fn opening_within_limits(&self) -> Result<(), String> {
        let (opening, rates) = (&self.opening, &self.rates);
        if opening.staff > rates.staff_cap {
            return Err(format!(
                "opening.staff {} exceeds rates.staff_cap {}",
                opening.staff, rates.staff_cap
            ));
        }
        if opening.senior > rates.senior_cap {
            return Err(format!(
                "opening.senior {} exceeds rates.senior_cap {}",
                opening.senior, rates.senior_cap
            ));
        }
        let capacity = super::capacity(opening.training_camp, opening.staff, opening.senior);
        if opening.clients > capacity {
            return Err(format!(
                "opening.clients {} exceeds the capacity {capacity} of the people",
                opening.clients
            ));
        }
        Ok(())
    }

    /// The state the company starts in.
    #[must_use]
    pub fn opening_state(&self) -> CompanyState {
        let opening = &self.opening;
        CompanyState {
            talent_pool: opening.talent_pool,
            training_camp: opening.training_camp,
            staff: opening.staff,
            senior: opening.senior,
            marketing: opening.marketing,
            operations: opening.operations,
            departed: 0.0,
            journal: opening.journal,
            curriculum: (opening.journal / super::WHOLE_CURRICULUM).min(1.0),
            followers: opening.followers,
            client_pool: opening.client_pool,
            clients: opening.clients,
            treasury: opening.treasury,
            client_tokens: opening.client_tokens,
            model_completion: opening.model_completion,
            launches: 0.0,
            inbound: 0.0,
            revenue: 0.0,
            wages: 0.0,
            sold: 0.0,
            contributed: 0.0,
        }
    }
}
