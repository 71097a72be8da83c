//! What is refused, and where: every place with its line and column, all at once.

use super::{import_text, run};
use te_import::Dialect;

fn xmile(variables: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n\
         <sim_specs time_units=\"month\"><start>0</start><stop>4</stop><dt>1</dt></sim_specs>\n<model><variables>\n{variables}\n</variables></model></xmile>\n"
    )
}

fn vensim(equations: &str) -> String {
    format!(
        "{{UTF-8}}\n{equations}\nINITIAL TIME = 0 ~ Month ~ |\nFINAL TIME = 4 ~ Month ~ |\nTIME STEP = 1 ~ Month ~ |\nSAVEPER = TIME STEP ~ Month ~ |\n"
    )
}

/// The refusals, without the code.
fn refused(text: &str, dialect: Dialect) -> Vec<String> {
    let errors = import_text(text, dialect).expect_err("it is refused").errors;
    let told = errors.iter().map(ToString::to_string);
    told.map(|line| {
        assert!(line.contains(": TE0510: "), "{line}");
        line.replace("TE0510: ", "")
    })
    .collect()
}

fn of_xmile(variables: &str) -> Vec<String> {
    refused(&xmile(variables), Dialect::Xmile)
}

fn of_vensim(equations: &str) -> Vec<String> {
    refused(&vensim(equations), Dialect::Vensim)
}

#[test]
fn what_cannot_be_imported_is_named_with_its_place() {
    let told = of_xmile(
        "<stock name=\"line\"><eqn>0</eqn><queue/></stock>\n<stock name=\"belt\"><eqn>0</eqn><conveyor discrete=\"true\"><len>4</len><capacity>9</capacity></conveyor></stock>\n\
         <aux name=\"a\"><eqn>1 + HISTORY(b, 3)</eqn></aux>\n<aux name=\"b\"><eqn> ??? </eqn></aux>\n<aux name=\"c\"><eqn>a &lt; nosuch</eqn></aux>",
    );
    assert_eq!(
        told,
        [
            "5:32: cannot be imported: queue of `line`",
            "6:32: cannot be imported: a conveyor that moves batches, `discrete`",
            "6:80: cannot be imported: the capacity of a conveyor, `9`",
            "7:24: cannot be imported: there is no function `HISTORY`",
            "8:20: the equation is incomplete: `???` stands in it",
            "9:27: `nosuch` is not defined",
        ]
    );
    let told = of_vensim(
        "a = ALLOCATE AVAILABLE(b, c, d) ~~|\nb = 3 + ~~|\nc = RANDOM GAMMA(1, 2) ~~|\nd = A FUNCTION OF(a) ~~|\ne ~~|\nf = VECTOR SELECT(a, b, 1, 2, 3) ~~|",
    );
    assert_eq!(
        told,
        [
            "2:5: cannot be imported: `ALLOCATE AVAILABLE`: it allots by priority curves",
            "3:9: in the equation of `b`: the equation ends too early",
            "4:5: cannot be imported: there is no function `RANDOM GAMMA`",
            "5:3: in the equation of `d`: it is incomplete",
            "6:1: `e` cannot be imported: it has no equation: data from elsewhere cannot be imported",
            "7:5: cannot be imported: `VECTOR SELECT`: it works on vectors",
        ]
    );
}

