//! Charts drawn from reference and made-up tables. Pictures are kept where the variable
//! `TE_OUTPUT_PICTURES` names a folder, so that a person can look at them.

use te_core::{Cells, Column, Frame};
use te_output::{ChartKind, ChartSpec, Charted as _, Guide, OutputError, Theme};

use crate::hive;

/// Draws in both themes and both formats; gives the light SVG.
fn drawn(spec: &ChartSpec, frame: &Frame, parameters: &[String]) -> String {
    let mut svgs = Vec::new();
    for (theme, suffix) in [(Theme::Light, ""), (Theme::Dark, "-dark")] {
        let drawing = spec.draw(frame, parameters, theme).unwrap();
        svgs.push(drawing.svg());
        if let Ok(folder) = std::env::var("TE_OUTPUT_PICTURES") {
            let stem = std::path::Path::new(&folder).join(format!("{}{suffix}", spec.file_stem()));
            drawing.write(stem.with_extension("png")).unwrap();
            drawing.write(stem.with_extension("svg")).unwrap();
        } else if theme == Theme::Light {
            let png = drawing.png().unwrap();
            assert_eq!(&png[1..4], b"PNG");
        }
    }
    assert_ne!(svgs[0], svgs[1]);
    for svg in &svgs {
        assert_legible(svg);
    }
    svgs.swap_remove(0)
}

