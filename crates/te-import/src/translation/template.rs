//! Functions of the model: templates of equations that are filled with arguments.

use super::saying::Saying;
use super::{Job, Translation};
use crate::expression::{Dialect, Expression};
use crate::fault::shortened;
use crate::function::Function;
use crate::piece::{Piece, level, number};
use crate::scope::{Found, find};
use crate::source::Meaning;
use crate::target::Role;

impl<'s> Translation<'s> {
    pub(super) fn function(
        &mut self,
        saying: &Saying<'_, '_>,
        function: &'static Function,
        arguments: &[Piece],
        at: usize,
    ) -> Result<Piece, String> {
        if !function.note.is_empty() {
            self.faults.note(at, format!("`{}`: {}", function.name.to_uppercase(), function.note));
        }
        if let ("delay_n", Dialect::Vensim, [x, time, initial, order]) =
            (function.name, self.source.dialect, arguments)
        {
            return self.stages(saying, [x, time, initial, order], at);
        }
        let mut arguments = arguments.to_vec();
        let mut drawn = String::new();
        if !function.draw.is_empty() {
            let of = self.filled(saying, function.draw, &mut arguments)?;
            let start = start_of(function, &arguments);
            drawn = self.add_hidden(saying.owner, "draw", Role::Draw { of, start });
        }
        let template = function.template.replace("{d}", &drawn);
        let text = self.filled(saying, &template, &mut arguments)?;
        Ok(Piece { text, level: if function.template == "{d}" { level::ATOM } else { function.level } })
    }

    /// A template with its arguments.
    fn filled(
        &mut self,
        saying: &Saying<'_, '_>,
        template: &str,
        arguments: &mut [Piece],
    ) -> Result<String, String> {
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (mark, after) = after.split_once('}').unwrap_or((after, ""));
            rest = after;
            if let Some(index) = mark.strip_prefix('~').and_then(|index| index.parse::<usize>().ok()) {
                if let Some(piece) = arguments.get(index).filter(|_| self.has_initials) {
                    text.push_str(", ");
                    text.push_str(&crate::initial::marked(&piece.text));
                }
                continue;
            }
            let (index, how) = mark.split_once(':').unwrap_or((mark, ""));
            let Some(piece) = index.parse::<usize>().ok().and_then(|index| arguments.get_mut(index)) else {
                continue;
            };
            match how {
                "s" => {
                    *piece = self.named(saying, "part", piece);
                    text.push_str(&piece.text);
                }
                "t" => text.push_str(&self.since_start(piece)),
                "m" if self.has_initials => text.push_str(&crate::initial::marked(&piece.text)),
                "" | "m" => text.push_str(&piece.text),
                "o" if piece.text == "0" => {}
                "o" => text.extend([", ", &piece.text]),
                "d" => text.push_str(&self.whole_steps(&piece.text)),
                "f" if self.is_fixed(&piece.text) => text.push_str(&piece.text),
                "f" => text.extend(["initial(", &piece.text, ")"]),
                "k" => match piece.text.parse::<f64>().ok().or_else(|| self.at_start(&piece.text)) {
                    Some(x) if x.trunc() >= 1.0 => text.push_str(&number(x.trunc())),
                    _ => {
                        return Err(format!(
                            "the order `{}` is no number that is known",
                            shortened(&piece.text)
                        ));
                    }
                },
                how => text.push_str(&piece.at(how.parse().unwrap_or(level::ATOM))),
            }
        }
        text.push_str(rest);
        Ok(text)
    }

    /// The number that a quantity is when a run starts, where it follows from numbers.
    pub(super) fn at_start(&self, name: &str) -> Option<f64> {
        let job = self.defined.get(name)?;
        self.follows_from_numbers(job.scope, equation(job)?, Some(self.source.times.start))
    }

    /// The number that an expression is, where it follows from numbers: at a time, or at all times.
    pub(super) fn follows_from_numbers(
        &self,
        scope: usize,
        of: &Expression,
        time: Option<f64>,
    ) -> Option<f64> {
        let mut read = |name: &str| match find(&self.scopes, scope, name)? {
            Found::Array(array) => {
                let value = array.items.get("")?.value.as_ref()?;
                equation(self.defined.get(value)?)
            }
            Found::Piece(_) => None,
        };
        crate::start::at_start(of, time, &mut read)
    }

    /// Whether an expression is the same in all steps of a run: a number, or the name of one.
    pub(super) fn is_fixed(&self, text: &str) -> bool {
        let number = |job: &Job<'s>| match &job.definition.meaning {
            Meaning::Equation(of, None) | Meaning::Fixed(of) => of.as_number().is_some(),
            Meaning::Numbers(_) => true,
            _ => false,
        };
        text.parse::<f64>().is_ok() || text == "dt" || self.defined.get(text).is_some_and(number)
    }

    /// A time that stays, of at least a step.
    fn whole_steps(&self, time: &str) -> String {
        let dt = self.source.times.dt;
        if let Ok(x) = time.parse::<f64>() {
            return number(x.max(dt));
        }
        match (self.is_fixed(time), self.at_start(time)) {
            (true, Some(x)) if x >= dt => time.to_owned(),
            (true, _) => format!("max({time}, dt)"),
            (false, _) => format!("initial(max({time}, dt))"),
        }
    }
}

/// The equation of a definition.
fn equation<'s>(job: &Job<'s>) -> Option<&'s Expression> {
    match &job.definition.meaning {
        Meaning::Equation(of, None) | Meaning::Fixed(of) => Some(of),
        _ => None,
    }
}

/// What a random number is before the first draw: its mean, where that is known.
fn start_of(function: &Function, arguments: &[Piece]) -> f64 {
    let number = |at: usize| arguments.get(at).and_then(|piece| piece.text.parse::<f64>().ok());
    match (function.name, number(0), number(1), number(2)) {
        ("random" | "uniform" | "random_uniform", Some(a), Some(b), _) => f64::midpoint(a, b),
        ("normal" | "lognormal" | "exprnd", Some(mean), ..) | ("random_normal", _, _, Some(mean)) => mean,
        ("random_0_1", ..) => 0.5,
        _ => 0.0,
    }
}
