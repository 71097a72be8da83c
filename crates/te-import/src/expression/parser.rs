//! From words to a tree, by a stack of what waits for its arguments.

mod points;

use super::lexer::{Placed, Word, words};
use super::{Dialect, Expression, Node, Op, Subscript, binary, key, unary};

/// Parts of one expression, at most.
const MOST: usize = 50_000;

/// What waits on the stack.
#[derive(Debug)]
enum Open {
    Unary(Op, u8, usize),
    Binary(Op, u8, usize),
    Bracket,
    /// Its name, subscripts, arguments so far, and place.
    Call(String, Vec<Subscript>, Vec<usize>, usize),
    /// The parts read so far.
    If(Vec<usize>, usize),
}

struct Parser<'w> {
    words: &'w [Placed],
    next: usize,
    end: usize,
    base: usize,
    dialect: Dialect,
    out: Expression,
    values: Vec<usize>,
    open: Vec<Open>,
}

type Refused = (usize, String);

/// Reads an expression that begins at byte `base` of the file.
///
/// # Errors
/// The byte of the file at which it cannot be understood, and why.
pub(crate) fn parse(text: &str, base: usize, dialect: Dialect) -> Result<Expression, (usize, String)> {
    let words = words(text, dialect).map_err(|(at, message)| (base + at, message))?;
    if words.is_empty() {
        return Err((base, "there is no equation".to_owned()));
    }
    let mut parser = Parser {
        words: &words,
        next: 0,
        end: base + text.len(),
        base,
        dialect,
        out: Expression::default(),
        values: Vec::new(),
        open: Vec::new(),
    };
    parser.all()
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Word> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<&Word> {
        self.words.get(self.next + ahead).map(|(word, ..)| word)
    }

    fn is_symbol(&self, ahead: usize, symbol: &str) -> bool {
        matches!(self.peek_at(ahead), Some(Word::Symbol(found)) if *found == symbol)
    }

    fn take(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(0, symbol);
        self.next += usize::from(found);
        found
    }

    fn keyword(&self, word: &str) -> bool {
        self.dialect == Dialect::Xmile
            && matches!(self.peek(), Some(Word::Name(name)) if name.eq_ignore_ascii_case(word))
    }

    fn place(&self) -> usize {
        self.words.get(self.next).map_or(self.end, |(_, at, _)| self.base + at)
    }

    fn refuse<T>(&self, message: impl Into<String>) -> Result<T, Refused> {
        Err((self.place(), message.into()))
    }

    fn put(&mut self, node: Node, place: usize) -> Result<usize, Refused> {
        if self.out.nodes.len() >= MOST {
            return Err((place, format!("an equation of more than {MOST} parts")));
        }
        self.out.nodes.push(node);
        self.out.places.push(place);
        Ok(self.out.nodes.len() - 1)
    }

    fn value(&mut self, node: Node, place: usize) -> Result<(), Refused> {
        let at = self.put(node, place)?;
        self.values.push(at);
        Ok(())
    }

    fn all(&mut self) -> Result<Expression, Refused> {
        loop {
            while self.operand()? {}
            while !self.operator()? {
                if self.open.is_empty() && self.next == self.words.len() {
                    return Ok(std::mem::take(&mut self.out));
                }
            }
        }
    }

    /// Reads what may stand before a value, or a value; whether a value is still wanted.
    fn operand(&mut self) -> Result<bool, Refused> {
        let place = self.place();
        let Some(word) = self.peek().cloned() else { return self.refuse("the equation ends too early") };
        if let Some((op, binds)) = unary(&word, self.dialect) {
            self.next += 1;
            self.open.push(Open::Unary(op, binds, place));
            return Ok(true);
        }
        match word {
            Word::Number(x) => {
                self.next += 1;
                self.value(Node::Number(x), place)?;
                Ok(false)
            }
            Word::Text(text) => {
                self.next += 1;
                self.value(Node::Text(text), place)?;
                Ok(false)
            }
            Word::Symbol(":na:") => {
                self.next += 1;
                // What Vensim takes for a number that is not known: -2^109.
                self.value(Node::Number(-649_037_107_316_853_453_566_312_041_152_512.0), place)?;
                Ok(false)
            }
            Word::Symbol("(") => {
                self.next += 1;
                if self.is_symbol(0, "[") || self.begins_point() {
                    let points = self.points()?;
                    if !self.take(")") {
                        return self.refuse("`)` is expected after the points of a table");
                    }
                    self.value(Node::Points(points), place)?;
                    return Ok(false);
                }
                self.open.push(Open::Bracket);
                Ok(true)
            }
            Word::Name(name) => self.name(name, place),
            Word::Symbol(symbol) => {
                self.refuse(format!("a number, a name or `(` is expected, not `{symbol}`"))
            }
        }
    }

    fn name(&mut self, mut name: String, place: usize) -> Result<bool, Refused> {
        if self.keyword("if") && !self.is_symbol(1, ",") {
            self.next += 1;
            self.open.push(Open::If(Vec::new(), place));
            return Ok(true);
        }
        self.next += 1;
        for _ in 0..self.words_of_call() {
            if let Some(Word::Name(word)) = self.peek() {
                name = format!("{name} {word}");
            }
            self.next += 1;
        }
        let subscripts = if self.take("[") { self.subscripts()? } else { Vec::new() };
        if !self.take("(") {
            self.value(Node::Name { name, subscripts }, place)?;
            return Ok(false);
        }
        if self.take(")") {
            self.value(Node::Call { name, subscripts, arguments: Vec::new() }, place)?;
            return Ok(false);
        }
        if self.is_symbol(0, "[") || self.begins_point() {
            let points = self.points()?;
            if !self.take(")") {
                return self.refuse("`)` is expected after the points of a table");
            }
            self.value(Node::Points(points), place)?;
            return Ok(false);
        }
        if key(&name) == "tabbed_array" {
            let rows = self.tabbed();
            self.value(Node::Points(rows), place)?;
            return Ok(false);
        }
        self.open.push(Open::Call(name, subscripts, Vec::new(), place));
        Ok(true)
    }

    /// How many further words a name has that is called: macros may have blanks in theirs.
    fn words_of_call(&self) -> usize {
        let further = |ahead: &usize| match self.peek_at(*ahead) {
            Some(word @ Word::Name(name)) => {
                let is_keyword = ["then", "else", "if"].iter().any(|word| name.eq_ignore_ascii_case(word));
                !is_keyword && binary(word, self.dialect).is_none() && unary(word, self.dialect).is_none()
            }
            _ => false,
        };
        let count = (0..self.words.len()).take_while(further).count();
        if self.is_symbol(count, "(") { count } else { 0 }
    }

    fn subscripts(&mut self) -> Result<Vec<Subscript>, Refused> {
        let mut found = Vec::new();
        loop {
            let subscript = match self.peek() {
                Some(Word::Name(name)) => Subscript { key: key(name), every: false },
                Some(Word::Number(x)) => Subscript { key: x.to_string(), every: false },
                Some(Word::Symbol("*")) => Subscript { key: "*".to_owned(), every: true },
                _ => return self.refuse("a subscript is expected: the name of an element or of a dimension"),
            };
            self.next += 1;
            let every = subscript.every || self.take("!");
            found.push(Subscript { every, ..subscript });
            if self.take("]") {
                return Ok(found);
            }
            if !self.take(",") {
                return self
                    .refuse("a subscript that is computed cannot be imported: `,` or `]` is expected");
            }
        }
    }

    /// Reads what may stand after a value; whether a value is wanted after it.
    fn operator(&mut self) -> Result<bool, Refused> {
        let place = self.place();
        let Some(word) = self.peek().cloned() else {
            return self.end().map(|()| false);
        };
        if let Some((op, binds)) = binary(&word, self.dialect) {
            self.next += 1;
            self.settle(|open| if op == Op::Power { open > binds } else { open >= binds })?;
            self.open.push(Open::Binary(op, binds, place));
            return Ok(true);
        }
        if self.keyword("not") && self.ends_after_this() {
            return self.not_behind(place).map(|()| false);
        }
        for (keyword, parts) in [("then", 0), ("else", 1)] {
            if self.keyword(keyword) {
                self.settle(|_| true)?;
                // An `IF` that is complete ends where that around it goes on.
                while parts == 1 && matches!(self.open.last(), Some(Open::If(read, _)) if read.len() == 2) {
                    self.close_if()?;
                    self.settle(|_| true)?;
                }
                let value = self.values.pop();
                match (self.open.last_mut(), value) {
                    (Some(Open::If(read, _)), Some(value)) if read.len() == parts => read.push(value),
                    _ => return self.refuse(format!("`{}` without its IF", keyword.to_uppercase())),
                }
                self.next += 1;
                return Ok(true);
            }
        }
        match word {
            Word::Symbol(",") => {
                self.settle_all()?;
                let value = self.values.pop();
                match (self.open.last_mut(), value) {
                    (Some(Open::Call(_, _, arguments, _)), Some(value)) => arguments.push(value),
                    _ => return self.refuse("`,` outside a function's arguments"),
                }
                self.next += 1;
                Ok(true)
            }
            Word::Symbol(")") => {
                self.settle_all()?;
                match self.open.pop() {
                    Some(Open::Bracket) => {}
                    Some(Open::Call(name, subscripts, mut arguments, place)) => {
                        arguments.extend(self.values.pop());
                        self.value(Node::Call { name, subscripts, arguments }, place)?;
                    }
                    _ => return self.refuse("`)` without its `(`"),
                }
                self.next += 1;
                Ok(false)
            }
            Word::Name(name) => self.refuse(format!("an operator is expected before `{name}`")),
            Word::Number(x) => self.refuse(format!("an operator is expected before `{x}`")),
            Word::Text(_) => self.refuse("an operator is expected"),
            Word::Symbol(symbol) => {
                self.refuse(format!("an operator or the end is expected, not `{symbol}`"))
            }
        }
    }

    /// Whether a condition or a bracket ends after this word, or all does.
    fn ends_after_this(&self) -> bool {
        match self.peek_at(1) {
            None => true,
            Some(Word::Name(name)) => ["then", "else"].iter().any(|word| name.eq_ignore_ascii_case(word)),
            Some(Word::Symbol(symbol)) => matches!(*symbol, ")" | ","),
            Some(_) => false,
        }
    }

    /// `x not`, as a converter of Vensim's `:NOT: x` writes it. Of more than a name, a number or a bracket it is not clear what is
    /// negated.
    fn not_behind(&mut self, place: usize) -> Result<(), Refused> {
        if matches!(self.open.last(), Some(Open::Unary(..) | Open::Binary(..))) {
            return self.refuse("`not` stands behind an expression: brackets must say what it negates");
        }
        self.next += 1;
        let x = self.values.pop().unwrap_or(0);
        self.out.behind.push(place);
        self.value(Node::Unary(Op::Not, x), place)
    }

    /// Gives operators that bind so their values.
    fn settle(&mut self, binds: impl Fn(u8) -> bool) -> Result<(), Refused> {
        while let Some(Open::Unary(_, level, _) | Open::Binary(_, level, _)) = self.open.last() {
            if !binds(*level) {
                break;
            }
            match self.open.pop() {
                Some(Open::Unary(op, _, place)) => {
                    let x = self.values.pop().unwrap_or(0);
                    self.value(Node::Unary(op, x), place)?;
                }
                Some(Open::Binary(op, _, place)) => {
                    let (b, a) = (self.values.pop().unwrap_or(0), self.values.pop().unwrap_or(0));
                    self.value(Node::Binary(op, a, b), place)?;
                }
                _ => break,
            }
        }
        Ok(())
    }

    fn close_if(&mut self) -> Result<(), Refused> {
        if let Some(Open::If(parts, place)) = self.open.pop() {
            match (parts.as_slice(), self.values.pop()) {
                ([condition, then], Some(otherwise)) => {
                    let (condition, then) = (*condition, *then);
                    self.value(Node::If([condition, then, otherwise]), place)?;
                }
                _ => return Err((place, "IF needs THEN and ELSE".to_owned())),
            }
        }
        Ok(())
    }

    /// The same, and every `IF` up to a bracket.
    fn settle_all(&mut self) -> Result<(), Refused> {
        self.settle(|_| true)?;
        while matches!(self.open.last(), Some(Open::If(..))) {
            self.close_if()?;
            self.settle(|_| true)?;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Refused> {
        self.settle_all()?;
        if self.open.is_empty() { Ok(()) } else { self.refuse("`)` is expected") }
    }
}
