//! Mutated inputs through the library's entry points: nothing panics, aborts, or takes a second.
//!
//! System files, tables of data, registry files and values of the command line are taken from a corpus, changed in a few
//! places by a seeded mutator, and read, assembled and checked; where they are valid a run is stepped three times. A failing
//! input is printed with the number of its case.
//!
//! The short form has a few thousand cases. `TECMNS_FUZZ=1000000 cargo test -p tecmns --release fuzz` is the long one,
//! `TECMNS_FUZZ_SEED` begins with another case.

use crate::{root, scratch};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use te_core::{Registry, RunId};
use te_netlist::{Netlist, Transport};
use tecmns::SystemFile;
use tecmns::system_file::{given_value, given_values};

/// Letters of an input, at most: longer ones are cut.
const LONGEST: usize = 6_000;
/// One case, at most.
const LIMIT: Duration = Duration::from_secs(1);
/// After this the process is ended, since a case that hangs cannot be.
const HANGS: Duration = Duration::from_secs(20);

/// Numbers in sequence from a seed: `SplitMix64` (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }
}

/// Pieces that are put in: extremes, marks of each grammar, and words that mean something.
const PIECES: &[&str] = &[
    "0",
    "-1",
    "1",
    "1e308",
    "1e-320",
    "-0.0",
    "nan",
    "inf",
    "-inf",
    "18446744073709551615",
    "9223372036854775808",
    "1e999",
    "0x7f",
    "1_000",
    "4294967296",
    "100000",
    "0.5",
    "true",
    "false",
    "\"\"",
    "''",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "(",
    ")",
    "=",
    ",",
    ".",
    "..",
    "\n",
    "\r\n",
    "\t",
    " ",
    "#",
    "\\",
    "\\u0041",
    "\"",
    "'",
    "*",
    "/",
    "^",
    "-",
    "+",
    "<",
    "<=",
    "==",
    " and ",
    " or ",
    " not ",
    "if(",
    "lag(",
    "min(",
    "max(",
    "exp(",
    "ln(",
    "sqrt(",
    "abs(",
    "t",
    "timestep",
    "a.value",
    "lag(a.value, 1)",
    "\u{feff}",
    "é",
    "価格",
    "\u{0}",
    "\u{202e}",
    "𝕏",
    "[sweep]\n",
    "[record]\n",
    "[[wire]]\n",
    "[derived]\n",
    "[random]\n",
    "[stop]\n",
    "[[kpi]]\n",
    "[[chart]]\n",
    "[[variant]]\n",
    "[discipline]\n",
    "[[stage]]\n",
    "[[picture]]\n",
    "mode = \"product\"\n",
    "mode = \"points\"\n",
    "mode = \"zip\"\n",
    "mode = \"sobol\"\n",
    "count = 3\n",
    "file = \"p.csv\"\n",
    "{ file = \"p.csv\", column = \"price\" }",
    "time = \"date\"",
    "missing = \"hold\"",
    "missing = \"interpolate\"",
    "row = 1",
    "separator = \";\"",
    "0..1, 5",
    "1e-3..1, 9 log",
    "uniform(0, 1)",
    "normal(0, 1)",
    "final(a.value)",
    "mean",
    "quantile 0.5",
    "probability below 1",
    "keep = \"finals\"\n",
    "keep = \"statistics\"\n",
    "every = 3\n",
    "substeps = true\n",
    "kind = \"source/function\"\n",
    "kind = \"system\"\n",
    "step = \"1 month\"\n",
    "1e400",
    "5%",
    "1,234.5",
    "null",
    "2024-02-30",
    "2024-01-31",
    "9999-12-31T23:59:60Z",
    ";",
    "\"\"",
];

/// The text changed in up to six places.
fn mutated(text: &str, others: &[String], random: &mut Random) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(6) {
        let at = random.below(letters.len() + 1);
        let span = 1 + random.below(12);
        let end = (at + span).min(letters.len());
        match random.below(8) {
            0 => drop(letters.drain(at..end)),
            1 | 2 => drop(letters.splice(at..at, random.pick(PIECES).chars())),
            3 => drop(letters.splice(at..end, random.pick(PIECES).chars())),
            4 => {
                // A number becomes another.
                let digit = (at..letters.len()).find(|i| letters[*i].is_ascii_digit());
                if let Some(start) = digit {
                    let is_number = |c: &char| c.is_ascii_digit() || matches!(c, '.' | '_' | 'e');
                    let length = letters[start..].iter().take_while(|c| is_number(c)).count();
                    letters.splice(start..start + length, PIECES[random.below(17)].chars());
                }
            }
            5 => {
                let piece: Vec<char> = letters[at..end].to_vec();
                let times = 1 + random.below(20);
                letters.splice(at..at, piece.iter().copied().cycle().take(piece.len() * times));
            }
            6 => {
                let other = &others[random.below(others.len())];
                let lines: Vec<&str> = other.lines().collect();
                let from = random.below(lines.len());
                let some = lines.iter().skip(from).take(1 + random.below(4));
                let some: String = some.flat_map(|line| [line, "\n"]).collect();
                let line = (0..at).rev().find(|i| letters[*i] == '\n').map_or(0, |i| i + 1);
                letters.splice(line..line, some.chars());
            }
            _ => {
                let other = random.below(letters.len().max(1));
                if at < letters.len() && other < letters.len() {
                    letters.swap(at, other);
                }
            }
        }
    }
    letters.truncate(LONGEST);
    letters.into_iter().collect()
}

