//! From where to where a slider goes, and in which steps.

use te_core::math::{log10, pow};
use te_core::{ParamKind, ParamSpec, Value};

/// From how many times the lower end on a slider is logarithmic.
const WIDE: f64 = 1000.0;
/// Steps of a slider, about.
const STEPS: f64 = 200.0;

/// A slider of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slider {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) step: f64,
    pub(crate) logarithmic: bool,
}

/// The slider of a parameter that has this value: over its usual values where they are declared, else over those that are allowed,
/// else around the value. It always reaches the value.
pub(crate) fn of(spec: &ParamSpec, value: &Value) -> Option<Slider> {
    let whole = match spec.kind {
        ParamKind::F64 | ParamKind::Decimal => false,
        ParamKind::I64 | ParamKind::U64 => true,
        _ => return None,
    };
    let value = value.number().or_else(|| spec.default.number()).filter(|x| x.is_finite())?;
    let (least, most) = spec.range.ends();
    let least = if spec.kind == ParamKind::U64 { least.max(0.0) } else { least };
    let end = |soft: Option<f64>, hard: f64| soft.or((hard.abs() < f64::MAX).then_some(hard));
    let size = if value == 0.0 { 1.0 } else { value.abs() };
    let around = |towards: f64| rounded(value + towards * size * if value == 0.0 { 1.0 } else { 2.0 });
    let low = end(spec.soft.lower.value(), least);
    let high = end(spec.soft.upper.value(), most);
    let low = low.unwrap_or_else(|| if value >= 0.0 { 0.0 } else { around(-1.0) }.max(least)).min(value);
    let high = high.unwrap_or_else(|| around(1.0).max(1.0).min(most)).max(value);
    let step = spec.step.filter(|step| *step > 0.0).unwrap_or_else(|| {
        let step = power_below((high - low) / STEPS);
        if whole { step.max(1.0) } else { step }
    });
    (low < high && step.is_finite() && (high - low).is_finite()).then_some(Slider {
        low,
        high,
        step,
        logarithmic: !whole && low > 0.0 && high / low >= WIDE,
    })
}

/// The power of ten that is not above a positive number.
fn power_below(x: f64) -> f64 {
    pow(10.0, log10(x.max(1e-300)).floor())
}

/// A number with two digits.
fn rounded(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let unit = power_below(x.abs()) / 10.0;
    (x / unit).round() * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_every_kind_has_a_slider_that_reaches_it() {
        let registry = te_system::built_in();
        let mut seen = 0;
        for spec in registry.kinds().flat_map(te_core::Kind::params) {
            let Some(value) = spec.default.number() else { continue };
            let Some(slider) = of(spec, &spec.default) else { continue };
            assert!(slider.low <= value && value <= slider.high, "{}: {slider:?} {value}", spec.name);
            assert!(slider.step > 0.0 && slider.low < slider.high, "{}: {slider:?}", spec.name);
            let (least, most) = spec.range.ends();
            assert!(least <= slider.low && slider.high <= most, "{}: {slider:?}", spec.name);
            seen += 1;
        }
        assert!(seen > 200, "{seen}");
    }
}
