//! `testdata/te-amm/pools`: what the contracts gave, case by case and step by step: results, refusals and states.

use serde_json::Value;
use te_amm::exact::signed::Signed;
use te_amm::wide::U256;

mod real;
mod solidly;
mod stableswap;
mod twocrypto;
mod uniswap_v3;
mod weighted;

/// A file of the family.
fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn text(v: &Value) -> &str {
    v.as_str().unwrap_or_else(|| panic!("{v} is no string"))
}

fn int(v: &Value) -> U256 {
    text(v).parse().unwrap_or_else(|_| panic!("{v} is no number"))
}

fn ints(v: &Value) -> Vec<U256> {
    v.as_array().unwrap().iter().map(int).collect()
}

fn pair(v: &Value) -> [U256; 2] {
    ints(v).try_into().unwrap()
}

fn small<T: std::str::FromStr>(v: &Value) -> T {
    text(v).parse().unwrap_or_else(|_| panic!("{v} is no small number"))
}

fn flag(v: &Value) -> bool {
    v.as_bool().unwrap()
}

/// A whole number with a sign.
fn signed(v: &Value) -> Signed {
    let digits = text(v);
    let magnitude = digits.trim_start_matches('-').parse().unwrap();
    Signed { negative: digits.starts_with('-'), magnitude }
}

/// A result as the files have it.
fn shown(value: U256) -> Value {
    Value::String(value.to_string())
}

fn all_shown(values: impl IntoIterator<Item = U256>) -> Value {
    values.into_iter().map(shown).collect()
}

/// Compares a result or a refusal with what the contract gave; `got` without a value is a call that returns nothing.
#[expect(clippy::needless_pass_by_value, reason = "the outcome of a call, made where it is given")]
fn settle(id: &str, expected: &Value, got: Result<Value, &str>) {
    let want = match expected.get("refused") {
        Some(word) => Err(text(word)),
        None => Ok(expected.get("result").cloned().unwrap_or(Value::Null)),
    };
    assert_eq!(got, want, "{id}: {expected}");
}

/// Steps that a long test takes: `TE_POOL_STEPS`, or fewer where it is not set.
fn steps() -> u32 {
    std::env::var("TE_POOL_STEPS").ok().and_then(|n| n.parse().ok()).unwrap_or(2000)
}

/// Random numbers of a long test, the same each time (Marsaglia's xorshift).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// A number of any size up to so many bits: small ones as often as large ones.
    fn wide(&mut self, bits: u64) -> U256 {
        let length = self.below(bits) + 1;
        let all = U256::from_limbs([self.next(), self.next(), self.next(), self.next()]);
        all >> (256 - usize::try_from(length).unwrap())
    }
}
