//! `summary.csv`.

use std::path::Path;

use super::{Covers, Summary, SummaryRow};
use crate::{OutputError, write_whole};

/// Statistics over runs of the final values.
const OVER_RUNS: [&str; 10] = ["count", "mean", "sd", "min", "q05", "q25", "median", "q75", "q95", "max"];

impl Summary {
    /// The summary as CSV text: simulation, subset, parameters, metric, unit, final timestep; then `final` where every subset
    /// has one run, else count, mean, sd, min, quantiles and max of the final values; then `initial`, `lowest` and `highest`
    /// where the rows tell them, as `lowest_recorded` and `highest_recorded` where not every timestep is a row.
    ///
    /// # Errors
    /// [`OutputError::Encoding`], which no table that this crate writes gives.
    pub fn csv(&self) -> Result<String, OutputError> {
        let encoding = |cause: String| OutputError::Encoding { what: "summary.csv", cause };
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        let single = self.is_single();
        let mut head = vec!["simulation".to_owned(), "subset".to_owned()];
        head.extend(self.parameters.iter().cloned());
        head.extend(["metric", "unit", "final_timestep"].map(str::to_owned));
        head.extend(if single { vec!["final".to_owned()] } else { OVER_RUNS.map(str::to_owned).to_vec() });
        if self.covers != Covers::Finals {
            head.push("initial".to_owned());
            head.extend(["lowest", "highest"].map(|name| format!("{name}{}", self.covers.suffix())));
        }
        writer.write_record(&head).map_err(|e| encoding(e.to_string()))?;
        for row in &self.rows {
            writer.write_record(self.cells(row, single)).map_err(|e| encoding(e.to_string()))?;
        }
        let bytes = writer.into_inner().map_err(|e| encoding(e.to_string()))?;
        String::from_utf8(bytes).map_err(|e| encoding(e.to_string()))
    }

    fn cells(&self, row: &SummaryRow, single: bool) -> Vec<String> {
        let exact = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{x:?}"));
        let mut cells = vec![row.simulation.to_string(), row.subset.to_string()];
        cells.extend(row.parameters.iter().cloned());
        cells.extend([row.metric.clone(), row.unit.clone(), row.final_timestep.to_string()]);
        if single {
            cells.push(exact(Some(row.mean)));
        } else {
            cells.push(row.count.to_string());
            cells.extend([Some(row.mean), row.sd, Some(row.min)].map(exact));
            cells.extend(row.quantiles.map(|q| exact(Some(q))));
            cells.push(exact(Some(row.max)));
        }
        if self.covers != Covers::Finals {
            cells.extend([row.initial, row.lowest, row.highest].map(exact));
        }
        cells
    }

    /// Writes the CSV text to `path`, whole or not at all.
    ///
    /// # Errors
    /// [`OutputError`] where the disk refuses.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), OutputError> {
        write_whole(path.as_ref(), self.csv()?.as_bytes())
    }
}
