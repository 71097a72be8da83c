"""Makes a class of each kind."""

from __future__ import annotations

import inspect
from typing import Any

from ._native import Component, Kind, Metric, kind, kinds
from ._native import equations as _equations

_TYPES = {
    "f64": "float",
    "i64": "int",
    "u64": "int",
    "bool": "bool",
    "decimal": "Decimal",
    "text": "str",
    "choice": "str",
    "list": "list",
    "table": "dict",
}


def class_name(kind: str) -> str:
    """``bonding-curve/multi-sigmoid`` is the class ``MultiSigmoid``."""
    return "".join(part.capitalize() for part in kind.rsplit("/", 1)[-1].split("-"))


def family_name(kind: str) -> str:
    """``bonding-curve/multi-sigmoid`` is in the module ``bonding_curve``."""
    return kind.split("/", 1)[0].replace("-", "_")


def argument(name: str) -> str:
    """The name of a parameter as an argument: ``curve.tribute`` is ``curve__tribute``."""
    return name.replace(".", "__")


def attribute(name: str) -> str:
    """The name of a metric as an attribute: ``votes.open`` is ``votes_open``."""
    return name.replace(".", "_")


def _unit(unit: str) -> str:
    return "" if unit in ("", "1") else f" {unit}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else "..."


def _doc(kind: Kind) -> str:
    lines = [kind.doc, "", f"Kind ``{kind.name}`` of {kind.package}; ``tecmns show {kind.name}`` says more.", ""]
    if equations := kind.equations:
        lines += ["Equations of a step, in which x' is x after it::", "", *(f"    {line}".rstrip() for line in equations), ""]
    if kind.params:
        lines += ["Parameters", "----------"]
    for p in kind.params:
        said = [_TYPES[p["kind"]] + (", or 'none'" if p["optional"] else ""), f"default {_short(p['default'])}"]
        if p["choices"]:
            said.append("one of " + ", ".join(p["choices"]))
        elif p["kind"] in ("f64", "i64", "u64", "decimal"):
            said.append(f"in {p['allowed']}{_unit(p['unit'])}")
        said.append(p["role"] if not p["random"] else f"drawn in systems from {p['random']}")
        lines += [f"{argument(p['name'])} : {', '.join(said)}", f"    {p['doc']}"]
    if kind.inputs:
        lines += ["", "Inputs of a step", "----------------"]
    for i in kind.inputs:
        default = "must be given" if i["default"] is None else f"default {i['default']}"
        lines += [f"{i['name']} : float{_unit(i['unit'])}, {default}", f"    {i['doc']}"]
    lines += ["", "Metrics", "-------"]
    for m in kind.metrics:
        lines += [f"{attribute(m['name'])} : {_TYPES[m['kind']]}{_unit(m['unit'])}", f"    {m['doc']}"]
    return "\n".join(lines)


def make(kind: Kind, name: str, module: str) -> type[Component]:
    """The class of a kind."""
    only = inspect.Parameter.KEYWORD_ONLY
    params = [inspect.Parameter(argument(p["name"]), only, default=p["default"]) for p in kind.params]
    params += [
        inspect.Parameter("seed", only, default=0),
        inspect.Parameter("run", only, default=1),
        inspect.Parameter("name", only, default=None),
        inspect.Parameter("step_length", only, default=None),
    ]
    body: dict[str, Any] = {
        "__slots__": (),
        "__doc__": _doc(kind),
        "__module__": module,
        "__signature__": inspect.Signature(params),
        "KIND": kind,
    }
    for at, m in enumerate(kind.metrics):
        body[attribute(m["name"])] = Metric(at, attribute(m["name"]), f"{m['doc']} [{m['unit']}]")
    return type(name, (Component,), body)


def family(module: str) -> dict[str, type[Component]]:
    """The classes of a family, by name: for the module that is called like it."""
    own = module.rsplit(".", 1)[-1]
    return {class_name(name): make(kind(name), class_name(name), module) for name in kinds() if family_name(name) == own}


def equations(text: str, name: str | None = None) -> type[Component]:
    """A class of a component that equations in a text describe, as files of equations do.

    >>> import tecmns
    >>> Growth = tecmns.equations('''
    ... [component]
    ... kind = "mine/growth"
    ... [param]
    ... rate = { default = 0.1, doc = "Growth." }
    ... [state]
    ... stock = { initial = 1, rate = "rate * stock", doc = "Stock." }
    ... ''')
    >>> growth = Growth(rate=0.5)
    >>> growth.step()
    >>> growth.stock
    1.5
    """
    made = _equations(text)
    return of_kind(made, name)


#: Classes of equations by their text.
_made: dict[str | None, type[Component]] = {}


def of_kind(kind: Kind, name: str | None = None) -> type[Component]:
    """The class of a kind of equations: the same for the same text, unless it has another name."""
    found = _made.get(kind.text)
    if found is None or (name is not None and found.__name__ != name):
        found = _made[kind.text] = make(kind, name or class_name(kind.name), "tecmns")
    return found
