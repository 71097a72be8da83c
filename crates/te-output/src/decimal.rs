//! Exact decimals as fixed-length integers, the form of Parquet and Arrow.
//!
//! A `Decimal` carries its own scale (0 to 28); a column of Parquet or Arrow has one scale for all its
//! cells. [`DecimalLayout::covering`] chooses, from what is to be written, the narrowest of
//!
//! | digits | scale | bytes | holds |
//! |---|---|---|---|
//! | 38 | 18 | 16 | below 10^20 with 18 places: token amounts |
//! | 38 | up to 28 | 16 | what has more places and is small enough |
//! | 57 | 28 | 24 | every `Decimal` there is |
//!
//! so that no digit is ever lost. Cells read back are equal as numbers; trailing zeros are not kept.
//! The widest is read by pandas and pyarrow in full; `DuckDB` reads it as floats, and polars, which ends at
//! 38 digits, not at all.

use rust_decimal::Decimal;

/// Digits, scale and width of a column of decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DecimalLayout {
    pub(crate) precision: u8,
    pub(crate) scale: u8,
    pub(crate) bytes: usize,
}

impl DecimalLayout {
    pub(crate) const MONEY: Self = Self { precision: 38, scale: 18, bytes: 16 };
    pub(crate) const WIDE: Self = Self { precision: 57, scale: 28, bytes: 24 };

    /// The narrowest layout that holds all of `values`.
    pub(crate) fn covering(values: impl IntoIterator<Item = Decimal>) -> Self {
        let (mut whole, mut places) = (0, 0);
        for value in values {
            let (w, p) = digits(value);
            whole = whole.max(w);
            places = places.max(p);
        }
        if places <= 18 && whole <= 20 {
            Self::MONEY
        } else if whole + places <= 38 {
            Self { precision: 38, scale: (38 - whole).min(28), bytes: 16 }
        } else {
            Self::WIDE
        }
    }

    /// Whether `value` has an exact form here.
    pub(crate) fn holds(self, value: Decimal) -> bool {
        let (whole, places) = digits(value);
        places <= self.scale && whole + self.scale <= self.precision
    }

    /// The big-endian two's complement of value times 10^scale; `None` where that is not exact.
    pub(crate) fn encode(self, value: Decimal) -> Option<Vec<u8>> {
        if !self.holds(value) {
            return None;
        }
        let value = if value.scale() > u32::from(self.scale) { value.normalize() } else { value };
        let mut limbs = limbs(value.mantissa().unsigned_abs());
        let mut power = u32::from(self.scale).checked_sub(value.scale())?;
        while power > 0 {
            let step = power.min(19);
            multiply(&mut limbs, 10_u64.checked_pow(step)?)?;
            power -= step;
        }
        if value.is_sign_negative() {
            negate(&mut limbs);
        }
        let all: Vec<u8> = limbs.iter().rev().flat_map(|l| l.to_be_bytes()).collect();
        all.get(all.len().checked_sub(self.bytes)?..).map(<[u8]>::to_vec)
    }
}

/// The decimal whose value times 10^scale has these big-endian bytes; `None` beyond 96 bits or 28 places.
pub(crate) fn decode(bytes: &[u8], scale: u8) -> Option<Decimal> {
    if bytes.len() > 24 {
        return None;
    }
    let negative = bytes.first().is_some_and(|b| b & 0x80 != 0);
    let mut all = [if negative { 0xff } else { 0 }; 24];
    all.get_mut(24 - bytes.len()..)?.copy_from_slice(bytes);
    let mut limbs = [0_u64; 3];
    for (limb, chunk) in limbs.iter_mut().rev().zip(all.chunks_exact(8)) {
        *limb = u64::from_be_bytes(chunk.try_into().ok()?);
    }
    if negative {
        negate(&mut limbs);
    }
    let mut scale = scale;
    while limbs[2] != 0 || limbs[1] >> 32 != 0 || scale > 28 {
        if scale == 0 || divide_by_ten(&mut limbs) != 0 {
            return None;
        }
        scale -= 1;
    }
    let magnitude = i128::from(limbs[1]) << 64 | i128::from(limbs[0]);
    let signed = if negative { -magnitude } else { magnitude };
    Decimal::try_from_i128_with_scale(signed, u32::from(scale)).ok().map(|d| d.normalize())
}

/// Digits before and after the point.
fn digits(value: Decimal) -> (u8, u8) {
    let value = value.normalize();
    let places = u8::try_from(value.scale()).unwrap_or(u8::MAX);
    let all = value.mantissa().unsigned_abs().checked_ilog10().map_or(0, |l| l + 1);
    (u8::try_from(all.saturating_sub(value.scale())).unwrap_or(u8::MAX), places)
}

fn limbs(magnitude: u128) -> [u64; 3] {
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of the number")]
    [magnitude as u64, (magnitude >> 64) as u64, 0]
}

fn multiply(limbs: &mut [u64; 3], factor: u64) -> Option<()> {
    let mut carry = 0_u128;
    for limb in limbs.iter_mut() {
        let product = u128::from(*limb) * u128::from(factor) + carry;
        #[expect(clippy::cast_possible_truncation, reason = "the low half; the high half is carried")]
        {
            *limb = product as u64;
        }
        carry = product >> 64;
    }
    (carry == 0).then_some(())
}

fn divide_by_ten(limbs: &mut [u64; 3]) -> u64 {
    let mut rest = 0_u128;
    for limb in limbs.iter_mut().rev() {
        let value = rest << 64 | u128::from(*limb);
        #[expect(clippy::cast_possible_truncation, reason = "the quotient of (rest, limb) with rest < 10")]
        {
            *limb = (value / 10) as u64;
        }
        rest = value % 10;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 10")]
    let rest = rest as u64;
    rest
}

fn negate(limbs: &mut [u64; 3]) {
    let mut carry = true;
    for limb in limbs.iter_mut() {
        (*limb, carry) = (!*limb).overflowing_add(u64::from(carry));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_decimal_survives(mantissa in -(1_i128 << 96) + 1..1_i128 << 96, scale in 0_u32..=28) {
            let value = Decimal::from_i128_with_scale(mantissa, scale);
            for layout in [DecimalLayout::covering([value]), DecimalLayout::WIDE] {
                prop_assert!(layout.holds(value));
                let bytes = layout.encode(value).unwrap();
                prop_assert_eq!(bytes.len(), layout.bytes);
                prop_assert_eq!(decode(&bytes, layout.scale), Some(value));
            }
        }
    }

    #[test]
    fn amounts_take_the_common_layout() {
        let amounts = ["0.000000000000000001", "-12345678901234567890", "0"];
        let values = amounts.map(|a| a.parse::<Decimal>().unwrap());
        assert_eq!(DecimalLayout::covering(values), DecimalLayout::MONEY);
        let fine = "1234567890.1234567890123456789".parse().unwrap();
        assert_eq!(DecimalLayout::covering([fine]), DecimalLayout { precision: 38, scale: 28, bytes: 16 });
        assert_eq!(DecimalLayout::MONEY.encode(fine), None);
        assert_eq!(DecimalLayout::covering([Decimal::MAX, Decimal::new(1, 28)]), DecimalLayout::WIDE);
    }
}
