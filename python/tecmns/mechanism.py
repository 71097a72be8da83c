"""Your own mechanism: a class with declared parameters, inputs, states and metrics.

>>> import tecmns
>>> from tecmns import Input, Mechanism, Param, State
>>> @tecmns.register
... class Buyback(Mechanism):
...     "A treasury that spends a share of its revenue on its own token."
...
...     kind = "mine/buyback"
...     share = Param(0.1, bounds=(0, 1), doc="Share of the revenue.")
...     revenue = Input(default=1000.0, unit="quote")
...     price = Input(unit="USD/HNY")
...     bought = State(0.0, unit="token", doc="Bought so far.")
...
...     def step(self):
...         self.bought += self.share * self.revenue / self.price
>>> s = tecmns.System.build(
...     "treasury",
...     timesteps=12,
...     step="1 month",
...     uncontrollables={"economy": tecmns.hive.Economy()},
...     controllables={"treasury": (Buyback, {"share": 0.2})},
...     wires={"treasury.price": "economy.price"},
... )
>>> r = s.run(runs=1000, sweep={"treasury.share": [0.0, 0.1, 0.2]})
>>> r["treasury.bought"][r["timestep"] == 12][::1000].round(2).tolist()
[0.0, 0.87, 1.73]

From the registration on `kind = "mine/buyback"` may stand in system files. In `step` each declared name is an array of numpy with a number for
every run that is stepped at the time, mostly 256 of them: one call steps them all. So a step is arithmetic on arrays; a
branch is `numpy.where(condition, this, that)`.

- Parameters, inputs and draws are read; states and metrics are written, in place or anew (`self.bought = ...`). A state keeps its
  value from step to step, a metric is computed in each. All of them are recorded and can be wired.
- `start` sets metrics before the first step, where inputs are not there yet (NaN). States have begun by then.
- `self.t` is the timestep, 0 in `start`; `self.dt` the length of a step in years (1 where the system gives it no length), `self.years` the
  time since the start.
- `Normal()` and `Uniform()` are drawn anew for every run before each step, from a stream of that run: the same numbers on any
  number of threads.
- A run must do what it does alone. What mixes runs (`self.bought.mean()`) is found and refused, and so is a step that keeps things in
  other attributes of `self`.
- A run in which a state or metric becomes NaN or infinite, or whose step raises, fails alone: by its number, timestep and component.
"""

from __future__ import annotations

import hashlib
import inspect
import keyword
import math
import re
from typing import Any

from . import _native
from ._classes import make

__all__ = ["Input", "Mechanism", "Metric", "Normal", "Param", "State", "Uniform", "register"]

#: Names that a mechanism cannot declare.
RESERVED = frozenset({"component", "dt", "kind", "start", "step", "t", "years"})


class Param:
    """A parameter: a number, a whole number or a boolean, as its default is.

    `bounds` are the least and greatest allowed values, `None` for none; `exclusive` says for each whether it is itself refused. `soft` are
    usual values and `stride` a sensible increment, for sliders and samples. `role` is `"controllable"`, `"environment"` or `"random"`, the last
    with the distribution `random` that it is drawn from.
    """

    def __init__(
        self,
        default: float | bool,
        *,
        bounds: tuple[float | None, float | None] = (None, None),
        exclusive: tuple[bool, bool] = (False, False),
        soft: tuple[float | None, float | None] = (None, None),
        stride: float | None = None,
        unit: str = "1",
        doc: str = "",
        role: str = "controllable",
        random: str | None = None,
    ) -> None:
        if not isinstance(default, (bool, int, float)):
            raise TypeError(f"the default of a parameter must be a number or a boolean, not {default!r}")
        self.declared = {
            "kind": "bool" if isinstance(default, bool) else "i64" if isinstance(default, int) else "f64",
            "default": default,
            "bounds": tuple(bounds),
            "exclusive": tuple(exclusive),
            "soft": tuple(soft),
            "step": stride,
            "unit": unit,
            "doc": doc,
            "role": "random" if random is not None and role == "controllable" else role,
            "random": random,
        }


class Input:
    """What is read from other components. Without a default it must be wired."""

    def __init__(self, *, default: float | None = None, unit: str = "", doc: str = "") -> None:
        self.declared = {"default": None if default is None else float(default), "unit": unit, "doc": doc}


class State:
    """A number that a run keeps from step to step, and shows. It begins as `start`: a number, or the name of a parameter."""

    def __init__(self, start: float | str = 0.0, *, unit: str = "", doc: str = "") -> None:
        self.start = start if isinstance(start, str) else float(start)
        self.declared = {"default": None, "unit": unit, "doc": doc}


