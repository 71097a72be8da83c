//! Expressions of both dialects, as trees in a list.
//!
//! A tree is kept as a list of nodes, each after its arguments, so that neither reading nor translating it needs recursion.

mod lexer;
mod parser;

use lexer::Word;

pub(crate) use lexer::{key, numbers, unquoted, without_comments};
pub(crate) use parser::parse;

/// How a model is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// XMILE 1.0 of OASIS, as Stella and others write it: `.xmile`, `.stmx`.
    Xmile,
    /// The text format of Vensim: `.mdl`.
    Vensim,
}

/// An operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Or,
    And,
    Not,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Plus,
    Minus,
    Power,
}

/// A subscript of a name: `A`, `dim`, `dim!`, `*`, `3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subscript {
    /// As names are compared.
    pub(crate) key: String,
    /// Whether all elements are meant, one after the other.
    pub(crate) every: bool,
}

/// A part of an expression; arguments are numbers of earlier parts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Number(f64),
    Text(String),
    Name {
        name: String,
        subscripts: Vec<Subscript>,
    },
    Call {
        name: String,
        subscripts: Vec<Subscript>,
        arguments: Vec<usize>,
    },
    Unary(Op, usize),
    Binary(Op, usize, usize),
    If([usize; 3]),
    /// Points of a table.
    Points(Vec<[f64; 2]>),
}

/// An expression.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Expression {
    pub(crate) nodes: Vec<Node>,
    /// Of each node the byte of the file at which it stands.
    pub(crate) places: Vec<usize>,
    /// Where a `not` stands behind what it negates.
    pub(crate) behind: Vec<usize>,
}

impl Expression {
    /// The number of the whole.
    pub(crate) fn root(&self) -> usize {
        self.nodes.len().saturating_sub(1)
    }

    pub(crate) fn node(&self, at: usize) -> &Node {
        self.nodes.get(at).unwrap_or(&Node::Number(0.0))
    }

    pub(crate) fn place(&self, at: usize) -> usize {
        self.places.get(at).copied().unwrap_or(0)
    }

    /// The number that the expression is, where it is nothing else.
    pub(crate) fn as_number(&self) -> Option<f64> {
        self.number_at(self.root())
    }

    /// The number that a part is, where it is nothing else.
    pub(crate) fn number_at(&self, at: usize) -> Option<f64> {
        match self.node(at) {
            Node::Number(x) => Some(*x),
            Node::Unary(op, x) => match (op, self.node(*x)) {
                (Op::Minus, Node::Number(x)) => Some(-x),
                (Op::Plus, Node::Number(x)) => Some(*x),
                _ => None,
            },
            _ => None,
        }
    }

    /// The parts below a part and itself, in order.
    pub(crate) fn below(&self, at: usize) -> Vec<usize> {
        let (mut found, mut open) = (Vec::new(), vec![at]);
        while let Some(at) = open.pop() {
            found.push(at);
            match self.node(at) {
                Node::Call { arguments, .. } => open.extend(arguments),
                Node::Unary(_, x) => open.push(*x),
                Node::Binary(_, a, b) => open.extend([*a, *b]),
                Node::If(parts) => open.extend(parts),
                _ => {}
            }
        }
        found.sort_unstable();
        found
    }

    /// A part of an expression as one of its own.
    pub(crate) fn part(&self, root: usize) -> Self {
        let below = self.below(root);
        let moved = |at: &usize| below.binary_search(at).unwrap_or(0);
        let mut found = Self::default();
        for at in &below {
            let node = match self.node(*at) {
                Node::Call { name, subscripts, arguments } => Node::Call {
                    name: name.clone(),
                    subscripts: subscripts.clone(),
                    arguments: arguments.iter().map(moved).collect(),
                },
                Node::Unary(op, x) => Node::Unary(*op, moved(x)),
                Node::Binary(op, a, b) => Node::Binary(*op, moved(a), moved(b)),
                Node::If(parts) => Node::If(parts.map(|at| moved(&at))),
                other => other.clone(),
            };
            found.nodes.push(node);
            found.places.push(self.place(*at));
        }
        found
    }
}

/// The operator of a word, what it binds, and whether it binds to the right.
fn binary(word: &Word, dialect: Dialect) -> Option<(Op, u8)> {
    let op = match word {
        Word::Symbol(symbol) => match *symbol {
            "=" => (Op::Equal, 4),
            "<>" => (Op::NotEqual, 4),
            "<" => (Op::Less, 4),
            "<=" => (Op::LessEqual, 4),
            ">" => (Op::Greater, 4),
            ">=" => (Op::GreaterEqual, 4),
            "+" => (Op::Add, 5),
            "-" => (Op::Subtract, 5),
            "*" => (Op::Multiply, 6),
            "/" => (Op::Divide, 6),
            "^" => (Op::Power, 8),
            ":and:" => (Op::And, 2),
            ":or:" => (Op::Or, 1),
            _ => return None,
        },
        Word::Name(name) if dialect == Dialect::Xmile => match name.to_ascii_lowercase().as_str() {
            "and" => (Op::And, 2),
            "or" => (Op::Or, 1),
            "mod" => (Op::Modulo, 6),
            _ => return None,
        },
        _ => return None,
    };
    Some(op)
}

/// The operator before a value and what it binds. Vensim's `:NOT:` takes a whole comparison.
fn unary(word: &Word, dialect: Dialect) -> Option<(Op, u8)> {
    match word {
        Word::Symbol("-") => Some((Op::Minus, 7)),
        Word::Symbol("+") => Some((Op::Plus, 7)),
        Word::Symbol(":not:") => Some((Op::Not, 3)),
        Word::Name(name) if dialect == Dialect::Xmile && name.eq_ignore_ascii_case("not") => {
            Some((Op::Not, 7))
        }
        _ => None,
    }
}
