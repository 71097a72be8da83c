//! The economy for the engine: as one component, as three, and as its notebook writes it.

mod economy;
mod market;
pub mod notebook;
mod price;
mod supply;

pub use economy::{Economy, EconomyMetrics, EconomyMonth, EconomyParams, EconomyState};
pub use market::{Market, MarketInputs, MarketMetrics, MarketMonth, MarketParams};
pub use price::{Price, PriceInputs, PriceMetrics, PriceMonth, PriceParams};
pub use supply::{Supply, SupplyInputs, SupplyMetrics, SupplyMonth, SupplyParams};

/// Registers this crate's kinds.
pub fn register(registry: &mut te_core::Registry) {
    let package = env!("CARGO_PKG_NAME");
    registry.add::<Economy>(package, "The 1Hive economy as one component.");
    registry.add::<Supply>(package, "The 1Hive token supply: reserve, circulation and issuance.");
    registry.add::<Market>(package, "The market of the 1Hive economy: production, utility, saturation.");
    registry.add::<Price>(package, "The price of the 1Hive economy.");
    registry.add::<te_core::blocks::BlockComponent<notebook::Notebook>>(
        package,
        "The 1Hive economy as its notebook writes it: one block, two policies, nine updates.",
    );
}
