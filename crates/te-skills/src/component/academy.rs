//! An academy: learners in a forest of skills, taught in seats, practising on opportunities, earning badges.
//!
//! Equations: [`AcademyMetrics`]; those of one skill in [`crate::knowledge`]. Teaching and practice are on the deepest skill that is
//! open to a learner.
//!
//! `opportunities` come from a market; `practice_share` is the part of them that one learner practises on. A step without a length counts as one week. Practice draws from a sub-stream of its own.
//! Invariants: mastery in `[0, 1]`; badges never become fewer; no badge without its ancestors; without opportunities and
//! seats nothing is learned.
//!
//! **A proposal of this library**: the source names `te_academy.teach()` and `nft_skill_forest.develop(...)` and has
//! neither code nor equations. The default forest and all numbers are illustrative.

use rand_distr::{Distribution, Poisson};
use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Purpose, Record, StepError, Stream, Table, TimeUnit};

use crate::error::SkillError;
use crate::forest::{Forest, Skill};
use crate::knowledge::Knowledge;
use crate::learner::Learner;

const PRACTICE: Purpose = Purpose::new("practice");
/// Most practices expected of a learner in a step `[1]`.
const MOST_PRACTICES: f64 = 1000.0;

/// One skill of the academy's forest.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct SkillParams {
    /// Name, `tree/skill`.
    #[param(default = String::from("tree/skill"))]
    pub name: String,
    /// Names of the skills that must be mastered before.
    #[param(default = Vec::new())]
    pub prerequisites: Vec<String>,
    /// Divides what an hour of teaching gives `[1]` -- environment.
    #[param(default = 1.0, min = 1e-9, max = 1e9, soft_max = 5.0, unit = "1", role = "environment")]
    pub difficulty: f64,
    /// What an hour of teaching costs `[money/h]` -- controllable.
    #[param(default = 50.0, min = 0.0, max = 1e15, unit = "money/h")]
    pub teaching_cost: f64,
    /// Whether a badge is issued for it -- controllable.
    #[param(default = true)]
    pub badge: bool,
    /// Mastery at first `[1]` -- environment.
    #[param(default = 0.2, min = 0.0, below = 1.0, unit = "1", role = "environment")]
    pub initial: f64,
    /// Learned per practice or hour of teaching `[1]` -- environment.
    #[param(default = 0.15, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub learn: f64,
    /// Right though not mastered `[1]` -- environment.
    #[param(default = 0.2, min = 0.0, below = 1.0, unit = "1", role = "environment")]
    pub guess: f64,
    /// Wrong though mastered `[1]` -- environment.
    #[param(default = 0.1, min = 0.0, below = 1.0, unit = "1", role = "environment")]
    pub slip: f64,
    /// Forgetting `[1/yr]` -- environment.
    #[param(default = 0.2, min = 0.0, max = 1e9, unit = "1/yr", role = "environment")]
    pub forgetting: f64,
    /// Mastery from which the skill counts as mastered `[1]` -- controllable.
    #[param(default = 0.95, above = 0.0, max = 1.0, unit = "1")]
    pub threshold: f64,
}

impl SkillParams {
    fn skill(&self) -> Result<Skill, SkillError> {
        let knowledge =
            Knowledge::new(self.initial, self.learn, self.guess, self.slip, self.forgetting, self.threshold)?;
        Ok(Skill {
            difficulty: self.difficulty,
            teaching_cost: self.teaching_cost,
            badge: self.badge,
            knowledge,
            ..Skill::new(&self.name)
        })
    }
}

/// A small illustrative curriculum of token engineering: three trees that meet in a capstone.
#[must_use]
pub fn illustrative_curriculum() -> Vec<Table<SkillParams>> {
    let skill = |name: &str, prerequisites: &[&str], difficulty: f64| {
        Table(SkillParams {
            name: name.to_owned(),
            prerequisites: prerequisites.iter().map(ToString::to_string).collect(),
            difficulty,
            ..SkillParams::default()
        })
    };
    vec![
        skill("foundations/ethereum", &[], 1.0),
        skill("foundations/economics", &[], 1.0),
        skill("foundations/ethics", &["foundations/economics"], 1.0),
        skill("mechanisms/bonding-curves", &["foundations/ethereum", "foundations/economics"], 1.5),
        skill("mechanisms/conviction-voting", &["mechanisms/bonding-curves"], 1.5),
        skill("mechanisms/issuance", &["foundations/economics"], 1.2),
        skill("modelling/simulation", &["foundations/economics"], 1.5),
        skill("modelling/optimisation", &["modelling/simulation"], 2.0),
        skill("modelling/capstone", &["modelling/optimisation", "mechanisms/conviction-voting"], 2.5),
    ]
}

