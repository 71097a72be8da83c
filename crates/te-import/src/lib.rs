//! Models of system dynamics, XMILE 1.0 and Vensim, as mechanisms written as equations.
//!
//! [`import`] reads the text of a model and gives a component and a system file in TOML, which `te-equations` and `te-system` run
//! as they are; what was left out; and what each name of the model is called. Everything that cannot be imported is told at once,
//! each with line and column ([`ImportErrors`], TE0510), and then nothing is given.
//!
//! # XMILE
//! | in the model | in equations |
//! |---|---|
//! | `start`, `stop`, `dt` (reciprocal too), `method`, `time_units` | `timesteps` and `step` of the system, `method` and `time` of the component; methods other than Euler and RK4 are refused |
//! | save interval | `[record] every` |
//! | stock, inflow, outflow | a state and flows `to` and `from` it; a flow of several stocks is computed once and taken from each |
//! | `non_negative` of a stock, `behavior` | outflows are limited to what the stock holds and its inflows bring, in the order in which it lists them; an inflow that may be below 0 is limited likewise. Under RK4 a run in which the stock falls below 0 fails instead |
//! | `non_negative` of a flow | `max(…, 0)` |
//! | auxiliary; one that is a number | `let`; a parameter, with the bounds of `range` |
//! | `gf` continuous, extrapolate, discrete; `xscale`, `xpts`, `ypts`, `sep` | a table that holds, extends, or steps |
//! | conveyor, `len`, `leak` | a pipeline with its `time`; what comes off its end is `NAME.out`, what leaks on the way `NAME.leak`, of several leaks the share of each |
//! | `dimensions`, `element`, `x[*]`, `SUM MEAN MIN MAX PROD STDDEV SIZE` | a quantity for each element, `x_north`; sums and the like are written out; `STDDEV` is divided by the number of elements |
//! | module, `connect` | its variables under its name in the same component: a wire would be a step late |
//! | macro | its equations, once for each call, hidden |
//! | `SELF` in `PREVIOUS` | the variable's own name |
//! | documents, units | `doc` and `unit`; `units = "warn"` |
//! | graphs on pages | charts |
//! | `capacity`, `in_limit`, `sample`, `arrest`, batches, `exponential_leak`, leaks from a part of a conveyor or in whole numbers; a length or share that changes in a run | refused |
//! | queue, overflow, oven, `RANK`, functions that the standard does not have | refused |
//!
//! A tag that is not closed, a prefix that is not declared and a `not` behind what it negates are mended and told; other text that is no XML is
//! refused.
//!
//! # Vensim
//! | in the model | in equations |
//! |---|---|
//! | `INTEG` | a state with a rate |
//! | `INITIAL TIME`, `FINAL TIME`, `TIME STEP`, `SAVEPER` | as above, where they follow from numbers; `FINAL TIME = IF THEN ELSE(done, Time, 100)` is a stop condition |
//! | subscript ranges, maps `->`, aliases `<->`, `:EXCEPT:`, `x[a!]` | a quantity for each element |
//! | `SMOOTH SMOOTH3 SMOOTH N DELAY1 DELAY3 DELAY N DELAY FIXED`, with `I` | `smooth …`, `delay …`; the order is that of the start, and a `DELAY N` has no more stages than its time has steps |
//! | `TREND FORECAST SAMPLE IF TRUE INITIAL` | `trend forecast hold initial` |
//! | `ACTIVE INITIAL` | the equation; what reads it when a run starts reads a copy that follows from the initial value |
//! | `WITH LOOKUP`, tables, `LOOKUP EXTRAPOLATE`, `BACKWARD`, `INVERT` | tables |
//! | `IF THEN ELSE XIDZ ZIDZ INTEGER MODULO QUANTUM POWER LOG` | `if ratio trunc …`; MODULO has the sign of its first argument |
//! | `PULSE`, `PULSE TRAIN` | `window`, and arithmetic on time |
//! | `GAME(x)` | `x` |
//! | `GET XLS` and `GET DIRECT` `CONSTANTS`, `DATA`, `LOOKUPS`, `SUBSCRIPT` | numbers of the workbook or CSV beside the model, as parameters and tables ([`import_with`]) |
//! | graphs | charts; variables with scales of their own one each |
//! | reality checks | left out, and told |
//! | `ALLOCATE …`, `VECTOR …`, `INVERT MATRIX`, `FIND ZERO`, macros with further outputs | refused |
//!
//! Random numbers of both become draws: they have the law, not the numbers, of the model's own tool.
//!
//! # Tables
//! A table stands in the component, where it is read beside what reads it. One of more than 40 points, such as a series of data, is a CSV of its own
//! beside the component ([`Import::tables`]): a line of hundreds of numbers hides the equations around it, and a spreadsheet opens the file.
//!
//! # Names and time
//! Names become words in small letters, no two alike and none that means something in equations; the name as it is written stands
//! in `doc`. Time in a component counts from the start of a run: where a model starts at 1900, `Time` is `time + 1900`.
//!
//! # Limits
//! 16 MiB of text, 200 elements deep, 50,000 parts of an equation, 400,000 parts with all arrays taken apart, 2,000 modules and calls
//! of macros, 50,000 elements of dimensions, 10 million steps; 2 MiB of a workbook. Nothing recurses over the input.
//!
//! Sources: XML Interchange Language for System Dynamics (XMILE) Version 1.0, OASIS Standard, 14 December 2015; Ventana Systems,
//! Vensim Reference Manual.
//!
//! ```
//! use te_import::{Dialect, import};
//!
//! let model = "Treasury = INTEG(Income - Costs, 100) ~ USD ~ Money in hand. |\n\
//!     Income = 8 ~ USD/Month ~ |\nCosts = 0.1 * Treasury ~ USD/Month ~ |\n\
//!     INITIAL TIME = 0 ~ Month ~ |\nFINAL TIME = 12 ~ Month ~ |\nTIME STEP = 0.5 ~ Month ~ |\nSAVEPER = 1 ~ Month ~ |\n";
//! let import = import(model.as_bytes(), Dialect::Vensim, "treasury", "treasury-equations.toml")?;
//! assert!(import.component.contains("treasury = { initial = \"100\", rate = \"income - costs\", unit = \"USD\""));
//! assert!(import.system.contains("timesteps = 24\nstep = \"0.5 month\"") && import.system.contains("every = 2"));
//!
//! let wrong = model.replace("0.1 * Treasury", "FIND ZERO(Treasury)");
//! let refused = te_import::import(wrong.as_bytes(), Dialect::Vensim, "treasury", "t.toml").unwrap_err();
//! assert_eq!(refused.to_string(), "3:9: TE0510: cannot be imported: `FIND ZERO`: it solves an equation in every step");
//! # Ok::<(), te_import::ImportErrors>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod dimension;
mod expression;
mod fault;
mod function;
mod initial;
mod name;
mod piece;
mod scope;
mod sheet;
mod source;
mod start;
mod target;
mod text;
mod translation;
mod unit;
mod vensim;
mod xmile;

