//! What a kind declares, as data, and the JSON Schema (2020-12) of its parameters: for editors, forms and other languages.
//!
//! What the schema's words cannot say stands in keys of its own, which validators ignore: `x-unit`, `x-role`, `x-random` (the
//! distribution of a parameter that is drawn), `x-step` (a sensible increment), `x-soft-minimum` and `x-soft-maximum` (usual
//! values, never enforced), `x-initial` (read at the start of a run only, so that no event changes it), `x-aliases` and, at another
//! spelling, `x-alias-of`.

use serde_json::{Value, json};
use te_core::{Bound, FieldSpec, Kind, ParamKind, ParamSpec, Range};

/// The schema of a table `params` of this kind.
///
/// ```
/// let registry = te_system::built_in();
/// let schema = te_system::params_schema(registry.kind("hive/economy")?);
/// let throttle = &schema["properties"]["throttle"];
/// assert_eq!((throttle["type"].as_str(), throttle["minimum"].as_f64()), (Some("number"), Some(0.0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn params_schema(kind: &Kind) -> Value {
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
        put_bounds(&mut items, spec.range);
        if items != json!({}) {
            value["items"] = items;
        }
    } else {
        put_bounds(&mut value, spec.range);
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

fn put_bounds(value: &mut Value, range: Range) {
    let ends = [(range.lower, "minimum", "exclusiveMinimum"), (range.upper, "maximum", "exclusiveMaximum")];
    for (bound, inclusive, exclusive) in ends {
        match bound {
            Bound::None => {}
            Bound::Inclusive(x) => value[inclusive] = json!(x),
            Bound::Exclusive(x) => value[exclusive] = json!(x),
        }
    }
}

/// All that a kind declares, as data: name, crate, doc, parameters, inputs, metrics.
///
/// ```
/// let registry = te_system::built_in();
/// let said = te_system::kind_data(registry.kind("glue/delay")?);
/// assert_eq!(said["inputs"][0]["name"], "value");
/// assert_eq!(said["params"][0]["name"], "steps");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn kind_data(kind: &Kind) -> Value {
    let params: Vec<_> = (kind.params().iter())
        .map(|p| {
            let choices = match &p.kind {
                ParamKind::Choice(names) => json!(names),
                _ => Value::Null,
            };
            json!({
                "name": p.name, "kind": p.kind.describe(), "type": type_name(&p.kind), "choices": choices,
                "default": p.default, "lower": end(p.range.lower), "upper": end(p.range.upper), "unit": p.unit,
                "role": p.role.name(), "random": p.random, "step": p.step, "soft_lower": end(p.soft.lower),
                "soft_upper": end(p.soft.upper), "optional": p.optional, "aliases": p.aliases, "doc": p.doc, "initial": p.initial,
            })
        })
        .collect();
    let fields = |fields: &[FieldSpec]| -> Vec<Value> {
        let one = |f: &FieldSpec| json!({ "name": f.name, "kind": f.kind.name(), "unit": f.unit, "default": f.default, "doc": f.doc });
        fields.iter().map(one).collect()
    };
    json!({
        "kind": kind.name, "crate": kind.package, "doc": kind.doc, "equations": kind.equations(), "params": params,
        "inputs": fields(kind.inputs()), "metrics": fields(kind.metrics()),
    })
}

/// One word for what values a parameter has.
fn type_name(kind: &ParamKind) -> &'static str {
    match kind {
        ParamKind::F64 => "f64",
        ParamKind::I64 => "i64",
        ParamKind::U64 => "u64",
        ParamKind::Bool => "bool",
        ParamKind::Decimal => "decimal",
        ParamKind::Text => "text",
        ParamKind::Choice(_) => "choice",
        ParamKind::List => "list",
        ParamKind::Table => "table",
    }
}

fn end(bound: Bound) -> Value {
    match bound {
        Bound::None => Value::Null,
        Bound::Inclusive(x) => json!({ "value": x, "inclusive": true }),
        Bound::Exclusive(x) => json!({ "value": x, "inclusive": false }),
    }
}
