#!/usr/bin/env bash
# What a release consists of, into target/dist: the command as an archive, wheel and sdist for Python, what the command is made of
# (CycloneDX), and SHA256SUMS. It is built from the last commit, in a fresh folder, with what Cargo.lock names.
#
#   dist/build.sh           builds
#   dist/build.sh --check   builds twice, in folders of different names, and compares the hashes
#
# Needs Rust, git, a Python from 3.11 on, maturin and cargo-cyclonedx: `pip install maturin==1.16.0` and
# `cargo install --locked cargo-cyclonedx@0.5.9`. Environment: MATURIN, CYCLONEDX (the programs), DIST_ROOM (where to build), PYTHON.
set -euo pipefail
cd "$(dirname "$0")/.."
here="$PWD"
room="${DIST_ROOM:-$here/target/dist-room}"
python="${PYTHON:-python3}"
maturin="${MATURIN:-maturin}"
cyclonedx="${CYCLONEDX:-cargo-cyclonedx}"
# Every time in an archive is that of the commit.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022

# One build in a folder, which is emptied; what comes of it is in FOLDER/out.
build() {
    local folder="$1" source="$1/source" out="$1/out" version platform name
    rm -rf "$folder"
    mkdir -p "$source" "$out"
    git archive HEAD | tar -x -C "$source"
    cd "$source"
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
    platform=$(rustc -vV | sed -n 's/^host: //p')
    name="tecmns-$version-$platform"

    MATURIN="$maturin" python/build.sh --interpreter "$(command -v "$python")"
    cp target/wheels/tecmns-* "$out"

    # shellcheck source=python/flags.sh
    . python/flags.sh
    cargo build --locked --profile dist --package tecmns
    mkdir "$folder/$name"
    cp "$CARGO_TARGET_DIR/dist/tecmns" README.md LICENSE-MIT LICENSE-APACHE "$folder/$name"
    cp -r systems "$folder/$name"
    tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -c -C "$folder" "$name" |
        gzip -9 -n >"$out/$name.tar.gz"

    "$cyclonedx" cyclonedx --format json --spec-version 1.5 --target "$platform" --manifest-path crates/tecmns/Cargo.toml \
        --override-filename components 2>"$folder/cyclonedx.log" || { cat "$folder/cyclonedx.log"; return 1; }
    "$python" dist/components.py crates/tecmns/components.json "$out/$name.cdx.json"

    cd "$out"
    # Folders of this machine are nobody's business.
    "$python" "$source/dist/components.py" --search "$folder" "$HOME" "$here" -- *
    sha256sum -- * >SHA256SUMS
    cd "$here"
}

if [ "${1:-}" = --check ]; then
    build "$room/one"
    build "$room/another-folder"
    diff "$room/one/out/SHA256SUMS" "$room/another-folder/out/SHA256SUMS" || { echo "two builds differ"; exit 1; }
    echo "two builds in different folders have the same hashes"
else
    build "$room/one"
fi
rm -rf target/dist
mv "$room/one/out" target/dist
cat target/dist/SHA256SUMS
(cd target/dist && du -b -- * | sort -n)
