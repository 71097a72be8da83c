//! Pictures drawn from a results folder: the replay is the run, and what is not the run is refused.

use crate::{scratch, stderr, stdout, system, tecmns};
use std::path::Path;
use te_conviction::community::Community;
use te_conviction::community::network::Status;
use te_conviction::community::parameters::CommunityParams;
use te_conviction::community::tables::{Snapshot, communities_on};
use te_conviction::pictures::{self, Look};
use te_core::{Frame, Stream, StreamKey};
use te_output::{Drawing, OutputError, Theme};

/// The picture as it is rendered.
fn draw(
    look: Look,
    occasion: &str,
    community: &Community,
    past: &[Frame],
    theme: Theme,
) -> Result<Drawing, OutputError> {
    te_output::draw(pictures::draw(look, occasion, community, past, theme)?, theme)
}

/// Runs the published community into a folder `o`.
fn run(here: &Path, more: &[&str]) {
    let file = system("conviction-voting.toml");
    let arguments: Vec<&str> =
        ["run", &file, "--out", "o", "-q"].into_iter().chain(more.iter().copied()).collect();
    let output = tecmns(here, &arguments);
    assert!(output.status.success(), "{}", stderr(&output));
}

fn picture(here: &Path, more: &[&str]) -> std::process::Output {
    tecmns(here, &["picture", "o"].into_iter().chain(more.iter().copied()).collect::<Vec<_>>())
}

/// What is said where nothing may be drawn.
fn refused(here: &Path, more: &[&str]) -> String {
    let output = picture(here, &[more, &["--out", "refused"]].concat());
    assert_eq!(output.status.code(), Some(2), "{more:?}: {}", stderr(&output));
    assert!(!here.join("refused").exists(), "{more:?} left pictures");
    stderr(&output)
}

#[test]
fn a_run_leaves_the_notebooks_pictures() {
    let here = scratch();
    run(here.path(), &[]);
    let charts = here.path().join("o/charts");
    for name in [
        "holdings-0",
        "influence-0",
        "requests-0",
        "required-share-0",
        "required-0",
        "affinities-0",
        "affinities-100",
        "snapshot-0",
        "snapshot-50",
        "progress-100",
    ] {
        for (extension, begin) in [("svg", &b"<svg"[..]), ("png", b"\x89PNG")] {
            let bytes = std::fs::read(charts.join(format!("community-{name}.{extension}"))).unwrap();
            assert!(bytes.starts_with(begin) && bytes.len() > 3000, "{name}.{extension}");
        }
    }
    let page = std::fs::read_to_string(here.path().join("o/report.html")).unwrap();
    for part in ["Participants and proposals, day 50", "How much each participant likes each proposal."] {
        assert!(page.contains(part), "{part} is not in the report");
    }
    // The report verb draws the same.
    let again = tecmns(here.path(), &["report", "o", "--out", "again.html"]);
    assert!(again.status.success() && stderr(&again).is_empty(), "{}", stderr(&again));
    assert!(std::fs::read_to_string(here.path().join("again.html")).unwrap() == page, "the pages differ");
}

/// The community behind a replayed run is the one that the model gives when it is stepped by itself with the run's stream,
/// and the same picture has the same bytes.
#[test]
fn the_replay_is_the_run() {
    let here = scratch();
    run(here.path(), &["--no-charts", "--runs", "3", "--seed", "7", "--timesteps", "60"]);
    let arguments = ["--run", "3", "--timestep", "0,40,end", "--what", "snapshot,affinities"];
    for out in ["a", "b"] {
        let output = picture(here.path(), &[&arguments[..], &["--out", out]].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(stdout(&output).lines().count(), 12);
    }
    let mut stream = Stream::new(StreamKey { seed: 7, run: 3, subset: None }, "community");
    let stepped = communities_on(&CommunityParams::default(), &mut stream, &[0, 40, 60]).unwrap();
    for (day, community) in stepped {
        for look in [Look::Snapshot, Look::Affinities] {
            let drawing = draw(look, &format!("day {day}, run 3"), &community, &[], Theme::Light).unwrap();
            let name = format!("community-{}-{day}-run-3", look.name());
            let read = |out: &str, extension: &str| {
                std::fs::read(here.path().join(out).join(format!("{name}.{extension}"))).unwrap()
            };
            assert_eq!(read("a", "svg"), drawing.svg().into_bytes(), "{name}");
            assert_eq!(read("a", "png"), drawing.png().unwrap(), "{name}");
            assert_eq!(read("a", "svg"), read("b", "svg"));
            assert_eq!(read("a", "png"), read("b", "png"));
        }
    }
}

#[test]
fn tables_stand_beside_the_pictures() {
    let here = scratch();
    run(here.path(), &["--no-charts", "--timesteps", "30"]);
    let arguments = ["--what", "required", "--timestep", "0,end", "--table", "--out", "p"];
    let output = picture(here.path(), &arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output).lines().count(), 8, "{}", stdout(&output));
    let read = |name: &str| te_output::read_frame(here.path().join("p").join(name)).unwrap();
    let mut stream = Stream::new(StreamKey { seed: 1, run: 1, subset: None }, "community");
    let stepped = communities_on(&CommunityParams::default(), &mut stream, &[0, 30]).unwrap();
    for (day, community) in &stepped {
        let participants = read(&format!("community-participants-{day}.csv"));
        let proposals = read(&format!("community-proposals-{day}.csv"));
        assert_eq!(participants.rows(), community.network().ranks());
        assert_eq!(proposals.rows(), community.network().proposals().len());
        let holdings = participants.column("holdings").unwrap();
        assert_eq!(holdings.number(3).unwrap().to_bits(), community.network().holdings()[3].to_bits());
    }
    // What is drawn on the day of founding is said.
    let (_, founded) = &stepped[0];
    assert!(Look::Required.caption_of(founded).contains("total supply S"));
    assert!(!Look::Required.caption_of(&stepped[1].1).contains("total supply S"));
    let svg = |look, community| draw(look, "day", community, &[], Theme::Light).unwrap().svg();
    assert!(svg(Look::RequiredShare, founded).contains("trigger with S for E"));
}

