//! What structures of a model become: conveyors and their leaks, arrays, a `not` that stands behind.

use super::{import_text, run};
use std::collections::HashMap;
use te_import::Dialect;

fn xmile(specs: &str, variables: &str) -> String {
    format!(
        "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n{specs}\n\
         <model><variables>\n{variables}\n</variables></model></xmile>\n"
    )
}

const SIX: &str = "<sim_specs><start>0</start><stop>6</stop><dt>1</dt></sim_specs>";

/// The columns of a run, and the component.
fn columns(text: &str) -> (HashMap<String, Vec<f64>>, String) {
    let import = import_text(text, Dialect::Xmile).unwrap_or_else(|refused| panic!("{refused}"));
    let component = import.component.clone();
    (run(import).unwrap_or_else(|failed| panic!("{failed}\n{component}")).columns, component)
}

fn refused(specs: &str, variables: &str) -> String {
    import_text(&xmile(specs, variables), Dialect::Xmile).expect_err("it is refused").to_string()
}

#[test]
fn what_enters_a_conveyor_leaves_after_its_length() {
    let text = xmile(
        SIX,
        "<stock name=\"Students\"><eqn>1000</eqn><inflow>matriculating</inflow><outflow>graduating</outflow>\
         <conveyor><len>course</len><capacity>INF</capacity></conveyor></stock>\n\
         <stock name=\"Alumni\"><eqn>0</eqn><inflow>graduating</inflow></stock>\n\
         <flow name=\"matriculating\"><eqn>IF TIME &lt; 1 THEN 300 ELSE 280</eqn></flow><flow name=\"graduating\"/>\n\
         <aux name=\"course\"><eqn>4</eqn></aux>",
    );
    let (columns, component) = columns(&text);
    assert!(
        component.contains("students = { enter = \"matriculating\", time = \"course\", initial = \"1000\"")
    );
    // The 1000 of the start are spread evenly: 250 leave in each year.
    assert_eq!(columns["graduating"], [250.0, 250.0, 250.0, 250.0, 300.0, 280.0, 280.0]);
    assert_eq!(columns["students"], [1000.0, 1050.0, 1080.0, 1110.0, 1140.0, 1120.0, 1120.0]);
    assert_eq!(columns["alumni"], [0.0, 250.0, 500.0, 750.0, 1000.0, 1300.0, 1580.0]);
}

#[test]
fn a_share_of_what_entered_leaks_evenly() {
    let leaks = |first: &str, second: &str| {
        format!(
            "<stock name=\"belt\"><eqn>0</eqn><inflow>in</inflow><outflow>out</outflow><outflow>lost</outflow><outflow>taken</outflow>\
             <conveyor><len>4</len></conveyor></stock>\n\
             <flow name=\"in\"><eqn>IF TIME = 0 THEN 80 ELSE IF TIME = 3 THEN -7 ELSE 0</eqn></flow><flow name=\"out\"/>\n{first}\n{second}"
        )
    };
    let marked = [
        "<flow name=\"lost\"><leak>0.1</leak></flow>",
        "<flow name=\"taken\" leak_start=\"0\" leak_end=\"1\"><eqn>0.15</eqn><non_negative/><leak/></flow>",
    ];
    let unmarked =
        ["<flow name=\"lost\"><eqn>0.1</eqn></flow>", "<flow name=\"taken\"><eqn>0.15</eqn></flow>"];
    for [first, second] in [marked, unmarked] {
        let (columns, _) = columns(&xmile(SIX, &leaks(first, second)));
        // Of 80 a quarter, 5 in each of 4 steps, 2 of them in the first leak. What would enter below 0 does not.
        assert_eq!(columns["belt"], [0.0, 80.0, 75.0, 70.0, 65.0, 0.0, 0.0]);
        assert_eq!(columns["out"], [0.0, 0.0, 0.0, 0.0, 60.0, 0.0, 0.0]);
        for (name, rate) in [("lost", 2.0), ("taken", 3.0)] {
            let wanted = [0.0, rate, rate, rate, rate, 0.0, 0.0];
            assert!(
                columns[name].iter().zip(wanted).all(|(x, wanted)| (x - wanted).abs() < 1e-12),
                "{columns:?}"
            );
        }
        assert_eq!(columns["in"][3], 0.0);
    }
}

