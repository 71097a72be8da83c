//! The loops over strips that become vector code.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use super::Laned;
use super::pass::{Lane, Pass};
use crate::declaration::clock::Clock;
use crate::declaration::record::Record as _;
use crate::declaration::terms::Terms as _;
use crate::model::board::{Board, load, load_terms, store};
use crate::numerics::strip::{STRIP, Strip};
use std::marker::PhantomData;
use te_math::dispatch::Kernel;

/// The numbers of one group of lanes, a strip for each field.
///
/// They lie together, `fixed | one state | the other | inputs | draws | half`, so that a step touches one stretch of memory.
/// States take turns: a step reads one and writes the other.
pub(super) struct Block<'a> {
    pub(super) fixed: &'a mut [Strip],
    pub(super) state: &'a mut [Strip],
    pub(super) next: &'a mut [Strip],
    pub(super) inputs: &'a mut [Strip],
    pub(super) draws: &'a mut [Strip],
    half: &'a mut [Strip],
}

/// Strips of a block.
pub(super) const fn block_size<C: Laned, P: Pass<C>>() -> usize {
    C::Fixed::NUMBERS + 2 * C::State::COUNT + C::Inputs::COUNT + C::Draws::COUNT + P::Half::COUNT
}

impl<'a> Block<'a> {
    /// Cuts a block into its parts. `turned` says that the second state is the present one; kernels know it when they are
    /// compiled, or the compiler does not know what overlaps.
    #[inline(always)]
    pub(super) fn cut<C: Laned, P: Pass<C>>(block: &'a mut [Strip], turned: bool) -> Option<Self> {
        let (fixed, rest) = block.split_at_mut_checked(C::Fixed::NUMBERS)?;
        let (one, rest) = rest.split_at_mut_checked(C::State::COUNT)?;
        let (other, rest) = rest.split_at_mut_checked(C::State::COUNT)?;
        let (inputs, rest) = rest.split_at_mut_checked(C::Inputs::COUNT)?;
        let (draws, rest) = rest.split_at_mut_checked(C::Draws::COUNT)?;
        let (half, _) = rest.split_at_mut_checked(P::Half::COUNT)?;
        let (state, next) = if turned { (other, one) } else { (one, other) };
        Some(Self { fixed, state, next, inputs, draws, half })
    }
}

/// The blocks of a component with their groups on the board. (Chunks that are zipped divide to count themselves, which takes
/// longer than many a strip.)
#[inline(always)]
fn blocks_and_groups<'a, C: Laned, P: Pass<C>>(
    mut memory: &'a mut [Strip],
    mut strips: &'a mut [Strip],
    slots: usize,
) -> impl Iterator<Item = (&'a mut [Strip], &'a mut [Strip])> {
    std::iter::from_fn(move || {
        let size = block_size::<C, P>().max(1);
        let (block, blocks) = std::mem::take(&mut memory).split_at_mut_checked(size)?;
        let (group, groups) = std::mem::take(&mut strips).split_at_mut_checked(slots)?;
        (memory, strips) = (blocks, groups);
        Some((block, group))
    })
}

/// Writes the next state of one lane and what it shows. Counts it where something may be wrong with it.
#[inline(always)]
fn keep<C: Laned, const SHOW: bool>(
    any: &C,
    (state, well): &(C::State, bool),
    fixed: &C::Fixed,
    next: &mut [Strip],
    shown: &mut [Strip],
    lane: usize,
) -> u64 {
    let mut sum = store(state, next, lane);
    if SHOW {
        sum += store(&any.show(fixed, state), shown, lane);
    }
    u64::from(!(well & (sum * 0.0 == 0.0)))
}

/// One step of all lanes. Counts those that something may be wrong with.
pub(super) struct Step<'a, C: Laned, P, const SHOW: bool> {
    pub(super) memory: &'a mut [Strip],
    pub(super) turned: bool,
    pub(super) board: &'a mut Board,
    pub(super) sources: &'a [usize],
    pub(super) base: usize,
    pub(super) any: &'a C,
    pub(super) clock: &'a Clock,
    /// How many groups have their inputs; where it stands after a panic, the others have not.
    pub(super) reached: &'a mut usize,
    pub(super) pass: PhantomData<P>,
}

impl<C: Laned, P: Pass<C>, const SHOW: bool> Step<'_, C, P, SHOW> {
    #[inline(always)]
    fn all<const TURNED: bool>(self) -> u64 {
        let Self { memory, board, sources, base, any, clock, reached, .. } = self;
        let (clock, like) = (*clock, any.fixed());
        let (strips, slots) = board.strips_mut();
        let mut suspicious = 0;
        for (block, board) in blocks_and_groups::<C, P>(memory, strips, slots) {
            let Some(Block { fixed, state, next, inputs, draws, half }) = Block::cut::<C, P>(block, TURNED)
            else {
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
            if P::Half::COUNT > 0 {
                for lane in 0..STRIP {
                    let first =
                        P::first(any, &Lane::load(&like, [fixed, state, inputs, draws], &clock, lane));
                    store(&first, half, lane);
                }
            }
            for lane in 0..STRIP / 2 {
                // Two, and both before either is written: while one waits the other goes on.
                let other = lane + STRIP / 2;
                let parts: [&[Strip]; 4] = [fixed, state, inputs, draws];
                let one = Lane::load(&like, parts, &clock, lane);
                let two = Lane::load(&like, parts, &clock, other);
                let after_one = P::second(any, &one, &load(half, lane));
                let after_two = P::second(any, &two, &load(half, other));
                suspicious += keep::<C, SHOW>(any, &after_one, &one.fixed, next, shown, lane);
                suspicious += keep::<C, SHOW>(any, &after_two, &two.fixed, next, shown, other);
            }
        }
        suspicious
    }
}

impl<C: Laned, P: Pass<C>, const SHOW: bool> Kernel for Step<'_, C, P, SHOW> {
    type Output = u64;

    #[inline(always)]
    fn run(self) -> u64 {
        if self.turned { self.all::<true>() } else { self.all::<false>() }
    }
}

/// The metrics of all lanes. Counts those that may not be finite.
pub(super) struct Show<'a, C: Laned, P> {
    pub(super) memory: &'a mut [Strip],
    pub(super) turned: bool,
    pub(super) board: &'a mut Board,
    pub(super) base: usize,
    pub(super) any: &'a C,
    pub(super) pass: PhantomData<P>,
}

impl<C: Laned, P: Pass<C>> Kernel for Show<'_, C, P> {
    type Output = u64;

    #[inline(always)]
    fn run(self) -> u64 {
        let Self { memory, turned, board, base, any, .. } = self;
        let like = any.fixed();
        let (strips, slots) = board.strips_mut();
        let mut suspicious = [0; STRIP];
        for (block, board) in blocks_and_groups::<C, P>(memory, strips, slots) {
            let Some(Block { fixed, state, .. }) = Block::cut::<C, P>(block, turned) else { continue };
            let Some(shown) = board.get_mut(base..).and_then(|b| b.get_mut(..C::Metrics::COUNT)) else {
                continue;
            };
            for (lane, suspicious) in suspicious.iter_mut().enumerate() {
                let sum = store(&any.show(&load_terms(&like, fixed, lane), &load(state, lane)), shown, lane);
                *suspicious += u64::from(sum * 0.0 != 0.0);
            }
        }
        suspicious.iter().sum()
    }
}