#[test]
fn everybody_is_in_the_pictures() {
    let mut stream = Stream::new(StreamKey { seed: 1, run: 1, subset: None }, "community");
    let (_, community) = communities_on(&CommunityParams::default(), &mut stream, &[50]).unwrap().remove(0);
    let network = community.network();
    let snapshot = Snapshot::of(50, network);
    let svg = |look| draw(look, "day 50", &community, &[], Theme::Light).unwrap().svg();
    let picture = svg(Look::Snapshot);
    let candidates = snapshot.right.iter().filter(|one| one.status == Status::Candidate).count();
    assert!(picture.contains(&format!("{} participants", snapshot.left.len())));
    assert!(picture.contains(&format!("{candidates} candidates")));
    assert_eq!(picture.matches(" %</text>").count(), candidates);
    // A candidate's circle has a ground and an edge, except where it is full; four more are in the headings.
    let full = snapshot.right.iter().filter(|one| one.filled == Some(1.0)).count();
    let circles = snapshot.left.len() + snapshot.right.len() + candidates - full + 4;
    assert_eq!(picture.matches("<circle").count(), circles);
    let cells = network.participant_count() * network.proposals().len();
    // The ground and 80 colours of the scale are rectangles too.
    assert_eq!(svg(Look::Affinities).matches("<rect").count(), cells + 1 + 80);
    let influence = svg(Look::Influence);
    assert_eq!(influence.matches("<circle").count(), network.participant_count());
    assert_eq!(influence.matches("<path").count() / 2, network.influence().len(), "a shaft and a head each");
    for look in [Look::Holdings, Look::Requests, Look::RequiredShare, Look::Required] {
        assert!(svg(look).contains("day 50"));
    }
    // Nothing to draw is said, and not drawn.
    let refused = draw(Look::Progress, "day 50", &community, &[], Theme::Light).err().unwrap();
    assert!(refused.to_string().contains("no rows"), "{refused}");
}

/// Every format is read back to the bit, and rows between or after the timesteps wanted speak for them.
#[test]
fn every_way_of_recording_serves() {
    for more in [
        &["--format", "csv"][..],
        &["--format", "arrow"],
        &["--record", "every=7"],
        &["--record", "keep=finals"],
        &["--record", "community.funds,substeps"],
        &["--sweep", "community.rho=0.002,0.0025", "--set", "community.gamma=0.002"],
    ] {
        let here = scratch();
        run(here.path(), &[&["--no-charts", "--timesteps", "30"], more].concat());
        let output = picture(here.path(), &["--what", "snapshot", "--timestep", "0,10,end", "--out", "p"]);
        assert!(output.status.success(), "{more:?}: {}", stderr(&output));
        assert!(here.path().join("p/community-snapshot-30.png").is_file(), "{more:?}");
    }
    let here = scratch();
    run(here.path(), &["--no-charts", "--record", "keep=statistics"]);
    let said = refused(here.path(), &["--what", "snapshot"]);
    assert!(said.contains("TE0402") && said.contains("keeps statistics"), "{said}");
}