pub use expression::Dialect;
pub use fault::{CODE, ImportError, ImportErrors, Note};

use fault::Faults;
use target::Role;

/// Bytes of a model's file, at most: 16 MiB.
pub const LARGEST: usize = 16 << 20;

/// A model as equations.
#[derive(Clone, Debug)]
pub struct Import {
    /// The component in TOML.
    pub component: String,
    /// The system file that runs it.
    pub system: String,
    /// Tables of more than 40 points, each a CSV beside the component: the file's name and its text.
    pub tables: Vec<(String, String)>,
    /// What was left out or is taken otherwise.
    pub notes: Vec<Note>,
    /// What the model's names are called.
    pub names: Vec<Named>,
    /// When the model's own clock begins.
    pub start: f64,
    /// Steps of a run.
    pub timesteps: u64,
    /// Length of a step, in the model's unit of time.
    pub step: f64,
    /// Steps between rows.
    pub every: u64,
}

impl Import {
    /// The name of the model that stands in a line of the component, from 1: what is wrong there is told in the model's words.
    pub fn in_line(&self, line: usize) -> Option<&Named> {
        let text = self.component.lines().nth(line.checked_sub(1)?)?;
        let (key, _) = text.split_once(" = ")?;
        let key = key.trim_matches('"');
        self.names.iter().find(|named| named.name == key)
    }
}

