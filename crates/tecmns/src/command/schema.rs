//! JSON Schema (2020-12) of a kind's parameters, for editors and forms.
//!
//! What the schema's words cannot say stands in keys of its own, which validators ignore: `x-unit`, `x-role`, `x-random` (the
//! distribution of a parameter that is drawn), `x-step` (a sensible increment), `x-soft-minimum` and `x-soft-maximum` (usual
//! values, never enforced), `x-aliases` and, at another spelling, `x-alias-of`.

use serde_json::{Value, json};
use te_core::{Bound, Kind, ParamKind, ParamSpec, Range};

/// The schema of a table `params` of this kind.
pub(super) fn schema(kind: &Kind) -> Value {
    let mut root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.name,
        "description": kind.doc,
        "type": "object",
        "additionalProperties": false,
        "properties": {},
    });
    for spec in kind.params() {
        let property = property(spec);
        for alias in &spec.aliases {
            let mut other = property.clone();
            other["x-alias-of"] = json!(spec.name);
            insert(&mut root, &alias.split('.').collect::<Vec<_>>(), other);
        }
        insert(&mut root, &spec.name.split('.').collect::<Vec<_>>(), property);
    }
    root
}

fn insert(object: &mut Value, path: &[&str], property: Value) {
    match path {
        [] => {}
        [name] => object["properties"][*name] = property,
        [head, rest @ ..] => {
            let inner = &mut object["properties"][*head];
            if inner.is_null() {
                *inner = json!({ "type": "object", "additionalProperties": false, "properties": {} });
            }
            insert(inner, rest, property);
        }
    }
}

fn property(spec: &ParamSpec) -> Value {
    let mut value = match &spec.kind {
        ParamKind::F64 => json!({ "type": "number" }),
        ParamKind::I64 => json!({ "type": "integer" }),
        ParamKind::U64 => json!({ "type": "integer", "minimum": 0 }),
        ParamKind::Bool => json!({ "type": "boolean" }),
        ParamKind::Decimal => json!({ "type": ["string", "number"] }),
        ParamKind::Text => json!({ "type": "string" }),
        ParamKind::Choice(names) => json!({ "enum": names }),
        ParamKind::List => json!({ "type": "array" }),
        ParamKind::Table => json!({ "type": "object" }),
    };
    if spec.kind == ParamKind::List {
        // A list's range is that of its items; bounds say nothing of what is no number.
        let mut items = json!({});
        bound(&mut items, spec.range);
        if items != json!({}) {
            value["items"] = items;
        }
    } else {
        bound(&mut value, spec.range);
    }
    let mut out = if spec.optional { json!({ "anyOf": [value, { "const": "none" }] }) } else { value };
    out["description"] = json!(spec.doc);
    out["default"] = json!(spec.default);
    if !spec.unit.is_empty() {
        out["x-unit"] = json!(spec.unit);
    }
    out["x-role"] = json!(spec.role.name());
    for (key, soft) in [("x-soft-minimum", spec.soft.lower), ("x-soft-maximum", spec.soft.upper)] {
        if let Some(x) = soft.value() {
            out[key] = json!(x);
        }
    }
    if let Some(step) = spec.step {
        out["x-step"] = json!(step);
    }
    if let Some(random) = &spec.random {
        out["x-random"] = json!(random);
    }
    if spec.initial {
        out["x-initial"] = json!(true);
    }
    if !spec.aliases.is_empty() {
        out["x-aliases"] = json!(spec.aliases);
    }
    out
}

fn bound(value: &mut Value, range: Range) {
    let ends = [(range.lower, "minimum", "exclusiveMinimum"), (range.upper, "maximum", "exclusiveMaximum")];
    for (bound, inclusive, exclusive) in ends {
        match bound {
            Bound::None => {}
            Bound::Inclusive(x) => value[inclusive] = json!(x),
            Bound::Exclusive(x) => value[exclusive] = json!(x),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a value is valid by the words that [`property`] uses; an unknown word fails.
    fn is_valid(schema: &Value, value: &Value) -> bool {
        let number = |x: &Value| x.as_f64();
        schema.as_object().is_some_and(|words| {
            words.iter().all(|(word, says)| match word.as_str() {
                "type" => match says {
                    Value::Array(types) => types.iter().any(|t| is_of(t, value)),
                    one => is_of(one, value),
                },
                "enum" => says.as_array().is_some_and(|all| all.contains(value)),
                "const" => says == value,
                "anyOf" => says.as_array().is_some_and(|all| all.iter().any(|one| is_valid(one, value))),
                "items" => value.as_array().is_none_or(|items| items.iter().all(|item| is_valid(says, item))),
                "minimum" => number(value).is_none_or(|x| Some(x) >= number(says)),
                "maximum" => number(value).is_none_or(|x| Some(x) <= number(says)),
                "exclusiveMinimum" => number(value).is_none_or(|x| Some(x) > number(says)),
                "exclusiveMaximum" => number(value).is_none_or(|x| Some(x) < number(says)),
                "description" | "default" => true,
                word => word.starts_with("x-"),
            })
        })
    }

    fn is_of(name: &Value, value: &Value) -> bool {
        match name.as_str() {
            Some("number") => value.is_number(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("boolean") => value.is_boolean(),
            Some("string") => value.is_string(),
            Some("array") => value.is_array(),
            Some("object") => value.is_object(),
            _ => false,
        }
    }

    #[test]
    fn the_default_of_every_parameter_of_every_kind_is_valid() {
        let registry = crate::built_in();
        let (mut seen, mut optional) = (0, 0);
        for kind in registry.kinds() {
            let root = schema(kind);
            for spec in kind.params() {
                let path: Vec<&str> = spec.name.split('.').collect();
                let property = path.iter().fold(&root, |at, name| &at["properties"][*name]);
                assert!(is_valid(property, &property["default"]), "{}.{}: {property}", kind.name, spec.name);
                assert!(!is_valid(property, &json!(null)), "{}.{} takes null", kind.name, spec.name);
                assert_eq!(
                    is_valid(property, &json!("none")),
                    spec.optional || takes_text(spec),
                    "{}",
                    spec.name
                );
                seen += 1;
                optional += usize::from(spec.optional);
            }
        }
        assert!(seen > 200 && optional >= 20, "{seen} parameters, {optional} of them optional");
    }

    fn takes_text(spec: &ParamSpec) -> bool {
        match &spec.kind {
            ParamKind::Text | ParamKind::Decimal => true,
            ParamKind::Choice(names) => names.iter().any(|name| name == "none"),
            _ => false,
        }
    }
}