/// Parameters of the academy.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::forest_stands)]
pub struct AcademyParams {
    /// Learners `[person]` -- environment.
    #[param(initial, default = 24, min = 0, max = 10_000, unit = "person", role = "environment")]
    pub learners: u32,
    /// Seats of a session in each step `[person]` -- controllable.
    #[param(default = 12, min = 0, max = 10_000, unit = "person", soft_max = 100)]
    pub seats: u32,
    /// Length of a session `[h]` -- controllable.
    #[param(default = 2.0, min = 0.0, max = 168.0, unit = "h", soft_max = 12.0)]
    pub session_hours: f64,
    /// Factor of the teacher `[1]` -- controllable.
    #[param(default = 1.0, min = 0.0, max = 100.0, unit = "1", soft_max = 3.0)]
    pub teacher_factor: f64,
    /// Part of the opportunities that one learner practises on `[1/week]` -- environment.
    #[param(default = 0.02, min = 0.0, max = 1.0, unit = "1/week", role = "environment")]
    pub practice_share: f64,
    /// The forest.
    #[param(initial, default = illustrative_curriculum())]
    pub skills: Vec<Table<SkillParams>>,
}

impl AcademyParams {
    /// The forest of the declared skills.
    ///
    /// # Errors
    /// As [`Forest::new`] and [`Knowledge::new`].
    pub fn forest(&self) -> Result<Forest, SkillError> {
        let skills: Vec<Skill> = self.skills.iter().map(|table| table.0.skill()).collect::<Result<_, _>>()?;
        let edges = self.skills.iter().flat_map(|table| {
            table.0.prerequisites.iter().map(|before| (before.as_str(), table.0.name.as_str()))
        });
        Forest::new(skills, edges)
    }

    fn forest_stands(&self) -> Result<(), String> {
        self.forest().map(drop).map_err(|error| error.to_string())
    }
}

/// What the academy reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct AcademyInputs {
    /// Open opportunities to practise on `[1]` -- input.
    #[record(unit = "1", default = 0.0)]
    pub opportunities: f64,
}

/// What the academy shows.
///
/// # Equations
/// ```text
/// p, initial, learn, guess, slip, forgetting, threshold, difficulty, teaching_cost: mastery of a skill by a learner, and what `skills` say of it
/// p' = initial + (p - initial) * exp(-forgetting * weeks / 52) -- first everybody forgets
/// p' = 1 - (1 - p) * (1 - learn)^(session_hours * teacher_factor / difficulty) -- then each of `seats` learners in turn is taught
/// tried ~ Poisson(opportunities * practice_share * weeks) -- last each learner practises
/// right = p * (1 - slip) + (1 - p) * guess -- the chance of a correct practice
/// post = p * (1 - slip) / right -- where correct; else p * slip / (1 - right)
/// p' = post + (1 - post) * learn
/// mastery = mean(p') -- over learners and skills; a skill is mastered where p' >= threshold
/// hours_taught' = hours_taught + session_hours -- for each seat taken
/// cost' = cost + session_hours * teaching_cost
/// practices' = practices + sum(tried) -- as long as a skill is open to the learner
/// badges' = badges + new_badges -- one for each skill newly mastered with all that comes before it
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct AcademyMetrics {
    /// Mean mastery over learners and skills `[1]` -- metric.
    #[record(unit = "1")]
    pub mastery: f64,
    /// Badges held `[1]` -- metric.
    #[record(unit = "1")]
    pub badges: u64,
    /// Badges issued in the last step `[1]` -- metric.
    #[record(unit = "1")]
    pub new_badges: u64,
    /// Mean depth that learners have completed `[1]` -- metric.
    #[record(unit = "1")]
    pub depth_completed: f64,
    /// Mean number of locked skills `[1]` -- metric.
    #[record(unit = "1")]
    pub locked: f64,
    /// Learners who have mastered every skill `[person]` -- metric.
    #[record(unit = "person")]
    pub graduates: u64,
    /// Mean hours of teaching to the next badge, of those who have one to go for and can be taught it `[h]` -- metric.
    #[record(unit = "h")]
    pub hours_to_badge: f64,
    /// Hours taught since the start `[h]` -- metric.
    #[record(unit = "h")]
    pub hours_taught: f64,
    /// Cost of teaching since the start `[money]` -- metric.
    #[record(unit = "money")]
    pub cost: f64,
    /// Practices since the start `[1]` -- metric.
    #[record(unit = "1")]
    pub practices: u64,
    /// Correct ones among them `[1]` -- metric.
    #[record(unit = "1")]
    pub correct: u64,
}