#[test]
fn files_that_are_no_models() {
    let told = |text: &str, dialect| refused(text, dialect).join("\n");
    assert!(told("", Dialect::Xmile).contains("this is no XML"));
    assert!(told("<xmile><a b=></xmile>", Dialect::Xmile).contains("this is no XML"));
    assert!(told("<html/>", Dialect::Xmile).contains("`html` is no XMILE file"));
    assert!(told("<xmile/>", Dialect::Xmile).contains("there is no `model`"));
    assert!(told("<!DOCTYPE x [<!ENTITY a \"b\">]><xmile/>", Dialect::Xmile).contains("no XML"));
    assert!(told("", Dialect::Vensim).contains("`FINAL TIME` is missing"));
    assert!(told("a = 3", Dialect::Vensim).contains("has no `~` and no `|`"));
    let nested = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert_eq!(told(&nested, Dialect::Xmile), "1:601: elements lie in one another more than 200 deep");
    let drafts = "<xmile xmlns=\"http://www.systemdynamics.org/XMILE\"><sim_specs><start>0</start><stop>1</stop></sim_specs>\n<model><aux name=\"a\"><eqn>1</eqn></aux></model></xmile>";
    assert!(told(drafts, Dialect::Xmile).starts_with("2:1: this is not XMILE 1.0 but an older dialect"));
}

#[test]
fn names_circles_and_doubles() {
    assert_eq!(
        of_xmile("<aux name=\"a b\"><eqn>1</eqn></aux>\n<aux name=\"A_B\"><eqn>2</eqn></aux>"),
        ["6:1: `A_B` is defined twice"]
    );
    assert_eq!(of_vensim("a = 1 ~~|\nA = 2 ~~|"), ["3:1: `A` is defined twice"]);
    assert_eq!(
        of_vensim("price = pric * 2 ~~|\nprices = 1 ~~|"),
        ["2:9: `pric` is not defined; did you mean `price`?"]
    );
    // Circles are those of equations: they are told when the component is read.
    let import = import_text(&vensim("a = b + 1 ~~|\nb = a + 1 ~~|"), Dialect::Vensim).unwrap();
    let told = run(import).err().unwrap();
    assert!(told.contains("TE0503") && told.contains("`a` needs itself: a > b > a"), "{told}");
    let told = of_vensim(":MACRO: M(x)\nM = M(x) + 1 ~~|\n:END OF MACRO:\na = M(3) ~~|");
    assert!(told[0].contains("the macro `M` calls itself"), "{told:?}");
    assert_eq!(of_vensim("d: d, e ~~|\na[d] = 1 ~~|")[0], "2:1: the dimension `d` is made of itself");
}

#[test]
fn depth_and_length_cost_no_stack() {
    for (open, close) in [("(", ")"), ("-", ""), ("ABS(", ")"), ("MAX(1, ", ")"), ("2 ^ ", "")] {
        let deep = format!("{}Time{}", open.repeat(10_000), close.repeat(10_000));
        let import = import_text(&vensim(&format!("a = {deep} ~~|")), Dialect::Vensim).unwrap();
        assert!(import.component.len() > 10_000 || open == "(");
    }
    let long = format!("a = {}Time ~~|", "Time + ".repeat(20_000));
    assert!(import_text(&vensim(&long), Dialect::Vensim).is_ok());
    let longer = format!("a = {}Time ~~|", "Time + ".repeat(40_000));
    assert!(of_vensim(&longer)[0].ends_with("an equation of more than 50000 parts"));
    let nested =
        format!("<aux name=\"a\"><eqn>{}1{}</eqn></aux>", "IF TIME > 1 THEN 2 ELSE ".repeat(5_000), "");
    assert!(import_text(&xmile(&nested), Dialect::Xmile).is_ok());
    // Arrays taken apart are counted.
    let wide = "d: (a1-a2000) ~~|\nx[d] = 1 ~~|\ny[d] = SUM(x[d!]) + Time ~~|";
    assert!(of_vensim(wide)[0].contains("400,000 parts"), "{:?}", of_vensim(wide));
}

