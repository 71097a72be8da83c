//! The 88 reference cases of schedules, controllers, contract and WORK.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::Value;
use te_issuance::hive_supply::{self, SupplyInputs, supply_step};
use te_issuance::pid::{AntiWindup, PidState, PidTerms, pid_step};
use te_issuance::policy::Schedule;
use te_issuance::premine::{AllocationTable, Terms};
use te_issuance::{
    base_fee, bonded_ratio, exponential_decay, flash_stake, geometric, halving, inflation, linear, rebase,
    sigmoid, tail_emission, vesting,
};

use crate::{assert_close, assert_decimal, json, list, parse, parse_all};

#[test]
fn all_cases() {
    let file = json("schedules.json");
    let mut seen = BTreeMap::new();
    for case in list(&file["vectors"]) {
        let kind = case["kind"].as_str().unwrap();
        *seen.entry(kind.to_owned()).or_insert(0) += 1;
        let (given, wanted) = (&case["in"], &case["expect"]);
        let id = case["id"].as_str().unwrap();
        match kind {
            "work_token" | "work_token_seed_rows" | "work_token_stats" => {
                crate::work_token::case(kind, given, wanted);
            }
            "hive_contract" | "hive_contract_sequence" => crate::contract::case(kind, given, wanted),
            "hive_supply_policy" => hive_policy(given, wanted, id),
            "hive_economy_trace" => hive_trace(given, wanted),
            "linear" => linear_case(given, wanted, id),
            "halving" => halving_case(given, wanted),
            "geometric_decay" => geometric_case(given, wanted, id),
            "exponential_decay" => exponential_case(given, wanted, id),
            "tail_emission" => tail_case(given, wanted),
            "continuous_inflation" => inflation_case(given, wanted, id),
            "disinflation" => disinflation_case(given, wanted, id),
            "sigmoid" => sigmoid_case(given, wanted, id),
            "eip1559_base_fee" => base_fee_case(given, wanted, id),
            "vesting_linear_cliff" => vesting_case(given, wanted, id),
            "vesting_periodic" => periodic_case(given, wanted),
            "bonded_ratio_controller" => bonded_case(given, wanted, id),
            "pid" => pid_case(given, wanted, id),
            "rebase_linear" => rebase_case(given, wanted, id),
            "flash_fpy" => flash_case(given, wanted, id),
            other => panic!("no test for {other}"),
        }
    }
    assert_eq!(seen.values().sum::<i32>(), 88);
    assert_eq!(seen.len(), 22);
}

fn hive_policy(given: &Value, wanted: &Value, id: &str) {
    let d = |name: &str| parse::<Decimal>(&given[name]);
    let inputs = SupplyInputs {
        reserve: d("reserve"),
        circulation: d("circulation"),
        size: d("size"),
        saturation: d("saturation"),
        price: d("price"),
    };
    let step =
        supply_step(&inputs, d("outflow_boundary"), d("target_reserve_ratio"), Some(d("throttle"))).unwrap();
    for (name, found) in [
        ("outflow", step.outflow),
        ("inflow", step.inflow),
        ("netflow", step.netflow),
        ("ratio", step.ratio),
        ("error", step.error),
        ("adjustment", step.adjustment),
        ("reserve_next", step.reserve),
        ("circulation_next", step.circulation),
    ] {
        assert_decimal(found, parse(&wanted[name]), &format!("{id} {name}"));
    }
}

