//! What a file says besides its components: times, recording, key figures, charts, variants.

use super::chart::read_chart;
use super::document::{Data, Document, Tree};
use super::error::{FileError, FileErrors};
use super::section::Section;
use super::sweep::{flatten, read_sweep};
use super::{SystemFile, Variant, assembly, dates, picture, problems};
use crate::data_column::DataColumns;
use crate::settings::{KEEPS, Settings};
use std::cell::RefCell;
use te_core::{Calendar, FailedRuns, Keep, Kpi, Recording, Registry, StepLength, System, Value};

type Errors = RefCell<Vec<FileError>>;

/// Reads the whole file and builds its systems once, so that everything wrong is reported together.
pub(super) fn interpret(document: Document, registry: &Registry) -> Result<SystemFile, FileErrors> {
    let errors = Errors::default();
    let empty = Tree { span: 0..0, data: Data::Table(Vec::new()) };
    let mut root = Section::new(&document, "the file", &document.root, &errors);
    for key in
        ["uncontrollables", "controllables", "wire", "stage", "discipline", "derived", "equations", "event"]
    {
        root.take(key);
    }
    let system = root.take("system").map_or(&empty, |e| &e.value);
    let mut section = Section::new(&document, "[system]", system, &errors);
    let name = section.text("name").unwrap_or_else(|| file_stem(&document));
    let description = section.text("description").unwrap_or_default();
    let mut settings = Settings::default();
    settings.timesteps = section.count("timesteps", 1).unwrap_or(settings.timesteps);
    settings.seed = section.count("seed", 0).unwrap_or(settings.seed);
    settings.runs = section.count("runs", 1).unwrap_or(settings.runs);
    settings.independent_subsets = section.boolean("independent_subsets").unwrap_or(false);
    let step = read_step(&mut section);
    let start = dates::read_start(&mut section, step);
    let calendar = start.and_then(|start| Calendar::new(start, step).ok());
    section.finish();

    let data = DataColumns::new(document.path(), step, registry);
    if let Some(entry) = root.take("sweep") {
        settings.sweep = read_sweep(&document, &entry.value, &data, calendar, &errors);
    }
    if let Some(entry) = root.take("record") {
        settings.recording = read_recording(&document, &entry.value, &errors);
    }
    settings.kpis = list(&document, root.take("kpi").map(|e| &e.value), "[[kpi]]", &errors, read_kpi);
    let charts = list(&document, root.take("chart").map(|e| &e.value), "[[chart]]", &errors, read_chart);
    let mut pictures =
        list(&document, root.take("picture").map(|e| &e.value), "[[picture]]", &errors, |section| {
            picture::read(section, registry)
        });
    let mut variants =
        list(&document, root.take("variant").map(|e| &e.value), "[[variant]]", &errors, |section| {
            read_variant(section, &data)
        });
    if let Some(entry) = root.take("stop") {
        let mut section = Section::new(&document, "[stop]", &entry.value, &errors);
        settings.stop = section.texts("when");
        section.finish();
    }
    if let Some(entry) = root.take("random") {
        settings.random = read_random(&entry.value, &document, &errors);
    }
    root.finish();
    if variants.is_empty() {
        variants.push(Variant { name: name.clone(), ..Variant::default() });
    }
    let mut notes = data.notes();
    let mut systems = Vec::new();
    for variant in &variants {
        let assembled = assembly::assemble(&document, registry, variant, (step, start), &name);
        if let Some(system) = assembled.system {
            picture::check(&document, &mut pictures, &variants, variant, (&system, registry), &errors);
            systems.push((variant.name.clone(), system));
        }
        let mut errors = errors.borrow_mut();
        for error in assembled.errors {
            if !errors.contains(&error) {
                errors.push(error);
            }
        }
        notes.extend(assembled.notes);
    }
    notes.extend(late_events(&systems, &settings));
    notes.sort_unstable();
    notes.dedup();
    let mut errors = errors.into_inner();
    let file = SystemFile {
        document,
        name,
        description,
        step,
        start,
        settings,
        charts,
        pictures: pictures.into_iter().map(|(picture, _)| picture).collect(),
        variants,
        notes,
    };
    // What reads columns and parameters is checked where all systems could be built.
    if systems.len() == file.variants.len() {
        errors.extend(problems::of(&file, systems));
    }
    if errors.is_empty() {
        return Ok(file);
    }
    errors.sort_by_key(|e| e.at.unwrap_or((usize::MAX, 0)));
    Err(FileErrors { errors })
}

