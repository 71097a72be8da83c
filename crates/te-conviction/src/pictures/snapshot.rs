//! The two-sided picture: participants left, candidates in the middle with the stakes between them, and what became of
//! the other proposals right.
//!
//! A circle's area is in proportion to holdings or request, but a candidate is never too small. A candidate is filled from below by its share of the
//! trigger. A stake is drawn the stronger the larger it is; negative ones, which only the published rules know, are dashed.

use super::{radius, status_colour, thousands};
use crate::community::Community;
use crate::community::network::{STATUSES, Status};
use crate::community::tables::{Right, Snapshot};
use te_core::picture::{Anchor, Canvas, NoPicture, Picture, Theme};

const WIDTH: f64 = 1120.0;
const TOP: f64 = 104.0;
const BOTTOM: f64 = 34.0;
const LEFT: f64 = 170.0;
const MIDDLE: f64 = 560.0;
const BLOCKS: f64 = 780.0;
/// Height of a participant's or a candidate's line.
const LINE: f64 = 17.0;
const LARGEST: f64 = 11.0;
/// The circles of proposals that are no longer candidates: how many side by side, and their room.
const SIDE_BY_SIDE: usize = 8;
const CELL: (f64, f64) = (40.0, 37.0);
/// Colour of participants.
const PARTICIPANT: &str = "#d55e00";
/// A candidate's circle is at least so wide that its filling can be seen.
const VISIBLE: f64 = 6.0;
/// Most participants or proposals in one picture.
const MOST: usize = 400;

pub(super) fn draw(occasion: &str, community: &Community, theme: Theme) -> Result<Picture, NoPicture> {
    let snapshot = Snapshot::of(0, community.network());
    let title = format!("Participants and proposals, {occasion}");
    let candidates: Vec<usize> = (0..snapshot.right.len())
        .filter(|&at| snapshot.right.get(at).is_some_and(|one| one.status == Status::Candidate))
        .collect();
    let blocks = blocks(&snapshot);
    if snapshot.left.len() > MOST || snapshot.right.len() > MOST {
        let cause = format!(
            "{} participants and {} proposals are too many for one picture; at most {MOST} of each are drawn",
            snapshot.left.len(),
            snapshot.right.len()
        );
        return Err(NoPicture { title, cause });
    }
    let lines = snapshot.left.len().max(candidates.len()).max(12) as f64;
    let tall = blocks.iter().map(|(_, all)| block_height(all.len())).sum::<f64>() - 20.0;
    let height = (LINE * lines).max(tall);
    let canvas = Canvas::new(&title, WIDTH, TOP + height + BOTTOM, theme);
    let mut sheet = Sheet { canvas, theme, height, snapshot: &snapshot, candidates: &candidates };
    sheet.stakes();
    sheet.participants();
    sheet.candidates();
    sheet.others(&blocks);
    sheet.explain();
    Ok(Picture::Canvas(sheet.canvas))
}

/// The proposals of each status but candidates.
fn blocks(snapshot: &Snapshot) -> Vec<(Status, Vec<&Right>)> {
    let others = STATUSES.into_iter().filter(|status| *status != Status::Candidate);
    others
        .map(|status| (status, snapshot.right.iter().filter(|one| one.status == status).collect()))
        .collect()
}

fn block_height(count: usize) -> f64 {
    38.0 + CELL.1 * count.div_ceil(SIDE_BY_SIDE) as f64
}

struct Sheet<'a> {
    canvas: Canvas,
    theme: Theme,
    height: f64,
    snapshot: &'a Snapshot,
    candidates: &'a [usize],
}

