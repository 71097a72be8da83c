//! `tecmns show`.

use super::CommandError;
use anstream::{print, println};
use clap::Args;
use serde_json::json;
use std::path::Path;
use te_core::{FieldSpec, Kind, ParamKind, ParamSpec, Value};
use te_system::{kind_data, params_schema};

/// Arguments of `tecmns show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The kind, as `tecmns list` names it, or a file of equations
    kind: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print the parameters' JSON Schema (2020-12)
    #[arg(long, conflicts_with = "json")]
    schema: bool,
}

pub(crate) fn show(args: &ShowArgs) -> Result<(), CommandError> {
    let named = tecmns::system::is_equation_file(&args.kind).then(|| Path::new(&args.kind));
    if let Some(file) = named.or_else(|| tecmns::file_of(&args.kind)) {
        let equations = tecmns::system::read_equations(file)?;
        let method = equations.method();
        let kind = Kind::made(equations.clone(), file.display().to_string(), equations.doc().to_owned());
        if args.schema || args.json {
            let mut shown = if args.schema { params_schema(&kind) } else { kind_data(&kind) };
            if let (Some(rows), false) = (shown.as_object_mut(), args.schema) {
                rows.insert("method".to_owned(), json!(method));
            }
            println!("{shown:#}");
        } else {
            print!("{}", as_text(&kind, Some(method)));
        }
        return Ok(());
    }
    let registry = super::kinds();
    let kind = registry.kind(&args.kind).map_err(CommandError::bad_input)?;
    if args.schema {
        println!("{:#}", params_schema(kind));
    } else if args.json {
        println!("{:#}", kind_data(kind));
    } else {
        print!("{}", as_text(kind, None));
    }
    Ok(())
}

/// What a kind is, and by which method of integration its equations are stepped where it is made of them.
fn as_text(kind: &Kind, method: Option<&str>) -> String {
    let mut out = format!("{}  ({})\n{}\n", kind.name, kind.package, kind.doc);
    let mut rows = Vec::new();
    for spec in kind.params() {
        let range = match &spec.kind {
            ParamKind::F64 | ParamKind::I64 | ParamKind::U64 | ParamKind::Decimal => spec.range.to_string(),
            other => other.describe(),
        };
        let default = match spec.default.to_string() {
            long if long.len() > 24 => "(a list)".to_owned(),
            short => short,
        };
        let role = spec.role.name().to_owned();
        rows.push(vec![spec.name.to_string(), default, range, spec.unit.to_string(), role, told(spec)]);
    }
    out.push_str(&table("Parameters", &["name", "default", "allowed", "unit", "role", ""], &rows));
    let fields = |fields: &[FieldSpec]| -> Vec<Vec<String>> {
        let default =
            |f: &FieldSpec| f.default.map_or("must be wired".to_owned(), |x| format!("default {x}"));
        fields
            .iter()
            .map(|f| vec![f.name.to_string(), default(f), f.unit.to_string(), f.doc.to_string()])
            .collect()
    };
    out.push_str(&table("Inputs", &["name", "", "unit", ""], &fields(kind.inputs())));
    if let Err(error) = kind.instance(&Value::Table(Vec::new())).map_or(Ok(()), |one| one.takes_changes()) {
        out.push_str("  No event changes a parameter: ");
        out.push_str(&error.to_string());
        out.push_str(".\n");
    }
    let metrics: Vec<Vec<String>> = (kind.metrics().iter())
        .map(|f| vec![f.name.to_string(), f.kind.name().to_owned(), f.unit.to_string(), f.doc.to_string()])
        .collect();
    out.push_str(&table("Metrics", &["name", "kind", "unit", ""], &metrics));
    let equations = kind.equations();
    if !equations.is_empty() {
        out.push_str(
            &method.map_or("\nEquations\n".to_owned(), |method| format!("\nEquations ({method})\n")),
        );
    }
    for line in equations {
        out.push_str(format!("  {line}").trim_end());
        out.push('\n');
    }
    out
}

/// What a parameter is, and whether it is read at the start only.
fn told(spec: &ParamSpec) -> String {
    let separator = if spec.doc.is_empty() { "" } else { " " };
    if spec.initial {
        format!("{}{separator}Read at the start only.", spec.doc)
    } else {
        spec.doc.to_string()
    }
}

/// Columns aligned, the last one as long as it is.
fn table(title: &str, heads: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return format!("\n{title}: none\n");
    }
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|r| r.get(at)).map(|c| c.chars().count());
        cells.chain(heads.get(at).map(|h| h.len())).max().unwrap_or(0)
    };
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells.enumerate().map(|(at, cell)| format!("{cell:<w$}", w = width(at)));
        format!("  {}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    let mut out = format!("\n{title}\n");
    out.push_str(&line(&mut heads.iter().copied()));
    for row in rows {
        out.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    out
}