/// The component `skills/academy`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Academy {
    params: AcademyParams,
    forest: Forest,
    learners: Vec<Learner>,
    next_seat: usize,
    new_badges: u64,
    hours_taught: f64,
    cost: f64,
    practices: u64,
    correct: u64,
    #[serde(skip)]
    scratch: Scratch,
}

/// Memory reused from step to step; no part of the state.
#[derive(Clone, Debug, Default)]
struct Scratch {
    /// Every learner's mastery before the step.
    before: Vec<f64>,
    /// What each skill retains over the step.
    retained: Vec<f64>,
}

impl PartialEq for Scratch {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Academy {
    /// The forest taught.
    #[must_use]
    pub fn forest(&self) -> &Forest {
        &self.forest
    }

    /// The learners.
    #[must_use]
    pub fn learners(&self) -> &[Learner] {
        &self.learners
    }

    fn teach(&mut self) -> Result<(), SkillError> {
        let (hours, teacher) = (self.params.session_hours, self.params.teacher_factor);
        let count = self.learners.len();
        let seats = usize::try_from(self.params.seats).unwrap_or(usize::MAX).min(count);
        for seat in 0..seats {
            let Some(learner) = self.learners.get_mut((self.next_seat + seat) % count) else { continue };
            let Some(skill) = learner.deepest_available(&self.forest) else { continue };
            learner.teach(&self.forest, skill, hours, teacher)?;
            self.hours_taught += hours;
            self.cost += hours * self.forest.skill(skill).map_or(0.0, |of| of.teaching_cost);
        }
        if count > 0 {
            self.next_seat = (self.next_seat + seats) % count;
        }
        Ok(())
    }

    fn develop(&mut self, expected: f64, rng: &mut Stream) -> Result<(), SkillError> {
        if expected == 0.0 {
            return Ok(());
        }
        let law =
            Poisson::new(expected).map_err(|_| SkillError::NotFinite { quantity: "expected practices" })?;
        for learner in &mut self.learners {
            let mut left: f64 = law.sample(rng);
            while left >= 1.0 {
                left -= 1.0;
                let Some(skill) = learner.deepest_available(&self.forest) else { break };
                let (Some(p), Some(of)) = (learner.mastery(skill), self.forest.skill(skill)) else { break };
                let correct = rng.uniform() < of.knowledge.correct_probability(p)?;
                learner.practise(&self.forest, skill, correct)?;
                self.practices += 1;
                self.correct += u64::from(correct);
            }
        }
        Ok(())
    }

    fn issue_badges(&mut self, timestep: u64) {
        self.new_badges = 0;
        for learner in &mut self.learners {
            for skill in self.forest.order() {
                if learner.earns_badge(&self.forest, *skill)
                    && learner.issue_badge(&self.forest, *skill, &format!("step {timestep}")).is_ok()
                {
                    self.new_badges += 1;
                }
            }
        }
    }