class Metric:
    """A number that is shown, computed in every step. Before the first it is `initial`, unless `start` computes it."""

    def __init__(self, initial: float = 0.0, *, unit: str = "", doc: str = "") -> None:
        self.start = float(initial)
        self.declared = {"default": None, "unit": unit, "doc": doc}


class Normal:
    """A standard normal number, drawn for every run before each step."""


class Uniform:
    """A number between 0 and 1, the latter excluded, drawn for every run before each step."""


class Mechanism:
    """A mechanism of your own: subclass it, declare, write `step`, and `tecmns.register` the class."""

    #: Its name in system files: `family/mechanism`.
    kind: str

    #: The kind, once it is registered.
    KIND: _native.Kind

    @classmethod
    def component(cls, **given: Any) -> _native.Component:
        """One component of the registered class, to be stepped by hand as those of other kinds are: parameters, and seed, run, name,
        step_length."""
        return make(cls.KIND, cls.__name__, cls.__module__)(**given)

    def start(self) -> None:
        """Sets metrics before the first step; states have begun."""

    def step(self) -> None:
        """Moves the states of all runs on by one step, and computes the metrics."""
        raise NotImplementedError("a mechanism needs a step")


def _source(cls: type) -> str:
    """A hash of what the class does: of its source, or where there is none of its code."""
    parts = []
    for base in cls.__mro__:
        if base in (Mechanism, object):
            break
        try:
            parts.append(inspect.getsource(base))
        except (OSError, TypeError):
            for name, member in sorted(vars(base).items()):
                code = getattr(member, "__code__", None)
                parts.append(f"{name} {code.co_code.hex()} {code.co_consts!r}" if code else f"{name} {member!r}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _declarations(cls: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        for name, member in vars(base).items():
            if isinstance(member, (Param, Input, State, Metric, Normal, Uniform)):
                found[name] = member
    return found


def _check_name(cls: type, name: str) -> None:
    if name in RESERVED or name.startswith("_") or keyword.iskeyword(name):
        raise ValueError(f"{cls.__name__}: `{name}` cannot be declared: the name has a meaning of its own")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
        raise ValueError(f"{cls.__name__}: `{name}` cannot be declared: names are letters, digits and _")


def register(cls: type) -> type:
    """Makes a mechanism known under its `kind`, for every system that is read from then on. Returns the class, so that it can be
    written above one: `@tecmns.register`.

    A class that is registered again under its kind takes the place of the one before; a kind that is built in cannot be replaced.
    """
    if not (isinstance(cls, type) and issubclass(cls, Mechanism)) or cls is Mechanism:
        raise TypeError(f"{cls!r} is not a subclass of tecmns.Mechanism")
    kind = getattr(cls, "kind", None)
    if not isinstance(kind, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*", kind):
        raise ValueError(f"{cls.__name__}: kind is {kind!r}: it must be `family/mechanism`, in small letters, digits and -")
    if cls.step is Mechanism.step:
        raise TypeError(f"{cls.__name__} has no step")
    declared = _declarations(cls)
    of: dict[type, list[tuple[str, Any]]] = {}
    for name, member in declared.items():
        _check_name(cls, name)
        of.setdefault(type(member), []).append((name, member))
    params = [(name, member.declared) for name, member in of.get(Param, [])]
    starts: list[int | float] = []
    numbers = of.get(State, []) + of.get(Metric, [])
    names = [name for name, _ in params]
    for name, member in numbers:
        if isinstance(member.start, str) and member.start not in names:
            raise ValueError(f"{cls.__name__}: `{name}` starts as `{member.start}`, which is no parameter")
        if not isinstance(member.start, str) and not math.isfinite(member.start):
            raise ValueError(f"{cls.__name__}: `{name}` starts as {member.start}: it must be finite")
        starts.append(names.index(member.start) if isinstance(member.start, str) else member.start)
    shown = [(name, member.declared) for name, member in numbers]
    if not shown:
        raise TypeError(f"{cls.__name__} declares no state and no metric: nothing of it could be seen")
    draws = [(name, "normal" if isinstance(m, Normal) else "uniform") for name, m in declared.items() if isinstance(m, (Normal, Uniform))]
    inputs = [(name, member.declared) for name, member in of.get(Input, [])]
    package = f"python: {cls.__module__}.{cls.__qualname__}"
    doc = (inspect.getdoc(cls) or "").split("\n\n")[0]
    about = {"name": kind, "package": package, "doc": doc, "content": f"python {_source(cls)}"}
    _native.register_mechanism(cls, about, params, inputs, shown, draws, starts)
    cls.KIND = _native.kind(kind)
    return cls
