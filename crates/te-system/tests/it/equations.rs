//! Components of equations in system files.

use std::fs;
use std::path::Path;
use te_core::Plan;
use te_system::{SystemFile, built_in, is_equation_file, read_equations};

const GROWTH: &str = "[component]\nkind = \"mine/growth\"\ntime = \"month\"\n\n[param]\nrate = { default = 0.5, min = 0, unit = \"1/month\", doc = \"Growth.\" }\n\n\
    [state]\nstock = { initial = 8, rate = \"rate * stock\", unit = \"TOK\", doc = \"Stock.\" }\n";

const SYSTEM: &str = "[system]\ntimesteps = 2\nstep = \"1 month\"\n\n[controllables.a]\nkind = \"equations\"\nfile = \"growth.toml\"\nparams = { rate = 0.25 }\n";

fn plan(file: &SystemFile) -> Plan {
    file.experiment(file.systems(&built_in(), &[]).unwrap()).plan().unwrap()
}

fn stock(file: &SystemFile, column: &str) -> Vec<f64> {
    let experiment = file.experiment(file.systems(&built_in(), &[]).unwrap());
    experiment.run().unwrap().frame().f64s(column).unwrap().to_vec()
}

fn identity(file: &SystemFile) -> String {
    let mut text = String::new();
    plan(file).write_identity(&mut text).unwrap();
    text
}

#[test]
fn a_file_of_its_own_and_a_table_of_the_system_are_the_same_component() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("growth.toml"), GROWTH).unwrap();
    let path = folder.path().join("s.toml");
    let apart = SystemFile::parse(SYSTEM, &path, &built_in()).unwrap();
    assert_eq!(stock(&apart, "a.stock"), [8.0, 10.0, 12.5]);
    let systems = apart.systems(&built_in(), &[]).unwrap();
    assert_eq!(systems[0].1.components()[0].kind, "mine/growth");
    // The manifest keeps the text, and a plan can be made from it when the file is gone.
    let kept = apart.nested().unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].1, GROWTH);

    let inside = SYSTEM.replace("file = \"growth.toml\"", "of = \"growth\"")
        + &GROWTH
            .replace("[component]\nkind = \"mine/growth\"", "[equations.growth.component]")
            .replace("\n[param]", "\n[equations.growth.param]")
            .replace("\n[state]", "\n[equations.growth.state]");
    let inside = SystemFile::parse(&inside, &path, &built_in()).unwrap();
    assert_eq!(stock(&inside, "a.stock"), [8.0, 10.0, 12.5]);

    let before = identity(&apart);
    assert_eq!(before, identity(&SystemFile::parse(SYSTEM, &path, &built_in()).unwrap()));
    fs::write(folder.path().join("growth.toml"), GROWTH.replace("rate * stock", "rate * stock * 1.0"))
        .unwrap();
    let changed = SystemFile::parse(SYSTEM, &path, &built_in()).unwrap();
    assert_eq!(stock(&changed, "a.stock"), [8.0, 10.0, 12.5]);
    assert_ne!(before, identity(&changed));
    fs::remove_file(folder.path().join("growth.toml")).unwrap();
    let again = SystemFile::parse_kept(SYSTEM, &path, &kept, &built_in()).unwrap();
    assert_eq!(identity(&again), before);
    assert!(SystemFile::parse(SYSTEM, &path, &built_in()).is_err());
}

#[test]
fn parameters_sweep_and_metrics_are_wired() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("growth.toml"), GROWTH).unwrap();
    let text = SYSTEM.to_owned()
        + "[controllables.b]\nkind = \"equations\"\nof = \"double\"\n\n[equations.double.input]\nin = { default = 0, unit = \"TOK\" }\n\
           [equations.double.let]\nout = { of = \"2 * in\", unit = \"TOK\" }\n\n[[wire]]\nfrom = \"a.stock\"\nto = \"b.in\"\n\n\
           [sweep]\n\"a.rate\" = [0.0, 0.25]\n\n[derived]\nsum = \"a.stock + b.out\"\n";
    // What is swept has one value.
    let text = text.replace("params = { rate = 0.25 }\n", "");
    let file = SystemFile::parse(&text, &folder.path().join("s.toml"), &built_in()).unwrap();
    assert_eq!(stock(&file, "b.out"), [0.0, 16.0, 16.0, 0.0, 20.0, 25.0]);
    assert_eq!(stock(&file, "sum"), [8.0, 24.0, 24.0, 8.0, 30.0, 37.5]);
}

