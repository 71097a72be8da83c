//! Events: what they set and change is looked up, and their expressions get slots.

use super::{Compiler, join, prefixed};
use crate::declaration::nearest::{nearest, suggestion};
use crate::declaration::param_kind::ParamKind;
use crate::declaration::param_spec::{ParamSpec, Role};
use crate::declaration::params::index_of;
use crate::declaration::range::{Bound, Range};
use crate::declaration::value::Value;
use crate::system::bound_event::{BoundChange, BoundEvent, BoundSet, Computed, Condition, Given};
use crate::system::build_error::{BuildError, EventPart, NO_DATES, Reader};
use crate::system::builder::{Part, SystemBuilder};
use crate::system::built::check_name;
use crate::system::event::{Event, EventSpec};
use crate::system::expression::{Expression, Program, Whose};

/// Timesteps that an event may name, at most: as many as a run may have.
const MOST: f64 = (1_u64 << 40) as f64;

/// An event on its way: where its errors stand, and how names are seen from outside.
struct Reading<'a> {
    event: &'a Event,
    prefix: &'a str,
    is_column: &'a dyn Fn(&str) -> bool,
}

impl Reading<'_> {
    fn refuse(&self, part: EventPart, character: usize, message: impl Into<String>) -> BuildError {
        let event = join(self.prefix, &self.event.name);
        BuildError::Event { event, part, character, message: message.into() }
    }

    fn refuse_whole(&self, message: impl Into<String>) -> BuildError {
        self.refuse(EventPart::Whole, 0, message)
    }
}

impl Compiler {
    /// Compiles the events of a system and of those inside.
    pub(super) fn compile_events(&mut self, builder: &SystemBuilder, prefix: &str) -> Vec<BoundEvent> {
        let mut bound: Vec<BoundEvent> = Vec::new();
        let is_column = &|name: &str| builder.derived.iter().any(|derived| derived.name == name);
        for event in &builder.events {
            let reading = Reading { event, prefix, is_column };
            let path = join(prefix, &format!("event.{}", event.name));
            let taken = self.paths.contains_key(&path) || bound.iter().any(|other| other.spec.name == path);
            if let Err(error) = check_name(&event.name) {
                self.errors.push(reading.refuse(EventPart::Name, 0, error.to_string()));
            } else if taken {
                self.errors.push(reading.refuse(EventPart::Name, 0, "the name is taken"));
            } else if let Some(event) = self.compile_event(&reading, path) {
                bound.push(event);
            }
        }
        for member in &builder.members {
            if let Part::System(inner) = &member.part {
                bound.extend(self.compile_events(inner, &join(prefix, &member.name)));
            }
        }
        bound
    }

    fn compile_event(&mut self, reading: &Reading<'_>, path: String) -> Option<BoundEvent> {
        let Reading { event, prefix, .. } = reading;
        let before = self.errors.len();
        self.check_times(reading);
        let when = event.when.as_ref().and_then(|text| {
            let of = self.event_formula(reading, EventPart::When, text, false)?;
            Some(Condition { of, again: event.again })
        });
        let mut set: Vec<BoundSet> = Vec::new();
        for (name, value) in &event.set {
            if let Some(one) = self.event_set(reading, name, value) {
                let twice = set.iter().any(|other| (other.node, other.index) == (one.node, one.index));
                if twice {
                    self.errors.push(reading.refuse(
                        EventPart::Set(name.clone()),
                        0,
                        format!("`{name}` is set twice"),
                    ));
                }
                set.push(one);
            }
        }
        let mut change = Vec::new();
        for (name, amount) in &event.change {
            change.extend(self.event_change(reading, name, amount));
        }
        if self.errors.len() > before {
            return None;
        }
        let full = |name: &String| join(prefix, name);
        let spec = EventSpec {
            name: path,
            times: event.times().collect(),
            when: event.when.clone(),
            again: event.again,
            set: event.set.iter().map(|(name, value)| (full(name), value.to_string())).collect(),
            change: event.change.iter().map(|(name, amount)| (full(name), amount.clone())).collect(),
        };
        let times = event.times().map(|(key, value)| (time_spec(&event.name, key, value), value)).collect();
        Some(BoundEvent { spec, times, when, set, change })
    }

