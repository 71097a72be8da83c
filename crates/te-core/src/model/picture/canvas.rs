//! Lines, circles, rectangles and words put where the caller says: a picture as a size and a list of shapes.
//!
//! Lengths are units of the drawing, from the upper left corner; colours are `#rrggbb`. What is drawn later lies above.

use super::Theme;

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

/// A rectangle: its upper left corner, width and height, and colour.
pub type Rectangle = (Place, Place, String);

/// One shape of a [`Canvas`].
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A straight line.
    Line {
        /// Where it begins.
        from: Place,
        /// Where it ends.
        to: Place,
        /// How wide it is.
        width: f64,
        /// Its colour.
        colour: String,
        /// Lengths of dashes and gaps as in SVG, empty for none.
        dash: String,
    },
    /// A filled circle with an edge of another colour.
    Circle {
        /// Its middle.
        centre: Place,
        /// Its radius.
        radius: f64,
        /// Colour inside.
        fill: String,
        /// Colour of the edge.
        edge: String,
        /// How wide the edge is; 0 for none.
        edge_width: f64,
    },
    /// A circle filled from below to a share of its height.
    Vessel {
        /// Its middle.
        centre: Place,
        /// Its radius.
        radius: f64,
        /// The share that is filled, 0 to 1.
        share: f64,
        /// Colour of edge and filling.
        colour: String,
    },
    /// A filled polygon.
    Polygon {
        /// Its corners in order.
        corners: Vec<Place>,
        /// Colour inside.
        fill: String,
    },
    /// Filled rectangles without edges.
    Rectangles(Vec<Rectangle>),
    /// Words on one line.
    Text {
        /// Where they stand.
        at: Place,
        /// Height of letters in pixels.
        size: u32,
        /// How they stand in relation to their place.
        anchor: Anchor,
        /// The words.
        words: String,
        /// Their colour.
        colour: String,
    },
}

/// A picture of shapes under a title, on the ground of its theme.
///
/// ```
/// use te_core::picture::{Anchor, Canvas, Shape, Theme};
///
/// let mut canvas = Canvas::new("A full and a half glass", 240.0, 120.0, Theme::Light);
/// for (x, share) in [(80.0, 1.0), (160.0, 0.5)] {
///     canvas.vessel((x, 70.0), 20.0, share, "#0072b2");
///     canvas.text((x, 110.0), 12, Anchor::Middle, &format!("{share}"));
/// }
/// // The title is a shape as well.
/// assert_eq!(canvas.shapes().len(), 5);
/// assert!(matches!(&canvas.shapes()[1], Shape::Vessel { share: 1.0, .. }));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Canvas {
    title: String,
    size: (f64, f64),
    theme: Theme,
    shapes: Vec<Shape>,
}

impl Canvas {
    /// An empty picture of this size under its title.
    pub fn new(title: &str, width: f64, height: f64, theme: Theme) -> Self {
        let mut canvas = Self { title: title.to_owned(), size: (width, height), theme, shapes: Vec::new() };
        canvas.text((width / 2.0, 30.0), 18, Anchor::Middle, title);
        canvas
    }

    /// Its heading.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Width of the picture.
    pub fn width(&self) -> f64 {
        self.size.0
    }

    /// Height of the picture.
    pub fn height(&self) -> f64 {
        self.size.1
    }

    /// Light or dark.
    pub fn theme(&self) -> Theme {
        self.theme
    }

    /// What is on it, the lowest first.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// Colour of the ground.
    pub fn ground(&self) -> &'static str {
        self.theme.ground()
    }

    /// Colour of letters.
    pub fn ink(&self) -> &'static str {
        self.theme.ink()
    }

    /// Between ground and ink: 0 is the ground, 1 the ink.
    pub fn shade(&self, share: f64) -> String {
        mix(self.ground(), self.ink(), share)
    }

    /// A straight line; `dash` as in SVG, empty for none.
    pub fn line(&mut self, from: Place, to: Place, width: f64, colour: &str, dash: &str) {
        self.shapes.push(Shape::Line { from, to, width, colour: colour.to_owned(), dash: dash.to_owned() });
    }

    /// A filled circle with an edge of another colour.
    pub fn circle(&mut self, centre: Place, radius: f64, fill: &str, edge: &str, edge_width: f64) {
        let (fill, edge) = (fill.to_owned(), edge.to_owned());
        self.shapes.push(Shape::Circle { centre, radius, fill, edge, edge_width });
    }

    /// A circle filled from below to a share of its height, 0 to 1.
    pub fn vessel(&mut self, centre: Place, radius: f64, share: f64, colour: &str) {
        let share = share.clamp(0.0, 1.0);
        self.shapes.push(Shape::Vessel { centre, radius, share, colour: colour.to_owned() });
    }

    /// A filled polygon.
    pub fn polygon(&mut self, corners: &[Place], fill: &str) {
        self.shapes.push(Shape::Polygon { corners: corners.to_vec(), fill: fill.to_owned() });
    }

    /// Filled rectangles: upper left corner, width and height, colour.
    pub fn rectangles(&mut self, all: &[Rectangle]) {
        self.shapes.push(Shape::Rectangles(all.to_vec()));
    }

    /// Words in the colour of letters, `size` pixels high.
    pub fn text(&mut self, at: Place, size: u32, anchor: Anchor, words: &str) {
        self.coloured_text(at, size, anchor, words, self.ink());
    }

    /// Words in another colour.
    pub fn coloured_text(&mut self, at: Place, size: u32, anchor: Anchor, words: &str, colour: &str) {
        let (words, colour) = (words.to_owned(), colour.to_owned());
        self.shapes.push(Shape::Text { at, size, anchor, words, colour });
    }
}

/// A colour between two, `share` of the way from the first.
///
/// ```
/// use te_core::picture::mix;
/// assert_eq!(mix("#102030", "#506070", 0.0), "#102030");
/// assert_eq!(mix("#000000", "#ffffff", 0.5), "#808080");
/// assert_eq!(mix("#102030", "#506070", 2.0), "#506070");
/// ```
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