#[test]
fn what_is_wrong_is_told_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let (file, path) = (folder.path().join("growth.toml"), folder.path().join("s.toml"));
    let refused = |growth: &str, system: &str| {
        fs::write(&file, growth).unwrap();
        let refused = SystemFile::parse(system, &path, &built_in()).unwrap_err();
        refused.to_string().replace(&format!("{}{}", folder.path().display(), std::path::MAIN_SEPARATOR), "")
    };
    for (growth, system, expected) in [
        (
            GROWTH.replace("rate * stock", "rat * stock"),
            SYSTEM.to_owned(),
            "growth.toml:9:32: TE0502: unknown name `rat`; did you mean `rate`?",
        ),
        (
            GROWTH.to_owned(),
            SYSTEM.replace("rate = 0.25", "rate = -1"),
            "s.toml:8:12: TE0010: a: parameter `rate` is -1 1/month: allowed is [0, inf) 1/month",
        ),
        (
            GROWTH.to_owned(),
            SYSTEM.replace("file = \"growth.toml\"", "of = \"growth\""),
            "s.toml:7:6: TE0306: the file has no [equations.growth]",
        ),
        (
            GROWTH.to_owned(),
            SYSTEM.replace("file = \"growth.toml\"\n", ""),
            "s.toml:6:8: TE0306: a component of equations needs a `file`",
        ),
        (GROWTH.to_owned(), SYSTEM.replace("growth.toml", "grow.toml"), "grow.toml: TE0301"),
        (
            GROWTH.to_owned(),
            format!("{SYSTEM}\n[equations.x.let]\ny = {{ of = \"z\" }}\n"),
            "s.toml:11:13: TE0502: unknown name `z`",
        ),
    ] {
        let found = refused(&growth, &system);
        assert!(found.contains(expected), "{found}");
        assert_eq!(found.lines().count(), 1, "{found}");
    }
    // Units that are only told of are a note.
    fs::write(
        &file,
        GROWTH.replace("time =", "units = \"warn\"\ntime =").replace("\"1/month\"", "\"1/year\""),
    )
    .unwrap();
    let noted = SystemFile::parse(SYSTEM, &path, &built_in()).unwrap();
    assert!(
        noted.notes.len() == 1 && noted.notes[0].contains("growth.toml:10:32: TE0504"),
        "{:?}",
        noted.notes
    );
}

#[test]
fn files_of_equations_are_told_from_systems() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    for name in ["buyback", "hive", "staking"] {
        let path = root.join(format!("components/{name}.toml"));
        assert!(is_equation_file(path.to_str().unwrap()));
        read_equations(&path).unwrap();
    }
    assert!(!is_equation_file(root.join("systems/staking.toml").to_str().unwrap()));
    assert!(!is_equation_file("hive/economy"));
}

/// The numbers of the examples stand where their systems put them: testdata/te-equations holds the whole traces.
#[test]
fn the_systems_of_the_examples_run() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    for (name, column, last) in [
        ("staking", "pool.supply", 117343268.29748127),
        ("staking", "pool.bonded", 64823758.4367601),
        ("buyback", "treasury.treasury", 1322156.424118475),
        ("hive-equations", "economy.price", 22883.344916810125),
    ] {
        let file = SystemFile::read(&root.join(format!("systems/{name}.toml")), &built_in()).unwrap();
        let found = *stock(&file, column).last().unwrap();
        assert!((found - last).abs() <= 1e-12 * last, "{name}, {column}: {found}");
    }
}

