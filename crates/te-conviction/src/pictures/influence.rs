//! The social network: participants who influence each other near each other.
//!
//! An arrow leads from who influences to who is influenced. A circle's area is in proportion to holdings, but never so
//! small that its number would not fit; its colour tells how many participants it influences. Those without links stand
//! in rows below.

use super::radius;
use super::spring::{separate, spring};
use crate::community::network::Network;
use te_core::picture::{Anchor, Canvas, NoPicture, Picture, Place, Theme, mix};

const WIDTH: f64 = 960.0;
/// How many without links stand side by side, and how far apart.
const ALONE_SIDE_BY_SIDE: usize = 16;
const APART: f64 = 56.0;
/// Room for the network: left, top, right, bottom.
const ROOM: (f64, f64, f64, f64) = (50.0, 100.0, 910.0, 690.0);
const SMALLEST: f64 = 14.0;
const LARGEST: f64 = 26.0;
/// Between the circles of linked participants, so that arrows are seen.
const APART_LINKED: f64 = 20.0;
/// Most participants in one picture.
const MOST: usize = 300;

pub(super) fn draw(occasion: &str, network: &Network, theme: Theme) -> Result<Picture, NoPicture> {
    let title = format!("Social network of the participants, {occasion}");
    let there: Vec<usize> = (0..network.ranks()).filter(|&rank| network.present()[rank]).collect();
    let refuse = |cause: String| Err(NoPicture { title: title.clone(), cause });
    if there.is_empty() {
        return refuse("there are no participants".to_owned());
    }
    if there.len() > MOST {
        return refuse(format!(
            "{} participants are too many for one picture; at most {MOST} are drawn",
            there.len()
        ));
    }
    let seat = |rank: u32| there.iter().position(|&one| one == rank as usize);
    // Influencer, influenced, weight.
    let links: Vec<(usize, usize, f64)> = network
        .influence()
        .iter()
        .filter(|link| link.weight > 0.0)
        .filter_map(|link| Some((seat(link.to)?, seat(link.from)?, link.weight)))
        .collect();
    let pairs: Vec<(usize, usize)> = links.iter().map(|&(from, to, _)| (from, to)).collect();
    let holdings: Vec<f64> =
        there.iter().map(|&rank| network.holdings().get(rank).copied().unwrap_or(0.0)).collect();
    let richest = holdings.iter().copied().fold(0.0, f64::max);
    let sizes: Vec<f64> = holdings.iter().map(|&held| radius(held, richest, LARGEST).max(SMALLEST)).collect();
    let (places, bottom) = places(&sizes, &pairs);
    let mut reach = vec![0_usize; there.len()];
    for (from, ..) in &links {
        if let Some(count) = reach.get_mut(*from) {
            *count += 1;
        }
    }
    let widest = reach.iter().copied().max().unwrap_or(0).max(1);

    let mut canvas = Canvas::new(&title, WIDTH, bottom + 60.0, theme);
    let faint = canvas.shade(0.62);
    let words = "An arrow leads from who influences to who is influenced. Area: holdings (small ones enlarged). \
                 Colour: how many are influenced.";
    canvas.coloured_text((WIDTH / 2.0, 54.0), 13, Anchor::Middle, words, &faint);
    let heaviest = links.iter().map(|link| link.2).fold(f64::MIN_POSITIVE, f64::max);
    for (from, to, weight) in &links {
        if let (Some(&a), Some(&b), Some(&start), Some(&end)) =
            (places.get(*from), places.get(*to), sizes.get(*from), sizes.get(*to))
        {
            arrow(&mut canvas, (a, start), (b, end), 1.05 + 1.2 * te_core::math::powi(weight / heaviest, 3));
        }
    }
    let (low, high) = ends(theme);
    let ground = canvas.ground();
    for (at, &rank) in there.iter().enumerate() {
        let (Some(&place), Some(&size)) = (places.get(at), sizes.get(at)) else { continue };
        let share = reach.get(at).copied().unwrap_or(0) as f64 / widest as f64;
        canvas.circle(place, size, &mix(low, high, share), ground, 1.5);
        let node = network.participant_nodes().get(rank).copied().unwrap_or_default();
        let below = (place.0, place.1 + 4.0);
        canvas.coloured_text(below, 12, Anchor::Middle, &node.to_string(), letters(theme, share));
    }
    legend(&mut canvas, theme, widest, &format!("{} participants, {} links", there.len(), links.len()));
    Ok(Picture::Canvas(canvas))
}