/// A name of the model and what it is called in equations.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// As the model writes it, with the elements of an array: `Stock[north,young]`.
    pub written: String,
    /// The quantity of the component.
    pub name: String,
    /// Its value, where it is a parameter or a constant.
    pub value: Option<f64>,
    /// Line and column of the model at which it is defined, from 1.
    pub at: (usize, usize),
}

/// The text of a file: UTF-8 where it is that, else Latin-1, as older tools write.
fn decoded(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// Reads a model and says it in equations. `name` is what it is called; `file` the name that the component will have beside the
/// system.
///
/// # Errors
/// [`ImportErrors`] with everything that cannot be imported, each with line and column.
pub fn import(bytes: &[u8], dialect: Dialect, name: &str, file: &str) -> Result<Import, ImportErrors> {
    import_with(bytes, dialect, name, file, &|_| None)
}

/// The same for a model that reads other files: `read` gives the bytes of a file by the name that the model has for it.
///
/// # Errors
/// As [`import`]; also where such a file cannot be read or has no number where the model looks for one.
pub fn import_with(
    bytes: &[u8],
    dialect: Dialect,
    name: &str,
    file: &str,
    read: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<Import, ImportErrors> {
    let mut faults = Faults::default();
    if bytes.len() > LARGEST {
        faults.refuse(0, format!("a model of {} bytes: allowed are {LARGEST}", bytes.len()));
        return Err(refused(faults, ""));
    }
    let mut text = decoded(bytes);
    if dialect == Dialect::Xmile {
        text = xmile::mended(text, &mut faults);
    }
    let source = match dialect {
        Dialect::Xmile => xmile::read(&text, &mut faults),
        Dialect::Vensim => Some(vensim::read(&text, &mut faults)),
    };
    let Some(source) = source else {
        if faults.is_empty() {
            faults.refuse(0, "there is no model in the file");
        }
        return Err(refused(faults, &text));
    };
    let target = translation::translate(&source, sheet::Books::new(read), &mut faults);
    check_times(&source, &mut faults);
    if !faults.is_empty() {
        return Err(refused(faults, &text));
    }
    let (steps, every) = text::steps(&source);
    let name = name::Names::default().give(name);
    let lines = fault::Lines::new(&text);
    let names = target.quantities.iter().filter_map(|one| {
        let value = match one.role {
            Role::Param { value, .. } | Role::Constant(value) => Some(value),
            _ => None,
        };
        let at = lines.position(one.at);
        Some(Named { written: one.written.clone()?, name: one.name.clone(), value, at })
    });
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked: whole, from 0 to 10 million"
    )]
    let (timesteps, every) = (steps as u64, every as u64);
    Ok(Import {
        component: text::component(&source, &target, &name, file),
        system: text::system(&source, &target, &name, file),
        tables: text::table_files(&target, file),
        names: names.collect(),
        start: source.times.start,
        timesteps,
        step: source.times.dt,
        every,
        notes: faults.finish(&text)?,
    })
}

fn refused(faults: Faults, text: &str) -> ImportErrors {
    faults.finish(text).err().unwrap_or(ImportErrors { errors: Vec::new() })
}

/// A run must have steps of a length, and not too many.
fn check_times(source: &source::Source, faults: &mut Faults) {
    let times = &source.times;
    let (steps, every) = text::steps(source);
    if !(times.dt > 0.0 && times.dt.is_finite()) {
        faults.refuse(times.at, format!("a time step of {}: it must be above 0", times.dt));
    } else if !(0.0..=1e7).contains(&steps) || every > 1e7 {
        let message = format!(
            "a run from {} to {} in steps of {}: allowed are 0 to 10 million steps",
            times.start, times.stop, times.dt
        );
        faults.refuse(times.at, message);
    } else if ((times.stop - times.start) / times.dt - steps).abs() > 1e-6 * steps.max(1.0) {
        let message = format!(
            "from {} to {} are no whole steps of {}: {steps} are taken",
            times.start, times.stop, times.dt
        );
        faults.note(times.at, message);
    }
}
