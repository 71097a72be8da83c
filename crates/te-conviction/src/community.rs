//! A community that votes by conviction: participants with holdings and tastes, proposals that come, pass and end.
//!
//! One step is one day of six blocks; inside a block everything sees the state that the block before left.
//!
//! | block | what | module |
//! |---|---|---|
//! | 1 | a newcomer may come, proposals may come; ages and triggers are renewed | [`arrival`] |
//! | 2 | new tokens are minted into the pool: `gamma S` | here |
//! | 3 | active proposals complete or fail | [`progress`] |
//! | 4 | candidates whose conviction exceeds their trigger are paid | [`release`] |
//! | 5 | participants may reconsider, stake, and conviction accrues; unstaked candidates are dropped | [`decision`] |
//! | 6 | the community's health is measured | [`health`] |
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `F`, `E`, `S` | common pool, effective supply, total supply | HNY |
//! | `L` | the rest, `S - F - E` | HNY |
//! | `s` | mood of the outside world, in `[0, 1]` | 1 |
//!
//! # Two sets of rules
//! [`Rules::V3`] is the published model with every quirk, so that its recorded runs replay draw by draw. What it does not
//! take over: where the accepted requests exceed the pool the original crashes (or, with beta above 1/2, pays too much);
//! here the step is refused with [`CommunityError::OverRelease`]. [`Rules::Corrected`] repairs:
//!
//! | published | corrected |
//! |---|---|
//! | influence and conflict are drawn once more for each first proposal | drawn once for each pair |
//! | holdings sum to S, 1.6 times E | holdings are scaled to sum to E, and stay E |
//! | newcomers take from `S - E`, the pool among it | from L |
//! | nobody ever leaves | unhappy participants leave: E to L, links vanish, conviction decays |
//! | participants' moods never change | completions, failures and payments move them ([`sentiment`]) |
//! | conflicts have no effect, later proposals have none | completion lowers the affinity for what conflicts; all have them |
//! | newcomers have no influence links | they have |
//! | others' stakes sway without bound | at most `booster_cap` |
//! | stakes follow the plain affinity: negative ones, and above holdings | only affinities above 0 weigh |
//! | a candidate is dropped on its first day unless somebody stakes | after `grace` days |
//! | dropped candidates keep their stakes | they are freed |
//! | all candidates are tested against the same pool | one after the other, by conviction, against what is left |
//! | the world's mood never decays, equal outcomes lower it | it returns to 0.5, equal outcomes pull there |
//!
//! In both, a participant who reconsiders stakes all it holds, in proportion to affinity; one who does not keeps to the
//! candidates it supports, so that its stakes spread over the rest when one passes. Ages count from 1 at the end of the
//! day of arrival.
//!
//! # Limits
//! Affinities never change but by conflict; holdings change only by coming and leaving; requests do not react to the
//! trigger; nobody abstains.
//!
//! # Invariants
//! Funds are never negative; the number of proposals is the sum over statuses; E is the sum of holdings under the
//! corrected rules, where also no stake is negative and nobody stakes more than it holds; a refused step changes nothing.
//!
//! Source: `BlockScience/Aragon_Conviction_Voting` at 634ae378, `models/v3`.

pub mod arrival;
pub(crate) mod conflict;
pub mod decision;
pub mod draws;
pub mod founding;
pub mod health;
pub mod influence;
pub mod network;
pub mod parameters;
pub mod progress;
pub mod release;
pub mod sentiment;
pub mod tables;

use crate::supply::{Supply, SupplyError};
use crate::trigger::trigger_or_infinity;
use arrival::Arrivals;
use decision::Scratch;
use draws::Draws;
use health::Health;
use network::{Network, Status};
use parameters::{CommunityParams, EffectiveSupply, Rules};
use progress::Outcomes;
use serde::{Deserialize, Serialize};

