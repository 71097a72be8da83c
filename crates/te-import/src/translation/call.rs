//! Calls: functions, tables, reductions of arrays, macros.

use super::render::{After, Saying, Visited};
use super::{MOST_SCOPES, Piece, Translation, number};
use crate::dimension::Setting;
use crate::expression::{Dialect, Node, Op, Subscript, key};
use crate::fault::shortened;
use crate::function::{Function, Reduction, forms, is_known, level, reduction};
use crate::scope::{Alias, Found, Scope, find};
use crate::source::{Meaning, Points, Shape};
use crate::target::{Law, Role};
use std::rc::Rc;

/// Functions that are refused, with a reason of their own.
const REFUSED: [(&str, &str); 12] = [
    ("allocate_available", "it allots by priority curves"),
    ("allocate_by_priority", "it allots by priority curves"),
    ("vector_select", "it works on vectors"),
    ("vector_order", "it works on vectors"),
    ("vector_sort_order", "it works on vectors"),
    ("vector_rank", "it works on vectors"),
    ("vector_reorder", "it works on vectors"),
    ("vector_elm_map", "it works on vectors"),
    ("invert_matrix", "it works on matrices"),
    ("find_zero", "it solves an equation in every step"),
    ("rank", "it works on vectors"),
    ("stddev", "dialects do not agree on its divisor"),
];

/// A table read otherwise than it is declared.
#[derive(Clone, Copy)]
enum Reading {
    AsItIs,
    Extended,
    Forward,
    Backward,
    Inverse,
}

fn reading(name: &str, dialect: Dialect) -> Option<Reading> {
    match (name, dialect) {
        ("lookup", _) => Some(Reading::AsItIs),
        ("lookup_extrapolate", Dialect::Vensim) => Some(Reading::Extended),
        ("lookup_forward", Dialect::Vensim) => Some(Reading::Forward),
        ("lookup_backward", Dialect::Vensim) => Some(Reading::Backward),
        ("lookup_invert", _) => Some(Reading::Inverse),
        _ => None,
    }
}

