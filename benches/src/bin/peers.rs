//! tecmns as one of the peers of `benches/peers/peers.py`: the 1Hive economy through `Experiment`, one thread.
//!
//! It speaks the protocol of `benches/peers/worker.py`: a request a line, its words parted by tabs, and a line of JSON back.
//! A sample's timed part is everything from a list of throttles to results in memory: the system, the checks, the
//! numbering of runs, the runs and the columns. Only making the list and reading the results are left out.

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};
use std::time::Instant;
use te_core::{Axis, Experiment, Keep, Recording, Results, Sweep, System};
use te_hive_economy::{Economy, EconomyParams};

const MONTHS: u64 = 120;

/// The nine state variables of the notebook: what every peer returns.
const VARIABLES: [&str; 9] = [
    "economy.reserve",
    "economy.circulation",
    "economy.size",
    "economy.saturation",
    "economy.production",
    "economy.utility",
    "economy.price",
    "economy.netflow",
    "economy.adjustment",
];

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How a sample's throttles are run and what is kept of them.
#[derive(Clone, Copy)]
enum Form {
    /// One experiment that sweeps the throttle; the last state of every run.
    Finals,
    /// The same; every state of every run.
    Kept,
    /// The same with the three derived metrics, which no peer computes.
    KeptTwelve,
    /// An experiment of one run for each throttle, every state kept.
    Single,
}

impl Form {
    fn named(name: &str) -> Outcome<Self> {
        match name {
            "finals" => Ok(Self::Finals),
            "kept" => Ok(Self::Kept),
            "kept, twelve metrics" => Ok(Self::KeptTwelve),
            "single" => Ok(Self::Single),
            other => Err(format!("no form `{other}`").into()),
        }
    }

    fn recording(self) -> Recording {
        let columns = match self {
            Self::KeptTwelve => Vec::new(),
            _ => VARIABLES.map(str::to_owned).to_vec(),
        };
        let keep = if matches!(self, Self::Finals) { Keep::Finals } else { Keep::Trajectories };
        Recording { columns, keep, ..Recording::default() }
    }

    fn experiment(self, params: EconomyParams) -> Outcome<Experiment> {
        let system = System::of::<Economy>("economy", params)?;
        Ok(Experiment::new(system).timesteps(MONTHS).threads(1).record(self.recording()))
    }

    /// The timed part.
    fn run(self, throttles: Vec<f64>) -> Outcome<Vec<Results>> {
        match self {
            Self::Finals | Self::Kept | Self::KeptTwelve => {
                let sweep = Sweep::Product(vec![Axis::new("economy.throttle", throttles)]);
                Ok(vec![self.experiment(EconomyParams::default())?.sweep(sweep).run()?])
            }
            Self::Single => {
                let one = |throttle| {
                    let params = EconomyParams { throttle, ..EconomyParams::default() };
                    Ok(self.experiment(params)?.run()?)
                };
                throttles.into_iter().map(one).collect()
            }
        }
    }

    /// How many rows a run has.
    fn rows(self) -> usize {
        if matches!(self, Self::Finals) { 1 } else { 121 }
    }
}

/// Throttles of a sample, spread over [0.002, 0.018); the same floats as in `economy.py`.
fn throttles(seed: u32, runs: u32) -> Vec<f64> {
    let seed = f64::from(seed) * 0.7548776662466927;
    let point = |run| seed + f64::from(run) * 0.6180339887498949;
    (0..runs).map(point).map(|p| 0.002 + 0.016 * (p - p.trunc())).collect()
}

/// The final price of every run.
fn prices(form: Form, results: &[Results]) -> Outcome<Vec<f64>> {
    let mut prices = Vec::new();
    for result in results {
        if let Some(failure) = result.failures.first() {
            return Err(format!("a run failed: {failure:?}").into());
        }
        let column = result.frame().f64s("economy.price").ok_or("no column economy.price")?;
        prices.extend(column.chunks(form.rows()).filter_map(<[f64]>::last));
    }
    Ok(prices)
}

/// The rows of the first run, as a list of lists.
fn first_rows(form: Form, results: &[Results]) -> Outcome<String> {
    let frame = results.first().ok_or("no result")?.frame();
    let columns: Vec<&[f64]> = VARIABLES.iter().filter_map(|name| frame.f64s(name)).collect();
    let cell = |row: usize| move |column: &&[f64]| column.get(row).map_or("null".to_owned(), f64::to_string);
    let row = |row| format!("[{}]", columns.iter().map(cell(row)).collect::<Vec<_>>().join(","));
    Ok(format!("[{}]", (0..form.rows()).map(row).collect::<Vec<_>>().join(",")))
}

fn answer(text: &str) -> Outcome<()> {
    let mut out = stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

fn main() -> Outcome<()> {
    answer(&format!("{{\"version\":\"{}\",\"widths\":{{}}}}", env!("CARGO_PKG_VERSION")))?;
    let mut form = Form::Finals;
    let mut input = Vec::new();
    let mut results = Vec::new();
    for line in stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split('\t').collect();
        match words[..] {
            ["check", name] => {
                form = Form::named(name)?;
                let began = Instant::now();
                results = form.run(vec![EconomyParams::default().throttle])?;
                let seconds = began.elapsed().as_secs_f64();
                let rows = first_rows(form, &results)?;
                answer(&format!("{{\"seconds\":{seconds},\"rows\":{rows}}}"))?;
            }
            ["prepare", name, seed, runs] => {
                form = Form::named(name)?;
                results = Vec::new();
                input = throttles(seed.parse()?, runs.parse()?);
                answer("{}")?;
            }
            ["go"] => {
                let given = std::mem::take(&mut input);
                let began = Instant::now();
                results = form.run(given)?;
                answer(&format!("{{\"seconds\":{}}}", began.elapsed().as_secs_f64()))?;
            }
            ["consume"] => {
                let prices = prices(form, &results)?;
                let (first, last) = (prices.first().ok_or("no run")?, prices.last().ok_or("no run")?);
                let (count, sum) = (prices.len(), prices.iter().sum::<f64>());
                answer(&format!("{{\"count\":{count},\"first\":{first},\"last\":{last},\"sum\":{sum}}}"))?;
            }
            _ => return Err(format!("no request `{line}`").into()),
        }
    }
    Ok(())
}
