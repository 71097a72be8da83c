//! Key figures and samples from files: what is censored, failed, mixed, and what the screen and `kpis.csv` say of it.

use crate::{scratch, stderr, stdout, tecmns};
use std::path::Path;
use te_output::read_frame;

fn write(folder: &Path, text: &str) {
    std::fs::write(folder.join("s.toml"), text).unwrap();
}

const MARKET: &str = "[system]\nname = \"s\"\ntimesteps = 52\nstep = \"1 week\"\nruns = 200\nseed = 1\n\n\
[uncontrollables.market]\nkind = \"market/price\"\nparams = { volatility = 0.4, drift = 0.0 }\n";

#[test]
fn a_median_of_arrivals_is_never_where_most_runs_never_arrive() {
    let here = scratch();
    let kpis = "[[kpi]]\nname = \"doubled\"\nof = \"time_to(market.price >= 2)\"\naggregate = \"median\"\nrequire = \"> 40\"\n\n\
[[kpi]]\nname = \"chance\"\nof = \"time_to(market.price >= 2)\"\naggregate = \"probability below 53\"\n\n\
[record]\nkeep = \"nothing\"\n";
    write(here.path(), &format!("{MARKET}{kpis}"));
    let output = tecmns(here.path(), &["run", "s.toml", "--out", "o", "--no-charts"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let screen = stdout(&output);
    assert!(screen.contains("doubled: never over 200 runs ("), "{screen}");
    let table = read_frame(here.path().join("o/kpis.csv")).unwrap();
    let column = |name: &str, row: usize| table.column(name).unwrap().number(row);
    let never = column("never", 0).unwrap();
    assert!(never > 100.0 && column("value", 0).is_none() && column("runs", 0) == Some(200.0));
    let chance = column("value", 1).unwrap();
    assert!((chance - (200.0 - never) / 200.0).abs() < 1e-12, "{chance} {never}");
    let (low, high) = (column("low", 1).unwrap(), column("high", 1).unwrap());
    assert!(low < chance && chance < high);
}

#[test]
fn failed_runs_are_counted_on_screen_and_in_the_table() {
    let here = scratch();
    let file = |failed: &str| {
        format!(
            "[system]\nname = \"s\"\ntimesteps = 60\nstep = \"1 month\"\nruns = 20\nseed = 1\n\n\
[controllables.economy]\nkind = \"hive/economy\"\n\n[random]\n\"economy.growth\" = \"lognormal(3, 3)\"\n\n\
[[kpi]]\nname = \"passes\"\nof = \"max(economy.price)\"\naggregate = \"probability above 1e280\"\nrequire = \"< 0.05\"\n{failed}\n\n\
[record]\nmetrics = [\"economy.price\"]\n"
        )
    };
    let mut values = Vec::new();
    for (policy, holds) in
        [("", None), ("failed = \"count as violated\"", None), ("failed = \"leave out\"", Some("yes"))]
    {
        write(here.path(), &file(policy));
        let out = format!("o{}", values.len());
        let output =
            tecmns(here.path(), &["run", "s.toml", "--out", &out, "--no-charts", "--max-failures", "20"]);
        assert!(output.status.success(), "{}", stderr(&output));
        let table = read_frame(here.path().join(&out).join("kpis.csv")).unwrap();
        let number = |name: &str| table.column(name).unwrap().number(0).unwrap();
        let failed = number("failed");
        if failed > 0.0 {
            assert!(stdout(&output).contains(&format!("{failed} failed, ")), "{}", stdout(&output));
            let counted = if holds.is_none() { failed } else { 0.0 };
            assert_eq!((number("counted_as_violated"), number("runs")), (counted, 20.0 - failed + counted));
            assert!(number("value") * number("runs") >= counted);
        }
        values.push((number("value"), failed));
    }
    assert_eq!(values[0], values[1], "it is the default");
    write(here.path(), &file("failed = \"forget\""));
    let refused = tecmns(here.path(), &["check", "s.toml"]);
    assert!(stderr(&refused).contains("count as violated"), "{}", stderr(&refused));
}

#[test]
fn samples_are_of_every_kind_and_integers_are_drawn() {
    let here = scratch();
    let system = "[system]\nname = \"s\"\ntimesteps = 12\nstep = \"1 week\"\nruns = 2\n\n\
[uncontrollables.market]\nkind = \"market/price\"\n[controllables.work]\nkind = \"issuance/work-token\"\n\n";
    let sweep = "[sweep]\nmode = \"lhs\"\ncount = 8\n\"market.volatility\" = { from = 0.1, to = 1.0, scale = \"log\" }\n\
\"work.weekly_mint\" = [10, 1000]\n\"market.model\" = [\"gbm\", \"mean-reverting\"]\n\"work.funded\" = [true, false]\n";
    write(here.path(), &format!("{system}{sweep}"));
    let output = tecmns(here.path(), &["run", "s.toml", "--out", "o", "--no-charts", "-q"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let frame = read_frame(here.path().join("o/trajectories.parquet")).unwrap();
    assert_eq!(frame.rows(), 8 * 2 * 13);
    let range = "[sweep]\n\"market.volatility\" = { from = 0.1, to = 1.0, points = 4 }\n\n[random]\n\"work.weekly_mint\" = \"uniform(10, 1000)\"\n";
    write(here.path(), &format!("{system}{range}"));
    let output = tecmns(here.path(), &["run", "s.toml", "--out", "r", "--no-charts", "-q"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let frame = read_frame(here.path().join("r/trajectories.parquet")).unwrap();
    let mint = frame.u64s("work.weekly_mint").unwrap();
    assert!(mint.iter().all(|x| (10..=1000).contains(x)) && mint[0] != mint[13]);
    write(here.path(), &format!("{system}[random]\n\"work.funded\" = \"uniform(0, 1)\"\n"));
    let refused = tecmns(here.path(), &["check", "s.toml"]);
    assert!(!refused.status.success() && stderr(&refused).contains("bernoulli"), "{}", stderr(&refused));
}

/// A point's statistics leave with its unit, so that sweeps of statistics can be sharded.
#[test]
fn statistics_of_a_sweep_are_those_of_its_shards() {
    let here = scratch();
    let sweep = "[sweep]\n\"market.drift\" = { from = -1.0, to = 1.0, points = 300 }\n\n[record]\nkeep = \"statistics\"\nmetrics = [\"market.price\"]\n";
    write(here.path(), &format!("{}{sweep}", MARKET.replace("runs = 200", "runs = 3")));
    let run = |out: &str, more: &[&str]| {
        let output =
            tecmns(here.path(), &[&["run", "s.toml", "--out", out, "--no-charts", "-q"][..], more].concat());
        assert!(output.status.success(), "{}", stderr(&output));
    };
    run("whole", &[]);
    run("a", &["--shard", "0/2"]);
    run("b", &["--shard", "1/2"]);
    let merged = tecmns(here.path(), &["merge", "a", "b", "--out", "m"]);
    assert!(merged.status.success(), "{}", stderr(&merged));
    let table = |folder: &str| read_frame(here.path().join(folder).join("statistics.csv")).unwrap();
    assert_eq!(table("whole").rows(), 300 * 53);
    assert_eq!(table("whole"), table("m"));
}

/// Units of one model are not taken for those of another: a folder that was begun is not gone on with where the discipline,
/// a stage, a wire or a derived column has changed.
#[test]
fn a_changed_discipline_is_another_plan() {
    let here = scratch();
    let system = "[system]\nname = \"s\"\ntimesteps = 20\nruns = 4\n\n[uncontrollables.m]\nkind = \"market/regime\"\n\
[uncontrollables.d]\nkind = \"glue/delay\"\n[uncontrollables.e]\nkind = \"glue/delay\"\n\n\
[[wire]]\nfrom = \"m.price\"\nto = \"d.value\"\n[[wire]]\nfrom = \"d.value\"\nto = \"e.value\"\n";
    let mut ids = Vec::new();
    for change in [
        "",
        "[discipline]\nuncontrollables = \"simultaneous\"\n",
        "[[stage]]\ncomponents = [\"m\", \"d\", \"e\"]\ndiscipline = \"simultaneous\"\n",
        "[derived]\nx = \"m.price + 1\"\n",
        "[derived]\nx = \"1 + m.price\"\n",
    ] {
        write(here.path(), &format!("{system}{change}"));
        let out = format!("o{}", ids.len());
        let output = tecmns(here.path(), &["run", "s.toml", "--out", &out, "--no-charts", "-q"]);
        assert!(output.status.success(), "{}", stderr(&output));
        ids.push(te_output::read_plan(here.path().join(&out)).unwrap().id);
    }
    let mut distinct = ids.clone();
    distinct.sort();
    distinct.dedup();
    // A stage of the whole list is that list's discipline by another word.
    assert!(distinct.len() >= 4 && ids[0] != ids[1] && ids[0] != ids[2], "{ids:?}");
}
