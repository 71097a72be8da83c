//! What a results folder says of how it was made.

mod again;
mod line;

use super::CommandError;
pub(crate) use again::what_to_run;
pub(crate) use line::of as line_of;
pub use line::of_changes as line_of_changes;
use te_core::{Domain, Plan, Sweep, Value};
use te_output::{Compression, Format, Storage};
use tecmns::SystemFile;
use tecmns::system::{Changes, Described, keep_name};
use tecmns::system_file::PictureSpec;
use toml::{Table, Value as Toml};

/// The manifest's text and, made of the same words without those that do not change the numbers, the canonical text
/// of the plan.
pub(crate) struct Manifest {
    pub(crate) text: String,
    pub(crate) canonical: String,
}

/// The manifest of a run with these changes; `described` is what its systems are.
///
/// Its table `command` holds the system file's text, those of the files that it nests, and what the command line changed:
/// enough to run again without the files.
pub(crate) fn manifest(
    file: &SystemFile,
    changes: &Changes,
    output: OutputChoice,
    described: &[Described],
    plan: &Plan,
    line: &str,
) -> Result<Manifest, CommandError> {
    let fail = |e: toml::ser::Error| CommandError::new(1, format!("cannot write the manifest: {e}"));
    let mut root = canonical(file, described, plan)?;
    let canonical = toml::to_string(&root).map_err(fail)?;
    if let Some(netlist) = tecmns::provenance().root {
        root.insert("netlist_root".into(), netlist.to_string().into());
    }
    let charts = file.charts.iter().map(Toml::try_from).collect::<Result<Vec<_>, _>>().map_err(fail)?;
    if !charts.is_empty() {
        root.insert("chart".into(), charts.into());
    }
    if !file.pictures.is_empty() {
        root.insert("picture".into(), file.pictures.iter().map(picture_table).collect::<Vec<_>>().into());
    }
    let mut command = Table::new();
    command.insert("file".into(), file.path().display().to_string().into());
    command.insert("line".into(), format!("tecmns {line}").into());
    command.insert("text".into(), file.text().into());
    command.insert("settings".into(), changes.table().into());
    let mut written = Table::new();
    written.insert("format".into(), output.storage.format.extension().into());
    written.insert("compression".into(), output.storage.compression.name().into());
    written.insert("charts".into(), output.charts.into());
    written.insert("summary".into(), output.summary.into());
    command.insert("output".into(), written.into());
    let nested: Table = file.nested()?.into_iter().map(|(name, text)| (name, text.into())).collect();
    if !nested.is_empty() {
        command.insert("nested".into(), nested.into());
    }
    root.insert("command".into(), command.into());
    Ok(Manifest { text: toml::to_string(&root).map_err(fail)?, canonical })
}

/// What a run writes, beside its numbers.
#[derive(Clone, Copy, Debug)]
pub struct OutputChoice {
    /// The form of its tables.
    pub storage: Storage,
    /// Whether charts are drawn and a report is written.
    pub charts: bool,
    /// Whether a summary is written.
    pub summary: bool,
}

/// What a manifest's command wrote; the defaults where it does not say.
pub(crate) fn output_choice(manifest: &str) -> OutputChoice {
    let told: Table = manifest.parse().unwrap_or_default();
    let output = told.get("command").and_then(|c| c.get("output"));
    let text = |key: &str| output.and_then(|o| o.get(key)).and_then(Toml::as_str);
    let format = text("format").and_then(|t| Format::all().iter().copied().find(|f| f.extension() == t));
    let packed = text("compression").and_then(|t| Compression::ALL.into_iter().find(|c| c.name() == t));
    let switch = |key: &str| output.and_then(|o| o.get(key)).and_then(Toml::as_bool).unwrap_or(true);
    OutputChoice {
        storage: Storage { format: format.unwrap_or_default(), compression: packed.unwrap_or_default() },
        charts: switch("charts"),
        summary: switch("summary"),
    }
}

fn picture_table(picture: &PictureSpec) -> Toml {
    let mut table = Table::new();
    table.insert("of".into(), picture.of.clone().into());
    table.insert("what".into(), picture.what.clone().into());
    table.insert("at".into(), picture.at.iter().map(ToString::to_string).collect::<Vec<_>>().into());
    if let Some(variant) = &picture.variant {
        table.insert("variant".into(), variant.clone().into());
    }
    table.insert("subset".into(), whole(picture.subset));
    table.insert("run".into(), whole(picture.run));
    table.into()
}

