//! What a swept parameter takes its values from, as a file says it: a list, a range, an interval.
//!
//! ```toml
//! "pool.fee" = [0.001, 0.003, 0.01]                                  # an axis: a list of values
//! "pool.fee" = { from = 0.001, to = 0.05, points = 10, scale = "log" }   # an axis: a range, linear unless said otherwise
//! "pool.fee" = [0.001, 0.05]                                         # sampled: an interval
//! "pool.fee" = { from = 0.001, to = 0.05, scale = "log" }            # sampled: an interval of the logarithm
//! "market.model" = ["gbm", "mean-reverting"]                         # sampled: values, of three or more numbers too
//! "pool.steps" = { values = [2, 8] }                                 # sampled: two numbers as values
//! ```

use te_core::{Axis, Domain, Sampled, Scale, Value};

/// Keys by which a table is a range or a set of values, and not part of a parameter's name.
const KEYS: [&str; 5] = ["from", "to", "points", "scale", "values"];

/// Whether a table with these keys says what a parameter takes its values from.
pub(super) fn is_domain<'k>(mut keys: impl Iterator<Item = &'k str>) -> bool {
    keys.any(|key| key == "from" || key == "to" || key == "values")
}

/// The values of an axis.
pub(super) fn axis(name: &str, value: &Value) -> Result<Axis, String> {
    match value {
        Value::List(values) => Ok(Axis { name: name.to_owned(), values: values.clone() }),
        Value::Table(rows) => match domain(name, rows)? {
            (Domain::Values(values), _, None) => Ok(Axis { name: name.to_owned(), values }),
            (Domain::Interval { low, high } | Domain::LogInterval { low, high }, scale, Some(points)) => {
                Axis::range(name, low, high, points, scale).map_err(|e| e.to_string())
            }
            (Domain::Values(_), ..) => {
                Err(format!("`{name}` in [sweep] lists its values: `points` says nothing"))
            }
            _ => Err(format!("`{name}` in [sweep] is a range: it needs `points`, how many values it has")),
        },
        other => Err(format!(
            "`{name}` in [sweep] is {other}: it must be a list of values, a range {{ from, to, points }} or a text such as `0.001..0.05, 10 log`"
        )),
    }
}

/// What is sampled.
pub(super) fn sampled(name: &str, value: &Value) -> Result<Sampled, String> {
    let from = match value {
        Value::List(values) => match values.as_slice() {
            [low, high] if low.number().is_some() && high.number().is_some() => {
                let end = |x: &Value| x.number().unwrap_or(f64::NAN);
                Domain::Interval { low: end(low), high: end(high) }
            }
            [_, _, ..] => Domain::Values(values.clone()),
            _ => {
                return Err(format!(
                    "`{name}` in [sweep] is {value}: to be sampled it needs an interval [low, high], or two or more values"
                ));
            }
        },
        Value::Table(rows) => match domain(name, rows)? {
            (from, _, None) => from,
            _ => {
                return Err(format!(
                    "`{name}` in [sweep] is sampled: `count` says how many points there are"
                ));
            }
        },
        other => {
            return Err(format!(
                "`{name}` in [sweep] is {other}: to be sampled it needs an interval [low, high], or two or more values"
            ));
        }
    };
    Ok(Sampled { name: name.to_owned(), from })
}

/// A table: its domain, scale and number of points.
fn domain(name: &str, rows: &[(String, Value)]) -> Result<(Domain, Scale, Option<u64>), String> {
    if let Some((key, _)) = rows.iter().find(|(key, _)| !KEYS.contains(&key.as_str())) {
        return Err(format!("unknown key `{key}` in `{name}` of [sweep]; there are {}", KEYS.join(", ")));
    }
    let get = |key: &str| rows.iter().find(|(k, _)| k == key).map(|(_, value)| value);
    let points = match get("points") {
        None => None,
        Some(Value::I64(points)) if *points >= 2 => Some(points.unsigned_abs()),
        Some(other) => {
            return Err(format!(
                "`points` of `{name}` in [sweep] is {other}: it must be a whole number of 2 or more"
            ));
        }
    };
    let scale = match get("scale") {
        None => Scale::Linear,
        Some(Value::Text(text)) if text == "linear" => Scale::Linear,
        Some(Value::Text(text)) if text == "log" => Scale::Log,
        Some(other) => {
            return Err(format!("`scale` of `{name}` in [sweep] is {other}: there are linear, log"));
        }
    };
    if let Some(values) = get("values") {
        return match values {
            Value::List(values) => Ok((Domain::Values(values.clone()), scale, points)),
            other => Err(format!("`values` of `{name}` in [sweep] is {other}: it must be a list")),
        };
    }
    let end = |key: &str| match get(key) {
        Some(value) => value
            .number()
            .ok_or_else(|| format!("`{key}` of `{name}` in [sweep] is {value}: it must be a number")),
        None => Err(format!("`{name}` in [sweep] is a range: it needs `from` and `to`")),
    };
    let (low, high) = (end("from")?, end("to")?);
    let domain = match scale {
        Scale::Linear => Domain::Interval { low, high },
        Scale::Log => Domain::LogInterval { low, high },
    };
    Ok((domain, scale, points))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Value {
        toml::from_str::<Value>(&format!("x = {text}"))
            .map(|value| match value {
                Value::Table(rows) => rows[0].1.clone(),
                other => other,
            })
            .unwrap()
    }

    #[test]
    fn axes_and_samples_are_read_as_written() {
        let axis = |text| axis("a.b", &table(text)).unwrap().values;
        assert_eq!(axis("[1, 2]"), [Value::I64(1), Value::I64(2)]);
        assert_eq!(
            axis("{ from = 1, to = 100, points = 3, scale = \"log\" }"),
            [1.0, 10.0, 100.0].map(Value::F64)
        );
        let sampled = |text| sampled("a.b", &table(text)).unwrap().from;
        assert_eq!(sampled("[1, 2]"), Domain::Interval { low: 1.0, high: 2.0 });
        assert_eq!(
            sampled("{ from = 1, to = 2, scale = \"log\" }"),
            Domain::LogInterval { low: 1.0, high: 2.0 }
        );
        assert_eq!(sampled("[true, false]"), Domain::Values(vec![Value::Bool(true), Value::Bool(false)]));
        assert_eq!(sampled("{ values = [1, 2] }"), Domain::Values(vec![Value::I64(1), Value::I64(2)]));
    }

    #[test]
    fn what_is_no_range_is_told() {
        for (text, said) in [
            ("{ from = 1, to = 2 }", "needs `points`"),
            ("{ from = 1, points = 2 }", "needs `from` and `to`"),
            ("{ from = 1, to = 2, points = 1 }", "2 or more"),
            ("{ from = 1, to = 2, points = 3, scale = \"cubic\" }", "there are linear, log"),
            ("{ from = 0, to = 2, points = 3, scale = \"log\" }", "above 0"),
            ("{ from = 0, to = 2, pints = 3 }", "unknown key `pints`"),
        ] {
            let error = axis("a.b", &table(text)).unwrap_err();
            assert!(error.contains(said) && error.contains("a.b"), "{error}");
        }
        assert!(sampled("a.b", &table("[1]")).is_err());
    }
}