#[test]
fn line_ends_letters_and_quotes() {
    let text = vensim(
        "\"Pr\u{e4}mie | of ~ \\\"x\\\"\" = 3 ~ \u{20ac} ~ Gl\u{e4}ttung |\nb = \"Pr\u{e4}mie | of ~ \\\"x\\\"\" * 2 + \\\n  Time ~~|",
    );
    let same = import_text(&text, Dialect::Vensim).unwrap();
    for ends in ["\r\n", "\r"] {
        let other = import_text(&text.replace('\n', ends), Dialect::Vensim).unwrap();
        assert_eq!(other.component, same.component);
    }
    let latin: Vec<u8> =
        text.replace('\u{20ac}', "EUR").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let import = te_import::import(&latin, Dialect::Vensim, "m", "m.toml").unwrap();
    assert_eq!(
        import.component,
        import_text(&text.replace('\u{20ac}', "EUR"), Dialect::Vensim)
            .unwrap()
            .component
            .replace("imported/model", "imported/m")
            .replace("The model model.", "The model m.")
    );
    let run = run(same).unwrap();
    assert_eq!(run.at("b", 2.0), Some(8.0));
    let told = of_vensim("a = 1 ~~|\r\n\rb = ( ~~|");
    assert_eq!(told, ["4:7: in the equation of `b`: the equation ends too early"]);
}

#[test]
fn what_is_nearly_xml_is_mended_and_told() {
    let text = xmile(
        "<flow name=\"f\"><eqn>TIME</eqn>\n<stock name=\"s\" isee:x=\"1\"><eqn>1</eqn><inflow>f</inflow></stock>",
    );
    let import = import_text(&text, Dialect::Xmile).unwrap();
    let notes: Vec<String> = import.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "2:1: the prefix `isee` is declared nowhere",
            "5:1: `flow` is not closed: it is taken to end before `variables` does"
        ]
    );
    let run = run(import).unwrap();
    assert_eq!(run.columns["s"], [1.0, 1.0, 2.0, 4.0, 7.0]);
}

#[test]
fn modules_and_macros_are_taken_apart() {
    let text = "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n\
        <sim_specs><start>0</start><stop>3</stop><dt>1</dt></sim_specs>\n\
        <macro name=\"twice\"><parm>x</parm><eqn>2 * x</eqn></macro>\n\
        <model><variables><module name=\"hares\"><connect to=\"area\" from=\"land\"/></module>\n\
        <module name=\"foxes\" model=\"hunters\"><connect to=\"prey\" from=\"hares.count\"/></module>\n\
        <aux name=\"land\"><eqn>twice(5) + TIME</eqn></aux><aux name=\"seen\"><eqn>foxes.eaten + hares.count</eqn></aux></variables></model>\n\
        <model name=\"hares\"><variables><aux name=\"area\"/><aux name=\"count\"><eqn>area * 3</eqn></aux></variables></model>\n\
        <model name=\"hunters\"><variables><aux name=\"prey\"><eqn>0</eqn></aux><aux name=\"eaten\"><eqn>prey / 2</eqn></aux></variables></model></xmile>";
    let run = run(import_text(text, Dialect::Xmile).unwrap_or_else(|refused| panic!("{refused}"))).unwrap();
    assert_eq!(run.columns["land"], [10.0, 11.0, 12.0, 13.0]);
    assert_eq!(run.columns["hares.count"], [30.0, 33.0, 36.0, 39.0]);
    assert_eq!(run.columns["foxes.eaten"], [15.0, 16.5, 18.0, 19.5]);
    assert_eq!(run.columns["seen"], [45.0, 49.5, 54.0, 58.5]);
}

#[test]
fn random_numbers_are_draws() {
    let import =
        import_text(&xmile("<aux name=\"a\"><eqn>10 + NORMAL(0, 2, 7)</eqn></aux>"), Dialect::Xmile).unwrap();
    assert_eq!(import.notes.len(), 1, "{:?}", import.notes);
    assert!(import.notes[0].message.contains("a seed is left out"));
    let run = run(import).unwrap();
    let drawn = &run.columns["a"];
    assert!(drawn[1..].windows(2).all(|pair| pair[0] != pair[1]) && drawn[0] == 10.0, "{drawn:?}");
}
