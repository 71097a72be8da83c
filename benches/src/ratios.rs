//! Ratios of what one run of the benches measured.

use std::path::{Path, PathBuf};

/// A promise: one measurement at most, or at least, so many times another of the same run.
#[derive(Clone, Copy, Debug)]
pub struct Promise {
    /// What is promised.
    pub what: &'static str,
    /// The measurement, as `group/name`.
    pub of: &'static str,
    /// What it is compared with.
    pub to: &'static str,
    /// The largest ratio of their times.
    pub at_most: f64,
}

/// The median time of a measurement in nanoseconds, as Criterion left it.
fn median(root: &Path, name: &str) -> Option<f64> {
    let folder =
        name.split('/').fold(root.to_path_buf(), |path, part| path.join(part.replace([':', '"'], "_")));
    let text = std::fs::read_to_string(folder.join("new/estimates.json")).ok()?;
    let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
    estimates.get("median")?.get("point_estimate")?.as_f64()
}

/// Where Criterion leaves what it measured.
pub fn folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "../target".into(), PathBuf::from).join("criterion")
}

/// Prints how many times one measurement is another, for each pair that was measured.
pub fn print_ratios(root: &Path, what: &str, pairs: &[(&str, String, String)]) {
    println!("\n| | {what} |\n|---|---:|");
    for (name, of, to) in pairs {
        if let (Some(a), Some(b)) = (median(root, of), median(root, to)) {
            println!("| {name} | {:.1} |", a / b);
        }
    }
}

/// Prints every promise whose two measurements are there, with what was measured.
pub fn print(root: &Path, promises: &[Promise]) {
    println!("\n| promise | ratio promised | measured | |\n|---|---:|---:|---|");
    for Promise { what, of, to, at_most } in promises {
        let (Some(a), Some(b)) = (median(root, of), median(root, to)) else { continue };
        let ratio = a / b;
        println!(
            "| {what} | {at_most:.2} | {ratio:.2} | {} |",
            if ratio <= *at_most { "kept" } else { "missed" }
        );
    }
}
