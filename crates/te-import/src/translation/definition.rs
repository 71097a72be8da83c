//! One definition at its elements.

use super::{Belt, CONTROL, Job, Joint, Translation};
use crate::expression::{Expression, key};
use crate::piece::Piece;
use crate::scope::{Found, find};
use crate::source::{Meaning, Points, Stock};
use crate::target::{Law, Quantity, Role, Table};

impl<'s> Translation<'s> {
    pub(super) fn define(&mut self, job: &Job<'s>) {
        let definition = job.definition;
        let own = self.scopes.get(job.scope);
        let (prefix, is_call) = own.map_or((String::new(), false), |own| (own.prefix.clone(), own.is_call));
        let role = match &definition.meaning {
            Meaning::Missing(_) => return,
            Meaning::Table(points) => {
                self.table(job, points);
                return;
            }
            Meaning::Numbers(numbers) => {
                let Some(value) = numbers.get(job.index) else {
                    return self.too_few(job, numbers.len(), "numbers");
                };
                Role::Param { value: *value, range: definition.range }
            }
            Meaning::External(external) => {
                let Some(role) = self.external(job, external) else { return };
                role
            }
            Meaning::Each(all) => {
                let Some(of) = all.get(job.index) else { return self.too_few(job, all.len(), "equations") };
                match of.as_number() {
                    Some(value) => Role::Param { value, range: definition.range },
                    None => Role::Let(self.expression(job, of).text),
                }
            }
            Meaning::Fixed(of) => match of.as_number() {
                Some(value) => Role::Constant(value),
                None => Role::Let(self.expression(job, of).text),
            },
            Meaning::Equation(of, None) => match of.as_number() {
                Some(value)
                    if is_call || (self.is_vensim() && CONTROL.contains(&key(&definition.name).as_str())) =>
                {
                    Role::Constant(value)
                }
                Some(value) => Role::Param { value, range: definition.range },
                None => Role::Let(self.expression(job, of).text),
            },
            Meaning::Equation(of, Some(points)) => Role::Let(self.through(job, of, points).text),
            Meaning::Flow(of, points, one_way) => {
                let value = match points {
                    Some(points) => self.through(job, of, points),
                    None => self.expression(job, of),
                };
                self.one_way.insert(job.name.clone(), *one_way);
                let text = if *one_way { format!("max({}, 0)", value.text) } else { value.text };
                Role::Let(text)
            }
            Meaning::Driven(share) => {
                let share = share.as_ref().map(|of| self.lasting(job, of, "share that leaks"));
                self.driven.insert(job.name.clone(), share);
                Role::Constant(0.0)
            }
            Meaning::Stock(stock) => self.stock(job, stock),
        };
        let spelled: Vec<String> = job.elements.iter().map(|one| self.dimensions.spelled(one)).collect();
        let subscripts = if spelled.is_empty() { String::new() } else { format!("[{}]", spelled.join(",")) };
        let written = (!is_call).then(|| format!("{prefix}{}{subscripts}", definition.name));
        let (unit, doc) = (definition.unit.clone(), definition.doc.clone());
        self.target.quantities.push(Quantity {
            name: job.name.clone(),
            written,
            unit,
            doc,
            at: definition.at,
            role,
        });
    }

    fn too_few(&mut self, job: &Job<'s>, count: usize, what: &str) {
        let message = format!("`{}` has {count} {what}: there are fewer than elements", job.definition.name);
        self.faults.refuse(job.definition.at, message);
    }

    fn stock(&mut self, job: &Job<'s>, stock: &'s Stock) -> Role {
        let initial = self.initial(job, &stock.initial);
        if let Some(rate) = &stock.rate {
            let rate = self.expression(job, rate).text;
            return Role::State { initial, law: Law::Rate(rate), min: None };
        }
        let mut ends = |names: &[(String, usize)]| -> Vec<String> {
            let mut found = Vec::new();
            for (name, at) in names {
                match find(&self.scopes, job.scope, &key(name)) {
                    Some(Found::Array(array)) => {
                        let item = array.items.get(&job.elements.join(",")).or_else(|| array.items.get(""));
                        match item.and_then(|item| item.value.clone()) {
                            Some(value) => found.push(value),
                            None => self
                                .faults
                                .refuse(*at, format!("the flow `{name}` has not the elements of its stock")),
                        }
                    }
                    _ => self.faults.refuse(*at, format!("there is no flow `{name}`")),
                }
            }
            found
        };
        let (inflows, outflows) = (ends(&stock.inflows), ends(&stock.outflows));
        let (stock_name, non_negative) = (job.name.clone(), stock.non_negative);
        let belt = stock.conveyor.as_ref().map(|one| Belt {
            at: one.at,
            time: self.lasting(job, &one.length, "length of a conveyor"),
            initial: initial.clone(),
            exponential: one.exponential,
        });
        let at = job.definition.at;
        self.joints.push(Joint { stock: stock_name, non_negative, inflows, outflows, at, belt });
        Role::State { initial, law: Law::Flows, min: None }
    }

    /// An expression that is read when a run starts.
    fn initial(&mut self, job: &Job<'s>, of: &Expression) -> String {
        let text = self.expression(job, of).text;
        if self.has_initials { crate::initial::marked(&text) } else { text }
    }

    /// The value of an expression put through points.
    fn through(&mut self, job: &Job<'s>, of: &Expression, points: &Points) -> Piece {
        let argument = self.expression(job, of);
        self.table(job, points);
        let name = job.table.clone().unwrap_or_default();
        Piece::atom(format!("{name}({})", argument.text))
    }

    fn table(&mut self, job: &Job<'s>, points: &Points) {
        let name = job.table.clone().unwrap_or_default();
        self.add_table(name, &job.definition.doc.clone(), points, job.definition.at);
    }

    /// Points in the order of their x.
    pub(super) fn add_table(&mut self, name: String, doc: &str, points: &Points, at: usize) {
        let mut sorted = points.points.clone();
        sorted.sort_by(|a, b| a[0].total_cmp(&b[0]));
        sorted.dedup();
        if let [only] = sorted.as_slice() {
            // A table of one point has its value everywhere.
            let [x, y] = *only;
            sorted.push([x + 1.0, y]);
        }
        if let Some(pair) = sorted.windows(2).find(|pair| matches!(pair, [[a, _], [b, _]] if a >= b)) {
            let x = pair.first().map_or(0.0, |one| one[0]);
            self.faults.refuse(at, format!("a table has two values at x = {x}"));
            return;
        }
        if sorted.is_empty() {
            self.faults.refuse(at, "a table has no points");
            return;
        }
        let (x, y) = sorted.iter().map(|[x, y]| (*x, *y)).unzip();
        self.target.tables.push(Table { name, doc: doc.to_owned(), x, y, shape: points.shape });
    }
}
