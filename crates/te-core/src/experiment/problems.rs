//! Everything that is wrong with an experiment, all at once.

use crate::declaration::distribution::Distribution;
use crate::declaration::nearest::nearest;
use crate::experiment::experiment_error::ExperimentError;
use crate::experiment::kpi;
use crate::experiment::recording::matches;
use crate::experiment::settings::Experiment;
use crate::stepping::tile::Reads;
use crate::system::expression::Expression;

impl Experiment {
    /// Everything that is wrong with it, where [`Experiment::plan`] names the first: unknown columns in the recording, in
    /// stop conditions and key figures, unknown parameters, what is no distribution, and the like. Empty where it can run.
    ///
    /// ```
    /// use te_core::{Experiment, Recording, System};
    /// # use te_core::Registry;
    /// # let mut registry = Registry::new();
    /// # te_core::glue::register(&mut registry);
    /// let mut builder = System::builder("counted");
    /// builder.kind(te_core::List::Uncontrollables, "a", registry.kind("source/function")?, &te_core::Value::Table(Vec::new()));
    /// let experiment = Experiment::new(builder.build()?).stop_when("a.valu > 2").random("a.off", "normal(0, 1)");
    /// let problems: Vec<String> = experiment.problems().iter().map(ToString::to_string).collect();
    /// assert_eq!(problems.len(), 2);
    /// assert!(problems[1].ends_with("unknown column `a.valu`; did you mean `a.value`?"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn problems(&self) -> Vec<ExperimentError> {
        let mut found = Vec::new();
        if !self.systems.is_empty() {
            self.unknown_columns(&mut found);
            self.unknown_parameters(&mut found);
            self.unreadable(&mut found);
        }
        if found.is_empty()
            && let Err(error) = self.plan()
        {
            found.push(error);
        }
        found
    }

    fn unknown_columns(&self, found: &mut Vec<ExperimentError>) {
        let columns = || self.systems.iter().flat_map(|(_, system)| system.columns());
        for pattern in &self.recording.columns {
            if !columns().any(|column| matches(pattern, &column.name)) {
                let nearest = nearest(pattern, columns().map(|column| &column.name));
                found.push(ExperimentError::UnknownColumn { name: pattern.clone(), nearest });
            }
        }
    }

    fn unknown_parameters(&self, found: &mut Vec<ExperimentError>) {
        let drawn = self.random.iter().map(|(name, _)| name.as_str());
        for name in self.sweep.names().into_iter().chain(drawn) {
            let refused = self.systems.iter().map(|(_, system)| system.find_param(name)).collect::<Vec<_>>();
            if refused.iter().all(Result::is_err)
                && let Some(Err(issue)) = refused.into_iter().next()
            {
                found.push(ExperimentError::Param(issue));
            }
        }
        for (name, text) in &self.random {
            if let Err(error) = text.parse::<Distribution>() {
                found.push(ExperimentError::Distribution { name: name.clone(), error });
            }
        }
    }

    /// Stop conditions and key figures; of each what is wrong with it in the first system that it does not suit.
    fn unreadable(&self, found: &mut Vec<ExperimentError>) {
        for text in &self.stop {
            let bound = Expression::parse(text).map_err(|error| error.to_string()).and_then(|condition| {
                self.systems.iter().try_for_each(|(_, system)| {
                    kpi::bind(&condition, system, &mut Reads::default()).map(|_| ())
                })
            });
            if let Err(message) = bound {
                found.push(ExperimentError::Stop { text: text.clone(), message });
            }
        }
        for figure in &self.kpis {
            if let Err(error) = self
                .systems
                .iter()
                .try_for_each(|(_, system)| figure.bind(system, &mut Reads::default()).map(|_| ()))
            {
                found.push(error);
            }
        }
    }
}
