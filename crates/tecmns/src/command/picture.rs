//! `tecmns picture`, and the pictures that a system file asks for.

use super::CommandError;
use super::replay::Replay;
use anstream::println;
use clap::Args;
use std::path::{Path, PathBuf};
use te_core::picture::{Offer, Pictured, Pictures};
use te_core::{Frame, FrameError, Registry, RunId};
use te_output::{Drawing, ReportPicture, Theme};
use tecmns::system_file::{PictureSpec, When, offer_named, offering, pictures_of};

/// Arguments of `tecmns picture`.
#[derive(Debug, Args)]
#[command(after_help = help())]
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

/// Which pictures there are, and an example.
fn help() -> String {
    let registry = tecmns::built_in();
    let of_kind = |(kind, there): (&str, &Pictures)| {
        let pictures = format!("Pictures of {kind}: {}. ", names(there).join(", "));
        let tables = there.offered.tables.iter().map(|name| format!("INSTANCE-{name}-TIMESTEP.csv"));
        let tables: Vec<String> = tables.collect();
        if tables.is_empty() {
            pictures
        } else {
            format!("{pictures}With --table also {}. ", tables.join(" and "))
        }
    };
    offering(&registry).map(of_kind).collect::<String>()
        + "The run is computed again and every row of it that the folder holds must come out the same, to the bit; nothing is \
           drawn otherwise.\n\nExample: tecmns picture results/conviction-voting --what affinities,snapshot --timestep 0,50,end"
}

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

type Drawings = Vec<Result<Drawn, CommandError>>;

/// A table of a component, with the stem of its file.
struct Tabled {
    stem: String,
    table: Frame,
}

pub(crate) fn picture(args: &PictureArgs) -> Result<(), CommandError> {
    let registry = super::kinds();
    for name in &args.what {
        offer_named(&registry, name).map_err(CommandError::bad_input)?;
    }
    let replay = Replay::open(&args.results, args.system.as_deref())?;
    let simulation = replay.simulation(args.variant.as_deref())?;
    let instances = instances(&replay, &registry, simulation, args.of.as_deref())?;
    let specs: Vec<PictureSpec> = instances
        .into_iter()
        .map(|(of, there)| PictureSpec {
            of,
            what: if args.what.is_empty() { names(there) } else { args.what.clone() },
            at: args.timestep.clone(),
            variant: args.variant.clone(),
            subset: args.subset,
            run: args.run,
        })
        .collect();
    let mut drawn = Vec::new();
    let mut missing = Vec::new();
    let mut tables = Vec::new();
    for one in draw(&replay, &registry, &specs, args.table.then_some(&mut tables))? {
        match one {
            Ok(one) => drawn.push(one),
            // What was asked for by name is drawn or refused; of everything, what there is.
            Err(error) if args.what.is_empty() => missing.push(error),
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

/// Names of all pictures of a kind.
fn names(there: &Pictures) -> Vec<String> {
    there.offered.pictures.iter().map(|offer| offer.name.to_owned()).collect()
}

/// The components to look into, with what there is to see.
fn instances<'r>(
    replay: &Replay,
    registry: &'r Registry,
    simulation: u64,
    of: Option<&str>,
) -> Result<Vec<(String, &'r Pictures)>, CommandError> {
    let simulation = usize::try_from(simulation).unwrap_or(usize::MAX);
    let components = replay.described.get(simulation).map_or(&[][..], |system| &system.components);
    if let Some(of) = of {
        let there = pictures_of(registry, components, of)
            .map_err(|message| CommandError::bad_input(format!("TE0307: {message}")))?;
        return Ok(vec![(of.to_owned(), there)]);
    }
    let there = |path: &String| Some((path.clone(), pictures_of(registry, components, path).ok()?));
    let found: Vec<_> = components.iter().filter_map(|one| there(&one.path)).collect();
    if found.is_empty() {
        let kinds: Vec<&str> = offering(registry).map(|(kind, _)| kind).collect();
        let message = format!(
            "TE0307: there is no component of which there are pictures: none is a {}",
            kinds.join(", ")
        );
        return Err(CommandError::bad_input(message));
    }
    Ok(found)
}

/// The pictures that the system file of a folder asks for, each drawn or with the reason why not.
pub(crate) fn of_manifest(folder: &Path) -> Result<Drawings, CommandError> {
    let asked = te_output::read_plan(folder)?
        .manifest
        .parse::<toml::Table>()
        .is_ok_and(|m| m.contains_key("picture"));
    if !asked {
        return Ok(Vec::new());
    }
    match Replay::open(folder, None) {
        Ok(replay) => draw(&replay, &super::kinds(), &replay.file.pictures, None),
        Err(error) => Ok(vec![Err(error)]),
    }
}

/// Draws pictures, a run of each at most once; with their tables, where there is a place for them.
fn draw(
    replay: &Replay,
    registry: &Registry,
    specs: &[PictureSpec],
    mut tables: Option<&mut Vec<Tabled>>,
) -> Result<Drawings, CommandError> {
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
        match draw_run(replay, registry, id, &group, tables.as_deref_mut()) {
            Ok(drawn) => all.extend(drawn),
            Err(error) => all.push(Err(error)),
        }
    }
    Ok(all)
}

/// A component that is looked into, and what was seen of it on the way.
struct Seen<'r> {
    instance: &'r str,
    there: &'r Pictures,
    /// The component at every timestep wanted.
    views: Vec<(u64, Box<dyn Pictured>)>,
    /// Its moment of every timestep so far.
    past: Vec<Frame>,
}

