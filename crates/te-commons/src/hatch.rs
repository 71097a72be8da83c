//! The hatch: backers fund a commons, builders are rewarded, the rest is refunded if it fails.
//!
//! Rooms: [`contract`] is the deployed state machine on integers, [`reward`] the retroactive reward for impact hours, [`oracle`] the cap by
//! membership score, [`design`] the f64 dashboard a community chooses parameters with, [`raise_cap`] goals from membership,
//! [`half_life`] the vesting of the first simulator.
//!
//! The reward rate saturates with the raise x: rate(x) = R·x/(x + E) with E = (R/r − 1)·target, so that rate(0) = 0, rate(target) = r,
//! rate(E) = R/2 and rate(∞) = R. E has the unit *and scale* of the raise: a rehearsal was deployed with E short of its 1e18, the rate
//! saturated at 226 collateral per hour instead of 35.13, and builders would have held 64.65 % of the supply instead of 22.14 %.
//!
//! At the published raise of 1 571 223.57 with R = 226, r = 77.07 at 3 000 000 the rate is 48.19 collateral per impact hour.

pub mod contract;
pub mod design;
pub mod half_life;
pub mod oracle;
pub mod raise_cap;
pub mod reward;
