//! Draws, and how they hang together.

use super::entry::{FileColumn, Reader};
use super::{Draw, Form, Quantity, Role};
use crate::draw::{self, Law};
use crate::fault::hint;
use crate::tree::{Data, Entry, Tree};

impl<'t> Reader<'t> {
    pub(super) fn draw(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let keys = self.keys(title, &entry.value, &["of", "every", "start", "values", "unit", "doc"]);
        let once = self.choice(&keys, "every", &[("step", false), ("run", true)]).unwrap_or(false);
        let start = self.number(&keys, "start");
        if once && let Some(entry) = keys.get("start") {
            let message = format!("{title} is drawn when a run starts: `start` is for draws of every step");
            self.refuse(&entry.key_span, message);
        }
        let found = if let Some(of) = keys.get("of") {
            draw::read(&of.value, &self.tables, &mut self.faults, self.source)
        } else {
            self.refuse(&entry.key_span, format!("{title} needs `of`"));
            None
        };
        let empirical = matches!(found, Some((Law::Empirical, ..)));
        let values = match keys.get("values") {
            Some(values) if empirical => self.sample(title, values),
            Some(values) => {
                let message = format!("`values` of {title} is for `of = \"empirical\"`");
                self.faults.refuse(&values.key_span, "TE0512", message);
                Vec::new()
            }
            None if empirical => {
                let message = format!(
                    "{title} needs `values`: numbers, or `{{ file = \"returns.csv\", column = \"daily\" }}`"
                );
                self.faults.refuse(&entry.key_span, "TE0512", message);
                Vec::new()
            }
            None => Vec::new(),
        };
        let quantity = self.quantity(&keys, entry, Role::Constant(0.0));
        let role = found.map_or(Role::Constant(0.0), |(law, text, arguments)| {
            let start = start.unwrap_or(0.0);
            Role::Draw(Draw { law, text, arguments, once, start, values, mixed: Vec::new() })
        });
        form.quantities.push(Quantity { role, ..quantity });
    }

    /// The numbers of which an empirical draw takes one.
    fn sample(&mut self, title: &str, values: &'t Entry) -> Vec<f64> {
        let found = if matches!(values.value.data, Data::List(_)) {
            self.numbers(values)
        } else {
            let allowed = ["file", "column", "separator", "missing"];
            let keys = self.keys(format!("`values` of {title}"), &values.value, &allowed);
            match self.column(&keys, values, "TE0512") {
                Some(FileColumn::Dates(_)) => {
                    let message = format!("`values` of {title} are dates: numbers are wanted");
                    self.faults.refuse(&values.value.span, "TE0512", message);
                    None
                }
                Some(FileColumn::Numbers(numbers)) => Some(numbers),
                None => None,
            }
        };
        if found.as_ref().is_some_and(Vec::is_empty) {
            self.faults.refuse(&values.value.span, "TE0512", format!("`values` of {title} are none"));
        }
        found.unwrap_or_default()
    }

    /// Normal draws that are correlated: each becomes a sum of the standard normals of its own stream and of those named before it,
    /// with the shares of the lower triangle L of the correlations, L L' = C (Cholesky).
    pub(super) fn draws(&mut self, entry: &'t Entry, form: &mut Form) {
        let title = format!("[draws.{}]", entry.key);
        let keys = self.keys(title.clone(), &entry.value, &["names", "correlation", "doc"]);
        self.text(&keys, "doc");
        let (Some(names), Some(matrix)) = (self.texts(&keys, "names"), keys.get("correlation")) else {
            self.faults.refuse(&entry.key_span, "TE0512", format!("{title} needs `names` and `correlation`"));
            return;
        };
        let before = self.faults.found.len();
        let mut every = None;
        for (at, (name, span)) in names.iter().enumerate() {
            let drawn = form.quantities.iter().filter(|one| matches!(one.role, Role::Draw(_)));
            let known = drawn.clone().find(|one| one.name == *name).map(|one| &one.role);
            let message = match known {
                Some(Role::Draw(draw)) if draw.law != Law::Normal => {
                    format!("`{name}` is `{}`: normal draws alone are correlated", draw.text)
                }
                Some(Role::Draw(draw))
                    if !draw.mixed.is_empty() || names[..at].iter().any(|(other, _)| other == name) =>
                {
                    format!("`{name}` is named twice: a draw has one place among correlations")
                }
                Some(Role::Draw(draw)) if every.is_some_and(|every| every != draw.once) => {
                    format!("`{name}` is not drawn when `{}` is: `every` must be the same", names[0].0)
                }
                Some(Role::Draw(draw)) => {
                    every = Some(draw.once);
                    continue;
                }
                _ => format!(
                    "there is no draw `{name}`{}",
                    hint(name, drawn.map(|one| one.name.as_str()).collect::<Vec<_>>())
                ),
            };
            self.faults.refuse(span, "TE0512", message);
        }
        let Some(shares) = self.correlation(&title, names.len(), &matrix.value) else { return };
        if self.faults.found.len() > before {
            return;
        }
        for ((name, _), shares) in names.iter().zip(&shares) {
            let Some(one) = form.quantities.iter_mut().find(|one| one.name == *name) else { continue };
            if let Role::Draw(draw) = &mut one.role {
                draw.mixed = names.iter().map(|(name, _)| name.clone()).zip(shares.iter().copied()).collect();
            }
        }
    }

