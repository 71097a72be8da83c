#!/usr/bin/env bash
# The page of `tecmns open` and reports, in a headless Chromium. Needs a built `tecmns`: target/debug/tecmns, or the one that TE_TECMNS
# names. Arguments are handed to pytest. Screenshots are left in target/browser.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1

browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name"; then return; fi
    done
    return 1
}
install() {
    echo "no Chromium on this machine: installing Debian's" >&2
    local as=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || { echo "cannot install chromium: neither root nor sudo" >&2; return 1; }
        as=(sudo --non-interactive)
    fi
    command -v apt-get >/dev/null || { echo "cannot install chromium: no apt-get" >&2; return 1; }
    "${as[@]}" apt-get update -qq >&2
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends chromium fonts-dejavu-core >&2
}
if [ -z "${TE_BROWSER:-}" ]; then
    TE_BROWSER=$(browser) || { install && TE_BROWSER=$(browser); } || {
        echo "the browser tests need Chromium: install it, or name one in TE_BROWSER" >&2
        exit 1
    }
fi
export TE_BROWSER
export TE_TECMNS="${TE_TECMNS:-$PWD/${CARGO_TARGET_DIR:-target}/debug/tecmns}"
test -x "$TE_TECMNS" || { echo "no tecmns at $TE_TECMNS: cargo build --package tecmns" >&2; exit 1; }

python3 -m venv target/browser/python
target/browser/python/bin/pip install --quiet --requirement tests/browser/requirements.txt
target/browser/python/bin/python -m pytest -p no:cacheprovider --rootdir tests/browser tests/browser "$@"
