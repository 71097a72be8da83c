//! Columns of data in system files: `values = { file = "prices.csv", column = "price" }` anywhere among parameters
//! stands for the list of numbers in that column.

use std::path::Path;
use te_core::Value;

/// Replaces every table of `file` and `column` by the column's numbers; `beside` is the system file.
pub(crate) fn read_series(beside: &Path, params: &Value) -> Result<Value, String> {
    match params {
        Value::Table(rows) => {
            if let Some((file, column)) = reference(rows) {
                return column_of(&beside.parent().unwrap_or(Path::new("")).join(file), column);
            }
            let read = |(key, value): &(String, Value)| Ok((key.clone(), read_series(beside, value)?));
            rows.iter().map(read).collect::<Result<_, String>>().map(Value::Table)
        }
        Value::List(items) => {
            items.iter().map(|item| read_series(beside, item)).collect::<Result<_, _>>().map(Value::List)
        }
        other => Ok(other.clone()),
    }
}

fn reference(rows: &[(String, Value)]) -> Option<(&str, &str)> {
    let text = |key: &str| match rows.iter().find(|(k, _)| k == key) {
        Some((_, Value::Text(text))) => Some(text.as_str()),
        _ => None,
    };
    if rows.len() == 2 { Some((text("file")?, text("column")?)) } else { None }
}

fn column_of(path: &Path, column: &str) -> Result<Value, String> {
    let frame = te_output::read_frame(path).map_err(|e| e.to_string())?;
    let found = frame.column(column).ok_or_else(|| {
        let near = te_core::nearest(column, frame.columns().iter().map(|c| &c.name));
        let hint = near.map_or(String::new(), |n| format!("; did you mean `{n}`?"));
        format!("{} has no column `{column}`{hint}", path.display())
    })?;
    let number = |row| {
        found
            .number(row)
            .map(Value::F64)
            .ok_or_else(|| format!("{}, column `{column}`, row {}: not a number", path.display(), row + 1))
    };
    (0..frame.rows()).map(number).collect::<Result<Vec<_>, _>>().map(Value::List)
}