    /// The lower triangle of a matrix of correlations, row by row.
    fn correlation(&mut self, title: &str, count: usize, tree: &'t Tree) -> Option<Vec<Vec<f64>>> {
        let refuse = |reader: &mut Self, message: String| {
            reader.faults.refuse(&tree.span, "TE0512", format!("`correlation` of {title} {message}"));
            None
        };
        let number = |tree: &Tree| match &tree.data {
            Data::Leaf(value) => value.number().filter(|x| x.is_finite()),
            _ => None,
        };
        let matrix: Option<Vec<Vec<f64>>> = match number(tree) {
            // One number for all pairs.
            Some(rho) => {
                let row = |at: usize| (0..count).map(|other| if other == at { 1.0 } else { rho }).collect();
                Some((0..count).map(row).collect())
            }
            None => tree.items().iter().map(|row| row.items().iter().map(number).collect()).collect(),
        };
        let Some(matrix) =
            matrix.filter(|rows| rows.len() == count && rows.iter().all(|row| row.len() == count))
        else {
            return refuse(self, format!("must be a number, or {count} lists of {count} numbers"));
        };
        for (at, row) in matrix.iter().enumerate() {
            let symmetric = row.iter().zip(&matrix).all(|(x, other)| *x == other[at]);
            if row[at] != 1.0 || !symmetric {
                return refuse(self, "must be 1 with itself, and the same both ways".to_owned());
            }
        }
        match lower_triangle(&matrix) {
            Some(shares) => Some(shares),
            None => refuse(self, "is not positive definite: no draws are so correlated".to_owned()),
        }
    }
}

/// L with L L' = C, row by row without the zeros; nothing where C is not positive definite.
fn lower_triangle(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (at, given) in matrix.iter().enumerate() {
        let mut row: Vec<f64> = Vec::with_capacity(at + 1);
        for (other, c) in given.iter().take(at + 1).enumerate() {
            let before = rows.get(other).unwrap_or(&row);
            let sum = row.iter().zip(before).take(other).fold(*c, |left, (a, b)| left - a * b);
            let value = match rows.get(other) {
                Some(before) => sum / before[other],
                None if sum > 1e-12 => sum.sqrt(),
                None => return None,
            };
            row.push(value);
        }
        rows.push(row);
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triangles_multiply_to_their_matrix() {
        let matrix = [vec![1.0, 0.5, -0.2], vec![0.5, 1.0, 0.3], vec![-0.2, 0.3, 1.0]];
        let rows = lower_triangle(&matrix).unwrap();
        for (i, row) in matrix.iter().enumerate() {
            for (j, c) in row.iter().enumerate() {
                let product: f64 = rows[i].iter().zip(&rows[j]).map(|(a, b)| a * b).sum();
                assert!((product - c).abs() < 1e-15, "{i}, {j}: {product}");
            }
        }
        assert_eq!(lower_triangle(&[vec![1.0, 1.0], vec![1.0, 1.0]]), None);
        assert_eq!(lower_triangle(&[vec![1.0, 0.9, -0.9], vec![0.9, 1.0, 0.9], vec![-0.9, 0.9, 1.0]]), None);
    }
}
