//! A setting taken out of the page: as a command line, as a file, as Python.

use crate::app::App;
use crate::edit;
use crate::opened::Opened;
use crate::setting::Setting;
use crate::trouble::Trouble;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use te_core::Value;
use te_system::Changes;

/// What the page asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default)]
    settings: Setting,
}

/// The same setting three times.
#[derive(Debug, Serialize)]
pub(crate) struct Exported {
    command: Option<String>,
    toml: String,
    python: String,
}

pub(crate) fn export(app: &App, opened: &Opened, asked: &Asked) -> Result<Exported, Trouble> {
    let changes = opened.changes(&asked.settings)?;
    // What is refused is not exported.
    opened.experiment(&changes, &app.registry)?;
    let toml = edit::with_setting(opened.file.text(), &changes)?;
    let on_disk = opened.start.text.is_none();
    let line = on_disk.then(|| app.host.line(opened.file.path(), &changes)).flatten();
    Ok(Exported {
        command: line.map(|line| format!("tecmns {line}")),
        python: python(opened, &changes, &toml, on_disk)?,
        toml,
    })
}

/// A program that runs it. Where the file has more than the one setting, such as variants, the file's text with this one is in the program.
fn python(opened: &Opened, changes: &Changes, toml: &str, on_disk: bool) -> Result<String, Trouble> {
    let mut out = String::from("import tecmns\n\n");
    let plain = on_disk && changes.variant.is_none() && !changes.no_sweep && changes.without.is_empty();
    let mut arguments = Vec::new();
    if plain {
        let path = literal(&Value::Text(opened.file.path().display().to_string()))?;
        // Writing to a string cannot fail.
        let _ = writeln!(out, "system = tecmns.System.from_toml({path})");
        if !changes.set.is_empty() {
            let rows = changes.set.iter().filter_map(|text| edit::split(text));
            let rows = rows
                .map(|(name, given)| {
                    Ok(format!("{}: {}", literal(&Value::Text(name.to_owned()))?, literal(&given)?))
                })
                .collect::<Result<Vec<_>, Trouble>>()?;
            arguments.push(format!("params={{{}}}", rows.join(", ")));
        }
        for (name, number) in
            [("runs", changes.runs), ("timesteps", changes.timesteps), ("seed", changes.seed)]
        {
            arguments.extend(number.map(|number| format!("{name}={number}")));
        }
    } else {
        let _ = writeln!(out, "system = tecmns.System.from_toml({})", long_literal(toml));
    }
    let _ = writeln!(out, "results = system.run({})\nprint(results.kpis)", arguments.join(", "));
    Ok(out)
}

/// A text of several lines in Python.
fn long_literal(text: &str) -> String {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("\"\"\"\\\n{}{end}\"\"\"", text.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\""))
}

/// A value in Python. JSON's literals are Python's but for truth.
fn literal(value: &Value) -> Result<String, Trouble> {
    Ok(match value {
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::List(items) => {
            format!("[{}]", items.iter().map(literal).collect::<Result<Vec<_>, _>>()?.join(", "))
        }
        Value::Table(rows) => {
            let row = |(name, value): &(String, Value)| {
                Ok::<_, Trouble>(format!("{}: {}", literal(&Value::Text(name.clone()))?, literal(value)?))
            };
            format!("{{{}}}", rows.iter().map(row).collect::<Result<Vec<_>, _>>()?.join(", "))
        }
        other => serde_json::to_string(other).map_err(Trouble::refused)?,
    })
}
