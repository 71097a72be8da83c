//! What a finished run says on the screen: the summary, key figures, and where the pictures are.

use super::finishing::Finished;
use anstream::{print, println};
use std::path::Path;
use te_core::{KpiResult, Plan};
use te_output::short_number;
use tecmns::SystemFile;

/// Key figures on the screen at most.
const FIGURE_LINES: usize = 40;

/// Tells what came out.
pub(super) fn tell(file: &SystemFile, plan: &Plan, out: &Path, finished: &Finished) {
    for varied in plan.varied_parameters() {
        if let Some(distribution) = varied.drawn {
            println!("{} is drawn for every run from {distribution}", varied.name);
        }
    }
    print!("{}", finished.summary.screen(8));
    for kpi in finished.figures.iter().take(FIGURE_LINES) {
        let mut subset = String::new();
        for (name, value) in plan.point(kpi.subset) {
            subset.extend([", ", name, " = ", &value.to_string()]);
        }
        let verdict = match kpi.holds {
            Some(true) => "  holds",
            Some(false) => "  DOES NOT HOLD",
            None => "",
        };
        let at = usize::try_from(kpi.simulation).ok().filter(|_| file.variants.len() > 1);
        let variant = at.and_then(|at| file.variants.get(at));
        let variant = variant.map(|variant| format!(", {}", variant.name)).unwrap_or_default();
        let interval = kpi.interval.map(|interval| {
            let (low, high) = interval.ends();
            format!(" [{low:.4}, {high:.4}] ({})", interval.method())
        });
        println!(
            "{}{variant}{subset}: {}{} {}{verdict}",
            kpi.name,
            if kpi.value.is_finite() { short_number(kpi.value) } else { kpi.shown() },
            interval.unwrap_or_default(),
            kpi.taken_over()
        );
    }
    if finished.figures.len() > FIGURE_LINES {
        println!("{} more key figures are in kpis.csv", finished.figures.len() - FIGURE_LINES);
    }
    for line in best_points(plan, &finished.figures) {
        println!("{line}");
    }
    println!("\n{} rows in {}", finished.outcome.rows, out.display());
    finished.drawn.tell();
}

/// A line for each key figure of a sweep: at which point it is lowest, highest and, where something is required of it, best.
fn best_points(plan: &Plan, figures: &[KpiResult]) -> Vec<String> {
    let at = |subset: u64| -> String {
        let point = plan.point(subset).into_iter().map(|(name, value)| format!("{name} = {value}"));
        point.collect::<Vec<_>>().join(", ")
    };
    let lines = plan.best_points(figures).unwrap_or_default().into_iter().map(|one| {
        let end = |what: &str, (subset, value): (u64, f64)| {
            format!("{what} {} at {}", short_number(value), at(subset))
        };
        let mut line =
            format!("{}: {}; {}", one.name, end("lowest", one.lowest), end("highest", one.highest));
        if let Some(best) = one.best {
            line = format!("{line}; best is {}", at(best));
        }
        if one.told_apart == Some(false) {
            line.push_str(", not told apart from others by their intervals");
        }
        line
    });
    lines.collect()
}
