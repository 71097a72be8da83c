//! Pictures of a community as SVG: who stands where, and who likes what.
//!
//! [`Snapshot::svg`] is the two-sided picture: participants left, proposals right, stakes between them. A circle's area is in proportion to holdings or request. A candidate is filled from below by its share of the trigger,
//! which is written beside it; the other statuses are filled whole and stand below, in the order of the legend. A tie is the darker the larger the stake.
//!
//! [`affinity_svg`] is the heat map of affinities, red for dislike, yellow for indifference, green for liking.
//!
//! Source: `snap_plot` and `affinities_plot` of the published notebook.

use crate::community::network::{Network, Status};
use crate::community::tables::Snapshot;
use std::fmt::Write as _;

const WIDTH: f64 = 900.0;
const LEFT: f64 = 200.0;
const RIGHT: f64 = 680.0;
const TOP: f64 = 60.0;
const ROW: f64 = 18.0;
const LARGEST: f64 = 11.0;

/// Colour of a status in the picture: candidate blue, active orange, completed green, failed grey, killed black.
pub fn status_colour(status: Status) -> &'static str {
    match status {
        Status::Candidate => "#0072b2",
        Status::Active => "#e08214",
        Status::Completed => "#1b9e55",
        Status::Failed => "#9a9a9a",
        Status::Killed => "#222222",
    }
}

impl Snapshot {
    /// The picture as SVG text.
    pub fn svg(&self) -> String {
        let rows = self.left.len().max(self.right.len()).max(1) as f64;
        let height = TOP + ROW * rows + 40.0;
        let mut svg = String::new();
        // Writing into a String cannot fail.
        let _ = self.write(&mut svg, height);
        svg
    }

    fn write(&self, svg: &mut String, height: f64) -> std::fmt::Result {
        writeln!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
             height=\"{height}\" font-family=\"sans-serif\" font-size=\"10\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
             <text x=\"{}\" y=\"24\" font-size=\"15\" text-anchor=\"middle\">Participants and proposals on day {}</text>",
            WIDTH / 2.0,
            self.day
        )?;
        self.write_legend(svg)?;
        let place = |index: usize, count: usize| {
            TOP + 20.0 + (height - TOP - 40.0) * (index as f64 + 0.5) / count.max(1) as f64
        };
        let (lefts, rights) = (self.left.len(), self.right.len());
        let mut order: Vec<usize> = (0..rights).collect();
        order.sort_by_key(|&index| self.right.get(index).map_or(0, |one| one.status as usize));
        let mut seat = vec![0; rights];
        for (position, &index) in order.iter().enumerate() {
            seat[index] = position;
        }
        let most = self.ties.iter().map(|tie| tie.tokens.abs()).fold(f64::MIN_POSITIVE, f64::max);
        for tie in &self.ties {
            writeln!(
                svg,
                "<line x1=\"{LEFT}\" y1=\"{:.1}\" x2=\"{RIGHT}\" y2=\"{:.1}\" stroke=\"#444\" stroke-opacity=\"{:.3}\"/>",
                place(tie.from, lefts),
                place(seat.get(tie.to).copied().unwrap_or(0), rights),
                0.08 + 0.82 * tie.tokens.abs() / most
            )?;
        }
        let richest = self.left.iter().map(|one| one.holdings).fold(f64::MIN_POSITIVE, f64::max);
        for (index, one) in self.left.iter().enumerate() {
            let (y, radius) = (place(index, lefts), radius(one.holdings, richest));
            writeln!(svg, "<circle cx=\"{LEFT}\" cy=\"{y:.1}\" r=\"{radius:.2}\" fill=\"#c0392b\"/>")?;
            let label = LEFT - LARGEST - 8.0;
            writeln!(
                svg,
                "<text x=\"{label}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                y + 3.0,
                one.node
            )?;
        }
        let largest = self.right.iter().map(|one| one.requested).fold(f64::MIN_POSITIVE, f64::max);
        for (index, one) in self.right.iter().enumerate() {
            let (y, radius) = (place(seat[index], rights), radius(one.requested, largest));
            let colour = status_colour(one.status);
            let label = RIGHT + LARGEST + 8.0;
            if let Some(filled) = one.filled {
                let empty = 100.0 * (1.0 - filled);
                writeln!(
                    svg,
                    "<linearGradient id=\"p{0}\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\"><stop offset=\"{empty:.1}%\" \
                     stop-color=\"white\"/><stop offset=\"{empty:.1}%\" stop-color=\"{colour}\"/></linearGradient>\n\
                     <circle cx=\"{RIGHT}\" cy=\"{y:.1}\" r=\"{radius:.2}\" fill=\"url(#p{0})\" stroke=\"{colour}\"/>\n\
                     <text x=\"{label}\" y=\"{1:.1}\">{0}: {2:.0} %</text>",
                    one.node,
                    y + 3.0,
                    100.0 * filled
                )?;
            } else {
                writeln!(
                    svg,
                    "<circle cx=\"{RIGHT}\" cy=\"{y:.1}\" r=\"{radius:.2}\" fill=\"{colour}\"/>\n\
                     <text x=\"{label}\" y=\"{:.1}\">{}</text>",
                    y + 3.0,
                    one.node
                )?;
            }
        }
        writeln!(svg, "</svg>")
    }

    fn write_legend(&self, svg: &mut String) -> std::fmt::Result {
        let y = 46.0;
        writeln!(
            svg,
            "<text x=\"{LEFT}\" y=\"{y}\" text-anchor=\"middle\">participants: {}</text>",
            self.left.len()
        )?;
        let mut x = 420.0;
        for status in crate::community::network::STATUSES {
            let count = self.right.iter().filter(|one| one.status == status).count();
            let colour = status_colour(status);
            writeln!(svg, "<circle cx=\"{x}\" cy=\"{}\" r=\"5\" fill=\"{colour}\"/>", y - 4.0)?;
            writeln!(svg, "<text x=\"{}\" y=\"{y}\">{}: {count}</text>", x + 9.0, status.name())?;
            x += 92.0;
        }
        Ok(())
    }
}

