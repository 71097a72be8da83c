//! What the page shows is what an experiment of as many runs has.

use crate::client::{HIVE, get, post, server_at, server_of};
use serde_json::{Value as Json, json};
use std::path::Path;
use te_core::{Results, quantile};
use te_system::{Changes, SystemFile};

/// A system with luck, figures, a variant and an event.
pub(crate) const SHOCK: &str = r#"
[system]
name = "shock"
timesteps = 40
runs = 3
seed = 5

[uncontrollables.market]
kind = "market/price"
params = { volatility = 0.4 }

[controllables.economy]
kind = "hive/economy"

[derived]
worth = "economy.reserve * market.price"

[[event]]
name = "halving"
at = 20
set = { "economy.throttle" = "0.5 * economy.throttle" }

[[variant]]
name = "plain"

[[variant]]
name = "tight"
set = { "economy.throttle" = 0.002 }

[[kpi]]
name = "worth at the end"
of = "final(worth)"

[[kpi]]
name = "poor"
of = "min(worth)"
aggregate = "probability below 5000"
require = "< 0.5"

[[chart]]
title = "Worth"
y = ["worth", "economy.reserve"]
"#;

/// What the command computes with the changes of a setting: the library's way, not the page's.
pub(crate) fn by_command(text: &str, changes: &Changes) -> Results {
    let registry = te_system::built_in();
    let mut file = SystemFile::parse(text, Path::new("system.toml"), &registry).unwrap();
    changes.experiment(&mut file, &registry).unwrap().experiment.run().unwrap()
}

/// Every number of a message's columns against results of as many runs.
pub(crate) fn assert_same_bands(state: &Json, results: &Results, what: &str) {
    let frame = results.frame();
    let timesteps = frame.u64s("timestep").unwrap();
    let runs = state["runs"].as_u64().unwrap();
    assert_eq!(results.runs, runs, "{what}");
    let columns = state["columns"].as_object().unwrap();
    assert!(!columns.is_empty(), "{what}");
    for (name, band) in columns {
        let column = frame.column(name).unwrap();
        for (at, time) in state["time"].as_array().into_iter().flatten().enumerate() {
            let time = time.as_u64().unwrap();
            let mut values: Vec<f64> = (0..frame.rows())
                .filter(|row| timesteps[*row] == time)
                .filter_map(|row| column.number(row))
                .collect();
            let single = values.clone();
            values.sort_by(f64::total_cmp);
            for (line, p) in [("q05", 0.05), ("q25", 0.25), ("median", 0.5), ("q75", 0.75), ("q95", 0.95)] {
                let shown = band[line][at].as_f64().unwrap();
                assert_eq!(
                    shown.to_bits(),
                    quantile(&values, p).to_bits(),
                    "{what}: {name} {line} at {time}"
                );
            }
            for (run, line) in band["runs"].as_array().unwrap().iter().enumerate() {
                assert_eq!(
                    line[at].as_f64().unwrap().to_bits(),
                    single[run].to_bits(),
                    "{what}: {name} of run {run}"
                );
            }
        }
    }
    for (at, kpi) in results.kpis.iter().enumerate() {
        let shown = &state["kpis"][at];
        assert_eq!(shown["name"], json!(kpi.name), "{what}");
        assert_eq!(shown["mean"].as_f64().unwrap().to_bits(), kpi.value.to_bits(), "{what}: {}", kpi.name);
        assert_eq!(shown["holds"], json!(kpi.holds), "{what}: {}", kpi.name);
    }
}

#[test]
fn statistics_of_n_runs_are_those_of_an_experiment_of_n_runs() {
    let server = server_of(SHOCK);
    let settings =
        json!({ "variant": "tight", "set": { "economy.outflow_boundary": 0.04, "market.volatility": 0.5 } });
    let answer = post(&server, "api/run", &json!({ "settings": settings, "most": 250 }));
    let messages = answer.messages();
    let counts: Vec<_> = messages.iter().map(|(event, m)| (event.as_str(), m["runs"].as_u64())).collect();
    let expected = [("state", Some(100)), ("state", Some(200)), ("state", Some(250)), ("done", None)];
    assert_eq!(counts, expected, "{}", answer.text());
    for (_, state) in &messages[..3] {
        let changes = Changes {
            runs: state["runs"].as_u64(),
            variant: Some("tight".into()),
            set: vec!["economy.outflow_boundary=0.04".into(), "market.volatility=0.5".into()],
            ..Changes::default()
        };
        assert_same_bands(state, &by_command(SHOCK, &changes), "tight");
    }
}