/// No text below 12 px.
fn assert_legible(svg: &str) {
    let sizes: Vec<f64> = svg
        .split("font-size=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().trim_end_matches("px").parse().unwrap())
        .collect();
    assert!(!sizes.is_empty());
    assert!(sizes.iter().all(|s| *s >= 12.0), "{sizes:?}");
}

fn count(svg: &str, what: &str) -> usize {
    svg.matches(what).count()
}

#[test]
fn the_notebooks_six_pictures() {
    let frame = hive("default.csv");
    let columns = |names: &[&str]| names.iter().map(|n| format!("economy.{n}")).collect::<Vec<_>>();
    for (title, names) in [
        ("Supply", &["total_supply", "circulation", "reserve"][..]),
        ("Flows", &["netflow", "adjustment"]),
        ("Ratio and saturation", &["ratio", "saturation"]),
        ("Price", &["price"]),
        ("Market cap and size", &["market_cap", "size"]),
        ("Utility", &["utility"]),
    ] {
        let svg = drawn(&ChartSpec::lines(title, columns(names)), &frame, &[]);
        assert!(svg.contains(title) && svg.contains("timestep [month]"), "{title}");
        for name in names {
            let label = name.replace('_', " ");
            assert!(svg.contains(&label), "{title} lacks {label}");
        }
    }
}

#[test]
fn subsets_are_lines_or_panels() {
    let frame = hive("sweep4_runs2.csv");
    let one = ChartSpec::lines("Price by subset", ["economy.price"]);
    let svg = drawn(&one, &frame, &[]);
    assert!(svg.contains("subset 0") && svg.contains("subset 3"));
    let panels = ChartSpec::lines("Supply by subset", ["economy.total_supply", "economy.reserve"]);
    let svg = drawn(&panels, &frame, &[]);
    assert_eq!(count(&svg, ">subset "), 4);
    assert_eq!(count(&svg, ">total supply<"), 1, "one legend for all panels");
    let same = ChartSpec { facet: Some(false), title: "Supply in one".into(), ..panels };
    assert!(drawn(&same, &frame, &[]).contains("reserve, subset 3"));
}

#[test]
fn areas_and_phases() {
    let frame = hive("default.csv");
    let stack = ChartSpec::lines("Stacked supply", ["economy.reserve", "economy.circulation"]);
    drawn(&stack.kind(ChartKind::Area), &frame, &[]);
    let phase = ChartSpec {
        x: "economy.ratio".into(),
        ..ChartSpec::lines("Price over ratio", ["economy.price"]).kind(ChartKind::Phase)
    };
    let svg = drawn(&phase, &frame, &[]);
    assert!(svg.contains(">ratio<") && svg.contains("price [usd/honey]"));
}

/// A random walk: `fees` by `rates` subsets of `runs` runs of `steps` steps.
pub(crate) fn walks(fees: &[f64], rates: &[f64], runs: u64, steps: u64) -> Frame {
    let mut index = [const { Vec::new() }; 5];
    let (mut fee_cells, mut rate_cells, mut x) = (Vec::new(), Vec::new(), Vec::new());
    let points: Vec<(f64, f64)> = rates.iter().flat_map(|r| fees.iter().map(move |f| (*f, *r))).collect();
    for (subset, (fee, rate)) in points.into_iter().enumerate() {
        for run in 1..=runs {
            let (mut state, mut value) = (run * 0x9E37_79B9 + 1, 100.0);
            for t in 0..=steps {
                for (column, cell) in index.iter_mut().zip([0, subset as u64, run, t, u64::from(t > 0)]) {
                    column.push(cell);
                }
                fee_cells.push(fee);
                rate_cells.push(rate);
                x.push(value);
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                value *= 1.0 + rate * 0.01 - fee * 0.02 + 0.02 * ((state % 2001) as f64 / 1000.0 - 1.0);
            }
        }
    }
    let names = ["simulation", "subset", "run", "timestep", "substep"];
    let mut columns: Vec<Column> =
        names.iter().zip(index).map(|(name, cells)| Column::new(*name, Cells::U64(cells))).collect();
    columns.push(Column::new("pool.fee", Cells::F64(fee_cells)));
    columns.push(Column { unit: "1/week".into(), ..Column::new("pool.rate", Cells::F64(rate_cells)) });
    columns.push(Column { unit: "$/token".into(), ..Column::new("pool.price", Cells::F64(x)) });
    Frame::new(columns).unwrap()
}

fn swept() -> Vec<String> {
    vec!["pool.fee".to_owned(), "pool.rate".to_owned()]
}

#[test]
fn many_runs_are_bands() {
    let frame = walks(&[0.1, 0.5], &[0.5], 60, 80);
    let spec = ChartSpec::lines("Price in bands", ["pool.price"]);
    let svg = drawn(&spec, &frame, &swept());
    assert!(svg.contains("fee = 0.1") && svg.contains("fee = 0.5") && !svg.contains("rate ="));
    assert!(svg.contains("price [$/token]"), "a dollar stays a dollar");
    let lines = spec.clone().kind(ChartKind::Lines);
    drawn(&ChartSpec { title: "Price in lines".into(), ..lines }, &frame, &swept());
    let finals = spec.kind(ChartKind::Histogram);
    let svg = drawn(&ChartSpec { title: "Final price".into(), ..finals }, &frame, &swept());
    assert!(svg.contains(">runs<"));
}

#[test]
fn histograms_have_round_edges() {
    let spec = ChartSpec {
        counted: Some("pools".to_owned()),
        ..ChartSpec::lines("Final prices", ["pool.price"]).kind(ChartKind::Histogram)
    };
    let mut frame = walks(&[0.1], &[0.5], 60, 2).into_columns();
    let price = frame.last_mut().unwrap();
    let Cells::F64(cells) = &mut price.cells else { panic!("prices are floats") };
    for (row, cell) in cells.iter_mut().enumerate() {
        *cell = row as f64 * 0.37;
    }
    let svg = drawn(&spec, &Frame::new(frame).unwrap(), &swept());
    assert!(svg.contains(">pools<"), "what is counted is said");
    assert!(svg.contains(">20<") && svg.contains(">40<") && svg.contains(">0<"), "{svg}");
}

#[test]
fn bars_stand_for_the_values_of_a_parameter() {
    let fees = [0.1, 0.2, 0.4];
    let frame = walks(&fees, &[0.5], 5, 30);
    let spec = ChartSpec {
        x: "pool.fee".into(),
        guides: vec![Guide { at: 1.0, label: "par".into() }],
        ..ChartSpec::lines("Final price by fee", ["pool.price"]).kind(ChartKind::Bars)
    };
    let svg = drawn(&spec, &frame, &swept());
    for part in [">0.1<", ">0.2<", ">0.4<", ">fee<", "price [$/token]", "dashed: par"] {
        assert!(svg.contains(part), "{part} is missing");
    }
    let many: Vec<f64> = (0..201).map(f64::from).collect();
    let refused = spec.draw(&walks(&many, &[0.5], 1, 2), &swept(), Theme::Light).err().unwrap();
    assert!(refused.to_string().contains("201 bars are too many"), "{refused}");
}

#[test]
fn many_subsets_take_a_scale_of_colours() {
    let fees: Vec<f64> = (0..30).map(|k| f64::from(k) * 0.02).collect();
    let svg =
        drawn(&ChartSpec::lines("Price by fee", ["pool.price"]), &walks(&fees, &[0.5], 1, 60), &swept());
    assert!(svg.contains("fee = 0<") && svg.contains("fee = 0.58"));
    assert_eq!(count(&svg, ">fee = "), 12);
}

#[test]
fn heat_maps_need_a_product() {
    let frame = walks(&[0.1, 0.2, 0.3, 0.4], &[0.2, 0.5, 0.8], 5, 50);
    let spec = ChartSpec {
        x: "pool.fee".into(),
        y: Some("pool.rate".into()),
        ..ChartSpec::lines("Final price over fee and rate", ["pool.price"]).kind(ChartKind::Heat)
    };
    let svg = drawn(&spec, &frame, &swept());
    assert!(svg.contains(">fee<") && svg.contains("rate [1/week]") && svg.contains("price [$/token]"));
    let line = walks(&[0.1, 0.2], &[0.5], 1, 5);
    let message = spec.draw(&line, &swept(), Theme::Light).err().unwrap().to_string();
    assert!(message.ends_with("there are 2 and 1"), "{message}");
}

#[test]
fn a_wrong_column_names_the_nearest() {
    let frame = hive("default.csv");
    let error = ChartSpec::lines("x", ["economy.prise"]).draw(&frame, &[], Theme::Light).err().unwrap();
    assert_eq!(error.to_string(), "no usable column `economy.prise`; did you mean `economy.price`?");
    let error = ChartSpec::lines("x", [""; 0]).draw(&frame, &[], Theme::Light).err().unwrap();
    assert!(matches!(error, OutputError::Chart { .. }), "{error}");
}

#[test]
fn defaults_put_together_what_shares_a_unit() {
    let charts = ChartSpec::defaults(&hive("default.csv"), &[]);
    let together: Vec<&str> = charts.iter().map(|c| c.title.as_str()).collect();
    assert_eq!(
        together,
        [
            "economy reserve, circulation, total supply",
            "economy size",
            "economy saturation",
            "economy production, market cap",
            "economy utility",
            "economy price",
            "economy netflow, adjustment",
            "economy ratio"
        ]
    );
    assert_eq!(charts[0].file_stem(), "economy-reserve-circulation-total-supply");
}

#[test]
fn a_chart_can_be_said_in_a_file() {
    let spec: ChartSpec = toml::from_str(
        "title = \"Supply\"\nseries = [\"economy.reserve\", { column = \"economy.total_supply\", label = \"all\" }]\nkind = \"area\"\n",
    )
    .unwrap();
    assert_eq!(spec.kind, ChartKind::Area);
    assert_eq!((spec.x.as_str(), spec.series[1].label.as_str()), ("timestep", "all"));
    assert!(toml::from_str::<ChartSpec>("title = \"a\"\nseries = []\ncolour = 1\n").is_err());
}

/// Two fees, three runs each, one timestep: final values 10 f + run.
fn fees(fees: &[f64]) -> Frame {
    let rows: Vec<(u64, u64)> = (0..fees.len() as u64).flat_map(|s| (1..=3).map(move |r| (s, r))).collect();
    let whole =
        |name: &str, f: fn(&(u64, u64)) -> u64| Column::new(name, Cells::U64(rows.iter().map(f).collect()));
    let fee = |row: &(u64, u64)| fees[usize::try_from(row.0).unwrap()];
    Frame::new(vec![
        whole("simulation", |_| 0),
        whole("subset", |r| r.0),
        whole("run", |r| r.1),
        whole("timestep", |_| 9),
        whole("substep", |_| 1),
        Column::new("pool.fee", Cells::F64(rows.iter().map(fee).collect())),
        Column::new("pool.income", Cells::F64(rows.iter().map(|r| 10.0 * fee(r) + r.1 as f64).collect())),
    ])
    .unwrap()
}

#[test]
fn a_swept_parameter_is_an_axis() {
    let frame = fees(&[0.3, 0.1, 0.2]);
    let parameters = ["pool.fee".to_owned()];
    let spec = ChartSpec { x: "pool.fee".into(), ..ChartSpec::lines("Income by fee", ["pool.income"]) };
    let svg = drawn(&spec, &frame, &parameters);
    assert!(svg.contains("final values; bands hold 50 % and 90 % of runs") && svg.contains(">fee<"));
    assert_eq!(count(&svg, "<circle"), 3, "the median of each value is marked");
    // Bars stand in the order of their numbers and on zero.
    let svg =
        drawn(&ChartSpec { title: "Income bars".into(), ..spec }.kind(ChartKind::Bars), &frame, &parameters);
    let at = |text: &str| svg.find(&format!(">{text}<")).unwrap();
    assert!(at("0.1") < at("0.2") && at("0.2") < at("0.3") && svg.contains(">0<"));
}

#[test]
fn values_at_zero_are_gaps_on_a_logarithmic_axis() {
    let mut frame = hive("default.csv").into_columns();
    for column in &mut frame {
        if let (true, Cells::F64(cells)) = (column.name == "economy.price", &mut column.cells) {
            cells[40..50].fill(0.0);
        }
    }
    let frame = Frame::new(frame).unwrap();
    let spec = ChartSpec { log_y: true, ..ChartSpec::lines("Log price", ["economy.price"]) };
    let drawing = spec.draw(&frame, &[], Theme::Light).unwrap();
    assert_eq!(
        drawing.notes(),
        ["chart `Log price`: 10 values of `economy.price` at or below 0 have no place on a logarithmic axis"]
    );
    drawn(&spec, &frame, &[]);
    let zeros = frame.into_columns().into_iter().map(|mut column| {
        if let Cells::F64(cells) = &mut column.cells {
            cells.fill(0.0);
        }
        column
    });
    let zeros = Frame::new(zeros.collect()).unwrap();
    let error = spec.draw(&zeros, &[], Theme::Light).err().unwrap().to_string();
    assert!(error.contains("no value is above 0"), "{error}");
}

#[test]
fn series_of_one_name_are_told_apart() {
    let mut columns = hive("default.csv").into_columns();
    for (column, name) in columns.iter_mut().skip(5).zip(["a.value", "b.value", "c.price"]) {
        name.clone_into(&mut column.name);
    }
    let frame = Frame::new(columns).unwrap();
    let svg = drawn(&ChartSpec::lines("Alike", ["a.value", "b.value", "c.price"]), &frame, &[]);
    for label in ["a value", "b value", "price"] {
        assert!(svg.contains(&format!(">{label}")), "{label}");
    }
}

#[test]
fn default_charts_have_a_bound() {
    let columns = (0..400).map(|i| Column::new(format!("c{i}.x"), Cells::F64(vec![1.0])));
    let frame = Frame::new(columns.collect()).unwrap();
    let (charts, more) = ChartSpec::first_defaults(&frame, &[]);
    assert_eq!((charts.len(), more), (te_output::DEFAULT_CHARTS, 400 - te_output::DEFAULT_CHARTS));
}

#[test]
fn a_long_line_is_thinned() {
    let rows = 200_000_u64;
    let whole = |name: &str, f: fn(u64) -> u64| Column::new(name, Cells::U64((0..rows).map(f).collect()));
    let mut values: Vec<f64> = (0..rows).map(|t| (t as f64 * 0.01).sin()).collect();
    values[123_456] = 50.0;
    let frame = Frame::new(vec![
        whole("simulation", |_| 0),
        whole("subset", |_| 0),
        whole("run", |_| 1),
        whole("timestep", |t| t),
        whole("substep", |t| u64::from(t > 0)),
        Column::new("wave.x", Cells::F64(values)),
    ])
    .unwrap();
    let svg = ChartSpec::lines("Wave", ["wave.x"]).draw(&frame, &[], Theme::Light).unwrap().svg();
    assert!(svg.len() < 200_000, "{} bytes", svg.len());
}
