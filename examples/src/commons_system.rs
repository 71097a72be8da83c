//! `systems/commons.toml` in Rust: components typed, wires and derived columns as there.

use te_bonding_curve::component::augmented::{Augmented, AugmentedParams, Opening};
use te_bonding_curve::component::multi_sigmoid::{MultiSigmoid, MultiSigmoidParams};
use te_commons::component::cultural_build::{CulturalBuild, CulturalBuildParams};
use te_commons::component::hatch::{Hatch, HatchParams};
use te_commons::component::upgrade::{Upgrade, UpgradeParams};
use te_conviction::community::parameters::CommunityParams;
use te_conviction::component::Voting;
use te_core::{BuildErrors, StepLength, System, SystemBuilder, TimeUnit};
use te_finance::company::{Company, CompanyParams};
use te_finance::discounting::{CashFlow, CashFlowParams};
use te_finance::interest_rate::{InterestRate, InterestRateParams};
use te_finance::operations::{Opex, OpexParams};
pub use te_market::regime::Regime;
use te_market::regime_market::{Market, MarketParams};
use te_skills::academy::{Academy, AcademyParams};
use te_skills::ecosystem::{Ecosystem, EcosystemParams, EcosystemPreset};

/// The parameters that a study of this system may want to vary.
#[derive(Clone, Debug, Default)]
pub struct CommonsParams {
    /// The market.
    pub market: MarketParams,
    /// The interest rate.
    pub interest: InterestRateParams,
    /// Phase 1.
    pub build: CulturalBuildParams,
    /// The hatch.
    pub hatch: HatchParams,
    /// From the hatch to the curve.
    pub upgrade: UpgradeParams,
    /// The curve of the commons.
    pub curve: AugmentedParams,
    /// Its vote.
    pub commons_vote: CommunityParams,
    /// The company's curve.
    pub company_curve: MultiSigmoidParams,
    /// The company's vote.
    pub company_vote: CommunityParams,
    /// The company's office.
    pub office: OpexParams,
    /// The company.
    pub company: CompanyParams,
    /// What the company is worth.
    pub value: CashFlowParams,
    /// The academy.
    pub academy: AcademyParams,
    /// The ecosystem.
    pub ecosystem: EcosystemParams,
}

impl CommonsParams {
    /// The parameters of the file, in one regime with its interest rate.
    #[must_use]
    pub fn of(regime: Regime) -> Self {
        let mut p = Self::default();
        p.market.initial_regime = regime;
        p.market.switching = false;
        (p.market.bull.drift, p.market.bull.volatility) = (0.25, 0.6);
        (p.market.bear.drift, p.market.bear.volatility) = (-0.25, 0.7);
        (p.market.factor_elasticity, p.market.reference_factor) = (0.05, 1e5);
        p.market.matching_efficiency = 0.02;
        p.interest.rate = match regime {
            Regime::Bull => 0.314,
            Regime::Bear => -0.0125,
        };
        (p.build.items, p.build.people) = (60.0, 100);
        p.hatch.contribution_volatility = 0.3;
        p.curve.opening = Opening::OnLaunch;
        (p.curve.entry_tribute, p.curve.exit_tribute, p.curve.arbitrage) = (0.22, 0.02, 0.05);
        let vote = CommunityParams {
            rho: 0.0014,
            gamma: 0.0,
            funds: 1000.0,
            supply: 5e7,
            effective_share: 0.2,
            ..CommunityParams::corrected()
        };
        p.commons_vote = CommunityParams { participants: 20, proposals: 4, ..vote.clone() };
        p.company_vote = CommunityParams { participants: 10, proposals: 2, ..vote };
        (p.office.costs.employees, p.office.costs.initial_contracts, p.office.costs.new_contracts) =
            (0.0, 0.0, 0.0);
        (p.company.base_wage, p.company.retainer) = (5000.0, 6000.0);
        p.company.model_revenue = 250_000.0;
        p.company.rates.articles = 0.2;
        (p.company.rates.talent_inbound, p.company.rates.client_inbound) = (0.001, 0.0001);
        p.company.funding.valuation_scale = 1e6;
        p.company.funding.expansion_rate = 0.001;
        (p.value.initial_flow, p.value.risk_premium) = (-10000.0, 0.1);
        (p.academy.learners, p.academy.seats) = (24, 6);
        p.ecosystem.preset = EcosystemPreset::Tea;
        p
    }
}

