//! The statements of a Vensim file: equations, tables, dimensions, macros.

use super::{Expression, without_comments};
use crate::expression::{Dialect, Node, key, parse, unquoted};
use crate::fault::{Faults, shortened};
use crate::source::{Definition, Dimension, External, Fill, Macro, Meaning, Outside, Points, Shape, Stock};
use crate::xmile::numbers;

/// A statement.
pub(super) enum Statement {
    Macro(Macro),
    EndOfMacro(usize),
    Dimension(Dimension),
    Definition(Box<Definition>),
}

/// A statement's three pieces, and where the first begins.
struct Pieces<'t> {
    body: &'t str,
    at: usize,
    unit: &'t str,
    doc: &'t str,
}

/// Bytes of blanks and comments at the beginning.
fn blank(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        at += rest.len() - trimmed.len();
        match trimmed.strip_prefix('{').and_then(|comment| comment.find('}')) {
            Some(end) => at += end + 2,
            None => return at,
        }
    }
}

/// The byte of the first of these letters that is not in quotes, brackets of points or a comment.
fn outside_quotes(text: &str, wanted: &[char]) -> Option<usize> {
    let (mut quoted, mut single, mut comment, mut escaped) = (false, false, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if !comment && !single => quoted = !quoted,
            '\'' if !comment && !quoted => {
                // A name may have one in it; a text begins after `(` or `,`.
                let before = text.get(..at).unwrap_or_default().trim_end();
                single = !single && before.ends_with(['(', ',']);
            }
            '{' if !quoted => comment = true,
            '}' if comment => comment = false,
            _ if !quoted && !single && !comment && wanted.contains(&c) => return Some(at),
            _ => {}
        }
    }
    None
}

/// The statements of a file.
pub(super) fn statements(text: &str, faults: &mut Faults) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        at += blank(text.get(at..).unwrap_or_default());
        let rest = text.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return found;
        }
        if let Some(length) = prefix(rest, ":MACRO:") {
            at += length + macro_head(rest, length, at, &mut found, faults);
            continue;
        }
        if let Some(length) = prefix(rest, ":END OF MACRO:") {
            found.push(Statement::EndOfMacro(at));
            at += length;
            continue;
        }
        if rest.starts_with("***") {
            // The head of a group.
            at += rest.find('|').map_or(rest.len(), |end| end + 1);
            continue;
        }
        let Some(body) = outside_quotes(rest, &['~', '|']) else {
            faults.refuse(at, format!("the statement `{}` has no `~` and no `|`", shortened(rest)));
            return found;
        };
        let mut pieces = Pieces { body: rest.get(..body).unwrap_or_default(), at, unit: "", doc: "" };
        let mut end = body;
        if rest.get(body..).is_some_and(|rest| rest.starts_with('~')) {
            let tail = rest.get(body + 1..).unwrap_or_default();
            let length = tail.find('|').unwrap_or(tail.len());
            let mut parts = tail.get(..length).unwrap_or_default().splitn(3, '~');
            pieces.unit = parts.next().unwrap_or_default().trim();
            pieces.doc = parts.next().unwrap_or_default().trim();
            end = body + 1 + length;
        }
        at += end + 1;
        found.extend(statement(&pieces, faults));
        if at >= text.len() {
            return found;
        }
    }
}

fn prefix(text: &str, wanted: &str) -> Option<usize> {
    text.get(..wanted.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(wanted)).then_some(wanted.len())
}

/// Reads `NAME(inputs : outputs)`; how many bytes it takes.
fn macro_head(rest: &str, from: usize, at: usize, found: &mut Vec<Statement>, faults: &mut Faults) -> usize {
    let head = rest.get(from..).unwrap_or_default();
    let (Some(open), Some(close)) = (head.find('('), head.find(')')) else {
        faults.refuse(at, "`:MACRO:` must be followed by a name and its inputs in brackets");
        return head.len();
    };
    let names = |text: &str| {
        let names = text.split(',').map(unquoted).map(|name| name.trim().to_owned());
        names.filter(|name| !name.is_empty()).collect::<Vec<_>>()
    };
    let inner = head.get(open + 1..close).unwrap_or_default();
    let (inputs, outputs) = inner.split_once(':').unwrap_or((inner, ""));
    let name = head.get(..open).unwrap_or_default().trim().to_owned();
    let (inputs, outputs) = (names(inputs), names(outputs));
    found.push(Statement::Macro(Macro { name, at, inputs, outputs, body: Vec::new() }));
    close + 1
}