/// Events that no run reaches.
fn late_events(systems: &[(String, System)], settings: &Settings) -> Vec<String> {
    let (timesteps, swept) = (settings.timesteps, settings.sweep.names());
    let events = systems.iter().flat_map(|(_, system)| system.events());
    let late = events.filter_map(|event| {
        let (key, time) = event.times.iter().find(|(key, _)| matches!(*key, "at" | "from"))?;
        let varied = swept.contains(&format!("{}.{key}", event.name).as_str());
        (*time > timesteps && !varied)
            .then(|| format!("{} comes after the last timestep, {timesteps}: `{key}` is {time}", event.name))
    });
    late.collect()
}

fn file_stem(document: &Document) -> String {
    document
        .path()
        .file_stem()
        .map_or_else(|| "system".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

fn read_step(section: &mut Section<'_>) -> StepLength {
    let span = section.tree().get("step").map(|e| e.value.span.clone());
    let Some(text) = section.text("step") else { return StepLength::default() };
    text.parse().unwrap_or_else(|error: te_core::StepLengthError| {
        if let Some(span) = span {
            section.refuse(&span, error.to_string());
        }
        StepLength::default()
    })
}

/// The items of an array of tables.
fn list<T>(
    document: &Document,
    tree: Option<&Tree>,
    name: &str,
    errors: &Errors,
    read: impl Fn(&mut Section<'_>) -> Option<T>,
) -> Vec<T> {
    let Some(tree) = tree else { return Vec::new() };
    let Data::List(items) = &tree.data else {
        errors.borrow_mut().push(document.error(
            &tree.span,
            "TE0303",
            format!("write {name}, with two brackets"),
        ));
        return Vec::new();
    };
    let mut out = Vec::new();
    for item in items {
        let mut section = Section::new(document, name, item, errors);
        out.extend(read(&mut section));
        section.finish();
    }
    out
}

fn read_recording(document: &Document, tree: &Tree, errors: &Errors) -> Recording {
    let mut section = Section::new(document, "[record]", tree, errors);
    let names = KEEPS.map(|(name, _)| (name, name));
    let chosen = section.choice("keep", &names);
    let recording = Recording {
        columns: section.texts("metrics"),
        every: section.count("every", 1).unwrap_or(1),
        substeps: section.boolean("substeps").unwrap_or(false),
        keep: KEEPS
            .into_iter()
            .find(|(name, _)| Some(*name) == chosen)
            .map_or(Keep::Trajectories, |(_, k)| k),
        ..Recording::default()
    };
    section.finish();
    recording
}

fn read_kpi(section: &mut Section<'_>) -> Option<Kpi> {
    let name = section.text("name");
    let of = section.text("of");
    let aggregate = section.text("aggregate").unwrap_or_else(|| "mean".to_owned());
    let require = section.text("require");
    if name.is_none() || of.is_none() {
        section.refuse(&section.tree().span.clone(), "a [[kpi]] needs `name` and `of`");
    }
    let failed = section.choice("failed", &FailedRuns::NAMES).unwrap_or_default();
    Some(Kpi { name: name?, of: of?, aggregate, require, failed })
}

fn read_variant(section: &mut Section<'_>, data: &DataColumns<'_>) -> Option<Variant> {
    let name = section.text("name");
    if name.is_none() && section.tree().get("name").is_none() {
        section.refuse(&section.tree().span.clone(), "a [[variant]] needs a `name`");
    }
    let mut set = Vec::new();
    if let Some(entry) = section.take("set") {
        for (name, tree) in flatten(&entry.value) {
            match data.resolve(&tree.value()) {
                Ok(value) => set.push((name, value)),
                Err(refused) => section.refuse_as("TE0305", &tree.span, refused.message),
            }
        }
    }
    let mut swap = Vec::new();
    for entry in section.take("swap").map_or(&[][..], |e| e.value.entries()) {
        let kind = entry.value.get("kind").and_then(|kind| kind.value.as_text());
        match kind {
            Some(kind) => {
                let params = entry.value.get("params").map_or(Value::Table(Vec::new()), |p| p.value.value());
                swap.push((entry.key.clone(), kind.to_owned(), params));
            }
            None => section.refuse(&entry.key_span, format!("swap of `{}` needs a `kind`", entry.key)),
        }
    }
    Some(Variant { name: name?, set, swap, without: Vec::new() })
}

fn read_random(tree: &Tree, document: &Document, errors: &Errors) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (name, value) in flatten(tree) {
        if let Some(text) = value.as_text() {
            out.push((name, text.to_owned()));
        } else {
            let message = format!(
                "`{name}` in [random] is {}: it must be a distribution such as \"normal(0, 1)\"",
                value.value()
            );
            errors.borrow_mut().push(document.error(&value.span, "TE0303", message));
        }
    }
    out
}
