//! A reference model as a block model: its definition comes from the file, its steps from the engine.
//!
//! Every variable is recorded as the number of its exact value in a table of all values seen, so that lists, texts and
//! the difference between `1` and `1.0` pass through the engine's own columns.

use super::parser::parse;
use super::python::{Py, Raised, Scope, Term};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};
use te_core::blocks::{Block, BlockModel, Blocks, Context, Last, Reducer, Signal, Trigger, Window};
use te_core::{Cell, CellKind, FieldSpec, ParamError, Params, Record, StepError};

/// Reference files and which of their models; the number in the type of a case is a place in this list.
pub(crate) fn models() -> &'static [(String, Json)] {
    static MODELS: OnceLock<Vec<(String, Json)>> = OnceLock::new();
    MODELS.get_or_init(|| {
        let mut models = Vec::new();
        for name in super::names() {
            for model in super::file(&name)["models"].as_array().unwrap() {
                models.push((name.clone(), model.clone()));
            }
        }
        models
    })
}

fn seen() -> &'static Mutex<Vec<Py>> {
    static SEEN: OnceLock<Mutex<Vec<Py>>> = OnceLock::new();
    SEEN.get_or_init(Mutex::default)
}

fn number_of(value: &Py) -> i64 {
    let mut seen = seen().lock().unwrap();
    let at = seen.iter().position(|v| v == value).unwrap_or_else(|| {
        seen.push(value.clone());
        seen.len() - 1
    });
    at as i64
}

pub(crate) fn value_of(number: i64) -> Py {
    seen().lock().unwrap()[usize::try_from(number).unwrap()].clone()
}

/// The model at place `N`.
#[derive(Clone, Debug)]
pub(crate) struct Case<const N: usize>;

pub(crate) type Row = Vec<(String, Py)>;

/// Up to five parameters, each a value in JSON.
#[derive(Clone, Debug, PartialEq, Params)]
pub(crate) struct CaseParams {
    /// First.
    #[param(default = String::from("null"))]
    pub(crate) p0: String,
    /// Second.
    #[param(default = String::from("null"))]
    pub(crate) p1: String,
    /// Third.
    #[param(default = String::from("null"))]
    pub(crate) p2: String,
    /// Fourth.
    #[param(default = String::from("null"))]
    pub(crate) p3: String,
    /// Fifth.
    #[param(default = String::from("null"))]
    pub(crate) p4: String,
}

/// The values' numbers, one for each variable.
#[derive(Clone, Debug)]
pub(crate) struct Shown<const N: usize>(Vec<i64>);

impl<const N: usize> Record for Shown<N> {
    /// Only the case knows; nothing asks for it outside of lanes.
    const COUNT: usize = 0;

    fn fields() -> &'static [FieldSpec] {
        static KNOWN: OnceLock<Mutex<HashMap<usize, &'static [FieldSpec]>>> = OnceLock::new();
        let mut known = KNOWN.get_or_init(Mutex::default).lock().unwrap();
        known.entry(N).or_insert_with(|| {
            let names = models()[N].1["initial_state"].as_object().unwrap().keys();
            let spec = |name: &String| FieldSpec {
                name: Cow::Owned(name.clone()),
                kind: CellKind::I64,
                unit: "".into(),
                doc: "".into(),
                default: None,
            };
            names.map(spec).collect::<Vec<_>>().leak()
        })
    }
    fn store(&self, put: &mut impl FnMut(f64)) {
        self.0.iter().for_each(|x| put(*x as f64));
    }
    fn load(next: &mut impl FnMut() -> f64) -> Self {
        Self(Self::fields().iter().map(|_| next() as i64).collect())
    }
    fn cell(&self, index: usize) -> Option<Cell> {
        self.0.get(index).map(|x| Cell::I64(*x))
    }
}

/// `{**a, **b}`.
pub(crate) enum Merge {}
impl Reducer<Py> for Merge {
    fn join(earlier: Py, later: Py) -> Py {
        parse("{**a, **b}").eval(&Scope::from([("a".into(), earlier), ("b".into(), later)])).unwrap()
    }
}