/// Every printed row from the one before it, to the bit, by the checked step and by the bare formulas.
fn hive_trace(given: &Value, wanted: &Value) {
    let boundary: f64 = parse(&given["outflow_boundary"]);
    let target: f64 = parse(&given["target_reserve_ratio"]);
    let throttle: f64 = parse(&given["throttle"]);
    let rows = wanted["rows"].as_object().unwrap();
    let mut pairs = 0;
    for (step, row) in rows {
        let next = (step.parse::<u32>().unwrap() + 1).to_string();
        let Some(next) = rows.get(&next) else { continue };
        let f = |name: &str| parse::<f64>(&row[name]);
        let inputs = SupplyInputs {
            reserve: f("reserve"),
            circulation: f("circulation"),
            size: f("size"),
            saturation: f("saturation"),
            price: f("price"),
        };
        let done = supply_step(&inputs, boundary, target, Some(throttle)).unwrap();
        let found = [done.netflow, done.adjustment, done.reserve, done.circulation];
        let names = ["netflow", "adjustment", "reserve", "circulation"];
        assert_eq!(found, names.map(|name| parse::<f64>(&next[name])), "after {step}");

        let outflow = hive_supply::outflow(inputs.reserve, boundary, inputs.saturation);
        let netflow = hive_supply::inflow(inputs.size, inputs.saturation, inputs.price) - outflow;
        let (reserve, circulation) = (inputs.reserve + netflow, inputs.circulation - netflow);
        let supply = reserve + circulation;
        let error = hive_supply::ratio_error(reserve, supply, target);
        let adjustment = hive_supply::adjustment(error, throttle, supply);
        assert_eq!(found, [netflow, adjustment, reserve + adjustment, circulation], "after {step}");
        pairs += 1;
    }
    assert_eq!(pairs, 9);
}

fn linear_case(given: &Value, wanted: &Value, id: &str) {
    let d = |name: &str| parse::<Decimal>(&given[name]);
    let steps = parse_all::<Decimal>(&given["steps"]);
    for (step, supply) in steps.iter().zip(parse_all::<Decimal>(&wanted["supply"])) {
        let found = linear::supply(d("initial"), d("rate_per_step"), Some(d("cap")), *step).unwrap();
        assert_decimal(found, supply, id);
    }
}

fn halving_case(given: &Value, wanted: &Value) {
    let initial: u128 = parse(&given["initial_reward"]);
    let interval: u64 = parse(&given["interval"]);
    let heights = parse_all::<u64>(&given["heights"]);
    let rewards: Vec<u128> =
        heights.iter().map(|height| halving::reward(initial, interval, *height).unwrap()).collect();
    assert_eq!(rewards, parse_all(&wanted["reward"]));
    let schedule = halving::Halving::new(initial, interval).unwrap();
    let supplies: Vec<u128> = heights.iter().map(|height| schedule.cumulative(*height).unwrap()).collect();
    assert_eq!(supplies, parse_all(&wanted["supply_before_height"]));
    assert_eq!(schedule.limit(), Some(parse(&wanted["total"])));
    assert_eq!(schedule.cumulative(u64::MAX).unwrap(), parse(&wanted["total"]));
}

fn geometric_case(given: &Value, wanted: &Value, id: &str) {
    let (first, ratio) = (parse::<Decimal>(&given["first_reward"]), parse::<Decimal>(&given["ratio"]));
    let (first_f, ratio_f) = (parse::<f64>(&given["first_reward"]), parse::<f64>(&given["ratio"]));
    for (i, step) in parse_all::<u32>(&given["steps"]).into_iter().enumerate() {
        let reward = geometric::reward(first, ratio, step).unwrap();
        assert_decimal(reward, parse(&wanted["reward"][i]), id);
        let cumulative = geometric::cumulative(first, ratio, step).unwrap();
        assert_decimal(cumulative, parse(&wanted["cumulative"][i]), id);
        assert_close(
            geometric::cumulative(first_f, ratio_f, step).unwrap(),
            parse(&wanted["cumulative"][i]),
            id,
        );
    }
    assert_decimal(geometric::limit(first, ratio).unwrap(), parse(&wanted["limit"]), id);
}

fn exponential_case(given: &Value, wanted: &Value, id: &str) {
    let (max, half): (f64, f64) = (parse(&given["max_supply"]), parse(&given["half_life"]));
    let times = parse_all::<f64>(&given["times"]);
    for (t, supply) in times.into_iter().zip(parse_all(&wanted["supply"])) {
        assert_close(exponential_decay::cumulative(max, half, t).unwrap(), supply, id);
    }
}

fn tail_case(given: &Value, wanted: &Value) {
    let (nominal, tail) = (parse(&given["money_supply"]), parse(&given["tail"]));
    let shift = parse(&given["speed_shift"]);
    let rewards: Vec<u128> = parse_all::<u128>(&given["already_generated"])
        .into_iter()
        .map(|issued| tail_emission::base_reward(nominal, issued, shift, tail))
        .collect();
    assert_eq!(rewards, parse_all(&wanted["base_reward"]));
    assert_eq!(tail_emission::TailEmission::MONERO, tail_emission::TailEmission { nominal, shift, tail });
}