#[test]
fn conveyors_in_arrays_and_in_chains() {
    let text = format!(
        "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\"><sim_specs><start>0</start><stop>3</stop><dt>0.5</dt></sim_specs>\n\
         <dimensions><dim name=\"town\"><elem name=\"a\"/><elem name=\"b\"/></dim></dimensions><model><variables>\n{}\n{}\n{}</variables></model></xmile>",
        "<stock name=\"young\"><dimensions><dim name=\"town\"/></dimensions><eqn>4</eqn><inflow>born</inflow><outflow>grown</outflow><conveyor><len>1</len></conveyor></stock>",
        "<stock name=\"old\"><dimensions><dim name=\"town\"/></dimensions><eqn>0</eqn><inflow>grown</inflow><outflow>gone</outflow><conveyor><len>1.5</len></conveyor></stock>",
        "<flow name=\"born\"><dimensions><dim name=\"town\"/></dimensions><element subscript=\"a\"><eqn>2</eqn></element><element subscript=\"b\"><eqn>0</eqn></element></flow>\
         <flow name=\"grown\"><dimensions><dim name=\"town\"/></dimensions></flow><flow name=\"gone\"><dimensions><dim name=\"town\"/></dimensions></flow>",
    );
    let (columns, _) = columns(&text);
    assert_eq!(columns["young[a]"], [4.0, 3.0, 2.0, 2.0, 2.0, 2.0, 2.0]);
    assert_eq!(columns["young[b]"], [4.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(columns["grown[b]"], [4.0, 4.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(columns["old[b]"], [0.0, 2.0, 4.0, 4.0, 2.0, 0.0, 0.0]);
    assert_eq!(columns["gone[b]"], [0.0, 0.0, 0.0, 4.0, 4.0, 0.0, 0.0]);
}

#[test]
fn conveyors_between_stocks_in_modules_and_in_macros() {
    let text = "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n\
        <sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs>\n\
        <macro name=\"LATE\"><parm>x</parm><eqn>comes_out</eqn><variables><stock name=\"on_its_way\"><eqn>0</eqn><inflow>goes_in</inflow>\n\
        <outflow>comes_out</outflow><conveyor><len>2</len></conveyor></stock><flow name=\"goes_in\"><eqn>x</eqn></flow><flow name=\"comes_out\"/></variables></macro>\n\
        <model><variables><module name=\"mill\"/><aux name=\"y\"><eqn>LATE(TIME + 1)</eqn></aux></variables></model>\n\
        <model name=\"mill\"><variables><stock name=\"grain\"><eqn>5</eqn><outflow>milling</outflow><non_negative/></stock>\n\
        <stock name=\"milled\"><eqn>0</eqn><inflow>milling</inflow><outflow>done</outflow><conveyor><len>1</len></conveyor></stock>\n\
        <stock name=\"flour\"><eqn>0</eqn><inflow>done</inflow><non_negative/></stock>\n\
        <flow name=\"milling\"><eqn>3</eqn></flow><flow name=\"done\"/></variables></model></xmile>";
    let (columns, component) = columns(text);
    assert_eq!(columns["y"], [0.0, 0.0, 1.0, 2.0, 3.0]);
    // The grain is 5: of the second 3 there are 2.
    assert_eq!(columns["mill.milling"], [3.0, 2.0, 0.0, 0.0, 0.0]);
    assert_eq!(columns["mill.milled"], [0.0, 3.0, 2.0, 0.0, 0.0]);
    assert_eq!(columns["mill.flour"], [0.0, 0.0, 3.0, 5.0, 5.0]);
    assert!(component.contains("mill_done = { of = \"mill_milled.out\", to = \"mill_flour\""), "{component}");
    let told = refused(
        SIX,
        "<stock name=\"a\"><eqn>0</eqn><outflow>out</outflow><conveyor><len>2</len></conveyor></stock>\n\
         <stock name=\"b\"><eqn>0</eqn><outflow>out</outflow><conveyor><len>2</len></conveyor></stock>\n<flow name=\"out\"/>",
    );
    assert!(told.contains("a flow out of two conveyors"), "{told}");
}

#[test]
fn what_a_conveyor_cannot_do_is_refused_by_name() {
    let belt = |conveyor: &str, leak: &str| {
        format!(
            "<stock name=\"belt\"><eqn>0</eqn><inflow>in</inflow><outflow>out</outflow><outflow>lost</outflow>{conveyor}</stock>\n\
             <flow name=\"in\"><eqn>1</eqn></flow><flow name=\"out\"/>{leak}"
        )
    };
    let plain = "<flow name=\"lost\"><leak>0.1</leak></flow>";
    let cases = [
        (
            "<conveyor><len>2</len><in_limit>3</in_limit></conveyor>",
            plain,
            "the limit of what enters a conveyor, `3`",
        ),
        (
            "<conveyor><len>2</len><arrest>TIME &gt; 3</arrest></conveyor>",
            plain,
            "a conveyor that is arrested",
        ),
        ("<conveyor><len>2</len><sample>TIME &gt; 3</sample></conveyor>", plain, "samples its length"),
        (
            "<conveyor batch_integrity=\"true\"><len>2</len></conveyor>",
            plain,
            "moves batches, `batch_integrity`",
        ),
        ("<conveyor exponential_leak=\"true\"><len>2</len></conveyor>", plain, "`exponential_leak`"),
        ("<conveyor><len>2 + TIME</len></conveyor>", plain, "a length of a conveyor that changes in a run"),
        ("<conveyor/>", plain, "a conveyor has no `len`"),
        (
            "<conveyor><len>2</len></conveyor>",
            "<flow name=\"lost\"><leak>TIME / 9</leak></flow>",
            "a share that leaks that changes in a run",
        ),
        (
            "<conveyor><len>2</len></conveyor>",
            "<flow name=\"lost\" leak_end=\"0.5\"><leak>0.1</leak></flow>",
            "from a part of a conveyor, `leak_end`",
        ),
        (
            "<conveyor><len>2</len></conveyor>",
            "<flow name=\"lost\"><leak>0.1</leak><leak_integers/></flow>",
            "a leak in whole numbers",
        ),
        (
            "<conveyor><len>2</len></conveyor>",
            "<flow name=\"lost\"><leak/></flow>",
            "the share that leaks is missing",
        ),
        ("<conveyor><len>2</len></conveyor>", "<flow name=\"lost\"/>", "the share that leaks is missing"),
        ("", "<flow name=\"lost\"><eqn>1</eqn></flow>", "`out` cannot be imported: its equation is missing"),
    ];
    for (conveyor, leak, wanted) in cases {
        let told = refused(SIX, &belt(conveyor, leak));
        assert!(told.contains(wanted) && told.contains("TE0510"), "{wanted}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    let stepped = SIX.replace("<sim_specs>", "<sim_specs method=\"rk4\">");
    let told = refused(&stepped, &belt("<conveyor><len>2</len></conveyor>", plain));
    assert!(told.contains("a conveyor under Runge-Kutta; set `euler`"), "{told}");
}

#[test]
fn what_would_be_lost_is_refused_or_told() {
    let own = "<sim_specs><start>0</start><stop>6</stop><dt>0.5</dt></sim_specs>";
    let with = |inside: &str, beside: &str| {
        let text = xmile(SIX, "<aux name=\"a\"><eqn>TIME</eqn></aux>");
        import_text(&text.replace("<model>", &format!("{beside}<model>{inside}")), Dialect::Xmile)
    };
    let told = |inside: &str, beside: &str| with(inside, beside).expect_err("it is refused").to_string();
    assert!(told(own, "").starts_with("3:8: TE0510: cannot be imported: steps of its own of a model"));
    for (attribute, wanted) in [
        ("encryption-scheme=\"AES-128,CBC,SHA256\"", "a model that is encrypted"),
        ("resource=\"m.xmile\"", "in a file of its own"),
    ] {
        let text = xmile(SIX, "").replace("<model>", &format!("<model {attribute}>"));
        let told = import_text(&text, Dialect::Xmile).expect_err("it is refused").to_string();
        assert!(told.contains(wanted) && told.starts_with("3:1: TE0510"), "{told}");
    }
    assert!(with(SIX, "").unwrap().notes.is_empty());
    assert!(with("", "<data><export/></data>").unwrap().notes.is_empty());
    for lost in ["<includes><include resource=\"m.xml\"/></includes>", "<data><import/></data>"] {
        let notes = with("", lost).unwrap().notes;
        assert!(
            notes[0].to_string().starts_with("3:1: `") && notes[0].message.ends_with("` is left out"),
            "{notes:?}"
        );
    }
}

#[test]
fn functions_of_arrays() {
    let text = format!(
        "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\"><sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs>\n\
         <dimensions><dim name=\"d\" size=\"4\"/></dimensions><model><variables>\n{}\n{}</variables></model></xmile>",
        "<aux name=\"x\"><dimensions><dim name=\"d\"/></dimensions><element subscript=\"1\"><eqn>2</eqn></element><element subscript=\"2\"><eqn>4</eqn></element>\
         <element subscript=\"3\"><eqn>4</eqn></element><element subscript=\"4\"><eqn>6 + TIME * 4</eqn></element></aux>",
        ["SUM", "MEAN", "MIN", "MAX", "PROD", "STDDEV", "SIZE"]
            .map(|name| format!("<aux name=\"{name} of x\"><eqn>{name}(x[*])</eqn></aux>"))
            .concat()
            .replace("SIZE(x[*])", "SIZE(x)"),
    );
    let (columns, _) = columns(&text);
    let wanted = [
        ("sum", [16.0, 20.0]),
        ("mean", [4.0, 5.0]),
        ("min", [2.0, 2.0]),
        ("max", [6.0, 10.0]),
        ("prod", [192.0, 320.0]),
        // Mean squares of the distances: (4 + 0 + 0 + 4) / 4 and (9 + 1 + 1 + 25) / 4.
        ("stddev", [2.0_f64.sqrt(), 3.0]),
    ];
    for (name, wanted) in wanted {
        assert_eq!(columns[&format!("{name}_of_x")], wanted, "{name}");
    }
    assert_eq!(columns["size_of_x"], [4.0, 4.0]);
    let told = refused(SIX, "<aux name=\"r\"><eqn>RANK(x, 1)</eqn></aux>");
    assert!(told.contains("cannot be imported: `RANK`: it works on vectors"), "{told}");
}

#[test]
fn a_not_behind_what_it_negates() {
    let aux = |of: &str| xmile(SIX, &format!("<aux name=\"a\"><eqn>{of}</eqn></aux>"));
    for of in
        ["IF TIME not THEN 1 ELSE 0", "(TIME not)", "MAX(TIME NOT, 0)", "IF (TIME &gt; 0) not THEN 1 ELSE 0"]
    {
        let import = import_text(&aux(of), Dialect::Xmile).unwrap();
        assert!(import.notes[0].message.contains("`not` is taken to negate what stands before it"));
        assert_eq!(run(import).unwrap().columns["a"], [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], "{of}");
    }
    let told = refused(SIX, "<aux name=\"a\"><eqn>IF TIME &gt; 0 not THEN 1 ELSE 0</eqn></aux>");
    assert!(told.contains("brackets must say what it negates"), "{told}");
}
