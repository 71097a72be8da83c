//! The right side of an equation: a stock, a table, numbers in another file, or anything else.

use crate::expression::{Expression, Node, key};
use crate::fault::shortened;
use crate::source::{External, Fill, Meaning, Outside, Points, Shape, Stock};

/// An equation that is a stock, a tabbed array, or anything else.
pub(super) fn meaning(found: Expression, fixed: bool, is_array: bool, fill: Fill) -> Meaning {
    let root = found.root();
    if let Some(external) = external(&found, root, fill) {
        return Meaning::External(external);
    }
    match found.node(root) {
        Node::Call { name, arguments, .. } if key(name) == "integ" => {
            if let [rate, initial] = arguments.as_slice() {
                return Meaning::Stock(Stock {
                    initial: found.part(*initial),
                    rate: Some(found.part(*rate)),
                    inflows: Vec::new(),
                    outflows: Vec::new(),
                    non_negative: false,
                    conveyor: None,
                });
            }
        }
        Node::Points(rows) if is_array => {
            return Meaning::Numbers(rows.iter().map(|[x, _]| *x).collect());
        }
        _ => {}
    }
    if fixed { Meaning::Fixed(found) } else { Meaning::Equation(found, None) }
}

/// The name of a call whose arguments are texts, and these.
pub(super) fn texts(found: &Expression, at: usize) -> Option<(String, Vec<String>)> {
    let Node::Call { name, arguments, .. } = found.node(at) else { return None };
    let text = |at: &usize| match found.node(*at) {
        Node::Text(text) => Some(text.trim().to_owned()),
        _ => None,
    };
    Some((key(name), arguments.iter().map(text).collect::<Option<_>>()?))
}

/// `GET DIRECT CONSTANTS`, `DATA` and `LOOKUPS`, and the same with `XLS`.
pub(super) fn external(found: &Expression, at: usize, fill: Fill) -> Option<External> {
    let (name, texts) = texts(found, at)?;
    let what = name.strip_prefix("get_direct_").or_else(|| name.strip_prefix("get_xls_"))?;
    let (what, along, cell) = match (what, texts.as_slice()) {
        ("constants", [_, _, cell]) => (Outside::Constant, String::new(), cell),
        ("data", [_, _, along, cell]) => (Outside::Series, along.clone(), cell),
        ("lookups", [_, _, along, cell]) => (Outside::Table, along.clone(), cell),
        _ => return None,
    };
    let [file, tab] = [texts.first()?.clone(), texts.get(1)?.clone()];
    Some(External { what, file, tab, along, cell: cell.clone(), fill })
}

/// The points after a name: in a list, or first all x and then all y.
pub(super) fn table(found: &Expression, at: usize) -> Result<Points, (usize, String)> {
    let numbers =
        |arguments: &[usize]| arguments.iter().map(|at| found.number_at(*at)).collect::<Option<Vec<_>>>();
    let points = match found.node(found.root()) {
        Node::Points(points) => points.clone(),
        Node::Call { arguments, .. } => match (numbers(arguments), arguments.as_slice()) {
            (Some(flat), _) if flat.len() > 1 && flat.len() % 2 == 0 => {
                let half = flat.len() / 2;
                flat.iter().zip(flat.iter().skip(half)).take(half).map(|(x, y)| [*x, *y]).collect()
            }
            (_, [one]) => match found.node(*one) {
                Node::Points(points) => points.clone(),
                Node::Call { name, .. } => {
                    let message = format!("cannot be imported: `{}` reads another file", shortened(name));
                    return Err((at, message));
                }
                _ => return Err((at, "the points of a table are expected".to_owned())),
            },
            _ => return Err((at, "the points of a table are expected".to_owned())),
        },
        _ => return Err((at, "the points of a table are expected".to_owned())),
    };
    Ok(Points { points, shape: Shape::Continuous })
}
