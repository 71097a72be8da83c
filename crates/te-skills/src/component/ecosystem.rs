//! The surrounding community: people hear of the field, learn, become token engineers, seniors, or leave.
//!
//! Stocks move at once, all from the old state. What leaves a stock is divided as the hazards of going on and of leaving; so no flow
//! exceeds its stock. Equations: [`EcosystemMetrics`]; awareness spreads by [`crate::bass`].
//!
//! With `integer` every flow is a binomial draw and the stocks are whole numbers.
//! A step without a length counts as one year.
//! Invariants: stocks are never negative; `unaware + stocks + churned = potential`; without innovation nobody aware stays so; as steps shorten
//! the path tends to the differential equation. Limit: nobody returns; the field does not grow.
//!
//! **A proposal of this library**: the source names `Eco`, `.token_engineers` and `.scale(market)` and has no code.
//! Formulation: Bass 1969 at the entry, a cohort funnel behind it. Presets are illustrative.

use rand_distr::{Binomial, Distribution};
use serde::{Deserialize, Serialize};
use te_core::{Choice, Clock, Component, ParamError, Params, Record, StepError, Stream};

use crate::bass::Bass;
use crate::error::SkillError;
pub use crate::funnel::{competing_exits, scale};

/// Stocks to start with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum EcosystemPreset {
    /// Those of the parameter `initial`.
    None,
    /// Illustrative: an academy's community, many learners and few engineers.
    Tea,
    /// Illustrative: a commons of engineers, about as many as the Token Engineering Commons rewarded per round (77 to 139).
    Tec,
}

/// People at the start.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct InitialStocks {
    /// Aware of the field and nothing more `[person]` -- environment.
    #[param(default = 100.0, min = 0.0, max = 1e10, unit = "person", role = "environment")]
    pub aware: f64,
    /// Learning `[person]` -- environment.
    #[param(default = 20.0, min = 0.0, max = 1e10, unit = "person", role = "environment")]
    pub learners: f64,
    /// Token engineers `[person]` -- environment.
    #[param(default = 20.0, min = 0.0, max = 1e10, unit = "person", role = "environment")]
    pub token_engineers: f64,
    /// Senior token engineers `[person]` -- environment.
    #[param(default = 5.0, min = 0.0, max = 1e10, unit = "person", role = "environment")]
    pub seniors: f64,
}

/// Stocks of an academy's community; illustrative.
#[must_use]
pub fn illustrative_tea() -> InitialStocks {
    InitialStocks { aware: 800.0, learners: 200.0, token_engineers: 40.0, seniors: 10.0 }
}

/// Stocks of a commons of engineers; illustrative.
#[must_use]
pub fn illustrative_tec() -> InitialStocks {
    InitialStocks { aware: 400.0, learners: 60.0, token_engineers: 90.0, seniors: 20.0 }
}

