//! Random numbers: one independent, reproducible stream for every run, instance and purpose.
//!
//! A stream is named, not numbered. Its generator is xoshiro256++, keyed by ChaCha8 from the master seed and
//! the run, at the stream number that a hash of the instance's path gives. Adding a component or changing an
//! order therefore disturbs no other component's draws, and run `k` can be computed alone. The subset is not in
//! the key unless asked for: the same run of every subset meets the same world (common random numbers).
//!
//! The key is derived at the first draw, so a component that never draws costs nothing.

mod draws;

use crate::numerics::run_id::RunId;
use rand::rand_core::{SeedableRng, TryRng};
use rand::rngs::{ChaCha8Rng, Xoshiro256PlusPlus};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

/// What a stream is derived from, besides its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamKey {
    /// The experiment's seed.
    pub seed: u64,
    /// The run, from 1.
    pub run: u64,
    /// The subset where subsets are to be independent, else `None`.
    pub subset: Option<u64>,
}

/// The name of a sub-stream, hashed at compile time.
///
/// ```
/// use te_core::Purpose;
/// const ARRIVALS: Purpose = Purpose::new("arrivals");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose(u64, &'static str);

impl Purpose {
    /// The sub-stream of this name.
    pub const fn new(name: &'static str) -> Self {
        Self(hash(OFFSET, name.as_bytes()), name)
    }
}

/// A seeded generator handed to every component.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stream {
    generator: Xoshiro256PlusPlus,
    ready: bool,
    key: StreamKey,
    run: RunId,
    path: u64,
    children: Vec<(u64, Stream)>,
}

// FNV-1a, 64 bits: incremental, so that a child's path continues its parent's.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

const fn hash(mut state: u64, bytes: &[u8]) -> u64 {
    let mut i = 0;
    while i < bytes.len() {
        state = (state ^ bytes[i] as u64).wrapping_mul(PRIME);
        i += 1;
    }
    state
}

/// Hash of an instance's path, to be given to [`Stream::at`].
pub(crate) fn path_hash(path: &str) -> u64 {
    hash(OFFSET, path.as_bytes())
}

impl Stream {
    /// The stream of the instance at `path`.
    ///
    /// ```
    /// use rand::RngExt as _;
    /// use te_core::{Stream, StreamKey};
    /// let key = StreamKey { seed: 7, run: 1, subset: None };
    /// let (mut a, mut b) = (Stream::new(key, "market"), Stream::new(key, "market"));
    /// assert_eq!(a.random::<u64>(), b.random::<u64>());
    /// assert_ne!(Stream::new(key, "market").random::<u64>(), Stream::new(key, "other").random::<u64>());
    /// ```
    pub fn new(key: StreamKey, path: &str) -> Self {
        Self::at(key, path_hash(path))
    }

    /// The stream at a path hashed before.
    pub(crate) fn at(key: StreamKey, path: u64) -> Self {
        // The generator is replaced by the keyed one at the first draw.
        Self {
            generator: Xoshiro256PlusPlus::from_seed([1; 32]),
            ready: false,
            run: RunId { simulation: 0, subset: key.subset.unwrap_or(0), run: key.run },
            key,
            path,
            children: Vec::new(),
        }
    }

    /// The run that draws from it: simulation, subset and run as results number them. Numbers do not depend on simulation and
    /// subset unless a component makes them.
    pub fn run_id(&self) -> RunId {
        self.run
    }

    /// The stream of a component's column before any run: [`Start::rekey`](crate::kind::Start::rekey) makes it a run's.
    #[must_use]
    pub fn of_column(path: u64) -> Self {
        Self::at(StreamKey::default(), path)
    }

    /// The sub-stream of this name of a component's column before any run: its draws are those of [`Stream::child`], for names
    /// that are known when a program runs.
    ///
    /// ```
    /// use te_core::Stream;
    /// let mut one = Stream::part_of_column(7, "shock");
    /// assert_eq!(one.uniform(), Stream::of_column(7).child(te_core::Purpose::new("shock")).uniform());
    /// ```
    #[must_use]
    pub fn part_of_column(path: u64, name: &str) -> Self {
        Self::of_column(hash(hash(path, b"."), name.as_bytes()))
    }

    /// Makes this the stream of the run of another key, at its start.
    pub(crate) fn restart(&mut self, key: StreamKey) {
        *self = Self::at(key, self.path);
    }

    /// Makes this the stream of another run, at another key, keeping its memory.
    pub(crate) fn rekey(&mut self, key: StreamKey, run: RunId) {
        self.key = key;
        self.run = run;
        self.ready = false;
        self.children.clear();
    }

    /// Puts it in the midst of another run's draws, as a run that ended leaves it.
    pub(crate) fn poison(&mut self) {
        self.key = StreamKey { seed: !self.key.seed, run: u64::MAX, subset: Some(u64::MAX) };
        self.derive();
        self.children.iter_mut().for_each(|(_, child)| child.poison());
    }

    /// The independent sub-stream of this name: for a component inside a component (same draws as at path
    /// `parent.name` in a system), or for one purpose of several.
    pub fn child(&mut self, purpose: Purpose) -> &mut Self {
        let position = self.children.iter().position(|(id, _)| *id == purpose.0);
        let position = position.unwrap_or_else(|| {
            let path = hash(hash(self.path, b"."), purpose.1.as_bytes());
            self.children.push((purpose.0, Self { run: self.run, ..Self::at(self.key, path) }));
            self.children.len() - 1
        });
        // `position` was found in, or is the last of, the list.
        &mut self.children[position].1
    }

    /// A uniform draw from [0, 1) with 53 bits.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    #[inline]
    fn bits(&mut self) -> u64 {
        if !self.ready {
            self.derive();
        }
        let Ok(bits) = self.generator.try_next_u64();
        bits
    }

    #[cold]
    fn derive(&mut self) {
        let mut seed = [0; 32];
        seed[0..8].copy_from_slice(&self.key.seed.to_le_bytes());
        seed[8..16].copy_from_slice(&self.key.run.to_le_bytes());
        // 0 stands for "common to all subsets", so subset 0 is 1.
        let subset = self.key.subset.map_or(0, |s| s.wrapping_add(1));
        seed[16..24].copy_from_slice(&subset.to_le_bytes());
        seed[24..32].copy_from_slice(b"tecmns/1");
        let mut key = ChaCha8Rng::from_seed(seed);
        key.set_stream(self.path);
        self.generator = Xoshiro256PlusPlus::from_rng(&mut key);
        self.ready = true;
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.bits() >> 32) as u32)
    }
    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.bits().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_draws_what_an_instance_at_its_path_draws() {
        let key = StreamKey { seed: 1, run: 2, subset: None };
        let mut parent = Stream::new(key, "economy");
        let child = parent.child(Purpose::new("supply")).bits();
        assert_eq!(child, Stream::new(key, "economy.supply").bits());
    }

    #[test]
    fn first_draws_are_pinned() {
        let mut stream = Stream::new(StreamKey { seed: 7, run: 1, subset: None }, "market");
        let draws = [stream.bits(), stream.bits(), stream.bits()];
        assert_eq!(draws, PINNED, "a changed draw changes every published result: it needs a new format tag");
    }

    const PINNED: [u64; 3] = [17087770841323099524, 15689961105329400726, 2804062941826870710];
}
