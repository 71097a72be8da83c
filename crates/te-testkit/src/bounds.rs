//! Declared bounds that hold: parameters are drawn inside them, edges included, and every run must end well.
//!
//! A set of parameters may be refused when the component is built, by an error between fields. What is built must run:
//! without a panic, without NaN or infinity, in bounded time. A step may end a run only by an error of the mechanism's
//! domain, which names what to change, and seldom.

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use std::time::{Duration, Instant};
use te_core::{
    Bound, Experiment, FieldSpec, Kind, List, ParamKind, ParamSpec, Range, Registry, StepError, System,
    SystemBuilder, Value,
};

/// What is expected of a kind, where it differs from [`Expected::default`].
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// The share of sets that may be refused by an error between fields.
    pub refused: f64,
    /// The share of sets whose run may end by a documented error of the domain.
    pub domain: f64,
    /// The longest that one set may take.
    pub time: Duration,
}

impl Default for Expected {
    fn default() -> Self {
        Self { refused: 0.8, domain: 0.0, time: Duration::from_secs(5) }
    }
}

/// Steps of a run.
const TIMESTEPS: u64 = 200;

/// How many sets are drawn for each kind: `TE_BOUNDS`, else 40.
fn sets() -> u32 {
    std::env::var("TE_BOUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(40)
}

/// Draws parameters for every kind of the registry and runs it. Kinds of which less is expected are listed by name.
///
/// # Panics
/// Where a run panics, gives a number that is not finite, takes too long, or fails more often than is expected of its kind.
pub fn every_kind(registry: &Registry, other: &[(&str, Expected)]) {
    for (name, _) in other {
        assert!(registry.kind(name).is_ok(), "`{name}` is not registered");
    }
    for kind in registry.kinds() {
        let expected =
            other.iter().find(|(name, _)| *name == kind.name).map_or_else(Expected::default, |(_, e)| *e);
        one_kind(kind, expected);
    }
}

/// What became of one set.
enum Ended {
    Well,
    Refused,
    Domain(String),
}

fn one_kind(kind: &Kind, expected: Expected) {
    let (sets, mut refused, mut domain) = (sets(), 0, Vec::new());
    for set in 0..sets {
        let mut rng = SmallRng::seed_from_u64(u64::from(set));
        let params = if set == 0 { Value::Table(Vec::new()) } else { draw_params(kind.params(), &mut rng) };
        let begun = Instant::now();
        match run(kind, &params, &mut rng) {
            Ended::Well => {}
            Ended::Refused => refused += 1,
            Ended::Domain(failure) => domain.push(format!("{failure}, with {params}")),
        }
        let took = begun.elapsed();
        assert!(took <= expected.time, "{}: {took:?} with {params}", kind.name);
    }
    let share = |count: usize| count as f64 / f64::from(sets);
    assert!(share(refused) <= expected.refused, "{}: {refused} of {sets} sets are refused", kind.name);
    let of = domain.len();
    domain.truncate(3);
    assert!(
        share(of) <= expected.domain,
        "{}: {of} of {sets} runs fail, as {}",
        kind.name,
        domain.join("\n  ")
    );
}

fn run(kind: &Kind, params: &Value, rng: &mut SmallRng) -> Ended {
    if let Err(error) = kind.check(params) {
        let text = error.to_string();
        assert!(!text.contains("allowed is"), "{}: a value inside its bounds is refused: {text}", kind.name);
        return Ended::Refused;
    }
    let system = wired(kind, params, rng).build().unwrap_or_else(|e| panic!("{}: {e}", kind.name));
    let results = Experiment::new(system).timesteps(TIMESTEPS).seed(rng.random()).threads(1).run();
    let results = results.unwrap_or_else(|e| panic!("{}: {e}", kind.name));
    for column in results.frame().columns() {
        let finite = (0..column.cells.len()).all(|row| column.number(row).is_none_or(f64::is_finite));
        assert!(finite, "{}: {} is not finite with {params}", kind.name, column.name);
    }
    let Some(failure) = results.failures.first() else { return Ended::Well };
    let mut error = &failure.error;
    while let StepError::Within { error: inner, .. } = error {
        error = inner;
    }
    match error {
        StepError::Domain(_) | StepError::Mechanism(_) => Ended::Domain(failure.to_string()),
        _ => panic!("{}: {failure}, with {params}", kind.name),
    }
}

/// A component `it` of a kind, its inputs fed by drawn series.
pub(crate) fn wired(kind: &Kind, params: &Value, rng: &mut SmallRng) -> SystemBuilder {
    let mut glue = Registry::new();
    te_core::glue::register(&mut glue);
    let series = glue.kind("source/series").unwrap();
    let mut builder = System::builder("bounds");
    for (at, input) in kind.inputs().iter().enumerate() {
        if input.default.is_some() && rng.random_bool(0.5) {
            continue;
        }
        let source = format!("input{at}");
        let values: Vec<f64> = draw_input(input, rng);
        builder.kind(
            List::Uncontrollables,
            &source,
            series,
            &Value::Table(vec![("values".to_owned(), values.into())]),
        );
        builder.wire(&format!("{source}.value"), &format!("it.{}", input.name));
    }
    builder.kind(List::Controllables, "it", kind, params);
    builder
}

/// Harmless inputs: nothing, a constant, or a walk at one magnitude between 0.001 and a million.
fn draw_input(input: &FieldSpec, rng: &mut SmallRng) -> Vec<f64> {
    let scale = match input.unit.as_ref() {
        "1" => rng.random_range(0.0..=1.0),
        _ => te_core::math::powi(10.0, rng.random_range(-3..=6)),
    };
    let moves = rng.random_range(0..3);
    let step = |_| match moves {
        0 => 0.0,
        1 => scale,
        _ => scale * rng.random_range(0.0..=1.0),
    };
    (0..=TIMESTEPS).map(step).collect()
}

/// A set of parameters: the default, an edge, or anything between.
pub(crate) fn draw_params(specs: &[ParamSpec], rng: &mut SmallRng) -> Value {
    let mut table = Vec::new();
    for spec in specs {
        if let Some(value) = draw_param(spec, rng) {
            insert(&mut table, &spec.name, value);
        }
    }
    Value::Table(table)
}

fn insert(table: &mut Vec<(String, Value)>, name: &str, value: Value) {
    let Some((first, rest)) = name.split_once('.') else {
        table.push((name.to_owned(), value));
        return;
    };
    let at = table.iter().position(|(key, _)| key == first).unwrap_or_else(|| {
        table.push((first.to_owned(), Value::Table(Vec::new())));
        table.len() - 1
    });
    if let Some((_, Value::Table(inner))) = table.get_mut(at) {
        insert(inner, rest, value);
    }
}

pub(crate) fn draw_param(spec: &ParamSpec, rng: &mut SmallRng) -> Option<Value> {
    if rng.random_bool(0.25) {
        return None;
    }
    Some(match &spec.kind {
        ParamKind::F64 => Value::F64(draw_number(spec, rng)),
        ParamKind::I64 | ParamKind::U64 => {
            let low =
                spec.range.lower.value().unwrap_or(if spec.kind == ParamKind::U64 { 0.0 } else { f64::MIN });
            let x = draw_number(spec, rng).round().max(low);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a cast of floats saturates"
            )]
            if spec.kind == ParamKind::U64 { Value::U64(x as u64) } else { Value::I64(x as i64) }
        }
        ParamKind::Decimal => Value::F64((draw_number(spec, rng) * 1e6).round() / 1e6),
        ParamKind::Bool => Value::Bool(rng.random()),
        ParamKind::Choice(names) => Value::Text(names[rng.random_range(0..names.len())].to_string()),
        // Texts, lists and tables mean something that bounds do not say.
        _ => return None,
    })
    .filter(|value| value.number().is_none_or(|x| spec.range.contains(x)))
}

/// A number inside the declared range: its edges, near them, evenly between them, or at any magnitude.
fn draw_number(spec: &ParamSpec, rng: &mut SmallRng) -> f64 {
    let usual = spec.default.number().map_or(1.0, |x| x.abs().max(1.0));
    let Range { lower, upper } = spec.range;
    let edge = |bound: Bound, inward: f64| match bound {
        Bound::Inclusive(x) => x,
        Bound::Exclusive(x) => x + inward * x.abs().max(1.0) * 1e-9,
        Bound::None => -inward * usual * 1e3,
    };
    let (low, high) = (edge(lower, 1.0), edge(upper, -1.0));
    match rng.random_range(0..8) {
        0 => low,
        1 => high,
        2 | 3 => low + (high - low) * rng.random_range(0.0..=1.0),
        // Any magnitude between the edges, from the lower one upwards.
        4 | 5 => {
            let width = (high - low).max(f64::MIN_POSITIVE);
            let exponent = rng.random_range(-9.0..=0.0);
            low + width * te_core::math::pow(10.0, exponent)
        }
        _ => {
            let near = spec.default.number().unwrap_or(1.0) * rng.random_range(0.5..2.0);
            near.clamp(low.min(high), high.max(low))
        }
    }
}
