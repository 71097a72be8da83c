"""Writes the typed stubs of the families from what their kinds declare: `python stubs.py`, or `--check` to compare."""

from __future__ import annotations

import pathlib
import sys

import tecmns
from tecmns import _classes, _native

TYPES = {
    "f64": "float",
    "i64": "int",
    "u64": "int",
    "bool": "bool",
    "decimal": "Decimal | float | str",
    "text": "str",
    "list": "list[Any]",
    "table": "dict[str, Any]",
}
SHOWN = {"f64": "float", "i64": "int", "u64": "int", "bool": "bool", "decimal": "Decimal"}
HEAD = """from decimal import Decimal
from typing import Any, ClassVar, Literal, Self

from numpy.typing import ArrayLike

from ._native import Component, Kind
"""


def parameter(p: dict) -> str:
    said = f"Literal[{', '.join(map(repr, p['choices']))}]" if p["choices"] else TYPES[p["kind"]]
    said += " | Literal['none'] | None" if p["optional"] else ""
    return f"        {_classes.argument(p['name'])}: {said} = ...,\n"


def component(kind: _native.Kind) -> str:
    name = _classes.class_name(kind.name)
    groups = sorted({p["name"].split(".")[0] for p in kind.params if "." in p["name"]})
    params = "".join(map(parameter, kind.params)) + "".join(f"        {g}: dict[str, Any] = ...,\n" for g in groups)
    text = f'class {name}(Component):\n    """{kind.doc}"""\n\n    KIND: ClassVar[Kind]\n    def __new__(\n        cls,\n        *,\n{params}'
    text += "        seed: int = 0,\n        run: int = 1,\n        name: str | None = None,\n        step_length: str | None = None,\n    ) -> Self: ...\n"
    if kind.inputs:
        # Inputs with defaults come behind those that must be given only where they are declared so.
        late = [i["default"] is not None for i in kind.inputs]
        inputs = ", ".join(
            f"{i['name']}: float" + (" = ..." if all(late[at:]) else "") for at, i in enumerate(kind.inputs)
        )
        if any(a and not b for a, b in zip(late, late[1:], strict=False)):
            inputs = ", ".join(f"{i['name']}: float" + (" = ..." if i["default"] is not None else "") for i in kind.inputs)
            inputs = f"*, {inputs}"
        text += f"    def step(self, {inputs}) -> None: ...  # type: ignore[override]\n"
    else:
        text += "    def step(self) -> None: ...  # type: ignore[override]\n"
    for m in kind.metrics:
        text += f"    @property\n    def {_classes.attribute(m['name'])}(self) -> {SHOWN[m['kind']]}: ...\n"
    return text


def family(name: str) -> str:
    kinds = [tecmns.kind(kind) for kind in tecmns.kinds() if _classes.family_name(kind) == name]
    names = [_classes.class_name(kind.name) for kind in kinds]
    text = HEAD + "\n" + "\n".join(map(component, kinds))
    for of, formula, arguments, doc in _native.formulas():
        if of == name:
            names.append(formula)
            text += f'\ndef {formula}({", ".join(f"{a}: ArrayLike" for a in arguments)}) -> Any:\n    """{doc}"""\n'
    for of, formula, doc in _native.list_formulas():
        if of == name:
            names.append(formula)
            text += f'\ndef {formula}(values: ArrayLike) -> float:\n    """{doc}"""\n'
    listed = "".join(f'    "{one}",\n' for one in sorted(names))
    return f"{text}\n__all__ = [\n{listed}]\n"


def main() -> int:
    folder = pathlib.Path(__file__).resolve().parent / "tecmns"
    stale = []
    for name in sorted({_classes.family_name(kind) for kind in tecmns.kinds()}):
        path, text = folder / f"{name}.pyi", family(name)
        if "--check" in sys.argv:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale.append(path.name)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"stale stubs: {', '.join(stale)}; run python/stubs.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
