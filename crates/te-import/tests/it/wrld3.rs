//! WRLD3-03, the model of *Limits to Growth: The 30-Year Update*, against the run that was published with it.
//!
//! Where the suite's folder has `samples/WRLD3-03` with `wrld3-03.mdl` and `output.tab`, the columns of its `SCEN01.VDF`.

use super::published::Published;
use super::{import, plain, run, seconds_in_lanes, suite};

/// The largest difference, as a part of a column's largest magnitude: the published numbers are in single precision.
const ALLOWED: f64 = 1e-5;

#[test]
fn the_world_of_2004_is_that_of_vensim() {
    let Some(model) = suite::folder().map(|folder| folder.join("samples/WRLD3-03/wrld3-03.mdl")) else {
        return;
    };
    let Some(published) = model.exists().then(|| Published::beside(&model)).flatten() else {
        println!("SKIPPED: the suite's folder has no samples/WRLD3-03 with wrld3-03.mdl and output.tab");
        return;
    };
    let import = import(&model).unwrap_or_else(|refused| panic!("{refused}"));
    println!("{:.3} ms of the processor a run in lanes", 1e3 * seconds_in_lanes(&import, 1_024));
    let run = run(import).unwrap();
    let (mut compared, mut worst, mut missing) = (0, (0.0, String::new()), Vec::new());
    for (at, name) in published.head.iter().enumerate().skip(1) {
        let own = plain(name);
        // Parts of delays, which every tool names as it likes.
        if name.starts_with('#') {
            continue;
        }
        if !run.columns.contains_key(&own) {
            missing.push(name.as_str());
            continue;
        }
        let largest = published.largest(at).max(f64::MIN_POSITIVE);
        for row in &published.rows {
            let (time, wanted) = (Published::number(row, 0).unwrap(), Published::number(row, at).unwrap());
            let part = (run.at(&own, time).unwrap() - wanted).abs() / largest;
            if part > worst.0 {
                worst = (part, format!("`{name}` at {time}"));
            }
        }
        compared += 1;
    }
    println!(
        "{compared} columns, {} rows, largest difference {:.2e}: {}",
        published.rows.len(),
        worst.0,
        worst.1
    );
    println!("not in both: {}", missing.join(", "));
    assert_eq!((compared, published.rows.len()), (260, 401));
    assert!(worst.0 <= ALLOWED, "{worst:?}");
}
