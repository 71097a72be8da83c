//! Recorded trades are replayed through the inputs: the published log and table come out of the component, and a recorded run is itself.

use rust_decimal::Decimal;
use serde_json::Value as Json;
use te_amm::Decimal28;
use te_core::{Cells, Experiment, Frame, Kind, List, Registry, System, Value};
use te_flash::component::float::FlashV3Float;
use te_flash::component::{FlashParams, decimal::FlashV3};

const PINS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-flash/flash_seed_pins.json"));
/// The data of `systems/flash-replay.toml`.
const LOG: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../systems/flash-replay.csv"));

fn pins() -> Json {
    serde_json::from_str(PINS).unwrap()
}

fn kind(name: &str) -> Kind {
    let mut registry = Registry::new();
    te_core::glue::register(&mut registry);
    te_flash::register(&mut registry);
    registry.kind(name).unwrap().clone()
}

/// A model with a series for each input that is given.
fn replaying(name: &str, params: &Value, series: &[(&str, Vec<f64>)]) -> System {
    let mut builder = System::builder("replay");
    for (input, values) in series {
        let values = Value::Table(vec![("values".to_owned(), values.clone().into())]);
        builder.kind(List::Uncontrollables, input, &kind("source/series"), &values);
        builder.wire(&format!("{input}.value"), &format!("flash.{input}"));
    }
    builder.kind(List::Controllables, "flash", &kind(name), params);
    builder.build().unwrap()
}

fn profile(name: &str) -> Value {
    Value::Table(vec![("profile".to_owned(), Value::Text(name.to_owned()))])
}

fn decimal(frame: &Frame, name: &str, row: usize) -> Decimal {
    match &frame.column(name).unwrap().cells {
        Cells::Decimal(values) => values[row],
        other => panic!("{other:?}"),
    }
}

/// Python's `"%f %s"` of a metric of the model, and its unit.
fn printed(frame: &Frame, metric: &str, row: usize, unit: &str) -> String {
    format!("{:.6} {unit}", frame.f64s(&format!("flash.{metric}")).unwrap()[row])
}

#[test]
fn the_log_comes_out_of_its_trades() {
    let trades = LOG
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).unwrap().parse().unwrap())
        .collect::<Vec<f64>>();
    let system = replaying("flash/v3", &profile("seed"), &[("recorded_swap", trades)]);
    let results = Experiment::new(system).timesteps(2).seed(99).run().unwrap();
    assert!(results.failures.is_empty(), "{:?}", results.failures);
    let (frame, pins) = (results.frame(), pins());
    for (row, step) in [(1, "step1"), (2, "step2")] {
        let log = &pins["log_In51"][step];
        let text = |key: &str| log[key].as_str().unwrap();
        assert_eq!(printed(frame, "ext_out", row, "flash"), text("ext_out"));
        assert_eq!(printed(frame, "ext_stake_out", row, "alt"), text("ext_stake_out"));
        assert_eq!(printed(frame, "stake_flash_bought", row, "flash"), text("int_stake_out"));
        let arbitrage_gives = text("int_out").rsplit(' ').next().unwrap();
        assert_eq!(printed(frame, "arb_out", row, arbitrage_gives), text("int_out"));
        // The recorded decimal has 28 places less the digits before the point: the printed digits, as far as 96 bits hold them.
        let stake = decimal(frame, "flash.stake", row);
        let exact: Decimal28 = text("flash_needed").parse().unwrap();
        assert_eq!(stake, exact.to_decimal().unwrap(), "{step}");
    }
    assert_eq!(decimal(frame, "flash.staked", 1).to_string(), "48284.83672191829616919975555");
}

#[test]
fn the_table_comes_out_of_its_trades() {
    let pins = pins();
    let table = &pins["table_In39"];
    let mut trades = vec![0.0];
    for draw in table["draws"].as_array().unwrap() {
        let amount: f64 = draw["amount_f64"].as_str().unwrap().parse().unwrap();
        trades.push(if draw["token"] == "alt" { amount } else { -amount });
    }
    let steps = trades.len() as u64 - 1;
    let system = replaying("flash/v3", &profile("nostake"), &[("recorded_swap", trades)]);
    let results = Experiment::new(system).timesteps(steps).run().unwrap();
    assert!(results.failures.is_empty(), "{:?}", results.failures);
    for (index, visible) in table["printed_ext"].as_array().unwrap().iter().enumerate() {
        let name = if visible[0] == "alt" { "flash.ext_alt" } else { "flash.ext_flash" };
        let exact: Decimal28 = visible[1].as_str().unwrap().parse().unwrap();
        assert_eq!(decimal(results.frame(), name, index + 1), exact.to_decimal().unwrap(), "{index}");
    }
}

/// What a run shows of its trades and rates, given to another run with other luck, gives the same run to the bit.
#[test]
fn a_recorded_run_is_itself_again() {
    let params = FlashParams { mint_rate: 0.2, ..FlashParams::default() };
    let drawn = System::of::<FlashV3Float>("flash", params.clone()).unwrap();
    let drawn = Experiment::new(drawn).timesteps(40).seed(5).run().unwrap();
    let exact = Experiment::new(System::of::<FlashV3>("flash", params).unwrap());
    let exact = exact.timesteps(40).seed(5).run().unwrap();
    let column = |name: &str| drawn.frame().f64s(name).unwrap().to_vec();
    let series = [("recorded_swap", column("flash.ext_swap")), ("recorded_apy", column("flash.market_apy"))];
    let mint = Value::Table(vec![("mint_rate".to_owned(), Value::F64(0.2))]);
    for (name, original) in [("flash/v3-float", &drawn), ("flash/v3", &exact)] {
        let again = Experiment::new(replaying(name, &mint, &series)).timesteps(40).seed(6).run().unwrap();
        assert!(again.failures.is_empty(), "{:?}", again.failures);
        for column in original.frame().columns().iter().filter(|column| column.name.starts_with("flash.")) {
            let other = again.frame().column(&column.name).unwrap();
            assert_eq!(column.cells, other.cells, "{name} {}", column.name);
        }
    }
}

#[test]
fn what_is_no_number_is_refused() {
    for (input, value) in [("recorded_swap", "0/0"), ("recorded_apy", "1/0")] {
        let mut builder = System::builder("replay");
        builder.kind(List::Controllables, "flash", &kind("flash/v3-float"), &Value::Table(Vec::new()));
        builder.wire(value, &format!("flash.{input}"));
        let Ok(system) = builder.build() else { continue };
        let failed = Experiment::new(system).timesteps(1).run().unwrap();
        assert!(failed.failures[0].to_string().contains(input), "{}", failed.failures[0]);
    }
}
