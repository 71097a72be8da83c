//! Dates on the axis of time: where rows have dates, ticks are written as those of their timesteps.

use std::sync::Arc;

use kuva::render::layout::{Layout, TickFormat};
use te_core::DATE_COLUMN;
use te_core::picture::ChartSpec;

use crate::dates::Dates;

/// Ticks of the axis as dates.
pub(super) fn on(dates: Dates, layout: Layout) -> Layout {
    layout.with_x_tick_format(TickFormat::Custom(Arc::new(move |time| dates.tick(time))))
}

/// The chart with timesteps on its axis, where it asks for dates: they are its ticks.
pub(super) fn over_timesteps(spec: &ChartSpec) -> ChartSpec {
    let x = if spec.x == DATE_COLUMN { "timestep".to_owned() } else { spec.x.clone() };
    ChartSpec { x, ..spec.clone() }
}
