# To be sourced in the workspace's root: what is compiled from here on names no folder of the machine that compiles it.
sources="${CARGO_HOME:-$HOME/.cargo}/registry/src"
export CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=$sources=crates"$'\x1f'"--remap-path-prefix=$PWD=tecmns"
# Functions that are the same code are one.
if rustc -Vv | grep -q '^host: x86_64-unknown-linux-gnu'; then
    CARGO_ENCODED_RUSTFLAGS+=$'\x1f'"-Clink-arg=-Wl,--icf=all"
fi
# C code too.
export CFLAGS="${CFLAGS:-} -ffile-prefix-map=$sources=crates -ffile-prefix-map=$PWD=tecmns"
# A folder of its own: cargo and maturin set pyo3 up differently, and would compile it again after each other.
export CARGO_TARGET_DIR="$PWD/target/wheel"
