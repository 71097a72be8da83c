//! One parameter over a range, point by point under the same luck.

use crate::app::App;
use crate::opened::Opened;
use crate::run::{self, Asking, Wanted};
use crate::setting::Setting;
use crate::statistics::{self, Band, Named};
use crate::stream::{self, Talk};
use crate::trouble::Trouble;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{Duration, Instant};
use te_core::{Axis, ParamKind, Scale, Value};

/// Points of a sweep, at most.
const POINTS: u64 = 1000;
/// Runs of a point, at most.
const RUNS: u64 = 10_000;
/// How often the page is told.
const EVERY: Duration = Duration::from_millis(40);

/// What the page asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default)]
    settings: Setting,
    parameter: String,
    from: f64,
    to: f64,
    points: u64,
    #[serde(default)]
    logarithmic: bool,
    #[serde(default)]
    runs: Option<u64>,
    /// Columns whose last values are looked at.
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    figures: Vec<Asking>,
}

/// A key figure over the points.
#[derive(Debug, Default, Serialize)]
struct Curve {
    mean: Vec<Option<f64>>,
    low: Vec<Option<f64>>,
    high: Vec<Option<f64>>,
}

/// A message: what is there of the points so far.
#[derive(Debug, Serialize)]
struct Curves {
    x: Vec<f64>,
    runs: u64,
    columns: Named<Band>,
    kpis: Named<Curve>,
    failures: u64,
}

/// Answers with messages as points are computed.
pub(crate) fn stream(app: &Arc<App>, opened: Arc<Opened>, asked: Asked) -> Result<Response, Trouble> {
    let shared = Arc::clone(app);
    stream::answer(app, move |talk| sweep(&shared, &opened, &asked, talk))
}

/// The values of the parameter: whole ones where it takes no others, each once.
fn values(app: &App, opened: &Opened, asked: &Asked) -> Result<Vec<Value>, Trouble> {
    let at = |trouble: Trouble| trouble.at(&asked.parameter);
    if !(1..=POINTS).contains(&asked.points) {
        return Err(at(Trouble::refused(format!("a sweep has 1 to {POINTS} points"))));
    }
    let system = opened.system(&opened.changes(&asked.settings)?, &app.registry)?;
    let whole = system.components().iter().any(|one| {
        let rest = asked.parameter.strip_prefix(one.path.as_str()).and_then(|rest| rest.strip_prefix('.'));
        one.params.iter().any(|(spec, _)| {
            rest == Some(&*spec.name) && matches!(spec.kind, ParamKind::I64 | ParamKind::U64)
        })
    });
    let whole = whole || asked.parameter.contains("event.");
    if asked.points == 1 {
        return Ok(vec![Value::F64(asked.from)]);
    }
    let scale = if asked.logarithmic { Scale::Log } else { Scale::Linear };
    let axis = Axis::range(&asked.parameter, asked.from, asked.to, asked.points, scale);
    let mut values = axis.map_err(|error| at(Trouble::from(error)))?.values;
    if whole {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "beyond 2^63 the component refuses the end of the range"
        )]
        for value in &mut values {
            *value = Value::I64(value.number().unwrap_or(0.0).round() as i64);
        }
        values.dedup();
    }
    Ok(values)
}

fn sweep(app: &App, opened: &Opened, asked: &Asked, talk: &Talk) -> Result<(), Trouble> {
    let values = values(app, opened, asked)?;
    let mut setting = asked.settings.clone();
    let most = asked.runs.map(|runs| runs.min(RUNS));
    let mut curves =
        Curves { x: Vec::new(), runs: 0, columns: Named(Vec::new()), kpis: Named(Vec::new()), failures: 0 };
    let mut told = Instant::now();
    let count = values.len();
    for (at, value) in values.into_iter().enumerate() {
        curves.x.push(value.number().unwrap_or(f64::NAN));
        let value = serde_json::to_value(&value).map_err(Trouble::malformed)?;
        setting.set.insert(asked.parameter.clone(), value);
        let wanted =
            Wanted { setting: &setting, columns: &asked.columns, figures: &asked.figures, most, rows: 1 };
        let mut growing = run::begin(app, opened, wanted, talk)?;
        if !growing.grow(growing.most)? || talk.has_left() {
            return Ok(());
        }
        let gathered = &growing.gathered;
        for (name, last) in gathered.names.iter().zip(&gathered.finals) {
            band(&mut curves.columns.0, name).push(&mut last.clone());
        }
        for result in growing.plan.aggregate(&gathered.figures)? {
            let figure = statistics::figure(&result);
            let curve = band(&mut curves.kpis.0, &figure.name);
            curve.mean.push(figure.mean);
            curve.low.push(figure.low);
            curve.high.push(figure.high);
        }
        curves.failures += gathered.failures;
        curves.runs = gathered.runs;
        if at + 1 == count || told.elapsed() >= EVERY {
            told = Instant::now();
            if !talk.say("state", &curves) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The row of this name.
fn band<'a, T: Default>(rows: &'a mut Vec<(String, T)>, name: &str) -> &'a mut T {
    let at = rows.iter().position(|(own, _)| own == name).unwrap_or_else(|| {
        rows.push((name.to_owned(), T::default()));
        rows.len() - 1
    });
    &mut rows[at].1
}
