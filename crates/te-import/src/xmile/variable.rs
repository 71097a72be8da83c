//! A variable of XMILE: stock, flow, auxiliary or table.

use super::{Reader, child, children, is_true, text_of};
use crate::expression::{Dialect, Expression, key, numbers, parse, unquoted, without_comments};
use crate::fault::shortened;
use crate::source::{Definition, Meaning, Points, Shape, Stock};
use roxmltree::Node;

/// Elements of a variable that cannot be imported, and what they are.
const REFUSED: [(&str, &str); 4] = [
    ("queue", "queue"),
    ("overflow", "overflow of a queue"),
    ("oven", "oven"),
    ("multiplier", "multiplier of units"),
];

impl Reader<'_> {
    /// The definitions of a variable: one, or one for each element of an array.
    pub(super) fn variable(&mut self, node: Node<'_, '_>, [stocks, flows]: [bool; 2]) -> Vec<Definition> {
        let at = node.range().start;
        let Some(name) = node.attribute("name") else {
            self.faults.refuse(at, format!("a `{}` has no name", node.tag_name().name()));
            return Vec::new();
        };
        for (element, what) in REFUSED {
            if let Some(found) = child(node, element) {
                self.faults.refuse(found.range().start, format!("cannot be imported: {what} of `{name}`"));
            }
        }
        let said = |name: &str| child(node, name).map_or_else(String::new, |one| text_of(one).0);
        let range = child(node, "range").map_or([None, None], |range| {
            ["min", "max"].map(|end| range.attribute(end).and_then(|x| x.trim().parse().ok()))
        });
        let left: Vec<String> = child(node, "dimensions").map_or_else(Vec::new, |list| {
            children(list, "dim").filter_map(|dim| dim.attribute("name")).map(key).collect()
        });
        let blank = Definition {
            name: unquoted(name),
            at,
            left,
            except: Vec::new(),
            dimensions: Vec::new(),
            meaning: Meaning::Missing("its equation is missing"),
            unit: said("units").trim().to_owned(),
            doc: said("doc").split_whitespace().collect::<Vec<_>>().join(" "),
            range,
        };
        let non_negative = |otherwise: bool| child(node, "non_negative").map_or(otherwise, is_true);
        let keep = match node.tag_name().name() {
            "stock" => non_negative(stocks),
            "flow" => non_negative(flows),
            _ => false,
        };
        if node.tag_name().name() == "gf" {
            let meaning = self.points(node).map_or(blank.meaning.clone(), Meaning::Table);
            return vec![Definition { meaning, ..blank }];
        }
        let mut found = Vec::new();
        for element in children(node, "element") {
            let names = element.attribute("subscript").unwrap_or_default();
            let left = names.split(',').map(key).collect();
            let meaning = self.meaning(node, element, keep);
            let dimensions = blank.left.clone();
            found.push(Definition { left, dimensions, meaning, at: element.range().start, ..blank.clone() });
        }
        if found.is_empty() {
            let meaning = self.meaning(node, node, keep);
            found.push(Definition { meaning, ..blank });
        }
        found
    }

    /// What the equation in `holder`, the variable or one of its elements, says.
    fn meaning(&mut self, node: Node<'_, '_>, holder: Node<'_, '_>, keep: bool) -> Meaning {
        let points = child(holder, "gf").or_else(|| child(node, "gf")).and_then(|gf| self.points(gf));
        let Some(eqn) = child(holder, "eqn").or_else(|| child(node, "eqn")) else {
            return match (points, child(node, "leak")) {
                (Some(points), _) => Meaning::Table(points),
                (None, Some(leak)) => self.leak(node, leak, leak),
                (None, None) if node.tag_name().name() == "flow" => Meaning::Driven(None),
                (None, None) => Meaning::Missing("its equation is missing"),
            };
        };
        if let Some(leak) = child(holder, "leak").or_else(|| child(node, "leak")) {
            return self.leak(node, leak, eqn);
        }
        if node.tag_name().name() == "aux"
            && child(node, "dimensions").is_some()
            && children(node, "eqn").count() == 1
            && let Some(numbers) = numbers(&text_of(eqn).0)
        {
            return Meaning::Numbers(numbers);
        }
        if node.tag_name().name() == "aux" && holder == node && children(node, "eqn").count() > 1 {
            return Meaning::Each(children(node, "eqn").filter_map(|one| self.equation(one)).collect());
        }
        let (text, _) = text_of(eqn);
        if without_comments(&text).trim().is_empty() {
            return match points {
                Some(points) => Meaning::Table(points),
                None if node.tag_name().name() == "flow" => Meaning::Driven(None),
                None => Meaning::Missing("its equation is missing"),
            };
        }
        let Some(expression) = self.equation(eqn) else { return Meaning::Missing("") };
        match node.tag_name().name() {
            "stock" => {
                let ends = |name: &str| {
                    children(node, name).map(|one| (unquoted(&text_of(one).0), text_of(one).1)).collect()
                };
                Meaning::Stock(Stock {
                    initial: expression,
                    rate: None,
                    inflows: ends("inflow"),
                    outflows: ends("outflow"),
                    non_negative: keep,
                    conveyor: child(node, "conveyor").map(|one| self.conveyor(one)),
                })
            }
            "flow" => Meaning::Flow(expression, points, keep),
            _ => Meaning::Equation(expression, points),
        }
    }

    /// An equation; what cannot be read is told.
    pub(super) fn equation(&mut self, node: Node<'_, '_>) -> Option<Expression> {
        let (text, at) = text_of(node);
        if text.contains("???") {
            self.faults.refuse(at, "the equation is incomplete: `???` stands in it");
            return None;
        }
        let places = raw_places(self.text, at, &text);
        let in_file = |place: usize| places.get(place).copied().unwrap_or(at);
        match parse(&text, 0, Dialect::Xmile) {
            Ok(mut expression) => {
                for behind in std::mem::take(&mut expression.behind) {
                    let message =
                        format!("in `{}`: `not` is taken to negate what stands before it", shortened(&text));
                    self.faults.note(in_file(behind), message);
                }
                for place in &mut expression.places {
                    *place = in_file(*place);
                }
                Some(expression)
            }
            Err((place, message)) => {
                let message = format!("in `{}`: {message}", shortened(&text));
                self.faults.refuse(in_file(place), message);
                None
            }
        }
    }

    /// The points of a `gf`.
    fn points(&mut self, node: Node<'_, '_>) -> Option<Points> {
        let at = node.range().start;
        let shape = match node.attribute("type").unwrap_or("continuous") {
            _ if node.attribute("discrete") == Some("true") => Shape::Discrete,
            "discrete" => Shape::Discrete,
            "extrapolate" => Shape::Extrapolate,
            _ => Shape::Continuous,
        };
        let Some(ypts) = child(node, "ypts") else {
            self.faults.refuse(at, "a table has no `ypts`");
            return None;
        };
        let y = self.list(ypts)?;
        let x = if let Some(xpts) = child(node, "xpts") {
            self.list(xpts)?
        } else {
            let scale = child(node, "xscale").map(|scale| {
                ["min", "max"].map(|end| scale.attribute(end).and_then(|x| x.trim().parse::<f64>().ok()))
            });
            let Some([Some(least), Some(most)]) = scale else {
                self.faults.refuse(at, "a table has neither `xpts` nor an `xscale` with min and max");
                return None;
            };
            let steps = y.len().saturating_sub(1).max(1) as f64;
            (0..y.len()).map(|at| least + (most - least) * (at as f64 / steps)).collect()
        };
        if x.len() != y.len() {
            self.faults.refuse(at, format!("a table has {} x and {} y", x.len(), y.len()));
            return None;
        }
        Some(Points { points: x.into_iter().zip(y).map(|(x, y)| [x, y]).collect(), shape })
    }

    fn list(&mut self, node: Node<'_, '_>) -> Option<Vec<f64>> {
        let (text, at) = text_of(node);
        let separator = node.attribute("sep").filter(|sep| !sep.is_empty()).unwrap_or(",");
        let mut numbers = Vec::new();
        for item in text.split(separator).map(str::trim).filter(|item| !item.is_empty()) {
            let Some(x) = item.parse::<f64>().ok().filter(|x| x.is_finite()) else {
                self.faults.refuse(at, format!("`{}` among the points is no number", shortened(item)));
                return None;
            };
            numbers.push(x);
        }
        Some(numbers)
    }
}

/// Of each byte of an element's text the byte of the file, in which one letter may be written `&lt;`.
fn raw_places(file: &str, start: usize, text: &str) -> Vec<usize> {
    let mut at = start;
    let mut places = Vec::with_capacity(text.len() + 1);
    for c in text.chars() {
        places.extend(std::iter::repeat_n(at, c.len_utf8()));
        let rest = file.get(at..).unwrap_or_default();
        let reference = rest.bytes().take(12).position(|byte| byte == b';').filter(|_| rest.starts_with('&'));
        at += match reference {
            Some(end) => end + 1,
            // A line end of two letters is one in the text.
            None if c == '\n' && rest.starts_with("\r\n") => 2,
            None => c.len_utf8(),
        };
    }
    places.push(at);
    places.into_iter().map(|at| at.min(file.len())).collect()
}
