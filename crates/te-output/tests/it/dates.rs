//! Dates in pages and charts: of recorded rows, and where statistics over runs stand for them.

use std::path::Path;

use te_core::glue::{Function, FunctionParams};
use te_core::{Cells, DATE_COLUMN, Date, Experiment, Frame, Keep, Recording, StepLength, System, TimeUnit};
use te_output::{ChartSpec, Charted as _, ColumnTable, Report, Theme, write_frame};

use crate::report::page;

/// Runs of five timesteps of a month or a week from 2026-01-31.
fn experiment(unit: TimeUnit, keep: Keep) -> Experiment {
    let mut system = System::builder("s");
    system.step_length(StepLength::new(1.0, unit));
    system.start("2026-01-31".parse::<Date>().unwrap());
    system.uncontrollable::<Function>("demand", FunctionParams { of: "10 + t".into() });
    system.derived("of_month", "month()", "");
    let experiment = Experiment::new(system.build().unwrap()).timesteps(5).runs(12);
    experiment.record(Recording { keep, ..Recording::default() })
}

fn system_frame(unit: TimeUnit) -> Frame {
    experiment(unit, Keep::Trajectories).run().unwrap().into_frame()
}

/// The statistics in a folder, as a run leaves them.
fn statistics(unit: TimeUnit, folder: &Path) -> Frame {
    let results = experiment(unit, Keep::Statistics).run().unwrap();
    let table = results.statistics.unwrap().frame().unwrap();
    write_frame(folder.join("statistics.csv"), &table, &[]).unwrap();
    table
}

fn data(html: &str) -> serde_json::Value {
    let data = html.split("id=\"data\">").nth(1).and_then(|rest| rest.split("</script>").next()).unwrap();
    serde_json::from_str(data).unwrap()
}

#[test]
fn pages_show_dates_of_rows_and_of_statistics() {
    let months = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"];
    let weeks = ["2026-01-31", "2026-02-07", "2026-02-14", "2026-02-21", "2026-02-28", "2026-03-07"];
    for (unit, dates) in [(TimeUnit::Month, months), (TimeUnit::Week, weeks)] {
        let folder = tempfile::tempdir().unwrap();
        let table = statistics(unit, folder.path());
        let Some(Cells::Date(days)) = table.column(DATE_COLUMN).map(|column| &column.cells) else { panic!() };
        let first = days.iter().step_by(2).map(|day| Date::of_days(i64::from(*day)).unwrap().to_string());
        assert_eq!(first.collect::<Vec<_>>(), dates, "of two columns each");
        let of_statistics = Report::default().render(folder.path()).unwrap();
        let of_rows = page("report-dates", &Report::default(), &system_frame(unit), &[]);
        for html in [&of_statistics, &of_rows] {
            let data = data(html);
            assert_eq!(data["dates"], serde_json::json!(dates));
            assert_eq!(data["x"], "date");
            assert_eq!(data["months"].as_bool().unwrap_or(false), unit == TimeUnit::Month);
            let last = dates[5];
            assert!(html.contains("<th>final date</th>") && html.contains(&format!("<td>{last}</td>")));
        }
        // The same medians and bands.
        assert_eq!(data(&of_statistics)["cells"][0][0]["q"], data(&of_rows)["cells"][0][0]["q"]);
    }
    // Without a start there are none.
    let html = page("report-undated", &Report::default(), &crate::hive("default.csv"), &[]);
    assert!(!html.contains("final date") && data(&html).get("dates").is_none());
}

#[test]
fn charts_of_statistics_have_dates_on_their_axis() {
    let folder = tempfile::tempdir().unwrap();
    statistics(TimeUnit::Month, folder.path());
    let table = ColumnTable::of_results(folder.path()).unwrap();
    for x in ["timestep", DATE_COLUMN] {
        let mut chart = ChartSpec::lines("Demand", ["demand.value"]);
        chart.kind = te_output::ChartKind::Bands;
        x.clone_into(&mut chart.x);
        let svg = chart.draw(&chart.read(&table).unwrap(), table.parameters(), Theme::Light).unwrap().svg();
        assert!(svg.contains("2026-03") && svg.contains(">date<"), "{x}");
    }
    // A chart over dates is one that can be zoomed, as over timesteps.
    let mut chart = ChartSpec::lines("Demand", ["demand.value"]);
    DATE_COLUMN.clone_into(&mut chart.x);
    let report = Report { charts: vec![chart], ..Report::default() };
    assert_eq!(data(&report.render(folder.path()).unwrap())["presets"][0]["title"], "Demand");
}