fn statement(pieces: &Pieces<'_>, faults: &mut Faults) -> Option<Statement> {
    let body = pieces.body;
    if without_comments(body).trim().is_empty() {
        return None;
    }
    let upper = body.to_uppercase();
    if upper.contains(":TEST INPUT:") || upper.contains(":THE CONDITION:") {
        faults.note(pieces.at, format!("a reality check is left out: `{}`", shortened(body)));
        return None;
    }
    let operator = outside_quotes(body, &['=', '(', ':', '<', '[']);
    if let Some(end) = operator
        && body.get(end..).is_some_and(|rest| rest.starts_with(':') && !rest.starts_with(":="))
        && !is_keyword(body.get(end..).unwrap_or_default())
    {
        return dimension(pieces, end, faults).map(Statement::Dimension);
    }
    if let Some(end) = operator.filter(|end| body.get(*end..).is_some_and(|rest| rest.starts_with("<->"))) {
        let name = body.get(..end).unwrap_or_default().trim().to_owned();
        let alias = Some(body.get(end + 3..).unwrap_or_default().trim().to_owned());
        return Some(Statement::Dimension(Dimension { name, at: pieces.at, alias, ..Dimension::default() }));
    }
    definition(pieces, faults).map(|found| Statement::Definition(Box::new(found)))
}

fn is_keyword(rest: &str) -> bool {
    [":EXCEPT:", ":RAW:", ":INTERPOLATE:", ":LOOK FORWARD:", ":HOLD BACKWARD:"]
        .iter()
        .any(|word| prefix(rest, word).is_some())
}

/// `name: a, (b1-b9), c -> other, (third: x, y)`.
fn dimension(pieces: &Pieces<'_>, colon: usize, faults: &mut Faults) -> Option<Dimension> {
    let name = unquoted(pieces.body.get(..colon).unwrap_or_default()).trim().to_owned();
    let rest =
        without_comments(pieces.body.get(colon + 1..).unwrap_or_default()).replace(['\\', '\n', '\r'], " ");
    let (list, maps) = rest.split_once("->").unwrap_or((&rest, ""));
    let mut dimension = Dimension { name, at: pieces.at, ..Dimension::default() };
    if prefix(list.trim(), "GET ").is_some() || prefix(list.trim(), "GET_").is_some() {
        let texts =
            parse(list, pieces.at, Dialect::Vensim).ok().and_then(|found| texts(&found, found.root()));
        let external =
            texts.filter(|(name, _)| name == "get_direct_subscript" || name == "get_xls_subscript");
        if let Some([file, tab, first, last, prefix]) =
            external.and_then(|(_, texts)| <[String; 5]>::try_from(texts).ok())
        {
            dimension.external = Some([file, tab, first, last, prefix]);
            return Some(dimension);
        }
        faults.refuse(pieces.at, format!("cannot be imported: the elements of `{}`", dimension.name));
        return None;
    }
    for item in at_commas(list) {
        match item.strip_prefix('(').and_then(|item| item.strip_suffix(')')) {
            None => dimension.elements.push(unquoted(&item)),
            Some(range) => {
                let Some(names) = numbered(range) else {
                    let message = format!(
                        "`({})` in `{}` is no range such as `(a1-a9)`",
                        shortened(range),
                        dimension.name
                    );
                    faults.refuse(pieces.at, message);
                    return None;
                };
                dimension.elements.extend(names);
            }
        }
    }
    for item in at_commas(maps) {
        match item.strip_prefix('(').and_then(|item| item.strip_suffix(')')) {
            None => dimension.maps.push((key(&item), Vec::new())),
            Some(inner) => {
                let (name, list) = inner.split_once(':').unwrap_or((inner, ""));
                dimension.maps.push((key(name), at_commas(list).iter().map(|one| key(one)).collect()));
            }
        }
    }
    if dimension.elements.is_empty() {
        faults.refuse(pieces.at, format!("the dimension `{}` has no elements", dimension.name));
        return None;
    }
    Some(dimension)
}

