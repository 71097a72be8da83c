//! FLASH V3: two pools, arbitrage and staking.
