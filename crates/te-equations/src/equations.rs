//! A component of equations as a kind.

use crate::column::EquationColumn;
use crate::event;
use crate::fault::{EquationErrors, Fault, Faults};
use crate::form;
use crate::form::{Form, Law, Method, Role};
use crate::model::{self, Model};
use crate::program::Program;
use crate::tree::Tree;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;
use te_core::kind::{ComponentColumn, Instance, Started};
use te_core::{CellKind, FieldSpec, ParamError, ParamIssue, ParamSpec, Problem, Value};

/// Bytes of a component's text, at most.
pub const LARGEST: usize = 1 << 20;

/// What all instances of a kind share.
struct Shared {
    model: Arc<Model>,
    program: Arc<Program>,
    inputs: Vec<FieldSpec>,
    metrics: Vec<FieldSpec>,
    /// SHA-256 of the text.
    content: String,
    warnings: Vec<Fault>,
}

/// A component of equations with its parameters: a kind that is made from a text.
#[derive(Clone)]
pub struct Equations {
    shared: Arc<Shared>,
    values: Vec<Value>,
}

impl std::fmt::Debug for Equations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Equations")
            .field("kind", &self.kind())
            .field("values", &self.values)
            .finish_non_exhaustive()
    }
}

impl Equations {
    /// Reads a component's text.
    ///
    /// # Errors
    /// [`EquationErrors`] with everything that is wrong with it, each with line and column.
    pub fn parse(text: &str) -> Result<Self, EquationErrors> {
        let fault =
            |at: usize, code, message| EquationErrors::new(text, vec![Fault { span: at..at, code, message }]);
        if text.len() > LARGEST {
            let message = format!("a component of {} bytes: allowed are {LARGEST}", text.len());
            return Err(fault(0, "TE0511", message));
        }
        let tree =
            Tree::parse(text).map_err(|refused| fault(refused.at.unwrap_or(0), "TE0501", refused.message))?;
        Self::from_tree(&tree, text, None).map_err(|faults| EquationErrors::new(text, faults))
    }

    /// Reads a component's tables in a text that holds more. `name` is its kind where they say none.
    ///
    /// # Errors
    /// Everything that is wrong with it, in order.
    pub fn from_tree(tree: &Tree, text: &str, name: Option<&str>) -> Result<Self, Vec<Fault>> {
        let (form, mut faults) = form::read(tree, text, name);
        let built = form.and_then(|form| {
            // What could not be read would be refused again for nothing.
            if faults.found.is_empty() { model::build(form, text, &mut faults) } else { None }
        });
        let Some((model, warnings)) = built else { return Err(Faults::sorted(faults)) };
        let mut hash = Sha256::new();
        hash.update(format!("{:?}", tree.value()).as_bytes());
        let mut content = String::new();
        for byte in hash.finalize() {
            // Writing to a string cannot fail.
            let _ = write!(content, "{byte:02x}");
        }
        let program = Arc::new(Program::new(&model));
        let field = |at: usize, default: Option<f64>| {
            let one = &model.form.quantities[at];
            FieldSpec {
                name: Cow::Owned(one.name.clone()),
                kind: CellKind::F64,
                unit: Cow::Owned(one.unit_text.clone()),
                doc: Cow::Owned(one.doc.clone()),
                default,
            }
        };
        let inputs = (0..model.form.quantities.len())
            .filter_map(|at| match model.form.quantities[at].role {
                Role::Input { default, .. } => Some(field(at, default)),
                _ => None,
            })
            .collect();
        let metrics = program.metrics.iter().map(|at| field(*at, None)).collect();
        let values = model.form.params.iter().map(|spec| spec.default.clone()).collect();
        let shared = Shared { model: Arc::new(model), program, inputs, metrics, content, warnings };
        Ok(Self { shared: Arc::new(shared), values })
    }

    /// What it is, in a sentence.
    pub fn doc(&self) -> &str {
        &self.form().doc
    }

    /// Units that do not fit, where the component asks to be only told of them: `units = "warn"`.
    pub fn warnings(&self) -> &[Fault] {
        &self.shared.warnings
    }