impl<'s> Translation<'s> {
    pub(super) fn call(
        &mut self,
        saying: &Saying<'_, '_>,
        name: &str,
        subscripts: &[Subscript],
        arguments: &[usize],
        setting: &Rc<Setting>,
    ) -> Result<Visited, String> {
        let own = key(name);
        let dialect = self.source.dialect;
        let same = |parts: &[usize]| parts.iter().map(|at| (*at, Rc::clone(setting))).collect::<Vec<_>>();
        let arity =
            |wanted: &str| format!("`{}` takes {wanted}, {} are given", shortened(name), arguments.len());
        if arguments.is_empty()
            && let Some(piece) = self.builtin(&own, saying)
        {
            return Ok(Visited::Piece(piece));
        }
        if let Some(table) = self.table_of(saying.scope, name, subscripts, setting)? {
            return match arguments {
                [x] => Ok(Visited::After(After::Table(table), same(&[*x]))),
                _ => Err(arity("1 argument")),
            };
        }
        if let Some(at) = self.macros.get(&own).copied() {
            return Ok(Visited::After(After::Macro(at, arguments.len()), same(arguments)));
        }
        if let Some(reading) = reading(&own, dialect) {
            let [table, x] = arguments else { return Err(arity("2 arguments")) };
            let Node::Name { name, subscripts } = saying.of.node(*table) else {
                return Err(format!("the first argument of `{}` is the name of a table", shortened(name)));
            };
            let Some(table) = self.table_of(saying.scope, name, subscripts, setting)? else {
                return Err(format!("there is no table `{}`", shortened(name)));
            };
            return self.read_otherwise(saying, table, reading, (*x, setting));
        }
        match (own.as_str(), arguments) {
            ("with_lookup", [x, table]) => {
                let Node::Points(points) = saying.of.node(*table) else {
                    return Err("the second argument of WITH LOOKUP is a list of points".to_owned());
                };
                return Ok(Visited::After(After::With(points.clone()), same(&[*x])));
            }
            ("elmcount" | "size", [of]) => return self.size(saying, *of).map(Visited::Piece),
            ("active_initial", [of, initial]) => {
                return Ok(Visited::After(After::Active, same(&[*of, *initial])));
            }
            ("integ", [rate, initial]) => return Ok(Visited::After(After::Stock, same(&[*rate, *initial]))),
            ("get_time_value", [base, offset, unit]) => {
                return Ok(Visited::After(After::TimeValue, same(&[*base, *offset, *unit])));
            }
            // `IF(condition)` with THEN and ELSE is read as such; with commas it is a function of some tools.
            ("if", [_, _, _]) => return Ok(Visited::After(After::If, same(arguments))),
            _ => {}
        }
        if let Some(reduction) = reduction(&own, arguments.len(), dialect)
            && let [of] = arguments
        {
            let settings = self.gone_through(saying, *of, setting)?;
            let count = settings.len();
            let visits = settings.into_iter().map(|setting| (*of, setting)).collect();
            return Ok(Visited::After(After::Reduction(reduction, count), visits));
        }
        if let Some((_, why)) = REFUSED.iter().find(|(refused, _)| *refused == own) {
            return Err(format!("cannot be imported: `{}`: {why}", shortened(name)));
        }
        if own.starts_with("get_") {
            return Err(format!("cannot be imported: `{}` reads another file", shortened(name)));
        }
        if !is_known(&own, dialect) {
            if find(&self.scopes, saying.scope, &own).is_some() {
                return Err(format!("`{}` is no table: it cannot be called", shortened(name)));
            }
            return Err(format!("cannot be imported: there is no function `{}`", shortened(name)));
        }
        let Some(form) = forms(&own, dialect).find(|form| form.arguments == arguments.len()) else {
            let counts: Vec<String> = forms(&own, dialect).map(|form| form.arguments.to_string()).collect();
            return Err(arity(&format!("{} arguments", counts.join(" or "))));
        };
        Ok(Visited::After(After::Function(form), same(arguments)))
    }

    /// The table of a name, where it is one.
    fn table_of(
        &self,
        scope: usize,
        name: &str,
        subscripts: &[Subscript],
        setting: &Setting,
    ) -> Result<Option<String>, String> {
        let Some(Found::Array(array)) = find(&self.scopes, scope, &key(name)) else { return Ok(None) };
        if array.items.values().all(|item| item.table.is_none()) {
            return Ok(None);
        }
        let elements = self.elements(name, array, subscripts, setting)?;
        match array.items.get(&elements.join(",")) {
            Some(item) => Ok(item.table.clone()),
            None => Err(format!("the table `{}` has no element `{}`", shortened(name), elements.join(", "))),
        }
    }

    fn read_otherwise(
        &mut self,
        saying: &Saying<'_, '_>,
        table: String,
        reading: Reading,
        (x, setting): (usize, &Rc<Setting>),
    ) -> Result<Visited, String> {
        let call = |table| Ok(Visited::After(After::Table(table), vec![(x, Rc::clone(setting))]));
        if matches!(reading, Reading::AsItIs) {
            return call(table);
        }
        // Tables are defined with the rest: their points are those of the definition.
        let points = self.points_of(&table).ok_or_else(|| format!("the table `{table}` is not known"))?;
        let points = match reading {
            Reading::Forward => return Err("cannot be imported: `LOOKUP FORWARD`".to_owned()),
            Reading::Inverse => {
                Points { points: points.points.iter().map(|[x, y]| [*y, *x]).collect(), ..points }
            }
            Reading::Extended => Points { shape: Shape::Extrapolate, ..points },
            Reading::Backward | Reading::AsItIs => Points { shape: Shape::Discrete, ..points },
        };
        let name = self.names.give(&format!("{} {table}", saying.owner.trim_start_matches('_')));
        self.add_table(name.clone(), "", &points, saying.of.place(x));
        call(name)
    }

