//! The 1Hive economy written by hand, with nothing around it: what the engine is measured against.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use te_core::math;
use te_core::math::dispatch::{InstructionSet, Kernel};

/// The notebook's nine state variables.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Tokens in the common pool.
    pub reserve: f64,
    /// Tokens outside it.
    pub circulation: f64,
    /// Size of the market.
    pub size: f64,
    /// Share of it that is captured.
    pub saturation: f64,
    /// Productive capital.
    pub production: f64,
    /// Diminishing return on it.
    pub utility: f64,
    /// Price of a token.
    pub price: f64,
    /// Net flow of the last month.
    pub netflow: f64,
    /// Issuance of the last month.
    pub adjustment: f64,
}

/// The state at the start.
pub const START: State = State {
    reserve: 7473.0,
    circulation: 18765.0,
    size: 5_318_016.0,
    saturation: 0.0,
    production: 0.0,
    utility: 0.0,
    price: 1.0,
    netflow: 0.0,
    adjustment: 0.0,
};

/// One month at the notebook's parameters.
#[inline(always)]
fn month(throttle: f64, s: &State) -> State {
    let netflow = s.size * s.saturation / s.price - s.reserve * 0.05 / (s.saturation + 1.0);
    let (reserve, circulation) = (s.reserve + netflow, s.circulation - netflow);
    let supply = reserve + circulation;
    let error = (1.0 - (reserve / supply) / 0.2) / 12.0;
    let bounded = math::min(math::max(error, -throttle), throttle);
    let adjustment = math::select(throttle == 0.0, error, bounded) * supply;
    let spent = s.reserve * 0.05 / (1.0 + s.saturation * s.saturation);
    let production = s.production * (1.0 - 0.1) + spent * 1.5 * s.price;
    let utility = 10.0 * production / (production + s.size);
    let total = s.circulation + s.reserve;
    let share = s.circulation / total;
    State {
        reserve: s.reserve + netflow + adjustment,
        circulation,
        size: s.size * (1.0 + 0.0),
        saturation: 1.0 / (1.0 + math::exp(-utility + 6.0)),
        production,
        utility,
        price: s.size / total * (2.0 / math::max(s.saturation, 0.5)) * (1.0 / (share * share)),
        netflow,
        adjustment,
    }
}

/// The final price of one run.
#[inline(never)]
pub fn run(throttle: f64, steps: u64) -> f64 {
    (0..steps).fold(START, |state, _| month(throttle, &state)).price
}

/// Runs side by side.
const LANES: usize = 128;

struct Lanes<'a> {
    throttles: &'a [f64; LANES],
    state: &'a mut [[f64; LANES]; 9],
    steps: u64,
}

impl Kernel for Lanes<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let s = self.state;
        for _ in 0..self.steps {
            for (i, throttle) in self.throttles.iter().enumerate() {
                let next = month(
                    *throttle,
                    &State {
                        reserve: s[0][i],
                        circulation: s[1][i],
                        size: s[2][i],
                        saturation: s[3][i],
                        production: s[4][i],
                        utility: s[5][i],
                        price: s[6][i],
                        netflow: 0.0,
                        adjustment: 0.0,
                    },
                );
                (s[0][i], s[1][i], s[2][i]) = (next.reserve, next.circulation, next.size);
                (s[3][i], s[4][i], s[5][i]) = (next.saturation, next.production, next.utility);
                (s[6][i], s[7][i], s[8][i]) = (next.price, next.netflow, next.adjustment);
            }
        }
    }
}

/// The sum of the final prices of many runs, whose number is a multiple of 128.
pub fn lanes(set: InstructionSet, throttles: &[f64], steps: u64) -> f64 {
    let start = [
        START.reserve,
        START.circulation,
        START.size,
        START.saturation,
        START.production,
        START.utility,
        START.price,
        START.netflow,
        START.adjustment,
    ];
    let mut sum = 0.0;
    for throttles in throttles.as_chunks().0 {
        let mut state = start.map(|x| [x; LANES]);
        set.run(Lanes { throttles, state: &mut state, steps });
        sum += state[6].iter().sum::<f64>();
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use te_core::{Axis, Experiment, Keep, Recording, Sweep, System};
    use te_hive_economy::{Economy, EconomyParams};

    #[test]
    fn the_hand_written_forms_are_the_model() {
        let throttles: Vec<f64> = (0..128).map(|i| f64::from(i) * 1e-4).collect();
        let system = System::of::<Economy>("economy", EconomyParams::default()).unwrap();
        let experiment = Experiment::new(system)
            .timesteps(120)
            .sweep(Sweep::Product(vec![Axis::new("economy.throttle", throttles.clone())]))
            .record(Recording { keep: Keep::Finals, ..Recording::default() });
        let results = experiment.run().unwrap();
        let prices = results.frame().f64s("economy.price").unwrap();
        let by_hand: Vec<f64> = throttles.iter().map(|throttle| run(*throttle, 120)).collect();
        assert_eq!(prices, by_hand);
        for set in InstructionSet::available() {
            let sum = lanes(set, &throttles, 120);
            let expected: f64 = prices.iter().sum();
            assert_eq!(sum, expected, "{}", set.name());
        }
    }
}
