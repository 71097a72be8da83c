//! Compiles a kernel once for each instruction set and runs the widest one that the machine has.
//!
//! A [`Kernel`] is plain Rust: a loop over columns whose body the compiler turns into vector instructions. [`run`]
//! compiles it three times on x86-64: for the instructions that every such processor has, for AVX2 and for AVX-512. On
//! other machines there is one copy. All copies do the same IEEE operations on each value, and the compiler never
//! merges a multiplication and an addition into a fused one by itself, so all give the same bits.
//!
//! # Examples
//! ```
//! use te_math::dispatch::{self, Kernel};
//!
//! /// One step of continuous growth for each run of a column.
//! struct Grow<'a> { stock: &'a mut [f64], rate: &'a [f64] }
//!
//! impl Kernel for Grow<'_> {
//!     type Output = ();
//!     #[inline(always)]
//!     fn run(self) {
//!         for (stock, rate) in self.stock.iter_mut().zip(self.rate) {
//!             *stock *= te_math::exp(*rate);
//!         }
//!     }
//! }
//!
//! let mut stock = [100.0; 64];
//! dispatch::run(Grow { stock: &mut stock, rate: &[0.0; 64] });
//! assert_eq!(stock, [100.0; 64]);
//! ```
#![expect(
    unsafe_code,
    reason = "the one place where code for an instruction set is called; see `InstructionSet`"
)]

/// Work that is compiled once for each instruction set.
///
/// Mark `run`, and every function that it calls in its loops, `#[inline(always)]`: what is not inlined is compiled for the
/// baseline only. Write branches as `if c { a } else { b }` of values at hand, with `&` and `|` on conditions. Loop over
/// slices of 32 values or more, best 64 to 256: loops of a fixed 8 or 16 are unrolled before they can become vector code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a kernel",
    note = "implement `te_math::dispatch::Kernel` with an `#[inline(always)] fn run(self)`"
)]
pub trait Kernel {
    /// What the work gives back.
    type Output;

    /// Does the work.
    fn run(self) -> Self::Output;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// An instruction set that this machine has.
///
/// Values come from [`widest`](Self::widest) and [`available`](Self::available) only, which ask the processor. So holding
/// one is the proof that its instructions may be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstructionSet(Level);

impl InstructionSet {
    /// The instructions that every processor of the target has.
    pub const BASELINE: Self = Self(Level::Baseline);

    /// The widest instruction set of this machine.
    pub fn widest() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if has_avx512() {
                return Self(Level::Avx512);
            }
            if is_x86_feature_detected!("avx2") {
                return Self(Level::Avx2);
            }
        }
        Self::BASELINE
    }

    /// All instruction sets of this machine that kernels are compiled for, narrowest first.
    pub fn available() -> impl Iterator<Item = Self> {
        [
            Some(Self::BASELINE),
            #[cfg(target_arch = "x86_64")]
            is_x86_feature_detected!("avx2").then_some(Self(Level::Avx2)),
            #[cfg(target_arch = "x86_64")]
            has_avx512().then_some(Self(Level::Avx512)),
        ]
        .into_iter()
        .flatten()
    }

    /// "baseline", "avx2" or "avx512".
    pub fn name(self) -> &'static str {
        match self.0 {
            Level::Baseline => "baseline",
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => "avx512",
        }
    }

    /// Runs `kernel` with these instructions.
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self.0 {
            Level::Baseline => kernel.run(),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: an `InstructionSet` of this level is made only where the processor was found to have AVX2.
            Level::Avx2 => unsafe { with_avx2(kernel) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: an `InstructionSet` of this level is made only where the processor was found to have the four
            // AVX-512 features that `with_avx512` enables.
            Level::Avx512 => unsafe { with_avx512(kernel) },
        }
    }
}

/// Runs `kernel` with the widest instruction set of this machine.
pub fn run<K: Kernel>(kernel: K) -> K::Output {
    InstructionSet::widest().run(kernel)
}

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn with_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
