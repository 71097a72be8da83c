//! What of a file cannot be run although its systems can be built: names of columns and parameters that are not there, and
//! settings that would do nothing. Each with its place, all at once.

use super::document::{Document, Tree};
use super::error::FileError;
use super::{SystemFile, assembly, place};
use std::ops::Range;
use te_core::picture::ChartSpec;
use te_core::{DATE_COLUMN, ExperimentError, INDEX_COLUMNS, KpiPart, System, VARIANT_COLUMN};

/// Everything that is wrong with what a file wants to be run of these systems, one for each variant.
pub(super) fn of(file: &SystemFile, systems: Vec<(String, System)>) -> Vec<FileError> {
    let document = &file.document;
    let mut errors = overruled(file);
    let columns: Vec<String> =
        systems.iter().flat_map(|(_, s)| s.columns()).map(|column| column.name.clone()).collect();
    let experiment = file.experiment(systems);
    for problem in experiment.problems() {
        let span = cause(document, &problem, &columns);
        errors.push(document.error(&span, problem.code(), problem.to_string()));
    }
    let recorded: Vec<String> =
        columns.into_iter().filter(|name| file.settings.recording.records(name)).collect();
    for (chart, item) in file.charts.iter().zip(items(document, "chart")) {
        for unknown in unknown_columns(chart, &drawable(file, &recorded)) {
            let keys = ["y", "x", "by"].into_iter().filter_map(|key| item.get(key));
            let texts = keys.flat_map(|entry| entry.value.items());
            let span = texts
                .into_iter()
                .find(|tree| tree.as_text() == Some(&unknown))
                .map_or(&item.span, |tree| &tree.span);
            let message = sentence(file, chart, &unknown, &recorded);
            errors.push(document.error(span, "TE0308", message));
        }
    }
    errors
}

fn items<'d>(document: &'d Document, key: &str) -> &'d [Tree] {
    document.root.get(key).map_or(&[][..], |entry| entry.value.items())
}

/// Names that a chart may draw where these columns are recorded.
pub(crate) fn drawable(file: &SystemFile, recorded: &[String]) -> Vec<String> {
    let dated = file.start.map(|_| DATE_COLUMN);
    let index = INDEX_COLUMNS.into_iter().chain([VARIANT_COLUMN]).chain(dated).map(str::to_owned);
    let varied = file
        .settings
        .sweep
        .names()
        .into_iter()
        .chain(file.settings.random.iter().map(|(name, _)| name.as_str()));
    let varied = varied.flat_map(|name| [name.to_owned(), format!("param.{name}")]);
    index.chain(varied).chain(recorded.iter().cloned()).collect()
}

/// Columns of a chart that are not among those it may draw, each once.
pub(crate) fn unknown_columns(chart: &ChartSpec, drawable: &[String]) -> Vec<String> {
    let mut unknown: Vec<String> = Vec::new();
    let series = chart.series.iter().map(|series| &series.column);
    for column in series.chain([&chart.x]).chain(&chart.y) {
        if !drawable.contains(column) && !unknown.contains(column) {
            unknown.push(column.clone());
        }
    }
    unknown
}

fn sentence(file: &SystemFile, chart: &ChartSpec, column: &str, recorded: &[String]) -> String {
    let names = drawable(file, recorded);
    let hint =
        te_core::nearest(column, &names).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let kept = if file.settings.recording.columns.is_empty() {
        String::new()
    } else {
        "; [record] keeps some columns only".to_owned()
    };
    format!("chart `{}` draws `{column}`, which is not recorded{hint}{kept}", chart.title)
}

/// Settings that others overrule, so that they would do nothing.
fn overruled(file: &SystemFile) -> Vec<FileError> {
    let document = &file.document;
    let mut errors = Vec::new();
    let swept = file.settings.sweep.names();
    for variant in &file.variants {
        for (name, _) in &variant.set {
            let by = if swept.contains(&name.as_str()) {
                "[sweep] gives"
            } else if file.settings.random.iter().any(|(random, _)| random == name) {
                "[random] draws"
            } else {
                continue;
            };
            let message = format!(
                "variant `{}` sets `{name}`, and {by} it a value in every run: the variants would be equal",
                variant.name
            );
            errors.push(document.error(
                &assembly::set_place(document, &variant.name, name),
                "TE0309",
                message,
            ));
        }
    }
    errors
}

