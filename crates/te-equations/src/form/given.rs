//! What is given to a run: parameters, constants and inputs.

use super::entry::{Keys, Reader};
use super::{Form, Role};
use crate::tree::{Data, Entry};
use std::borrow::Cow;
use te_core::{ParamKind, ParamSpec, Role as ParamRole, Value};

impl<'t> Reader<'t> {
    pub(super) fn param(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let allowed = [
            "default", "min", "max", "above", "below", "soft_min", "soft_max", "step", "role", "alias",
            "type", "initial", "unit", "doc",
        ];
        let keys = self.keys(title, &entry.value, &allowed);
        let kind = self.kind(&keys);
        let roles = [("controllable", ParamRole::Controllable), ("environment", ParamRole::Environment)];
        let mut spec = ParamSpec {
            name: Cow::Owned(entry.key.clone()),
            aliases: Vec::new(),
            kind,
            optional: false,
            default: Value::F64(0.0),
            range: self.bounds(&keys, ["min", "above", "max", "below"]),
            soft: self.bounds(&keys, ["soft_min", "", "soft_max", ""]),
            step: self.number(&keys, "step"),
            unit: Cow::Borrowed(""),
            doc: Cow::Borrowed(""),
            role: self.choice(&keys, "role", &roles).unwrap_or_default(),
            random: None,
            initial: self.boolean(&keys, "initial"),
        };
        if let ParamKind::Choice(names) = &spec.kind {
            spec.default = names.first().map_or(Value::F64(0.0), |name| Value::Text(name.to_string()));
            let keys = ["min", "max", "above", "below", "soft_min", "soft_max", "step", "unit"]
                .map(|key| keys.get(key));
            for bound in keys.into_iter().flatten() {
                self.refuse(
                    &bound.key_span,
                    format!("`{}` of {title} is for numbers: it is a choice", bound.key),
                );
            }
        }
        spec.aliases = self
            .texts(&keys, "alias")
            .unwrap_or_default()
            .into_iter()
            .map(|(alias, _)| Cow::Owned(alias))
            .collect();
        let quantity = self.quantity(&keys, entry, Role::Param);
        spec.unit = Cow::Owned(quantity.unit_text.clone());
        spec.doc = Cow::Owned(quantity.doc.clone());
        match keys.get("default") {
            None => self.refuse(&entry.key_span, format!("{title} needs `default`")),
            Some(default) => match spec.accept(&default.value.value()) {
                Ok(value) => spec.default = value,
                Err(issue) => self.refuse(&default.value.span, format!("`default` of {title}: {issue}")),
            },
        }
        form.params.push(spec);
        form.quantities.push(quantity);
    }

    /// `"float"`, `"integer"`, `"boolean"`, or a list of what can be chosen.
    fn kind(&mut self, keys: &Keys<'t>) -> ParamKind {
        let Some(entry) = keys.get("type") else { return ParamKind::F64 };
        if let Data::List(items) = &entry.value.data {
            let names = self.texts(keys, "type").unwrap_or_default();
            let mut known: Vec<Cow<'static, str>> = Vec::new();
            for (name, span) in names {
                if name.is_empty()
                    || name.contains(['"', '\''])
                    || known.contains(&Cow::Borrowed(name.as_str()))
                {
                    self.refuse(
                        &span,
                        format!("{} offers `{name}`: choices are words, each once", keys.name),
                    );
                }
                known.push(Cow::Owned(name));
            }
            if items.len() < 2 {
                self.refuse(
                    &entry.value.span,
                    format!("{} offers no choice: two words or more are wanted", keys.name),
                );
            }
            return ParamKind::Choice(Cow::Owned(known));
        }
        let kinds = [("float", ParamKind::F64), ("integer", ParamKind::I64), ("boolean", ParamKind::Bool)];
        let places = [("float", 0), ("integer", 1), ("boolean", 2)];
        kinds[self.choice(keys, "type", &places).unwrap_or(0)].1.clone()
    }

    pub(super) fn constant(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let keys = self.keys(title, &entry.value, &["value", "unit", "doc"]);
        if keys.get("value").is_none() {
            self.refuse(&entry.key_span, format!("{title} needs `value`"));
        }
        let value = self.number(&keys, "value").unwrap_or(0.0);
        form.quantities.push(self.quantity(&keys, entry, Role::Constant(value)));
    }

    pub(super) fn input(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let keys = self.keys(title, &entry.value, &["default", "initial", "unit", "doc"]);
        let (default, initial) = (self.number(&keys, "default"), self.number(&keys, "initial"));
        if keys.get("default").is_none() && keys.get("initial").is_none() {
            let message = format!(
                "{title} needs `default`, or, where it must be wired, `initial`: its value before the first step"
            );
            self.refuse(&entry.key_span, message);
        }
        let initial = initial.or(default).unwrap_or(0.0);
        form.quantities.push(self.quantity(&keys, entry, Role::Input { default, initial }));
    }
}
