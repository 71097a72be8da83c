//! The 1Hive economy against its references.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

mod bounds;
mod forms;
mod properties;
mod reference;

use te_core::{Frame, System, SystemBuilder, Value};
use te_hive_economy::{
    Economy, EconomyParams, Market, MarketParams, Price, PriceParams, Supply, SupplyParams,
};

/// A reference file's text.
fn data(name: &str) -> String {
    let path = format!("{}/../../testdata/te-hive-economy/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn typed(params: EconomyParams) -> System {
    System::of::<Economy>("economy", params).unwrap()
}

/// The three components in one simultaneous stage.
fn split(p: &EconomyParams) -> System {
    let mut economy = System::builder("economy");
    economy.controllable::<Supply>(
        "supply",
        SupplyParams {
            throttle: p.throttle,
            outflow_boundary: p.outflow_boundary,
            target_reserve_ratio: p.target_reserve_ratio,
            initial_reserve: p.initial_reserve,
            initial_circulation: p.initial_circulation,
        },
    );
    economy.uncontrollable::<Market>(
        "market",
        MarketParams {
            outflow_boundary: p.outflow_boundary,
            productivity: p.productivity,
            maintenance: p.maintenance,
            growth: p.growth,
            initial_size: p.initial_size,
            initial_saturation: p.initial_saturation,
            initial_production: p.initial_production,
            initial_utility: p.initial_utility,
        },
    );
    economy.uncontrollable::<Price>(
        "price",
        PriceParams { valuation_ratio: p.valuation_ratio, initial_price: p.initial_price },
    );
    wire_split(&mut economy);
    economy.build().unwrap()
}

fn wire_split(economy: &mut SystemBuilder) {
    economy.stage(te_core::Discipline::Simultaneous, &["market", "price", "supply"]);
    for (from, to) in [
        ("market.size", "supply.size"),
        ("market.saturation", "supply.saturation"),
        ("price.price", "supply.price"),
        ("supply.reserve", "market.reserve"),
        ("price.price", "market.price"),
        ("supply.reserve", "price.reserve"),
        ("supply.circulation", "price.circulation"),
        ("market.size", "price.size"),
        ("market.saturation", "price.saturation"),
    ] {
        economy.wire(from, to);
    }
    economy.derived("total_supply", "supply.reserve + supply.circulation", "HNY");
    economy.derived("market_cap", "total_supply * price.price", "USD");
    economy.derived("ratio", "supply.reserve / total_supply", "1");
}

fn column<'f>(frame: &'f Frame, name: &str) -> &'f [f64] {
    frame.f64s(name).unwrap_or_else(|| panic!("no column {name}"))
}

/// The parameters that a reference file was made with.
fn params(changes: &[(&str, f64)]) -> EconomyParams {
    use te_core::Params as _;
    let mut params = EconomyParams::default();
    for (name, value) in changes {
        params.set_named(name, &Value::F64(*value)).unwrap();
    }
    params
}
