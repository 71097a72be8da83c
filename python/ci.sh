#!/usr/bin/env bash
# The Python package as its users get it: builds wheel and sdist, looks into them, and tests the wheel in fresh environments on the
# oldest and the newest Python from 3.11 on that this machine has. Needs Rust, and one such Python with pip and venv.
#
#   python/ci.sh           everything
#   python/ci.sh --built   with the wheel that is in target/wheels already
set -euo pipefail
cd "$(dirname "$0")/.."
here="$PWD"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1

# A line `3.11 /path/to/python` for each that can be used.
pythons() {
    for python in python3 python3.{11,12,13,14,15} "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3; do
        "$python" -c 'import ensurepip, sys, venv
if sys.version_info >= (3, 11):
    print("%d.%02d" % sys.version_info[:2], sys.executable)' 2>/dev/null || true
    done | sort -V
}
found=$(pythons)
test -n "$found" || { echo "no Python from 3.11 on with pip and venv"; exit 1; }
oldest=$(head -1 <<<"$found" | cut -d' ' -f2-)
newest=$(tail -1 <<<"$found" | cut -d' ' -f2-)
echo "oldest: $("$oldest" --version), newest: $("$newest" --version)"

if [ "${1:-}" != --built ]; then
    echo "wheel"
    "$oldest" -m venv --clear target/python-tests/build
    target/python-tests/build/bin/pip install --quiet 'maturin==1.16.0'
    MATURIN="$here/target/python-tests/build/bin/maturin" python/build.sh --interpreter "$oldest"
fi
wheel=$(ls target/wheels/tecmns-*.whl)
"$oldest" python/check_packages.py "$wheel" target/wheels/tecmns-*.tar.gz

# Environment, Python, requirements.
fresh() {
    "$2" -m venv --clear "target/python-tests/$1"
    "target/python-tests/$1/bin/pip" install --quiet "$wheel" -r "python/$3"
}
echo "environments"
fresh oldest "$oldest" requirements-test-all.txt
fresh cad "$oldest" requirements-test-cad.txt
same=$([ "$("$oldest" --version)" = "$("$newest" --version)" ] && echo yes || echo no)
test "$same" = yes || fresh newest "$newest" requirements-test.txt

# From elsewhere, so that the installed package is tested and not the folder beside it.
cd python/tests
export MPLBACKEND=agg
bin="$here/target/python-tests/oldest/bin"
tests() {
    "$here/target/python-tests/$1/bin/python" -m pytest -c ../pyproject.toml --rootdir .. -p no:cacheprovider "${@:2}"
}
echo "types"
"$bin/python" -P ../stubs.py --check
MYPYPATH= "$bin/python" -m mypy.stubtest tecmns --allowlist ../stubtest-allowed.txt --mypy-config-file ../pyproject.toml
echo "tests, oldest Python"
tests oldest .
echo "tests inside cadCAD and radCAD"
tests cad test_cadcad.py test_components.py test_notebooks.py
if [ "$same" = no ]; then
    echo "tests, newest Python"
    tests newest .
fi
echo "command"
test "$("$bin/tecmns" --version)" = "tecmns $("$bin/python" -P -c 'from importlib.metadata import version; print(version("tecmns"))')"
