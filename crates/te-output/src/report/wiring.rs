//! The wiring diagram: components from left to right in the order in which values flow.
//!
//! The page lays it out by dagre where it has at most [`LAID_OUT`] components; the diagram here stands in for it in larger
//! systems, and where no script runs. Its cost is linear in components and wires.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde::Serialize;

/// A system's components and wires.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Wiring {
    /// Components in declared order.
    pub nodes: Vec<WiringNode>,
    /// Wires.
    pub wires: Vec<Wire>,
}

/// A component.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WiringNode {
    /// Instance name.
    pub name: String,
    /// Kind, `market/regime`.
    pub kind: String,
}

/// A wire from one component's metric to another's input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Wire {
    /// Instance that gives.
    pub from: String,
    /// Instance that takes.
    pub to: String,
    /// What goes over it, `price -> external_price`.
    pub label: String,
}

/// Components that a page lays out when it is opened, at most.
pub(super) const LAID_OUT: usize = 300;

const WIDTH: f64 = 190.0;
const HEIGHT: f64 = 54.0;
const GAP_X: f64 = 170.0;
const GAP_Y: f64 = 56.0;
const MARGIN: f64 = 40.0;

impl Wiring {
    /// The diagram as SVG text, empty without components.
    pub fn svg(&self) -> String {
        if self.nodes.is_empty() {
            return String::new();
        }
        let column = self.columns();
        let mut filled = vec![0_u32; column.iter().copied().max().unwrap_or(0) + 1];
        let places: Vec<(f64, f64)> = column
            .iter()
            .map(|&c| {
                let slot = filled.get_mut(c).map_or(0, |n| {
                    *n += 1;
                    *n - 1
                });
                (MARGIN + c as f64 * (WIDTH + GAP_X), MARGIN + f64::from(slot) * (HEIGHT + GAP_Y))
            })
            .collect();
        let right = places.iter().map(|p| p.0 + WIDTH).fold(0.0, f64::max) + MARGIN;
        let below = places.iter().map(|p| p.1 + HEIGHT).fold(0.0, f64::max) + MARGIN + 20.0;
        let mut svg = format!(
            "<svg class=\"wiring\" role=\"img\" aria-label=\"wiring diagram\" width=\"{right}\" height=\"{below}\" \
             viewBox=\"0 0 {right} {below}\" xmlns=\"http://www.w3.org/2000/svg\"><defs><marker id=\"arrow\" \
             viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
             <path d=\"M0 0 L10 5 L0 10 z\"/></marker></defs>"
        );
        self.draw_wires(&mut svg, &column, &places);
        for (node, (x, y)) in self.nodes.iter().zip(&places) {
            let middle = x + WIDTH / 2.0;
            let _ = write!(
                svg,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\"/>\
                 <text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>\
                 <text class=\"kind\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                y + 23.0,
                escape(&node.name),
                y + 41.0,
                escape(&node.kind)
            );
        }
        svg.push_str("</svg>");
        svg
    }

    fn draw_wires(&self, svg: &mut String, column: &[usize], places: &[(f64, f64)]) {
        let number = self.numbers();
        // Wires between the same two components are one line with several words.
        let mut pairs: Vec<(usize, usize, Vec<&str>)> = Vec::new();
        let mut known: HashMap<(usize, usize), usize> = HashMap::new();
        for wire in &self.wires {
            let ends = number.get(wire.from.as_str()).zip(number.get(wire.to.as_str()));
            let Some((&from, &to)) = ends else { continue };
            let at = *known.entry((from, to)).or_insert(pairs.len());
            match pairs.get_mut(at) {
                Some((_, _, labels)) => labels.push(&wire.label),
                None => pairs.push((from, to, vec![&wire.label])),
            }
        }
        for (from, to, labels) in pairs {
            let (Some(&(x1, y1)), Some(&(x2, y2))) = (places.get(from), places.get(to)) else { continue };
            let forward = column.get(from) < column.get(to);
            let (path, label_x, label_y) = if forward {
                let (sx, sy, ex, ey) = (x1 + WIDTH, y1 + HEIGHT / 2.0, x2, y2 + HEIGHT / 2.0);
                let bend = (ex - sx) / 2.0;
                let path = format!("M{sx} {sy} C{} {sy} {} {ey} {ex} {ey}", sx + bend, ex - bend);
                // Near the end, where wires of one source have parted.
                (path, ex - bend * 0.9, ey - 8.0)
            } else {
                // Back, or to itself: under both boxes.
                let (sx, sy, ex, ey) = (x1 + WIDTH * 0.7, y1 + HEIGHT, x2 + WIDTH * 0.3, y2 + HEIGHT);
                let low = sy.max(ey) + 30.0;
                let path = format!("M{sx} {sy} C{sx} {low} {ex} {low} {ex} {ey}");
                (path, f64::midpoint(sx, ex), low - 2.0)
            };
            let _ = write!(svg, "<path d=\"{path}\" marker-end=\"url(#arrow)\"/>");
            for (i, label) in labels.iter().rev().enumerate() {
                let _ = write!(
                    svg,
                    "<text class=\"wire\" x=\"{label_x}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                    label_y - 14.0 * i as f64,
                    escape(label)
                );
            }
        }
    }

    /// The column of each component: one to the right of the rightmost component that feeds it, loops cut
    /// at the wire that goes back in declared order.
    fn columns(&self) -> Vec<usize> {
        let number = self.numbers();
        let mut next: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for wire in &self.wires {
            let ends = number.get(wire.from.as_str()).zip(number.get(wire.to.as_str()));
            let Some((from, to)) = ends.filter(|(from, to)| from < to) else { continue };
            if let Some(next) = next.get_mut(*from) {
                next.push(*to);
            }
        }
        // Wires go forward in declared order, so each component is placed before those that it feeds.
        let mut column = vec![0; self.nodes.len()];
        for (from, next) in next.iter().enumerate() {
            let left = column.get(from).copied().unwrap_or(0);
            for to in next {
                if let Some(place) = column.get_mut(*to) {
                    *place = (*place).max(left + 1);
                }
            }
        }
        column
    }

    /// The number of each component by its name.
    fn numbers(&self) -> HashMap<&str, usize> {
        self.nodes.iter().enumerate().rev().map(|(number, node)| (node.name.as_str(), number)).collect()
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
