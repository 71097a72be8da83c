//! WORK against recorded runs of the notebook, its printed rows and the distribution of a balance.

use serde_json::Value;
use te_issuance::work::Work;

use crate::{json, list, parse, parse_all, text};

fn row(work: &Work) -> [u128; 3] {
    [work.tokens(), work.treasury().unwrap(), work.contributor(0).unwrap()]
}

pub(crate) fn case(kind: &str, given: &Value, wanted: &Value) {
    match kind {
        "work_token" => {
            let funded = given["mode"] == "funded";
            let mut work = Work::new(parse(&given["genesis_tokens"]), 1, funded).unwrap();
            let rows = list(&wanted["all_rows"]);
            assert_eq!(rows.len(), 52);
            for (impact, week) in parse_all::<u64>(&given["impacts"]).into_iter().zip(rows) {
                work.mint(parse(&given["weekly_mint"])).unwrap();
                work.reward(0, impact, 1).unwrap();
                assert_eq!(row(&work).to_vec(), parse_all::<u128>(week));
                work.ledger().check().unwrap();
                let backed = work.tokens() + work.unaccounted();
                assert_eq!(backed, 1 + work.treasury().unwrap() + work.contributed());
            }
        }
        "work_token_seed_rows" => printed_rows(given, wanted),
        // The distribution: `mean_and_deviation_over_runs`.
        _ => {
            assert_eq!(parse::<f64>(&wanted["mean"]), 52.0 * 5.5);
            assert_eq!(parse::<f64>(&wanted["variance"]), 52.0 * 8.25);
        }
    }
}

fn printed_rows(given: &Value, wanted: &Value) {
    let mut work = Work::new(1, 1, false).unwrap();
    let rows = list(&wanted["run1"]);
    for (impact, week) in parse_all::<u64>(&given["impacts_first_two_run1"]).into_iter().zip(rows.chunks(2)) {
        work.mint(100).unwrap();
        assert_eq!(row(&work).to_vec(), parse_all::<u128>(&week[0]));
        work.reward(0, impact, 1).unwrap();
        assert_eq!(row(&work).to_vec(), parse_all::<u128>(&week[1]));
    }

    let mut work = Work::new(1, 1, false).unwrap();
    work.reward(0, parse(&given["run3_balance_before_last_shown"]), 1).unwrap();
    for _ in 0..50 {
        work.mint(100).unwrap();
    }
    for shown in list(&wanted["run3_tail"]) {
        let shown = parse_all::<u128>(shown);
        match shown[..2] {
            [50, 2] => {}
            [_, 1] => work.mint(100).unwrap(),
            _ => {
                work.reward(0, parse(&given["run3_impact_week_51"]), 1).unwrap();
            }
        }
        assert_eq!(row(&work), shown[2..], "week {}", shown[0]);
    }
}

/// All 315 rows of three runs with recorded impacts: both substeps of every week.
#[test]
fn recorded_runs() {
    let params = json("work_params.json");
    let impacts: Vec<Vec<u64>> = list(&params["impacts"]).iter().map(parse_all).collect();
    let mint: u128 = parse(&params["genesis_states"]["weekly_token_minting"]);
    let genesis: u128 = parse(&params["genesis_states"]["tokens"]);
    let mut rows = 0;
    let mut work = Work::new(genesis, 1, false).unwrap();
    let file = text("work_recorded_impacts.csv");
    for record in csv::Reader::from_reader(file.as_bytes()).deserialize() {
        let (_, _, run, week, substep, tokens, weekly, treasury, balance): (
            u32,
            u32,
            usize,
            usize,
            u32,
            u128,
            u128,
            u128,
            u128,
        ) = record.unwrap();
        match substep {
            0 => work = Work::new(genesis, 1, false).unwrap(),
            1 => work.mint(mint).unwrap(),
            _ => {
                work.reward(0, impacts[run - 1][week - 1], 1).unwrap();
            }
        }
        assert_eq!(row(&work), [tokens, treasury, balance], "run {run}, week {week}, block {substep}");
        assert_eq!(weekly, mint);
        rows += 1;
    }
    assert_eq!(rows, 315);
}

/// The columns that draws do not touch.
#[test]
fn deterministic_columns() {
    let mut rows = 0;
    let mut work = Work::new(1, 1, false).unwrap();
    let file = text("work_deterministic.csv");
    for record in csv::Reader::from_reader(file.as_bytes()).deserialize() {
        let (_, _, _, _, substep, tokens, _, treasury): (u32, u32, u32, u32, u32, u128, u128, u128) =
            record.unwrap();
        match substep {
            0 => work = Work::new(1, 1, false).unwrap(),
            1 => work.mint(100).unwrap(),
            _ => {}
        }
        assert_eq!((work.tokens(), work.treasury().unwrap()), (tokens, treasury));
        rows += 1;
    }
    assert_eq!(rows, 315);
}