    fn check_times(&mut self, reading: &Reading<'_>) {
        let event = reading.event;
        let triggers = [event.at.is_some(), event.every.is_some(), event.when.is_some()];
        if triggers.iter().filter(|given| **given).count() != 1 {
            let message = "an event needs one of `at`, `every` and `when`: when it acts";
            self.errors.push(reading.refuse_whole(message));
        }
        for (key, value) in event.times() {
            let wrong = if value == 0 || value as f64 > MOST {
                Some(format!("`{key}` is {value}: allowed is [1, {MOST}] timesteps"))
            } else if matches!(key, "from" | "until") && event.every.is_none() {
                Some(format!("`{key}` is for events that come again and again (`every`)"))
            } else if key == "for" && event.set.is_empty() {
                Some("`for` sets parameters back, and this event sets none".to_owned())
            } else {
                None
            };
            self.errors.extend(wrong.map(|message| reading.refuse(EventPart::Time(key), 0, message)));
        }
        if event.again && event.when.is_none() {
            self.errors.push(reading.refuse_whole("`again` is for events with a condition (`when`)"));
        }
        if event.set.is_empty() && event.change.is_empty() {
            self.errors.push(reading.refuse_whole("an event needs `set` or `change`: what it does"));
        }
    }

    /// The parameter of this name: node and index.
    pub(super) fn parameter(&self, name: &str) -> Option<(usize, usize)> {
        name.match_indices('.').find_map(|(end, _)| {
            let node = *self.paths.get(&name[..end])?;
            Some((node, index_of(self.nodes[node].instance.specs(), &name[end + 1..])?))
        })
    }

    fn event_set(&mut self, reading: &Reading<'_>, name: &str, value: &Value) -> Option<BoundSet> {
        let part = EventPart::Set(name.to_owned());
        let full = join(reading.prefix, name);
        let Some((node, index)) = self.parameter(&full) else {
            if !self.is_refused(&full) {
                let metric = if self.names.contains_key(&full) { ": it is a metric" } else { "" };
                let known = self
                    .nodes
                    .iter()
                    .flat_map(|node| node.instance.specs().iter().map(|spec| join(&node.path, &spec.name)));
                let near = nearest(&full, known);
                let hint = suggestion(near.as_deref());
                let message = format!("there is no parameter `{full}`{metric}{hint}");
                self.errors.push(reading.refuse(part, 0, message));
            }
            return None;
        };
        let spec = self.nodes[node].instance.specs().get(index)?.clone();
        let instance = &self.nodes[node].instance;
        if spec.initial {
            let message = format!("`{full}` is read at the start of a run only: no event changes it");
            self.errors.push(reading.refuse(part, 0, message));
            return None;
        }
        if let Err(error) = instance.takes_changes() {
            self.errors.push(reading.refuse(part, 0, format!("`{full}` cannot be set: {error}")));
            return None;
        }
        let text = match value {
            Value::Text(text) if spec.kind.is_number() && !(spec.optional && text == "none") => Some(text),
            _ => None,
        };
        if let Some(text) = text {
            let of = self.event_formula(reading, part, text, true)?;
            let truth = spec.kind == ParamKind::Bool;
            return Some(BoundSet { node, index, name: full, given: Given::Computed { of, truth } });
        }
        let mut probe = instance.boxed();
        if let Err(issue) = probe.set(index, value) {
            let path = self.nodes[node].path.clone();
            self.errors.push(reading.refuse(part, 0, issue.nested(&path).to_string()));
            return None;
        }
        Some(BoundSet { node, index, name: full, given: Given::Value(value.clone()) })
    }

