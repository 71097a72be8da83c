//! Draws one run of the published community and the curves of a rule: `cargo run -p te-conviction --example pictures -- FOLDER`.
//!
//! Writes the affinities and the two-sided picture on days 0, 50 and 100, the trigger of the Token Engineering Commons, the
//! growth of conviction, and the days until a proposal passes.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use te_conviction::community::parameters::CommunityParams;
use te_conviction::community::picture::affinity_svg;
use te_conviction::community::tables::{Snapshot, communities_on};
use te_conviction::explorer::curves::Curves;
use te_conviction::explorer::{days_to_pass_table, growth_table, trigger_guides, trigger_table};
use te_conviction::presets::preset_named;
use te_core::{Stream, StreamKey};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "conviction-pictures".to_owned()));
    fs::create_dir_all(&folder)?;

    // The community behind run 1 of `tecmns run systems/conviction-voting.toml`.
    let mut stream = Stream::new(StreamKey { seed: 1, run: 1, subset: None }, "community");
    for (day, community) in communities_on(&CommunityParams::default(), &mut stream, &[0, 50, 100])? {
        let picture = Snapshot::of(day, community.network());
        assert_eq!(picture.left.len(), community.network().participant_count());
        fs::write(folder.join(format!("snapshot-{day}.svg")), picture.svg())?;
        fs::write(folder.join(format!("affinities-{day}.svg")), affinity_svg(community.network()))?;
    }

    let rule = preset_named("tec").ok_or("no such preset")?.rule(1.0)?;
    let trigger = Curves {
        title: "Trigger over the requested share (TEC: 7 days, 11 percent, 4 percent)".to_owned(),
        x: "share".to_owned(),
        y: vec!["trigger_share".to_owned()],
        y_label: "share of the largest conviction [1]".to_owned(),
        top: Some(1.5),
        guides: trigger_guides(&rule).to_vec(),
        ..Curves::default()
    };
    let table = trigger_table(&rule, 750_000.0, 1_500_000.0, 400)?;
    fs::write(folder.join("trigger.svg"), trigger.svg(&table)?)?;
    let logarithmic = Curves { log: true, top: None, ..trigger };
    fs::write(folder.join("trigger-log.svg"), logarithmic.svg(&table)?)?;

    let growth = Curves {
        title: "Conviction over time".to_owned(),
        x: "time".to_owned(),
        y: vec!["growing".to_owned(), "fading".to_owned()],
        y_label: "percent of the largest conviction".to_owned(),
        ..Curves::default()
    };
    fs::write(folder.join("growth.svg"), growth.svg(&growth_table(&rule, 5.0, 200)?)?)?;

    let supports = [0.05, 0.1, 0.2, 0.5, 1.0];
    let shares: Vec<f64> = (0..176).map(|k| 0.0005 * f64::from(k)).collect();
    let table = days_to_pass_table(&rule, &shares, &supports)?;
    let days = Curves {
        title: "Days until a proposal passes, by percent of the voting tokens".to_owned(),
        x: "share".to_owned(),
        y: supports.iter().map(|support| format!("support_{}", support * 100.0)).collect(),
        y_label: "days".to_owned(),
        top: Some(40.0),
        ..Curves::default()
    };
    fs::write(folder.join("days-to-pass.svg"), days.svg(&table)?)?;
    println!("{}", folder.display());
    Ok(())
}