/// Why a community cannot be built or stepped.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CommunityError {
    /// A parameter is refused.
    #[error(transparent)]
    Parameter(#[from] te_core::ParamError),
    /// Tokens that are not there, or not finite.
    #[error(transparent)]
    Supply(#[from] SupplyError),
    /// Minting takes the supply beyond the largest number.
    #[error(
        "minting the share gamma = {gamma} of a supply of {supply} HNY gives no finite number; lower `gamma` or the number of \
         timesteps"
    )]
    Mint {
        /// Share of the supply minted per day `[1/day]`.
        gamma: f64,
        /// Supply before `[HNY]`.
        supply: f64,
    },
    /// Under the published rules, the accepted proposals ask for more than the pool holds.
    #[error(
        "accepted proposals ask for {asked} HNY, the pool holds {funds} HNY: the published rules test all against the same \
         pool; lower `beta`, or set `rules` to \"corrected\", under which one is paid after the other"
    )]
    OverRelease {
        /// Sum of the accepted requests `[HNY]`.
        asked: f64,
        /// The pool `[HNY]`.
        funds: f64,
    },
}

/// What happened in a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Day {
    /// Who and what came.
    pub arrivals: Arrivals,
    /// Tokens minted `[HNY]`.
    pub minted: f64,
    /// What ended.
    pub outcomes: Outcomes,
    /// Ranks of the proposals paid.
    pub accepted: Vec<usize>,
    /// Ranks of the candidates dropped.
    pub killed: Vec<usize>,
}

impl Day {
    fn clear(&mut self) {
        self.arrivals.clear();
        self.minted = 0.0;
        self.outcomes.clear();
        self.accepted.clear();
        self.killed.clear();
    }
}

/// What a refused day puts back.
struct Before {
    founded: bool,
    supply: Supply,
    sentiment: f64,
    paid: f64,
}

/// A community's whole state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Community {
    params: CommunityParams,
    network: Network,
    supply: Supply,
    sentiment: f64,
    founded: bool,
    paid: f64,
    #[serde(skip)]
    scratch: Scratch,
}

impl Community {
    /// A community with these parameters and nobody in it: [`Community::found`] draws the first participants and
    /// proposals, at the latest in the first step.
    ///
    /// # Errors
    /// [`CommunityError::Parameter`].
    pub fn new(params: CommunityParams) -> Result<Self, CommunityError> {
        te_core::Params::check(&params)?;
        let params = params.with_preset();
        let supply = Supply::with_effective_share(params.supply, params.funds, params.effective_share)?;
        let sentiment = params.sentiment;
        Ok(Self {
            params,
            network: Network::default(),
            supply,
            sentiment,
            founded: false,
            paid: 0.0,
            scratch: Scratch::default(),
        })
    }

    /// A community around a network made by hand.
    ///
    /// # Errors
    /// [`CommunityError::Parameter`].
    pub fn with_network(
        params: CommunityParams,
        network: Network,
        supply: Supply,
        sentiment: f64,
    ) -> Result<Self, CommunityError> {
        let mut community = Self::new(params)?;
        community.network = network;
        community.supply = supply;
        community.sentiment = sentiment.clamp(0.0, 1.0);
        community.founded = true;
        Ok(community)
    }

    /// The parameters, with the numbers of a preset in their places.
    pub fn params(&self) -> &CommunityParams {
        &self.params
    }

    /// Goes on with other parameters; participants, proposals, links, supply and sentiment stay.
    ///
    /// # Errors
    /// [`CommunityError::Parameter`]; the community is as it was then.
    pub fn set_params(&mut self, params: CommunityParams) -> Result<(), CommunityError> {
        te_core::Params::check(&params)?;
        self.params = params.with_preset();
        Ok(())
    }

    /// Participants, proposals and links.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Pool, effective and total supply.
    pub fn supply(&self) -> &Supply {
        &self.supply
    }

    /// Mood of the outside world, in `[0, 1]` `[1]`.
    pub fn sentiment(&self) -> f64 {
        self.sentiment
    }

    /// Whether the first participants and proposals are drawn.
    pub fn is_founded(&self) -> bool {
        self.founded
    }

    /// Everything paid to proposals so far `[HNY]`.
    pub fn paid(&self) -> f64 {
        self.paid
    }

    /// The six blocks of a day; founds the community first where that has not happened.
    ///
    /// # Errors
    /// [`CommunityError`]; the community then is as it was before.
    pub fn step(&mut self, draws: &mut impl Draws) -> Result<Day, CommunityError> {
        let mut day = Day::default();
        self.advance(draws, &mut day)?;
        Ok(day)
    }

