//! Pictures of what is inside a component and in no column: a community's participants, proposals and links.
//!
//! These are the network pictures of the published conviction voting notebook. A [`Look`] says which; [`draw`] draws it
//! of a [`Community`] on a day, as plain data that te-output renders.
//!
//! | look | picture | of |
//! |---|---|---|
//! | `holdings` | histogram of holdings | participants present |
//! | `influence` | the social network: who influences whom | participants present |
//! | `requests` | request over pool | candidates |
//! | `required-share` | trigger over the largest conviction, `E / (1 - alpha)` | candidates |
//! | `required` | trigger | candidates |
//! | `affinities` | heat map of affinities in `[-1, 1]` | participants and proposals |
//! | `snapshot` | participants left, proposals right, stakes between them | everybody |
//! | `progress` | fan of conviction over trigger, by day | candidates of all days so far |
//!
//! Colours tell apart with any colour vision: dislike is vermilion and liking blue, where the notebook has red and green.
//! On the day of founding `required` and `required-share` of the published rules are the notebook's, with S in place of E
//! in the trigger; from the first day on they show the triggers, which count E.
//!
//! ```
//! use te_conviction::community::{Community, parameters::CommunityParams};
//! use te_conviction::pictures::{Look, draw};
//! use te_core::picture::{Picture, Theme};
//! use te_core::{Stream, StreamKey};
//!
//! let mut community = Community::new(CommunityParams::default())?;
//! community.found(&mut Stream::new(StreamKey::default(), "community"));
//! let picture = draw(Look::Snapshot, "day 0", &community, &[], Theme::Light)?;
//! assert!(matches!(picture, Picture::Canvas(canvas) if canvas.title() == "Participants and proposals, day 0"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod affinities;
mod bars;
mod influence;
mod snapshot;
mod spring;

use crate::community::Community;
use crate::community::network::Status;
use crate::community::tables::{participant_table, progress_table, proposal_table};
use crate::component::Voting;
use te_core::picture::{
    ChartKind, ChartSpec, Guide, NoPicture, Offer, Offered, Picture, Pictured, Series, Theme,
};
use te_core::{Cells, Column, Frame, FrameError};

/// What to draw of a community.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Look {
    /// Histogram of holdings.
    Holdings,
    /// The social network.
    Influence,
    /// Requests as shares of the pool.
    Requests,
    /// Triggers as shares of the largest conviction.
    RequiredShare,
    /// Triggers.
    Required,
    /// Heat map of affinities.
    Affinities,
    /// The two-sided picture of participants and proposals.
    Snapshot,
    /// Fan of conviction over trigger.
    Progress,
}

impl Look {
    /// All of them, in the order of the notebook.
    pub const ALL: [Self; 8] = [
        Self::Holdings,
        Self::Influence,
        Self::Requests,
        Self::RequiredShare,
        Self::Required,
        Self::Affinities,
        Self::Snapshot,
        Self::Progress,
    ];

