//! What kinds declare, as data: every schema is valid, and whoever draws a slider finds its ends.

use serde_json::{Value, json};
use te_core::{Kind, ParamKind, ParamSpec, Role};
use te_system::{built_in, kind_data, params_schema};

/// Whether a value is valid by the words that schemas of parameters use; an unknown word fails.
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

/// Every parameter of every kind that is built in.
fn each(mut see: impl FnMut(&Kind, &ParamSpec, &Value)) {
    for kind in built_in().kinds() {
        let root = params_schema(kind);
        for spec in kind.params() {
            let property = spec.name.split('.').fold(&root, |at, name| &at["properties"][name]);
            see(kind, spec, property);
        }
    }
}

#[test]
fn the_default_of_every_parameter_of_every_kind_is_valid() {
    let (mut seen, mut optional) = (0, 0);
    each(|kind, spec, property| {
        assert!(is_valid(property, &property["default"]), "{}.{}: {property}", kind.name, spec.name);
        assert!(!is_valid(property, &json!(null)), "{}.{} takes null", kind.name, spec.name);
        assert_eq!(is_valid(property, &json!("none")), spec.optional || takes_text(spec), "{}", spec.name);
        seen += 1;
        optional += usize::from(spec.optional);
    });
    assert!(seen > 200 && optional >= 20, "{seen} parameters, {optional} of them optional");
}

fn takes_text(spec: &ParamSpec) -> bool {
    match &spec.kind {
        ParamKind::Text | ParamKind::Decimal => true,
        ParamKind::Choice(names) => names.iter().any(|name| name == "none"),
        _ => false,
    }
}

/// Every word of a schema is one of JSON Schema with what that wants of it, or one of its own.
#[test]
fn every_schema_is_a_schema() {
    fn check(schema: &Value, place: &str) {
        let words = schema.as_object().unwrap_or_else(|| panic!("{place}: {schema}"));
        for (word, says) in words {
            match word.as_str() {
                "$schema" => assert_eq!(says, "https://json-schema.org/draft/2020-12/schema"),
                "title" | "description" | "x-unit" | "x-role" | "x-random" | "x-alias-of" => {
                    assert!(says.is_string(), "{place}: {word}");
                }
                "type" => {
                    let names = says.as_array().cloned().unwrap_or_else(|| vec![says.clone()]);
                    let known = ["number", "integer", "boolean", "string", "array", "object"];
                    assert!(names.iter().all(|name| known.iter().any(|known| name == known)), "{place}");
                }
                "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "x-soft-minimum"
                | "x-soft-maximum" | "x-step" => assert!(says.is_number(), "{place}: {word}"),
                "additionalProperties" | "x-initial" => assert!(says.is_boolean(), "{place}"),
                "enum" | "x-aliases" => {
                    assert!(says.as_array().is_some_and(|all| !all.is_empty()), "{place}");
                }
                "items" => check(says, place),
                "anyOf" => says.as_array().into_iter().flatten().for_each(|one| check(one, place)),
                "properties" => {
                    let inner = says.as_object().into_iter().flatten();
                    inner.for_each(|(name, one)| check(one, &format!("{place}.{name}")));
                }
                "default" | "const" => {}
                other => panic!("{place}: {other} is no word of a schema"),
            }
        }
    }
    let registry = built_in();
    registry.kinds().for_each(|kind| check(&params_schema(kind), &kind.name));
}

/// The two ends between which a slider moves: usual values where they are declared, else allowed ones.
fn ends(spec: &ParamSpec) -> (Option<f64>, Option<f64>) {
    let least = if spec.kind == ParamKind::U64 { Some(0.0) } else { None };
    let low = spec.soft.lower.value().or(spec.range.lower.value()).or(least);
    (low, spec.soft.upper.value().or(spec.range.upper.value()))
}

#[test]
fn every_number_that_a_community_sets_has_two_ends_around_its_default() {
    let (mut seen, mut without, mut steps) = (0, Vec::new(), 0);
    each(|kind, spec, _| {
        let number =
            matches!(spec.kind, ParamKind::F64 | ParamKind::I64 | ParamKind::U64 | ParamKind::Decimal);
        if !number {
            assert_eq!((spec.step, spec.soft), (None, te_core::Range::ALL), "{}.{}", kind.name, spec.name);
            return;
        }
        let name = format!("{}.{}", kind.name, spec.name);
        for end in [spec.soft.lower, spec.soft.upper].into_iter().filter_map(te_core::Bound::value) {
            assert!(end.is_finite() && spec.range.contains(end), "{name}: usual is {}", spec.soft);
        }
        if let Some(default) = spec.default.number() {
            assert!(spec.soft.contains(default), "{name}: {default} is not in {}", spec.soft);
        }
        if let Some(step) = spec.step {
            steps += 1;
            let (Some(low), Some(high)) = ends(spec) else { panic!("{name}: a step without ends") };
            assert!(step > 0.0 && step <= (high - low) / 4.0, "{name}: {step} in [{low}, {high}]");
        }
        if spec.role == Role::Controllable {
            seen += 1;
            match ends(spec) {
                (Some(low), Some(high)) => assert!(low < high, "{name}: [{low}, {high}]"),
                _ => without.push(name),
            }
        }
    });
    assert!(without.is_empty(), "no ends: {without:?}");
    assert!(seen > 150 && steps > 5, "{seen} numbers, {steps} steps");
}

#[test]
fn what_a_kind_declares_is_there_as_data() {
    let registry = built_in();
    for kind in registry.kinds() {
        let said = kind_data(kind);
        assert_eq!(said["kind"], kind.name.as_str());
        let names = |of: &str| -> Vec<String> {
            let all = said[of].as_array().into_iter().flatten();
            all.map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(names("params"), kind.params().iter().map(|p| p.name.to_string()).collect::<Vec<_>>());
        assert_eq!(names("inputs"), kind.inputs().iter().map(|p| p.name.to_string()).collect::<Vec<_>>());
        assert_eq!(names("metrics"), kind.metrics().iter().map(|p| p.name.to_string()).collect::<Vec<_>>());
        for (param, spec) in said["params"].as_array().into_iter().flatten().zip(kind.params()) {
            let choices = param["choices"].as_array().map(Vec::len);
            assert_eq!(param["type"] == "choice", choices.is_some_and(|n| n > 0), "{}", spec.name);
        }
    }
}