/// Signals by name, under whichever reducer the model asks for.
#[derive(Default)]
pub(crate) struct Signals {
    sum: Vec<(String, Signal<Py>)>,
    last: Vec<(String, Signal<Py, Last>)>,
    merge: Vec<(String, Signal<Py, Merge>)>,
}

fn give<R: Reducer<Py>>(signals: &mut Vec<(String, Signal<Py, R>)>, name: &str, value: Py) {
    if !signals.iter().any(|(n, _)| n == name) {
        signals.push((name.to_owned(), Signal::default()));
    }
    signals.iter_mut().find(|(n, _)| n == name).unwrap().1.give(value);
}

impl Signals {
    fn map(&mut self, change: &Term) {
        let apply = |value: Py| change.call(&[value]).unwrap_or_else(|e| Py::Error(e.0));
        self.sum.iter_mut().for_each(|(_, s)| s.map(apply));
        self.last.iter_mut().for_each(|(_, s)| s.map(apply));
        self.merge.iter_mut().for_each(|(_, s)| s.map(apply));
    }

    fn dict(&self) -> Result<Py, StepError> {
        let sum = self.sum.iter().map(|(n, s)| (n, s.value()));
        let last = self.last.iter().map(|(n, s)| (n, s.value()));
        let merge = self.merge.iter().map(|(n, s)| (n, s.value()));
        let mut out = Vec::new();
        for (name, value) in sum.chain(last).chain(merge) {
            match value {
                Some(Py::Error(e)) => return Err(StepError::caused_by(Raised(e.clone()))),
                Some(value) => out.push((name.clone(), value.clone())),
                None => {}
            }
        }
        Ok(Py::Dict(out))
    }
}

/// `p`, `ss`, `h` and `s` as the functions of the cases see them.
fn scope<const N: usize>(cx: &Context<'_, Case<N>>) -> Scope {
    let names: Vec<String> = match models()[N].1["params"].as_object() {
        Some(params) => params.keys().cloned().collect(),
        None => Vec::new(),
    };
    let texts = [&cx.params.p0, &cx.params.p1, &cx.params.p2, &cx.params.p3, &cx.params.p4];
    let value = |text: &String| Py::from_json(&serde_json::from_str(text).unwrap());
    let p = names.into_iter().zip(texts).map(|(n, t)| (n, value(t))).collect();
    // The peers show the index keys of the state before the block.
    let blocks = models()[N].1["blocks"].as_array().unwrap().len() as i64;
    let (t, ss) = (cx.clock.timestep as i64, i64::from(cx.clock.substep));
    let (timestep, substep) = if ss > 1 { (t, ss - 1) } else { (t - 1, if t == 1 { 0 } else { blocks }) };
    let mut s = cx.state.clone();
    s.push(("timestep".into(), Py::Int(timestep)));
    s.push(("substep".into(), Py::Int(substep)));
    let dict = |row: &Row| Py::Dict(row.clone());
    let kept = cx.history.len();
    let h = (0..kept).rev().filter_map(|back| cx.history.timestep(back));
    let h = h.map(|rows| Py::List(rows.iter().map(dict).collect())).collect();
    Scope::from([
        ("p".into(), Py::Dict(p)),
        ("ss".into(), Py::Int(ss)),
        ("s".into(), Py::Dict(s)),
        ("h".into(), Py::List(h)),
    ])
}

fn place(row: &mut Row, name: &str) -> usize {
    row.iter().position(|(n, _)| n == name).expect("a variable of the state")
}

impl<const N: usize> BlockModel for Case<N> {
    const KIND: &'static str = "reference/case";
    type Params = CaseParams;
    type Inputs = ();
    type State = Row;
    type Signals = Signals;
    type Metrics = Shown<N>;
    const HISTORY: Window = Window::All;

    fn genesis(_: &CaseParams) -> Result<Row, ParamError> {
        let state = models()[N].1["initial_state"].as_object().unwrap();
        Ok(state.iter().map(|(name, value)| (name.clone(), Py::from_json(value))).collect())
    }