    fn event_change(&mut self, reading: &Reading<'_>, name: &str, amount: &str) -> Option<BoundChange> {
        let part = EventPart::Change(name.to_owned());
        let full = join(reading.prefix, name);
        let found = full.match_indices('.').find_map(|(end, _)| {
            let node = *self.paths.get(&full[..end])?;
            Some((
                node,
                self.nodes[node].instance.states().iter().position(|state| *state == &full[end + 1..])?,
            ))
        });
        let Some((node, state)) = found else {
            if !self.is_refused(&full) {
                let known: Vec<String> = (self.nodes.iter())
                    .flat_map(|node| node.instance.states().into_iter().map(|state| join(&node.path, state)))
                    .collect();
                let hint = if known.is_empty() {
                    "; components of equations have states that can be changed".to_owned()
                } else {
                    suggestion(nearest(&full, &known).as_deref())
                };
                let message = format!("there is no state `{full}` that an event can change{hint}");
                self.errors.push(reading.refuse(part, 0, message));
            }
            return None;
        };
        let of = self.event_formula(reading, part, amount, false)?;
        Some(BoundChange { node, state, name: full, of })
    }

    /// An expression of an event and the slot of its value. Where `sets` holds, a name that is both a column and a parameter is
    /// refused: whoever halves a parameter means the parameter.
    fn event_formula(
        &mut self,
        reading: &Reading<'_>,
        part: EventPart,
        text: &str,
        sets: bool,
    ) -> Option<Computed> {
        let reader = Reader::Event(join(reading.prefix, &reading.event.name));
        let parsed = Expression::parse_in_system(text);
        if let Some((function, character)) = parsed.as_ref().ok().and_then(|parsed| self.undated(parsed)) {
            let message = format!("it asks for the date by `{function}()`{NO_DATES}");
            self.errors.push(reading.refuse(part, character, message));
            return None;
        }
        let mut expansion = self.expansion(Whose::Event, reading.is_column);
        let expression = match parsed.and_then(|parsed| expansion.expand(&parsed)) {
            Ok(expression) => prefixed(&expression, reading.prefix),
            Err(error) => {
                let character = error.column.saturating_sub(1);
                self.errors.push(reading.refuse(part, character, error.to_string()));
                return None;
            }
        };
        let both = |name: &&str| sets && self.names.contains_key(*name) && self.parameter(name).is_some();
        if let Some(name) = expression.names().into_iter().find(both) {
            let message = format!(
                "`{name}` is a column and a parameter: write param({name}) for the parameter, or give the column another \
                 name by a derived one"
            );
            self.errors.push(reading.refuse(part, expression.character_of(name), message));
            return None;
        }
        let plain = |name: &str| !self.names.contains_key(name) && self.parameter(name).is_some();
        let expression = expression.with_params(&plain);
        let known = self.errors.len();
        if !self.know(&expression, &reader) {
            // Said as other errors of the event are, at their place in its expression.
            for error in self.errors.split_off(known) {
                let character = match &error {
                    BuildError::UnknownSource { name, .. }
                    | BuildError::UnknownParam { name, .. }
                    | BuildError::ParamKind { name, .. } => expression.character_of(name),
                    _ => 0,
                };
                let message = error.to_string().replace(&format!("{reader} reads "), "it reads ");
                self.errors.push(reading.refuse(part.clone(), character, message));
            }
            return None;
        }
        let (formula, slot) = (self.formula(&expression), self.slot());
        Some(Computed { program: Program::of(&formula, slot), formula, slot })
    }
}

/// A time of an event as a parameter of the system.
fn time_spec(event: &str, key: &'static str, value: u64) -> ParamSpec {
    let doc = match key {
        "at" => format!("Timestep at which event `{event}` acts."),
        "every" => format!("Timesteps after which event `{event}` acts again."),
        "from" => format!("First timestep at which event `{event}` acts."),
        "until" => format!("Last timestep at which event `{event}` may act."),
        _ => format!("Timesteps after which event `{event}` sets parameters back."),
    };
    ParamSpec {
        name: key.into(),
        aliases: Vec::new(),
        kind: ParamKind::U64,
        optional: false,
        default: Value::U64(value),
        range: Range { lower: Bound::Inclusive(1.0), upper: Bound::Inclusive(MOST) },
        soft: Range::ALL,
        step: None,
        unit: "timestep".into(),
        doc: doc.into(),
        role: Role::Controllable,
        random: None,
        initial: true,
    }
}
