//! Largest exponents the general exponential takes at each precision.
//!
//! At precision p, `X_p` is the largest input for which no intermediate value of the series overflows 256 bits, and
//! the entry is `((X_p + 1) << (127 - p)) - 1`. The unit test recomputes all 96 entries from that definition.

use ruint::{aliases::U256, uint};

/// Lowest precision the search considers `[bit]`.
pub(super) const MIN_PRECISION: usize = 32;
/// Highest precision `[bit]`.
pub(super) const MAX_PRECISION: usize = 127;

/// Largest exponent at precision 32 + index, at 127 bits.
pub(super) static MAX_EXPONENT: [U256; 96] = uint! {[
    0x1c35fedd14ffffffffffffffffffffffff_U256,
    0x1b0ce43b323fffffffffffffffffffffff_U256,
    0x19f0028ec1ffffffffffffffffffffffff_U256,
    0x18ded91f0e7fffffffffffffffffffffff_U256,
    0x17d8ec7f0417ffffffffffffffffffffff_U256,
    0x16ddc6556cdbffffffffffffffffffffff_U256,
    0x15ecf52776a1ffffffffffffffffffffff_U256,
    0x15060c256cb2ffffffffffffffffffffff_U256,
    0x1428a2f98d72ffffffffffffffffffffff_U256,
    0x13545598e5c23fffffffffffffffffffff_U256,
    0x1288c4161ce1dfffffffffffffffffffff_U256,
    0x11c592761c666fffffffffffffffffffff_U256,
    0x110a688680a757ffffffffffffffffffff_U256,
    0x1056f1b5bedf77ffffffffffffffffffff_U256,
    0x0faadceceeff8bffffffffffffffffffff_U256,
    0x0f05dc6b27edadffffffffffffffffffff_U256,
    0x0e67a5a25da4107fffffffffffffffffff_U256,
    0x0dcff115b14eedffffffffffffffffffff_U256,
    0x0d3e7a392431239fffffffffffffffffff_U256,
    0x0cb2ff529eb71e4fffffffffffffffffff_U256,
    0x0c2d415c3db974afffffffffffffffffff_U256,
    0x0bad03e7d883f69bffffffffffffffffff_U256,
    0x0b320d03b2c343d5ffffffffffffffffff_U256,
    0x0abc25204e02828dffffffffffffffffff_U256,
    0x0a4b16f74ee4bb207fffffffffffffffff_U256,
    0x09deaf736ac1f569ffffffffffffffffff_U256,
    0x0976bd9952c7aa957fffffffffffffffff_U256,
    0x09131271922eaa606fffffffffffffffff_U256,
    0x08b380f3558668c46fffffffffffffffff_U256,
    0x0857ddf0117efa215bffffffffffffffff_U256,
    0x07ffffffffffffffffffffffffffffffff_U256,
    0x07abbf6f6abb9d087fffffffffffffffff_U256,
    0x075af62cbac95f7dfa7fffffffffffffff_U256,
    0x070d7fb7452e187ac13fffffffffffffff_U256,
    0x06c3390ecc8af379295fffffffffffffff_U256,
    0x067c00a3b07ffc01fd6fffffffffffffff_U256,
    0x0637b647c39cbb9d3d27ffffffffffffff_U256,
    0x05f63b1fc104dbd39587ffffffffffffff_U256,
    0x05b771955b36e12f7235ffffffffffffff_U256,
    0x057b3d49dda84556d6f6ffffffffffffff_U256,
    0x054183095b2c8ececf30ffffffffffffff_U256,
    0x050a28be635ca2b888f77fffffffffffff_U256,
    0x04d5156639708c9db33c3fffffffffffff_U256,
    0x04a23105873875bd52dfdfffffffffffff_U256,
    0x0471649d87199aa990756fffffffffffff_U256,
    0x04429a21a029d4c1457cfbffffffffffff_U256,
    0x0415bc6d6fb7dd71af2cb3ffffffffffff_U256,
    0x03eab73b3bbfe282243ce1ffffffffffff_U256,
    0x03c1771ac9fb6b4c18e229ffffffffffff_U256,
    0x0399e96897690418f785257fffffffffff_U256,
    0x0373fc456c53bb779bf0ea9fffffffffff_U256,
    0x034f9e8e490c48e67e6ab8bfffffffffff_U256,
    0x032cbfd4a7adc790560b3337ffffffffff_U256,
    0x030b50570f6e5d2acca94613ffffffffff_U256,
    0x02eb40f9f620fda6b56c2861ffffffffff_U256,
    0x02cc8340ecb0d0f520a6af58ffffffffff_U256,
    0x02af09481380a0a35cf1ba02ffffffffff_U256,
    0x0292c5bdd3b92ec810287b1b3fffffffff_U256,
    0x0277abdcdab07d5a77ac6d6b9fffffffff_U256,
    0x025daf6654b1eaa55fd64df5efffffffff_U256,
    0x0244c49c648baa98192dce88b7ffffffff_U256,
    0x022ce03cd5619a311b2471268bffffffff_U256,
    0x0215f77c045fbe885654a44a0fffffffff_U256,
    0x01ffffffffffffffffffffffffffffffff_U256,
    0x01eaefdbdaaee7421fc4d3ede5ffffffff_U256,
    0x01d6bd8b2eb257df7e8ca57b09bfffffff_U256,
    0x01c35fedd14b861eb0443f7f133fffffff_U256,
    0x01b0ce43b322bcde4a56e8ada5afffffff_U256,
    0x019f0028ec1fff007f5a195a39dfffffff_U256,
    0x018ded91f0e72ee74f49b15ba527ffffff_U256,
    0x017d8ec7f04136f4e5615fd41a63ffffff_U256,
    0x016ddc6556cdb84bdc8d12d22e6fffffff_U256,
    0x015ecf52776a1155b5bd8395814f7fffff_U256,
    0x015060c256cb23b3b3cc3754cf40ffffff_U256,
    0x01428a2f98d728ae223ddab715be3fffff_U256,
    0x013545598e5c23276ccf0ede68034fffff_U256,
    0x01288c4161ce1d6f54b7f61081194fffff_U256,
    0x011c592761c666aa641d5a01a40f17ffff_U256,
    0x0110a688680a7530515f3e6e6cfdcdffff_U256,
    0x01056f1b5bedf75c6bcb2ce8aed428ffff_U256,
    0x00faadceceeff8a0890f3875f008277fff_U256,
    0x00f05dc6b27edad306388a600f6ba0bfff_U256,
    0x00e67a5a25da41063de1495d5b18cdbfff_U256,
    0x00dcff115b14eedde6fc3aa5353f2e4fff_U256,
    0x00d3e7a3924312399f9aae2e0f868f8fff_U256,
    0x00cb2ff529eb71e41582cccd5a1ee26fff_U256,
    0x00c2d415c3db974ab32a51840c0b67edff_U256,
    0x00bad03e7d883f69ad5b0a186184e06bff_U256,
    0x00b320d03b2c343d4829abd6075f0cc5ff_U256,
    0x00abc25204e02828d73c6e80bcdb1a95bf_U256,
    0x00a4b16f74ee4bb2040a1ec6c15fbbf2df_U256,
    0x009deaf736ac1f569deb1b5ae3f36c130f_U256,
    0x00976bd9952c7aa957f5937d790ef65037_U256,
    0x009131271922eaa6064b73a22d0bd4f2bf_U256,
    0x008b380f3558668c46c91c49a2f8e967b9_U256,
    0x00857ddf0117efa215952912839f6473e6_U256,
]};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bancor::power::SERIES;

    /// Does the series at precision `p` stay within 256 bits for `x`?
    fn fits(x: U256, p: usize) -> bool {
        let mut term = x;
        let mut sum = U256::ZERO;
        for coefficient in SERIES {
            let Some(product) = term.checked_mul(x) else { return false };
            term = product >> p;
            let Some(next) = term.checked_mul(coefficient).and_then(|t| sum.checked_add(t)) else {
                return false;
            };
            sum = next;
        }
        true
    }

    #[test]
    fn the_table_follows_from_its_definition() {
        for p in MIN_PRECISION..=MAX_PRECISION {
            let (mut low, mut high) = (U256::ZERO, U256::from(1) << 140);
            while low + U256::from(1) < high {
                let middle = (low + high) >> 1;
                if fits(middle, p) { low = middle } else { high = middle }
            }
            let entry = ((low + U256::from(1)) << (127 - p)) - U256::from(1);
            assert_eq!(entry, MAX_EXPONENT[p - MIN_PRECISION], "precision {p}");
        }
    }
}
