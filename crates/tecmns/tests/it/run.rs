//! Runs that work, and what they leave.

use crate::{scratch, stderr, stdout, system, tecmns};
use std::process::{Command, Stdio};
use te_output::read_frame;

#[test]
fn the_readmes_command_leaves_a_whole_folder() {
    let here = scratch();
    let output = tecmns(here.path(), &["run", &system("hive-economy.toml")]);
    assert!(output.status.success(), "{}", stderr(&output));
    let screen = stdout(&output);
    assert!(screen.contains("economy.price") && screen.contains("22883.3"), "{screen}");
    let results = here.path().join("results/hive-economy");
    for file in [
        "manifest.toml",
        "trajectories.parquet",
        "summary.csv",
        "charts/supply.svg",
        "charts/utility.png",
        "report.html",
    ] {
        assert!(results.join(file).is_file(), "{file} is missing");
    }
    assert_eq!(results.join("charts").read_dir().unwrap().count(), 12, "six pictures, each as SVG and PNG");
    assert!(!results.join("units").exists(), "parts are joined and gone");
    let frame = read_frame(results.join("trajectories.parquet")).unwrap();
    let names: Vec<&str> = frame.columns().iter().map(|c| c.name.as_str()).take(6).collect();
    assert_eq!(names, ["simulation", "subset", "run", "timestep", "substep", "economy.reserve"]);
    assert_eq!(frame.rows(), 121);
    assert_eq!(frame.f64s("economy.price").unwrap()[120].to_string(), "22883.344916810125");
}

#[test]
fn two_results_are_compared_and_reported() {
    let here = scratch();
    let file = system("hive-economy.toml");
    assert!(tecmns(here.path(), &["run", &file, "-q", "--out", "a", "--no-charts"]).status.success());
    let set = ["run", &file, "-q", "--out", "b", "--no-charts", "--set", "economy.throttle=0.004"];
    assert!(tecmns(here.path(), &set).status.success());
    let compared = tecmns(here.path(), &["compare", "a", "b", "--out", "c"]);
    assert!(compared.status.success(), "{}", stderr(&compared));
    assert!(stdout(&compared).contains("throttle") && stdout(&compared).contains("economy.price"));
    assert!(here.path().join("c/compare.html").is_file());
    let reported = tecmns(here.path(), &["report", "a"]);
    assert!(reported.status.success(), "{}", stderr(&reported));
    let page = std::fs::read_to_string(here.path().join("a/report.html")).unwrap();
    assert!(page.contains("hive-economy") && !page.contains("src=\"http"), "it opens offline");
    assert!(
        page.contains("Share of the supply that the common pool should hold"),
        "parameters are explained"
    );
}

