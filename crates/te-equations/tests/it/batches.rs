//! Pipelines and cohorts: what entered is there, has left or was lost, for any lengths and any inflow.

use crate::{column, experiment, read};
use proptest::prelude::*;

fn run(text: &str, timesteps: u64, names: &[&str]) -> Vec<Vec<f64>> {
    let experiment = experiment(&read(text), timesteps);
    names.iter().map(|name| column(&experiment, &format!("it.{name}"))).collect()
}

fn component(rest: &str) -> String {
    format!("[component]\nkind = \"test/it\"\ntime = \"month\"\nunits = \"off\"\n{rest}")
}

fn near(found: &[f64], expected: &[f64]) {
    let same = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-12;
    assert!(found.len() == expected.len() && found.iter().zip(expected).all(same), "{found:?}");
}

/// A batch of 8 loses a quarter in four months: half a token a month.
#[test]
fn a_share_is_lost_on_the_way() {
    let text = component("[pipeline]\nline = { enter = \"if(t == 0, 8, 0)\", time = 4, leak = 0.25 }\n");
    let found = run(&text, 6, &["line", "line.out", "line.leak"]);
    assert_eq!(found[0], [0.0, 8.0, 7.5, 7.0, 6.5, 0.0, 0.0]);
    assert_eq!(found[1], [0.0, 0.0, 0.0, 0.0, 6.0, 0.0, 0.0]);
    assert_eq!(found[2], [0.0, 0.5, 0.5, 0.5, 0.5, 0.0, 0.0]);
    // What is there at the start came in evenly: at 2 a month, of which 2, 1.875, 1.75 and 1.625 are left.
    let text = component("[pipeline]\nline = { enter = \"2\", time = 4, leak = 0.25, initial = 7.25 }\n");
    let found = run(&text, 3, &["line", "line.out", "line.leak"]);
    assert_eq!(found, [[7.25; 4], [1.5; 4], [0.5; 4]]);
}

/// Each batch leaves after the time of its entry: later ones may leave before earlier ones.
#[test]
fn times_vary_from_batch_to_batch() {
    let text = component(
        "[pipeline]\nline = { enter = \"if(t < 4, 2 ^ t, 0)\", time = \"case(t == 0, 3, t == 1, 2, t == 2, 1, 4)\", longest = 4, initial = 30 }\n",
    );
    let found = run(&text, 8, &["line", "line.out"]);
    // 10 a month in three months; 1, 2 and 4 leave in month 3, 8 in month 7.
    assert_eq!(found[0], [30.0, 21.0, 13.0, 7.0, 8.0, 8.0, 8.0, 8.0, 0.0]);
    assert_eq!(found[1], [10.0, 10.0, 10.0, 7.0, 0.0, 0.0, 0.0, 8.0, 0.0]);
    let results = experiment(&read(&text.replace("longest = 4", "longest = 3.4")), 8).run().unwrap();
    let failure = results.failures[0].to_string();
    assert!(
        failure.contains("timestep 4") && failure.contains("time of `line` is 4: allowed is (0, 3.4]"),
        "{failure}"
    );
}

/// A grant of 12 over 12 months with a cliff of 3 months.
#[test]
fn cohorts_vest() {
    let text = |rule: &str| {
        component(&format!(
            "[cohorts]\nteam = {{ enter = \"if(t == 1, 6, 0)\", cliff = 3, over = 6, initial = 12{rule} }}\n"
        ))
    };
    let found = run(&text(""), 10, &["team.locked", "team.out"]);
    // 2 of the first batch a month from month 3 on, 1 of the second from month 5 on.
    near(&found[0], &[12.0, 12.0, 18.0, 18.0, 16.0, 14.0, 11.0, 8.0, 5.0, 2.0, 1.0]);
    near(&found[1], &[0.0, 0.0, 0.0, 2.0, 2.0, 3.0, 3.0, 3.0, 3.0, 1.0, 1.0]);
    let found = run(&text(", catch_up = true"), 8, &["team.locked", "team.out"]);
    // At its cliff half of a batch is free.
    near(&found[0], &[12.0, 12.0, 18.0, 12.0, 10.0, 5.0, 2.0, 1.0, 0.0]);
    near(&found[1], &[0.0, 0.0, 6.0, 2.0, 5.0, 3.0, 1.0, 1.0, 0.0]);
}