/// Parameters of the ecosystem.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::people_fit)]
pub struct EcosystemParams {
    /// Stocks to start with, by name.
    #[param(initial, default = EcosystemPreset::None, role = "environment")]
    pub preset: EcosystemPreset,
    /// Stocks to start with where `preset` is `none`.
    #[param(nested, initial)]
    pub initial: InitialStocks,
    /// People who could ever hear of the field `[person]` -- environment.
    #[param(default = 10_000.0, above = 0.0, max = 1e10, unit = "person", role = "environment")]
    pub potential: f64,
    /// Innovation: hear of it by themselves `[1/yr]` -- environment.
    #[param(default = 0.03, min = 0.0, max = 1e6, soft_max = 0.1, unit = "1/yr", role = "environment")]
    pub innovation: f64,
    /// Imitation: hear of it from others `[1/yr]` -- environment.
    #[param(default = 0.38, min = 0.0, max = 1e6, soft_max = 1.0, unit = "1/yr", role = "environment")]
    pub imitation: f64,
    /// Aware who enrol `[1/yr]` -- controllable.
    #[param(default = 0.2, min = 0.0, max = 1e6, unit = "1/yr", soft_max = 2.0)]
    pub enrol: f64,
    /// Learners who complete, given a seat and no academy `[1/yr]` -- controllable.
    #[param(default = 0.5, min = 0.0, max = 1e6, unit = "1/yr", soft_max = 2.0)]
    pub complete: f64,
    /// Engineers who become seniors `[1/yr]` -- environment.
    #[param(default = 0.3333333333333333, min = 0.0, max = 1e6, unit = "1/yr", role = "environment")]
    pub promote: f64,
    /// Aware who lose interest `[1/yr]` -- environment.
    #[param(default = 0.1, min = 0.0, max = 1.0, unit = "1/yr", role = "environment")]
    pub leave_aware: f64,
    /// Learners who drop out `[1/yr]` -- environment.
    #[param(default = 0.3, min = 0.0, max = 1.0, unit = "1/yr", role = "environment")]
    pub leave_learners: f64,
    /// Engineers who leave `[1/yr]` -- environment.
    #[param(default = 0.15, min = 0.0, max = 1.0, unit = "1/yr", role = "environment")]
    pub leave_engineers: f64,
    /// Seniors who leave `[1/yr]` -- environment.
    #[param(default = 0.1, min = 0.0, max = 1.0, unit = "1/yr", role = "environment")]
    pub leave_seniors: f64,
    /// Learners a teacher can take `[person/person]` -- controllable.
    #[param(default = 20.0, min = 0.0, max = 1e9, unit = "person/person", soft_max = 100.0)]
    pub capacity_per_teacher: f64,
    /// Teachers besides the seniors `[person]` -- controllable.
    #[param(default = 2.0, min = 0.0, max = 1e10, unit = "person", soft_max = 100.0)]
    pub teachers: f64,
    /// Share of the seniors who teach `[1]` -- controllable.
    #[param(default = 0.2, min = 0.0, max = 1.0, unit = "1")]
    pub teaching_share: f64,
    /// Engineers at which the scale is 1 at half hype `[person]` -- environment.
    #[param(default = 100.0, min = 1e-9, max = 1e10, unit = "person", role = "environment")]
    pub reference_engineers: f64,
    /// Whether people are whole numbers and flows are drawn -- environment.
    #[param(default = false, role = "environment")]
    pub integer: bool,
}

impl EcosystemParams {
    /// Stocks to start with.
    #[must_use]
    pub fn opening(&self) -> InitialStocks {
        match self.preset {
            EcosystemPreset::None => self.initial,
            EcosystemPreset::Tea => illustrative_tea(),
            EcosystemPreset::Tec => illustrative_tec(),
        }
    }

    fn people_fit(&self) -> Result<(), String> {
        let InitialStocks { aware, learners, token_engineers, seniors } = self.opening();
        let people = aware + learners + token_engineers + seniors;
        if people > self.potential {
            return Err(format!("{people} people at the start exceed the potential {}", self.potential));
        }
        let whole =
            [aware, learners, token_engineers, seniors, self.potential].iter().all(|x| x.fract() == 0.0);
        if self.integer && !whole {
            return Err("with `integer` the stocks and the potential must be whole numbers".into());
        }
        Ok(())
    }
}

/// What the ecosystem reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct EcosystemInputs {
    /// Multiplier of the spread of awareness `[1]` -- input.
    #[record(unit = "1", default = 1.0)]
    pub market_multiplier: f64,
    /// Attention that the field gets, in `[0, 1]` `[1]` -- input.
    #[record(unit = "1", default = 0.5)]
    pub hype: f64,
    /// Factor by which an academy raises completion `[1]` -- input.
    #[record(unit = "1", default = 1.0)]
    pub academy: f64,
    /// Open opportunities of the market `[1]` -- input.
    #[record(unit = "1", default = 0.0)]
    pub opportunities: f64,
}

