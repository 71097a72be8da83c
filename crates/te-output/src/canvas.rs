//! Pictures that are no charts: circles, lines, squares and words put where the caller says.
//!
//! A [`Canvas`] is drawn by the same renderer, in the same letters and on the same grounds as charts, and ends as the
//! same [`Drawing`]. Lengths are units of the drawing, from the upper left corner; colours are `#rrggbb`. What is drawn
//! later lies above.

use kuva::render::color::Color;
use kuva::render::render::{PathData, Primitive, Scene, TextAnchor};

use crate::chart::{FONT, colour, ground_and_ink};
use crate::{Drawing, Theme};

/// A place in a drawing: to the right, and down.
pub type Place = (f64, f64);

/// Where text stands in relation to its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    #[default]
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A picture under construction.
///
/// ```
/// use te_output::{Anchor, Canvas, Theme};
///
/// let mut canvas = Canvas::new("A full and a half glass", 240.0, 120.0, Theme::Light);
/// let blue = canvas.colour(0);
/// for (x, share) in [(80.0, 1.0), (160.0, 0.5)] {
///     canvas.vessel((x, 70.0), 20.0, share, &blue);
///     canvas.text((x, 110.0), 12, Anchor::Middle, &format!("{share}"));
/// }
/// let drawing = canvas.finish();
/// assert!(drawing.svg().contains("A full and a half glass"));
/// assert!(drawing.png()?.starts_with(b"\x89PNG"));
/// # Ok::<(), te_output::OutputError>(())
/// ```
pub struct Canvas {
    scene: Scene,
    theme: Theme,
    title: String,
}

impl Canvas {
    /// An empty picture of this size under its title.
    pub fn new(title: &str, width: f64, height: f64, theme: Theme) -> Self {
        let (ground, ink) = ground_and_ink(theme);
        let mut scene = Scene::new(width, height).with_background(Some(ground));
        scene.text_color = Some(ink.to_owned());
        scene.font_family = Some(FONT.to_owned());
        let mut canvas = Self { scene, theme, title: title.to_owned() };
        canvas.text((width / 2.0, 30.0), 18, Anchor::Middle, title);
        canvas
    }

    /// Width of the picture.
    pub fn width(&self) -> f64 {
        self.scene.width
    }

    /// Height of the picture.
    pub fn height(&self) -> f64 {
        self.scene.height
    }

