#!/usr/bin/env bash
# Builds the wheel into target/wheels. What it is compiled with names no folder of the machine it is compiled on.
set -euo pipefail
cd "$(dirname "$0")/.."
home="${CARGO_HOME:-$HOME/.cargo}"
export CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=$home/registry/src=crates"$'\x1f'"--remap-path-prefix=$PWD=tecmns"
# A folder of its own: cargo and maturin set pyo3 up differently, and would compile it again after each other.
export CARGO_TARGET_DIR="$PWD/target/wheel"
maturin="${MATURIN:-maturin}"
"$maturin" build --release --locked --manifest-path python/Cargo.toml --out target/wheels "$@"