#[test]
fn a_system_is_described() {
    let server = server_at(Path::new("../../systems/hive-economy.toml"));
    let system = get(&server, "api/system").json();
    assert_eq!(system["name"], "hive-economy");
    assert_eq!(system["timesteps"], 120);
    let group = &system["groups"][0];
    assert_eq!(
        (group["component"].as_str(), group["side"].as_str()),
        (Some("economy"), Some("controllable"))
    );
    let throttle = group["params"].as_array().unwrap().iter().find(|p| p["label"] == "throttle").unwrap();
    assert_eq!(throttle["name"], "economy.throttle");
    assert_eq!(throttle["value"], 0.008);
    assert_eq!(system["charts"].as_array().unwrap().len(), 6);
    assert_eq!(system["text"], HIVE);
}

#[test]
fn what_is_wrong_is_told_with_its_code_and_place() {
    let server = server_of(HIVE);
    let refused = |settings: Json| {
        let answer = post(&server, "api/run", &json!({ "settings": settings }));
        let messages = answer.messages();
        assert_eq!(messages.len(), 1, "{}", answer.text());
        assert_eq!(messages[0].0, "errors");
        messages[0].1["errors"][0].clone()
    };
    let error = refused(json!({ "set": { "economy.throttle": 2 } }));
    assert_eq!((error["code"].as_str(), error["at"].as_str()), (Some("TE0104"), Some("economy.throttle")));
    assert!(error["message"].as_str().unwrap().contains("allowed is"), "{error}");
    let error = refused(json!({ "set": { "economy.throtle": 0.1 } }));
    assert!(error["message"].as_str().unwrap().contains("did you mean `economy.throttle`?"), "{error}");
    let error = refused(json!({ "variant": "none" }));
    assert_eq!((error["code"].as_str(), error["at"].as_str()), (Some("TE0311"), Some("variant")));
    let error = refused(json!({ "events": { "flood": true } }));
    assert_eq!((error["code"].as_str(), error["at"].as_str()), (Some("TE0311"), Some("event:flood")));
    assert_eq!(post(&server, "api/run", &json!({ "settings": 3 })).status, 400);
    assert_eq!(post(&server, "api/run?system=9", &json!({})).status, 404);
}

#[test]
fn figures_need_no_columns() {
    let server = server_of(SHOCK);
    let figures = json!([{ "name": "left", "of": "final(economy.total_supply)", "aggregate": "mean" }]);
    let answer = post(&server, "api/run", &json!({ "columns": [], "figures": figures, "most": 250 }));
    let messages = answer.messages();
    assert_eq!(messages.last().unwrap().0, "done");
    let last = &messages[messages.len() - 2].1;
    assert_eq!(last["runs"].as_u64(), Some(250));
    assert!(last["kpis"].as_array().unwrap().iter().any(|kpi| kpi["name"] == "left"), "{last}");
    let sweep = json!({ "parameter": "economy.throttle", "from": 0, "to": 0.02, "points": 3, "runs": 10, "figures": figures });
    let messages = post(&server, "api/sweep", &sweep).messages();
    assert_eq!(messages.last().unwrap().0, "done");
    assert_eq!(messages[messages.len() - 2].1["kpis"]["left"]["mean"].as_array().unwrap().len(), 3);
}

/// How long a move takes is measured in the browser (`tests/browser/measure.py`).
#[test]
fn every_move_of_a_slider_is_answered() {
    let server = server_of(HIVE);
    let columns = json!(["economy.price", "economy.reserve", "economy.total_supply"]);
    for at in 0..20 {
        let settings = json!({ "set": { "economy.throttle": 0.001 * f64::from(at) }, "runs": 100 });
        let answer = post(&server, "api/run", &json!({ "settings": settings, "columns": columns }));
        let state = &answer.messages()[0].1;
        assert_eq!((state["runs"].as_u64(), state["time"].as_array().map(Vec::len)), (Some(100), Some(121)));
        assert!(state["engine_ms"].as_f64().unwrap() > 0.0);
    }
}

#[test]
fn long_runs_are_thinned_and_their_last_rows_kept() {
    let server = server_of(HIVE);
    let settings = json!({ "timesteps": 2500 });
    let answer =
        post(&server, "api/run", &json!({ "settings": settings, "columns": ["economy.price"], "most": 1 }));
    let state = &answer.messages()[0].1;
    let time = state["time"].as_array().unwrap();
    assert_eq!((time.len(), time[1].as_u64(), time.last().unwrap().as_u64()), (835, Some(3), Some(2500)));
    let changes = Changes { timesteps: Some(2500), ..Changes::default() };
    assert_same_bands(state, &by_command(HIVE, &changes), "thinned");
}

#[test]
fn every_answer_forbids_what_the_page_does_not_need() {
    let server = server_of(HIVE);
    for answer in [
        get(&server, ""),
        get(&server, "api/system"),
        get(&server, "none"),
        post(&server, "api/run", &json!({})),
    ] {
        let head = answer.head.to_ascii_lowercase();
        for line in [
            "content-security-policy: default-src 'self'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
        ] {
            assert!(head.contains(line), "{line}: {head}");
        }
        assert!(!head.contains("access-control"), "{head}");
    }
}
