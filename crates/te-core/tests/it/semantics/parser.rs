//! Parses the little Python of the reference models.

use super::python::{Py, Term};

struct Parser<'t> {
    words: Vec<&'t str>,
    at: usize,
}

/// Parses an expression or a lambda. The texts are the project's own test data, so what it cannot parse is a panic.
pub(crate) fn parse(text: &str) -> Term {
    let mut parser = Parser { words: words(text), at: 0 };
    let term = parser.expression();
    assert_eq!(parser.at, parser.words.len(), "not parsed to the end: {text}");
    term
}

fn words(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphabetic() || first == '_' {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else if first.is_ascii_digit() {
            rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len())
        } else if first == '\'' || first == '"' {
            rest[1..].find(first).expect("a closed string") + 2
        } else {
            let double = ["**", "//", "==", "!=", "<=", ">="];
            if double.iter().any(|d| rest.starts_with(d)) { 2 } else { 1 }
        };
        out.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    out
}

impl<'t> Parser<'t> {
    fn peek(&self) -> &'t str {
        self.words.get(self.at).copied().unwrap_or("")
    }
    fn next(&mut self) -> &'t str {
        self.at += 1;
        self.words[self.at - 1]
    }
    fn take(&mut self, word: &str) -> bool {
        let found = self.peek() == word;
        self.at += usize::from(found);
        found
    }
    fn expect(&mut self, word: &str) {
        assert!(self.take(word), "expected {word} before {:?}", &self.words[self.at..]);
    }

    fn expression(&mut self) -> Term {
        if self.take("lambda") {
            let mut names = Vec::new();
            while !self.take(":") {
                names.push(self.next().to_owned());
                self.take(",");
            }
            return Term::Lambda(names, Box::new(self.expression()));
        }
        let value = self.comparison();
        if self.take("if") {
            let condition = self.comparison();
            self.expect("else");
            return Term::IfElse(Box::new(value), Box::new(condition), Box::new(self.expression()));
        }
        value
    }

    fn comparison(&mut self) -> Term {
        let left = self.sum();
        if ["==", "!=", "<=", ">=", "<", ">"].contains(&self.peek()) {
            let op = self.next().to_owned();
            return Term::Compare(op, Box::new(left), Box::new(self.sum()));
        }
        left
    }

    fn sum(&mut self) -> Term {
        let mut left = self.product();
        while ["+", "-"].contains(&self.peek()) {
            let op = self.next().chars().next().unwrap();
            left = Term::Operation(op, Box::new(left), Box::new(self.product()));
        }
        left
    }

    fn product(&mut self) -> Term {
        let mut left = self.unary();
        while ["*", "/", "//"].contains(&self.peek()) {
            let op = match self.next() {
                "//" => '#',
                other => other.chars().next().unwrap(),
            };
            left = Term::Operation(op, Box::new(left), Box::new(self.unary()));
        }
        left
    }

    fn unary(&mut self) -> Term {
        if self.take("-") {
            return Term::Negate(Box::new(self.unary()));
        }
        let base = self.postfix();
        if self.take("**") {
            return Term::Operation('^', Box::new(base), Box::new(self.unary()));
        }
        base
    }

    fn postfix(&mut self) -> Term {
        let mut term = self.atom();
        loop {
            if self.take("[") {
                let from = (self.peek() != ":").then(|| Box::new(self.expression()));
                if self.take(":") {
                    let to = (self.peek() != "]").then(|| Box::new(self.expression()));
                    term = Term::Slice(Box::new(term), from, to);
                } else {
                    term = Term::Index(Box::new(term), from.expect("an index"));
                }
                self.expect("]");
            } else if self.take(".") {
                let name = self.next().to_owned();
                self.expect("(");
                term = Term::Method(Box::new(term), name, self.items(")"));
            } else {
                return term;
            }
        }
    }

    fn items(&mut self, end: &str) -> Vec<Term> {
        let mut items = Vec::new();
        while !self.take(end) {
            items.push(self.expression());
            self.take(",");
        }
        items
    }

    fn atom(&mut self) -> Term {
        let word = self.next();
        match word {
            "(" => {
                let inner = self.expression();
                self.expect(")");
                inner
            }
            "[" => self.list(),
            "{" => {
                let mut rows = Vec::new();
                while !self.take("}") {
                    if self.take("**") {
                        rows.push((None, self.expression()));
                    } else {
                        let key = self.expression();
                        self.expect(":");
                        rows.push((Some(key), self.expression()));
                    }
                    self.take(",");
                }
                Term::Dict(rows)
            }
            "int" => Term::Value(Py::None),
            _ if word.starts_with(['\'', '"']) => Term::Value(Py::Str(word[1..word.len() - 1].to_owned())),
            _ if word.starts_with(|c: char| c.is_ascii_digit()) => {
                let number = word.parse().map(Py::Int);
                Term::Value(number.unwrap_or_else(|_| Py::Float(word.parse().unwrap())))
            }
            name if self.take("(") => Term::Call(name.to_owned(), self.items(")")),
            name => Term::Name(name.to_owned()),
        }
    }

    fn list(&mut self) -> Term {
        if self.take("]") {
            return Term::List(Vec::new());
        }
        let first = self.expression();
        let mut loops = Vec::new();
        while self.take("for") {
            let name = self.next().to_owned();
            self.expect("in");
            loops.push((name, self.comparison()));
        }
        if !loops.is_empty() {
            self.expect("]");
            return Term::Comprehension(Box::new(first), loops);
        }
        self.take(",");
        let mut items = vec![first];
        items.extend(self.items("]"));
        Term::List(items)
    }
}