/// `te-issuance`, `vesting::after_cliff` and `catch_up` of a grant of 36,000 over 36 months with a cliff of 12, by hand.
#[test]
fn cohorts_vest_as_allocation_tables_say() {
    let text = |rule: &str| {
        component(&format!(
            "[cohorts]\nteam = {{ enter = 0, cliff = 12, over = 36, initial = 36000{rule} }}\n"
        ))
    };
    let late = run(&text(""), 50, &["team.locked"]);
    let early = run(&text(", catch_up = true"), 50, &["team.locked"]);
    for month in [0, 11, 12, 13, 30, 35, 36, 47, 48, 50_usize] {
        let elapsed = month as f64;
        let after_cliff = (elapsed - 12.0).clamp(0.0, 36.0) * 1000.0;
        let catch_up = if month < 12 { 0.0 } else { elapsed.min(36.0) * 1000.0 };
        assert!((late[0][month] - (36_000.0 - after_cliff)).abs() < 1e-9, "{month}");
        assert!((early[0][month] - (36_000.0 - catch_up)).abs() < 1e-9, "{month}");
    }
}

#[test]
fn what_is_remembered_has_a_limit() {
    let line = |at: usize| format!("x{at} = {{ enter = 1, time = 99000 }}\n");
    let text = component(&format!("[pipeline]\n{}", (0..11).map(line).collect::<Vec<_>>().concat()));
    let results = experiment(&read(&text), 1).run().unwrap();
    let failure = results.failures[0].to_string();
    assert!(failure.contains("of a run hold together is 1089000: allowed is at most 1,000,000"), "{failure}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_is_lost_but_what_leaks(
        time in 0.1_f64..9.0,
        leak in 0.0_f64..=1.0,
        initial in 0.0_f64..1e6,
        scale in 0.0_f64..1e6,
        substeps in 1_u32..5,
    ) {
        let text = component(&format!(
            "[let]\nin = {{ of = \"{scale} * (1 + sin(3 * t))\" }}\nentered = {{ of = \"total(in)\" }}\n\
             [pipeline]\nline = {{ enter = \"in\", time = {time}, leak = {leak}, initial = {initial} }}\n\
             dry = {{ enter = \"in\", time = \"{time} / (1 + t % 3)\", longest = {time}, initial = {initial} }}\n\
             [let.left]\nof = \"total(line.out)\"\n[let.lost]\nof = \"total(line.leak)\"\n[let.gone]\nof = \"total(dry.out)\"\n\
             [invariant]\nwhole = \"line + left + lost == {initial} + entered\"\ndry_whole = \"dry + gone == {initial} + entered\"\n\
             empty = \"line >= 0 and line.out >= 0\"\n"
        )).replace("time = \"month\"", &format!("time = \"month\"\nsubsteps = {substeps}"));
        let results = experiment(&read(&text), 30).run().unwrap();
        prop_assert!(results.failures.is_empty(), "{}", results.failures[0]);
    }

    #[test]
    fn all_that_entered_is_locked_or_free(
        cliff in 0.0_f64..6.0,
        over in 0.1_f64..9.0,
        catch_up: bool,
        initial in 0.0_f64..1e6,
        scale in 0.0_f64..1e6,
        substeps in 1_u32..5,
    ) {
        let over = if catch_up { over + cliff } else { over };
        let text = component(&format!(
            "[let]\nin = {{ of = \"{scale} * (1 + sin(3 * t))\" }}\nentered = {{ of = \"total(in)\" }}\n\
             freed = {{ of = \"total(team.out)\" }}\n\
             [cohorts]\nteam = {{ enter = \"in\", cliff = {cliff}, over = {over}, catch_up = {catch_up}, initial = {initial} }}\n\
             [invariant]\nwhole = \"team.locked + freed == {initial} + entered\"\n\
             some = \"team.locked >= 0 and team.out >= 0 and freed <= {initial} + entered\"\n"
        )).replace("time = \"month\"", &format!("time = \"month\"\nsubsteps = {substeps}"));
        let results = experiment(&read(&text), 30).run().unwrap();
        prop_assert!(results.failures.is_empty(), "{}", results.failures[0]);
    }
}