/// What the ecosystem shows.
///
/// # Equations
/// ```text
/// adopted = 1 - unaware / potential
/// e = exp(-(innovation + imitation) * market_multiplier * years)
/// reached = (innovation + imitation * adopted) * (1 - e) / (innovation + imitation * e + imitation * adopted * (1 - e))
/// heard = unaware * reached
/// go(on, away) = on / (on + away) * (1 - exp(-(on + away) * years)) -- the part of a stock that goes on; with on and away exchanged, that which leaves
/// enrolled = aware * go(enrol, leave_aware)
/// finish = complete * academy * min(1, seats / learners)
/// completed = learners * go(finish, leave_learners)
/// promoted = token_engineers * go(promote, leave_engineers)
/// unaware' = unaware - heard
/// aware' = aware + heard - enrolled - aware * go(leave_aware, enrol)
/// learners' = learners + enrolled - completed - learners * go(leave_learners, finish)
/// token_engineers' = token_engineers + completed - promoted - token_engineers * go(leave_engineers, promote)
/// seniors' = seniors + promoted - seniors * go(leave_seniors, 0)
/// churned' = churned + leavers -- from the four stocks; with `integer` all flows are binomial draws
/// leavers: the sum of what left
/// seats = capacity_per_teacher * (teachers + teaching_share * seniors')
/// adoption = 1 - unaware' / potential
/// scale = (token_engineers' + seniors') / reference_engineers * (0.5 + hype)
/// engineers_per_opportunity = (token_engineers' + seniors') / opportunities
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct EcosystemMetrics {
    /// Not yet aware `[person]` -- metric.
    #[record(unit = "person")]
    pub unaware: f64,
    /// Aware and nothing more `[person]` -- metric.
    #[record(unit = "person")]
    pub aware: f64,
    /// Learning `[person]` -- metric.
    #[record(unit = "person")]
    pub learners: f64,
    /// Token engineers `[person]` -- metric.
    #[record(unit = "person")]
    pub token_engineers: f64,
    /// Senior token engineers `[person]` -- metric.
    #[record(unit = "person")]
    pub seniors: f64,
    /// Who left `[person]` -- metric.
    #[record(unit = "person")]
    pub churned: f64,
    /// Ever aware to potential, `N/M` `[1]` -- metric.
    #[record(unit = "1")]
    pub adoption: f64,
    /// Seats for learners `[person]` -- metric.
    #[record(unit = "person")]
    pub seats: f64,
    /// Ever engineers to ever aware: conversion of the funnel `[1]` -- metric.
    #[record(unit = "1")]
    pub conversion: f64,
    /// Engineers and seniors to an open opportunity; 0 without opportunities `[person]` -- metric.
    #[record(unit = "person")]
    pub engineers_per_opportunity: f64,
    /// Scale for the market `[1]` -- metric.
    #[record(unit = "1")]
    pub scale: f64,
}

/// People by stage: a plain value with the invariant that they sum to the potential.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stocks {
    /// Not yet aware `[person]`.
    pub unaware: f64,
    /// Aware and nothing more `[person]`.
    pub aware: f64,
    /// Learning `[person]`.
    pub learners: f64,
    /// Token engineers `[person]`.
    pub token_engineers: f64,
    /// Senior token engineers `[person]`.
    pub seniors: f64,
    /// Who left `[person]`.
    pub churned: f64,
}

/// The component `skills/ecosystem`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ecosystem {
    params: EcosystemParams,
    stocks: Stocks,
    ever_engineers: f64,
    hype: f64,
    opportunities: f64,
}

impl Ecosystem {
    /// The stocks as they stand.
    #[must_use]
    pub fn stocks(&self) -> &Stocks {
        &self.stocks
    }

    /// Ever aware of the field `[person]`: a sum, for in a large field little is left of the difference to the unaware.
    #[must_use]
    pub fn ever_aware(&self) -> f64 {
        let Stocks { aware, learners, token_engineers, seniors, churned, .. } = self.stocks;
        (aware + learners + token_engineers + seniors + churned).min(self.params.potential)
    }

    /// Seats for learners `[person]`.
    #[must_use]
    pub fn seats(&self) -> f64 {
        let params = &self.params;
        params.capacity_per_teacher * (params.teachers + params.teaching_share * self.stocks.seniors)
    }

