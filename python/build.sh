#!/usr/bin/env bash
# Builds wheel and sdist into target/wheels. What it is compiled with names no folder of the machine it is compiled on.
set -euo pipefail
cd "$(dirname "$0")/.."
sources="${CARGO_HOME:-$HOME/.cargo}/registry/src"
export CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=$sources=crates"$'\x1f'"--remap-path-prefix=$PWD=tecmns"
# C code too.
export CFLAGS="${CFLAGS:-} -ffile-prefix-map=$sources=crates"
# A folder of its own: cargo and maturin set pyo3 up differently, and would compile it again after each other.
export CARGO_TARGET_DIR="$PWD/target/wheel"
maturin="${MATURIN:-maturin}"
rm -f target/wheels/tecmns-*
"$maturin" sdist --manifest-path python/Cargo.toml --out target/wheels
"$maturin" build --locked --manifest-path python/Cargo.toml --out target/wheels "$@"
