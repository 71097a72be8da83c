//! Which conflicts a proposal's completion calls up.
//!
//! Conflicts are only ever added, so that the links of a proposal are a chain through their slots: a first and a last
//! slot for each proposal, a next one for each link.

use crate::community::network::element::WeightedLink;

const NONE: u32 = u32::MAX;

/// Chains of conflict links by the proposal they come from.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConflictChains {
    /// First and last slot of each proposal.
    ends: Vec<(u32, u32)>,
    /// The slot after each.
    next: Vec<u32>,
}

impl ConflictChains {
    /// Takes in the links added since.
    pub(crate) fn renew(&mut self, links: &[WeightedLink], proposals: usize) {
        if links.len() < self.next.len() {
            // Some were taken back.
            self.next.clear();
            self.ends.clear();
        }
        self.ends.resize(proposals, (NONE, NONE));
        for link in links.iter().skip(self.next.len()) {
            let slot = u32::try_from(self.next.len()).unwrap_or(NONE);
            self.next.push(NONE);
            let Some((first, last)) = self.ends.get_mut(link.from as usize) else { continue };
            match self.next.get_mut(*last as usize) {
                Some(next) => *next = slot,
                None => *first = slot,
            }
            *last = slot;
        }
    }

    /// The slots of the links that come from these proposals, rising.
    pub(crate) fn gather(&self, proposals: &[usize], slots: &mut Vec<u32>) {
        slots.clear();
        for &proposal in proposals {
            let mut slot = self.ends.get(proposal).map_or(NONE, |(first, _)| *first);
            while let Some(&next) = self.next.get(slot as usize) {
                slots.push(slot);
                slot = next;
            }
        }
        if proposals.len() > 1 {
            slots.sort_unstable();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_follow_the_slots() {
        let link = |from, to| WeightedLink { from, to, weight: 0.9 };
        let mut links = vec![link(0, 1), link(2, 0), link(0, 2), link(1, 0)];
        let (mut chains, mut slots) = (ConflictChains::default(), Vec::new());
        chains.renew(&links, 3);
        links.extend([link(3, 0), link(0, 3)]);
        chains.renew(&links, 4);
        for proposals in [vec![], vec![0], vec![3], vec![1, 0], vec![3, 2, 0]] {
            chains.gather(&proposals, &mut slots);
            let mut expected = Vec::new();
            for (slot, link) in (0_u32..).zip(&links) {
                if proposals.contains(&(link.from as usize)) {
                    expected.push(slot);
                }
            }
            assert_eq!(slots, expected, "{proposals:?}");
        }
        links.truncate(2);
        chains.renew(&links, 3);
        chains.gather(&[0, 1, 2], &mut slots);
        assert_eq!(slots, [0, 1]);
    }
}
