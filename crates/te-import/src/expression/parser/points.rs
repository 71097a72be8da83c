//! Points of tables, and tabbed arrays, inside expressions.

use super::{Parser, Refused};
use crate::expression::lexer::Word;

impl Parser<'_> {
    /// The numbers of a tabbed array, up to its bracket.
    pub(super) fn tabbed(&mut self) -> Vec<[f64; 2]> {
        let (mut found, mut sign) = (Vec::new(), 1.0);
        while let Some(word) = self.peek() {
            match word {
                Word::Number(x) => found.push([sign * x, 0.0]),
                Word::Symbol(")") => {
                    self.next += 1;
                    break;
                }
                _ => {}
            }
            sign = if matches!(word, Word::Symbol("-")) { -1.0 } else { 1.0 };
            self.next += 1;
        }
        found
    }

    /// Whether the next words are `(number,` or `(-number,`.
    pub(super) fn begins_point(&self) -> bool {
        let sign = usize::from(self.is_symbol(1, "-") || self.is_symbol(1, "+"));
        self.is_symbol(0, "(")
            && matches!(self.peek_at(1 + sign), Some(Word::Number(_)))
            && self.is_symbol(2 + sign, ",")
    }

    fn signed(&mut self) -> Result<f64, Refused> {
        let minus = self.take("-");
        if !minus {
            self.take("+");
        }
        match self.peek() {
            Some(Word::Number(x)) => {
                let x = if minus { -*x } else { *x };
                self.next += 1;
                Ok(x)
            }
            _ => self.refuse("a number is expected in the points of a table"),
        }
    }

    fn point(&mut self) -> Result<[f64; 2], Refused> {
        if !self.take("(") {
            return self.refuse("`(` is expected: a point of a table is `(x, y)`");
        }
        let x = self.signed()?;
        if !self.take(",") {
            return self.refuse("`,` is expected between x and y of a point");
        }
        let y = self.signed()?;
        if !self.take(")") {
            return self.refuse("`)` is expected after a point of a table");
        }
        Ok([x, y])
    }

    /// `[(0,0)-(10,10)],(0,1),(2,3)`, or two lists one after the other: what stands in square brackets is for drawing alone.
    pub(super) fn points(&mut self) -> Result<Vec<[f64; 2]>, Refused> {
        if self.take("[") {
            while !self.take("]") {
                if self.next >= self.words.len() {
                    return self.refuse("`]` is expected");
                }
                self.next += 1;
            }
            self.take(",");
        }
        let mut found = Vec::new();
        if !self.is_symbol(0, "(") {
            let mut flat = Vec::new();
            while !self.is_symbol(0, ")") && self.next < self.words.len() {
                flat.push(self.signed()?);
                self.take(",");
            }
            let half = flat.len() / 2;
            if flat.len() % 2 != 0 {
                return self.refuse("as many y as x are expected in a table");
            }
            return Ok(flat.iter().zip(flat.iter().skip(half)).take(half).map(|(x, y)| [*x, *y]).collect());
        }
        loop {
            found.push(self.point()?);
            if !self.take(",") {
                return Ok(found);
            }
        }
    }
}
