//! `tecmns plot`.

use super::CommandError;
use anstream::println;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use te_output::{ChartKind, ChartSpec, Charted as _, Series, Theme};

/// Arguments of `tecmns plot`.
#[derive(Debug, Args)]
pub(crate) struct PlotArgs {
    /// A results folder, or a table of trajectories
    results: PathBuf,
    /// Columns to draw, separated by commas; without them one chart for each group of columns
    #[arg(long, value_delimiter = ',')]
    y: Vec<String>,
    /// Column along the horizontal axis
    #[arg(long, default_value = "timestep")]
    x: String,
    /// Second swept parameter, along the vertical axis of a heat map
    #[arg(long)]
    by: Option<String>,
    /// How to draw
    #[arg(long, default_value = "auto")]
    kind: Kind,
    /// Heading
    #[arg(long)]
    title: Option<String>,
    /// A panel for each subset
    #[arg(long)]
    facet: bool,
    /// Logarithmic vertical axis
    #[arg(long)]
    log: bool,
    /// Light on dark
    #[arg(long)]
    dark: bool,
    /// Where to put the pictures; without it a folder `charts` in the results folder
    #[arg(long, short)]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Auto,
    Lines,
    Bands,
    Area,
    Heat,
    Histogram,
    Bars,
    Phase,
}

impl From<Kind> for ChartKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Auto => Self::Auto,
            Kind::Lines => Self::Lines,
            Kind::Bands => Self::Bands,
            Kind::Area => Self::Area,
            Kind::Heat => Self::Heat,
            Kind::Histogram => Self::Histogram,
            Kind::Bars => Self::Bars,
            Kind::Phase => Self::Phase,
        }
    }
}

pub(crate) fn plot(args: &PlotArgs) -> Result<(), CommandError> {
    let table = te_output::ColumnTable::of_results(&args.results)?;
    let parameters = table.parameters().to_vec();
    let schema = table.schema()?;
    let specs = if args.y.is_empty() {
        let (charts, more) = ChartSpec::first_defaults(&schema, &parameters);
        if more > 0 {
            eprintln!("not drawn: {more} more default charts; name columns by --y");
        }
        charts
    } else {
        vec![ChartSpec {
            title: args.title.clone().unwrap_or_else(|| args.y.join(", ")),
            x: args.x.clone(),
            series: args.y.iter().map(Series::of).collect(),
            y: args.by.clone(),
            kind: args.kind.into(),
            facet: args.facet.then_some(true),
            log_y: args.log,
            ..ChartSpec::default()
        }]
    };
    let folder = args.out.clone().unwrap_or_else(|| {
        let results = if args.results.is_dir() { args.results.clone() } else { PathBuf::from(".") };
        results.join("charts")
    });
    std::fs::create_dir_all(&folder)
        .map_err(|e| CommandError::bad_input(format!("cannot create {}: {e}", folder.display())))?;
    let theme = if args.dark { Theme::Dark } else { Theme::Light };
    for (spec, stem) in specs.iter().zip(ChartSpec::file_stems(&specs)) {
        let drawing = spec.draw(&spec.read(&table)?, &parameters, theme)?;
        for note in drawing.notes() {
            eprintln!("not drawn: {note}");
        }
        for extension in ["svg", "png"] {
            let path = folder.join(format!("{stem}.{extension}"));
            drawing.write(&path)?;
            println!("{}", path.display());
        }
    }
    if args.out.is_none() && args.results.is_dir() {
        te_output::ResultsFolder::redrawn(&args.results)?;
    }
    Ok(())
}