    /// Colour of the ground.
    pub fn ground(&self) -> &'static str {
        ground_and_ink(self.theme).0
    }

    /// Colour of letters.
    pub fn ink(&self) -> &'static str {
        ground_and_ink(self.theme).1
    }

    /// Between ground and ink: 0 is the ground, 1 the ink.
    pub fn shade(&self, share: f64) -> String {
        mix(self.ground(), self.ink(), share)
    }

    /// The colour of this number in the palette of charts, of which there are seven: blue, vermilion, green, purple,
    /// orange, light blue, ink on a light ground.
    pub fn colour(&self, number: usize) -> String {
        colour(self.theme, number, 7)
    }

    /// A straight line; `dash` as in SVG, empty for none.
    pub fn line(&mut self, from: Place, to: Place, width: f64, colour: &str, dash: &str) {
        self.scene.add(Primitive::PolyLine {
            points: vec![from, to],
            stroke: colour.into(),
            stroke_width: width,
            stroke_dasharray: (!dash.is_empty()).then(|| dash.to_owned()),
        });
    }

    /// A filled circle with an edge of another colour.
    pub fn circle(&mut self, centre: Place, radius: f64, fill: &str, edge: &str, edge_width: f64) {
        self.scene.add(Primitive::Circle {
            cx: centre.0,
            cy: centre.1,
            r: radius,
            fill: fill.into(),
            fill_opacity: None,
            stroke: (edge_width > 0.0).then(|| edge.into()),
            stroke_width: (edge_width > 0.0).then_some(edge_width),
        });
    }

    /// A circle filled from below to a share of its height, 0 to 1.
    pub fn vessel(&mut self, centre: Place, radius: f64, share: f64, colour: &str) {
        let ground = self.ground();
        let share = share.clamp(0.0, 1.0);
        if share >= 1.0 {
            self.circle(centre, radius, colour, colour, 1.5);
            return;
        }
        self.circle(centre, radius, ground, colour, 0.0);
        // The chord at this height, and the arc below it.
        let up = 2.0 * share - 1.0;
        let half = radius * (1.0 - up * up).max(0.0).sqrt();
        if share > 0.0 && half > 0.0 {
            let y = centre.1 - radius * up;
            let (left, right, large) = (centre.0 - half, centre.0 + half, u8::from(share > 0.5));
            let path = format!("M{left:.2} {y:.2}A{radius:.2} {radius:.2} 0 {large} 0 {right:.2} {y:.2}Z");
            self.path(path, Some(colour));
        }
        self.scene.add(Primitive::Circle {
            cx: centre.0,
            cy: centre.1,
            r: radius,
            fill: Color::None,
            fill_opacity: None,
            stroke: Some(colour.into()),
            stroke_width: Some(1.5),
        });
    }

    /// A filled polygon.
    pub fn polygon(&mut self, corners: &[Place], fill: &str) {
        use std::fmt::Write as _;
        let mut path = String::new();
        for (number, (x, y)) in corners.iter().enumerate() {
            // Writing into a String cannot fail.
            let _ = write!(path, "{}{x:.2} {y:.2}", if number == 0 { 'M' } else { 'L' });
        }
        path.push('Z');
        self.path(path, Some(fill));
    }

    fn path(&mut self, d: String, fill: Option<&str>) {
        self.scene.add(Primitive::Path(Box::new(PathData {
            d,
            fill: fill.map(Into::into),
            stroke: Color::None,
            stroke_width: 0.0,
            opacity: None,
            stroke_dasharray: None,
        })));
    }

    /// Filled rectangles: upper left corner, width and height, colour.
    pub fn rectangles(&mut self, all: &[(Place, Place, String)]) {
        self.scene.add(Primitive::RectBatch {
            x: all.iter().map(|one| one.0.0).collect(),
            y: all.iter().map(|one| one.0.1).collect(),
            w: all.iter().map(|one| one.1.0).collect(),
            h: all.iter().map(|one| one.1.1).collect(),
            fills: all.iter().map(|one| one.2.as_str().into()).collect(),
        });
    }

    /// Words in the colour of letters, `size` pixels high.
    pub fn text(&mut self, at: Place, size: u32, anchor: Anchor, words: &str) {
        let ink = self.ink();
        self.coloured_text(at, size, anchor, words, ink);
    }

    /// Words in another colour.
    pub fn coloured_text(&mut self, at: Place, size: u32, anchor: Anchor, words: &str, colour: &str) {
        self.scene.add(Primitive::Text {
            x: at.0,
            y: at.1,
            content: crate::chart::plain(words),
            size,
            anchor: match anchor {
                Anchor::Start => TextAnchor::Start,
                Anchor::Middle => TextAnchor::Middle,
                Anchor::End => TextAnchor::End,
            },
            rotate: None,
            bold: false,
            color: Some(colour.into()),
        });
    }

    /// The finished picture.
    pub fn finish(self) -> Drawing {
        Drawing::of(self.scene, self.title)
    }
}

/// A colour between two, `share` of the way from the first.
pub fn mix(from: &str, to: &str, share: f64) -> String {
    let (from, to, share) = (channels(from), channels(to), share.clamp(0.0, 1.0));
    let part = |k: usize| {
        let (a, b) = (f64::from(from[k]), f64::from(to[k]));
        a + (b - a) * share
    };
    format!("#{:02x}{:02x}{:02x}", byte(part(0)), byte(part(1)), byte(part(2)))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn byte(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// Red, green and blue of `#rrggbb`; black for anything else.
fn channels(colour: &str) -> [u8; 3] {
    let part = |from: usize| {
        colour.get(from..from + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(0)
    };
    [part(1), part(3), part(5)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_mixed_by_their_channels() {
        assert_eq!(mix("#000000", "#ffffff", 0.5), "#808080");
        assert_eq!(mix("#102030", "#506070", 0.0), "#102030");
        assert_eq!(mix("#102030", "#506070", 2.0), "#506070");
    }

    #[test]
    fn a_vessel_is_filled_to_its_share() {
        let draw = |share| {
            let mut canvas = Canvas::new("v", 100.0, 100.0, Theme::Light);
            canvas.vessel((50.0, 50.0), 20.0, share, "#0072b2");
            canvas.finish()
        };
        assert!(draw(0.25).svg().contains("M32.68 60.00A20.00 20.00 0 0 0 67.32 60.00Z"));
        assert!(draw(0.75).svg().contains(" 0 1 0 "));
        assert!(!draw(0.0).svg().contains("<path") && !draw(1.0).svg().contains("<path"));
        assert_eq!(draw(0.25).png().unwrap(), draw(0.25).png().unwrap());
        assert_ne!(draw(0.25).png().unwrap(), draw(0.75).png().unwrap());
    }
}