#[test]
fn conviction_parameters_are_explored() {
    let here = scratch();
    let output = tecmns(here.path(), &["conviction", "--preset", "tec", "--out", "cv"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("beta 0.11, rho 0.000484"), "{}", stdout(&output));
    for name in ["growth", "trigger", "days-to-pass", "support-needed", "largest-share"] {
        assert!(
            here.path().join(format!("cv/{name}.csv")).is_file()
                && here.path().join(format!("cv/{name}.svg")).is_file()
        );
    }
    let refused = tecmns(here.path(), &["conviction", "--half-life", "-1", "--out", "no"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(!here.path().join("no").exists());
}

/// The published log of FLASH V3 comes out of its recorded trades, by the command as by the library.
#[test]
fn the_log_of_flash_is_replayed() {
    let here = scratch();
    let file = system("flash-replay.toml");
    let output = tecmns(here.path(), &["run", &file, "--out", "o", "-q", "--no-charts"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let frame = read_frame(here.path().join("o/trajectories.parquet")).unwrap();
    let column = |name: &str| frame.column(&format!("economy.{name}")).unwrap();
    let printed = |name: &str, row: usize| format!("{:.6}", column(name).number(row).unwrap());
    assert_eq!(printed("ext_out", 1), "5.993113");
    assert_eq!(printed("ext_stake_out", 1), "4606.619286");
    assert_eq!(printed("stake_flash_bought", 1), "32562.221323");
    assert_eq!(printed("ext_out", 2), "20.304234");
    assert_eq!(printed("ext_stake_out", 2), "472.731916");
    assert_eq!(printed("arb_out", 2), "52885.462536");
    assert_eq!(printed("stake_flash_bought", 2), "5436.177764");
    assert_eq!(printed("staked", 1), "48284.836722");
}

/// A parameter may name a column of a data file.
#[test]
fn series_come_from_files() {
    let here = scratch();
    std::fs::write(here.path().join("data.csv"), "t,price\n0,1.5\n1,2.5\n2,3.5\n").unwrap();
    let text = "[system]\nname = \"s\"\ntimesteps = 2\n\n[uncontrollables.price]\nkind = \"source/series\"\nparams = { values = { file = \"data.csv\", column = \"price\" } }\n";
    std::fs::write(here.path().join("s.toml"), text).unwrap();
    let output = tecmns(here.path(), &["run", "s.toml", "--out", "o", "-q", "--no-charts"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let frame = read_frame(here.path().join("o/trajectories.parquet")).unwrap();
    assert_eq!(frame.f64s("price.value").unwrap(), [1.5, 2.5, 3.5]);
    std::fs::write(here.path().join("w.toml"), text.replace("\"price\" }", "\"prise\" }")).unwrap();
    let refused = tecmns(here.path(), &["run", "w.toml"]);
    assert!(stderr(&refused).contains("did you mean `price`?"), "{}", stderr(&refused));
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_units_and_resume_finishes_them() {
    use std::process::{Command, Stdio};
    let here = scratch();
    let file = system("conviction-voting.toml");
    let arguments = ["run", &file, "--out", "o", "--runs", "200", "--no-charts", "--jobs", "1"];
    let child = Command::new(env!("CARGO_BIN_EXE_tecmns"))
        .current_dir(here.path())
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let units = here.path().join("o/units");
    let begun = || {
        units.read_dir().is_ok_and(|e| e.flatten().any(|e| e.path().extension().is_some_and(|x| x == "toml")))
    };
    let patience = std::time::Instant::now();
    while !begun() {
        assert!(patience.elapsed().as_secs() < 120, "no unit was finished");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let stopped = child.wait_with_output().unwrap();
    if stopped.status.success() {
        return;
    }
    assert_eq!(stopped.status.code(), Some(130), "{}", stderr(&stopped));
    assert!(stderr(&stopped).contains("--resume"), "{}", stderr(&stopped));
    let resumed: Vec<&str> = arguments.iter().copied().chain(["--resume"]).collect();
    let output = tecmns(here.path(), &resumed);
    assert!(output.status.success(), "{}", stderr(&output));
    let whole: Vec<&str> = arguments.iter().map(|a| if *a == "o" { "w" } else { a }).collect();
    assert!(tecmns(here.path(), &whole).status.success());
    let read = |folder: &str| read_frame(here.path().join(folder).join("trajectories.parquet")).unwrap();
    assert_eq!(read("o"), read("w"));
}

#[test]
fn a_second_run_does_not_touch_the_first() {
    let here = scratch();
    for _ in 0..2 {
        assert!(
            tecmns(here.path(), &["run", &system("hive-economy.toml"), "--no-charts", "-q"]).status.success()
        );
    }
    assert!(here.path().join("results/hive-economy-2/summary.csv").is_file());
}

#[test]
fn every_format_holds_the_same_numbers() {
    let here = scratch();
    let mut frames = Vec::new();
    for format in ["parquet", "csv", "arrow"] {
        let arguments = [
            "run",
            &system("hive-economy.toml"),
            "--out",
            format,
            "--format",
            format,
            "--no-charts",
            "--quiet",
        ];
        let output = tecmns(here.path(), &arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "--quiet is quiet");
        frames.push(read_frame(here.path().join(format).join(format!("trajectories.{format}"))).unwrap());
    }
    for other in &frames[1..] {
        for (a, b) in frames[0].columns().iter().zip(other.columns()) {
            assert_eq!((&a.name, &a.cells), (&b.name, &b.cells));
        }
    }
}

#[test]
fn settings_of_the_command_line_win() {
    let here = scratch();
    let output = tecmns(
        here.path(),
        &[
            "run",
            &system("hive-economy.toml"),
            "--out",
            "o",
            "--timesteps",
            "12",
            "--runs",
            "2",
            "--set",
            "economy.maintenance=0.2",
            "--sweep",
            "economy.throttle=0,0.004",
            "--record",
            "economy.price,every=4",
            "--no-charts",
        ],
    );
    assert!(output.status.success(), "{}", stderr(&output));
    let frame = read_frame(here.path().join("o/trajectories.parquet")).unwrap();
    // Two subsets, two runs, rows at 0, 4, 8 and 12.
    assert_eq!(frame.rows(), 2 * 2 * 4);
    let names: Vec<&str> = frame.columns().iter().map(|c| c.name.as_str()).skip(5).collect();
    assert_eq!(names, ["economy.throttle", "economy.price"]);
    let manifest = std::fs::read_to_string(here.path().join("o/manifest.toml")).unwrap();
    assert!(manifest.contains("maintenance = 0.2") && manifest.contains("mode = \"product\""), "{manifest}");
}

#[test]
fn shards_joined_are_the_whole() {
    // Three units, and one, which a single shard holds.
    for (runs, complete_alone) in [("150", false), ("20", true)] {
        shards_joined(runs, complete_alone);
    }
}

fn shards_joined(runs: &str, complete_alone: bool) {
    let here = scratch();
    let file = system("hive-economy.toml");
    let sweep = ["--sweep", "economy.throttle=0,0.002,0.004,0.006", "--runs", runs, "--no-charts", "-q"];
    let run = |more: &[&str]| {
        let arguments: Vec<&str> =
            ["run", &file].into_iter().chain(sweep).chain(more.iter().copied()).collect();
        let output = tecmns(here.path(), &arguments);
        assert!(output.status.success(), "{}", stderr(&output));
    };
    run(&["--out", "whole"]);
    run(&["--out", "a", "--shard", "0/2"]);
    run(&["--out", "b", "--shard", "1/2"]);
    let alone = tecmns(here.path(), &["merge", "a", "--out", "half"]);
    assert_eq!(alone.status.code(), Some(if complete_alone { 0 } else { 2 }), "a missing shard is noticed");
    let merged = tecmns(here.path(), &["merge", "a", "b", "--out", "joined"]);
    assert!(merged.status.success(), "{}", stderr(&merged));
    let read = |folder: &str| read_frame(here.path().join(folder).join("trajectories.parquet")).unwrap();
    assert_eq!(read("joined"), read("whole"));
}

#[test]
fn what_was_interrupted_goes_on() {
    let here = scratch();
    let file = system("hive-economy.toml");
    let base = ["run", &file, "--out", "o", "--runs", "300", "--no-charts", "-q"];
    // The first shard stands for the part that was done before a stop.
    let first: Vec<&str> = base.iter().copied().chain(["--shard", "0/3"]).collect();
    assert!(tecmns(here.path(), &first).status.success());
    let again = tecmns(here.path(), &base);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("--resume") || stderr(&again).contains("resume"), "{}", stderr(&again));
    let resumed: Vec<&str> = base.iter().copied().chain(["--resume"]).collect();
    let output = tecmns(here.path(), &resumed);
    assert!(output.status.success(), "{}", stderr(&output));
    let whole: Vec<&str> = ["run", &file, "--out", "w", "--runs", "300", "--no-charts", "-q"].to_vec();
    assert!(tecmns(here.path(), &whole).status.success());
    let read = |folder: &str| read_frame(here.path().join(folder).join("trajectories.parquet")).unwrap();
    assert_eq!(read("o"), read("w"));
}

#[test]
fn kpis_corners_and_statistics() {
    let here = scratch();
    let text = std::fs::read_to_string(system("hive-economy.toml")).unwrap();
    let kpi = "\n[[kpi]]\nname = \"low pool\"\nof = \"min(economy.reserve)\"\naggregate = \"probability below 6000\"\nrequire = \"< 0.5\"\n";
    std::fs::write(here.path().join("s.toml"), format!("{text}{kpi}")).unwrap();
    let output = tecmns(here.path(), &["run", "s.toml", "--out", "o", "--no-charts"]);
    let said = "low pool: 1 [0.2065, 1.0000] (Wilson, 95 %) over 1 run  DOES NOT HOLD";
    assert!(stdout(&output).contains(said), "{}", stdout(&output));
    let output = tecmns(
        here.path(),
        &[
            "run",
            "s.toml",
            "--out",
            "t",
            "--runs",
            "50",
            "--record",
            "economy.price,keep=statistics",
            "--no-charts",
            "-q",
        ],
    );
    assert!(output.status.success(), "{}", stderr(&output));
    let table = read_frame(here.path().join("t/statistics.csv")).unwrap();
    assert_eq!(table.rows(), 121, "one row for each timestep of the one column");
}

/// Statistics alone are told, drawn and plotted as trajectories are.
#[test]
fn statistics_alone_are_shown() {
    let here = scratch();
    let arguments = ["run", &system("hive-economy.toml"), "--out", "t", "--runs", "50", "--record"];
    let run = |record: &str, out: &str| {
        let mut words: Vec<&str> = arguments.iter().map(|w| if *w == "t" { out } else { w }).collect();
        words.push(record);
        tecmns(here.path(), &words)
    };
    let output = run("economy.price,keep=statistics", "t");
    assert!(output.status.success(), "{}", stderr(&output));
    let screen = stdout(&output);
    assert!(screen.contains("economy.price") && screen.contains("mean (t = 120)"), "{screen}");
    let folder = here.path().join("t");
    assert!(folder.join("report.html").is_file() && folder.join("charts").read_dir().unwrap().count() > 0);
    let plotted = tecmns(here.path(), &["plot", "t", "--y", "economy.price", "--out", "p"]);
    assert!(plotted.status.success(), "{}", stderr(&plotted));
    // The same statistics as those of the trajectories.
    assert!(run("economy.price", "w").status.success());
    let summary = |out: &str| {
        let text = std::fs::read_to_string(here.path().join(out).join("summary.csv")).unwrap();
        let rows: Vec<Vec<String>> =
            text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        rows
    };
    let (statistics, whole) = (summary("t"), summary("w"));
    assert_eq!(statistics[0], whole[0]);
    for (name, (a, b)) in whole[0].iter().zip(statistics[1].iter().zip(&whole[1])) {
        match (a.parse::<f64>(), b.parse::<f64>()) {
            // Quantiles of a sketch are within half a percent.
            (Ok(a), Ok(b)) => assert!((a - b).abs() <= 0.005 * b.abs(), "{name}: {a} and {b}"),
            _ => assert_eq!(a, b, "{name}"),
        }
    }
}

#[test]
fn a_manifest_is_run_again() {
    let here = scratch();
    let words = ["run", &system("hive-economy.toml"), "--out", "a", "--no-charts", "-q"];
    let set = ["--set", "economy.throttle=0.004", "--timesteps", "24"];
    assert!(tecmns(here.path(), &[&words[..], &set].concat()).status.success());
    let again = tecmns(here.path(), &["run", "a/manifest.toml", "--out", "b", "--no-charts", "-q"]);
    assert!(again.status.success(), "{}", stderr(&again));
    let read = |folder: &str| read_frame(here.path().join(folder).join("trajectories.parquet")).unwrap();
    assert_eq!(read("a"), read("b"));
    let other =
        tecmns(here.path(), &["run", "a/manifest.toml", "--out", "a", "--seed", "9", "-q", "--resume"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(stderr(&other).contains("`run.seed` is 0 there and 9 here"), "{}", stderr(&other));
}

#[test]
fn variants_of_one_folder_are_compared() {
    let here = scratch();
    let file = std::fs::read_to_string(system("hive-economy.toml")).unwrap();
    let variants = "\n[[variant]]\nname = \"as it is\"\n\n[[variant]]\nname = \"slow\"\nset = { \"economy.throttle\" = 0.001 }\n";
    std::fs::write(here.path().join("v.toml"), format!("{file}{variants}")).unwrap();
    let run = tecmns(here.path(), &["run", "v.toml", "--out", "v", "--runs", "4", "--no-charts", "-q"]);
    assert!(run.status.success(), "{}", stderr(&run));
    let output = tecmns(here.path(), &["compare", "v"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let screen = stdout(&output);
    assert!(screen.starts_with("as it is and slow") && screen.contains("economy.price"), "{screen}");
}

/// As `tecmns list | head -1` does.
#[test]
fn a_reader_may_leave_before_the_end() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tecmns"));
    let mut child =
        command.args(["list", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", stderr(&output));
}

#[test]
fn every_listed_kind_can_be_shown_and_every_code_explained() {
    let here = scratch();
    let kinds = stdout(&tecmns(here.path(), &["list"]));
    assert!(kinds.lines().count() >= 5);
    for kind in kinds.lines().filter_map(|l| l.split_whitespace().next()) {
        for form in [&["show", kind][..], &["show", kind, "--json"], &["show", kind, "--schema"]] {
            assert!(tecmns(here.path(), form).status.success(), "{form:?}");
        }
    }
    let codes = stdout(&tecmns(here.path(), &["explain"]));
    for code in codes.lines().filter_map(|l| l.split_whitespace().next()) {
        assert!(stdout(&tecmns(here.path(), &["explain", code])).starts_with(code));
    }
}

#[test]
fn the_graph_has_a_node_for_each_component_and_an_arrow_for_each_wire() {
    let here = scratch();
    let graph = stdout(&tecmns(here.path(), &["check", &system("hive-split.toml"), "--graph", "dot"]));
    assert_eq!(graph.matches("->").count(), 9);
    assert_eq!(graph.matches("hive/").count(), 3);
}
