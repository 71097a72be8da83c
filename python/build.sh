#!/usr/bin/env bash
# Builds wheel and sdist into target/wheels. What it is compiled with names no folder of the machine it is compiled on.
set -euo pipefail
cd "$(dirname "$0")/.."
. python/flags.sh
maturin="${MATURIN:-maturin}"
rm -f target/wheels/tecmns-*
"$maturin" sdist --manifest-path python/Cargo.toml --out target/wheels
"$maturin" build --locked --manifest-path python/Cargo.toml --out target/wheels "$@"