/// The heat map of affinities: participants down, proposals across.
pub fn affinity_svg(network: &Network) -> String {
    let mut svg = String::new();
    // Writing into a String cannot fail.
    let _ = write_affinities(&mut svg, network);
    svg
}

fn write_affinities(svg: &mut String, network: &Network) -> std::fmt::Result {
    const CELL: f64 = 12.0;
    const MARGIN: f64 = 60.0;
    let there: Vec<usize> = (0..network.ranks()).filter(|&rank| network.present()[rank]).collect();
    let columns = network.proposals().len() as f64;
    let (width, height) = (MARGIN * 2.0 + CELL * columns.max(12.0), MARGIN * 2.0 + CELL * there.len() as f64);
    writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"8\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"{MARGIN}\" y=\"24\" font-size=\"15\">Affinities of participants for proposals</text>"
    )?;
    for (across, (proposal, column)) in network.proposals().iter().zip(network.support_columns()).enumerate()
    {
        let x = MARGIN + CELL * across as f64;
        for (down, &rank) in there.iter().enumerate() {
            let affinity = column.affinity().get(rank).copied().unwrap_or(0.0);
            let (y, colour) = (MARGIN + CELL * down as f64, affinity_colour(affinity));
            writeln!(
                svg,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" fill=\"{colour}\"/>"
            )?;
        }
        let (tick_x, tick_y) = (x + 9.0, MARGIN - 4.0);
        let node = proposal.node.index();
        writeln!(svg, "<text transform=\"translate({tick_x} {tick_y}) rotate(-90)\">{node}</text>")?;
    }
    for (down, &rank) in there.iter().enumerate() {
        let (x, y) = (MARGIN - 5.0, MARGIN + CELL * down as f64 + 9.0);
        let node = network.participant_nodes().get(rank).copied().unwrap_or_default();
        writeln!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{node}</text>")?;
    }
    let y = height - 30.0;
    for (step, affinity) in [-1.0, -0.5, 0.0, 0.5, 1.0].into_iter().enumerate() {
        let (x, colour) = (MARGIN + 28.0 * step as f64, affinity_colour(affinity));
        writeln!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"26\" height=\"12\" fill=\"{colour}\"/>")?;
        writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{affinity}</text>",
            x + 13.0,
            y + 22.0
        )?;
    }
    writeln!(svg, "</svg>")
}

/// Red at -1, yellow at 0, green at 1.
fn affinity_colour(affinity: f64) -> String {
    let mix = |from: [f64; 3], to: [f64; 3], part: f64| {
        let channel = |k: usize| format!("{:.0}", from[k] + (to[k] - from[k]) * part);
        format!("rgb({},{},{})", channel(0), channel(1), channel(2))
    };
    let (red, yellow, green) = ([202.0, 46.0, 39.0], [254.0, 240.0, 160.0], [20.0, 134.0, 72.0]);
    let affinity = affinity.clamp(-1.0, 1.0);
    if affinity < 0.0 { mix(yellow, red, -affinity) } else { mix(yellow, green, affinity) }
}

/// Radius of a circle whose area is in proportion to `value`.
fn radius(value: f64, largest: f64) -> f64 {
    1.5 + (LARGEST - 1.5) * (value / largest).clamp(0.0, 1.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::tables::{Left, Right, Tie};

    #[test]
    fn affinities_have_their_colours() {
        let mut network = Network::default();
        network.add_participant(1.0, 0.5, &[]).unwrap();
        network.add_participant(1.0, 0.5, &[]).unwrap();
        network.add_proposal(1.0, &[-1.0, 1.0]).unwrap();
        let svg = affinity_svg(&network);
        assert_eq!(svg.matches("<rect ").count(), 1 + 2 + 5);
        assert!(svg.contains("rgb(202,46,39)") && svg.contains("rgb(20,134,72)"));
    }

    #[test]
    fn everything_is_in_the_picture() {
        let snapshot = Snapshot {
            day: 3,
            left: vec![Left { node: 0, holdings: 5.0 }, Left { node: 1, holdings: 0.0 }],
            right: vec![
                Right { node: 2, requested: 4.0, status: Status::Candidate, filled: Some(0.25) },
                Right { node: 3, requested: 1.0, status: Status::Killed, filled: None },
            ],
            ties: vec![Tie { from: 0, to: 0, tokens: 5.0 }],
        };
        let svg = snapshot.svg();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        assert!(svg.contains("2: 25 %") && svg.contains("on day 3") && svg.contains("offset=\"75.0%\""));
        assert_eq!(svg.matches("<line ").count(), 1);
        assert_eq!(svg.matches("<circle ").count(), 4 + 5);
        assert!(Snapshot::default().svg().contains("participants: 0"));
    }
}
