//! Reports as text; `tests/browser` opens them in a browser.

use std::path::Path;

use te_core::{Cells, Column, Frame};
use te_output::{
    Canvas, ChartKind, ChartSpec, Drawing, Format, PARAMETERS_KEY, PlanInfo, Report, ReportParameter,
    ReportPicture, ResultsFolder, Theme, Wire, Wiring, WiringNode, plan_id, write_frame,
};

use crate::hive;

fn hive_report() -> Report {
    let columns = |names: &[&str]| names.iter().map(|n| format!("economy.{n}")).collect::<Vec<_>>();
    Report {
        title: "hive-economy".into(),
        description: "The 1Hive economy over ten years of months.".into(),
        command: "tecmns run systems/hive-economy.toml --seed 7".into(),
        facts: vec![("seed".into(), "7".into()), ("runs".into(), "1".into())],
        parameters: vec![ReportParameter {
            path: "economy.throttle".into(),
            name: "economy.throttle".into(),
            value: "0.008".into(),
            unit: "1/month".into(),
            range: "0 to 1".into(),
            doc: "Largest share of the supply that is <issued> or burned in a month".into(),
        }],
        wiring: Wiring {
            nodes: [("supply", "hive/supply"), ("market", "hive/market"), ("price", "hive/price")]
                .map(|(name, kind)| WiringNode { name: name.into(), kind: kind.into() })
                .into(),
            wires: [
                ("supply", "market", "reserve"),
                ("supply", "price", "circulation"),
                ("market", "price", "size"),
                ("market", "price", "saturation"),
                ("price", "supply", "price"),
            ]
            .map(|(from, to, label)| Wire { from: from.into(), to: to.into(), label: label.into() })
            .into(),
        },
        charts: vec![
            ChartSpec::lines("Supply", columns(&["total_supply", "circulation", "reserve"])),
            ChartSpec::lines("Price", columns(&["price"])),
            ChartSpec::lines("Stacked", columns(&["reserve", "circulation"])).kind(ChartKind::Area),
        ],
        manifest: "seed = 7\n".into(),
        ..Report::default()
    }
}

pub(crate) fn page(name: &str, report: &Report, frame: &Frame, parameters: &[&str]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let table = dir.path().join("trajectories.parquet");
    let metadata = [(PARAMETERS_KEY.to_owned(), format!("{parameters:?}"))];
    write_frame(&table, frame, &metadata).unwrap();
    let html = report.render(dir.path()).unwrap();
    if let Ok(folder) = std::env::var("TE_OUTPUT_PICTURES") {
        std::fs::write(Path::new(&folder).join(format!("{name}.html")), &html).unwrap();
    }
    html
}

#[test]
fn a_report_holds_everything_and_asks_for_nothing() {
    let html = page("report-hive", &hive_report(), &hive("default.csv"), &[]);
    for part in [
        "hive-economy.toml --seed 7",
        "economy.throttle",
        "&lt;issued&gt;",
        "wiring diagram",
        "hive/supply</text>",
        "8113.02",
        "The MIT License",
        "<p>None.</p>",
    ] {
        assert!(html.contains(part), "lacks {part}");
    }
    for outside in ["src=\"http", "href=\"http", "@import", "url(http", "fetch("] {
        assert!(!html.contains(outside), "asks for {outside}");
    }
    assert!(html.len() < 400_000, "{} bytes", html.len());
}

#[test]
fn names_and_failures_cannot_break_the_page() {
    let mut frame = hive("default.csv").into_columns();
    frame.push(Column { doc: "</script><b>".into(), ..Column::new("a.x", Cells::F64(vec![1.0; 121])) });
    let number = |name: &str, n: u64| Column::new(name, Cells::U64(vec![n]));
    let failures = Frame::new(vec![
        number("simulation", 0),
        number("subset", 0),
        number("run", 9),
        number("timestep", 3),
        number("substep", 1),
        Column::new("cause", Cells::Text(vec!["</script><script>alert(1)</script>".into()])),
    ]);
    let report = Report { title: "<i>".into(), failures: Some(failures.unwrap()), ..Report::default() };
    let html = page("report-hostile", &report, &Frame::new(frame).unwrap(), &[]);
    assert!(html.contains("&lt;i&gt;") && html.contains("1 runs failed"));
    assert!(!html.contains("</script><b>") && !html.contains("<script>alert"));
    assert_eq!(html.matches("</script>").count(), 3);
}

#[test]
fn pictures_of_the_caller_stand_below_the_charts() {
    let draw = |theme| {
        let mut canvas = Canvas::new("Somewhere", 300.0, 200.0, theme);
        canvas.circle((100.0, 100.0), 20.0, "#0072b2", canvas.ground(), 1.0);
        Drawing::from(canvas).svg()
    };
    let picture =
        ReportPicture { caption: "A <circle>.".into(), light: draw(Theme::Light), dark: draw(Theme::Dark) };
    let report = Report { pictures: vec![picture], ..hive_report() };
    let html = page("report-picture", &report, &hive("default.csv"), &[]);
    assert!(html.contains("<figcaption>A &lt;circle&gt;.</figcaption>"));
    // It shrinks with the page.
    assert_eq!(html.matches("viewBox=\"0 0 300 200\"").count(), 2);
}

