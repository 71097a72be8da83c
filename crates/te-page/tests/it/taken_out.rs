//! A setting taken out of the page computes, to the bit, what the page shows.

use crate::client::{Answer, get, post, server_at};
use crate::runs::{SHOCK, assert_same_bands, by_command};
use serde_json::{Value as Json, json};
use std::path::Path;
use std::sync::Mutex;
use te_page::{Host, Options, Server, Start};
use te_system::{Changes, SystemFile};

/// A program that keeps the changes which it is asked to write as a command line.
struct Keeps(&'static Mutex<Option<Changes>>);

impl Host for Keeps {
    fn line(&self, _: &Path, changes: &Changes) -> Option<String> {
        *self.0.lock().unwrap() = Some(changes.clone());
        Some("run".to_owned())
    }
}

/// Another variant, a sweep, and a choice.
fn system() -> String {
    format!("# The first comment.\n{SHOCK}\n[sweep]\n\"economy.outflow_boundary\" = [0.03, 0.05] # swept\n")
}

fn last_state(answer: &Answer) -> Json {
    let messages = answer.messages();
    let state = messages.iter().rev().find(|(event, _)| event == "state");
    state.unwrap_or_else(|| panic!("{}", answer.text())).1.clone()
}

#[test]
fn command_and_file_have_the_bits_of_the_page() {
    static CHANGES: Mutex<Option<Changes>> = Mutex::new(None);
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("shock.toml");
    std::fs::write(&path, system()).unwrap();
    let options = Options::new(te_system::built_in(), Start::file(&path), Keeps(&CHANGES));
    let server = te_page::serve(options).unwrap();
    for settings in [
        json!({ "runs": 30 }),
        json!({ "variant": "plain", "runs": 30, "seed": 9, "timesteps": 25 }),
        // A parameter that the variant sets, one that the file sweeps, a choice, the time of an event.
        json!({ "variant": "tight", "runs": 40, "set": {
            "economy.throttle": 0.004, "economy.outflow_boundary": 0.06, "market.model": "mean-reverting", "market.drift": 1,
            "event.halving.at": 12,
        } }),
        json!({ "variant": "tight", "runs": 120, "events": { "halving": false }, "set": { "market.volatility": 0.25 } }),
    ] {
        let shown = last_state(&post(&server, "api/run", &json!({ "settings": settings })));
        let exported = post(&server, "api/export", &json!({ "settings": settings })).json();
        assert_eq!(exported["command"], "tecmns run", "{exported}");
        let changes = CHANGES.lock().unwrap().take().unwrap();
        assert_same_bands(&shown, &by_command(&system(), &changes), &format!("command of {settings}"));
        let toml = exported["toml"].as_str().unwrap();
        assert!(toml.starts_with("# The first comment.") && !toml.contains("[sweep]"), "{toml}");
        assert_same_bands(&shown, &by_command(toml, &Changes::default()), &format!("file of {settings}"));
        assert!(exported["python"].as_str().unwrap().contains("import tecmns"));
    }
}

#[test]
fn a_file_without_variants_is_changed_where_it_stands() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("hive.toml");
    let text = "# kept\n[system]\ntimesteps = 5 # five\n\n[controllables.economy]\nkind = \"hive/economy\"\nparams = { throttle = 0.008 } # it\n";
    std::fs::write(&path, text).unwrap();
    let server = server_at(&path);
    let settings = json!({ "set": { "economy.throttle": 0.004, "economy.productivity": 2 }, "timesteps": 7 });
    let exported = post(&server, "api/export", &json!({ "settings": settings })).json();
    let toml = exported["toml"].as_str().unwrap();
    assert!(toml.contains("# kept") && toml.contains("# it") && toml.contains("throttle = 0.004"), "{toml}");
    assert!(!toml.contains("variant"), "{toml}");
    let shown =
        last_state(&post(&server, "api/run", &json!({ "settings": settings, "columns": ["economy.price"] })));
    assert_same_bands(&shown, &by_command(toml, &Changes::default()), "file");
    let python = exported["python"].as_str().unwrap();
    assert!(python.contains("params={\"economy.throttle\": 0.004, \"economy.productivity\": 2}"), "{python}");
}

