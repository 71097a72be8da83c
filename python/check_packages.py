"""Looks into wheel and sdist: what must be in them, what must not, and how large the wheel is.

    python python/check_packages.py target/wheels/tecmns-….whl target/wheels/tecmns-….tar.gz
"""

from __future__ import annotations

import io
import os
import sys
import tarfile
import zipfile
from pathlib import Path

# The engine for three instruction sets, Arrow, Parquet, charts with their fonts, the report and the page are in it: DESIGN.md has a
# table of what takes what.
MOST_BYTES = 11_000_000


def members(path: Path) -> dict[str, bytes]:
    """The files of a wheel or sdist; of an sdist without the outer folder."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as file:
            return {name: file.read(name) for name in file.namelist()}
    with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as file:
        found = {}
        for one in file.getmembers():
            content = file.extractfile(one) if one.isfile() else None
            if content is not None:
                found[one.name.split("/", 1)[1]] = content.read()
        return found


def needed(path: Path, files: dict[str, bytes]) -> list[str]:
    """What is not there and must be."""
    ends = ["LICENSE-MIT", "LICENSE-APACHE", "netlist.toml", "tecmns/__init__.py", "tecmns/py.typed", "tecmns/hive.pyi"]
    if path.suffix == ".whl":
        ends += ["tecmns/_native.abi3.so", "METADATA", "entry_points.txt"]
    else:
        # From these alone a wheel is built whose results name the code that made them.
        ends += ["Cargo.lock", "python/README.md", "python/src/lib.rs", "crates/te-core/src/lib.rs"]
    missing = [f"{end} is not in it" for end in ends if not any(name.endswith(end) for name in files)]
    metadata = next((text for name, text in files.items() if name.endswith(("METADATA", "PKG-INFO"))), b"")
    readme = (Path(__file__).parent / "README.md").read_text(encoding="utf-8").strip()
    if readme not in metadata.decode("utf-8").replace("\r\n", "\n"):
        missing.append("its metadata does not hold the README")
    return missing


def unwanted(files: dict[str, bytes]) -> list[str]:
    """Folders of this machine that are named in it, and files that are none of the user's business."""
    root = Path(__file__).resolve().parents[1]
    places = {str(root), str(Path.home()), os.environ.get("CARGO_HOME", ""), os.environ.get("RUSTUP_HOME", "")}
    # A home such as `/root` is a word too, so the slash after it counts.
    words = [f"{place}/".encode() for place in places if len(place) > 1]
    found = [f"{name} names {word.decode()}" for name, content in files.items() for word in words if word in content]
    return found + [f"{name} is in it" for name in files if "__pycache__" in name or name.startswith(("tests/", "examples/"))]


def main(paths: list[str]) -> int:
    """The number of things that are wrong."""
    wrong = 0
    for path in map(Path, paths):
        files = members(path)
        size = path.stat().st_size
        problems = needed(path, files) + unwanted(files)
        if path.suffix == ".whl" and size > MOST_BYTES:
            problems.append(f"it has {size} bytes, more than {MOST_BYTES}")
        print(f"{path.name}: {size / 1e6:.2f} MB, {len(files)} files")
        for problem in problems:
            print(f"  {problem}")
        wrong += len(problems)
    return wrong


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
