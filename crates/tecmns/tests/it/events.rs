//! Events and dates as the command shows them.

use crate::{scratch, stderr, stdout, tecmns};

const SHOCK: &str = "[system]\nname = \"s\"\ntimesteps = 6\nstep = \"1 month\"\nstart = 2026-01-31\n\n[controllables.economy]\n\
    kind = \"hive/economy\"\n\n[[variant]]\nname = \"a\"\n\n[[variant]]\nname = \"b\"\n\n[[event]]\nname = \"halving\"\n\
    variant = \"b\"\nat = 2026-04-30\nset = { \"economy.throttle\" = \"0.5 * economy.throttle\" }\n\n\
    [record]\nmetrics = [\"economy.price\"]\n\n[[chart]]\ntitle = \"Price\"\ny = [\"economy.price\"]\n";

#[test]
fn events_and_dates_are_shown_and_written() {
    let here = scratch();
    std::fs::write(here.path().join("s.toml"), SHOCK).unwrap();
    let checked = tecmns(here.path(), &["check", "s.toml"]);
    let text = stdout(&checked);
    assert!(text.contains("a: steps of 1 month, 1 substep, from 2026-01-31 to 2026-07-31"), "{text}");
    let line = "  event.halving: at 3: economy.throttle = 0.5 * economy.throttle  (at 2026-04-30)";
    assert_eq!(text.lines().filter(|found| *found == line).count(), 1, "{text}");

    let run = tecmns(here.path(), &["run", "s.toml", "--out", "o", "--format", "csv"]);
    assert!(run.status.success(), "{}", stderr(&run));
    let table = std::fs::read_to_string(here.path().join("o/trajectories.csv")).unwrap();
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows[0], "simulation,subset,run,timestep,substep,date,variant,economy.price");
    assert!(rows[2].starts_with("0,0,1,1,1,2026-02-28,a,"), "{}", rows[2]);
    assert!(rows[14].starts_with("1,0,1,6,1,2026-07-31,b,"), "{}", rows[14]);
    let manifest = std::fs::read_to_string(here.path().join("o/manifest.toml")).unwrap();
    assert!(manifest.contains("event.halving: at 3: economy.throttle"), "{manifest}");
    let charts: Vec<_> = std::fs::read_dir(here.path().join("o/charts")).unwrap().flatten().collect();
    let picture = charts
        .iter()
        .map(std::fs::DirEntry::path)
        .find(|path| path.extension().is_some_and(|of| of == "svg"));
    let drawn = std::fs::read_to_string(picture.unwrap()).unwrap();
    assert!(drawn.contains("2026-04") && drawn.contains(">date<"), "ticks are dates");
    // Run again, the same.
    let again = tecmns(here.path(), &["run", "s.toml", "--out", "o", "--format", "csv", "--resume"]);
    assert!(again.status.success(), "{}", stderr(&again));

    let shown = stdout(&tecmns(here.path(), &["show", "hive/economy"]));
    let initial = shown.lines().find(|line| line.contains("initial_price")).unwrap();
    assert!(initial.ends_with("Read at the start only."), "{initial}");
    assert!(!shown.lines().find(|line| line.contains("throttle")).unwrap().contains("start only"));
    let delay = stdout(&tecmns(here.path(), &["show", "glue/delay"]));
    assert!(delay.contains("No event changes a parameter: a run of glue/delay keeps"), "{delay}");
    assert!(stdout(&tecmns(here.path(), &["explain", "TE0509"])).contains("an event that cannot be"));
}