/// What is mutated.
struct Corpus {
    systems: Vec<String>,
    tables: Vec<String>,
    registries: Vec<String>,
    values: Vec<String>,
}

/// Kinds whose components are large by nature: reading them is not what is tried here.
const LARGE: [&str; 3] = ["conviction/", "commons/cultural-build", "flash/"];

impl Corpus {
    fn new() -> Self {
        let mut systems: Vec<String> = [
            "[system]\nname = \"s\"\ntimesteps = 5\nruns = 2\nseed = 3\nstep = \"1 week\"\n[uncontrollables.a]\nkind = \"source/function\"\nparams = { of = \"if(t > 2, t, -t) ^ 2\" }\n[uncontrollables.b]\nkind = \"glue/delay\"\nparams = { steps = 2 }\n[[wire]]\nfrom = \"max(a.value, lag(a.value, 1))\"\nto = \"b.value\"\n[derived]\ngap = { of = \"a.value - b.value\", unit = \"1\" }\n[sweep]\nmode = \"product\"\n\"b.steps\" = [1, 2]\n[stop]\nwhen = [\"a.value > 100\"]\n[[kpi]]\nname = \"k\"\nof = \"time_to(gap > 0)\"\naggregate = \"quantile 0.5\"\nrequire = \"< 3\"\n[record]\nmetrics = [\"a.*\", \"gap\"]\nevery = 2\n[[chart]]\ny = [\"gap\"]\n",
            "[system]\nname = \"d\"\ntimesteps = 3\nstep = \"1 day\"\n[uncontrollables.p]\nkind = \"source/series\"\nparams = { values = { file = \"p.csv\", column = \"price\", time = \"date\", missing = \"hold\" }, end = \"repeat\" }\n[[variant]]\nname = \"v\"\nset = { \"p.values\" = { file = \"p.csv\", column = \"price\" } }\n[[variant]]\nname = \"w\"\nswap = { p = { kind = \"source/series\", params = { values = [1, 2] } } }\n[discipline]\nuncontrollables = \"simultaneous\"\n",
            "[system]\nname = \"m\"\ntimesteps = 4\nruns = 3\n[uncontrollables.m]\nkind = \"market/price\"\nparams = { volatility = 0.4, model = \"gbm\" }\n[controllables.pool]\nkind = \"amm/constant-product-float\"\n[[wire]]\nfrom = \"m.price\"\nto = \"pool.external_price\"\n[random]\n\"m.drift\" = \"normal(0, 0.1)\"\n[sweep]\nmode = \"sobol\"\ncount = 4\n\"m.volatility\" = [0.1, 0.9]\n[[stage]]\ncomponents = [\"m\", \"pool\"]\ndiscipline = \"sequential\"\n",
            "[system]\nname = \"n\"\n[controllables.x]\nkind = \"system\"\nfile = \"inner.toml\"\n[[wire]]\nfrom = \"x.a.value\"\nto = \"x.b.value\"\n[sweep]\nmode = \"points\"\nfile = \"q.csv\"\n",
            "[system]\ntimesteps = 3\nstep = \"1 month\"\n[controllables.a]\nkind = \"equations\"\nof = \"e\"\nparams = { k = 2 }\n[equations.e.component]\ntime = \"month\"\nsubsteps = 2\n[equations.e.param]\nk = { default = 1, min = 0, unit = \"1/month\" }\n[equations.e.let]\nx = { of = \"smooth(k * s, 2 * dt) + max(0, z)\", unit = \"T/month\" }\n[equations.e.state]\ns = { initial = 5, rate = \"k * s - x\", unit = \"T\" }\n[equations.e.draw]\nz = { of = \"normal(0, 1)\", unit = \"T/month\" }\n[equations.e.invariant]\ni = \"s * s >= 0\"\n",
        ]
        .map(str::to_owned)
        .to_vec();
        let mut paths: Vec<PathBuf> =
            root().join("systems").read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|e| e == "toml")) {
            // The systems are tried in another folder.
            let components = root().join("components").display().to_string().replace('\\', "/");
            let text = std::fs::read_to_string(path).unwrap().replace("../components", &components);
            if !LARGE.iter().any(|kind| text.contains(kind)) {
                systems.push(text);
            }
        }
        let tables = [
            "date,price\n2024-01-01,1.5\n2024-01-02,\n2024-01-03,3\n",
            "timestep,price,note\n2,30,x\n0,10,\"a, b\"\n1,20,\n",
            "\u{feff}date;price\r\n2024-01-31;1,5\r\n2024-02-29;2,5\r\n",
            "price\n1,234.50\n5%\nnull\n-inf\n1e400\n",
        ];
        let registry = std::fs::read_to_string(root().join("netlist.toml")).unwrap();
        let some: Vec<&str> = registry.split("\n\n").collect();
        let registries = some.chunks(3).map(|part| [some[0], &part.join("\n\n")].join("\n\n")).collect();
        let values = [
            "0,0.004,0.008",
            "[1, 2],[3, 4]",
            "0.001..0.05, 10 log",
            "if(t > 1, 2, 3),\"4\"",
            "{ a = 1, b = [true] }",
            "\"text, with commas\",'and quotes'",
            "bull",
        ];
        Self {
            systems,
            tables: tables.map(str::to_owned).to_vec(),
            registries,
            values: values.map(str::to_owned).to_vec(),
        }
    }
}

