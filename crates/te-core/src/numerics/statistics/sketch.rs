//! The sketch behind quantiles: counts of values in buckets whose bounds grow geometrically.
//!
//! A float is already a rough logarithm of itself: its exponent is the whole part of the base-2 logarithm, and the first
//! bits of its mantissa cut each power of two into equal parts. The bucket of a value is therefore read from its bits, its
//! exponent and the first seven bits of its mantissa, with no logarithm. `HdrHistogram` counts integers like that; `DDSketch`
//! (Masson, Rim and Lee, VLDB 2019) gives floats exact logarithmic buckets with the same bound on the relative error. A
//! bucket's bounds differ by at most a factor of 1 + 1/128, so that its middle is within 1/256 of every value in it.
//!
//! Counts are exact, so that neither the order of values nor the order of merging matters.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use crate::numerics::strip::STRIP;

/// Bits of a float below those that name its bucket.
const BELOW: u32 = 52 - 7;
/// The sign of a float.
const SIGN: u64 = 1 << 63;
/// Values smaller than this in size count as zero.
const SMALLEST: f64 = 1e-300;

/// Buckets that are counted side by side: an eighth of a power of two.
const PLACES: u32 = 16;
const BLOCK: usize = PLACES as usize;
/// The block of buckets of which no value was seen: no block is ever numbered so, for there are 2^15 at most.
const UNSEEN: u16 = u16::MAX;
/// Buckets that the values of a strip may span to be counted bucket by bucket.
const FEW: u32 = 12;
/// Buckets of positive values, and so of negative ones.
const BUCKETS: u32 = 1 << 18;

/// Counts by bucket.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(from = "Vec<(i32, u64)>", into = "Vec<(i32, u64)>")]
pub(crate) struct Sketch {
    zeros: u64,
    /// The place of the first of `blocks`.
    first: u32,
    /// Where the counts of each block stand, by place; signs alternate.
    blocks: Vec<u16>,
    counts: Vec<u64>,
}

/// The bucket of a value that is not zero among those of its sign, from 0 to [`BUCKETS`].
#[inline(always)]
pub(super) fn size(x: f64) -> u32 {
    ((x.to_bits() & !SIGN) >> BELOW) as u32
}

/// The bucket of values of this size and sign: the place of its block, times [`PLACES`], and its place in the block.
#[inline(always)]
fn bucket(size: u32, negative: bool) -> u32 {
    let (block, place) = (size / PLACES, size % PLACES);
    (block * 2 + u32::from(negative)) * PLACES + place
}

/// Whether a value counts as zero.
#[inline(always)]
fn is_zero(x: f64) -> bool {
    x.abs() < SMALLEST
}

/// The middle of the bucket of this size, infinite beyond the largest float.
fn middle(size: u32) -> f64 {
    let bits = u64::from(size) << BELOW;
    if bits >= f64::INFINITY.to_bits() { f64::INFINITY } else { f64::from_bits(bits | 1 << (BELOW - 1)) }
}

impl Sketch {
    /// Counts a value.
    pub(super) fn push(&mut self, x: f64) {
        self.add(x, 1);
    }

    /// Counts a value several times.
    #[inline(always)]
    pub(super) fn add(&mut self, x: f64, times: u64) {
        if is_zero(x) {
            self.zeros += times;
        } else {
            self.count(bucket(size(x), x.is_sign_negative()), times);
        }
    }

    /// Counts the values in the lanes of `mask`, which lie between `min` and `max`.
    #[inline(always)]
    pub(super) fn push_strip(&mut self, xs: &[f64; STRIP], mask: u32, min: f64, max: f64) {
        if (min <= 0.0 && max >= 0.0) || is_zero(min) || is_zero(max) {
            self.push_lanes(xs, mask);
            return;
        }
        let negative = max < 0.0;
        let (low, high) = if negative { (size(max), size(min)) } else { (size(min), size(max)) };
        if low == high {
            self.count(bucket(low, negative), u64::from(mask.count_ones()));
        } else if high - low < FEW {
            // Counting how many values are of a bucket is vector code, and counts in memory do not wait for each other.
            let mut sizes = [u32::MAX; STRIP];
            for (lane, (size_of, x)) in sizes.iter_mut().zip(xs).enumerate() {
                *size_of = if mask >> lane & 1 == 1 { size(*x) } else { u32::MAX };
            }
            for size in low..=high {
                let mut times = 0_u32;
                for other in &sizes {
                    times += u32::from(*other == size);
                }
                if times > 0 {
                    self.count(bucket(size, negative), u64::from(times));
                }
            }
        } else {
            self.push_lanes(xs, mask);
        }
    }

    /// Counts the values in the lanes of `mask` one by one.
    #[inline(always)]
    fn push_lanes(&mut self, xs: &[f64; STRIP], mask: u32) {
        let mut buckets = [0; STRIP];
        let mut zeros = 0;
        for (lane, (bucket_of, x)) in buckets.iter_mut().zip(xs).enumerate() {
            *bucket_of = bucket(size(*x), x.is_sign_negative());
            zeros |= u32::from(is_zero(*x)) << lane;
        }
        self.zeros += u64::from((zeros & mask).count_ones());
        let mut left = mask & !zeros;
        while left != 0 {
            self.count(buckets[left.trailing_zeros() as usize % STRIP], 1);
            left &= left - 1;
        }
    }