/// A time that is no whole number of integration steps is rounded, and said.
#[test]
fn rounded_times_are_noted() {
    let folder = tempfile::tempdir().unwrap();
    let queue = "[component]\nkind = \"mine/queue\"\ntime = \"month\"\n\n[param]\nwait = { default = 3, unit = \"month\" }\n\n\
        [pipeline]\nqueue = { enter = \"10\", time = \"wait\", doc = \"Queue.\" }\n";
    fs::write(folder.path().join("queue.toml"), queue).unwrap();
    let path = folder.path().join("s.toml");
    let text = SYSTEM.replace("growth", "queue").replace("rate = 0.25", "wait = 3.25");
    let noted = SystemFile::parse(&text, &path, &built_in()).unwrap().notes;
    assert_eq!(noted.len(), 1);
    assert!(
        noted[0].contains("queue.toml:9:")
            && noted[0].contains("is 3.25 month: with integration steps of 1 it is taken as 3"),
        "{}",
        noted[0]
    );
    let whole = text.replace("3.25", "4");
    assert!(SystemFile::parse(&whole, &path, &built_in()).unwrap().notes.is_empty());
}

/// A table may be a column of a file beside the component, whose numbers are part of what the kind is.
#[test]
fn tables_are_read_from_files_beside_the_component() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("parts");
    fs::create_dir(&inner).unwrap();
    let text = "[component]\nkind = \"mine/growth\"\ntime = \"month\"\nunits = \"off\"\n[param]\nrate = { default = 1 }\n[table.f]\n\
        x = { file = \"f.csv\", column = \"at\" }\ny = { file = \"f.csv\", column = \"value\" }\n\
        [state]\nstock = { initial = 8, rate = \"rate * f(t)\", doc = \"Stock.\" }\n";
    fs::write(inner.join("growth.toml"), text).unwrap();
    fs::write(inner.join("f.csv"), "at,value\n0,4\n1,8\n").unwrap();
    let path = folder.path().join("s.toml");
    let system = SYSTEM.replace("growth.toml", "parts/growth.toml");
    let parse = || SystemFile::parse(&system, &path, &built_in());
    assert_eq!(stock(&parse().unwrap(), "a.stock"), [8.0, 9.0, 11.0]);
    let before = identity(&parse().unwrap());
    assert!(read_equations(&inner.join("growth.toml")).is_ok());
    fs::write(inner.join("f.csv"), "at,value\n0,4\n1,12\n").unwrap();
    assert_ne!(before, identity(&parse().unwrap()));
    fs::write(inner.join("f.csv"), "at,value\n0,4\n1,many\n").unwrap();
    let refused = parse().unwrap_err().to_string();
    assert!(
        refused.contains("growth.toml:9:") && refused.contains("TE0506") && refused.contains("f.csv"),
        "{refused}"
    );
    let refused = read_equations(&inner.join("growth.toml")).unwrap_err().to_string();
    assert!(refused.contains("TE0506"), "{refused}");
    fs::remove_file(inner.join("f.csv")).unwrap();
    assert!(parse().is_err());
}

#[test]
fn a_table_of_equations_reads_dates_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("quotes.csv"), "day,price\n2026-01-31,0\n2026-03-02,30\n").unwrap();
    let text = "[system]\ntimesteps = 3\nstep = \"1 month\"\nstart = 2026-01-31\n\n\
        [uncontrollables.a]\nkind = \"equations\"\nof = \"quoted\"\n\n\
        [equations.quoted.table.price]\nx = { file = \"quotes.csv\", column = \"day\" }\n\
        y = { file = \"quotes.csv\", column = \"price\" }\n\n\
        [equations.quoted.let]\nnow = { of = \"price(today())\" }\n";
    let read = || SystemFile::parse(text, &folder.path().join("s.toml"), &built_in());
    let file = read().unwrap_or_else(|refused| panic!("{refused}"));
    assert_eq!(stock(&file, "a.now"), [0.0, 28.0, 30.0, 30.0]);
    fs::write(folder.path().join("quotes.csv"), "day,price\n2026-01-31,0\n2026-02-30,30\n").unwrap();
    let refused = read().unwrap_err().to_string();
    let expected = "row 2 (line 3), column `day`: 2026-02-30 is no date: February 2026 has 28 days";
    assert!(refused.contains("s.toml:11:14: TE0506: ") && refused.contains(expected), "{refused}");
}