#[test]
fn key_figures_stand_side_by_side() {
    let whole = |name: &str, cells: [u64; 4]| Column::new(name, Cells::U64(cells.into()));
    let text = |name: &str, cells: [&str; 4]| Column::new(name, Cells::Text(cells.map(str::to_owned).into()));
    let figures = Frame::new(vec![
        whole("simulation", [0; 4]),
        whole("subset", [0, 0, 1, 1]),
        text("figure", ["ruin", "peak", "ruin", "peak"]),
        text(
            "of",
            ["min(economy.reserve)", "max(economy.price)", "min(economy.reserve)", "max(economy.price)"],
        ),
        text("over_runs", ["probability below 10", "median", "probability below 10", "median"]),
        Column {
            valid: Some(vec![true, true, true, false]),
            ..Column::new("value", Cells::F64(vec![0.25, 1234.5678, 0.5, 0.0]))
        },
        text("holds", ["yes", "", "no", ""]),
    ]);
    let report = Report { key_figures: Some(figures.unwrap()), ..Report::default() };
    let html = page("report-figures", &report, &hive("sweep4_runs2.csv"), &[]);
    assert!(html.contains("<td>0.25, holds</td><td class=\"fails\">0.5, does not hold</td>"), "ruin");
    assert!(html.contains("<td>1234.57</td><td>never</td>"), "peak");
    assert!(html.contains("probability below 10 of min(economy.reserve)"));
}

#[test]
fn a_large_report_keeps_the_bands_of_all_metrics_and_the_runs_of_its_charts() {
    let (runs, times, metrics) = (12_u64, 300_u64, 160_usize);
    let rows = || (0..runs).flat_map(|run| (0..times).map(move |time| (run, time)));
    let whole =
        |name: &str, of: fn((u64, u64)) -> u64| Column::new(name, Cells::U64(rows().map(of).collect()));
    let mut columns = vec![
        whole("simulation", |_| 0),
        whole("subset", |_| 0),
        whole("run", |(run, _)| run),
        whole("timestep", |(_, time)| time),
        whole("substep", |_| 1),
    ];
    for metric in 0..metrics {
        let value = |(run, time): (u64, u64)| (run * time) as f64 + metric as f64;
        columns.push(Column::new(format!("a.m{metric}"), Cells::F64(rows().map(value).collect())));
    }
    let report = Report { charts: vec![ChartSpec::lines("One", ["a.m7"])], ..Report::default() };
    let html = page("report-large", &report, &Frame::new(columns).unwrap(), &[]);
    assert!(html.contains("Single runs are in the page for the metrics of its charts."));
    let data = html.split("id=\"data\">").nth(1).and_then(|rest| rest.split("</script>").next()).unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    let shown = |metric: usize| &data["cells"][metric][0];
    let list = |value: &serde_json::Value| value.as_array().unwrap().len();
    assert_eq!((list(&shown(7)["runs"]), list(&shown(8)["runs"])), (8, 0));
    // At time 100 the runs have 0, 100, ... 1100 and the metric's number: the median is 550 more than that.
    assert_eq!((&shown(7)["q"][2][100], &shown(149)["q"][2][100]), (&557.0.into(), &699.0.into()));
    // The 5 % quantile lies at 0.55 of the step between the two lowest.
    assert_eq!(shown(0)["q"][0][100], 55.0);
    assert_eq!(list(&shown(7)["runs"][0]), 1, "the run that never changes is one number");
}

#[test]
fn a_folder_tells_its_report_what_was_run() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = r#"
[run]
system = "hive-split"
description = "In three parts."
seed = "7"
[sweep]
mode = "product"
"supply.throttle" = [0.004, 0.008]
[[simulation]]
name = "hive-split"
wires = ["market.size -> price.size", "market.saturation * supply.reserve -> price.level", "price.price -> supply.price", "1 + pressure -> price.pressure"]
derived = { load = "market.load + lag(pressure, 1)", pressure = "2 * load * supply.reserve" }
component.supply = { kind = "hive/supply", params = { throttle = 0.008, target = 0.2 } }
component.market = { kind = "hive/market", params = {} }
component.price = { kind = "hive/price", params = {} }
[[simulation]]
name = "slow"
wires = []
component.supply = { kind = "hive/supply", params = { throttle = 0.008, target = 0.1 } }
[command]
line = "tecmns run hive-split.toml"
[[chart]]
title = "Price"
series = ["economy.price"]
"#;
    let plan = PlanInfo { id: plan_id(manifest), manifest: manifest.to_owned(), ..PlanInfo::default() };
    let folder = ResultsFolder::open(dir.path().join("out"), &plan, false).unwrap();
    let frame = hive("default.csv");
    let mut writer = folder.writer(Format::Parquet, &frame).unwrap();
    writer.write(&frame).unwrap();
    writer.finish().unwrap();
    let report = Report::of_folder(folder.path()).unwrap();
    assert_eq!(
        (report.title.as_str(), report.command.as_str()),
        ("hive-split", "tecmns run hive-split.toml")
    );
    assert!(report.facts.contains(&("seed".into(), "7".into())));
    let told: Vec<_> = report.parameters.iter().map(|p| (p.path.as_str(), p.value.as_str())).collect();
    assert_eq!(
        told,
        [("supply.throttle", "0.004, 0.008"), ("supply.target", "0.2"), ("slow: supply.target", "0.1")]
    );
    let wires: Vec<_> =
        report.wiring.wires.iter().map(|w| (w.from.as_str(), w.to.as_str(), w.label.as_str())).collect();
    let expected = [
        ("market", "price", "size"),
        ("market", "price", "saturation \u{2192} level"),
        ("supply", "price", "reserve \u{2192} level"),
        ("price", "supply", "price"),
        // Through derived columns, one of which reads the other a step back.
        ("market", "price", "pressure"),
        ("supply", "price", "pressure"),
    ];
    assert_eq!(wires, expected);
    assert_eq!(report.charts, [ChartSpec::lines("Price", ["economy.price"])]);
    let path = folder.write_report(&report.render(folder.path()).unwrap()).unwrap();
    assert!(std::fs::read_to_string(path).unwrap().contains("In three parts."));
}
