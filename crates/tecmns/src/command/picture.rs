//! `tecmns picture`, and the pictures that a system file asks for.

use super::CommandError;
use super::replay::Replay;
use crate::pictures::{self, KINDS, Look};
use crate::system_file::{PictureSpec, When, look_named, of_component};
use anstream::println;
use clap::Args;
use std::path::{Path, PathBuf};
use te_conviction::community::Community;
use te_conviction::community::tables::{participant_table, progress_table, proposal_table};
use te_conviction::component::Voting;
use te_core::{Frame, RunId, Stepper};
use te_output::{Drawing, ReportPicture, Theme};

/// Arguments of `tecmns picture`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct PictureArgs {
    /// A results folder
    results: PathBuf,
    /// The component to look into; the default is every one of which there are pictures
    #[arg(long, value_name = "INSTANCE")]
    of: Option<String>,
    /// What to draw, separated by commas; the default is everything
    #[arg(long, value_delimiter = ',')]
    what: Vec<String>,
    /// Timesteps, separated by commas; `end` is the last
    #[arg(long, short, value_delimiter = ',', default_value = "end", value_parser = parse_when)]
    timestep: Vec<When>,
    /// Variant of the system file; the default is the first
    #[arg(long)]
    variant: Option<String>,
    /// Subset, numbered from 0
    #[arg(long, default_value_t = 0)]
    subset: u64,
    /// Run, numbered from 1
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    run: u64,
    /// The system file as it was, where the folder does not keep it
    #[arg(long, value_name = "FILE")]
    system: Option<PathBuf>,
    /// Also write the tables of participants and proposals at these timesteps, as CSV
    #[arg(long)]
    table: bool,
    /// Light on dark
    #[arg(long)]
    dark: bool,
    /// Where to put the pictures; without it the folder `charts` in the results folder
    #[arg(long, short)]
    out: Option<PathBuf>,
}

const HELP: &str = "Pictures of conviction/voting: holdings, influence, requests, required-share, required, affinities, \
snapshot, progress. With --table also INSTANCE-participants-TIMESTEP.csv and INSTANCE-proposals-TIMESTEP.csv. The run is computed again and every row of it that the folder holds must come out the same, to the bit; \
nothing is drawn otherwise.\n\nExample: tecmns picture results/conviction-voting --what affinities,snapshot --timestep 0,50,end";

fn parse_when(text: &str) -> Result<When, String> {
    if text == "end" {
        return Ok(When::End);
    }
    text.parse().map(When::At).map_err(|_| "write a timestep from 0, or end".to_owned())
}

/// A picture that was drawn.
pub(crate) struct Drawn {
    stem: String,
    caption: String,
    light: Drawing,
    dark: Drawing,
}

impl Drawn {
    /// Writes it as SVG and PNG into a folder.
    pub(crate) fn write(&self, folder: &Path, theme: Theme) -> Result<Vec<PathBuf>, CommandError> {
        let drawing = if theme == Theme::Dark { &self.dark } else { &self.light };
        let mut written = Vec::new();
        for extension in ["svg", "png"] {
            let path = folder.join(format!("{}.{extension}", self.stem));
            drawing.write(&path)?;
            written.push(path);
        }
        Ok(written)
    }

    /// As a report shows it.
    pub(crate) fn in_report(&self) -> ReportPicture {
        ReportPicture { caption: self.caption.clone(), light: self.light.svg(), dark: self.dark.svg() }
    }
}

type Pictures = Vec<Result<Drawn, CommandError>>;

/// A table of a component, with the stem of its file.
struct Tabled {
    stem: String,
    table: Frame,
}

pub(crate) fn picture(args: &PictureArgs) -> Result<(), CommandError> {
    let looks: Vec<Look> = args
        .what
        .iter()
        .map(|name| look_named(name))
        .collect::<Result<_, _>>()
        .map_err(CommandError::bad_input)?;
    let replay = Replay::open(&args.results, args.system.as_deref())?;
    let simulation = replay.simulation(args.variant.as_deref())?;
    let instances = instances(&replay, simulation, args.of.as_deref())?;
    let specs: Vec<PictureSpec> = instances
        .into_iter()
        .map(|of| PictureSpec {
            of,
            what: if looks.is_empty() { Look::ALL.to_vec() } else { looks.clone() },
            at: args.timestep.clone(),
            variant: args.variant.clone(),
            subset: args.subset,
            run: args.run,
        })
        .collect();
    let mut drawn = Vec::new();
    let mut missing = Vec::new();
    let mut tables = Vec::new();
    for one in draw(&replay, &specs, args.table.then_some(&mut tables))? {
        match one {
            Ok(one) => drawn.push(one),
            // What was asked for by name is drawn or refused; of everything, what there is.
            Err(error) if looks.is_empty() => missing.push(error),
            Err(error) => return Err(error),
        }
    }
    if drawn.is_empty()
        && let Some(error) = missing.pop()
    {
        return Err(error);
    }
    for error in missing {
        eprintln!("not drawn: {}", error.message);
    }
    let folder = args.out.clone().unwrap_or_else(|| args.results.join("charts"));
    std::fs::create_dir_all(&folder)
        .map_err(|e| CommandError::bad_input(format!("cannot create {}: {e}", folder.display())))?;
    let theme = if args.dark { Theme::Dark } else { Theme::Light };
    for one in &drawn {
        for path in one.write(&folder, theme)? {
            println!("{}", path.display());
        }
    }
    for one in &tables {
        let path = folder.join(format!("{}.csv", one.stem));
        te_output::write_frame(&path, &one.table, &[])?;
        println!("{}", path.display());
    }
    if args.out.is_none() {
        te_output::ResultsFolder::redrawn(&args.results)?;
    }
    Ok(())
}

