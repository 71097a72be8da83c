"""The list of what the command is made of, without what is this machine's or this moment's.

python dist/components.py FROM.json TO.json             mends what cargo-cyclonedx wrote
python dist/components.py --search FOLDER... -- FILE...  refuses files in which a folder of this machine is named
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def plain(text: str) -> str:
    """A name without the folder that a package of the workspace lies in."""
    text = re.sub(r"path\+file://[^#\s\"]*/crates/", "path+crates/", text)
    return re.sub(r"[?&]download_url=file:[^&#\s]*", "", text)


def mended(value: Any) -> Any:
    """The same with plain names everywhere."""
    if isinstance(value, dict):
        return {key: mended(one) for key, one in value.items()}
    if isinstance(value, list):
        return [mended(one) for one in value]
    return plain(value) if isinstance(value, str) else value


def components(source: Path, target: Path) -> None:
    """Mends a list of components."""
    told = mended(json.loads(source.read_text(encoding="utf-8")))
    told.pop("serialNumber", None)
    moment = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))
    told["metadata"]["timestamp"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", moment)
    for key, name in (("components", "bom-ref"), ("dependencies", "ref")):
        told[key] = sorted(told.get(key, []), key=lambda one: one[name])
    if len(told["components"]) < 20:
        raise SystemExit(f"{source} lists {len(told['components'])} components: that cannot be all")
    target.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files in an archive, or the file itself."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as file:
            yield from ((name, file.read(name)) for name in file.namelist())
    elif path.name.endswith(".tar.gz"):
        with gzip.open(path) as unpacked, tarfile.open(fileobj=unpacked) as file:
            for one in file:
                content = file.extractfile(one) if one.isfile() else None
                if content is not None:
                    yield one.name, content.read()
    else:
        yield path.name, path.read_bytes()


def search(folders: list[str], files: list[str]) -> int:
    """How many files name one of the folders."""
    # A home such as `/root` is a word too, so the slash after it counts.
    words = [f"{folder.rstrip('/')}/".encode() for folder in folders]
    found = 0
    for path in map(Path, files):
        for name, content in contents(path):
            for word in words:
                if word in content:
                    print(f"{path.name}: {name} names {word.decode()}")
                    found += 1
    return found


if __name__ == "__main__":
    if sys.argv[1] == "--search":
        end = sys.argv.index("--")
        sys.exit(1 if search(sys.argv[2:end], sys.argv[end + 1 :]) else 0)
    components(Path(sys.argv[1]), Path(sys.argv[2]))