/// Reads, assembles and checks a system file; where it is valid, a run is stepped.
fn try_system(text: &str, here: &Path, registry: &Registry) -> bool {
    let Ok(file) = SystemFile::parse(text, &here.join("s.toml"), registry) else { return false };
    let systems = file.systems(registry, &[]).unwrap();
    let experiment = file.experiment(systems);
    let plan = experiment.plan().unwrap();
    if let Ok(mut stepper) = plan.start(RunId { simulation: 0, subset: 0, run: 1 }) {
        for _ in 0..3 {
            if !stepper.step().unwrap_or(false) {
                break;
            }
        }
    }
    true
}

/// The case that is being tried, for whoever watches.
type Watched = Arc<Mutex<Option<(u64, Instant, String)>>>;

/// Ends the process where a case does not end.
fn watch(watched: &Watched, over: &Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
    let (watched, over) = (Arc::clone(watched), Arc::clone(over));
    std::thread::spawn(move || {
        while !over.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(50));
            let now = watched.lock().unwrap();
            if let Some((case, begin, input)) = now.as_ref()
                && begin.elapsed() > HANGS
            {
                eprintln!("case {case} hangs:\n{input}");
                std::process::abort();
            }
        }
    })
}

#[test]
fn fuzz() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let cases = number("TECMNS_FUZZ").unwrap_or(3_000);
    let first = number("TECMNS_FUZZ_SEED").unwrap_or(0);
    let here = scratch();
    let here = here.path();
    std::fs::write(here.join("p.csv"), "date,price\n2024-01-01,1\n2024-01-02,2\n2024-01-04,3\n").unwrap();
    std::fs::write(here.join("q.csv"), "x.b.steps\n1\n2\n").unwrap();
    let inner =
        "[uncontrollables.a]\nkind = \"source/function\"\n[uncontrollables.b]\nkind = \"glue/delay\"\n";
    std::fs::write(here.join("inner.toml"), inner).unwrap();
    let (corpus, registry) = (Corpus::new(), tecmns::built_in());
    let reading = &corpus.systems[1];
    for text in &corpus.systems {
        assert!(try_system(text, here, &registry) || text.contains(".csv"), "the corpus is valid:\n{text}");
    }
    let (watched, over) = (Watched::default(), Arc::new(AtomicBool::new(false)));
    let watcher = watch(&watched, &over);
    let (mut valid, mut slowest) = (0_u64, Duration::ZERO);
    for case in first..first + cases {
        let random = &mut Random(case.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let what = random.below(16);
        let from = match what {
            0..=9 => &corpus.systems,
            10..=12 => &corpus.tables,
            13 => &corpus.registries,
            _ => &corpus.values,
        };
        let input = mutated(&from[random.below(from.len())], from, random);
        *watched.lock().unwrap() = Some((case, Instant::now(), input.clone()));
        let once = || {
            let begin = Instant::now();
            let tried = catch_unwind(AssertUnwindSafe(|| match what {
                0..=9 => try_system(&input, here, &registry),
                10..=12 => {
                    let file = here.join("fuzzed.csv");
                    std::fs::write(&file, &input).unwrap();
                    try_system(&reading.replace("p.csv", "fuzzed.csv"), here, &registry)
                }
                13 => Netlist::parse(&input, "netlist.toml", Transport::Https).is_ok(),
                _ => {
                    given_value(&input);
                    given_values(&input).is_ok()
                }
            }));
            (tried, begin.elapsed())
        };
        let (mut tried, mut took) = once();
        if took >= LIMIT {
            // A busy machine may have taken the time: once more.
            (tried, took) = once();
        }
        *watched.lock().unwrap() = None;
        let Ok(good) = tried else { panic!("case {case} panics:\n{input}") };
        assert!(took < LIMIT, "case {case} takes {took:?}:\n{input}");
        valid += u64::from(good);
        slowest = slowest.max(took);
    }
    over.store(true, Ordering::Relaxed);
    watcher.join().unwrap();
    println!("{cases} cases, {valid} valid, the slowest {slowest:?}");
    assert!(valid > cases / 20, "{valid} of {cases} cases are valid: the mutator destroys too much");
}