/// What determines the numbers.
pub(crate) fn canonical(
    file: &SystemFile,
    systems: &[Described],
    plan: &Plan,
) -> Result<Table, CommandError> {
    let settings = &file.settings;
    let mut root = Table::new();
    let mut run = Table::new();
    run.insert("system".into(), file.name.clone().into());
    run.insert("description".into(), file.description.clone().into());
    run.insert("timesteps".into(), whole(settings.timesteps));
    run.insert("step".into(), file.step.to_string().into());
    if let Some(start) = file.start {
        run.insert("start".into(), start.to_string().into());
    }
    run.insert("seed".into(), Toml::String(settings.seed.to_string()));
    run.insert("runs".into(), whole(settings.runs));
    run.insert("subsets".into(), whole(plan.subsets()));
    // A resumed unit must be of the same runs, and statistics are formed unit by unit.
    run.insert("unit_runs".into(), whole(plan.unit_size()));
    run.insert("independent_subsets".into(), settings.independent_subsets.into());
    run.insert("tecmns".into(), env!("CARGO_PKG_VERSION").into());
    // Disciplines, stages, derived columns, interactions and everything else that numbers depend on, also where no table
    // here names it.
    let mut identity = String::new();
    plan.write_identity(&mut identity).map_err(|e| CommandError::new(1, e))?;
    run.insert("identity".into(), te_output::plan_id(&identity).into());
    root.insert("run".into(), run.into());
    let mut record = Table::new();
    record.insert("columns".into(), plan.columns().iter().map(|c| c.name.clone()).collect::<Vec<_>>().into());
    record.insert("every".into(), whole(settings.recording.every));
    record.insert("substeps".into(), settings.recording.substeps.into());
    record.insert("keep".into(), keep_name(&settings.recording.keep).into());
    root.insert("record".into(), record.into());
    if let Some(sweep) = sweep_table(&settings.sweep)? {
        root.insert("sweep".into(), sweep.into());
    }
    let random =
        settings.random.iter().map(|(name, d)| (name.clone(), Toml::from(d.clone()))).collect::<Table>();
    if !random.is_empty() {
        root.insert("random".into(), random.into());
    }
    if !settings.stop.is_empty() {
        root.insert(
            "stop".into(),
            Table::from_iter([("when".to_owned(), Toml::from(settings.stop.clone()))]).into(),
        );
    }
    let kpis: Vec<Toml> = settings
        .kpis
        .iter()
        .map(|k| {
            let mut kpi = Table::new();
            kpi.insert("name".into(), k.name.clone().into());
            kpi.insert("of".into(), k.of.clone().into());
            kpi.insert("aggregate".into(), k.aggregate.clone().into());
            if let Some(require) = &k.require {
                kpi.insert("require".into(), require.clone().into());
            }
            if k.failed != te_core::FailedRuns::default() {
                kpi.insert("failed".into(), k.failed.name().into());
            }
            kpi.into()
        })
        .collect();
    if !kpis.is_empty() {
        root.insert("kpi".into(), kpis.into());
    }
    let (registry, _) = tecmns::kinds();
    let kinds = || systems.iter().flat_map(|system| &system.components).map(|one| one.kind.as_str());
    let code = tecmns::code_of(&registry, kinds()).into_iter();
    let code: Table =
        code.map(|(kind, of)| (kind.to_owned(), format!("{} {}", of.id, of.hash).into())).collect();
    if !code.is_empty() {
        root.insert("code".into(), code.into());
    }
    // Kinds that no registry names, each with a hash of what it was made of.
    let all = systems.iter().flat_map(|system| &system.components);
    let source: Table = all.filter_map(|one| Some((one.kind.clone(), one.source.clone()?.into()))).collect();
    if !source.is_empty() {
        root.insert("source".into(), source.into());
    }
    // The code that components are built on, and the libraries below.
    let engine: Table =
        tecmns::engine_of(&registry, kinds()).into_iter().map(|(name, made)| (name, made.into())).collect();
    if !engine.is_empty() {
        root.insert("engine".into(), engine.into());
    }
    // Orders of steps and whatever else the file says of the system.
    let structure = file.structure().into_iter().map(|(name, value)| Ok((name, toml_value(&value)?)));
    let structure = structure.collect::<Result<Table, CommandError>>()?;
    if !structure.is_empty() {
        root.insert("structure".into(), structure.into());
    }
    let simulations = systems.iter().map(simulation_table).collect::<Result<Vec<_>, _>>()?;
    root.insert("simulation".into(), simulations.into());
    Ok(root)
}

