//! Over which rows of a run statistics along it are.

use crate::number::ordinal;

/// Which timesteps of a run are rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Covers {
    /// Every timestep from 0 on: statistics are over the run.
    #[default]
    Run,
    /// Timestep 0 and every so many after it: statistics are over recorded rows.
    Every(u64),
    /// The final rows alone: there are no statistics along a run.
    Finals,
}

impl Covers {
    /// What the name of a column along a run ends with.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Every(_) => "_recorded",
            Self::Run | Self::Finals => "",
        }
    }

    /// A sentence for those who read the numbers; nothing where they are over the whole run.
    pub fn note(self) -> Option<String> {
        match self {
            Self::Every(steps) => {
                Some(format!("lowest and highest are over recorded rows, every {} step", ordinal(steps)))
            }
            Self::Run | Self::Finals => None,
        }
    }
}

/// Gathers what the rows of runs cover.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// Whether a run began after timestep 0.
    late: bool,
    /// The longest way between two rows of a run.
    gap: u64,
}

impl Seen {
    pub(super) fn begins(&mut self, timestep: u64) {
        self.late |= timestep > 0;
    }

    pub(super) fn goes_on(&mut self, before: u64, timestep: u64) {
        self.gap = self.gap.max(timestep.saturating_sub(before));
    }

    pub(super) fn covers(self) -> Covers {
        match self {
            Self { late: true, .. } => Covers::Finals,
            Self { gap, .. } if gap > 1 => Covers::Every(gap),
            _ => Covers::Run,
        }
    }
}