    /// Forgetting, teaching and practice of one step; what was before stands in the scratch memory.
    fn advance(&mut self, weeks: f64, expected: f64, rng: &mut Stream) -> Result<(), SkillError> {
        self.scratch.retained.clear();
        for skill in self.forest.skills() {
            self.scratch.retained.push(skill.knowledge.retained(weeks / 52.0)?);
        }
        for learner in &mut self.learners {
            learner.forget_to(&self.forest, &self.scratch.retained)?;
        }
        self.teach()?;
        self.develop(expected, rng.child(PRACTICE))
    }

    /// Hours of teaching to the mastery of a skill `[h]`, where teaching can reach it.
    fn hours_to(&self, learner: &Learner, skill: usize) -> Option<f64> {
        // An available skill is open, so nothing but itself is to be learned.
        let (p, of) = (learner.mastery(skill)?, self.forest.skill(skill)?);
        of.knowledge.hours_to_mastery(p, self.params.teacher_factor / of.difficulty).ok()?
    }
}

impl Component for Academy {
    const KIND: &'static str = "skills/academy";
    type Params = AcademyParams;
    type Inputs = AcademyInputs;
    type Metrics = AcademyMetrics;

    fn new(params: AcademyParams) -> Result<Self, ParamError> {
        params.check()?;
        let forest = params.forest().map_err(|error| ParamError::cross(error.to_string()))?;
        let learners =
            (1..=params.learners).map(|n| Learner::new(&format!("learner {n}"), &forest)).collect();
        Ok(Self {
            params,
            forest,
            learners,
            next_seat: 0,
            new_badges: 0,
            hours_taught: 0.0,
            cost: 0.0,
            practices: 0,
            correct: 0,
            scratch: Scratch::default(),
        })
    }

    fn reparam(&mut self, params: AcademyParams) -> Result<(), ParamError> {
        params.check()?;
        self.params = params;
        Ok(())
    }

    fn step(&mut self, inputs: &AcademyInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        let opportunities = inputs.opportunities;
        if !(opportunities >= 0.0 && opportunities.is_finite()) {
            return Err(StepError::domain("opportunities", opportunities, "[0, inf)"));
        }
        let weeks = if clock.step.unit == TimeUnit::Step { clock.step.count } else { 52.0 * clock.years() };
        let expected = (opportunities * self.params.practice_share * weeks).min(MOST_PRACTICES);
        // Badges come last and cannot fail, so mastery and counts are all that a refusal has to restore.
        self.scratch.before.clear();
        self.scratch.before.extend(self.learners.iter().flat_map(Learner::masteries));
        let counts = (self.next_seat, self.hours_taught, self.cost, self.practices, self.correct);
        if let Err(error) = self.advance(weeks, expected, rng) {
            let mut saved = self.scratch.before.iter().copied();
            self.learners.iter_mut().for_each(|learner| learner.restore(&mut saved));
            (self.next_seat, self.hours_taught, self.cost, self.practices, self.correct) = counts;
            return Err(error.into());
        }
        self.issue_badges(clock.timestep);
        Ok(())
    }

    fn metrics(&self) -> AcademyMetrics {
        let skills = self.forest.len();
        let (mut mastery, mut depth, mut locked, mut badges, mut graduates) = (0.0, 0.0, 0.0, 0, 0);
        let (mut hours, mut taught) = (0.0, 0.0);
        for learner in &self.learners {
            let standing = learner.standing(&self.forest);
            mastery += learner.mean_mastery();
            depth += standing.depth_completed as f64;
            locked += standing.locked as f64;
            badges += standing.badges as u64;
            graduates += u64::from(standing.mastered == skills);
            if let Some(needed) = standing.next.and_then(|skill| self.hours_to(learner, skill)) {
                hours += needed;
                taught += 1.0;
            }
        }
        let ratio = |sum: f64, count: f64| if count > 0.0 { sum / count } else { 0.0 };
        let count = self.learners.len() as f64;
        AcademyMetrics {
            mastery: ratio(mastery, count),
            badges,
            new_badges: self.new_badges,
            depth_completed: ratio(depth, count),
            locked: ratio(locked, count),
            graduates,
            hours_to_badge: ratio(hours, taught),
            hours_taught: self.hours_taught,
            cost: self.cost,
            practices: self.practices,
            correct: self.correct,
        }
    }
}
