//! The heat map of affinities: participants one way, proposals the other, the longer side across.

use crate::community::network::Network;
use te_core::picture::{Anchor, Canvas, NoPicture, Picture, Theme, mix};

/// Room for the cells.
const ACROSS: f64 = 940.0;
const DOWN: f64 = 640.0;
/// Left of the cells, above them, right of them with the scale, and below.
const LEFT: f64 = 100.0;
const TOP: f64 = 92.0;
const RIGHT: f64 = 138.0;
const BOTTOM: f64 = 28.0;

pub(super) fn draw(occasion: &str, network: &Network, theme: Theme) -> Result<Picture, NoPicture> {
    let title = format!("Affinities of participants for proposals, {occasion}");
    let refuse = |cause: String| NoPicture { title: title.clone(), cause };
    let there: Vec<usize> = (0..network.ranks()).filter(|&rank| network.present()[rank]).collect();
    let proposals = network.proposals();
    if there.is_empty() || proposals.is_empty() {
        return Err(refuse("there are no participants, or no proposals".to_owned()));
    }
    let people: Vec<u64> =
        there.iter().filter_map(|&rank| network.participant_nodes().get(rank)).map(|&n| n.into()).collect();
    let asked: Vec<u64> = proposals.iter().map(|one| one.node.index() as u64).collect();
    let proposals_across = asked.len() >= people.len();
    let (across, down) = if proposals_across { (&asked, &people) } else { (&people, &asked) };
    let cell = (ACROSS / across.len() as f64).min(DOWN / down.len() as f64).min(30.0);
    if cell < 1.0 {
        return Err(refuse(format!(
            "{} participants and {} proposals have no room: cells would be smaller than a pixel",
            people.len(),
            asked.len()
        )));
    }
    // Whole pixels leave no seams between cells.
    let cell = cell.floor();
    let (wide, high) = (cell * across.len() as f64, cell * down.len() as f64);
    let width = (LEFT + wide + RIGHT).max(640.0);
    let mut canvas = Canvas::new(&title, width, TOP + high.max(150.0) + BOTTOM, theme);
    let scale = Scale::of(&canvas, theme);
    let left = f64::midpoint(LEFT, width - RIGHT) - wide / 2.0;
    let mut cells = Vec::with_capacity(across.len() * down.len());
    for (at, column) in network.support_columns().iter().enumerate() {
        for (row, &rank) in there.iter().enumerate() {
            let affinity = column.affinity().get(rank).copied().unwrap_or(0.0);
            let (i, j) = if proposals_across { (at, row) } else { (row, at) };
            let place = (left + cell * i as f64, TOP + cell * j as f64);
            cells.push((place, (cell, cell), scale.colour(affinity)));
        }
    }
    canvas.rectangles(&cells);
    let names = if proposals_across { ["proposal", "participant"] } else { ["participant", "proposal"] };
    canvas.text((left + wide / 2.0, TOP - 30.0), 14, Anchor::Middle, names[0]);
    canvas.text((left - 7.0, TOP - 30.0), 14, Anchor::End, names[1]);
    for (at, name) in ticks(across, cell, 30.0) {
        canvas.text((left + cell * (at as f64 + 0.5), TOP - 8.0), 12, Anchor::Middle, &name);
    }
    for (at, name) in ticks(down, cell, 15.0) {
        canvas.text((left - 7.0, TOP + cell * (at as f64 + 0.5) + 4.0), 12, Anchor::End, &name);
    }
    scale.draw(&mut canvas, (left + wide + 34.0, TOP), high.clamp(150.0, 240.0));
    Ok(Picture::Canvas(canvas))
}

/// Every so many names that they do not touch.
fn ticks(names: &[u64], cell: f64, apart: f64) -> Vec<(usize, String)> {
    let step = [1, 2, 5, 10, 20, 50, 100, 200, 500]
        .into_iter()
        .find(|step| *step as f64 * cell >= apart)
        .unwrap_or(1000);
    names.iter().enumerate().step_by(step).map(|(at, name)| (at, name.to_string())).collect()
}

/// Vermilion at -1, nearly the ground at 0, blue at 1.
struct Scale {
    dislike: String,
    indifferent: String,
    like: String,
}

impl Scale {
    fn of(canvas: &Canvas, theme: Theme) -> Self {
        let like = if theme == Theme::Dark { "#56b4e9" } else { "#00609a" };
        Self { dislike: "#d55e00".to_owned(), indifferent: canvas.shade(0.05), like: like.to_owned() }
    }

    fn colour(&self, affinity: f64) -> String {
        let end = if affinity < 0.0 { &self.dislike } else { &self.like };
        mix(&self.indifferent, end, affinity.abs())
    }

    /// The bar of colours, its upper left corner at `place`.
    fn draw(&self, canvas: &mut Canvas, place: (f64, f64), height: f64) {
        const STEPS: u32 = 80;
        let step = height / f64::from(STEPS);
        let affinity = |k: u32| 1.0 - 2.0 * (f64::from(k) + 0.5) / f64::from(STEPS);
        let bar: Vec<_> = (0..STEPS)
            .map(|k| {
                // A little overlap hides the seams.
                let y = place.1 + step * f64::from(k);
                ((place.0, y), (16.0, step + 0.5), self.colour(affinity(k)))
            })
            .collect();
        canvas.rectangles(&bar);
        canvas.text((place.0 - 4.0, place.1 - 30.0), 14, Anchor::Start, "affinity [1]");
        for (value, name) in [(1.0, "1: likes"), (0.0, "0"), (-1.0, "\u{2212}1: dislikes")] {
            let y = place.1 + height * (1.0 - value) / 2.0;
            canvas.text((place.0 + 22.0, y + 4.0), 12, Anchor::Start, name);
        }
    }
}
