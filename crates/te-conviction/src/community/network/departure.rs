//! Leaving: who goes gives up holdings, stakes and links; rank and node stay.

use super::Network;

impl Network {
    /// Marks a participant as gone, without holdings and stakes; its conviction decays where it is. Its links follow with
    /// [`Network::silence_departed`].
    pub(crate) fn remove_participant(&mut self, rank: usize) {
        let Some(present) = self.present.get_mut(rank) else { return };
        if !std::mem::replace(present, false) {
            return;
        }
        self.absent += 1;
        if let Some(holdings) = self.holdings.get_mut(rank) {
            *holdings = 0.0;
        }
        for column in &mut self.support {
            if let Some(tokens) = column.tokens.get_mut(rank) {
                *tokens = 0.0;
            }
        }
        self.forget_graph();
    }

    /// Takes the weight off every influence to or from somebody who is gone.
    pub(crate) fn silence_departed(&mut self) {
        self.rows.renew(&self.influence, self.holdings.len());
        for link in &mut self.influence {
            let gone = |rank: u32| self.present.get(rank as usize).is_some_and(|present| !present);
            if link.weight > 0.0 && (gone(link.from) || gone(link.to)) {
                link.weight = 0.0;
                self.rows.silence(*link);
            }
        }
    }
}
