//! Where the nodes of a graph are put so that linked ones are near each other: Fruchterman and Reingold's springs.
//!
//! ```text
//! push of every pair at distance d:   k^2 / d
//! pull of every link of length d:     d^2 / k
//! pull to the middle at distance d:   4 d
//! ```
//! with `k = sqrt(1 / n)`, each move at most the temperature, which falls linearly to 0. The pull to the middle keeps
//! together what no link holds: without links the nodes would fill a circle as wide as the picture. Starting places are a lattice of the golden ratio, so that nothing is drawn by lot; only
//! sums, products and roots are used, so that the places are the same on every machine.
//!
//! Source: T. Fruchterman, E. Reingold, Graph drawing by force-directed placement, Software: Practice and Experience 21
//! (1991) 1129.

/// Rounds of moving.
const ROUNDS: u32 = 400;
/// Pull to the middle.
const MIDDLE: f64 = 4.0;
/// First temperature, as a share of the picture.
const WARM: f64 = 0.12;
/// `sqrt(5) / 2 - 1 / 2`.
const GOLDEN: f64 = 0.618033988749895;

/// A place in the unit square for each of `count` nodes, the outermost on its edges.
pub(super) fn spring(count: usize, links: &[(usize, usize)]) -> Vec<(f64, f64)> {
    let n = count.max(1) as f64;
    let k = (1.0 / n).sqrt();
    let start = |i: usize| ((i as f64 * GOLDEN).fract(), (i as f64 + 0.5) / n);
    let mut places: Vec<(f64, f64)> = (0..count).map(start).collect();
    let mut forces = vec![(0.0, 0.0); count];
    for round in 0..ROUNDS {
        forces.fill((0.0, 0.0));
        for i in 0..count {
            for j in i + 1..count {
                let (x, y, d) = apart(places[i], places[j]);
                let push = k * k / (d * d);
                shift(&mut forces, i, j, x * push, y * push);
            }
        }
        for &(i, j) in links.iter().filter(|(i, j)| i != j && *i < count && *j < count) {
            let (x, y, d) = apart(places[i], places[j]);
            let pull = -d / k;
            shift(&mut forces, i, j, x * pull, y * pull);
        }
        let warm = WARM * (1.0 - f64::from(round) / f64::from(ROUNDS));
        for (place, force) in places.iter_mut().zip(&forces) {
            let (x, y, _) = apart((0.5, 0.5), *place);
            let (x, y) = (force.0 + x * MIDDLE, force.1 + y * MIDDLE);
            let length = (x * x + y * y).sqrt().max(1e-12);
            let step = length.min(warm) / length;
            *place = (place.0 + x * step, place.1 + y * step);
        }
    }
    stretched(&places)
}

/// From `b` to `a`: the two parts and the length, which is never 0.
fn apart(a: (f64, f64), b: (f64, f64)) -> (f64, f64, f64) {
    let (x, y) = (a.0 - b.0, a.1 - b.1);
    (x, y, (x * x + y * y).sqrt().max(1e-6))
}

fn shift(forces: &mut [(f64, f64)], i: usize, j: usize, x: f64, y: f64) {
    forces[i] = (forces[i].0 + x, forces[i].1 + y);
    forces[j] = (forces[j].0 - x, forces[j].1 - y);
}

/// The same places so that they fill the unit square.
fn stretched(places: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let ends = |of: fn(&(f64, f64)) -> f64| {
        let low = places.iter().map(of).fold(f64::INFINITY, f64::min);
        let high = places.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        (low, high - low)
    };
    let ((left, wide), (top, high)) = (ends(|place| place.0), ends(|place| place.1));
    let part = |x: f64, low: f64, span: f64| if span > 0.0 { (x - low) / span } else { 0.5 };
    places.iter().map(|place| (part(place.0, left, wide), part(place.1, top, high))).collect()
}

/// Moves places apart until circles of these radii around them have `gap` between each other, as far as the room, from its
/// upper left to its lower right corner, allows it.
pub(super) fn separate(places: &mut [(f64, f64)], radii: &[f64], gap: f64, room: (f64, f64, f64, f64)) {
    for _ in 0..ROUNDS {
        let mut moved = false;
        for i in 0..places.len() {
            for j in i + 1..places.len() {
                let (x, y, d) = apart(places[i], places[j]);
                let missing =
                    radii.get(i).copied().unwrap_or(0.0) + radii.get(j).copied().unwrap_or(0.0) + gap - d;
                if missing > 0.01 {
                    let part = missing / (2.0 * d);
                    shift(places, i, j, x * part, y * part);
                    moved = true;
                }
            }
        }
        for place in places.iter_mut() {
            *place = (place.0.clamp(room.0, room.2), place.1.clamp(room.1, room.3));
        }
        if !moved {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linked_nodes_are_nearer_than_others() {
        // Two triangles.
        let links = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)];
        let places = spring(6, &links);
        let near = apart(places[0], places[1]).2;
        let far = apart(places[0], places[3]).2;
        assert!(near * 1.5 < far, "{near} {far}");
        assert_eq!(places, spring(6, &links));
        assert!(places.iter().all(|(x, y)| (0.0..=1.0).contains(x) && (0.0..=1.0).contains(y)));
    }

    #[test]
    fn circles_are_moved_apart() {
        let mut places = [(50.0, 50.0), (52.0, 50.0), (50.0, 53.0)];
        separate(&mut places, &[5.0, 10.0, 5.0], 2.0, (0.0, 0.0, 100.0, 100.0));
        assert!(apart(places[0], places[1]).2 >= 16.9 && apart(places[0], places[2]).2 >= 11.9);
        assert!(apart(places[1], places[2]).2 >= 16.9);
    }

    #[test]
    fn few_nodes_are_placed_too() {
        assert!(spring(0, &[]).is_empty());
        assert_eq!(spring(1, &[(0, 0)]), [(0.5, 0.5)]);
        assert_eq!(spring(2, &[(0, 7)]).len(), 2);
    }
}
