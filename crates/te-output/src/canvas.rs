//! Pictures that are no charts: the shapes of a [`Canvas`] drawn by the same renderer and in the same letters as charts.

use kuva::render::color::Color;
use kuva::render::render::{PathData, Primitive, Scene, TextAnchor};
use te_core::picture::{Anchor, Canvas, Place, Shape};

use crate::Drawing;
use crate::chart::{FONT, plain};

impl From<Canvas> for Drawing {
    /// The picture, ready as SVG or PNG.
    ///
    /// ```
    /// use te_output::{Anchor, Canvas, Drawing, Theme};
    ///
    /// let mut canvas = Canvas::new("A half glass", 240.0, 120.0, Theme::Light);
    /// canvas.vessel((120.0, 70.0), 20.0, 0.5, "#0072b2");
    /// let drawing = Drawing::from(canvas);
    /// assert!(drawing.svg().contains("A half glass"));
    /// assert!(drawing.png()?.starts_with(b"\x89PNG"));
    /// # Ok::<(), te_output::OutputError>(())
    /// ```
    fn from(canvas: Canvas) -> Self {
        let mut scene = Scene::new(canvas.width(), canvas.height()).with_background(Some(canvas.ground()));
        scene.text_color = Some(canvas.ink().to_owned());
        scene.font_family = Some(FONT.to_owned());
        for shape in canvas.shapes() {
            add(&mut scene, shape, canvas.ground());
        }
        Self::of(scene, canvas.title().to_owned())
    }
}

fn add(scene: &mut Scene, shape: &Shape, ground: &str) {
    match shape {
        Shape::Line { from, to, width, colour, dash } => scene.add(Primitive::PolyLine {
            points: vec![*from, *to],
            stroke: colour.as_str().into(),
            stroke_width: *width,
            stroke_dasharray: (!dash.is_empty()).then(|| dash.clone()),
        }),
        Shape::Circle { centre, radius, fill, edge, edge_width } => {
            circle(scene, *centre, *radius, fill, edge, *edge_width);
        }
        Shape::Vessel { centre, radius, share, colour } => {
            vessel(scene, *centre, *radius, *share, colour, ground);
        }
        Shape::Polygon { corners, fill } => polygon(scene, corners, fill),
        Shape::Rectangles(all) => scene.add(Primitive::RectBatch {
            x: all.iter().map(|one| one.0.0).collect(),
            y: all.iter().map(|one| one.0.1).collect(),
            w: all.iter().map(|one| one.1.0).collect(),
            h: all.iter().map(|one| one.1.1).collect(),
            fills: all.iter().map(|one| one.2.as_str().into()).collect(),
        }),
        Shape::Text { at, size, anchor, words, colour } => scene.add(Primitive::Text {
            x: at.0,
            y: at.1,
            content: plain(words),
            size: *size,
            anchor: match anchor {
                Anchor::Start => TextAnchor::Start,
                Anchor::Middle => TextAnchor::Middle,
                Anchor::End => TextAnchor::End,
            },
            rotate: None,
            bold: false,
            color: Some(colour.as_str().into()),
        }),
    }
}

fn circle(scene: &mut Scene, centre: Place, radius: f64, fill: &str, edge: &str, edge_width: f64) {
    scene.add(Primitive::Circle {
        cx: centre.0,
        cy: centre.1,
        r: radius,
        fill: fill.into(),
        fill_opacity: None,
        stroke: (edge_width > 0.0).then(|| edge.into()),
        stroke_width: (edge_width > 0.0).then_some(edge_width),
    });
}

fn vessel(scene: &mut Scene, centre: Place, radius: f64, share: f64, colour: &str, ground: &str) {
    if share >= 1.0 {
        circle(scene, centre, radius, colour, colour, 1.5);
        return;
    }
    circle(scene, centre, radius, ground, colour, 0.0);
    // The chord at this height, and the arc below it.
    let up = 2.0 * share - 1.0;
    let half = radius * (1.0 - up * up).max(0.0).sqrt();
    if share > 0.0 && half > 0.0 {
        let y = centre.1 - radius * up;
        let (left, right, large) = (centre.0 - half, centre.0 + half, u8::from(share > 0.5));
        filled(
            scene,
            format!("M{left:.2} {y:.2}A{radius:.2} {radius:.2} 0 {large} 0 {right:.2} {y:.2}Z"),
            colour,
        );
    }
    scene.add(Primitive::Circle {
        cx: centre.0,
        cy: centre.1,
        r: radius,
        fill: Color::None,
        fill_opacity: None,
        stroke: Some(colour.into()),
        stroke_width: Some(1.5),
    });
}

fn polygon(scene: &mut Scene, corners: &[Place], fill: &str) {
    use std::fmt::Write as _;
    let mut path = String::new();
    for (number, (x, y)) in corners.iter().enumerate() {
        // Writing into a String cannot fail.
        let _ = write!(path, "{}{x:.2} {y:.2}", if number == 0 { 'M' } else { 'L' });
    }
    path.push('Z');
    filled(scene, path, fill);
}

fn filled(scene: &mut Scene, d: String, fill: &str) {
    scene.add(Primitive::Path(Box::new(PathData {
        d,
        fill: Some(fill.into()),
        stroke: Color::None,
        stroke_width: 0.0,
        opacity: None,
        stroke_dasharray: None,
    })));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Theme;

    #[test]
    fn a_vessel_is_filled_to_its_share() {
        let draw = |share| {
            let mut canvas = Canvas::new("v", 100.0, 100.0, Theme::Light);
            canvas.vessel((50.0, 50.0), 20.0, share, "#0072b2");
            Drawing::from(canvas)
        };
        assert!(draw(0.25).svg().contains("M32.68 60.00A20.00 20.00 0 0 0 67.32 60.00Z"));
        assert!(draw(0.75).svg().contains(" 0 1 0 "));
        assert!(!draw(0.0).svg().contains("<path") && !draw(1.0).svg().contains("<path"));
        assert_eq!(draw(0.25).png().unwrap(), draw(0.25).png().unwrap());
        assert_ne!(draw(0.25).png().unwrap(), draw(0.75).png().unwrap());
    }
}