fn simulation_table(
    Described { name, components, wires, derived, events }: &Described,
) -> Result<Toml, CommandError> {
    let mut table = Table::new();
    table.insert("name".into(), name.clone().into());
    let mut all = Table::new();
    for component in components {
        let mut one = Table::new();
        one.insert("kind".into(), component.kind.clone().into());
        one.insert("list".into(), component.list.name().into());
        let mut params = Table::new();
        for (spec, value) in &component.params {
            params.insert(spec.name.to_string(), toml_value(value)?);
        }
        one.insert("params".into(), params.into());
        all.insert(component.path.clone(), one.into());
    }
    table.insert(
        "wires".into(),
        wires.iter().map(|w| format!("{} -> {}", w.from, w.to)).collect::<Vec<_>>().into(),
    );
    if !derived.is_empty() {
        let derived = derived.iter().map(|(name, expression)| (name.clone(), expression.clone().into()));
        table.insert("derived".into(), derived.collect::<Table>().into());
    }
    if !events.is_empty() {
        let events: Vec<String> = events.iter().map(ToString::to_string).collect();
        table.insert("events".into(), events.into());
    }
    table.insert("component".into(), all.into());
    Ok(table.into())
}

fn sweep_table(sweep: &Sweep) -> Result<Option<Table>, CommandError> {
    let mut table = Table::new();
    let mode = match sweep {
        Sweep::None => return Ok(None),
        Sweep::Zip(_) => "zip",
        Sweep::RepeatLast(_) => "repeat-last",
        Sweep::Product(_) => "product",
        Sweep::Points { .. } | Sweep::Numbers { .. } => "points",
        Sweep::Random { .. } => "random",
        Sweep::LatinHypercube { .. } => "lhs",
        Sweep::Sobol { .. } => "sobol",
        _ => "other",
    };
    table.insert("mode".into(), mode.into());
    match sweep {
        Sweep::Zip(axes) | Sweep::RepeatLast(axes) | Sweep::Product(axes) => {
            for axis in axes {
                let values = axis.values.iter().map(toml_value).collect::<Result<Vec<_>, _>>()?;
                table.insert(axis.name.clone(), values.into());
            }
        }
        Sweep::Points { names, rows } => {
            for (at, name) in names.iter().enumerate() {
                let values =
                    rows.iter().filter_map(|r| r.get(at)).map(toml_value).collect::<Result<Vec<_>, _>>()?;
                table.insert(name.clone(), values.into());
            }
        }
        Sweep::Numbers { names, values } => {
            for (at, name) in names.iter().enumerate() {
                let column = values.iter().skip(at).step_by(names.len()).map(|x| Toml::Float(*x));
                table.insert(name.clone(), column.collect::<Vec<_>>().into());
            }
        }
        Sweep::Random { count, seed, .. } | Sweep::LatinHypercube { count, seed, .. } => {
            table.insert("count".into(), whole(*count));
            table.insert("seed".into(), Toml::String(seed.to_string()));
        }
        Sweep::Sobol { count, .. } => {
            table.insert("count".into(), whole(*count));
        }
        _ => {}
    }
    for sampled in sweep.sampled() {
        table.insert(sampled.name.clone(), domain_value(&sampled.from)?);
    }
    Ok(Some(table))
}

/// What a parameter is sampled from, as a system file writes it.
fn domain_value(domain: &Domain) -> Result<Toml, CommandError> {
    Ok(match domain {
        Domain::Interval { low, high } => vec![*low, *high].into(),
        Domain::LogInterval { low, high } => Table::from_iter([
            ("from".to_owned(), Toml::from(*low)),
            ("to".to_owned(), Toml::from(*high)),
            ("scale".to_owned(), Toml::from("log")),
        ])
        .into(),
        Domain::Values(values) => {
            let values = values.iter().map(toml_value).collect::<Result<Vec<_>, _>>()?;
            Table::from_iter([("values".to_owned(), Toml::from(values))]).into()
        }
        _ => Toml::String(format!("{domain:?}")),
    })
}

pub(super) fn whole(n: u64) -> Toml {
    i64::try_from(n).map_or_else(|_| Toml::String(n.to_string()), Toml::Integer)
}

fn toml_value(value: &Value) -> Result<Toml, CommandError> {
    Toml::try_from(value).map_err(|e| CommandError::new(1, format!("cannot write the manifest: {e}")))
}

/// How many runs an experiment has, in words for the start line.
pub(crate) fn size_of(plan: &Plan, experiment_timesteps: u64) -> String {
    let (runs, subsets) = (plan.runs(), plan.subsets());
    let plural = |n: u64| if n == 1 { "" } else { "s" };
    format!(
        "{runs} run{} in {subsets} subset{}, {experiment_timesteps} timesteps each",
        plural(runs),
        plural(subsets)
    )
}