    fn metrics(state: &Row, _: &CaseParams) -> Shown<N> {
        Shown(state.iter().map(|(_, value)| number_of(value)).collect())
    }

    fn blocks() -> Blocks<Self> {
        let model = &models()[N].1;
        let ops: Vec<&str> =
            model["policy_ops"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        let mut blocks = Blocks::new();
        for (at, block) in model["blocks"].as_array().unwrap().iter().enumerate() {
            blocks = blocks.block(read_block::<N>(at, block, &ops));
        }
        for (variable, process) in model["env_processes"].as_object().into_iter().flatten() {
            blocks = add_process(blocks, variable, process);
        }
        blocks
    }
}

fn read_block<const N: usize>(at: usize, block: &Json, ops: &[&str]) -> Block<Case<N>> {
    let reducer = ops.first().copied().unwrap_or("lambda a, b: a + b").to_owned();
    let mut out = Block::new(format!("block {}", at + 1));
    for (name, signals) in block["policies"].as_object().unwrap() {
        let signals: Vec<(String, Term)> = (signals.as_object().unwrap().iter())
            .map(|(signal, text)| (signal.clone(), parse(text.as_str().unwrap())))
            .collect();
        let reducer = reducer.clone();
        out = out.policy(name.clone(), move |cx: &Context<'_, Case<N>>, to: &mut Signals| {
            let scope = scope(cx);
            for (signal, term) in &signals {
                let value = term.eval(&scope).map_err(StepError::caused_by)?;
                match reducer.as_str() {
                    "lambda a, b: b" => give(&mut to.last, signal, value),
                    "lambda a, b: {**a, **b}" => give(&mut to.merge, signal, value),
                    _ => give(&mut to.sum, signal, value),
                }
            }
            Ok(())
        });
    }
    for op in ops.iter().skip(1) {
        let change = parse(op);
        out = out.map(move |signals: &mut Signals| {
            signals.map(&change);
            Ok(())
        });
    }
    for (variable, update) in block["variables"].as_object().unwrap() {
        // A function registered under one name that returns another is declared under what it returns.
        let target = update["returns"].as_str().unwrap_or(variable).to_owned();
        let text = update["expr"].as_str().or(update.as_str()).unwrap();
        let term = parse(text);
        let name = target.clone();
        out = out.update(
            target,
            move |row: &mut Row| {
                let at = place(row, &name);
                &mut row[at].1
            },
            move |cx: &Context<'_, Case<N>>, signals: &Signals| {
                let mut scope = scope(cx);
                scope.insert("i".into(), signals.dict()?);
                term.eval(&scope).map_err(StepError::caused_by)
            },
        );
    }
    out
}

fn add_process<const N: usize>(blocks: Blocks<Case<N>>, variable: &str, process: &Json) -> Blocks<Case<N>> {
    let texts: Vec<Json> = match process["kind"].as_str().unwrap() {
        "function" => vec![process["function"].clone()],
        _ => process["functions"].as_array().unwrap().clone(),
    };
    let functions: Vec<Term> = texts.iter().map(|t| parse(t.as_str().unwrap())).collect();
    let values: Vec<u64> =
        process["values"].as_array().into_iter().flatten().filter_map(Json::as_u64).collect();
    let always = process["kind"] != "trigger";
    let trigger =
        Trigger::new(move |cx: &Context<'_, Case<N>>| always || values.contains(&cx.clock.timestep));
    let name = variable.to_owned();
    blocks.environment_when(
        variable.to_owned(),
        move |row: &mut Row| {
            let at = place(row, &name);
            &mut row[at].1
        },
        trigger,
        move |cx: &Context<'_, Case<N>>, value: &Py| {
            let scope = scope(cx);
            let (s, p) = (scope["s"].clone(), scope["p"].clone());
            let apply = |x: Py, f: &Term| {
                if f.arity() == 3 { f.call(&[s.clone(), p.clone(), x]) } else { f.call(&[p.clone(), x]) }
            };
            functions.iter().try_fold(value.clone(), apply).map_err(StepError::caused_by)
        },
    )
}
