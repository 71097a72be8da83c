//! Data columns in system files: what is read, what is refused, and how the refusal helps.

use crate::scratch;
use std::path::Path;
use te_core::{Frame, Value};
use te_system::SystemFile;

/// A system of one recorded series of this column.
fn series(reference: &str, timesteps: u64) -> String {
    format!(
        "[system]\nname = \"s\"\ntimesteps = {timesteps}\nstep = \"1 day\"\n\n[uncontrollables.price]\nkind = \"source/series\"\nparams = {{ values = {reference}, end = \"hold\" }}\n"
    )
}

fn read(here: &Path, text: &str) -> Result<SystemFile, String> {
    SystemFile::parse(text, &here.join("s.toml"), &te_system::built_in()).map_err(|errors| errors.to_string())
}

fn run(file: &SystemFile) -> Frame {
    let systems = file.systems(&te_system::built_in(), &[]).unwrap();
    file.experiment(systems).run().unwrap().frame().clone()
}

/// The recorded prices of a table under this reference.
fn prices(table: &str, reference: &str, timesteps: u64) -> Result<Vec<f64>, String> {
    let here = scratch();
    std::fs::write(here.path().join("p.csv"), table).unwrap();
    let file = read(here.path(), &series(reference, timesteps))?;
    Ok(run(&file).f64s("price.value").unwrap().to_vec())
}

const PLAIN: &str = "{ file = \"p.csv\", column = \"price\" }";

#[test]
fn only_the_named_column_is_read() {
    for table in [
        "price,volume\n1,x\n2,y\n",
        "\u{feff}price,run\r\n1,base\r\n2,base\r\n",
        "price,,\n\"1\",a,b\n\"2\",,\n",
        "note,price,note\na, 1 ,b\n\nc,2,d\n",
        "date, price\n2024-01-01, 1.0\n2024-01-02, 2.0\n",
        "time,price\nTuesday,1\nMonday,2\n",
    ] {
        assert_eq!(prices(table, PLAIN, 1), Ok(vec![1.0, 2.0]), "{table}");
    }
    assert_eq!(prices("up,price\n0,True\n0,false\n", PLAIN, 1), Ok(vec![1.0, 0.0]));
    let semicolons = "{ file = \"p.csv\", column = \"price\", separator = \";\" }";
    assert_eq!(prices("a;price\n1,5;1\n2,5;2\n", semicolons, 1), Ok(vec![1.0, 2.0]));
    let here = scratch();
    std::fs::write(here.path().join("Zeitreihe £.tsv"), "tag\tPreis in €\n1\t1\n2\t2\n").unwrap();
    let text = series("{ file = \"Zeitreihe £.tsv\", column = \"Preis in €\" }", 1);
    let file = read(here.path(), &text).unwrap();
    assert_eq!(run(&file).f64s("price.value").unwrap(), [1.0, 2.0]);
}

#[test]
fn refusals_name_row_column_text_and_what_is_allowed() {
    for (table, said) in [
        (
            "date,price\na,1\nb,null\n",
            "row 2 (line 3), column `price`: there is `null`; allowed is a finite number",
        ),
        ("date,price\na,1\n\nb,\n", "row 2 (line 4), column `price`: there is nothing"),
        (
            "date,price\na,\"1,234.50\"\n",
            "row 1 (line 2), column `price`: `1,234.50` is refused: allowed is a finite number; write it without separators of thousands: 1234.50",
        ),
        ("price\n5%\n", "as a fraction: 0.05"),
        ("price\n1e400\n", "beyond the range"),
        ("date;price\na;1\n", "separated by semicolons; add `separator = \";\"`"),
        ("date\tprice\na\t1\n", "separated by tabs"),
        ("price,price\n1,2\n", "there are 2 columns `price`: number 1 and 2"),
        ("prise\n1\n", "there is no column `price`; did you mean `prise`?"),
        ("date,price\na,1\nb,2,3\n", "row 2 (line 3) has 3 cells, the header 2"),
        ("date,price\n", "column `price` has no rows"),
        ("", "it needs a header line"),
    ] {
        let error = prices(table, PLAIN, 1).unwrap_err();
        assert!(error.contains(said) && error.contains("TE0305"), "expected {said}\nfound {error}");
        assert!(error.contains("s.toml:8:12:"), "{error}");
    }
    let here = scratch();
    std::fs::write(here.path().join("p.csv"), b"price\n\xff\n").unwrap();
    assert!(read(here.path(), &series(PLAIN, 1)).unwrap_err().contains("line 2 is not text in UTF-8"));
    std::fs::write(here.path().join("p.csv"), b"\xff\xfep\0").unwrap();
    assert!(read(here.path(), &series(PLAIN, 1)).unwrap_err().contains("UTF-16"));
    let windows =
        read(here.path(), &series("{ file = \"data\\\\p.csv\", column = \"price\" }", 1)).unwrap_err();
    assert!(windows.contains("\"data/p.csv\""), "{windows}");
    let windows =
        read(here.path(), &series("{ file = \"data\\p.csv\", column = \"price\" }", 1)).unwrap_err();
    assert!(windows.contains("TE0302") && windows.contains("single quotes"), "{windows}");
    let key =
        read(here.path(), &series("{ file = \"p.csv\", column = \"price\", rows = 1 }", 1)).unwrap_err();
    assert!(key.contains("unknown key `rows` of a data column; did you mean `row`?"), "{key}");
}

