//! Curves of a table as SVG: a plain line chart for the explorer's tables, with guides.
//!
//! Absent cells interrupt a line. The vertical axis may be logarithmic, as triggers need it near their limit.

use crate::error::ConvictionError;
use std::fmt::Write as _;
use te_core::math::{log10, pow};
use te_core::{Column, Frame};

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 520.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 720.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 460.0;
const COLOURS: [&str; 8] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#444444", "#8c6d31"];

/// What to draw of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    /// Heading.
    pub title: String,
    /// Column along the horizontal axis.
    pub x: String,
    /// Columns drawn as lines.
    pub y: Vec<String>,
    /// Name of the vertical axis.
    pub y_label: String,
    /// Whether the vertical axis is logarithmic.
    pub log: bool,
    /// Largest value shown, where lines run away.
    pub top: Option<f64>,
    /// Vertical guides, as beta and the largest passable share.
    pub guides: Vec<f64>,
}

impl Curves {
    /// The picture of a table as SVG text.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] where a column is missing, or where there is nothing to draw.
    pub fn svg(&self, table: &Frame) -> Result<String, ConvictionError> {
        let x = column(table, &self.x)?;
        let lines = self.y.iter().map(|name| column(table, name)).collect::<Result<Vec<_>, _>>()?;
        let rows = table.rows();
        let shown = |value: f64| self.top.is_none_or(|top| value <= top) && (!self.log || value > 0.0);
        let values = || {
            lines.iter().flat_map(|line| (0..rows).filter_map(|row| line.number(row))).filter(|v| shown(*v))
        };
        let across = Axis::over((0..rows).filter_map(|row| x.number(row)), false)?;
        let up = Axis::over(values(), self.log)?;
        let mut svg = String::new();
        // Writing into a String cannot fail.
        let _ = self.write(&mut svg, x, &lines, rows, &across, &up);
        Ok(svg)
    }

    fn write(
        &self,
        svg: &mut String,
        x: &Column,
        lines: &[&Column],
        rows: usize,
        across: &Axis,
        up: &Axis,
    ) -> std::fmt::Result {
        let at_x = |value: f64| LEFT + (RIGHT - LEFT) * across.part(value);
        let at_y = |value: f64| BOTTOM - (BOTTOM - TOP) * up.part(value);
        writeln!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
             height=\"{HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
             <text x=\"{}\" y=\"28\" font-size=\"16\" text-anchor=\"middle\">{}</text>",
            f64::midpoint(LEFT, RIGHT),
            escape(&self.title)
        )?;
        for tick in across.ticks() {
            let place = at_x(tick);
            writeln!(svg, "<path d=\"M{place:.1} {TOP}V{BOTTOM}\" stroke=\"#e4e4e4\"/>")?;
            writeln!(
                svg,
                "<text x=\"{place:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                BOTTOM + 18.0,
                short(tick)
            )?;
        }
        for tick in up.ticks() {
            let place = at_y(tick);
            writeln!(svg, "<path d=\"M{LEFT} {place:.1}H{RIGHT}\" stroke=\"#e4e4e4\"/>")?;
            writeln!(
                svg,
                "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 6.0,
                place + 4.0,
                short(tick)
            )?;
        }
        writeln!(svg, "<path d=\"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}\" fill=\"none\" stroke=\"#222\"/>")?;
        let unit = if x.unit.is_empty() { String::new() } else { format!(" [{}]", x.unit) };
        writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}{}</text>",
            f64::midpoint(LEFT, RIGHT),
            BOTTOM + 42.0,
            escape(&x.name.replace('_', " ")),
            escape(&unit)
        )?;
        writeln!(
            svg,
            "<text transform=\"translate(18 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            f64::midpoint(TOP, BOTTOM),
            escape(&self.y_label)
        )?;
        for &guide in &self.guides {
            let place = at_x(guide);
            writeln!(
                svg,
                "<path d=\"M{place:.1} {TOP}V{BOTTOM}\" stroke=\"#888\" stroke-dasharray=\"5 4\"/>"
            )?;
        }
        for (line, (name, colour)) in lines.iter().zip(self.y.iter().zip(COLOURS.iter().cycle())) {
            let mut path = String::new();
            let mut pen = 'M';
            for row in 0..rows {
                match (x.number(row), line.number(row)) {
                    (Some(a), Some(b)) if self.top.is_none_or(|top| b <= top) && (!self.log || b > 0.0) => {
                        write!(path, "{pen}{:.1} {:.1}", at_x(a), at_y(b))?;
                        pen = 'L';
                    }
                    _ => pen = 'M',
                }
            }
            writeln!(svg, "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>")?;
            let place = self.y.iter().position(|one| one == name).unwrap_or(0) as f64;
            let y = TOP + 8.0 + 20.0 * place;
            writeln!(svg, "<path d=\"M{} {y}h20\" stroke=\"{colour}\" stroke-width=\"3\"/>", RIGHT + 14.0)?;
            let label = escape(&name.replace('_', " "));
            writeln!(svg, "<text x=\"{}\" y=\"{}\">{label}</text>", RIGHT + 40.0, y + 4.0)?;
        }
        writeln!(svg, "</svg>")
    }
}

