//! Automated market makers on exact decimals: swap, liquidity, arbitrage, oracle.
