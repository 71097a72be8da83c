//! Pools as their contracts compute them: integers of 256 bits, the contracts' own rounding and their own refusals.
//!
//! | module | contract |
//! |---|---|
//! | [`solidly`] | Solidly's stable and volatile pools, as Aerodrome has them |
//! | [`stableswap`] | Curve's stableswap-ng |
//! | [`twocrypto`] | Curve's twocrypto-ng |
//! | [`uniswap_v3`] | Uniswap v3 |
//! | [`weighted`] | Balancer's weighted and bootstrapping pools, second and third vault |
//!
//! All amounts are in the tokens' smallest units, all shares in theirs; a fixed-point number has its scale in its doc line. A refused call
//! changes nothing. A [`Fault`](integer::Fault) is what the contracts' checked arithmetic refuses: a value below 0 or beyond 256 bits, a division by 0.
//!
//! Source: `testdata/te-amm/pools/README.md` names contract and version of each family. Every number there is reproduced, refusals and
//! states too.

pub mod integer;
pub mod signed;
pub mod solidly;
pub mod stableswap;
pub mod twocrypto;
pub mod uniswap_v3;
mod wad_exp;
pub mod weighted;