    /// The points of a table by its name in equations.
    fn points_of(&self, name: &str) -> Option<Points> {
        if let Some(table) = self.target.tables.iter().find(|table| table.name == name) {
            let points = table.x.iter().zip(&table.y).map(|(x, y)| [*x, *y]).collect();
            return Some(Points { points, shape: table.shape });
        }
        let job = self.jobs.iter().find(|job| job.table.as_deref() == Some(name))?;
        match &job.definition.meaning {
            Meaning::Table(points)
            | Meaning::Equation(_, Some(points))
            | Meaning::Flow(_, Some(points), _) => Some(points.clone()),
            _ => None,
        }
    }

    fn size(&self, saying: &Saying<'_, '_>, of: usize) -> Result<Piece, String> {
        let Node::Name { name, .. } = saying.of.node(of) else {
            return Err(
                "the size of a dimension or of an array is asked for: its name is expected".to_owned()
            );
        };
        let own = key(name);
        if self.dimensions.is_dimension(&own) {
            return Ok(Piece::number(self.dimensions.size(&own) as f64));
        }
        match find(&self.scopes, saying.scope, &own) {
            Some(Found::Array(array)) => Ok(Piece::number(array.items.len() as f64)),
            _ => Err(format!("`{}` is neither a dimension nor an array", shortened(name))),
        }
    }

    /// The settings in which the argument of a reduction is said: one for each element that it goes through.
    fn gone_through(
        &self,
        saying: &Saying<'_, '_>,
        of: usize,
        setting: &Rc<Setting>,
    ) -> Result<Vec<Rc<Setting>>, String> {
        let mut through: Vec<String> = Vec::new();
        let mut add = |name: &String| {
            if self.dimensions.is_dimension(name) && !through.contains(name) {
                through.push(name.clone());
            }
        };
        for at in saying.of.below(of) {
            let (Node::Name { name, subscripts } | Node::Call { name, subscripts, .. }) = saying.of.node(at)
            else {
                continue;
            };
            let Some(Found::Array(array)) = find(&self.scopes, saying.scope, &key(name)) else {
                continue;
            };
            let xmile = self.source.dialect == Dialect::Xmile;
            if subscripts.is_empty() && xmile {
                array.left.iter().for_each(&mut add);
            }
            for (subscript, dimension) in subscripts.iter().zip(&array.left) {
                if subscript.key == "*" {
                    add(dimension);
                } else if subscript.every
                    || (xmile && self.dimensions.resolve(&subscript.key, setting).is_err())
                {
                    add(&subscript.key);
                }
            }
        }
        let mut found = vec![(**setting).clone()];
        for dimension in through {
            let elements = self.dimensions.elements(&dimension);
            if found.len().saturating_mul(elements.len()) > self.left {
                return Err(super::TOO_MANY.to_owned());
            }
            let further = |setting: &Setting| -> Vec<Setting> {
                let one = |element: &String| {
                    setting.iter().cloned().chain([(format!("{dimension}!"), element.clone())]).collect()
                };
                elements.iter().map(one).collect()
            };
            found = found.iter().flat_map(further).collect();
        }
        Ok(found.into_iter().map(Rc::new).collect())
    }