#[test]
fn gaps_are_filled_where_that_is_said() {
    let gaps = "price\n1\nnull\nNA\n4\n";
    let with = |missing: &str| format!("{{ file = \"p.csv\", column = \"price\", missing = \"{missing}\" }}");
    assert_eq!(prices(gaps, &with("hold"), 3), Ok(vec![1.0, 1.0, 1.0, 4.0]));
    assert_eq!(prices(gaps, &with("interpolate"), 3), Ok(vec![1.0, 2.0, 3.0, 4.0]));
    assert!(prices(gaps, &with("fail"), 3).is_err());
    assert!(prices(gaps, &with("zero"), 3).unwrap_err().contains("there are fail, hold, interpolate"));
}

#[test]
fn a_column_of_times_puts_rows_at_their_timesteps() {
    let by = |time: &str| format!("{{ file = \"p.csv\", column = \"price\", time = \"{time}\" }}");
    let newest_first = "date,price\n2024-01-03,3\n2024-01-02,2\n2024-01-01,1\n";
    assert_eq!(prices(newest_first, &by("date"), 2), Ok(vec![1.0, 2.0, 3.0]));
    assert_eq!(prices("timestep,price\n2,30\n0,10\n1,20\n", &by("timestep"), 2), Ok(vec![10.0, 20.0, 30.0]));
    let weekend = "date,price\n2024-01-05,1\n2024-01-08,4\n";
    assert!(prices(weekend, &by("date"), 3).unwrap_err().contains("timestep 1 has no row, after 2024-01-05"));
    let filled = "{ file = \"p.csv\", column = \"price\", time = \"date\", missing = \"interpolate\" }";
    assert_eq!(prices(weekend, filled, 3), Ok(vec![1.0, 2.0, 3.0, 4.0]));
    let twice = "date,price\n2024-01-01,1\n2024-01-01,2\n";
    assert!(prices(twice, &by("date"), 1).unwrap_err().contains("rows 1 and 2 are both of 2024-01-01"));
    assert!(
        prices("date,price\n1/2/2024,1\n", &by("date"), 1).unwrap_err().contains("write it as 2024-01-31")
    );

    // Without `time` the rows are as they stand, and that is said.
    let here = scratch();
    std::fs::write(here.path().join("p.csv"), newest_first).unwrap();
    let file = read(here.path(), &series(PLAIN, 2)).unwrap();
    assert_eq!(run(&file).f64s("price.value").unwrap(), [3.0, 2.0, 1.0]);
    assert_eq!(file.notes.len(), 1);
    assert!(file.notes[0].contains("`date` that runs backwards; `time = \"date\"`"), "{:?}", file.notes);
    std::fs::write(here.path().join("p.csv"), "date,price\n2024-01-01,1\n2024-01-02,2\n").unwrap();
    assert!(read(here.path(), &series(PLAIN, 1)).unwrap().notes.is_empty());
}