/// Pieces between commas that are not in brackets.
fn at_commas(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut depth = 0_i32;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if c == ',' && depth == 0 {
            found.push(String::new());
        } else if let Some(last) = found.last_mut() {
            last.push(c);
        }
    }
    found.into_iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
}

/// `a1-a9` as its names.
fn numbered(range: &str) -> Option<Vec<String>> {
    let (first, last) = range.split_once('-')?;
    let part = |text: &str| {
        let text = text.trim();
        let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (name, number) = text.split_at(text.len() - digits);
        Some((name.to_owned(), number.parse::<u32>().ok()?))
    };
    let ((name, from), (other, to)) = (part(first)?, part(last)?);
    let fits = key(&name) == key(&other) && from <= to && to - from < 10_000;
    fits.then(|| (from..=to).map(|at| format!("{name}{at}")).collect())
}

/// A text whose lines that go on are one.
fn joined(text: &str) -> String {
    text.replace("\\\r\n", " ").replace("\\\n", " ").replace("\\\r", " ").replace(['\n', '\r'], " ")
}

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

fn definition(pieces: &Pieces<'_>, faults: &mut Faults) -> Option<Definition> {
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
                Ok(found) => meaning(found, fixed, &left),
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
        meaning,
        unit,
        doc: pieces.doc.replace('\\', " ").split_whitespace().collect::<Vec<_>>().join(" "),
        range,
    })
}

/// An equation that is a stock, a tabbed array, or anything else.
fn meaning(found: Expression, fixed: bool, left: &Left) -> Meaning {
    let root = found.root();
    if let Some(external) = external(&found, root, left.fill) {
        return Meaning::External(external);
    }
    match found.node(root) {
        Node::Call { name, arguments, .. } if key(name) == "integ" => {
            if let [rate, initial] = arguments.as_slice() {
                let part = |root: usize| part(&found, root);
                return Meaning::Stock(Stock {
                    initial: part(*initial),
                    rate: Some(part(*rate)),
                    inflows: Vec::new(),
                    outflows: Vec::new(),
                    non_negative: false,
                });
            }
        }
        Node::Points(rows) if !left.subscripts.is_empty() => {
            return Meaning::Numbers(rows.iter().map(|[x, _]| *x).collect());
        }
        _ => {}
    }
    if fixed { Meaning::Fixed(found) } else { Meaning::Equation(found, None) }
}

/// The name of a call whose arguments are texts, and these.
fn texts(found: &Expression, at: usize) -> Option<(String, Vec<String>)> {
    let Node::Call { name, arguments, .. } = found.node(at) else { return None };
    let text = |at: &usize| match found.node(*at) {
        Node::Text(text) => Some(text.trim().to_owned()),
        _ => None,
    };
    Some((key(name), arguments.iter().map(text).collect::<Option<_>>()?))
}

/// `GET DIRECT CONSTANTS`, `DATA` and `LOOKUPS`, and the same with `XLS`.
fn external(found: &Expression, at: usize, fill: Fill) -> Option<External> {
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

/// A part of an expression as one of its own.
pub(crate) fn part(whole: &Expression, root: usize) -> Expression {
    let below = whole.below(root);
    let moved = |at: &usize| below.binary_search(at).unwrap_or(0);
    let mut found = Expression::default();
    for at in &below {
        let node = match whole.node(*at) {
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
        found.places.push(whole.place(*at));
    }
    found
}

/// The points after a name: in a list, or first all x and then all y.
fn table(found: &Expression, at: usize) -> Result<Points, (usize, String)> {
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

/// `Month [0,?]`: the unit, and the range that the model's tools ask for.
fn unit_and_range(text: &str) -> (String, [Option<f64>; 2]) {
    let Some((unit, range)) = text.split_once('[') else { return (text.trim().to_owned(), [None, None]) };
    let mut ends = range.trim_end_matches(']').split(',').map(|end| end.trim().parse::<f64>().ok());
    let range = [ends.next().flatten(), ends.next().flatten()];
    (unit.trim().to_owned(), range)
}