#[test]
fn a_variant_is_saved_with_all_that_was_set() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("shock.toml");
    std::fs::write(&path, SHOCK).unwrap();
    let server = server_at(&path);
    let settings = json!({ "variant": "tight", "events": { "halving": false }, "set": { "market.volatility": 0.25 }, "runs": 3 });
    let before = last_state(&post(&server, "api/run", &json!({ "settings": settings })));
    let ask = json!({ "as": "variant", "name": "calm", "settings": settings });
    let saved = post(&server, "api/save", &ask);
    assert_eq!(saved.status, 200, "{}", saved.text());
    let again = json!({ "variant": "calm", "runs": 3 });
    let after = last_state(&post(&server, "api/run", &json!({ "settings": again })));
    assert_eq!(before["columns"], after["columns"]);
    // The other variants are what they were.
    let text = std::fs::read_to_string(&path).unwrap();
    let registry = te_system::built_in();
    let file = SystemFile::parse(&text, Path::new("system.toml"), &registry).unwrap();
    let names: Vec<_> = file.variants.iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["plain", "tight", "calm"]);
    for variant in ["plain", "tight"] {
        let of = Changes { variant: Some(variant.into()), ..Changes::default() };
        assert_eq!(by_command(SHOCK, &of).frame(), by_command(&text, &of).frame(), "{variant}");
    }
    // The same name again, and a file that somebody else has changed, are refused.
    assert_eq!(post(&server, "api/save", &ask).status, 409);
    std::fs::write(&path, text.replace("# ", "## ") + "\n# more\n").unwrap();
    let other = json!({ "as": "variant", "name": "other", "settings": settings });
    assert_eq!(post(&server, "api/save", &other).status, 409);
    assert!(std::fs::read_to_string(&path).unwrap().ends_with("# more\n"));
    assert_eq!(get(&server, "api/system").status, 200);
    assert_eq!(post(&server, "api/save", &other).status, 200);
}

#[test]
fn a_pin_is_compared_under_the_same_luck() {
    let server = crate::client::server_of(SHOCK);
    let (one, pin) =
        (json!({ "variant": "plain" }), json!({ "variant": "tight", "set": { "market.volatility": 0.1 } }));
    let answer = post(&server, "api/run", &json!({ "settings": one, "pin": pin, "most": 150 }));
    let state = last_state(&answer);
    let alone = last_state(&post(&server, "api/run", &json!({ "settings": pin, "most": 150 })));
    assert_eq!(state["pinned"]["columns"], alone["columns"]);
    assert_eq!(state["pinned"]["kpis"], alone["kpis"]);
    // Differences run by run, against results of both.
    let changes = |variant: &str, set: &[&str]| Changes {
        runs: Some(150),
        variant: Some(variant.into()),
        set: set.iter().map(|s| (*s).to_owned()).collect(),
        ..Changes::default()
    };
    let a = by_command(SHOCK, &changes("plain", &[]));
    let b = by_command(SHOCK, &changes("tight", &["market.volatility=0.1"]));
    let (a, b) = (a.frame().f64s("worth").unwrap(), b.frame().f64s("worth").unwrap());
    for at in [0, 17, 40] {
        let mut all: Vec<f64> = (0..150).map(|run| a[run * 41 + at] - b[run * 41 + at]).collect();
        all.sort_by(f64::total_cmp);
        let shown = state["difference"]["worth"]["median"][at].as_f64().unwrap();
        assert_eq!(shown.to_bits(), te_core::quantile(&all, 0.5).to_bits(), "at {at}");
    }
    let finals: Vec<f64> = (0..150).map(|run| a[run * 41 + 40] - b[run * 41 + 40]).collect();
    let mean = finals.iter().sum::<f64>() / 150.0;
    let figure = &state["difference_kpis"][0];
    assert!((figure["mean"].as_f64().unwrap() - mean).abs() < 1e-9 * mean.abs(), "{figure}");
    assert!(figure["low"].as_f64().unwrap() < mean && mean < figure["high"].as_f64().unwrap());
}

