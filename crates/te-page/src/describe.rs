//! What a system is, for the page: parameters with their sliders, events, variants, columns, charts, key figures, wiring.

use crate::opened::Opened;
use crate::setting::{Setting, first_variant};
use crate::slider;
use crate::trouble::Trouble;
use serde_json::{Value as Json, json};
use te_core::picture::{ChartKind, ChartSpec};
use te_core::{Bound, ComponentSpec, EventSpec, List, ParamKind, ParamSpec, Registry, Role, System, Value};
use te_system::SystemFile;
use te_system::changes::Overruled;
use te_system::system_file::Variant;

/// Letters of a value that is shown but not set here, at most.
const SHOWN: usize = 60;

/// All that the page needs to know of a system, or of one of its variants.
pub(crate) fn system(opened: &Opened, registry: &Registry, variant: Option<&str>) -> Result<Json, Trouble> {
    let file = &opened.file;
    let setting = Setting { variant: variant.map(str::to_owned), ..Setting::default() };
    let changes = opened.changes(&setting)?;
    let built = opened.experiment(&changes, registry)?.0;
    let (_, system) = built.systems().next().ok_or_else(|| Trouble::refused("the file has no system"))?;
    let components = system.components();
    let settings = &file.settings;
    let unit = |column: &str| {
        let found = system.columns().iter().find(|one| one.name == column);
        found.map(|one| one.unit.clone()).unwrap_or_default()
    };
    Ok(json!({
        "id": opened.id,
        "name": file.name,
        "title": file.name,
        "description": file.description,
        "path": file.path().display().to_string(),
        "on_disk": opened.start.text.is_none(),
        "text": file.text(),
        "hash": opened.hash(),
        "timesteps": changes.timesteps.unwrap_or(settings.timesteps),
        "step": file.step.to_string(),
        "start": file.start.map(|start| start.to_string()),
        "seed": changes.seed.unwrap_or(settings.seed),
        "runs": changes.runs.unwrap_or(settings.runs),
        "variant": changes.variant,
        "groups": components.iter().map(|one| group(one, file, registry)).collect::<Vec<_>>(),
        "variants": first_variant(file).map_or_else(Vec::new, |_| file.variants.iter().map(variant_data).collect()),
        "events": events(file, system),
        "columns": system.columns().iter().map(|c| json!({ "name": c.name, "unit": c.unit, "doc": c.doc })).collect::<Vec<_>>(),
        "charts": file.charts.iter().map(|chart| chart_data(chart, &unit)).collect::<Vec<_>>(),
        "kpis": settings.kpis.iter().map(|kpi| json!({
            "name": kpi.name, "text": format!("{} of {}", kpi.aggregate, kpi.of), "of": kpi.of, "aggregate": kpi.aggregate,
            "limit": kpi.require,
        })).collect::<Vec<_>>(),
        "wiring": wiring(system, &components),
        "warnings": file.notes,
    }))
}

fn group(component: &ComponentSpec, file: &SystemFile, registry: &Registry) -> Json {
    let params = component.params.iter().map(|(spec, value)| {
        let name = format!("{}.{}", component.path, spec.name);
        let drawn = match file.overruled_by(&name) {
            Some(Overruled::Random) => Some("[random] draws it for every run".to_owned()),
            _ if spec.role == Role::Random => {
                spec.random.as_ref().map(|from| format!("it is drawn for every run from {from}"))
            }
            _ => None,
        };
        param(&name, &spec.name, spec, value, drawn)
    });
    json!({
        "component": component.path,
        "kind": component.kind,
        "doc": registry.kind(&component.kind).map(|kind| kind.doc.clone()).unwrap_or_default(),
        "side": side(component.list),
        "params": params.collect::<Vec<_>>(),
    })
}

fn side(list: List) -> &'static str {
    match list {
        List::Controllables => "controllable",
        List::Uncontrollables => "uncontrollable",
    }
}