/// Where each participant stands, and the lower end of all.
fn places(sizes: &[f64], pairs: &[(usize, usize)]) -> (Vec<Place>, f64) {
    let count = sizes.len();
    let linked: Vec<usize> =
        (0..count).filter(|at| pairs.iter().any(|(from, to)| from == at || to == at)).collect();
    let seat = |at: usize| linked.iter().position(|&one| one == at);
    let inner: Vec<(usize, usize)> =
        pairs.iter().filter_map(|&(from, to)| Some((seat(from)?, seat(to)?))).collect();
    let mut places = vec![(0.0, 0.0); count];
    let mut among: Vec<Place> = spring(linked.len(), &inner)
        .into_iter()
        .map(|(x, y)| (ROOM.0 + (ROOM.2 - ROOM.0) * x, ROOM.1 + (ROOM.3 - ROOM.1) * y))
        .collect();
    let radii: Vec<f64> = linked.iter().filter_map(|&at| sizes.get(at).copied()).collect();
    separate(&mut among, &radii, APART_LINKED, ROOM);
    for (&at, found) in linked.iter().zip(among) {
        if let Some(place) = places.get_mut(at) {
            *place = found;
        }
    }
    let mut bottom = if linked.is_empty() { ROOM.1 - LARGEST } else { ROOM.3 + LARGEST };
    let alone: Vec<usize> = (0..count).filter(|at| !linked.contains(at)).collect();
    for row in alone.chunks(ALONE_SIDE_BY_SIDE) {
        bottom += 2.0 * LARGEST + 4.0;
        let left = WIDTH / 2.0 - APART * (row.len() as f64 - 1.0) / 2.0;
        for (k, &at) in row.iter().enumerate() {
            if let Some(place) = places.get_mut(at) {
                *place = (left + APART * k as f64, bottom - LARGEST);
            }
        }
    }
    (places, bottom)
}

/// Colours of nobody influenced and of the most.
fn ends(theme: Theme) -> (&'static str, &'static str) {
    match theme {
        Theme::Light => ("#dbe9f5", "#00508a"),
        Theme::Dark => ("#2c3d4d", "#8fd0f7"),
    }
}

/// Letters that can be read on the circle.
fn letters(theme: Theme, share: f64) -> &'static str {
    match (theme, share > 0.5) {
        (Theme::Light, true) | (Theme::Dark, false) => "#ffffff",
        (Theme::Light, false) | (Theme::Dark, true) => "#000000",
    }
}

/// An arrow from the edge of one circle to the edge of another.
fn arrow(canvas: &mut Canvas, (a, start): (Place, f64), (b, end): (Place, f64), width: f64) {
    let (x, y) = (b.0 - a.0, b.1 - a.1);
    let length = (x * x + y * y).sqrt();
    if length <= start + end + 4.0 {
        return;
    }
    let (x, y) = (x / length, y / length);
    let head = 5.0 + 1.5 * width;
    let tip = (b.0 - x * (end + 1.5), b.1 - y * (end + 1.5));
    let neck = (tip.0 - x * head, tip.1 - y * head);
    let colour = canvas.shade(0.3);
    canvas.line((a.0 + x * start, a.1 + y * start), neck, width, &colour, "");
    let half = head * 0.42;
    let corners = [tip, (neck.0 - y * half, neck.1 + x * half), (neck.0 + y * half, neck.1 - x * half)];
    canvas.polygon(&corners, &canvas.shade(0.55));
}

fn legend(canvas: &mut Canvas, theme: Theme, widest: usize, size: &str) {
    let (low, high) = ends(theme);
    let (y, left) = (canvas.height() - 24.0, 50.0);
    canvas.text((left, y), 13, Anchor::Start, size);
    let (from, width, steps) = (WIDTH - 330.0, 160.0, 80_u32);
    let step = width / f64::from(steps);
    let bar: Vec<_> = (0..steps)
        .map(|k| {
            let share = (f64::from(k) + 0.5) / f64::from(steps);
            ((from + step * f64::from(k), y - 11.0), (step + 0.5, 14.0), mix(low, high, share))
        })
        .collect();
    canvas.rectangles(&bar);
    canvas.text((from - 10.0, y), 13, Anchor::End, "influences 0");
    canvas.text((from + width + 10.0, y), 13, Anchor::Start, &format!("{widest} participants"));
}