/// Wires: what is read, and the input it feeds.
pub const WIRES: [(&str, &str); 32] = [
    // the proposal's interactions
    ("x_factor", "market.x_factor"),
    ("ecosystem.scale", "market.scale"),
    ("market.hype", "ecosystem.hype"),
    ("0.5 + market.hype", "ecosystem.market_multiplier"),
    ("1 * market.opportunities", "ecosystem.opportunities"),
    ("if(hatch.closed, build.people, 0)", "market.hatchers"),
    ("ecosystem.token_engineers", "market.token_engineers"),
    ("0.1 * market.matches", "company.opportunities"),
    ("market.hype", "company.hype"),
    ("if(curve.open, 4000 * market.hype + 200 * company.job_opportunities, 0)", "curve.buy"),
    ("market.opportunities + company.job_opportunities + commons_vote.active_count", "academy.opportunities"),
    ("1 + academy.mastery", "ecosystem.academy"),
    // from praise to the curve
    ("1 * build.done", "hatch.start"),
    ("build.hours", "hatch.impact_hours"),
    ("0.5 + market.hype", "hatch.sentiment"),
    ("1 * hatch.closed", "upgrade.closed"),
    ("hatch.reserve", "upgrade.reserve"),
    ("hatch.beneficiary", "upgrade.beneficiary"),
    ("hatch.supply", "upgrade.supply"),
    ("upgrade.launch_reserve", "curve.launch_reserve"),
    ("upgrade.launch_supply", "curve.launch_supply"),
    ("upgrade.launch_common_pool", "curve.launch_common_pool"),
    ("upgrade.launch_buy", "curve.launch_buy"),
    ("upgrade.locked", "curve.locked"),
    ("market.price", "curve.external_price"),
    // money that changes hands
    ("commons_grant", "curve.spending"),
    ("commons_grant", "commons_vote.donation"),
    ("1500 * market.hype", "company_curve.buy"),
    (
        "company_curve.funding - lag(company_curve.funding, 1) + 0.1 * (commons_vote.paid - lag(commons_vote.paid, 1)) + max(interest_earned, 0)",
        "company.funding",
    ),
    ("office.costs - lag(office.costs, 1) + company_grant + max(-interest_earned, 0)", "company.spending"),
    ("company_grant", "company_vote.donation"),
    ("lag(office.burn, 1) * 12 / 52", "office.funding"),
];

/// The wires of the company's value.
pub const VALUE_WIRES: [(&str, &str); 2] =
    [("earned - lag(earned, 1)", "value.cash_flow"), ("interest.continuous_rate", "value.rate")];

/// Derived columns: name and expression.
pub const DERIVED: [(&str, &str); 12] = [
    ("x_factor", "sqrt(max(company.treasury, 0)) * sqrt(max(curve.common_pool, 0)) + 1"),
    ("commons_grant", "min(0.005 * lag(curve.common_pool, 1), lag(commons_vote.other_supply, 1))"),
    ("company_grant", "min(0.01 * max(lag(company.treasury, 1), 0), lag(company_vote.other_supply, 1))"),
    ("interest_earned", "max(lag(company.treasury, 1), 0) * (exp(interest.continuous_rate / 52) - 1)"),
    ("earned", "company.revenue - company.wages + company.sold - office.costs"),
    (
        "commons_collateral",
        "if(curve.open, curve.reserve + curve.common_pool, hatch.total_raised - hatch.refunded)",
    ),
    ("granted", "commons_vote.funds + commons_vote.paid - 1000"),
    (
        "leak_pool",
        "if(curve.open, curve.common_pool + granted - upgrade.launch_common_pool - curve.entry_tributes - curve.exit_tributes, 0)",
    ),
    (
        "leak_tokens",
        "curve.supply - lag(curve.supply, 1) - curve.minted + curve.burned - if(curve.open and not lag(curve.open, 1), upgrade.launch_supply, 0)",
    ),
    (
        "leak_launch",
        "if(upgrade.launched, upgrade.launch_reserve + upgrade.launch_common_pool + upgrade.launch_buy - hatch.reserve - hatch.beneficiary, 0)",
    ),
    (
        "leak_company",
        "company.treasury - 10000 - company.revenue + company.wages - company.sold - company.contributed",
    ),
    ("leak_office", "office.treasury - office.contributed + office.costs"),
];

/// The system in one regime.
///
/// # Errors
/// None with these parameters; whatever a changed wire or parameter would break.
pub fn commons(regime: Regime) -> Result<System, BuildErrors> {
    with(CommonsParams::of(regime)).build()
}

/// The system with other parameters, not yet built.
#[must_use]
pub fn with(params: CommonsParams) -> SystemBuilder {
    let mut system = System::builder("commons");
    system.step_length(StepLength::new(1.0, TimeUnit::Week));

    system.uncontrollable::<Market>("market", params.market);
    system.uncontrollable::<InterestRate>("interest", params.interest);

    system.controllable::<CulturalBuild>("build", params.build);
    system.controllable::<Hatch>("hatch", params.hatch);
    system.controllable::<Upgrade>("upgrade", params.upgrade);
    system.controllable::<Augmented>("curve", params.curve);
    system.controllable::<Voting>("commons_vote", params.commons_vote);

    system.controllable::<MultiSigmoid>("company_curve", params.company_curve);
    system.controllable::<Voting>("company_vote", params.company_vote);
    system.controllable::<Opex>("office", params.office);
    system.controllable::<Company>("company", params.company);
    system.controllable::<CashFlow>("value", params.value);

    system.controllable::<Academy>("academy", params.academy);
    system.controllable::<Ecosystem>("ecosystem", params.ecosystem);

    for (from, to) in WIRES.into_iter().chain(VALUE_WIRES) {
        system.wire(from, to);
    }
    for (name, expression) in DERIVED {
        system.derived(name, expression, "");
    }
    system
}