    /// As [`Community::step`], into a day whose lists are filled anew, so that their memory serves again.
    ///
    /// # Errors
    /// [`CommunityError`]; the community then is as it was before.
    pub fn advance(&mut self, draws: &mut impl Draws, day: &mut Day) -> Result<(), CommunityError> {
        self.require_mintable()?;
        day.clear();
        let before =
            Before { founded: self.founded, supply: self.supply, sentiment: self.sentiment, paid: self.paid };
        self.found(draws);
        let (participants, proposals) = (self.network.ranks(), self.network.proposals.len());
        self.network.forget_graph();
        let result = self.blocks(draws, day);
        if result.is_err() {
            self.network.forget_since(participants, proposals);
            self.undo(&before, day);
        }
        result
    }

    fn blocks(&mut self, draws: &mut impl Draws, day: &mut Day) -> Result<(), CommunityError> {
        self.arrive_into(draws, &mut day.arrivals);
        day.minted = self.mint()?;
        self.progress_into(draws, &mut day.outcomes);
        // Only the published rules fail, here, when nothing but additions, ages, triggers and standings has changed yet.
        self.release_into(&mut day.accepted)?;
        self.decide_into(draws, &mut day.killed);
        Ok(())
    }

    /// Takes back the first four blocks of a day under the published rules, additions apart.
    fn undo(&mut self, before: &Before, day: &Day) {
        (self.supply, self.sentiment, self.paid) = (before.supply, before.sentiment, before.paid);
        if !before.founded {
            self.network = Network::default();
            self.founded = false;
            return;
        }
        for &rank in day.outcomes.completed.iter().chain(&day.outcomes.failed) {
            self.network.change_status(rank, Status::Active);
        }
        for proposal in &mut self.network.proposals {
            proposal.age -= 1;
            proposal.trigger = None;
        }
        for &(rank, trigger) in &self.scratch.triggers_before {
            self.network.proposals[rank].trigger = Some(trigger);
        }
    }

    /// Block 2: mints `gamma S` into the pool and gives the amount `[HNY]`.
    ///
    /// # Errors
    /// [`CommunityError::Mint`] where the supply would not be finite.
    pub fn mint(&mut self) -> Result<f64, CommunityError> {
        let (gamma, supply) = (self.params.gamma, self.supply.total());
        let amount = gamma * supply;
        self.supply.mint(amount).map_err(|_| CommunityError::Mint { gamma, supply })?;
        Ok(amount)
    }

    /// Puts the supply back to what it was before a refused day.
    pub(crate) fn restore_supply(&mut self, supply: Supply) {
        self.supply = supply;
    }

    /// Moves tokens from outside holders into the pool; gives what was there to give `[HNY]`.
    ///
    /// # Errors
    /// [`CommunityError::Supply`] for a negative amount.
    pub fn donate(&mut self, amount: f64) -> Result<f64, CommunityError> {
        let given = amount.min(self.supply.other().max(0.0));
        self.supply.donate(given)?;
        Ok(given)
    }

    /// Block 6: the community's health as it stands.
    pub fn health(&self) -> Health {
        Health::of(&self.network, &self.supply)
    }

    /// The trigger of a request now `[HNY day]`.
    pub fn trigger(&self, requested: f64) -> f64 {
        let params = &self.params;
        trigger_or_infinity(
            requested,
            self.supply.pool(),
            self.voting_supply(),
            params.alpha,
            params.beta,
            params.rho,
        )
    }

    /// The effective supply that the trigger uses `[HNY]`.
    pub fn voting_supply(&self) -> f64 {
        match self.params.effective_supply {
            EffectiveSupply::Exogenous => self.supply.effective(),
            EffectiveSupply::Staked => {
                let staked: f64 = self
                    .candidates()
                    .filter_map(|rank| self.network.support.get(rank))
                    .map(|column| network::sum(&column.tokens))
                    .sum();
                staked.max(self.params.minimum_effective_share * self.supply.total())
            }
        }
    }

    /// Ranks of the candidates, in order of arrival.
    pub fn candidates(&self) -> impl Iterator<Item = usize> {
        self.network.candidates.iter().copied()
    }

    fn corrected(&self) -> bool {
        self.params.rules == Rules::Corrected
    }

    fn require_mintable(&self) -> Result<(), CommunityError> {
        let (gamma, supply) = (self.params.gamma, self.supply.total());
        let mut trial = self.supply;
        trial.mint(gamma * supply).map_err(|_| CommunityError::Mint { gamma, supply })
    }
}