fn param(name: &str, label: &str, spec: &ParamSpec, value: &Value, drawn: Option<String>) -> Json {
    let (kind, choices) = match &spec.kind {
        ParamKind::F64 => ("number", None),
        ParamKind::I64 | ParamKind::U64 => ("integer", None),
        ParamKind::Bool => ("boolean", None),
        ParamKind::Decimal => ("decimal", None),
        ParamKind::Text => ("text", None),
        ParamKind::Choice(names) => ("choice", Some(names)),
        ParamKind::List => ("list", None),
        ParamKind::Table => ("table", None),
    };
    let held = matches!(spec.kind, ParamKind::List | ParamKind::Table);
    let why = drawn.or_else(|| held.then(|| format!("{}: change it in the file", spec.kind.describe())));
    let shown = |value: &Value| if held { json!(shortened(&value.to_string())) } else { json!(value) };
    let slider = slider::of(spec, value);
    json!({
        "name": name,
        "label": label,
        "type": kind,
        "choices": choices,
        "optional": spec.optional,
        "value": shown(value),
        "default": shown(&spec.default),
        "unit": spec.unit,
        "doc": spec.doc,
        "role": spec.role.name(),
        "lower": end(spec.range.lower),
        "upper": end(spec.range.upper),
        "soft": slider.map(|slider| [slider.low, slider.high]),
        "step": slider.map(|slider| slider.step),
        "logarithmic": slider.is_some_and(|slider| slider.logarithmic),
        "initial": spec.initial,
        "fixed": why.is_some(),
        "why": why,
    })
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn end(bound: Bound) -> Json {
    match bound {
        Bound::None => Json::Null,
        Bound::Inclusive(x) => json!({ "value": x, "open": false }),
        Bound::Exclusive(x) => json!({ "value": x, "open": true }),
    }
}

fn variant_data(variant: &Variant) -> Json {
    let set: serde_json::Map<String, Json> =
        variant.set.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let swap = variant.swap.iter().map(|(instance, kind, _)| format!("{instance} is {kind}"));
    let said = variant.set.iter().map(|(name, value)| format!("{name} = {}", shortened(&value.to_string())));
    json!({ "name": variant.name, "doc": said.chain(swap).collect::<Vec<_>>().join(", "), "set": set })
}

/// Events of the file, and of systems that it nests; those of the file can be left out.
fn events(file: &SystemFile, system: &System) -> Vec<Json> {
    let names = file.event_names();
    let one = |event: &EventSpec| {
        let own = event.name.strip_prefix("event.").unwrap_or(&event.name);
        let times = event.times.iter().map(|(key, time)| {
            let date = file.calendar().and_then(|calendar| calendar.date(*time));
            let dated = matches!(*key, "at" | "from" | "until").then_some(date).flatten();
            json!({ "name": format!("{}.{key}", event.name), "key": key, "value": time,
                "date": dated.map(|date| date.to_string()) })
        });
        let at = event.times.iter().find(|(key, _)| *key == "at").map(|(_, time)| *time);
        json!({
            "name": own,
            "text": event.to_string(),
            "at": at,
            "times": times.collect::<Vec<_>>(),
            "switch": names.iter().any(|name| name == own),
        })
    };
    system.events().map(one).collect()
}

fn chart_data(chart: &ChartSpec, unit: &impl Fn(&str) -> String) -> Json {
    let series =
        chart.series.iter().map(|s| json!({ "column": s.column, "label": s.label, "unit": unit(&s.column) }));
    let kind = match chart.kind {
        ChartKind::Histogram => "histogram",
        ChartKind::Area => "area",
        ChartKind::Bars => "bars",
        ChartKind::Heat => "heat",
        ChartKind::Phase => "phase",
        ChartKind::Lines => "lines",
        ChartKind::Bands => "bands",
        _ => "auto",
    };
    json!({
        "title": chart.title,
        "x": chart.x,
        "kind": kind,
        "series": series.collect::<Vec<_>>(),
        "logarithmic": chart.log_y,
        "zero": chart.zero,
        "unit": chart.series.first().map(|s| unit(&s.column)),
        "y_label": chart.y_label,
    })
}

fn wiring(system: &System, components: &[ComponentSpec]) -> Json {
    let own = |path: &str, column: &str| {
        column.strip_prefix(path).is_some_and(|rest| rest.starts_with('.') && !rest[1..].contains('.'))
    };
    let nodes = components.iter().map(|one| {
        let metrics = system.columns().iter().map(|c| c.name.as_str()).filter(|name| own(&one.path, name));
        json!({ "name": one.path, "kind": one.kind, "side": side(one.list), "metrics": metrics.collect::<Vec<_>>() })
    });
    let derived = system.derived().map(|(name, text)| json!({ "name": name, "text": text }));
    let edges = system.wires().iter().map(|wire| {
        let reads = wire.reads.iter().map(|read| json!(read.name));
        json!({ "from": wire.from, "to": wire.to, "reads": reads.collect::<Vec<_>>() })
    });
    json!({ "nodes": nodes.collect::<Vec<_>>(), "derived": derived.collect::<Vec<_>>(), "edges": edges.collect::<Vec<_>>() })
}
