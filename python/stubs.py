"""Writes tecmns/FAMILY.pyi: the types of the components, as their kinds declare them, and of the formulas beside them.

    python -P python/stubs.py           writes them
    python -P python/stubs.py --check   says whether they are what is declared

Needs the package installed; `-P` keeps it from taking the folder beside itself for it. `_native.pyi` is written
by hand; stubtest compares all of them with what is there.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path
from typing import Any

import tecmns
from tecmns._classes import argument, attribute, family_name

HEAD = "# Written by python/stubs.py from what the kinds declare.\n"
FOLDER = Path(__file__).parent / "tecmns"

#: What a parameter may be given, and what a metric is.
GIVEN = {
    "f64": "float",
    "i64": "int",
    "u64": "int",
    "bool": "bool",
    "decimal": "Decimal | float | str",
    "text": "str",
    "list": "Sequence[Any]",
    "table": "Mapping[str, Any]",
}
SHOWN = {"f64": "float", "i64": "int", "u64": "int", "bool": "bool", "decimal": "Decimal"}


def given_type(param: dict[str, Any]) -> str:
    """What a parameter may be given."""
    if param["kind"] == "choice":
        names = [*param["choices"], *(["none"] if param["optional"] else [])]
        return f"Literal[{', '.join(map(repr, names))}]" + (" | None" if param["optional"] else "")
    return GIVEN[param["kind"]] + (" | Literal['none'] | None" if param["optional"] else "")


def unit_of(declared: dict[str, Any]) -> str:
    """Its unit, where it has one."""
    return f" [{declared['unit']}]" if declared["unit"] not in ("", "1") else ""


def quoted(text: str) -> str:
    """A docstring."""
    return '"""' + text.replace("\\", "\\\\").replace('"""', "'''") + '"""'


def default_of(param: dict[str, Any]) -> str:
    """Its default, where it is short."""
    default = param["default"]
    plain = isinstance(default, (bool, int, float, str)) and param["kind"] != "decimal"
    return repr(default) if plain else "..."


def class_stub(name: str, class_: type[tecmns.Component]) -> str:
    """The stub of a component's class."""
    kind = class_.KIND  # type: ignore[attr-defined]
    lines = [f"class {name}(Component):", f"    {quoted(kind.doc.strip().splitlines()[0])}", "", "    KIND: ClassVar[Kind]"]
    lines += ["    def __new__(", "        cls,", "        *,"]
    lines += [f"        {argument(p['name'])}: {given_type(p)} = {default_of(p)}," for p in kind.params]
    groups = sorted({p["name"].split(".")[0] for p in kind.params if "." in p["name"]})
    lines += [f"        {group}: Mapping[str, Any] = ...," for group in groups]
    lines += ["        seed: int = 0,", "        run: int = 1,", "        name: str | None = None,", "        step_length: str | None = None,"]
    lines += ["    ) -> Self: ..."]
    if kind.inputs:
        # What must be given stands first in a signature; by position inputs go in declared order, so then all go by name.
        by_name = any(i["default"] is None for i in kind.inputs[1:])
        inputs = [f"{i['name']}: float" + ("" if i["default"] is None else f" = {i['default']!r}") for i in kind.inputs]
        taken = ", ".join((["*"] if by_name else []) + inputs)
        lines += [f"    def step(self, {taken}) -> None: ..."]
        lines += [f"    def advance(self, count: int, /, {taken}) -> None: ..."]
    else:
        lines += ["    def step(self) -> None: ...", "    def advance(self, count: int, /) -> None: ..."]
    for m in kind.metrics:
        doc = quoted(f"{m['doc']}{unit_of(m)}")
        lines += ["    @property", f"    def {attribute(m['name'])}(self) -> {SHOWN[m['kind']]}:", f"        {doc}"]
    return "\n".join(lines) + "\n"


def function_stub(name: str, function: Any) -> str:
    """The stub of a formula over numbers or arrays."""
    names = list(inspect.signature(function).parameters)
    doc = quoted(function.__doc__.splitlines()[0])
    if names == ["values"]:
        return f"def {name}(values: ArrayLike) -> float:\n    {doc}\n"
    numbers, arrays = (", ".join(f"{one}: {type_}" for one in names) for type_ in ("float", "ArrayLike"))
    return f"@overload\ndef {name}({numbers}) -> float:\n    {doc}\n@overload\ndef {name}({arrays}) -> Any: ...\n"


def module_stub(family: str) -> str:
    """The stub of a family's module."""
    module = importlib.import_module(f"tecmns.{family}")
    parts, names = [], sorted(module.__all__)
    for name in names:
        member = getattr(module, name)
        parts.append(class_stub(name, member) if isinstance(member, type) else function_stub(name, member))
    body = "\n".join(parts)
    typing = [name for name in ("Any", "ClassVar", "Literal", "Self", "overload") if f"{name}" in body]
    heads = [
        "from collections.abc import Mapping, Sequence\n" if "Mapping[" in body or "Sequence[" in body else "",
        "from decimal import Decimal\n" if "Decimal" in body else "",
        f"from typing import {', '.join(typing)}\n",
        "\nfrom numpy.typing import ArrayLike\n" if "ArrayLike" in body else "",
        "\nfrom ._native import Component, Kind\n" if "(Component)" in body else "",
    ]
    listed = "".join(f"    {name!r},\n" for name in names).replace("'", '"')
    return f"{HEAD}\n{''.join(heads)}\n__all__ = [\n{listed}]\n\n{body}"


def main(check: bool) -> int:
    """Writes or compares all of them; the number of those that differ."""
    stale = 0
    for family in sorted({family_name(kind) for kind in tecmns.kinds()}):
        path, text = FOLDER / f"{family}.pyi", module_stub(family)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        if check:
            print(f"{path.name} is not what the kinds declare: run python/stubs.py")
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.name}")
    return stale if check else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
