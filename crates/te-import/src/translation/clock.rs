//! The time of the model: its own clock, and time counted from the start of a run.

use super::Translation;
use super::saying::Saying;
use crate::expression::Dialect;
use crate::piece::{Piece, level, number};

impl Translation<'_> {
    /// What the dialect itself names.
    pub(super) fn builtin(&self, own: &str, saying: &Saying<'_, '_>) -> Option<Piece> {
        let times = &self.source.times;
        let time = || match times.start {
            0.0 => Piece::atom("time"),
            start if start < 0.0 => Piece { text: format!("time - {}", number(-start)), level: level::ADD },
            start => Piece { text: format!("time + {}", number(start)), level: level::ADD },
        };
        let piece = match (own, self.source.dialect) {
            ("time", _) => time(),
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
    pub(super) fn time_value(&self, base: &Piece, offset: &Piece, unit: &Piece) -> Result<Piece, String> {
        let start = self.source.times.start;
        if unit.text != "0" {
            return Err("cannot be imported: GET TIME VALUE in units of a calendar".to_owned());
        }
        match base.text.as_str() {
            "0" if start == 0.0 => {
                Ok(Piece { text: format!("time + {}", offset.at(level::ADD)), level: level::ADD })
            }
            "0" => Ok(Piece {
                text: format!("time + {} + {}", number(start), offset.at(level::ADD)),
                level: level::ADD,
            }),
            "1" => Ok(Piece {
                text: format!("{} + {}", number(start), offset.at(level::ADD)),
                level: level::ADD,
            }),
            _ => Err("cannot be imported: GET TIME VALUE from a date".to_owned()),
        }
    }

    /// A time of the model counted from the start of a run.
    pub(super) fn since_start(&self, piece: &Piece) -> String {
        let start = self.source.times.start;
        if start == 0.0 {
            return piece.text.clone();
        }
        if let Ok(x) = piece.text.parse::<f64>() {
            return number(x - start);
        }
        let (sign, size) = if start < 0.0 { ('+', -start) } else { ('-', start) };
        format!("{} {sign} {}", piece.at(level::ADD), number(size))
    }
}
