//! The value that an expression of the model has when a run starts, as far as it follows from numbers.

use crate::expression::{Expression, Node, Op, key};

/// Names that are read on the way, at most.
const MOST: usize = 10_000;

/// Work on one expression: its nodes so far.
struct Frame<'e> {
    of: &'e Expression,
    values: Vec<f64>,
}

/// The value; nothing where something that it needs is not known. `read` gives the equation of a name. Time is not
/// known here.
pub(crate) fn value<'e>(
    of: &'e Expression,
    read: &mut dyn FnMut(&str) -> Option<&'e Expression>,
) -> Option<f64> {
    at_start(of, None, read)
}

/// The same, with functions of time as they are at this time.
pub(crate) fn at_start<'e>(
    of: &'e Expression,
    time: Option<f64>,
    read: &mut dyn FnMut(&str) -> Option<&'e Expression>,
) -> Option<f64> {
    let mut stack = vec![Frame { of, values: Vec::new() }];
    let mut reads = 0;
    loop {
        let frame = stack.last_mut()?;
        let at = frame.values.len();
        if at == frame.of.nodes.len() {
            let value = frame.values.last().copied().filter(|x| x.is_finite())?;
            stack.pop();
            match stack.last_mut() {
                Some(outer) => outer.values.push(value),
                None => return Some(value),
            }
            continue;
        }
        match frame.of.node(at) {
            Node::Name { name, .. } if key(name) == "time" => frame.values.push(time?),
            Node::Name { name, .. } => {
                reads += 1;
                // A circle would read for ever.
                if reads > MOST || stack.len() > 100 {
                    return None;
                }
                let of = read(&key(name))?;
                stack.push(Frame { of, values: Vec::new() });
            }
            node => {
                let value = computed(node, &frame.values, time)?;
                frame.values.push(value);
            }
        }
    }
}

fn computed(node: &Node, values: &[f64], time: Option<f64>) -> Option<f64> {
    let at = |at: &usize| values.get(*at).copied();
    let truth = |holds: bool| f64::from(u8::from(holds));
    Some(match node {
        Node::Number(x) => *x,
        Node::Unary(Op::Minus, x) => -at(x)?,
        Node::Unary(Op::Plus, x) => at(x)?,
        Node::Unary(_, x) => truth(at(x)? == 0.0),
        Node::Binary(op, a, b) => {
            let (a, b) = (at(a)?, at(b)?);
            match op {
                Op::Add => a + b,
                Op::Subtract => a - b,
                Op::Multiply => a * b,
                Op::Divide => a / b,
                Op::Equal => truth(a == b),
                Op::NotEqual => truth(a != b),
                Op::Less => truth(a < b),
                Op::LessEqual => truth(a <= b),
                Op::Greater => truth(a > b),
                Op::GreaterEqual => truth(a >= b),
                Op::And => truth(a != 0.0 && b != 0.0),
                Op::Or => truth(a != 0.0 || b != 0.0),
                _ => return None,
            }
        }
        Node::If([c, a, b]) => {
            if at(c)? == 0.0 {
                at(b)?
            } else {
                at(a)?
            }
        }
        Node::Call { name, arguments, .. } => match (key(name).as_str(), arguments.as_slice()) {
            ("step", [height, from]) => {
                if time? >= at(from)? {
                    at(height)?
                } else {
                    0.0
                }
            }
            ("if_then_else", [c, a, b]) => {
                if at(c)? == 0.0 {
                    at(b)?
                } else {
                    at(a)?
                }
            }
            ("min", [a, b]) => at(a)?.min(at(b)?),
            ("max", [a, b]) => at(a)?.max(at(b)?),
            ("integer" | "int", [a]) => at(a)?.trunc(),
            _ => return None,
        },
        _ => return None,
    })
}
