//! The issuance contract: 42 scenarios run on the chain's machine, 18 cases computed from its formula.

use ruint::aliases::U256;
use serde_json::Value;
use te_issuance::dynamic_issuance::{
    Adjustment, ContractError, DynamicIssuance, E18, Terms, YEAR, adjustment,
};
use te_issuance::target_ratio::pool_in_the_limit;

use crate::{json, list, parse, parse_all};

fn terms(given: &Value, throttle: &str) -> Result<Terms, ContractError> {
    Terms::new(parse(&given["target_ratio"]), parse(&given[throttle]))
}

#[test]
fn scenarios_of_the_contract() {
    let file = json("contract.json");
    let scenarios = list(&file["scenarios"]);
    assert_eq!(scenarios.len(), 42);
    let mut refused = 0;
    for scenario in scenarios {
        let name = scenario["name"].as_str().unwrap();
        let steps = list(&scenario["steps"]);
        let (pool, supply) = (parse(&scenario["pool"]), parse(&scenario["supply"]));
        let built =
            terms(scenario, "max_adj_per_sec").and_then(|terms| DynamicIssuance::new(terms, pool, supply, 0));
        if let Some(reason) = steps[0]["revert_init"].as_str() {
            assert_eq!(built.unwrap_err().reason(), Some(reason), "{name}");
            refused += 1;
            continue;
        }
        let mut contract = built.unwrap();
        let mut now = 0;
        for step in steps {
            now += parse::<u64>(&step["dt"]);
            let before = contract.clone();
            let done = contract.execute(now);
            if let Some(reason) = step["revert"].as_str() {
                assert_eq!(done.unwrap_err().reason(), Some(reason), "{name}");
                assert_eq!(contract, before, "{name}");
                refused += 1;
                break;
            }
            assert_eq!(contract.pool(), parse::<U256>(&step["pool_after"]), "{name}");
            assert_eq!(contract.supply(), parse::<U256>(&step["supply_after"]), "{name}");
        }
    }
    assert_eq!(refused, 2);
}

/// Many small calls approach the solution of `dB/dt = (1 - B/(S target)) S / year`; the distance falls with their
/// length.
#[test]
fn small_calls_approach_the_closed_form() {
    let terms = Terms::new(U256::from(2_000_000_000_u64), U256::from(10).pow(U256::from(18))).unwrap();
    let distance = |seconds: u64| {
        let mut contract =
            DynamicIssuance::new(terms, U256::from(5) * E18, U256::from(100) * E18, 0).unwrap();
        let mut now = 0;
        while now < 100 * 86_400 {
            now += seconds;
            contract.execute(now).unwrap();
        }
        let years = now as f64 / YEAR as f64;
        let wanted = pool_in_the_limit(5.0, 95.0, 0.2, 1.0, years).unwrap();
        (f64::from(contract.pool()) / 1e18 - wanted).abs()
    };
    let (days, hours) = (distance(86_400), distance(3_600));
    assert!(hours < 2e-3 && (days / hours - 24.0).abs() < 0.5, "{days} {hours}");
}

pub(crate) fn case(kind: &str, given: &Value, wanted: &Value) {
    let (pool, supply) = (parse(&given["balance"]), parse(&given["supply"]));
    let terms = terms(given, "max_adjustment_ratio_per_second").unwrap();
    if kind == "hive_contract_sequence" {
        let mut contract = DynamicIssuance::new(terms, pool, supply, 0).unwrap();
        let mut now = 0;
        for (seconds, amount) in
            parse_all::<u64>(&given["seconds"]).into_iter().zip(parse_all(&wanted["amounts"]))
        {
            now += seconds;
            assert_eq!(contract.execute(now).unwrap(), Adjustment::Burned(amount));
        }
        assert_eq!(contract.pool(), parse::<U256>(&wanted["balance"]));
        assert_eq!(contract.supply(), parse::<U256>(&wanted["supply"]));
        return;
    }
    let seconds = parse(&given["seconds"]);
    let done = adjustment(pool, supply, &terms, seconds);
    if let Some(error) = wanted["error"].as_str() {
        assert_eq!(error, "division_by_zero");
        assert_eq!(done.unwrap_err().reason(), Some("MATH_DIV_ZERO"));
        return;
    }
    let amount: U256 = parse(&wanted["amount"]);
    let expected = match wanted["action"].as_str().unwrap() {
        "mint" => Adjustment::Minted(amount),
        "burn" => Adjustment::Burned(amount),
        _ => Adjustment::None,
    };
    assert_eq!(done.unwrap(), expected);
    let mut contract = DynamicIssuance::new(terms, pool, supply, 7).unwrap();
    assert_eq!(contract.execute(7 + seconds).unwrap(), expected);
    assert_eq!(contract.pool(), parse::<U256>(&wanted["balance"]));
    assert_eq!(contract.supply(), parse::<U256>(&wanted["supply"]));
}