impl Seen<'_> {
    fn at(&self, timestep: u64) -> Result<&dyn Pictured, CommandError> {
        let found = self.views.iter().find(|(at, _)| *at == timestep);
        found
            .map(|(_, view)| view.as_ref())
            .ok_or_else(|| CommandError::new(1, format!("timestep {timestep} was not seen")))
    }
}

/// The components that pictures of a run look into, each once.
fn looked_into<'r>(
    replay: &'r Replay,
    registry: &'r Registry,
    id: RunId,
    specs: &[&'r PictureSpec],
) -> Result<Vec<Seen<'r>>, CommandError> {
    let mut instances: Vec<&str> = specs.iter().map(|spec| spec.of.as_str()).collect();
    instances.sort_unstable();
    instances.dedup();
    let simulation = usize::try_from(id.simulation).unwrap_or(usize::MAX);
    let components = replay.described.get(simulation).map_or(&[][..], |system| &system.components);
    let seen = instances.into_iter().map(|instance| {
        let there = pictures_of(registry, components, instance)
            .map_err(|message| CommandError::bad_input(format!("TE0307: {message}")))?;
        Ok(Seen { instance, there, views: Vec::new(), past: Vec::new() })
    });
    seen.collect()
}

fn draw_run(
    replay: &Replay,
    registry: &Registry,
    id: RunId,
    specs: &[&PictureSpec],
    mut tables: Option<&mut Vec<Tabled>>,
) -> Result<Drawings, CommandError> {
    let when: Vec<When> = specs.iter().flat_map(|spec| spec.at.iter().copied()).collect();
    let mut seen = looked_into(replay, registry, id, specs)?;
    let needs_past =
        |seen: &Seen<'_>, name: &String| seen.there.offered.named(name).is_some_and(|offer| offer.needs_past);
    let with_past =
        seen.iter().any(|seen| specs.iter().any(|spec| spec.what.iter().any(|name| needs_past(seen, name))));
    // Which timesteps are wanted is known after the walk: the end of the run is not known before.
    let named: Vec<u64> =
        when.iter().filter_map(|when| if let When::At(at) = when { Some(*at) } else { None }).collect();
    let ends = when.contains(&When::End);
    let times = replay.walk(id, &when, &mut |timestep, stepper| {
        for seen in &mut seen {
            let keep = named.contains(&timestep);
            if !(keep || ends || with_past) {
                continue;
            }
            let view = stepper.view(seen.there, seen.instance).ok_or_else(|| {
                CommandError::bad_input(format!(
                    "TE0307: `{}` is not a component of which there are pictures",
                    seen.instance
                ))
            })?;
            if with_past {
                seen.past.push(view.moment(timestep).map_err(|e| CommandError::new(1, e))?);
            }
            // Of those that only may be the end, one is kept.
            if let Some((before, _)) = seen.views.last()
                && !named.contains(before)
            {
                seen.views.pop();
            }
            if keep || ends {
                seen.views.push((timestep, view));
            }
        }
        Ok(())
    })?;
    let mut times = times.into_iter();
    let mut all = Vec::new();
    for spec in specs {
        let Some(seen) = seen.iter().find(|seen| seen.instance == spec.of) else { continue };
        let timestep = seen.there.offered.timestep;
        let whose = Whose { of: &spec.of, timestep, variant: replay.variant(id.simulation), id };
        for time in times.by_ref().take(spec.at.len()) {
            let timestep = match time {
                Ok(timestep) => timestep,
                Err(error) => {
                    all.push(Err(error));
                    continue;
                }
            };
            if let Some(tables) = tables.as_deref_mut() {
                tables.extend(tables_of(timestep, seen, &whose)?);
            }
            let offers = spec.what.iter().filter_map(|name| seen.there.offered.named(name));
            all.extend(offers.map(|offer| draw_one(offer, timestep, seen, &whose)));
        }
    }
    Ok(all)
}