#[test]
fn a_data_column_may_stand_wherever_a_value_may() {
    let here = scratch();
    std::fs::write(here.path().join("s.csv"), "price,low,high\n1,10,100\n2,20,200\n").unwrap();
    std::fs::write(here.path().join("one.csv"), "block,reserve,model\n19000000,7473,gbm\n").unwrap();
    let column = |name: &str| format!("{{ file = \"s.csv\", column = \"{name}\" }}");
    let base = series(&column("price"), 1);
    let variants = format!(
        "{base}\n[[variant]]\nname = \"set\"\nset = {{ \"price.values\" = {} }}\n\n[[variant]]\nname = \"swap\"\nswap = {{ price = {{ kind = \"source/series\", params = {{ values = {} }} }} }}\n",
        column("low"),
        column("high")
    );
    let frame = run(&read(here.path(), &variants).unwrap());
    assert_eq!(frame.f64s("price.value").unwrap(), [10.0, 20.0, 100.0, 200.0]);

    let axis = format!("{base}\n[sweep]\n\"price.values\" = [{}, [7, 8]]\n", column("low"));
    assert_eq!(run(&read(here.path(), &axis).unwrap()).f64s("price.value").unwrap(), [10.0, 20.0, 7.0, 8.0]);
    let points = format!(
        "{base}\n[sweep]\nmode = \"points\"\npoints = [{{ \"price.values\" = {} }}, {{ \"price.values\" = [5, 6] }}]\n",
        column("high")
    );
    assert_eq!(
        run(&read(here.path(), &points).unwrap()).f64s("price.value").unwrap(),
        [100.0, 200.0, 5.0, 6.0]
    );

    let economy = |params: &str| {
        format!(
            "[system]\nname = \"e\"\ntimesteps = 1\nstep = \"1 month\"\n\n[controllables.economy]\nkind = \"hive/economy\"\nparams = {{ {params} }}\n"
        )
    };
    let reserve = "initial_reserve = { file = \"one.csv\", column = \"reserve\", row = 1 }";
    assert_eq!(
        run(&read(here.path(), &economy(reserve)).unwrap()).f64s("economy.reserve").unwrap()[0],
        7473.0
    );
    let list = "initial_reserve = { file = \"one.csv\", column = \"reserve\" }";
    assert!(read(here.path(), &economy(list)).unwrap_err().contains("`row = 1` takes one value"));
    let beyond = "initial_reserve = { file = \"one.csv\", column = \"reserve\", row = 2 }";
    assert!(read(here.path(), &economy(beyond)).unwrap_err().contains("there is no row 2: it has 1"));
    let throttles = format!(
        "{}\n[sweep]\n\"economy.throttle\" = {{ file = \"t.csv\", column = \"throttle\" }}\n",
        economy("")
    );
    std::fs::write(here.path().join("t.csv"), "id,economy.throttle,throttle\na,0.1,0.2\nb,0.3,0.4\n")
        .unwrap();
    let file = read(here.path(), &throttles).unwrap();
    assert_eq!(
        file.settings.sweep,
        te_core::Sweep::Product(vec![te_core::Axis::new("economy.throttle", [0.2, 0.4])])
    );
}

#[test]
fn points_of_a_sweep_come_from_a_table() {
    let here = scratch();
    let economy = "[system]\nname = \"e\"\ntimesteps = 1\n\n[controllables.economy]\nkind = \"hive/economy\"\n\n[sweep]\nmode = \"points\"\n";
    std::fs::write(here.path().join("p.csv"), "economy.throttle,economy.growth\n0.001,0.5\n0.002,0.25\n")
        .unwrap();
    let expected = te_core::Sweep::Points {
        names: vec!["economy.throttle".into(), "economy.growth".into()],
        rows: vec![vec![Value::F64(0.001), Value::F64(0.5)], vec![Value::F64(0.002), Value::F64(0.25)]],
    };
    for form in ["points = { file = \"p.csv\" }\n", "file = \"p.csv\"\n"] {
        assert_eq!(
            read(here.path(), &format!("{economy}{form}")).unwrap().settings.sweep,
            expected,
            "{form}"
        );
    }
    std::fs::write(here.path().join("p.csv"), "id,economy.throttle\na,0.001\nb,5%\n").unwrap();
    let chosen = format!("{economy}file = \"p.csv\"\ncolumns = [\"economy.throttle\"]\n");
    let error = read(here.path(), &chosen).unwrap_err();
    assert!(error.contains("row 2 (line 3), column `economy.throttle`: `5%`"), "{error}");
    std::fs::write(here.path().join("p.csv"), "id,economy.throtle\na,0.001\n").unwrap();
    let error = read(here.path(), &format!("{economy}file = \"p.csv\"\n")).unwrap_err();
    assert!(
        error.contains("unknown parameter `id`") && error.contains("did you mean `economy.throttle`?"),
        "{error}"
    );
}

#[test]
fn tables_that_nobody_reads_are_told() {
    let here = scratch();
    std::fs::write(here.path().join("p.parquet"), "PAR1").unwrap();
    let text = series("{ file = \"p.parquet\", column = \"price\" }", 3);
    let refused = read(here.path(), &text).unwrap_err();
    assert!(
        refused.contains("TE0305")
            && refused.contains("is of the format parquet, which this build does not read"),
        "{refused}"
    );
    // Who can read them says so, and is given the file.
    let mut registry = te_system::built_in();
    registry.read_tables("parquet", |path| {
        let size = std::fs::metadata(path).map_err(|error| error.to_string())?.len() as f64;
        Frame::new(vec![te_core::Column::new("price", te_core::Cells::F64(vec![size, 2.0, 3.0]))])
            .map_err(|error| error.to_string())
    });
    SystemFile::parse(&text, &here.path().join("s.toml"), &registry).unwrap();
}