#[test]
fn a_changed_row_is_noticed() {
    let here = scratch();
    run(here.path(), &["--no-charts", "--format", "csv", "--timesteps", "20"]);
    let path = here.path().join("o/trajectories.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = lines[0].split(',').position(|name| name == "community.funds").unwrap();
    let mut cells: Vec<String> = lines[8].split(',').map(str::to_owned).collect();
    let value: f64 = cells[at].parse().unwrap();
    // The smallest change there is.
    cells[at] = value.next_up().to_string();
    lines[8] = cells.join(",");
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let said = refused(here.path(), &["--what", "snapshot", "--timestep", "15"]);
    for part in
        ["TE0402", "at timestep 7 of run 1", "`community.funds`", "trajectories.csv", &value.to_string()]
    {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
    // Before the change all is well, and a report is written without the pictures, which it says.
    let before = picture(here.path(), &["--what", "snapshot", "--timestep", "6", "--out", "p"]);
    assert!(before.status.success(), "{}", stderr(&before));
    let reported = tecmns(here.path(), &["report", "o"]);
    assert!(
        reported.status.success() && stderr(&reported).contains("not drawn: TE0402"),
        "{}",
        stderr(&reported)
    );
}

/// A folder goes on its own: system file and nested files may be gone.
#[test]
fn the_folder_keeps_what_made_it() {
    let here = scratch();
    let inner = "[system]\nname = \"inner\"\n\n[controllables.community]\nkind = \"conviction/voting\"\n";
    let outer = "[system]\nname = \"outer\"\ntimesteps = 9\nseed = 18446744073709551615\n\n[controllables.town]\nkind = \"system\"\nfile = \"inner.toml\"\n\n[controllables.village]\nkind = \"conviction/voting\"\nparams = { participants = 12 }\n";
    std::fs::write(here.path().join("inner.toml"), inner).unwrap();
    std::fs::write(here.path().join("outer.toml"), outer).unwrap();
    let settings =
        ["--seed", "18446744073709551614", "--set", "village.rho=0.002", "--record", "*.funds,every=2"];
    let arguments = [&["run", "outer.toml", "--out", "o", "-q", "--no-charts"], &settings[..]].concat();
    let output = tecmns(here.path(), &arguments);
    assert!(!output.status.success(), "patterns have their star at the end");
    let settings =
        ["--seed", "18446744073709551614", "--set", "village.rho=0.002", "--record", "village.*,every=2"];
    let arguments = [&["run", "outer.toml", "--out", "o", "-q", "--no-charts"], &settings[..]].concat();
    let output = tecmns(here.path(), &arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    std::fs::rename(here.path().join("outer.toml"), here.path().join("old.toml")).unwrap();
    std::fs::remove_file(here.path().join("inner.toml")).unwrap();
    let output = picture(here.path(), &["--what", "snapshot", "--timestep", "5", "--out", "p"]);
    assert!(output.status.success(), "{}", stderr(&output));
    for name in ["town-community-snapshot-5.png", "village-snapshot-5.png"] {
        assert!(here.path().join("p").join(name).is_file(), "{name}");
    }

    // Without what it keeps, the folder says what is missing.
    let manifest = here.path().join("o/manifest.toml");
    let mut table: toml::Table = std::fs::read_to_string(&manifest).unwrap().parse().unwrap();
    let command = table.get_mut("command").and_then(toml::Value::as_table_mut).unwrap();
    command.remove("text");
    std::fs::write(&manifest, toml::to_string(&table).unwrap()).unwrap();
    let said = refused(here.path(), &[]);
    assert!(said.contains("TE0401") && said.contains("outer.toml: TE0301: cannot be read"), "{said}");
    // The file as it was serves, a changed one does not.
    std::fs::write(here.path().join("inner.toml"), inner).unwrap();
    let output = picture(here.path(), &["--what", "snapshot", "--system", "old.toml", "--out", "q"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let changed = outer.replace("participants = 12", "participants = 13");
    std::fs::write(here.path().join("old.toml"), changed).unwrap();
    let said = refused(here.path(), &["--system", "old.toml"]);
    assert!(
        said.contains(
            "`simulation.0.component.village.params.participants` is 13 in old.toml and 12 in the folder"
        ),
        "{said}"
    );
}

#[test]
fn what_is_not_there_is_refused() {
    let here = scratch();
    run(here.path(), &["--no-charts", "--timesteps", "10"]);
    for (arguments, expected) in [
        (
            &["--of", "comunity"][..],
            "TE0307: picture of unknown component `comunity`; did you mean `community`?",
        ),
        (&["--what", "afinities"], "unknown picture `afinities`; did you mean `affinities`?"),
        (&["--timestep", "11"], "TE0403: timestep 11 is beyond the 10 timesteps of o"),
        (&["--timestep", "soon"], "write a timestep from 0, or end"),
        (&["--run", "2"], "TE0121"),
        (&["--subset", "1"], "TE0121"),
        (&["--variant", "conviction-votin"], "did you mean `conviction-voting`?"),
    ] {
        let said = refused(here.path(), arguments);
        assert!(said.contains(expected), "{arguments:?}: expected {expected}\nfound: {said}");
    }
    assert!(
        tecmns(here.path(), &["run", &system("hive-economy.toml"), "--out", "h", "-q", "--no-charts"])
            .status
            .success()
    );
    let output = tecmns(here.path(), &["picture", "h", "--of", "economy"]);
    assert_eq!(output.status.code(), Some(2));
    let expected = "there are no pictures of `economy`, which is a hive/economy: only of conviction/voting";
    assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    let output = tecmns(here.path(), &["picture", "nowhere"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("nowhere"), "{}", stderr(&output));
}

#[test]
fn failed_and_stopped_runs_are_drawn_as_far_as_they_went() {
    let here = scratch();
    let greedy = ["--set", "community.beta=0.99", "--set", "community.rho=0.0001", "--runs", "20"];
    let file = system("conviction-voting.toml");
    let arguments = [&["run", &file, "--out", "o", "-q", "--no-charts"], &greedy[..]].concat();
    assert_eq!(
        tecmns(here.path(), &arguments).status.code(),
        Some(3),
        "some runs ask for more than the pool"
    );
    let failures = te_output::read_frame(here.path().join("o/failures.csv")).unwrap();
    let number = |name: &str| failures.column(name).unwrap().number(0).unwrap();
    let (run, timestep) = (number("run").to_string(), number("timestep"));
    let said = refused(here.path(), &["--run", &run, "--timestep", &timestep.to_string()]);
    for part in ["TE0403", &format!("run {run} failed at timestep {timestep}"), "accepted proposals ask for"]
    {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
    let output = picture(here.path(), &["--run", &run, "--what", "snapshot", "--out", "p"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains(&format!("community-snapshot-{}-run-{run}.png", timestep - 1.0)));

    let text =
        std::fs::read_to_string(&file).unwrap() + "\n[stop]\nwhen = \"community.proposal_count > 20\"\n";
    std::fs::write(here.path().join("stop.toml"), text).unwrap();
    let output = tecmns(here.path(), &["run", "stop.toml", "--out", "s"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("not drawn: TE0403") && stderr(&output).contains("stop condition"));
    let frame = te_output::read_frame(here.path().join("s/trajectories.parquet")).unwrap();
    let last = frame.column("timestep").unwrap().number(frame.rows() - 1).unwrap();
    assert!(here.path().join(format!("s/charts/community-affinities-{last}.png")).is_file());
}

#[test]
fn a_file_that_asks_for_no_such_picture_is_refused() {
    let good = "[system]\nname = \"s\"\ntimesteps = 5\n\n[controllables.community]\nkind = \"conviction/voting\"\n\n[[picture]]\nof = \"community\"\nwhat = \"snapshot\"\nat = [0, \"end\"]\n";
    let here = scratch();
    let check = |text: &str| {
        std::fs::write(here.path().join("s.toml"), text).unwrap();
        tecmns(here.path(), &["check", "s.toml"])
    };
    assert!(check(good).status.success());
    for (from, to, expected) in [
        (
            "of = \"community\"",
            "of = \"comunity\"",
            "s.toml:8:1: TE0307: picture of unknown component `comunity`; did you mean `community`?",
        ),
        ("of = \"community\"\n", "", "a [[picture]] needs `of`"),
        (
            "\"snapshot\"",
            "\"snapsot\"",
            "s.toml:10:8: TE0303: unknown picture `snapsot`; did you mean `snapshot`?",
        ),
        ("[0, \"end\"]", "[0, -1]", "`at` in [[picture]] is -1: it must be a timestep"),
        ("\nat =", "\nwhen =", "unknown key `when` in [[picture]]"),
        ("\nat =", "\nvariant = \"other\"\nat =", "TE0307: picture of unknown variant `other`"),
        (
            "conviction/voting",
            "hive/economy",
            "TE0307: there are no pictures of `community`, which is a hive/economy",
        ),
    ] {
        assert!(good.contains(from));
        let output = check(&good.replacen(from, to, 1));
        assert_eq!(output.status.code(), Some(2), "{to}");
        assert!(stderr(&output).contains(expected), "expected {expected}\nfound {}", stderr(&output));
    }
}