/// Where in the file the cause of a problem stands.
fn cause(document: &Document, problem: &ExperimentError, columns: &[String]) -> Range<usize> {
    let root = &document.root;
    let section = |key: &str| root.get(key).map_or(0..0, |entry| entry.key_span.clone());
    let parameter = |name: &str| {
        let named = |key: &str| root.get(key)?.value.named(name);
        let points = || {
            let items = root.get("sweep")?.value.get("points")?;
            items.value.items().iter().find_map(|item| item.named(name))
        };
        let entry = named("sweep").or_else(points).or_else(|| named("random"));
        entry.map_or_else(|| section("sweep"), |entry| entry.key_span.clone())
    };
    let known = |name: &str| columns.iter().any(|column| column == name);
    let fault = |tree: &Tree, from: usize| {
        let text = tree.as_text().unwrap_or_default();
        let inside: String = text.chars().skip(from).collect();
        let inside = if from > 0 { inside.trim_end().strip_suffix(')').unwrap_or(&inside) } else { &inside };
        let at = place::fault(inside, &known).map_or(0, |at| from + at);
        document.character(tree, at)
    };
    match problem {
        ExperimentError::UnknownColumn { name, .. } => {
            let metrics = root.get("record").and_then(|entry| entry.value.get("metrics"));
            let item = metrics
                .and_then(|entry| entry.value.items().iter().find(|tree| tree.as_text() == Some(name)));
            item.map_or_else(|| section("record"), |tree| tree.span.clone())
        }
        ExperimentError::Kpi { name, part, .. } => {
            let named = |item: &&Tree| item.get("name").and_then(|entry| entry.value.as_text()) == Some(name);
            let Some(item) = items(document, "kpi").iter().find(named) else { return section("kpi") };
            let key = match part {
                KpiPart::Along | KpiPart::Expression => "of",
                KpiPart::Over => "aggregate",
                KpiPart::Require => "require",
            };
            match item.get(key).map(|entry| &entry.value) {
                Some(tree) if *part == KpiPart::Expression => {
                    let open = tree.as_text().and_then(|text| text.chars().position(|letter| letter == '('));
                    fault(tree, open.map_or(0, |open| open + 1))
                }
                Some(tree) => tree.span.clone(),
                None => item.span.clone(),
            }
        }
        ExperimentError::Stop { text, .. } => {
            let when = root.get("stop").and_then(|entry| entry.value.get("when"));
            let tree =
                when.and_then(|entry| entry.value.items().iter().find(|tree| tree.as_text() == Some(text)));
            tree.map_or_else(|| section("stop"), |tree| fault(tree, 0))
        }
        ExperimentError::Param(issue) => parameter(&issue.path),
        ExperimentError::Params(error) => {
            error.issues.first().map_or_else(|| section("sweep"), |issue| parameter(&issue.path))
        }
        ExperimentError::SweptTwice { name }
        | ExperimentError::EmptyAxis { name }
        | ExperimentError::Interval { name, .. }
        | ExperimentError::AxisRange { name, .. }
        | ExperimentError::Draw { name, .. }
        | ExperimentError::NoInterval { name, .. }
        | ExperimentError::Distribution { name, .. } => parameter(name),
        ExperimentError::EmptySweep
        | ExperimentError::UnequalLengths { .. }
        | ExperimentError::PointLength { .. }
        | ExperimentError::TooManyPoints
        | ExperimentError::HypercubePoints { .. }
        | ExperimentError::SobolDimensions { .. } => section("sweep"),
        ExperimentError::Timesteps { .. } | ExperimentError::TooLarge { .. } => {
            let timesteps = root.get("system").and_then(|entry| entry.value.get("timesteps"));
            timesteps.map_or(0..0, |entry| entry.value.span.clone())
        }
        _ => 0..0,
    }
}