/// The tables of a component at a timestep.
fn tables_of(timestep: u64, seen: &Seen<'_>, whose: &Whose<'_>) -> Result<Vec<Tabled>, CommandError> {
    let view = seen.at(timestep)?;
    let broken = |error: FrameError| CommandError::new(1, error);
    let table = |name: &&str| {
        let table = view.table(name).map_err(broken)?;
        Ok(Tabled { stem: whose.stem(name, timestep), table })
    };
    seen.there.offered.tables.iter().map(table).collect()
}

fn draw_one(offer: &Offer, timestep: u64, seen: &Seen<'_>, whose: &Whose<'_>) -> Result<Drawn, CommandError> {
    let view = seen.at(timestep)?;
    let days = usize::try_from(timestep).unwrap_or(usize::MAX).saturating_add(1);
    let past = seen.past.get(..days.min(seen.past.len())).unwrap_or(&[]);
    let occasion = whose.occasion(timestep);
    let draw = |theme| {
        let picture = view.draw(offer.name, &occasion, past, theme).map_err(te_output::OutputError::from)?;
        Ok::<_, CommandError>(te_output::draw(picture, theme)?)
    };
    Ok(Drawn {
        stem: whose.stem(offer.name, timestep),
        caption: format!("{} ({}: {occasion})", view.caption(offer), whose.of),
        light: draw(Theme::Light)?,
        dark: draw(Theme::Dark)?,
    })
}

/// Whose picture it is: a component of a run.
struct Whose<'a> {
    of: &'a str,
    /// What a timestep is called.
    timestep: &'a str,
    /// The variant, where there are several.
    variant: Option<&'a str>,
    id: RunId,
}

impl Whose<'_> {
    /// Timestep, variant and run as titles tell them: no more than tells them apart.
    fn occasion(&self, timestep: u64) -> String {
        let mut text = format!("{} {timestep}", self.timestep);
        text.extend(self.variant.map(|variant| format!(", {variant}")));
        text.extend((self.id.subset > 0).then(|| format!(", subset {}", self.id.subset)));
        text.extend((self.id.run > 1).then(|| format!(", run {}", self.id.run)));
        text
    }

    /// Name of the file: `community-snapshot-50`, or `community-snapshot-50-corrected-subset-2-run-7`.
    fn stem(&self, what: &str, timestep: u64) -> String {
        let words =
            format!("{} {what} {}", self.of, self.occasion(timestep).trim_start_matches(self.timestep));
        let letters = words.to_lowercase();
        let parts = letters.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    }
}