    /// The equations, one a line, in the order in which they are computed.
    ///
    /// ```
    /// let text = "[component]\nkind = \"mine/growth\"\n\
    ///     [param]\nrate = { default = 0.1, doc = \"Growth.\" }\n\
    ///     [state]\nstock = { initial = 1, rate = \"rate * stock\", doc = \"Stock.\" }\n\
    ///     [let]\ntwice = { of = \"2 * stock\" }\n";
    /// let equations = te_equations::Equations::parse(text)?;
    /// assert_eq!(equations.lines(), ["twice = 2 * stock", "stock(0) = 1", "stock' = rate * stock"]);
    /// # Ok::<(), te_equations::EquationErrors>(())
    /// ```
    pub fn lines(&self) -> Vec<String> {
        let quantities = &self.form().quantities;
        let mut lines = Vec::new();
        for at in &self.shared.model.now {
            let one = &quantities[*at];
            match &one.role {
                Role::Let(of) => lines.push(format!("{} = {}", one.name, of.text)),
                Role::Flow(flow) => {
                    let end = |end: &Option<(String, std::ops::Range<usize>)>| {
                        end.as_ref().map_or_else(|| "outside".to_owned(), |(name, _)| name.clone())
                    };
                    let limit = if flow.limit { ", limited" } else { "" };
                    let (from, to) = (end(&flow.from), end(&flow.to));
                    lines.push(format!("{} = {} ({from} to {to}{limit})", one.name, flow.of.text));
                }
                _ => {}
            }
        }
        for one in quantities {
            let name = &one.name;
            match &one.role {
                Role::Draw(draw) => {
                    let every = if draw.once { "run" } else { "step" };
                    lines.push(format!("{name} ~ {}, every {every}", draw.text));
                }
                Role::State(state) if !state.hidden => {
                    lines.push(format!("{name}(0) = {}", state.initial.text));
                    match &state.law {
                        Law::Next(next) => lines.push(format!("{name}(next) = {}", next.text)),
                        Law::Rate(Some(rate)) => lines.push(format!("{name}' = {}", rate.text)),
                        Law::Rate(None) => lines.push(format!("{name}' = its flows")),
                    }
                }
                Role::Pipeline(pipe) => {
                    lines.push(format!(
                        "{name}' = {} - {name}.out, after {}",
                        pipe.enter.text, pipe.time.text
                    ));
                }
                _ => {}
            }
        }
        let invariants = self.form().invariants.iter();
        lines.extend(invariants.map(|one| format!("invariant {}: {}", one.name, one.of.text)));
        lines
    }

    /// How it is integrated, in a word: `euler` or `rk4`.
    pub fn method(&self) -> &'static str {
        match self.form().method {
            Method::Euler => "euler",
            Method::Rk4 => "rk4",
        }
    }

    fn form(&self) -> &Form {
        &self.shared.model.form
    }
}

impl Instance for Equations {
    fn kind(&self) -> &str {
        &self.form().kind
    }
    fn specs(&self) -> &[ParamSpec] {
        &self.form().params
    }
    fn inputs(&self) -> &[FieldSpec] {
        &self.shared.inputs
    }
    fn metrics(&self) -> &[FieldSpec] {
        &self.shared.metrics
    }
    fn get(&self, index: usize) -> Option<Value> {
        self.values.get(index).cloned()
    }
    fn set(&mut self, index: usize, value: &Value) -> Result<(), ParamIssue> {
        if let (Some(own), Some(spec)) =
            (self.values.get_mut(index), self.shared.model.form.params.get(index))
        {
            *own = spec.accept(value)?;
        } else {
            let problem = Problem::Unknown { nearest: None, known: Vec::new() };
            let (path, value) = (index.to_string(), value.to_string());
            return Err(ParamIssue { path, value, unit: Cow::Borrowed(""), problem });
        }
        Ok(())
    }
    fn check(&self) -> Result<Started, ParamError> {
        let refused = |(spec, value): (&ParamSpec, &Value)| spec.accept(value).err();
        ParamError::from_issues(self.specs().iter().zip(&self.values).filter_map(refused).collect())?;
        let draws = self.shared.program.draws.len() * std::mem::size_of::<te_core::Stream>();
        let state_size = self.shared.program.kept * std::mem::size_of::<f64>() + draws;
        Ok(Started { substeps: 1, state_size })
    }
    fn content(&self) -> Option<&str> {
        Some(&self.shared.content)
    }
    fn has_lanes(&self) -> bool {
        true
    }
    fn takes_changes(&self) -> Result<(), ParamError> {
        Ok(())
    }
    fn states(&self) -> Vec<&str> {
        event::states(self.form()).map(|(_, name)| name).collect()
    }
    fn column(&self, width: usize, path: u64) -> Box<dyn ComponentColumn> {
        Box::new(EquationColumn::new(&self.shared.model, &self.shared.program, &self.values, width, path))
    }
    fn boxed(&self) -> Box<dyn Instance> {
        Box::new(self.clone())
    }
}