fn inflation_case(given: &Value, wanted: &Value, id: &str) {
    let (initial, rate): (f64, f64) = (parse(&given["initial"]), parse(&given["annual_rate"]));
    let per_year: f64 = parse(&given["periods_per_year"]);
    for (i, steps) in parse_all::<f64>(&given["steps"]).into_iter().enumerate() {
        let compounded = inflation::compounded(initial, rate, per_year, steps).unwrap();
        assert_close(compounded, parse(&wanted["supply_compounded"][i]), id);
        let continuous = inflation::continuous(initial, rate, steps / per_year).unwrap();
        assert_close(continuous, parse(&wanted["supply_continuous"][i]), id);
    }
}

fn disinflation_case(given: &Value, wanted: &Value, id: &str) {
    let [initial, taper, terminal] = ["initial", "taper", "terminal"].map(|name| parse(&given[name]));
    for (years, rate) in parse_all::<f64>(&given["years"]).into_iter().zip(parse_all(&wanted["rate"])) {
        assert_close(inflation::disinflation_rate(initial, taper, terminal, years).unwrap(), rate, id);
    }
}

fn sigmoid_case(given: &Value, wanted: &Value, id: &str) {
    let [max, steepness, midpoint] = ["max_supply", "steepness", "midpoint"].map(|name| parse(&given[name]));
    for (i, t) in parse_all::<f64>(&given["times"]).into_iter().enumerate() {
        assert_close(sigmoid::supply(max, steepness, midpoint, t).unwrap(), parse(&wanted["supply"][i]), id);
        assert_close(sigmoid::rate(max, steepness, midpoint, t).unwrap(), parse(&wanted["rate"][i]), id);
    }
}

fn base_fee_case(given: &Value, wanted: &Value, id: &str) {
    let fee: u128 = parse(&given["base_fee"]);
    let [limit, used, elasticity, denominator] =
        ["gas_limit", "gas_used", "elasticity", "denominator"].map(|name| parse(&given[name]));
    let next = base_fee::next_base_fee(fee, limit, used, elasticity, denominator).unwrap();
    assert_eq!(next, parse(&wanted["next_base_fee"]), "{id}");
    assert_eq!(base_fee::burned(fee, used).unwrap(), parse(&wanted["burned"]), "{id}");
}

fn vesting_case(given: &Value, wanted: &Value, id: &str) {
    let total: u128 = parse(&given["total"]);
    let [start, duration, cliff] = ["start", "duration", "cliff"].map(|name| parse(&given[name]));
    let vested: Vec<u128> = parse_all::<u64>(&given["times"])
        .into_iter()
        .map(|now| vesting::linear(total, start, cliff, duration, now).unwrap())
        .collect();
    assert_eq!(vested, parse_all(&wanted["vested"]), "{id}");
}

fn periodic_case(given: &Value, wanted: &Value) {
    let total: u128 = parse(&given["total"]);
    let share: Decimal = parse(&given["tge_fraction"]);
    let unlock = u128::try_from(Decimal::from(total) * share).unwrap();
    let [periods, cliff] = ["periods", "cliff_periods"].map(|name| parse(&given[name]));
    let vested: Vec<u128> = parse_all::<u64>(&given["at"])
        .into_iter()
        .map(|at| vesting::periodic(total, unlock, cliff, periods, at).unwrap())
        .collect();
    assert_eq!(vested, parse_all(&wanted["vested"]));
}

fn bonded_case(given: &Value, wanted: &Value, id: &str) {
    let d = |name: &str| parse::<Decimal>(&given[name]);
    let terms = bonded_ratio::BondedRatioTerms {
        goal: d("goal"),
        rate_change: d("rate_change"),
        low: d("min"),
        high: d("max"),
        blocks_per_year: d("blocks_per_year"),
    };
    let next = bonded_ratio::next_inflation(&terms, d("inflation"), d("bonded")).unwrap();
    assert_decimal(next, parse(&wanted["next_inflation"]), id);
}