    /// What an operator, a function or a macro is, once its arguments are said.
    pub(super) fn after(
        &mut self,
        saying: &Saying<'_, '_>,
        after: After,
        arguments: &[Piece],
        at: usize,
    ) -> Result<Piece, String> {
        match (after, arguments) {
            (After::Unary(op), [x]) => Ok(unary(op, x)),
            (After::If, [c, a, b]) => Ok(Piece::atom(format!("if({}, {}, {})", c.text, a.text, b.text))),
            (After::Table(table), [x]) => Ok(Piece::atom(format!("{table}({})", x.text))),
            (After::With(points), [x]) => {
                let name = self.names.give(&format!("{} table", saying.owner.trim_start_matches('_')));
                self.add_table(name.clone(), "", &Points { points, shape: Shape::Continuous }, at);
                Ok(Piece::atom(format!("{name}({})", x.text)))
            }
            (After::Stock, [rate, initial]) => {
                let initial = if self.has_initials {
                    crate::initial::marked(&initial.text)
                } else {
                    initial.text.clone()
                };
                let role = Role::State { initial, law: Law::Rate(rate.text.clone()), min: None };
                Ok(Piece::atom(self.add_hidden(saying.owner, "stock", role)))
            }
            (After::Active, [of, initial]) => {
                self.initials.insert(saying.owner.to_owned(), initial.text.clone());
                Ok(of.clone())
            }
            (After::TimeValue, [base, offset, unit]) => self.time_value(base, offset, unit),
            (After::Reduction(reduction, count), _) => Ok(reduced(reduction, arguments, count)),
            (After::Function(function), _) => self.function(saying, function, arguments, at),
            (After::Macro(called, _), _) => self.expanded(saying, called, arguments),
            _ => Err("arguments are missing".to_owned()),
        }
    }

    /// The time of the model's own clock, or that since a time: calendars are refused.
    fn time_value(&self, base: &Piece, offset: &Piece, unit: &Piece) -> Result<Piece, String> {
        let start = self.source.times.start;
        if unit.text != "0" {
            return Err("cannot be imported: GET TIME VALUE in units of a calendar".to_owned());
        }
        match base.text.as_str() {
            "0" if start == 0.0 => {
                Ok(Piece { text: format!("time + {}", offset.at(level::ADD)), level: level::ADD })
            }
            "0" => Ok(Piece {
                text: format!("time + {} + {}", number(start), offset.at(level::ADD)),
                level: level::ADD,
            }),
            "1" => Ok(Piece {
                text: format!("{} + {}", number(start), offset.at(level::ADD)),
                level: level::ADD,
            }),
            _ => Err("cannot be imported: GET TIME VALUE from a date".to_owned()),
        }
    }

    fn function(
        &mut self,
        saying: &Saying<'_, '_>,
        function: &'static Function,
        arguments: &[Piece],
        at: usize,
    ) -> Result<Piece, String> {
        if !function.note.is_empty() {
            self.faults.note(at, format!("`{}`: {}", function.name.to_uppercase(), function.note));
        }
        if let ("delay_n", Dialect::Vensim, [x, time, initial, order]) =
            (function.name, self.source.dialect, arguments)
        {
            return self.stages(saying, [x, time, initial, order], at);
        }
        let mut arguments = arguments.to_vec();
        let mut drawn = String::new();
        if !function.draw.is_empty() {
            let of = self.filled(saying, function.draw, &mut arguments)?;
            let start = start_of(function, &arguments);
            drawn = self.add_hidden(saying.owner, "draw", Role::Draw { of, start });
        }
        let template = function.template.replace("{d}", &drawn);
        let text = self.filled(saying, &template, &mut arguments)?;
        Ok(Piece { text, level: if function.template == "{d}" { level::ATOM } else { function.level } })
    }