/// A linear or logarithmic axis.
struct Axis {
    low: f64,
    high: f64,
    log: bool,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64>, log: bool) -> Result<Self, ConvictionError> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            return Err(ConvictionError::OutOfRange {
                parameter: "number of points",
                value: 0.0,
                permitted: "1 or more",
            });
        }
        if log {
            return Ok(Self {
                low: log10(low).floor(),
                high: log10(high).ceil().max(log10(low).floor() + 1.0),
                log,
            });
        }
        low = low.min(0.0);
        Ok(Self { low, high: if high > low { high } else { low + 1.0 }, log })
    }

    fn part(&self, value: f64) -> f64 {
        let place = if self.log { log10(value) } else { value };
        (place - self.low) / (self.high - self.low)
    }

    fn ticks(&self) -> Vec<f64> {
        let span = self.high - self.low;
        if self.log {
            let step = (span / 8.0).ceil().max(1.0);
            return steps(self.low, self.high, step).map(|power| pow(10.0, power)).collect();
        }
        let rough = span / 6.0;
        let power = pow(10.0, log10(rough).floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|k| k * power).find(|step| *step >= rough);
        let step = step.unwrap_or(rough);
        steps((self.low / step).ceil() * step, self.high, step).collect()
    }
}

fn steps(from: f64, to: f64, step: f64) -> impl Iterator<Item = f64> {
    (0_u32..64).map(move |k| from + f64::from(k) * step).take_while(move |value| *value <= to + 1e-9 * step)
}

fn short(value: f64) -> String {
    if value != 0.0 && !(1e-3..1e6).contains(&value.abs()) {
        format!("{value:.0e}")
    } else {
        format!("{}", (value * 1e6).round() / 1e6)
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn column<'a>(table: &'a Frame, name: &str) -> Result<&'a Column, ConvictionError> {
    table.column(name).ok_or(ConvictionError::OutOfRange {
        parameter: "number of columns of the wanted name",
        value: 0.0,
        permitted: "1",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explorer::{trigger_guides, trigger_table};
    use crate::rule::VotingRule;

    #[test]
    fn a_trigger_curve_with_its_guides() {
        let rule = VotingRule::from_beta(7.0, 1.0, 0.11, 0.04).unwrap();
        let table = trigger_table(&rule, 1000.0, 5000.0, 50).unwrap();
        let curves = Curves {
            title: "Trigger & <limits>".to_owned(),
            x: "share".to_owned(),
            y: vec!["trigger_share".to_owned()],
            log: true,
            guides: trigger_guides(&rule).to_vec(),
            ..Curves::default()
        };
        let svg = curves.svg(&table).unwrap();
        assert!(svg.contains("Trigger &amp; &lt;limits&gt;") && svg.contains("share [1]"));
        assert_eq!(svg.matches("stroke-dasharray").count(), 2);
        assert!(Curves { y: vec!["nobody".to_owned()], ..curves }.svg(&table).is_err());
    }
}
