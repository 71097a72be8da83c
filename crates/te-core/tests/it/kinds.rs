//! Kinds that are made while the program runs: composed, swept, stepped beside lanes, saved and refused as typed ones are.

use crate::fund::{Fund, FundParams};
use te_core::kind::{Declaration, Declared, Run, SaveError};
use te_core::{
    Axis, Cell, CellKind, Clock, Experiment, FieldSpec, Kind, List, ParamError, ParamKind, ParamSpec, Range,
    Registry, Role, RunId, StepError, Stream, Sweep, System, Value,
};

/// A walk with a drift, that counts its steps and fails beyond a limit.
struct Walking {
    drift: f64,
    limit: f64,
    place: f64,
    steps: u64,
}

impl Run for Walking {
    fn start(&mut self, rng: &mut Stream) {
        self.place = rng.uniform();
    }
    fn step(&mut self, inputs: &[f64], _: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        let place = self.place + self.drift + rng.uniform() - 0.5 + 0.01 * inputs[0];
        if place > self.limit {
            return Err(StepError::domain("place", place, "at most limit"));
        }
        (self.place, self.steps) = (place, self.steps + 1);
        Ok(())
    }
    fn show(&self, put: &mut dyn FnMut(Cell)) {
        put(Cell::F64(if self.place < -1.0 { f64::NAN } else { self.place }));
        put(Cell::U64(self.steps));
    }
    fn save(&self) -> Result<Vec<u8>, SaveError> {
        let mut bytes = self.place.to_le_bytes().to_vec();
        bytes.extend(self.steps.to_le_bytes());
        Ok(bytes)
    }
    fn load(&mut self, bytes: &[u8]) -> Result<(), SaveError> {
        let (place, steps) = bytes.split_at_checked(8).ok_or("too short")?;
        self.place = f64::from_le_bytes(place.try_into()?);
        self.steps = u64::from_le_bytes(steps.try_into()?);
        Ok(())
    }
}

fn number(name: &str, default: f64, range: Range) -> ParamSpec {
    ParamSpec {
        name: name.to_owned().into(),
        aliases: Vec::new(),
        kind: ParamKind::F64,
        optional: false,
        default: Value::F64(default),
        range,
        soft: Range::ALL,
        step: None,
        unit: "token".into(),
        doc: format!("The {name}.").into(),
        role: Role::Environment,
        random: None,
        initial: false,
    }
}

fn field(name: &str, kind: CellKind, default: Option<f64>) -> FieldSpec {
    FieldSpec { name: name.to_owned().into(), kind, unit: "token".into(), doc: "A number.".into(), default }
}

/// A registry with the walk under a name that exists only now.
pub(crate) fn registry() -> Registry {
    let above = Range { lower: te_core::Bound::Inclusive(-1.0), upper: te_core::Bound::Inclusive(1.0) };
    let declaration = Declaration {
        name: format!("run-time/{}", "walk"),
        params: vec![number("drift", 0.0, above), number("limit", 2.0, Range::ALL)],
        inputs: vec![field("push", CellKind::F64, Some(0.0))],
        metrics: vec![field("place", CellKind::F64, None), field("steps", CellKind::U64, None)],
        substeps: 1,
    };
    let make = |values: &[Value]| {
        let [drift, limit] = [0, 1].map(|at| values[at].number().unwrap());
        if limit < drift {
            return Err(ParamError::cross(format!("limit {limit} must be at least drift {drift}")));
        }
        Ok(Box::new(Walking { drift, limit, place: 0.0, steps: 0 }) as Box<dyn Run>)
    };
    let mut registry = Registry::new();
    registry.add_kind(Declared::new(declaration, make), "this test", "A walk.");
    registry
}

fn system(kind: &Kind) -> System {
    let mut system = System::builder("mixed");
    let nothing = Value::Table(Vec::new());
    system.uncontrollable::<Fund>("fund", FundParams::default());
    system.kind(List::Uncontrollables, "walk", kind, &nothing);
    system.kind(List::Controllables, "second", kind, &nothing);
    system.wire("fund.stock", "walk.push");
    system.wire("walk.place - lag(second.place, 2)", "second.push");
    system.wire("second.place", "fund.flow");
    system.build().unwrap()
}

fn experiment() -> Experiment {
    let registry = registry();
    let sweep = Sweep::Product(vec![Axis::new("walk.drift", [0.0, 0.05, -0.1])]);
    let system = system(registry.kind("run-time/walk").unwrap());
    Experiment::new(system).timesteps(30).runs(40).sweep(sweep).random("second.limit", "uniform(0.5, 3)")
}

#[test]
fn runs_are_the_same_alone_and_side_by_side() {
    let outcome = |experiment: Experiment| {
        let results = experiment.run().unwrap();
        let failures: Vec<String> = results.failures.iter().map(ToString::to_string).collect();
        (results.into_frame(), failures)
    };
    let reference = outcome(experiment().tile_width(1).threads(1));
    assert!(
        reference.1.iter().any(|f| f.contains("walk") && f.contains("at most limit")),
        "{:?}",
        reference.1
    );
    assert!(reference.1.iter().any(|f| f.contains("place is NaN")), "{:?}", reference.1);
    for width in [3, 8, 40] {
        for threads in [1, 2] {
            let same = experiment().tile_width(width).threads(threads).poison_lanes();
            assert!(outcome(same) == reference, "tiles of {width}, {threads} threads");
        }
    }
    assert!(reference.0.u64s("walk.steps").is_some());
}

#[test]
fn a_run_goes_on_from_where_it_was_saved() {
    let plan = experiment().plan().unwrap();
    let id = RunId { simulation: 0, subset: 1, run: 2 };
    let mut whole = plan.start(id).unwrap();
    let mut first = plan.start(id).unwrap();
    (0..5).for_each(|_| assert!(first.step().unwrap()));
    let mut second = plan.resume(&first.snapshot().unwrap()).unwrap();
    (0..5).for_each(|_| assert!(second.step().unwrap()));
    (0..10).for_each(|_| assert!(whole.step().unwrap()));
    let bits = |run: &te_core::Stepper<'_>| ["walk.place", "second.place", "fund.stock"].map(|c| run.cell(c));
    assert_eq!(bits(&whole), bits(&second));
}

#[test]
fn parameters_are_refused_in_the_words_of_typed_ones() {
    let registry = registry();
    let kind = registry.kind("run-time/walk").unwrap();
    let refused = |rows: &[(&str, Value)]| {
        let table = Value::Table(rows.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect());
        kind.check(&table).unwrap_err().to_string()
    };
    assert_eq!(refused(&[("drift", 2.0.into())]), "parameter `drift` is 2 token: allowed is [-1, 1] token");
    assert_eq!(refused(&[("drift", "x".into())]), "parameter `drift` is x: it must be a number");
    assert_eq!(refused(&[("drft", 0.0.into())]), "unknown parameter `drft`; did you mean `drift`?");
    assert_eq!(refused(&[("limit", (-2.0).into())]), "limit -2 must be at least drift 0");
    assert_eq!(kind.params()[0].doc, "The drift.");
    let mut twice = registry.clone();
    twice.add::<Fund>("a", "b");
    assert_eq!(twice.kinds().count(), 2);
}
