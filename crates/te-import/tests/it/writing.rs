//! What is written: tables in files of their own, charts, units, the model's own clock.

use super::{import_text, run};
use std::fmt::Write as _;
use te_import::Dialect;

fn vensim(start: f64, equations: &str, drawn: &str) -> String {
    format!(
        "{{UTF-8}}\n{equations}\nINITIAL TIME = {start} ~ Year ~ |\nFINAL TIME = {} ~ Year ~ |\nTIME STEP = 1 ~ Year ~ |\nSAVEPER = TIME STEP ~ Year ~ |\n{drawn}",
        start + 60.0
    )
}

#[test]
fn long_tables_are_files_beside_the_component() {
    let mut sheet = String::from("year,price\n");
    (0..=60).for_each(|at| writeln!(sheet, "{},{}", 2000 + at, 3 * at).unwrap());
    let text = vensim(
        2000.0,
        "price := GET DIRECT DATA('d.csv', ',', 'A', 'B2') ~ USD ~ |\nshort((0,1),(60,61)) ~~|\nx = short(Time - 2000) ~~|",
        "",
    );
    let read = |file: &str| (file == "d.csv").then(|| sheet.as_bytes().to_vec());
    let import =
        te_import::import_with(text.as_bytes(), Dialect::Vensim, "market", "market-equations.toml", &read)
            .unwrap();
    let names: Vec<&str> = import.tables.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["market-price_table.csv"]);
    assert!(import.tables[0].1.starts_with("x,y\n2000,0\n2001,3\n"), "{}", import.tables[0].1);
    assert!(import.component.contains("x = { file = \"market-price_table.csv\", column = \"x\" }"));
    assert!(import.component.contains("x = { values = [0, 60] }"), "{}", import.component);
    let run = run(import).unwrap();
    assert_eq!((run.at("price", 2017.0), run.at("x", 2060.0)), (Some(51.0), Some(61.0)));
}

#[test]
fn graphs_of_vensim_are_charts() {
    let drawn = "\\\\\\---/// Sketch information - do not modify anything except names\n///---\\\\\\\n\
        :GRAPH MONEY_IN_HAND\n:TITLE Money in hand\n:X-DIV 2\n:SCALE\n:VAR Treasury\n:Y-MIN 0\n:SCALE\n:VAR income\n:VAR costs\n:DATASET \n\
        :GRAPH AGAIN\n:SCALE\n:VAR TREASURY\n:GRAPH PAIR\n:SCALE\n:VAR costs\n:VAR Treasury\n:REPORT R\n:TITLE R\n:L\u{7f}<%^E!@\n9:Current\n";
    let text = vensim(
        0.0,
        "Treasury = INTEG(income - costs, 9) ~ USD ~ |\nincome = 3 + 0*Time ~ USD/Year ~ |\ncosts = Treasury / 4 ~ USD/Year ~ |",
        drawn,
    );
    let import = import_text(&text, Dialect::Vensim).unwrap();
    let charts: Vec<&str> =
        import.system.lines().filter(|line| line.starts_with("title") || line.starts_with("y =")).collect();
    assert_eq!(
        charts,
        [
            "title = \"Money in hand: Treasury\"",
            "y = [\"model.treasury\"]",
            "title = \"Money in hand: income, costs\"",
            "y = [\"model.income\", \"model.costs\"]",
            "title = \"PAIR\"",
            "y = [\"model.treasury\", \"model.costs\"]",
        ]
    );
}

#[test]
fn names_of_one_unit_are_one_and_the_clock_has_a_unit() {
    let text = vensim(
        1900.0,
        "births = rate * people ~ Persons/Year ~ |\npeople = INTEG(births, 10) ~ Person ~ |\nrate = 0.1 ~ 1/Year ~ |\n\
         age = Time - born ~ Year ~ |\nborn = 1880 ~ Year ~ |\nlife = 40 ~ Year ~ |\n\
         late = STEP(1, born + life) ~ Dmnl ~ |",
        "\\\\\\---///\n:L\u{7f}<%^E!@\n22:Person,Persons,People\n",
    );
    let import = import_text(&text, Dialect::Vensim).unwrap();
    let component = &import.component;
    assert!(component.contains("births = { of = \"rate * people\", unit = \"Person/year\""), "{component}");
    assert!(component.contains("_start = { value = 1900, unit = \"year\""), "{component}");
    assert!(component.contains("of = \"time + _start - born\""), "{component}");
    let equations = super::equations(&import).unwrap();
    assert!(equations.warnings().is_empty(), "{:?}", equations.warnings());
    let run = run(import).unwrap();
    assert_eq!(
        (run.at("age", 1905.0), run.at("late", 1919.0), run.at("late", 1920.0)),
        (Some(25.0), Some(0.0), Some(1.0))
    );
}
