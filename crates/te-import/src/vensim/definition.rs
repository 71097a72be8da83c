//! A name with subscripts on the left, and what stands on the right of it.

use super::dimension::at_commas;
use super::equation::{external, meaning, table};
use super::scan::{Pieces, is_keyword, joined, outside_quotes, prefix};
use crate::expression::{Dialect, Node, key, numbers, parse, unquoted, without_comments};
use crate::fault::{Faults, shortened};
use crate::source::{Definition, Fill, Meaning};

/// What stands left of an equation.
struct Left {
    name: String,
    subscripts: Vec<String>,
    except: Vec<Vec<String>>,
    fill: Fill,
    /// The byte of the body after it.
    end: usize,
}

fn left_side(body: &str) -> Result<Left, (usize, String)> {
    let name_end = outside_quotes(body, &['=', '(', ':', '[']).unwrap_or(body.len());
    let name = unquoted(&joined(body.get(..name_end).unwrap_or_default()));
    let name = without_comments(&name).trim().to_owned();
    let mut left =
        Left { name, subscripts: Vec::new(), except: Vec::new(), fill: Fill::default(), end: name_end };
    let list = |left: &mut Left| -> Result<Option<Vec<String>>, (usize, String)> {
        let rest = body.get(left.end..).unwrap_or_default();
        let gap =
            rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',' || c == '\\').len();
        let rest = rest.get(gap..).unwrap_or_default();
        let Some(inner) = rest.strip_prefix('[') else { return Ok(None) };
        let Some(close) = outside_quotes(inner, &[']']) else {
            return Err((left.end, "`]` is expected".to_owned()));
        };
        left.end += gap + close + 2;
        let inner = inner.get(..close).unwrap_or_default().replace(['\\', '\n', '\r'], " ");
        Ok(Some(at_commas(&inner).iter().map(|one| key(one.trim_end_matches('!'))).collect()))
    };
    left.subscripts = list(&mut left)?.unwrap_or_default();
    loop {
        let rest = body.get(left.end..).unwrap_or_default();
        let gap = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\\').len();
        let rest = rest.get(gap..).unwrap_or_default();
        if let Some(length) = prefix(rest, ":EXCEPT:") {
            left.end += gap + length;
            while let Some(found) = list(&mut left)? {
                left.except.push(found);
            }
        } else if is_keyword(rest) {
            if prefix(rest, ":LOOK FORWARD:").is_some() {
                left.fill = Fill::Forward;
            } else if prefix(rest, ":HOLD BACKWARD:").is_some() {
                left.fill = Fill::Backward;
            }
            let length = rest.get(1..).and_then(|rest| rest.find(':')).map_or(rest.len(), |end| end + 2);
            left.end += gap + length;
        } else {
            left.end += gap;
            return Ok(left);
        }
    }
}

/// An equation, or a name whose numbers are elsewhere.
pub(super) fn definition(pieces: &Pieces<'_>, faults: &mut Faults) -> Option<Definition> {
    let body = pieces.body;
    let left = match left_side(body) {
        Ok(left) => left,
        Err((at, message)) => {
            faults.refuse(pieces.at + at, message);
            return None;
        }
    };
    if left.name.is_empty() {
        faults.refuse(pieces.at, format!("`{}` has no name on its left side", shortened(body)));
        return None;
    }
    let (unit, range) = unit_and_range(pieces.unit);
    let rest = body.get(left.end..).unwrap_or_default();
    let at = pieces.at + left.end;
    let refused = |faults: &mut Faults, (at, message): (usize, String)| {
        faults.refuse(at, format!("in the equation of `{}`: {message}", shortened(&left.name)));
        Meaning::Missing("")
    };
    let meaning = if rest.starts_with('(') {
        match parse(&format!("TABLE{rest}"), at.saturating_sub(5), Dialect::Vensim).and_then(|found| {
            match found.node(found.root()) {
                Node::Call { arguments, .. } => {
                    let external = arguments.first().and_then(|one| external(&found, *one, left.fill));
                    external.map_or_else(
                        || table(&found, at).map(Meaning::Table),
                        |one| Ok(Meaning::External(one)),
                    )
                }
                _ => table(&found, at).map(Meaning::Table),
            }
        }) {
            Ok(meaning) => meaning,
            Err(why) => refused(faults, why),
        }
    } else if let Some((fixed, length)) = [("==", true), (":=", false), ("=", false)]
        .iter()
        .find(|(sign, _)| rest.starts_with(sign))
        .map(|(sign, fixed)| (*fixed, sign.len()))
    {
        let text = rest.get(length..).unwrap_or_default();
        let plain = without_comments(text).replace('\\', " ");
        if let Some(numbers) = numbers(&plain).filter(|_| !left.subscripts.is_empty()) {
            Meaning::Numbers(numbers)
        } else if plain.contains("???") || plain.to_uppercase().contains("A FUNCTION OF") {
            refused(faults, (at, "it is incomplete".to_owned()))
        } else {
            match parse(text, at + length, Dialect::Vensim) {
                Ok(found) => meaning(found, fixed, !left.subscripts.is_empty(), left.fill),
                Err(why) => refused(faults, why),
            }
        }
    } else if rest.trim().is_empty() {
        Meaning::Missing("it has no equation: data from elsewhere cannot be imported")
    } else {
        refused(faults, (at, format!("`=` is expected before `{}`", shortened(rest))))
    };
    Some(Definition {
        name: left.name,
        at: pieces.at,
        left: left.subscripts,
        except: left.except,
        dimensions: Vec::new(),
        meaning,
        unit,
        doc: pieces.doc.replace('\\', " ").split_whitespace().collect::<Vec<_>>().join(" "),
        range,
    })
}

/// `Month [0,?]`: the unit, and the range that the model's tools ask for.
fn unit_and_range(text: &str) -> (String, [Option<f64>; 2]) {
    let Some((unit, range)) = text.split_once('[') else { return (text.trim().to_owned(), [None, None]) };
    let mut ends = range.trim_end_matches(']').split(',').map(|end| end.trim().parse::<f64>().ok());
    let range = [ends.next().flatten(), ends.next().flatten()];
    (unit.trim().to_owned(), range)
}