/// The components to look into.
fn instances(replay: &Replay, simulation: u64, of: Option<&str>) -> Result<Vec<String>, CommandError> {
    let simulation = usize::try_from(simulation).unwrap_or(usize::MAX);
    let components = replay.described.get(simulation).map_or(&[][..], |system| &system.components);
    if let Some(of) = of {
        of_component(components, of)
            .map_err(|message| CommandError::bad_input(format!("TE0307: {message}")))?;
        return Ok(vec![of.to_owned()]);
    }
    let found: Vec<String> =
        components.iter().filter(|one| KINDS.contains(&one.kind)).map(|one| one.path.clone()).collect();
    if found.is_empty() {
        let message = format!(
            "TE0307: there is no component of which there are pictures: none is a {}",
            KINDS.join(", ")
        );
        return Err(CommandError::bad_input(message));
    }
    Ok(found)
}

/// The pictures that the system file of a folder asks for, each drawn or with the reason why not.
pub(crate) fn of_manifest(folder: &Path) -> Result<Pictures, CommandError> {
    let asked = te_output::read_plan(folder)?
        .manifest
        .parse::<toml::Table>()
        .is_ok_and(|m| m.contains_key("picture"));
    if !asked {
        return Ok(Vec::new());
    }
    match Replay::open(folder, None) {
        Ok(replay) => draw(&replay, &replay.file.pictures, None),
        Err(error) => Ok(vec![Err(error)]),
    }
}

/// Draws pictures, a run of each at most once; with their tables, where there is a place for them.
fn draw(
    replay: &Replay,
    specs: &[PictureSpec],
    mut tables: Option<&mut Vec<Tabled>>,
) -> Result<Pictures, CommandError> {
    let mut ids: Vec<RunId> = Vec::new();
    let mut groups: Vec<Vec<&PictureSpec>> = Vec::new();
    for spec in specs {
        let simulation = replay.simulation(spec.variant.as_deref())?;
        let id = RunId { simulation, subset: spec.subset, run: spec.run };
        if let Some(group) = ids.iter().position(|one| *one == id).and_then(|at| groups.get_mut(at)) {
            group.push(spec);
        } else {
            ids.push(id);
            groups.push(vec![spec]);
        }
    }
    let mut all = Vec::new();
    for (id, group) in ids.into_iter().zip(groups) {
        match draw_run(replay, id, &group, tables.as_deref_mut()) {
            Ok(drawn) => all.extend(drawn),
            Err(error) => all.push(Err(error)),
        }
    }
    Ok(all)
}

/// What was seen of a component on the way.
#[derive(Default)]
struct Seen {
    /// The community of every timestep wanted.
    communities: Vec<(u64, Community)>,
    /// Its progress table of every timestep so far.
    past: Vec<Frame>,
}

impl Seen {
    fn at(&self, timestep: u64) -> Result<&Community, CommandError> {
        let found = self.communities.iter().find(|(at, _)| *at == timestep);
        found
            .map(|(_, community)| community)
            .ok_or_else(|| CommandError::new(1, format!("timestep {timestep} was not seen")))
    }
}

