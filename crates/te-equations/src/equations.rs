//! A component of equations as a kind.

use crate::column::{EquationColumn, as_number};
use crate::dimension::{self, Dimensions};
use crate::event;
use crate::fault::{EquationErrors, Fault, Faults};
use crate::fixed;
use crate::form;
use crate::form::{Columns, FileColumn, Form, Law, Method, Role};
use crate::model::{self, Model};
use crate::program::Program;
use crate::tree::Tree;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;
use te_core::kind::{ComponentColumn, Instance, Started};
use te_core::{CellKind, FieldSpec, ParamError, ParamIssue, ParamSpec, Problem, StepLength, Value};

/// Bytes of a component's text, at most.
pub const LARGEST: usize = 1 << 20;

/// What all instances of a kind share.
struct Shared {
    model: Arc<Model>,
    program: Arc<Program>,
    inputs: Vec<FieldSpec>,
    metrics: Vec<FieldSpec>,
    /// SHA-256 of what the text says and of the numbers of the files that it names.
    content: String,
    warnings: Vec<Fault>,
}

/// A component of equations with its parameters: a kind that is made from a text.
#[derive(Clone)]
pub struct Equations {
    shared: Arc<Shared>,
    values: Vec<Value>,
}

/// Where there are no files.
fn no_files(_: &Value) -> Result<FileColumn, String> {
    Err("there are no files here: write its numbers out as `values`".to_owned())
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
        Self::parse_with(text, &no_files)
    }

    /// Reads a component's text whose tables may be columns of files: `columns` gives the numbers or dates.
    ///
    /// # Errors
    /// As [`Equations::parse`].
    ///
    /// ```
    /// use te_equations::Equations;
    /// let text = "[component]\nkind = \"mine/curve\"\n[table.wanted]\n\
    ///     x = { file = \"wanted.csv\", column = \"apr\" }\ny = { file = \"wanted.csv\", column = \"share\" }\n\
    ///     [let]\nhalf = { of = \"wanted(0.5)\" }\n";
    /// let equations = Equations::parse_with(text, &|_| Ok(vec![0.0, 1.0].into()))?;
    /// assert_eq!(equations.lines(), ["half = wanted(0.5)"]);
    /// let refused = Equations::parse(text).unwrap_err().to_string();
    /// assert!(refused.starts_with("4:14: TE0506: `x` of [table.wanted]: there are no files here"), "{refused}");
    /// # Ok::<(), te_equations::EquationErrors>(())
    /// ```
    pub fn parse_with(text: &str, columns: &Columns<'_>) -> Result<Self, EquationErrors> {
        let fault =
            |at: usize, code, message| EquationErrors::new(text, vec![Fault { span: at..at, code, message }]);
        if text.len() > LARGEST {
            let message = format!("a component of {} bytes: allowed are {LARGEST}", text.len());
            return Err(fault(0, "TE0511", message));
        }
        let tree =
            Tree::parse(text).map_err(|refused| fault(refused.at.unwrap_or(0), "TE0501", refused.message))?;
        Self::from_tree(&tree, text, None, columns).map_err(|faults| EquationErrors::new(text, faults))
    }

    /// Reads a component's tables in a text that holds more. `name` is its kind where they say none; `columns` gives what tables
    /// name of files.
    ///
    /// # Errors
    /// Everything that is wrong with it, in order.
    pub fn from_tree(
        tree: &Tree,
        text: &str,
        name: Option<&str>,
        columns: &Columns<'_>,
    ) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let expanded = dimension::expand(tree, &mut faults);
        if !faults.found.is_empty() {
            return Err(faults.sorted());
        }
        let no_dims = Dimensions::default();
        let (whole, dims) = expanded.as_ref().map_or((tree, &no_dims), |(tree, dims)| (tree, dims));
        let (mut form, mut faults) = form::read(whole, text, name, columns, dims);
        if let Some(form) = form.as_mut().filter(|_| !dims.is_empty()) {
            dimension::resolve(form, dims, text, &mut faults);
        }
        let built = form.and_then(|form| {
            // What could not be read would be refused again for nothing.
            if faults.found.is_empty() { model::build(form, text, &mut faults) } else { None }
        });
        let Some((model, warnings)) = built else { return Err(Faults::sorted(faults)) };
        let mut hash = Sha256::new();
        hash.update(format!("{:?}", tree.value()).as_bytes());
        for x in &model.form.data {
            hash.update(x.to_le_bytes());
        }
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

    /// Where it asks for the date of rows first, as a system without a start refuses it; nothing where it does not.
    ///
    /// ```
    /// let text = "[component]\nkind = \"mine/season\"\n[let]\nsummer = { of = \"month() > 5 and month() < 9\" }\n";
    /// let equations = te_equations::Equations::parse(text)?;
    /// assert!(equations.undated().is_some_and(|fault| fault.message.starts_with("it asks for the date by `month()`")));
    /// # Ok::<(), te_equations::EquationErrors>(())
    /// ```
    pub fn undated(&self) -> Option<Fault> {
        let asked = self.form().dated.as_ref()?;
        let message = format!(
            "it asks for the date by `{}()`: rows have dates where the system has a `start`, the date of row 0",
            asked.function
        );
        Some(Fault { span: asked.span.clone(), code: "TE0018", message })
    }

    /// Times that are no whole number of integration steps in a system with steps of this length, and are rounded: of delays,
    /// pipelines, cohorts and moving means. `given` is a table of parameters that differ from their defaults.
    ///
    /// ```
    /// use te_core::{StepLength, TimeUnit, Value};
    /// let text = "[component]\nkind = \"mine/queue\"\ntime = \"month\"\n\
    ///     [param]\nwait = { default = 3, unit = \"month\" }\n\
    ///     [pipeline]\nqueue = { enter = \"10\", time = \"wait\" }\n";
    /// let equations = te_equations::Equations::parse(text)?;
    /// let (month, quarter) = (StepLength::new(1.0, TimeUnit::Month), StepLength::new(1.0, TimeUnit::Quarter));
    /// assert!(equations.rounded(month, &Value::Table(vec![])).is_empty());
    /// assert!(equations.rounded(quarter, &Value::Table(vec![])).is_empty());
    /// let given = Value::Table(vec![("wait".into(), Value::F64(3.4))]);
    /// assert_eq!(
    ///     equations.rounded(month, &given)[0].message,
    ///     "`time` of [pipeline] queue is 3.4 month: with integration steps of 1 it is taken as 3"
    /// );
    /// # Ok::<(), te_equations::EquationErrors>(())
    /// ```
    pub fn rounded(&self, step: StepLength, given: &Value) -> Vec<Fault> {
        let mut own = self.clone();
        // Tables in tables name elements of arrays.
        let mut open = vec![(String::new(), given)];
        while let Some((name, value)) = open.pop() {
            let known =
                |spec: &ParamSpec| spec.name == *name || spec.aliases.iter().any(|alias| *alias == name);
            match value {
                Value::Table(entries) => open.extend(entries.iter().map(|(key, value)| {
                    (if name.is_empty() { key.clone() } else { format!("{name}.{key}") }, value)
                })),
                value => {
                    if let Some(at) = self.specs().iter().position(known) {
                        // What is refused is told of where the component is built.
                        let _ = own.set(at, value);
                    }
                }
            }
        }
        let params = self.specs().iter().zip(&own.values);
        let params: Vec<f64> = params.map(|(spec, value)| as_number(spec, value)).collect();
        fixed::rounded(self.form(), &self.shared.model.initial, &params, step)
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
                Role::Let(of) if !one.name.contains(':') => lines.push(format!("{} = {}", one.name, of.text)),
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
                    let (enter, time) = (&pipe.enter.text, &pipe.time.text);
                    let lost = pipe.leak.as_ref().map_or_else(String::new, |leak| {
                        format!(", losing {} on the way as {name}.leak", leak.text)
                    });
                    let minus = if pipe.leak.is_some() { format!(" - {name}.leak") } else { String::new() };
                    lines.push(format!("{name}' = {enter} - {name}.out{minus}, after {time}{lost}"));
                }
                Role::Cohorts(own) => {
                    let base = name.strip_suffix(".locked").unwrap_or(name);
                    let (enter, cliff, over) = (&own.enter.text, &own.cliff.text, &own.over.text);
                    let rule = if own.catch_up { "from its entry, none before" } else { "after a cliff of" };
                    lines.push(format!(
                        "{name}' = {enter} - {base}.out, each batch over {over} {rule} {cliff}"
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
    fn equations(&self) -> Vec<String> {
        self.lines()
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
        let state_size = self.shared.program.layout.kept * std::mem::size_of::<f64>() + draws;
        Ok(Started { substeps: 1, state_size })
    }
    fn asks_date(&self) -> Option<&str> {
        Some(&self.form().dated.as_ref()?.function)
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