    /// A template with its arguments.
    fn filled(
        &mut self,
        saying: &Saying<'_, '_>,
        template: &str,
        arguments: &mut [Piece],
    ) -> Result<String, String> {
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (mark, after) = after.split_once('}').unwrap_or((after, ""));
            rest = after;
            if let Some(index) = mark.strip_prefix('~').and_then(|index| index.parse::<usize>().ok()) {
                if let Some(piece) = arguments.get(index).filter(|_| self.has_initials) {
                    text.push_str(", ");
                    text.push_str(&crate::initial::marked(&piece.text));
                }
                continue;
            }
            let (index, how) = mark.split_once(':').unwrap_or((mark, ""));
            let Some(piece) = index.parse::<usize>().ok().and_then(|index| arguments.get_mut(index)) else {
                continue;
            };
            match how {
                "s" => {
                    if !piece.is_simple() {
                        let role = Role::Let(piece.text.clone());
                        *piece = Piece::atom(self.add_hidden(saying.owner, "part", role));
                    }
                    text.push_str(&piece.text);
                }
                "t" => text.push_str(&self.since_start(piece)),
                "m" if self.has_initials => text.push_str(&crate::initial::marked(&piece.text)),
                "" | "m" => text.push_str(&piece.text),
                "o" if piece.text == "0" => {}
                "o" => text.extend([", ", &piece.text]),
                "d" => text.push_str(&self.whole_steps(&piece.text)),
                "f" if self.is_fixed(&piece.text) => text.push_str(&piece.text),
                "f" => text.extend(["initial(", &piece.text, ")"]),
                "k" => match piece.text.parse::<f64>().ok().or_else(|| self.at_start(&piece.text)) {
                    Some(x) if x.trunc() >= 1.0 => text.push_str(&number(x.trunc())),
                    _ => {
                        return Err(format!(
                            "the order `{}` is no number that is known",
                            shortened(&piece.text)
                        ));
                    }
                },
                how => text.push_str(&piece.at(how.parse().unwrap_or(level::ATOM))),
            }
        }
        text.push_str(rest);
        Ok(text)
    }

    /// The number that a quantity is when a run starts, where it follows from numbers.
    fn at_start(&self, name: &str) -> Option<f64> {
        let job = self.defined.get(name)?;
        let scope = job.scope;
        let equation = |job: &super::Job<'s>| match &job.definition.meaning {
            Meaning::Equation(of, None) | Meaning::Fixed(of) => Some(of),
            _ => None,
        };
        let mut read = |name: &str| match find(&self.scopes, scope, name)? {
            Found::Array(array) => {
                let value = array.items.get("")?.value.as_ref()?;
                equation(self.defined.get(value)?)
            }
            Found::Piece(_) => None,
        };
        crate::start::at_start(equation(job)?, Some(self.source.times.start), &mut read)
    }

    /// Whether an expression is the same in all steps of a run: a number, or the name of one.
    fn is_fixed(&self, text: &str) -> bool {
        let number = |job: &super::Job<'s>| match &job.definition.meaning {
            Meaning::Equation(of, None) | Meaning::Fixed(of) => of.as_number().is_some(),
            Meaning::Numbers(_) => true,
            _ => false,
        };
        text.parse::<f64>().is_ok() || text == "dt" || self.defined.get(text).is_some_and(number)
    }

    /// A time that stays, of at least a step.
    fn whole_steps(&self, time: &str) -> String {
        let dt = self.source.times.dt;
        if let Ok(x) = time.parse::<f64>() {
            return number(x.max(dt));
        }
        match (self.is_fixed(time), self.at_start(time)) {
            (true, Some(x)) if x >= dt => time.to_owned(),
            (true, _) => format!("max({time}, dt)"),
            (false, _) => format!("initial(max({time}, dt))"),
        }
    }

    /// Vensim's DELAY N: a time that changes reaches the second stage a step after the first, and so on. No more stages are
    /// taken than there are steps in the time.
    fn stages(
        &mut self,
        saying: &Saying<'_, '_>,
        arguments: [&Piece; 4],
        at: usize,
    ) -> Result<Piece, String> {
        let [x, time, initial, order] = arguments;
        let known = |text: &str| text.parse::<f64>().ok().or_else(|| self.at_start(text));
        let Some(asked) = known(&order.text).map(f64::trunc).filter(|n| (1.0..=100.0).contains(n)) else {
            return Err(format!(
                "the order `{}` is no number from 1 to 100 that is known",
                shortened(&order.text)
            ));
        };
        let mut stages = asked;
        if let Some(time) = known(&time.text) {
            while stages > 1.0 && stages * self.source.times.dt > time * (1.0 + 1e-9) {
                stages -= 1.0;
            }
        }
        if stages < asked {
            self.faults.note(
                at,
                format!(
                    "`DELAY N`: {stages} stages are taken for {asked}: there are no more steps in its time"
                ),
            );
        }
        let initial =
            if self.has_initials { crate::initial::marked(&initial.text) } else { initial.text.clone() };
        if self.is_fixed(&time.text) {
            return Ok(Piece::atom(format!(
                "delay_n({}, {}, {}, {initial})",
                x.text,
                time.text,
                number(stages)
            )));
        }
        let part = format!("{} / {}", time.at(level::MULTIPLY), number(stages));
        let mut time = self.add_hidden(saying.owner, "stage time", Role::Let(part));
        let first = time.clone();
        let mut enters = x.text.clone();
        let mut stage = 0.0;
        while stage < stages {
            stage += 1.0;
            if stage > 1.0 {
                time = self.add_hidden(
                    saying.owner,
                    "stage time",
                    Role::Let(format!("previous({time}, {time})")),
                );
            }
            let level = self.add_hidden(saying.owner, "stage", Role::Constant(0.0));
            let out = self.add_hidden(saying.owner, "stage out", Role::Let(format!("{level} / {time}")));
            let role = Role::State {
                initial: format!("({initial}) * {first}"),
                law: Law::Rate(format!("{enters} - {out}")),
                min: None,
            };
            if let Some(made) = self.target.quantities.iter_mut().find(|one| one.name == level) {
                made.role = role;
            }
            enters = out;
        }
        Ok(Piece::atom(enters))
    }

    /// A time of the model counted from the start of a run.
    fn since_start(&self, piece: &Piece) -> String {
        let start = self.source.times.start;
        if start == 0.0 {
            return piece.text.clone();
        }
        if let Ok(x) = piece.text.parse::<f64>() {
            return number(x - start);
        }
        let (sign, size) = if start < 0.0 { ('+', -start) } else { ('-', start) };
        format!("{} {sign} {}", piece.at(level::ADD), number(size))
    }

    /// A call of a macro: its equations under the call's name.
    fn expanded(
        &mut self,
        saying: &Saying<'_, '_>,
        called: usize,
        arguments: &[Piece],
    ) -> Result<Piece, String> {
        let Some(called) = self.source.macros.get(called) else {
            return Err("a macro is missing".to_owned());
        };
        let depth = self.scopes.get(saying.scope).map_or(0, |scope| scope.depth) + 1;
        if depth > 20 || self.scopes.len() >= MOST_SCOPES {
            return Err(format!("the macro `{}` calls itself, or is called too often", called.name));
        }
        if called.inputs.len() != arguments.len() || !called.outputs.is_empty() {
            let outputs = if called.outputs.is_empty() { "" } else { "; further outputs cannot be imported" };
            return Err(format!(
                "the macro `{}` takes {} inputs, {} are given{outputs}",
                called.name,
                called.inputs.len(),
                arguments.len()
            ));
        }
        let owner = saying.owner.trim_start_matches('_').to_owned();
        let mut aliases = std::collections::HashMap::new();
        for (input, piece) in called.inputs.iter().zip(arguments) {
            let piece = if piece.is_simple() {
                piece.clone()
            } else {
                Piece::atom(self.add_hidden(&owner, input, Role::Let(piece.text.clone())))
            };
            aliases.insert(key(input), Alias::Piece(piece));
        }
        let scope = self.scopes.len();
        let prefix = format!("{owner} {} ", called.name);
        self.scopes.push(Scope { prefix, aliases, depth, is_call: true, ..Scope::default() });
        self.register(scope, &called.body);
        match find(&self.scopes, scope, &key(&called.name)) {
            Some(Found::Array(array)) => {
                let value = array.items.get("").and_then(|item| item.value.clone());
                value.map(Piece::atom).ok_or_else(|| format!("the macro `{}` has no value", called.name))
            }
            _ => Err(format!("the macro `{}` has no equation of its own name", called.name)),
        }
    }
}

