//! The loops over strips that become vector code.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use super::Laned;
use crate::board::{Board, STRIP, Strip, load, store};
use crate::math::dispatch::Kernel;
use crate::{Clock, Record as _};

/// The numbers of one group of lanes, a strip for each field.
///
/// They lie together, `fixed | one state | the other | inputs | draws`, so that a step touches one stretch of memory. States
/// take turns: a step reads one and writes the other.
pub(super) struct Block<'a> {
    pub(super) fixed: &'a mut [Strip],
    pub(super) state: &'a mut [Strip],
    pub(super) next: &'a mut [Strip],
    pub(super) inputs: &'a mut [Strip],
    pub(super) draws: &'a mut [Strip],
}

/// Strips of a block.
pub(super) const fn block_size<C: Laned>() -> usize {
    C::Fixed::COUNT + 2 * C::State::COUNT + C::Inputs::COUNT + C::Draws::COUNT
}

impl<'a> Block<'a> {
    /// Cuts a block into its parts. `turned` says that the second state is the present one; kernels know it when they are
    /// compiled, or the compiler does not know what overlaps.
    #[inline(always)]
    pub(super) fn cut<C: Laned>(block: &'a mut [Strip], turned: bool) -> Option<Self> {
        let (fixed, rest) = block.split_at_mut_checked(C::Fixed::COUNT)?;
        let (one, rest) = rest.split_at_mut_checked(C::State::COUNT)?;
        let (other, rest) = rest.split_at_mut_checked(C::State::COUNT)?;
        let (inputs, rest) = rest.split_at_mut_checked(C::Inputs::COUNT)?;
        let (draws, _) = rest.split_at_mut_checked(C::Draws::COUNT)?;
        let (state, next) = if turned { (other, one) } else { (one, other) };
        Some(Self { fixed, state, next, inputs, draws })
    }
}

/// The blocks of a component with their groups on the board. (Chunks that are zipped divide to count themselves, which takes
/// longer than many a strip.)
#[inline(always)]
fn blocks_and_groups<'a, C: Laned>(
    mut memory: &'a mut [Strip],
    board: &'a mut Board,
) -> impl Iterator<Item = (&'a mut [Strip], &'a mut [Strip])> {
    let (mut strips, slots) = board.strips_mut();
    std::iter::from_fn(move || {
        let (block, blocks) = std::mem::take(&mut memory).split_at_mut_checked(block_size::<C>().max(1))?;
        let (group, groups) = std::mem::take(&mut strips).split_at_mut_checked(slots)?;
        (memory, strips) = (blocks, groups);
        Some((block, group))
    })
}

/// One step of all lanes. Counts those that something may be wrong with.
pub(super) struct Step<'a, C: Laned, const SHOW: bool> {
    pub(super) memory: &'a mut [Strip],
    pub(super) turned: bool,
    pub(super) board: &'a mut Board,
    pub(super) sources: &'a [usize],
    pub(super) base: usize,
    pub(super) any: &'a C,
    pub(super) clock: &'a Clock,
    /// How many groups have their inputs; where it stands after a panic, the others have not.
    pub(super) reached: &'a mut usize,
}

impl<C: Laned, const SHOW: bool> Step<'_, C, SHOW> {
    #[inline(always)]
    fn all<const TURNED: bool>(self) -> u64 {
        let Self { memory, board, sources, base, any, clock, reached, .. } = self;
        let clock = *clock;
        let mut suspicious = 0;
        for (block, board) in blocks_and_groups::<C>(memory, board) {
            let Some(Block { fixed, state, next, inputs, draws }) = Block::cut::<C>(block, TURNED) else {
                continue;
            };
            // Read aside, because the component writes to the board it reads from.
            for (strip, source) in inputs.iter_mut().zip(sources) {
                *strip = board[*source];
            }
            *reached += 1;
            let Some(shown) = board.get_mut(base..).and_then(|b| b.get_mut(..C::Metrics::COUNT)) else {
                continue;
            };
            if C::PREPARES {
                for lane in 0..STRIP {
                    let halfway = any.prepare(
                        &load(fixed, lane),
                        &load(state, lane),
                        &load(inputs, lane),
                        &load(draws, lane),
                    );
                    store(&halfway, draws, lane);
                }
            }
            for lane in 0..STRIP {
                let fixed: C::Fixed = load(fixed, lane);
                let (advanced, well) =
                    any.advance(&fixed, &load(state, lane), &load(inputs, lane), &load(draws, lane), &clock);
                let mut sum = store(&advanced, next, lane);
                if SHOW {
                    sum += store(&any.show(&fixed, &advanced), shown, lane);
                }
                suspicious += u64::from(!(well & (sum * 0.0 == 0.0)));
            }
        }
        suspicious
    }
}

impl<C: Laned, const SHOW: bool> Kernel for Step<'_, C, SHOW> {
    type Output = u64;

    #[inline(always)]
    fn run(self) -> u64 {
        if self.turned { self.all::<true>() } else { self.all::<false>() }
    }
}

/// The metrics of all lanes. Counts those that may not be finite.
pub(super) struct Show<'a, C: Laned> {
    pub(super) memory: &'a mut [Strip],
    pub(super) turned: bool,
    pub(super) board: &'a mut Board,
    pub(super) base: usize,
    pub(super) any: &'a C,
}

impl<C: Laned> Kernel for Show<'_, C> {
    type Output = u64;

    #[inline(always)]
    fn run(self) -> u64 {
        let Self { memory, turned, board, base, any } = self;
        let mut suspicious = [0; STRIP];
        for (block, board) in blocks_and_groups::<C>(memory, board) {
            let Some(Block { fixed, state, .. }) = Block::cut::<C>(block, turned) else { continue };
            let Some(shown) = board.get_mut(base..).and_then(|b| b.get_mut(..C::Metrics::COUNT)) else {
                continue;
            };
            for (lane, suspicious) in suspicious.iter_mut().enumerate() {
                let sum = store(&any.show(&load(fixed, lane), &load(state, lane)), shown, lane);
                *suspicious += u64::from(sum * 0.0 != 0.0);
            }
        }
        suspicious.iter().sum()
    }
}
