//! Vensim's DELAY N.

use super::Translation;
use super::saying::Saying;
use crate::fault::shortened;
use crate::piece::{Piece, level, number};
use crate::target::{Law, Role};

impl Translation<'_> {
    /// Vensim's DELAY N: a time that changes reaches the second stage a step after the first, and so on. No more stages are
    /// taken than there are steps in the time.
    pub(super) fn stages(
        &mut self,
        saying: &Saying<'_, '_>,
        arguments: [&Piece; 4],
        at: usize,
    ) -> Result<Piece, String> {
        let [x, time, initial, order] = arguments;
        let known = |text: &str| text.parse::<f64>().ok().or_else(|| self.at_start(text));
        let Some(asked) = known(&order.text).map(f64::trunc).filter(|n| (1.0..=100.0).contains(n)) else {
            return Err(format!(
                "the order `{}` is no number from 1 to 100 that is known",
                shortened(&order.text)
            ));
        };
        let mut stages = asked;
        if let Some(time) = known(&time.text) {
            while stages > 1.0 && stages * self.source.times.dt > time * (1.0 + 1e-9) {
                stages -= 1.0;
            }
        }
        if stages < asked {
            self.faults.note(
                at,
                format!(
                    "`DELAY N`: {stages} stages are taken for {asked}: there are no more steps in its time"
                ),
            );
        }
        let initial =
            if self.has_initials { crate::initial::marked(&initial.text) } else { initial.text.clone() };
        if self.is_fixed(&time.text) {
            return Ok(Piece::atom(format!(
                "delay_n({}, {}, {}, {initial})",
                x.text,
                time.text,
                number(stages)
            )));
        }
        let part = format!("{} / {}", time.at(level::MULTIPLY), number(stages));
        let mut time = self.add_hidden(saying.owner, "stage time", Role::Let(part));
        let first = time.clone();
        let mut enters = x.text.clone();
        let mut stage = 0.0;
        while stage < stages {
            stage += 1.0;
            if stage > 1.0 {
                time = self.add_hidden(
                    saying.owner,
                    "stage time",
                    Role::Let(format!("previous({time}, {time})")),
                );
            }
            let level = self.add_hidden(saying.owner, "stage", Role::Constant(0.0));
            let out = self.add_hidden(saying.owner, "stage out", Role::Let(format!("{level} / {time}")));
            let role = Role::State {
                initial: format!("({initial}) * {first}"),
                law: Law::Rate(format!("{enters} - {out}")),
                min: None,
            };
            if let Some(made) = self.target.quantities.iter_mut().find(|one| one.name == level) {
                made.role = role;
            }
            enters = out;
        }
        Ok(Piece::atom(enters))
    }
}