fn pid_case(given: &Value, wanted: &Value, id: &str) {
    let d = |name: &str| parse::<Decimal>(&given[name]);
    assert_eq!(d("dt"), Decimal::ONE, "the leak of a step is then the leak itself");
    let terms = PidTerms {
        kp: d("kp"),
        ki: d("ki"),
        kd: d("kd"),
        low: d("min"),
        high: d("max"),
        anti_windup: match given["anti_windup"].as_str().unwrap() {
            "none" => AntiWindup::None,
            "conditional" => AntiWindup::Conditional,
            other => panic!("{other}"),
        },
    };
    let mut state = PidState::default();
    for (i, measured) in parse_all::<Decimal>(&given["measured"]).into_iter().enumerate() {
        let error = d("setpoint") - measured;
        let (output, next) = pid_step(&terms, &state, error, d("leak_per_step"), d("dt")).unwrap();
        state = next;
        assert_decimal(output, parse(&wanted["output"][i]), id);
        assert_decimal(state.integral, parse(&wanted["integral"][i]), id);
    }
}

fn rebase_case(given: &Value, wanted: &Value, id: &str) {
    let [supply, price, target, threshold, lag] =
        ["supply", "price", "target", "threshold", "lag"].map(|name| parse::<Decimal>(&given[name]));
    let delta = rebase::linear(supply, price, target, threshold, lag).unwrap();
    assert_decimal(delta, parse(&wanted["delta"]), id);
}

fn flash_case(given: &Value, wanted: &Value, id: &str) {
    let [locked, supply, amount] =
        ["staked", "total_supply", "amount"].map(|name| parse::<u128>(&given[name]));
    let fpy = flash_stake::yearly_yield(locked, supply, amount).unwrap();
    assert_eq!(fpy, parse(&wanted["fpy"]), "{id}");
    let minted = flash_stake::minted(locked, supply, amount, parse(&given["duration_s"])).unwrap();
    assert_eq!(minted, parse(&wanted["minted"]), "{id}");
}

/// The notebook's emission schedules: where it has neither an unlock with a cliff nor a cliff after the end, the
/// corrected rule gives the same months, to the unit of a supply of 1e9.
#[test]
fn emission_schedules_of_the_notebook() {
    let file = json("token_emissions.json");
    for case in list(&file["token_emissions_cases"]) {
        let [share, cliff, vesting, unlock]: [u64; 4] = parse_all(&case["args"]).try_into().unwrap();
        let terms = |name: &str, share| Terms {
            name: name.to_owned(),
            share,
            unlock: u128::from(unlock),
            cliff,
            vesting,
        };
        let table = AllocationTable::new(
            1_000_000_000,
            100,
            vec![terms("case", share), Terms { unlock: 0, cliff: 0, ..terms("rest", 100 - share) }],
        );
        if vesting > 0 && cliff > vesting {
            assert!(table.is_err());
            continue;
        }
        let table = table.unwrap();
        let mut sum = 0.0;
        for (month, released) in list(&case["schedule"]).iter().enumerate() {
            sum += released.as_f64().unwrap();
            let (_, found) = table.released(month as u64).next().unwrap();
            assert!((found as f64 - sum).abs() <= 1.0, "month {month}: {found} instead of {sum}");
        }
    }
}

/// The notebook's default table: five groups, all of the supply.
#[test]
fn emission_of_the_default_table() {
    let terms = [
        ("Early_Backers", 8, 6, 24, 0),
        ("Team", 16, 6, 36, 0),
        ("Collator_Fund", 5, 0, 3, 10_000_000),
        ("Community", 66, 0, 36, 50_000),
        ("Parachain_Slot", 5, 6, 24, 0),
    ]
    .map(|(name, share, cliff, vesting, unlock)| Terms {
        name: name.to_owned(),
        share,
        unlock,
        cliff,
        vesting,
    });
    let table = AllocationTable::new(1_000_000_000, 100, terms.to_vec()).unwrap();
    let file = json("token_emissions.json");
    for month in 0..=36_usize {
        for (name, found) in table.released(month as u64) {
            let months = list(&file["token_emissions_default"][name]);
            let wanted: f64 = months[..=month].iter().map(|released| released.as_f64().unwrap()).sum();
            assert!((found as f64 - wanted).abs() <= 1.0, "{name} in month {month}: {found}, not {wanted}");
        }
    }
    assert_eq!(table.circulating(36), 1_000_000_000);
}