    /// Its name in files and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Holdings => "holdings",
            Self::Influence => "influence",
            Self::Requests => "requests",
            Self::RequiredShare => "required-share",
            Self::Required => "required",
            Self::Affinities => "affinities",
            Self::Snapshot => "snapshot",
            Self::Progress => "progress",
        }
    }

    /// The look of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|look| look.name() == name)
    }

    const fn offer(self) -> Offer {
        Offer { name: self.name(), caption: self.caption(), needs_past: self.needs_past() }
    }

    /// Whether it shows the days before as well.
    pub const fn needs_past(self) -> bool {
        matches!(self, Self::Progress)
    }

    /// What it shows of a community on its day, in a sentence or two.
    pub fn caption_of(self, community: &Community) -> String {
        let founding = matches!(self, Self::Required | Self::RequiredShare)
            && crate::community::tables::needs_as_in_the_notebook(community);
        if founding {
            format!(
                "{} As the published notebook draws it at the founding, with the total supply S in place of the effective \
                 supply E; from day 1 on a trigger counts E.",
                self.caption()
            )
        } else {
            self.caption().to_owned()
        }
    }

    /// What it shows, in a sentence.
    pub const fn caption(self) -> &'static str {
        match self {
            Self::Holdings => "How many participants hold how much.",
            Self::Influence => {
                "The social network: an arrow leads from who influences to who is influenced, the thicker the more."
            }
            Self::Requests => "What each candidate asks for, as a share of the common pool.",
            Self::RequiredShare => {
                "Conviction that each candidate needs, as a share of what all voting tokens could ever reach."
            }
            Self::Required => "Conviction that each candidate needs to be paid.",
            Self::Affinities => "How much each participant likes each proposal.",
            Self::Snapshot => {
                "Participants and what they stake on; a candidate is filled by its share of the trigger."
            }
            Self::Progress => {
                "How near the candidates of each day came to being paid: quantiles over candidates."
            }
        }
    }
}

/// What a community offers to look at.
pub static OFFERED: Offered =
    Offered { pictures: &OFFERS, tables: &["participants", "proposals"], timestep: "day" };

const OFFERS: [Offer; Look::ALL.len()] = {
    let mut offers = [Look::ALL[0].offer(); Look::ALL.len()];
    let mut at = 1;
    while at < offers.len() {
        offers[at] = Look::ALL[at].offer();
        at += 1;
    }
    offers
};

impl Pictured for Voting {
    fn draw(
        &self,
        picture: &str,
        occasion: &str,
        past: &[Frame],
        theme: Theme,
    ) -> Result<Picture, NoPicture> {
        let look = Look::named(picture);
        let unknown =
            || NoPicture { title: picture.to_owned(), cause: "there is no such picture".to_owned() };
        draw(look.ok_or_else(unknown)?, occasion, self.community(), past, theme)
    }

    fn caption(&self, picture: &Offer) -> String {
        Look::named(picture.name).map_or_else(String::new, |look| look.caption_of(self.community()))
    }

    fn moment(&self, timestep: u64) -> Result<Frame, FrameError> {
        progress_table(timestep, self.community().network())
    }

    fn table(&self, name: &str) -> Result<Frame, FrameError> {
        match name {
            "participants" => participant_table(self.community().network()),
            "proposals" => proposal_table(self.community()),
            _ => Ok(Frame::default()),
        }
    }
}

/// Draws a community; `occasion` stands in the title, as "day 50". `past` holds the progress tables of the days up to and
/// with this one, which only [`Look::Progress`] shows.
///
/// # Errors
/// [`NoPicture`] where there is nothing to draw, or too much to be told apart.
pub fn draw(
    look: Look,
    occasion: &str,
    community: &Community,
    past: &[Frame],
    theme: Theme,
) -> Result<Picture, NoPicture> {
    match look {
        Look::Holdings => holdings(occasion, community),
        Look::Influence => influence::draw(occasion, community.network(), theme),
        Look::Requests | Look::RequiredShare | Look::Required => bars::draw(look, occasion, community),
        Look::Affinities => affinities::draw(occasion, community.network(), theme),
        Look::Snapshot => snapshot::draw(occasion, community, theme),
        Look::Progress => progress(occasion, past),
    }
}

fn holdings(occasion: &str, community: &Community) -> Result<Picture, NoPicture> {
    let network = community.network();
    let there = network.holdings().iter().zip(network.present()).filter(|(_, present)| **present);
    let held: Vec<f64> = there.map(|(held, _)| *held).collect();
    let title = format!("Holdings of the participants, {occasion}");
    let chart = ChartSpec {
        x: "timestep".to_owned(),
        y_label: Some("holdings [HNY]".to_owned()),
        counted: Some("participants".to_owned()),
        ..ChartSpec::lines(&title, ["holdings"]).kind(ChartKind::Histogram)
    };
    let runs = (1..=held.len() as u64).collect();
    let days = vec![0; held.len()];
    Ok(Picture::Chart(chart, rows(&title, runs, days, vec![Column::new("holdings", Cells::F64(held))])?))
}

