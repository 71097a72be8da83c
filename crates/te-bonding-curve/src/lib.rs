//! Bonding curves: augmented, Bancor, multi-sigmoid.
