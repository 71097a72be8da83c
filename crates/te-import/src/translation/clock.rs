//! The time of the model: its own clock, and time counted from the start of a run.

use super::Translation;
use super::saying::Saying;
use crate::expression::Dialect;
use crate::piece::{Piece, level, number};
use crate::target::{Quantity, Role};

impl Translation<'_> {
    /// The constant that is the time at which the model's clock begins; nothing where it begins at 0.
    fn start(&mut self) -> Option<String> {
        let times = &self.source.times;
        if times.start == 0.0 {
            return None;
        }
        if self.start.is_none() {
            let name = format!("_{}", self.names.give("start"));
            self.target.quantities.push(Quantity {
                name: name.clone(),
                written: None,
                unit: times.unit.clone(),
                doc: "Time of the model when a run starts.".to_owned(),
                at: times.at,
                role: Role::Constant(times.start),
            });
            self.start = Some(name);
        }
        self.start.clone()
    }

    /// The time of the model's own clock.
    pub(super) fn time(&mut self) -> Piece {
        match self.start() {
            None => Piece::atom("time"),
            Some(start) => Piece { text: format!("time + {start}"), level: level::ADD },
        }
    }

    /// What the dialect itself names.
    pub(super) fn builtin(&mut self, own: &str, saying: &Saying<'_, '_>) -> Option<Piece> {
        let times = &self.source.times;
        let piece = match (own, self.source.dialect) {
            ("time", _) => self.time(),
            ("dt", Dialect::Xmile) | ("time_step", _) => Piece::atom("dt"),
            ("starttime", Dialect::Xmile) | ("initial_time", _) => Piece::number(times.start),
            ("stoptime", Dialect::Xmile) | ("final_time", _) => Piece::number(times.stop),
            ("pi", Dialect::Xmile) => Piece::atom("pi"),
            ("inf", Dialect::Xmile) => Piece::number(1e308),
            ("self", Dialect::Xmile) => Piece::atom(saying.owner),
            _ => return None,
        };
        Some(piece)
    }

    /// The time of the model's own clock, or that since a time: calendars are refused.
    pub(super) fn time_value(&mut self, base: &Piece, offset: &Piece, unit: &Piece) -> Result<Piece, String> {
        if unit.text != "0" {
            return Err("cannot be imported: GET TIME VALUE in units of a calendar".to_owned());
        }
        let from = match base.text.as_str() {
            "0" => self.time().text,
            "1" => number(self.source.times.start),
            _ => return Err("cannot be imported: GET TIME VALUE from a date".to_owned()),
        };
        Ok(Piece { text: format!("{from} + {}", offset.at(level::ADD)), level: level::ADD })
    }

    /// A time of the model counted from the start of a run.
    pub(super) fn since_start(&mut self, piece: &Piece) -> String {
        if let Ok(x) = piece.text.parse::<f64>() {
            return number(x - self.source.times.start);
        }
        match self.start() {
            None => piece.text.clone(),
            Some(start) => format!("{} - {start}", piece.at(level::ADD)),
        }
    }
}