fn progress(occasion: &str, past: &[Frame]) -> Result<Picture, NoPicture> {
    let (mut days, mut proposals, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for table in past {
        if let (Some(Cells::U64(day)), Some(Cells::U64(proposal)), Some(Cells::F64(ratio))) = (
            table.column("day").map(|c| &c.cells),
            table.column("proposal").map(|c| &c.cells),
            table.column("progress").map(|c| &c.cells),
        ) {
            days.extend_from_slice(day);
            proposals.extend_from_slice(proposal);
            ratios.extend_from_slice(ratio);
        }
    }
    let title = format!("Conviction over trigger of the candidates, up to {occasion}");
    let chart = ChartSpec {
        title: title.clone(),
        x: "timestep".to_owned(),
        x_label: Some("day (median, 25 to 75 % and 5 to 95 % of the candidates)".to_owned()),
        series: vec![Series::of("progress")],
        y_label: Some("conviction / trigger [1]".to_owned()),
        kind: ChartKind::Bands,
        zero: true,
        guides: vec![Guide { at: 1.0, label: "the trigger, beyond which a candidate is paid".to_owned() }],
        ..ChartSpec::default()
    };
    Ok(Picture::Chart(
        chart,
        rows(&title, proposals, days, vec![Column::new("progress", Cells::F64(ratios))])?,
    ))
}

/// A table as charts read it: a run for each participant or proposal.
fn rows(title: &str, runs: Vec<u64>, days: Vec<u64>, mut columns: Vec<Column>) -> Result<Frame, NoPicture> {
    let zeros = vec![0_u64; runs.len()];
    let mut all = vec![
        Column::new("simulation", Cells::U64(zeros.clone())),
        Column::new("subset", Cells::U64(zeros.clone())),
        Column::new("run", Cells::U64(runs)),
        Column::new("timestep", Cells::U64(days)),
        Column::new("substep", Cells::U64(zeros)),
    ];
    all.append(&mut columns);
    Frame::new(all).map_err(|error| NoPicture { title: title.to_owned(), cause: error.to_string() })
}

/// Candidate blue, active orange, completed green, failed grey, killed the colour of letters.
fn status_colour(status: Status, theme: Theme) -> &'static str {
    match (status, theme) {
        (Status::Candidate, Theme::Light) => "#0072b2",
        (Status::Candidate, Theme::Dark) => "#56b4e9",
        (Status::Active, _) => "#e69f00",
        (Status::Completed, _) => "#009e73",
        (Status::Failed, _) => "#999999",
        (Status::Killed, Theme::Light) => "#222222",
        (Status::Killed, Theme::Dark) => "#e4e4e4",
    }
}

/// Radius of a circle whose area is in proportion to `value`, between the smallest that can be seen and `widest`.
fn radius(value: f64, largest: f64, widest: f64) -> f64 {
    if largest > 0.0 { (widest * (value / largest).clamp(0.0, 1.0).sqrt()).max(1.2) } else { 1.2 }
}

/// A whole number with its thousands apart.
fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    if value < 0.0 && digits != "0" { format!("\u{2212}{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_set_in_groups_of_three() {
        assert_eq!(thousands(999.4), "999");
        assert_eq!(thousands(1234567.0), "1\u{202f}234\u{202f}567");
        assert_eq!(thousands(-0.2), "0");
        assert_eq!(thousands(-1000.0), "\u{2212}1\u{202f}000");
    }

    #[test]
    fn every_look_has_its_name() {
        for look in Look::ALL {
            assert_eq!(Look::named(look.name()), Some(look));
        }
        assert_eq!(Look::named("snapshots"), None);
    }
}