#[test]
fn a_sweep_has_the_figures_of_each_point_alone() {
    let server = crate::client::server_of(SHOCK);
    let settings = json!({ "variant": "plain" });
    let figures = json!([{ "name": "low", "of": "min(economy.reserve)", "aggregate": "quantile 0.05", "require": ">= 10" }]);
    let ask = json!({ "settings": settings, "parameter": "economy.throttle", "from": 0.0, "to": 0.01, "points": 5,
        "runs": 20, "columns": ["worth"], "figures": figures });
    let answer = post(&server, "api/sweep", &ask);
    let swept = last_state(&answer);
    assert_eq!(swept["x"].as_array().unwrap().len(), 5, "{}", answer.text());
    for at in 0..5 {
        let point = json!({ "variant": "plain", "set": { "economy.throttle": swept["x"][at] } });
        let alone = last_state(&post(
            &server,
            "api/run",
            &json!({ "settings": point, "most": 20, "figures": figures }),
        ));
        for kpi in alone["kpis"].as_array().unwrap() {
            assert_eq!(swept["kpis"][kpi["name"].as_str().unwrap()]["mean"][at], kpi["mean"], "{at}: {kpi}");
        }
        assert_eq!(swept["columns"]["worth"]["median"][at], alone["columns"]["worth"]["median"][40]);
    }
}

#[test]
fn one_run_is_shown_step_by_step() {
    let server = crate::client::server_of(SHOCK);
    let answer = post(&server, "api/steps", &json!({ "settings": { "variant": "tight" }, "run": 7 }));
    let steps = answer.json();
    let shown =
        last_state(&post(&server, "api/run", &json!({ "settings": { "variant": "tight" }, "most": 10 })));
    assert_eq!(steps["columns"]["worth"], shown["columns"]["worth"]["runs"][6]);
    assert_eq!(steps["time"].as_array().unwrap().len(), 41);
    assert!(steps["columns"].as_object().unwrap().len() > 10);
    assert_eq!(post(&server, "api/steps", &json!({ "run": 0 })).status, 422);
}

#[test]
fn a_system_is_composed_checked_opened_and_saved() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("hive.toml");
    std::fs::write(&path, SHOCK).unwrap();
    let server = server_at(&path);
    let text = "# mine\n[system]\ntimesteps = 4\n";
    let change = |server: &Server, text: &str, change: Json| {
        let mut ask = change;
        ask["text"] = json!(text);
        let answer = post(server, "api/compose", &ask);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["text"].as_str().unwrap().to_owned()
    };
    let text = change(
        &server,
        text,
        json!({ "add": { "name": "economy", "kind": "hive/economy", "side": "controllable" } }),
    );
    let text = change(
        &server,
        &text,
        json!({ "add": { "name": "later", "kind": "glue/delay", "side": "uncontrollable" } }),
    );
    let text =
        change(&server, &text, json!({ "connect": { "from": "2 * economy.price", "to": "later.value" } }));
    assert!(text.starts_with("# mine"), "{text}");
    let checked = post(&server, "api/check", &json!({ "text": text })).json();
    assert_eq!(checked["errors"], json!([]), "{text}");
    assert_eq!(checked["system"]["wiring"]["edges"][0]["to"], "later.value");
    let without = change(&server, &text, json!({ "remove": { "name": "later" } }));
    assert!(!without.contains("later"), "{without}");
    let wrong =
        post(&server, "api/check", &json!({ "text": text.replace("hive/economy", "hive/economi") })).json();
    assert_eq!(wrong["errors"][0]["code"], "TE0304");
    let id = post(&server, "api/open", &json!({ "text": text })).json()["id"].as_str().unwrap().to_owned();
    let run =
        post(&server, &format!("api/run?system={id}"), &json!({ "columns": ["later.value"], "most": 1 }));
    assert_eq!(last_state(&run)["columns"]["later.value"]["median"].as_array().unwrap().len(), 5);
    let write = |force: bool| {
        post(&server, "api/write", &json!({ "text": text, "path": "new/mine.toml", "force": force })).status
    };
    assert_eq!((write(false), write(false), write(true)), (200, 409, 200));
    assert_eq!(std::fs::read_to_string(place.path().join("new/mine.toml")).unwrap(), text);
    let gallery = get(&server, "api/gallery").json();
    assert_eq!(gallery[0]["path"], "hive.toml");
    assert!(gallery[0]["picture"].as_str().unwrap().starts_with("<svg"), "{gallery}");
    let opened = post(&server, "api/open", &json!({ "path": "hive.toml" }));
    assert_eq!(opened.status, 200);
    assert!(get(&server, "api/kinds").json().as_array().unwrap().len() > 30);
}
