//! `manifest.toml`: what the caller says was run, `[plan]`, and at last `[result]`.

use std::path::Path;

use toml::{Table, Value};

use super::{FileHashes, MANIFEST, Outcome, PlanInfo};
use crate::OutputError;
use crate::compare::differing_settings;

/// The tables that the folder writes itself.
const OWN: [&str; 2] = ["plan", "result"];

/// A manifest's text in the form in which reading and writing it again changes nothing.
pub(super) fn same_text(said: &str) -> Result<String, OutputError> {
    let fail = |cause: String| OutputError::Encoding { what: MANIFEST, cause };
    let said: Table = said.parse().map_err(|e: toml::de::Error| fail(e.to_string()))?;
    for own in OWN {
        if said.contains_key(own) {
            return Err(fail(format!("the table `{own}` is written by the folder itself")));
        }
    }
    toml::to_string(&said).map_err(|e| fail(e.to_string()))
}

/// The whole manifest.
pub(super) fn text(plan: &PlanInfo, result: Option<(&Outcome, &FileHashes)>) -> Result<String, OutputError> {
    let mut added = Table::new();
    let whole = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    let mut told = Table::new();
    told.insert("id".to_owned(), plan.id.clone().into());
    told.insert("parameters".to_owned(), plan.parameters.clone().into());
    told.insert("units".to_owned(), whole(plan.units));
    told.insert("unit_runs".to_owned(), whole(plan.unit_runs));
    added.insert("plan".to_owned(), told.into());
    if let Some((outcome, files)) = result {
        let mut result = Table::new();
        result.insert("rows".to_owned(), whole(outcome.rows));
        result.insert("runs".to_owned(), whole(outcome.runs));
        result.insert("failures".to_owned(), whole(outcome.failures));
        if let Some(hash) = &outcome.units_sha256 {
            result.insert("units_sha256".to_owned(), hash.clone().into());
        }
        let files = files.iter().map(|(name, hash)| (name.clone(), Value::from(hash.clone())));
        result.insert("files".to_owned(), files.collect::<Table>().into());
        added.insert("result".to_owned(), result.into());
    }
    let fail = |e: toml::ser::Error| OutputError::Encoding { what: MANIFEST, cause: e.to_string() };
    let added = toml::to_string(&added).map_err(fail)?;
    Ok(format!("{}\n\n{added}", plan.manifest.trim_end()).trim_start().to_owned())
}

/// What `[result]` says.
pub(super) fn outcome(manifest: &Table) -> Option<Outcome> {
    let result = manifest.get("result")?;
    let whole = |key: &str| result.get(key).and_then(Value::as_integer).and_then(|n| u64::try_from(n).ok());
    Some(Outcome {
        rows: whole("rows")?,
        runs: whole("runs")?,
        failures: whole("failures")?,
        units_sha256: result.get("units_sha256").and_then(Value::as_str).map(str::to_owned),
    })
}

/// The files that `[result]` lists; none in folders of versions that listed none.
pub(super) fn files(manifest: &Table) -> FileHashes {
    let files = manifest.get("result").and_then(|r| r.get("files")).and_then(Value::as_table);
    let hash = |(name, hash): (&String, &Value)| Some((name.clone(), hash.as_str()?.to_owned()));
    files.into_iter().flatten().filter_map(hash).collect()
}

/// The plan of an existing results folder, as its manifest tells it.
///
/// # Errors
/// [`OutputError`] where there is no manifest or it is not one.
pub fn read_plan(folder: impl AsRef<Path>) -> Result<PlanInfo, OutputError> {
    let folder = folder.as_ref();
    let mut table = manifest(folder)?;
    let malformed = |cause: &str| OutputError::Malformed {
        path: folder.join(MANIFEST),
        format: "a manifest",
        cause: cause.to_owned(),
    };
    table.remove("result");
    let plan = table.remove("plan").ok_or_else(|| malformed("it has no table `plan`"))?;
    let text = |key: &str| plan.get(key).and_then(Value::as_str).map(str::to_owned);
    let whole = |key: &str| plan.get(key).and_then(Value::as_integer).and_then(|n| u64::try_from(n).ok());
    let parameters = plan.get("parameters").and_then(Value::as_array).into_iter().flatten();
    Ok(PlanInfo {
        id: text("id").ok_or_else(|| malformed("its plan has no `id`"))?,
        manifest: toml::to_string(&table).map_err(|e| malformed(&e.to_string()))?,
        parameters: parameters.filter_map(Value::as_str).map(str::to_owned).collect(),
        units: whole("units").ok_or_else(|| malformed("its plan has no `units`"))?,
        unit_runs: whole("unit_runs").ok_or_else(|| malformed("its plan has no `unit_runs`"))?,
    })
}

/// The manifest of a folder.
pub(super) fn manifest(folder: &Path) -> Result<Table, OutputError> {
    let path = folder.join(MANIFEST);
    let text = std::fs::read_to_string(&path).map_err(|e| OutputError::io("read", &path, e))?;
    text.parse().map_err(|e: toml::de::Error| OutputError::Malformed {
        path,
        format: "a manifest",
        cause: e.to_string(),
    })
}

/// The plan's identity in the folder's manifest, where it has one.
pub(super) fn found_plan(folder: &Path) -> Result<Option<String>, OutputError> {
    match manifest(folder) {
        Ok(table) => {
            let id = table.get("plan").and_then(|p| p.get("id")).and_then(Value::as_str);
            Ok(id.map(str::to_owned))
        }
        Err(OutputError::NotFound { .. } | OutputError::Malformed { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Settings that are named in a refusal at most.
const NAMED: usize = 4;

/// In which settings a plan that was found differs from the one that is wanted, in words.
pub(super) fn plan_differences(found: &PlanInfo, wanted: &PlanInfo) -> String {
    let [there, here] = [found, wanted].map(|plan| plan.manifest.parse::<Table>().unwrap_or_default());
    let all = differing_settings(&there, &here);
    let value = |text: &str| match text.lines().next() {
        None | Some("") => "not set".to_owned(),
        Some(line) if line.chars().count() > 60 => {
            format!("{}\u{2026}", line.chars().take(60).collect::<String>())
        }
        Some(line) => line.to_owned(),
    };
    let named: Vec<String> = all
        .iter()
        .take(NAMED)
        .map(|(key, there, here)| format!("`{key}` is {} there and {} here", value(there), value(here)))
        .collect();
    match (named.is_empty(), all.len().saturating_sub(NAMED)) {
        (true, _) => format!("its plan is {} and this one is {}", found.id, wanted.id),
        (false, 0) => named.join(", "),
        (false, more) => format!("{}, and {more} more settings differ", named.join(", ")),
    }
}
