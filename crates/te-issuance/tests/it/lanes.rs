//! In lanes or one by one: the same bits, the same failures.

use te_core::{Axis, Component, Experiment, Params, StepLength, Sweep, System, TimeUnit};
use te_issuance::component::bonded_ratio::BondedSupply;
use te_issuance::component::pid::PidSupply;
use te_issuance::component::rebase::RebasedSupply;
use te_issuance::component::target_ratio::TargetRatioPool;
use te_testkit::lanes::in_lanes_as_one_by_one;

/// A component that reads what a formula of its own metrics says.
fn alone<C: Component<Params: Default>>(set: &[(&str, &str)], input: &str, formula: &str) -> Experiment {
    let mut params = C::Params::default();
    for (name, value) in set {
        params.set_named(name, &(*value).into()).unwrap();
    }
    let mut system = System::builder("alone");
    system.step_length(StepLength::new(1.0, TimeUnit::Week));
    system.controllable::<C>("c", params);
    system.wire(formula, &format!("c.{input}"));
    Experiment::new(system.build().unwrap()).timesteps(60).runs(35).seed(11)
}

fn swept(experiment: Experiment, name: &str, values: [f64; 2]) -> Experiment {
    experiment
        .sweep(Sweep::Product(vec![Axis::new(name, values)]))
        .random("c.initial_supply", "uniform(500000, 2000000)")
}

/// Runs of which none fails.
fn all_well(what: &str, experiment: impl Fn() -> Experiment) {
    let results = in_lanes_as_one_by_one(what, experiment);
    assert!(results.failures.is_empty(), "{what}: {}", results.failures[0]);
    assert_eq!(results.frame().rows(), 70 * 61, "{what}");
}

#[test]
fn controllers() {
    all_well("bonded ratio", || {
        let bonded = "0.3 + 0.4 * min(1, c.inflation * 3)";
        swept(alone::<BondedSupply>(&[], "bonded", bonded), "c.rate_change", [0.05, 0.5])
    });
    for rule in ["none", "conditional"] {
        all_well("pid", || {
            let pid = alone::<PidSupply>(&[("anti_windup", rule)], "measured", "200000 / c.supply");
            swept(pid, "c.leak", [0.5, 1.0]).random("c.ki", "uniform(0, 2)").random("c.kd", "uniform(0, 0.1)")
        });
    }
    for form in ["rai-raw", "rai-scaled"] {
        all_well("rai", || {
            let pid = alone::<PidSupply>(&[("form", form)], "measured", "200000 / c.supply");
            let pid = swept(pid, "c.leak", [0.5, 1.0]).random("c.ki", "uniform(0, 2)");
            pid.random("c.noise_barrier", "uniform(0, 0.2)")
        });
    }
    for scale in ["of-supply", "of-target-ratio"] {
        all_well("target ratio", || {
            let flow = "0.01 * (c.supply - 2 * c.pool)";
            let pool = alone::<TargetRatioPool>(&[("throttle_scale", scale)], "pool_flow", flow);
            swept(pool, "c.throttle", [0.01, 0.4]).random("c.period", "uniform(0.1, 3)")
        });
    }
    for rule in ["linear", "sigmoid", "two-sided"] {
        all_well("rebase", || {
            let rebased = alone::<RebasedSupply>(&[("rule", rule)], "price", "1100000 / c.supply");
            swept(rebased, "c.growth", [1.0, 5.0]).random("c.lag", "uniform(2, 20)")
        });
    }
}

#[test]
fn failing_runs_fail_alike_and_alone() {
    let experiments: [&dyn Fn() -> Experiment; 4] = [
        &|| {
            let bonded = alone::<BondedSupply>(&[], "bonded", "c.supply / 1900000");
            swept(bonded, "c.rate_change", [0.05, 0.5])
        },
        &|| {
            let measured = "exp(690 + c.supply / 200000)";
            swept(alone::<PidSupply>(&[], "measured", measured), "c.kp", [-1.0, -1e6])
        },
        &|| {
            let pool = alone::<TargetRatioPool>(&[], "pool_flow", "if(c.supply > 1500000, c.supply, 0)");
            swept(pool, "c.target", [0.1, 0.9])
        },
        &|| {
            let price = "if(c.supply > 1900000, -1, 1.2)";
            swept(alone::<RebasedSupply>(&[], "price", price), "c.lag", [10.0, 1000.0])
        },
    ];
    for (place, experiment) in experiments.into_iter().enumerate() {
        let results = in_lanes_as_one_by_one(&place.to_string(), experiment);
        let failures = results.failures.len();
        assert!(failures > 0 && failures < 70, "experiment {place}: {failures} failures");
    }
}
