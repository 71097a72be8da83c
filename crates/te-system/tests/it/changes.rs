//! What a program changes in a file, and what is refused by type.

use std::path::Path;
use te_core::{Keep, Value};
use te_system::changes::{ChangeError, ChangeKind, Overruled};
use te_system::{Changes, SystemFile};

const HIVE: &str = "[system]\ntimesteps = 6\n\n[controllables.economy]\nkind = \"hive/economy\"\n";

fn prepared(text: &str, changes: &Changes) -> Result<(SystemFile, te_system::Prepared), ChangeError> {
    let registry = te_system::built_in();
    let mut file = SystemFile::parse(text, Path::new("s.toml"), &registry).unwrap();
    let prepared = changes.experiment(&mut file, &registry)?;
    Ok((file, prepared))
}

#[test]
fn changes_reach_file_experiment_and_systems() {
    let changes = Changes {
        runs: Some(2),
        timesteps: Some(3),
        seed: Some(9),
        record: Some("economy.price,every=3,keep=finals".into()),
        ..Changes::default()
    };
    let changes = changes.with_value("economy.productivity", &Value::F64(2.5));
    let (file, prepared) = prepared(HIVE, &changes).unwrap();
    let settings = &file.settings;
    assert_eq!((settings.runs, settings.timesteps, settings.seed), (2, 3, 9));
    assert_eq!((settings.recording.every, &settings.recording.keep), (3, &Keep::Finals));
    let results = prepared.experiment.run().unwrap();
    assert_eq!(results.frame().u64s("timestep"), Some(&[3, 3][..]));
    let [hive] = prepared.systems.as_slice() else { panic!("one system") };
    let set = hive.components[0].params.iter().find(|(spec, _)| spec.name == "productivity").unwrap();
    assert_eq!(set.1, Value::F64(2.5));
}

#[test]
fn what_would_do_nothing_is_refused_by_type() {
    let set = |text: &str| Changes { set: vec![text.into()], ..Changes::default() };
    let swept = format!("{HIVE}\n[sweep]\n\"economy.throttle\" = [0.1, 0.2]\n");
    let drawn = format!("{HIVE}\n[random]\n\"economy.throttle\" = \"uniform(0, 1)\"\n");
    let varied = format!("{HIVE}\n[[variant]]\nname = \"v\"\nset = {{ \"economy.throttle\" = 0.5 }}\n");
    for (text, by) in
        [(&swept, Overruled::Swept), (&drawn, Overruled::Random), (&varied, Overruled::Variant("v".into()))]
    {
        let refused = prepared(text, &set("economy.throttle=0.3")).err().unwrap();
        assert_eq!(refused.code(), Some("TE0309"));
        let ChangeError::Overruled { by: ChangeKind::Set, name, overruled } = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((name.as_str(), overruled), ("economy.throttle", by));
    }
    let refused = prepared(HIVE, &set("economy.throttle")).err().unwrap();
    assert!(matches!(refused, ChangeError::Form { by: ChangeKind::Set, .. }), "{refused:?}");
    let refused = prepared(HIVE, &set("economy.throtle=0.1")).err().unwrap();
    assert_eq!(refused.code(), Some("TE0104"));
    let corners = Changes { corners: Some(64), ..Changes::default() };
    let (file, _) = prepared(&swept, &corners).unwrap();
    assert_eq!(file.notes, ["--corners replaces the sweep of the file"]);
    let both = corners.with_axis("economy.throttle", &[Value::F64(0.3)]);
    let refused = prepared(&swept, &both).err().unwrap();
    assert!(matches!(refused, ChangeError::CornersAndSweep), "{refused:?}");
}

#[test]
fn derived_columns_are_told_as_they_are_written() {
    let text = format!("{HIVE}\n[derived]\ndouble = \"2 * economy.price\"\n");
    let (_, prepared) = prepared(&text, &Changes::default()).unwrap();
    assert_eq!(prepared.systems[0].derived, [("double".to_owned(), "2 * economy.price".to_owned())]);
}

#[test]
fn one_variant_without_sweep_and_event_is_run() {
    let text = format!(
        "{HIVE}\n[sweep]\n\"economy.growth\" = [0.1, 0.2]\n\n[[event]]\nname = \"cut\"\nat = 3\nset = {{ \"economy.throttle\" = 0 }}\n\n\
         [[variant]]\nname = \"a\"\n\n[[variant]]\nname = \"b\"\nset = {{ \"economy.throttle\" = 0.002 }}\n"
    );
    let frame =
        |changes: &Changes| prepared(&text, changes).unwrap().1.experiment.run().unwrap().into_frame();
    let reserve = |changes: &Changes| frame(changes).f64s("economy.reserve").unwrap().to_vec();
    let all = reserve(&Changes::default());
    assert_eq!(all.len(), 4 * 7);
    let one = Changes { variant: Some("b".into()), ..Changes::default() };
    assert_eq!(reserve(&one), all[14..]);
    let point = Changes { no_sweep: true, ..one.clone() }.with_value("economy.growth", &Value::F64(0.2));
    assert_eq!(reserve(&point), all[21..]);
    // What the variant sets may be set again.
    let set = point.clone().with_value("economy.throttle", &Value::F64(0.001));
    assert_ne!(reserve(&set), all[21..]);
    let calm = Changes { without: vec!["cut".into()], ..point };
    assert_eq!(reserve(&calm)[..3], all[21..24]);
    assert_ne!(reserve(&calm), all[21..]);
    assert_eq!(Changes::of_table(&calm.table()), calm);
    for (changes, near) in [
        (Changes { variant: Some("c".into()), ..Changes::default() }, "--variant c"),
        (Changes { without: vec!["cuts".into()], ..Changes::default() }, "did you mean `cut`?"),
    ] {
        let refused = prepared(&text, &changes).err().unwrap();
        assert_eq!(refused.code(), Some("TE0311"));
        assert!(refused.to_string().contains(near), "{refused}");
    }
}