fn draw_run(
    replay: &Replay,
    id: RunId,
    specs: &[&PictureSpec],
    mut tables: Option<&mut Vec<Tabled>>,
) -> Result<Pictures, CommandError> {
    let when: Vec<When> = specs.iter().flat_map(|spec| spec.at.iter().copied()).collect();
    let mut instances: Vec<&str> = specs.iter().map(|spec| spec.of.as_str()).collect();
    instances.sort_unstable();
    instances.dedup();
    let with_past = specs.iter().any(|spec| spec.what.iter().any(|look| look.needs_past()));
    let mut seen: Vec<Seen> = instances.iter().map(|_| Seen::default()).collect();
    // Which timesteps are wanted is known after the walk: the end of the run is not known before.
    let named: Vec<u64> =
        when.iter().filter_map(|when| if let When::At(at) = when { Some(*at) } else { None }).collect();
    let ends = when.contains(&When::End);
    let times = replay.walk(id, &when, &mut |timestep, stepper| {
        for (instance, seen) in instances.iter().zip(&mut seen) {
            let keep = named.contains(&timestep);
            if !(keep || ends || with_past) {
                continue;
            }
            let community = community(stepper, instance)?;
            if with_past {
                let table = progress_table(timestep, community.network());
                seen.past.push(table.map_err(|e| CommandError::new(1, e))?);
            }
            // Of those that only may be the end, one is kept.
            if let Some((before, _)) = seen.communities.last()
                && !named.contains(before)
            {
                seen.communities.pop();
            }
            if keep || ends {
                seen.communities.push((timestep, community));
            }
        }
        Ok(())
    })?;
    let mut times = times.into_iter();
    let mut all = Vec::new();
    for spec in specs {
        let seen = instances.iter().position(|one| *one == spec.of).and_then(|at| seen.get(at));
        let whose = Whose { of: &spec.of, variant: replay.variant(id.simulation), id };
        for time in times.by_ref().take(spec.at.len()) {
            let (timestep, seen) = match (time, seen) {
                (Ok(timestep), Some(seen)) => (timestep, seen),
                (Err(error), _) => {
                    all.push(Err(error));
                    continue;
                }
                (Ok(_), None) => continue,
            };
            if let Some(tables) = tables.as_deref_mut() {
                tables.extend(tables_of(timestep, seen, &whose)?);
            }
            all.extend(spec.what.iter().map(|look| draw_one(*look, timestep, seen, &whose)));
        }
    }
    Ok(all)
}

/// The tables of participants and proposals at a timestep.
fn tables_of(timestep: u64, seen: &Seen, whose: &Whose<'_>) -> Result<[Tabled; 2], CommandError> {
    let community = seen.at(timestep)?;
    let broken = |error: te_core::FrameError| CommandError::new(1, error);
    let participants = participant_table(community.network()).map_err(broken)?;
    let proposals = proposal_table(community).map_err(broken)?;
    Ok([
        Tabled { stem: whose.stem("participants", timestep), table: participants },
        Tabled { stem: whose.stem("proposals", timestep), table: proposals },
    ])
}

fn draw_one(look: Look, timestep: u64, seen: &Seen, whose: &Whose<'_>) -> Result<Drawn, CommandError> {
    let community = seen.at(timestep)?;
    let days = usize::try_from(timestep).unwrap_or(usize::MAX).saturating_add(1);
    let past = seen.past.get(..days.min(seen.past.len())).unwrap_or(&[]);
    let draw = |theme| pictures::draw(look, &whose.occasion(timestep), community, past, theme);
    Ok(Drawn {
        stem: whose.stem(look.name(), timestep),
        caption: format!("{} ({}: {})", look.caption_of(community), whose.of, whose.occasion(timestep)),
        light: draw(Theme::Light)?,
        dark: draw(Theme::Dark)?,
    })
}

/// Whose picture it is: a component of a run.
struct Whose<'a> {
    of: &'a str,
    /// The variant, where there are several.
    variant: Option<&'a str>,
    id: RunId,
}

impl Whose<'_> {
    /// Day, variant and run as titles tell them: no more than tells them apart.
    fn occasion(&self, timestep: u64) -> String {
        let mut text = format!("day {timestep}");
        text.extend(self.variant.map(|variant| format!(", {variant}")));
        text.extend((self.id.subset > 0).then(|| format!(", subset {}", self.id.subset)));
        text.extend((self.id.run > 1).then(|| format!(", run {}", self.id.run)));
        text
    }

    /// Name of the file: `community-snapshot-50`, or `community-snapshot-50-corrected-subset-2-run-7`.
    fn stem(&self, what: &str, timestep: u64) -> String {
        let words = format!("{} {what} {}", self.of, self.occasion(timestep).trim_start_matches("day "));
        let letters = words.to_lowercase();
        let parts = letters.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    }
}

/// The community as it stands.
fn community(stepper: &Stepper<'_>, instance: &str) -> Result<Community, CommandError> {
    let (voting, _) = stepper.component::<Voting>(instance).ok_or_else(|| {
        CommandError::bad_input(format!(
            "TE0307: `{instance}` is not a component of which there are pictures"
        ))
    })?;
    Ok(voting.community().clone())
}