    fn advance(&mut self, inputs: &EcosystemInputs, dt: f64, rng: &mut Stream) -> Result<(), SkillError> {
        SkillError::require("academy", inputs.academy, inputs.academy >= 0.0, "[0, inf)")?;
        SkillError::require("opportunities", inputs.opportunities, inputs.opportunities >= 0.0, "[0, inf)")?;
        SkillError::require_share("hype", inputs.hype)?;
        let (params, old) = (&self.params, self.stocks);
        let bass = Bass::new(params.potential, params.innovation, params.imitation)?;
        let reached_part = bass.reached_part(self.ever_aware(), inputs.market_multiplier, dt)?;
        let seated = if old.learners > 0.0 { (self.seats() / old.learners).min(1.0) } else { 1.0 };
        let complete = SkillError::finite("completion", params.complete * inputs.academy * seated)?;

        let mut exits = |stock: f64, onwards: f64, away: f64| -> Result<(f64, f64), SkillError> {
            split(stock, competing_exits(onwards, away, dt)?, params.integer, rng)
        };
        let (enrolled, lost) = exits(old.aware, params.enrol, params.leave_aware)?;
        let (completed, dropped) = exits(old.learners, complete, params.leave_learners)?;
        let (promoted, quit) = exits(old.token_engineers, params.promote, params.leave_engineers)?;
        let (_, retired) = exits(old.seniors, 0.0, params.leave_seniors)?;
        let (heard, _) = split(old.unaware, (reached_part, 0.0), params.integer, rng)?;
        self.stocks = Stocks {
            unaware: old.unaware - heard,
            aware: old.aware + heard - enrolled - lost,
            learners: old.learners + enrolled - completed - dropped,
            token_engineers: old.token_engineers + completed - promoted - quit,
            seniors: old.seniors + promoted - retired,
            churned: old.churned + lost + dropped + quit + retired,
        };
        self.ever_engineers += completed;
        if inputs.opportunities > 0.0 {
            let active = self.stocks.token_engineers + self.stocks.seniors;
            SkillError::finite("engineers per opportunity", active / inputs.opportunities)?;
        }
        self.hype = inputs.hype;
        self.opportunities = inputs.opportunities;
        Ok(())
    }
}

/// The two flows out of a stock: expected ones, or drawn ones (binomial in all, then binomial between the two).
fn split(stock: f64, parts: (f64, f64), integer: bool, rng: &mut Stream) -> Result<(f64, f64), SkillError> {
    let (first, second) = parts;
    if !integer {
        return Ok((stock * first, stock * second));
    }
    let total = first + second;
    if total == 0.0 || stock < 1.0 {
        return Ok((0.0, 0.0));
    }
    let gone = binomial(stock, total.min(1.0), rng)?;
    let onwards = binomial(gone, (first / total).min(1.0), rng)?;
    Ok((onwards, gone - onwards))
}

fn binomial(count: f64, p: f64, rng: &mut Stream) -> Result<f64, SkillError> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a stock of people: 0 to 1e10"
    )]
    let law =
        Binomial::new(count as u64, p).map_err(|_| SkillError::NotFinite { quantity: "flow of people" })?;
    Ok(law.sample(rng) as f64)
}

impl Component for Ecosystem {
    const KIND: &'static str = "skills/ecosystem";
    type Params = EcosystemParams;
    type Inputs = EcosystemInputs;
    type Metrics = EcosystemMetrics;

    fn new(params: EcosystemParams) -> Result<Self, ParamError> {
        params.check()?;
        let InitialStocks { aware, learners, token_engineers, seniors } = params.opening();
        Bass::new(params.potential, params.innovation, params.imitation)
            .map_err(|error| ParamError::cross(error.to_string()))?;
        let unaware = params.potential - (aware + learners + token_engineers + seniors);
        let stocks = Stocks { unaware, aware, learners, token_engineers, seniors, churned: 0.0 };
        Ok(Self { params, stocks, ever_engineers: token_engineers + seniors, hype: 0.5, opportunities: 0.0 })
    }

    fn reparam(&mut self, params: EcosystemParams) -> Result<(), ParamError> {
        params.check()?;
        Bass::new(params.potential, params.innovation, params.imitation)
            .map_err(|error| ParamError::cross(error.to_string()))?;
        self.params = params;
        Ok(())
    }

    fn step(&mut self, inputs: &EcosystemInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        let mut next = self.clone();
        next.advance(inputs, clock.years(), rng)?;
        *self = next;
        Ok(())
    }

    fn metrics(&self) -> EcosystemMetrics {
        let stocks = &self.stocks;
        let ever_aware = self.ever_aware();
        let active = stocks.token_engineers + stocks.seniors;
        EcosystemMetrics {
            unaware: stocks.unaware,
            aware: stocks.aware,
            learners: stocks.learners,
            token_engineers: stocks.token_engineers,
            seniors: stocks.seniors,
            churned: stocks.churned,
            adoption: ever_aware / self.params.potential,
            seats: self.seats(),
            conversion: if ever_aware > 0.0 { self.ever_engineers / ever_aware } else { 0.0 },
            engineers_per_opportunity: if self.opportunities > 0.0 {
                active / self.opportunities
            } else {
                0.0
            },
            // Its three conditions hold by construction.
            scale: scale(active, self.params.reference_engineers, self.hype).unwrap_or(0.0),
        }
    }
}
