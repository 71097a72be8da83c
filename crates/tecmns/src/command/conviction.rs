//! `tecmns conviction`: what a community asks before it chooses conviction voting's parameters.

use super::CommandError;
use anstream::println;
use clap::Args;
use std::path::{Path, PathBuf};
use te_conviction::explorer::curves::Curves;
use te_conviction::explorer::{
    days_to_pass_table, growth_table, largest_share_table, support_table, trigger_table,
};
use te_conviction::presets::{PRESETS, preset_named};
use te_conviction::rule::VotingRule;
use te_core::Frame;

/// Arguments of `tecmns conviction`.
#[derive(Debug, Args)]
pub(crate) struct ConvictionArgs {
    /// A community's published parameters to start from
    #[arg(long, default_value = "tec")]
    preset: String,
    /// Half-life of conviction [day]
    #[arg(long)]
    half_life: Option<f64>,
    /// Share of the pool that no request may reach [1]
    #[arg(long)]
    spending_limit: Option<f64>,
    /// Least share of the largest conviction that any request needs [1]
    #[arg(long)]
    minimum_conviction: Option<f64>,
    /// Funds of the pool [token]
    #[arg(long, default_value_t = 100_000.0)]
    funds: f64,
    /// Effective supply of voting tokens [token]
    #[arg(long, default_value_t = 1_000_000.0)]
    supply: f64,
    /// Requested shares of the pool to tabulate
    #[arg(long, value_delimiter = ',', default_value = "0.005,0.01,0.02,0.03,0.05,0.07,0.1")]
    shares: Vec<f64>,
    /// Supports to tabulate, as shares of the voting tokens
    #[arg(long, value_delimiter = ',', default_value = "0.05,0.1,0.2,0.3,0.5,1")]
    supports: Vec<f64>,
    /// Times to tabulate [day]
    #[arg(long, value_delimiter = ',', default_value = "3,7,14,30")]
    days: Vec<f64>,
    /// Folder for the tables as CSV and the curves as SVG; it must not exist or be empty
    #[arg(long, short)]
    out: PathBuf,
}

pub(crate) fn conviction(args: &ConvictionArgs) -> Result<(), CommandError> {
    let preset = preset_named(&args.preset).ok_or_else(|| {
        let names: Vec<&str> = PRESETS.iter().map(|p| p.name).collect();
        let near = te_core::nearest(&args.preset, &names)
            .map_or(String::new(), |n| format!("; did you mean `{n}`?"));
        CommandError::bad_input(format!(
            "unknown preset `{}`{near}; there are {}",
            args.preset,
            names.join(", ")
        ))
    })?;
    let mut chosen = *preset;
    chosen.half_life_days = args.half_life.unwrap_or(chosen.half_life_days);
    chosen.spending_limit = args.spending_limit.unwrap_or(chosen.spending_limit);
    chosen.minimum_conviction = args.minimum_conviction.unwrap_or(chosen.minimum_conviction);
    // Steps of a day: times in the tables are days.
    let rule = chosen.rule(1.0).map_err(CommandError::bad_input)?;
    let tables = tables(args, &rule)?;
    if args.out.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(CommandError::bad_input(format!("{} is not empty", args.out.display())));
    }
    std::fs::create_dir_all(&args.out)
        .map_err(|e| CommandError::bad_input(format!("cannot create {}: {e}", args.out.display())))?;
    println!(
        "half-life {} days, alpha {} per day, beta {}, rho {}; everybody together passes at most {} of the pool",
        rule.half_life(),
        rule.alpha(),
        rule.beta(),
        rule.rho(),
        rule.spending_limit()
    );
    for (name, table, curves) in tables {
        write(&args.out, name, &table, &curves)?;
    }
    Ok(())
}

type Drawn = (&'static str, Frame, Curves);

fn tables(args: &ConvictionArgs, rule: &VotingRule) -> Result<Vec<Drawn>, CommandError> {
    let refuse = CommandError::bad_input;
    let growth = growth_table(rule, 6.0, 121).map_err(refuse)?;
    let trigger = trigger_table(rule, args.funds, args.supply, 121).map_err(refuse)?;
    let days = days_to_pass_table(rule, &args.shares, &args.supports).map_err(refuse)?;
    let support = support_table(rule, &args.shares, &args.days).map_err(refuse)?;
    let largest = largest_share_table(rule, &args.supports).map_err(refuse)?;
    let all_but = |frame: &Frame, first: &str| -> Vec<String> {
        let names = frame.columns().iter().map(|c| c.name.clone());
        names.filter(|n| n != first && n != "share" && n != "least").collect()
    };
    let curves = |title: &str, x: &str, y: Vec<String>, y_label: &str| Curves {
        title: title.to_owned(),
        x: x.to_owned(),
        y,
        y_label: y_label.to_owned(),
        ..Curves::default()
    };
    let grown = curves(
        "Conviction over time",
        "time",
        vec!["growing".into(), "fading".into()],
        "percent of the largest",
    );
    let triggered = Curves {
        log: true,
        guides: te_conviction::explorer::trigger_guides(rule).to_vec(),
        ..curves("Stake that passes a request in the limit", "share", vec!["stake".into()], "stake [token]")
    };
    let passed = curves("Days to pass", "share", all_but(&days, "share"), "days");
    let needed = curves("Support needed", "share", all_but(&support, "share"), "share of the voting tokens");
    let most = curves("Largest passable share", "support", vec!["largest_share".into()], "share of the pool");
    Ok(vec![
        ("growth", growth, grown),
        ("trigger", trigger, triggered),
        ("days-to-pass", days, passed),
        ("support-needed", support, needed),
        ("largest-share", largest, most),
    ])
}

fn write(folder: &Path, name: &str, table: &Frame, curves: &Curves) -> Result<(), CommandError> {
    let csv = folder.join(format!("{name}.csv"));
    te_output::write_frame(&csv, table, &[])?;
    println!("{}", csv.display());
    let svg = folder.join(format!("{name}.svg"));
    te_output::write_whole(&svg, curves.svg(table).map_err(CommandError::bad_input)?.as_bytes())?;
    println!("{}", svg.display());
    Ok(())
}
