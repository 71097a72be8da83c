//! tecmns as one of the peers of `benches/peers/peers.py`: the 1Hive economy through `Experiment`, one thread.
//!
//! It speaks the protocol of `benches/peers/worker.py`: a request a line, its words parted by tabs, and a line of JSON back.
//! A sample's timed part is everything from a list of throttles to results in memory: the system, the checks, the
//! numbering of runs, the runs and the columns. Only making the list and reading the results are left out.

use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, Write, stdin, stdout};
use std::time::Instant;
use te_core::{
    Axis, Cells, Column, Experiment, Frame, Keep, Order, Recording, Sink, Sweep, System, UnitOutput,
};
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
    /// Every state of every run, handed on a block of rows at a time in memory that is used again, as a writer of files takes
    /// them.
    Streamed,
    /// An experiment of one run for each throttle, every state kept.
    Single,
}

impl Form {
    fn named(name: &str) -> Outcome<Self> {
        match name {
            "finals" => Ok(Self::Finals),
            "kept" => Ok(Self::Kept),
            "kept, twelve metrics" => Ok(Self::KeptTwelve),
            "streamed" => Ok(Self::Streamed),
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
        let order = if matches!(self, Self::Streamed) { Order::Timesteps } else { Order::Runs };
        Recording { columns, keep, order, ..Recording::default() }
    }

    fn experiment(self, params: EconomyParams) -> Outcome<Experiment> {
        let system = System::of::<Economy>("economy", params)?;
        Ok(Experiment::new(system).timesteps(MONTHS).threads(1).record(self.recording()))
    }

    /// The timed part.
    fn run(self, throttles: Vec<f64>) -> Outcome<Vec<Frame>> {
        let sweep = |throttles| Sweep::Product(vec![Axis::new("economy.throttle", throttles)]);
        match self {
            Self::Finals | Self::Kept | Self::KeptTwelve => {
                let experiment = self.experiment(EconomyParams::default())?.sweep(sweep(throttles));
                Ok(vec![sound(&experiment)?])
            }
            Self::Streamed => {
                let experiment = self.experiment(EconomyParams::default())?.sweep(sweep(throttles));
                let mut ends = Ends::default();
                experiment.plan()?.execute(&|_| true, &mut ends)?;
                Ok(ends.0)
            }
            Self::Single => {
                let one = |throttle| {
                    let params = EconomyParams { throttle, ..EconomyParams::default() };
                    sound(&self.experiment(params)?)
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

/// The rows of an experiment none of whose runs failed.
fn sound(experiment: &Experiment) -> Outcome<Frame> {
    let results = experiment.run()?;
    match results.failures.first() {
        Some(failure) => Err(format!("a run failed: {failure:?}").into()),
        None => Ok(results.into_frame()),
    }
}

/// Takes every block of rows, and keeps of each what is asked for afterwards: all rows of a single run, else the last.
#[derive(Default)]
struct Ends(Vec<Frame>);

impl Sink for Ends {
    fn unit(&mut self, output: &mut UnitOutput) -> Result<(), Box<dyn Error + Send + Sync>> {
        if let Some(failure) = output.failures.first() {
            return Err(format!("a run failed: {failure:?}").into());
        }
        let runs = usize::try_from(output.runs)?;
        let frame = black_box(output.frame());
        if runs == 1 {
            self.0.push(output.take_frame());
            return Ok(());
        }
        // Rows stand timestep by timestep.
        let last = frame.rows() - runs;
        let end = |name: &str| Some(Column::new(name, Cells::F64(frame.f64s(name)?.get(last..)?.to_vec())));
        self.0.push(Frame::new(VARIABLES.iter().filter_map(|name| end(name)).collect())?);
        Ok(())
    }
}

/// Throttles of a sample, spread over [0.002, 0.018); the same floats as in `economy.py`.
fn throttles(seed: u32, runs: u32) -> Vec<f64> {
    let seed = f64::from(seed) * 0.7548776662466927;
    let point = |run| seed + f64::from(run) * 0.6180339887498949;
    (0..runs).map(point).map(|p| 0.002 + 0.016 * (p - p.trunc())).collect()
}

/// The final price of every run.
fn prices(form: Form, results: &[Frame]) -> Outcome<Vec<f64>> {
    let mut prices = Vec::new();
    // Of what was handed on, the last rows are here.
    let rows = if matches!(form, Form::Streamed) { 1 } else { form.rows() };
    for frame in results {
        let column = frame.f64s("economy.price").ok_or("no column economy.price")?;
        prices.extend(column.chunks(rows).filter_map(<[f64]>::last));
    }
    Ok(prices)
}

/// The rows of the first run, as a list of lists.
fn first_rows(form: Form, results: &[Frame]) -> Outcome<String> {
    let frame = results.first().ok_or("no result")?;
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