impl Sheet<'_> {
    fn place(&self, at: usize, count: usize) -> f64 {
        TOP + self.height * (at as f64 + 0.5) / count.max(1) as f64
    }

    fn stakes(&mut self) {
        let most = self.snapshot.ties.iter().map(|tie| tie.tokens.abs()).fold(f64::MIN_POSITIVE, f64::max);
        let mut ties: Vec<_> = self
            .snapshot
            .ties
            .iter()
            .filter_map(|tie| Some((tie, self.candidates.iter().position(|&at| at == tie.to)?)))
            .collect();
        // The large ones above.
        ties.sort_by(|(a, _), (b, _)| a.tokens.abs().total_cmp(&b.tokens.abs()));
        for (tie, seat) in ties {
            let share = (tie.tokens.abs() / most).sqrt();
            let from = (LEFT, self.place(tie.from, self.snapshot.left.len()));
            let to = (MIDDLE, self.place(seat, self.candidates.len()));
            let shade = self.canvas.shade(0.12 + 0.7 * share);
            let dash = if tie.tokens < 0.0 { "3 4" } else { "" };
            self.canvas.line(from, to, 1.1 + 1.4 * share, &shade, dash);
        }
    }

    fn participants(&mut self) {
        let faint = self.canvas.shade(0.62);
        let ground = self.canvas.ground();
        let count = self.snapshot.left.len();
        self.canvas.text((LEFT + 14.0, TOP - 14.0), 14, Anchor::End, &format!("{count} participants"));
        let richest = self.snapshot.left.iter().map(|one| one.holdings).fold(0.0, f64::max);
        for (at, one) in self.snapshot.left.iter().enumerate() {
            let y = self.place(at, count);
            self.canvas.circle((LEFT, y), radius(one.holdings, richest, LARGEST), PARTICIPANT, ground, 0.8);
            self.canvas.text((LEFT - 18.0, y + 4.0), 12, Anchor::End, &one.node.to_string());
            let held = format!("{} HNY", thousands(one.holdings));
            self.canvas.coloured_text((LEFT - 50.0, y + 4.0), 12, Anchor::End, &held, &faint);
        }
    }

    fn candidates(&mut self) {
        let faint = self.canvas.shade(0.62);
        let colour = status_colour(Status::Candidate, self.theme);
        let count = self.candidates.len();
        let heading = format!("{count} candidate{}", if count == 1 { "" } else { "s" });
        self.canvas.text((MIDDLE - 14.0, TOP - 14.0), 14, Anchor::Start, &heading);
        let largest = self.largest();
        for (seat, one) in self.candidates.iter().filter_map(|&at| self.snapshot.right.get(at)).enumerate() {
            let y = self.place(seat, count);
            self.canvas.vessel(
                (MIDDLE, y),
                radius(one.requested, largest, LARGEST).max(VISIBLE),
                one.filled.unwrap_or(0.0),
                colour,
            );
            let name = one.node.to_string();
            self.canvas.text((MIDDLE + 44.0, y + 4.0), 12, Anchor::End, &name);
            let filled = one.filled.map_or_else(|| "never".to_owned(), percent);
            self.canvas.text((MIDDLE + 92.0, y + 4.0), 12, Anchor::End, &filled);
            let asked = format!("{} HNY", thousands(one.requested));
            self.canvas.coloured_text((MIDDLE + 168.0, y + 4.0), 12, Anchor::End, &asked, &faint);
        }
    }

    fn others(&mut self, blocks: &[(Status, Vec<&Right>)]) {
        let faint = self.canvas.shade(0.62);
        let largest = self.largest();
        let mut y = TOP;
        for (status, all) in blocks {
            let colour = status_colour(*status, self.theme);
            self.canvas.circle((BLOCKS, y - 19.0), 6.0, colour, colour, 0.0);
            let funds: f64 = all.iter().map(|one| one.requested).sum();
            let heading = format!("{} {}", all.len(), status.name());
            self.canvas.text((BLOCKS + 14.0, y - 14.0), 14, Anchor::Start, &heading);
            let end = BLOCKS - 12.0 + CELL.0 * SIDE_BY_SIDE as f64;
            let funds = format!("{} HNY", thousands(funds));
            self.canvas.coloured_text((end, y - 14.0), 12, Anchor::End, &funds, &faint);
            for (at, one) in all.iter().enumerate() {
                let centre = (
                    BLOCKS + CELL.0 * (at % SIDE_BY_SIDE) as f64,
                    y + 12.0 + CELL.1 * (at / SIDE_BY_SIDE) as f64,
                );
                self.canvas.circle(centre, radius(one.requested, largest, LARGEST), colour, colour, 0.0);
                let below = (centre.0, centre.1 + 22.0);
                self.canvas.coloured_text(below, 12, Anchor::Middle, &one.node.to_string(), &faint);
            }
            y += block_height(all.len());
        }
    }

    fn explain(&mut self) {
        let faint = self.canvas.shade(0.62);
        let words = "Area: holdings or request (small candidates enlarged). Filling: conviction over trigger. \
                     Line: stake, the stronger the larger";
        let negative = self.snapshot.ties.iter().filter(|tie| tie.tokens < 0.0).count();
        let words =
            if negative == 0 { format!("{words}.") } else { format!("{words}; dashed where negative.") };
        self.canvas.coloured_text((WIDTH / 2.0, 54.0), 13, Anchor::Middle, &words, &faint);
    }

    fn largest(&self) -> f64 {
        self.snapshot.right.iter().map(|one| one.requested).fold(0.0, f64::max)
    }
}

/// A share in percent, rounded down so that only what is there in full is 100 %.
fn percent(share: f64) -> String {
    format!("{:.0} %", (100.0 * share).floor())
}
