"""The text of a system file from what a system is composed of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from . import _native


def document(
    *,
    system: Mapping[str, Any],
    uncontrollables: Mapping[str, Any],
    controllables: Mapping[str, Any],
    wires: Mapping[str, str] | Iterable[tuple[str, str]],
    derived: Mapping[str, str | tuple[str, str]],
    stages: Sequence[Sequence[str] | Mapping[str, Any]] | None,
    discipline: Mapping[str, str] | None,
    events: Mapping[str, Mapping[str, Any]] | None,
    variants: Mapping[str, Mapping[str, Any]] | None,
    sweep: Mapping[str, Any] | None,
    random: Mapping[str, str] | None,
    stop: Sequence[str],
    record: Mapping[str, Any] | None,
    kpis: Mapping[str, Mapping[str, Any]] | None,
    charts: Sequence[Mapping[str, Any]],
    more: Mapping[str, Any] | None,
) -> str:
    """The text."""
    root: dict[str, Any] = {"system": {key: value for key, value in system.items() if value not in (None, "")}}
    equations: dict[str, Any] = {}
    for key, members in (("uncontrollables", uncontrollables), ("controllables", controllables)):
        root[key] = {name: _component(name, member, equations) for name, member in members.items()}
    if equations:
        root["equations"] = equations
    pairs = wires.items() if isinstance(wires, Mapping) else wires
    root["wire"] = [{"from": str(expression), "to": to} for to, expression in pairs]
    root["derived"] = {
        name: {"of": one[0], "unit": one[1]} if isinstance(one, tuple) else one for name, one in derived.items()
    }
    if stages is not None:
        root["stage"] = [
            dict(stage) if isinstance(stage, Mapping) else {"components": list(stage), "discipline": "simultaneous"}
            for stage in stages
        ]
    root["event"] = [{"name": name, **event} for name, event in (events or {}).items()]
    root["variant"] = [{"name": name, "set": dict(params)} for name, params in (variants or {}).items()]
    root["kpi"] = [{"name": name, **kpi} for name, kpi in (kpis or {}).items()]
    root["chart"] = [dict(chart) for chart in charts]
    for key, table in (("discipline", discipline), ("sweep", sweep), ("random", random), ("record", record)):
        root[key] = dict(table or {})
    if stop:
        root["stop"] = {"when": [stop] if isinstance(stop, str) else list(stop)}
    root.update(more or {})
    return _native.toml(_dated({key: value for key, value in root.items() if value}))


def _dated(value: Any) -> Any:
    """Dates as the text that they are written as."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _dated(one) for key, one in value.items()}
    return [_dated(one) for one in value] if isinstance(value, (list, tuple)) else value


def _component(name: str, given: Any, equations: dict[str, Any]) -> dict[str, Any]:
    if isinstance(given, Mapping):
        return dict(given)
    params: Mapping[str, Any] = {}
    if isinstance(given, (tuple, list)):
        given, params = given
    of_class = getattr(given, "KIND", None) if isinstance(given, type) else None
    if isinstance(given, _native.Component):
        declared = {p["name"]: p["default"] for p in given.kind.params}
        own = {key: value for key, value in given.params.items() if value != declared[key]}
        params = {**own, **params}
        kind = given.kind
    elif isinstance(of_class, _native.Kind):
        kind = of_class
    elif isinstance(given, str):
        kind = _native.kind(given)
    elif isinstance(given, _native.Kind):
        kind = given
    else:
        raise TypeError(
            f"component {name!r} is a {type(given).__name__}: it must be a component, its class, the name of a kind, or a pair of one "
            "of these and parameters"
        )
    table: dict[str, Any] = {"kind": kind.name}
    if kind.text is not None:
        import tomllib

        equations[name] = {key: value for key, value in tomllib.loads(kind.text).items()}
        table = {"kind": "equations", "of": name}
    if params:
        table["params"] = nested(params)
    return table


def nested(params: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted names as tables in tables."""
    out: dict[str, Any] = {}
    for name, value in params.items():
        at = out
        *outer, last = name.replace("__", ".").split(".")
        for part in outer:
            at = at.setdefault(part, {})
        at[last] = value
    return out


__all__ = ["document"]