/// What a random number is before the first draw: its mean, where that is known.
fn start_of(function: &Function, arguments: &[Piece]) -> f64 {
    let number = |at: usize| arguments.get(at).and_then(|piece| piece.text.parse::<f64>().ok());
    match (function.name, number(0), number(1), number(2)) {
        ("random" | "uniform" | "random_uniform", Some(a), Some(b), _) => f64::midpoint(a, b),
        ("normal" | "lognormal" | "exprnd", Some(mean), ..) | ("random_normal", _, _, Some(mean)) => mean,
        ("random_0_1", ..) => 0.5,
        _ => 0.0,
    }
}

fn unary(op: Op, x: &Piece) -> Piece {
    match op {
        Op::Minus => match x.text.parse::<f64>() {
            Ok(number) if x.level == level::ATOM => Piece::number(-number),
            _ => Piece { text: format!("-{}", x.at(level::UNARY + 1)), level: level::UNARY },
        },
        Op::Not => Piece { text: format!("not ({})", x.text), level: level::UNARY },
        _ => x.clone(),
    }
}

pub(super) fn binary(op: Op, a: Piece, b: &Piece) -> Piece {
    let (sign, own) = match op {
        Op::Or => ("or", level::OR),
        Op::And => ("and", level::AND),
        Op::Equal => ("==", level::COMPARE),
        Op::NotEqual => ("!=", level::COMPARE),
        Op::Less => ("<", level::COMPARE),
        Op::LessEqual => ("<=", level::COMPARE),
        Op::Greater => (">", level::COMPARE),
        Op::GreaterEqual => (">=", level::COMPARE),
        Op::Add => ("+", level::ADD),
        Op::Subtract => ("-", level::ADD),
        Op::Multiply => ("*", level::MULTIPLY),
        Op::Divide => ("/", level::MULTIPLY),
        Op::Modulo => ("%", level::MULTIPLY),
        _ => ("^", level::POWER),
    };
    let (left, right) = match own {
        // Powers bind to the right, comparisons to neither side.
        level::POWER => (level::ATOM, level::ATOM),
        level::COMPARE => (own + 1, own + 1),
        _ => (own, own + 1),
    };
    // The left side grows in place: a sum of many terms would be copied for each.
    let mut text = if a.level >= left { a.text } else { a.at(left) };
    text.push(' ');
    text.push_str(sign);
    text.push(' ');
    if b.level >= right {
        text.push_str(&b.text);
    } else {
        text.push_str(&b.at(right));
    }
    Piece { text, level: own }
}

fn reduced(reduction: Reduction, pieces: &[Piece], count: usize) -> Piece {
    let joined = |sign: &str, own: u8| {
        if let [only] = pieces {
            return only.clone();
        }
        let texts: Vec<String> = pieces.iter().map(|piece| piece.at(own)).collect();
        Piece { text: texts.join(sign), level: own }
    };
    let listed = |name: &str| match pieces {
        [only] => only.clone(),
        _ => Piece::atom(format!(
            "{name}({})",
            pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(", ")
        )),
    };
    match reduction {
        _ if pieces.is_empty() => Piece::atom("0"),
        Reduction::Sum => joined(" + ", level::ADD),
        Reduction::Product => joined(" * ", level::MULTIPLY),
        Reduction::Most => listed("max"),
        Reduction::Least => listed("min"),
        Reduction::Mean => {
            let sum = joined(" + ", level::ADD);
            Piece { text: format!("{} / {count}", sum.at(level::MULTIPLY)), level: level::MULTIPLY }
        }
    }
}