    #[inline(always)]
    fn count(&mut self, bucket: u32, times: u64) {
        let place = (bucket / PLACES).wrapping_sub(self.first) as usize;
        let block = self.blocks.get(place).copied().unwrap_or(UNSEEN);
        // Beyond the counts where the block was not seen.
        match self.counts.get_mut(usize::from(block) * BLOCK + bucket as usize % BLOCK) {
            Some(count) => *count += times,
            None => self.count_first(bucket, times),
        }
    }

    /// Counts a value of a block that was not seen.
    #[cold]
    #[inline(never)]
    fn count_first(&mut self, bucket: u32, times: u64) {
        if let Some(count) = self.block(bucket / PLACES).get_mut(bucket as usize % BLOCK) {
            *count += times;
        }
    }

    /// The counts of the block at a place, made where there are none.
    fn block(&mut self, place: u32) -> &mut [u64] {
        if self.blocks.is_empty() {
            self.first = place;
        }
        if place < self.first {
            let missing = (self.first - place) as usize;
            self.blocks.splice(0..0, std::iter::repeat_n(UNSEEN, missing));
            self.first = place;
        }
        let at = (place - self.first) as usize;
        if self.blocks.len() <= at {
            self.blocks.resize(at + 1, UNSEEN);
        }
        if self.blocks[at] == UNSEEN {
            // There are 2^15 places.
            self.blocks[at] = u16::try_from(self.counts.len() / BLOCK).unwrap_or(UNSEEN);
            self.counts.reserve_exact(BLOCK);
            self.counts.resize(self.counts.len() + BLOCK, 0);
        }
        let from = usize::from(self.blocks[at]) * BLOCK;
        self.counts.get_mut(from..from + BLOCK).unwrap_or_default()
    }

    /// Adds what another sketch counted.
    pub(super) fn merge(&mut self, other: &Self) {
        self.zeros += other.zeros;
        if self.first == other.first && self.blocks == other.blocks {
            self.counts.iter_mut().zip(&other.counts).for_each(|(into, from)| *into += from);
            return;
        }
        for (place, counts) in (other.first..).zip(&other.blocks) {
            let from = usize::from(*counts) * BLOCK;
            let Some(counts) = other.counts.get(from..from + BLOCK) else { continue };
            let own = self.blocks.get(place.wrapping_sub(self.first) as usize).copied().unwrap_or(UNSEEN);
            let to = usize::from(own) * BLOCK;
            if let Some(own) = self.counts.get_mut(to..to + BLOCK) {
                own.iter_mut().zip(counts).for_each(|(into, from)| *into += from);
            } else if counts.iter().any(|n| *n > 0) {
                // Memory that is used again has blocks of which nothing was seen.
                self.block(place).iter_mut().zip(counts).for_each(|(into, from)| *into += from);
            }
        }
    }

    /// Forgets all counts and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.zeros = 0;
        self.counts.fill(0);
    }

    /// Values, a middle one for each bucket, and how often they were seen, in ascending order.
    pub(super) fn values(&self) -> impl Iterator<Item = (f64, u64)> {
        self.ranked().map(|(rank, n)| {
            let size = middle(rank.unsigned_abs().saturating_sub(1));
            let x = if rank == 0 { 0.0 } else { size.copysign(f64::from(rank)) };
            (x, n)
        })
    }

    /// Counts that are not 0 by rank: 0 for zeros, above it 1 + the bucket of positive values, below it its negative for
    /// negative ones.
    fn ranked(&self) -> impl Iterator<Item = (i32, u64)> {
        let blocks = (self.first..).zip(&self.blocks).filter_map(|(place, counts)| {
            let from = usize::from(*counts) * BLOCK;
            Some((place, self.counts.get(from..from + BLOCK)?))
        });
        let side = move |sign: u32| {
            let blocks = blocks.clone().filter(move |(place, _)| place % 2 == sign);
            blocks.flat_map(|(place, counts)| {
                (place / 2 * PLACES + 1..).map(u32::cast_signed).zip(counts.iter().copied())
            })
        };
        let mut negative: Vec<(i32, u64)> = side(1).map(|(rank, n)| (-rank, n)).collect();
        negative.reverse();
        let all = negative.into_iter().chain([(0, self.zeros)]).chain(side(0));
        all.filter(|(_, n)| *n > 0)
    }
}

/// Sketches are equal where they counted the same, however they came to it.
impl PartialEq for Sketch {
    fn eq(&self, other: &Self) -> bool {
        self.ranked().eq(other.ranked())
    }
}

impl From<Sketch> for Vec<(i32, u64)> {
    fn from(sketch: Sketch) -> Self {
        sketch.ranked().collect()
    }
}

/// Ranks beyond those of floats, which no sketch has, count as the largest.
impl From<Vec<(i32, u64)>> for Sketch {
    fn from(counts: Vec<(i32, u64)>) -> Self {
        let mut sketch = Self::default();
        for (rank, n) in counts {
            if rank == 0 {
                sketch.zeros = sketch.zeros.saturating_add(n);
                continue;
            }
            let bucket = bucket((rank.unsigned_abs() - 1).min(BUCKETS - 1), rank < 0);
            if let Some(count) = sketch.block(bucket / PLACES).get_mut(bucket as usize % BLOCK) {
                *count = count.saturating_add(n);
            }
        }
        sketch
    }
}
