//! Which parameters events can change: of every built-in kind.

/// Parameters that are read while a run goes on, and show nothing in the runs that the test tries.
const SILENT: [&str; 25] = [
    // No price comes from outside, or the curve is not open.
    "bonding-curve/augmented.arbitrage",
    // Read when the launch is due, after the hatch has closed.
    "commons/upgrade.commons_tribute",
    "commons/upgrade.initial_buy",
    "commons/upgrade.freeze",
    "commons/upgrade.thaw",
    "commons/upgrade.delegated",
    "commons/upgrade.quiet_ending",
    "commons/upgrade.claim_rate",
    // Read under one of the rules alone, and seldom.
    "conviction/voting.minimum_effective_share",
    "conviction/voting.local_sentiment_rate",
    "conviction/voting.booster_cap",
    // Read in steps in which nobody is staked, a premium would be negative, or rates are drawn from two.
    "flash/v3.no_premium",
    "flash/v3.negative_stake",
    "flash/v3.steps_per_year",
    "flash/v3-float.no_premium",
    "flash/v3-float.negative_stake",
    "flash/v3-float.steps_per_year",
    "flash/v3-float.binary_rates",
    // Read by one shape alone, with numbers that are seldom drawn: te-issuance tests them by hand.
    "issuance/schedule.shift",
    "issuance/schedule.terminal_rate",
    // Texts and lists are not drawn: te-core tests these by hand.
    "source/function.of",
    "source/series.values",
    "source/series.end",
    // Read by one form of the controller, and in hatches.
    "issuance/pid.noise_barrier",
    "market/regime.hatch_bonus",
];

#[test]
fn every_parameter_that_an_event_may_change_is_read_while_a_run_goes_on() {
    te_testkit::changes::every_parameter(&te_system::built_in(), &SILENT);
}
