"""Kinds as classes of `param <https://param.holoviz.org>`_, and a system with sliders in `panel <https://panel.holoviz.org>`_.

    pip install 'tecmns[gui]'

There is a class for each kind, named by family and mechanism, with its parameters, their bounds, usual values and docs:

>>> import tecmns.param
>>> economy = tecmns.param.HiveEconomy(throttle=0.004)
>>> economy.throttle = 1.5
Traceback (most recent call last):
...
ValueError: Number parameter 'HiveEconomy.throttle' must be at most 1.0, not 1.5.
>>> component = tecmns.param.component(economy)
>>> component.step()
>>> component.params["throttle"]
0.004

``tecmns.param.app(system).show()`` opens a page with a slider for each parameter that a community sets, and the system's charts, drawn anew
when a slider is let go.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import param as _param

from . import _native
from ._classes import argument, make

if TYPE_CHECKING:
    import panel

    from .system import System

#: In which order the roles of parameters are shown.
_PRECEDENCE = {"controllable": 1, "environment": 2, "random": 3}


def slider_step(low: float, high: float, whole: bool = False) -> float:
    """An increment for a slider between two ends: a power of ten, about a hundredth of the way or less.

    >>> slider_step(0, 0.02), slider_step(0, 1), slider_step(0, 50_000), slider_step(0, 30, whole=True)
    (0.0001, 0.01, 100.0, 1)
    """
    step = 10.0 ** math.floor(math.log10((high - low) / 100) + 1e-9)
    step = float(f"{step:.0e}")
    return max(1, int(step)) if whole else step


class Parameters(_param.Parameterized):
    """The parameters of a component of one kind; those of a part of it are named ``curve__tribute`` for ``curve.tribute``."""

    #: The kind.
    KIND: _native.Kind


# Functions, not methods: a kind may have a parameter of any name.
def values(own: Parameters) -> dict[str, Any]:
    """The values by their full names, as system files have them; an absent one is ``"none"``."""
    given = ((one["name"], getattr(own, argument(one["name"]))) for one in own.KIND.params)
    return {name: "none" if value is None else value for name, value in given}


def component(own: Parameters, **place: Any) -> _native.Component:
    """A component with these parameters, to be stepped by hand; `place` may be seed, run, name, step_length."""
    made = make(own.KIND, type(own).__name__, "tecmns.param")
    return made(**{argument(name): value for name, value in values(own).items()}, **place)


def _parameter(said: dict[str, Any]) -> _param.Parameter:
    optional = said["optional"]
    default = None if optional and said["default"] == "none" else said["default"]
    unit = said["unit"]
    common: dict[str, Any] = {
        "default": default,
        "doc": f"{said['doc']} [{unit}]" if unit else said["doc"],
        "label": said["name"].replace("_", " ") + (f" [{unit}]" if unit not in ("", "1") else ""),
        "precedence": _PRECEDENCE[said["role"]],
        "allow_None": optional,
    }
    kind = said["kind"]
    if kind in ("f64", "decimal", "i64", "u64"):
        return _number(said, common, kind in ("i64", "u64"))
    if kind == "bool":
        return _param.Boolean(**common)
    if kind == "choice":
        return _param.Selector(objects=[*said["choices"], *([None] if optional else [])], **common)
    if kind == "list":
        return _param.List(**common)
    if kind == "table":
        return _param.Dict(**common)
    return _param.String(**common)


def _number(said: dict[str, Any], common: dict[str, Any], whole: bool) -> _param.Parameter:
    low, high = said["bounds"]
    if said["kind"] == "u64" and low is None:
        low = 0
    soft = tuple(usual if usual is not None else end for usual, end in zip(said["soft"], (low, high)))
    exact = int if whole else float

    def as_end(x: float | None) -> float | None:
        return None if x is None else exact(x)

    step = said["step"]
    if step is None and None not in soft:
        step = slider_step(*soft, whole=whole)
    if common["default"] is not None:
        common["default"] = exact(common["default"])
    return (_param.Integer if whole else _param.Number)(
        bounds=(as_end(low), as_end(high)),
        inclusive_bounds=tuple(not open_ for open_ in said["exclusive"]),
        softbounds=(as_end(soft[0]), as_end(soft[1])),
        step=None if step is None else exact(step),
        **common,
    )


def class_name(kind: str) -> str:
    """The name of a kind's class here.

    >>> class_name("bonding-curve/multi-sigmoid")
    'BondingCurveMultiSigmoid'
    """
    return "".join(part.capitalize() for part in kind.replace("/", "-").split("-"))


def parameters(kind: str | _native.Kind) -> type[Parameters]:
    """The class of a kind, also of one that was registered just now."""
    known = _native.kind(kind) if isinstance(kind, str) else kind
    body: dict[str, Any] = {argument(one["name"]): _parameter(one) for one in known.params}
    body |= {"KIND": known, "__doc__": known.doc, "__module__": __name__}
    return type(class_name(known.name), (Parameters,), body)


def sliders(own: Parameters, roles: Iterable[str] = ("controllable",)) -> panel.Param:
    """Controls of those parameters that have one of these roles: sliders for numbers with two ends."""
    import panel as pn

    wanted = set(roles)
    names = [argument(one["name"]) for one in own.KIND.params if one["role"] in wanted and one["kind"] not in ("list", "table")]
    return pn.Param(own, parameters=names, widgets={name: _slider(own.param[name]) for name in names if _is_range(own.param[name])}, name="")


def _is_range(one: _param.Parameter) -> bool:
    return isinstance(one, _param.Number) and None not in one.softbounds and one.default is not None


def _slider(one: _param.Number) -> dict[str, Any]:
    import panel as pn

    low, high = one.softbounds
    shared = {"start": low, "end": high, "step": one.step, "throttled": True}
    if isinstance(one, _param.Integer):
        return {"type": pn.widgets.IntSlider, **shared}
    # As many places as a step has; the default format shows 0.008 as 0.01.
    places = max(0, -math.floor(math.log10(one.step)))
    return {"type": pn.widgets.FloatSlider, "format": "0." + "0" * places if places else "0", **shared}


class _App:
    """A system, controls of its components, and its charts."""

    def __init__(self, system: System, roles: Iterable[str], charts: int | None, **run: Any) -> None:
        import panel as pn

        self.system, self.run, self.charts = system, run, charts
        self.components: dict[str, Parameters] = {}
        there = system.params
        for path, kind in system.components.items():
            made = parameters(kind)
            given = {argument(one["name"]): _as_given(one, there[f"{path}.{one['name']}"]) for one in made.KIND.params}
            self.components[path] = made(**given)
        controls = []
        for path, own in self.components.items():
            one = sliders(own, roles)
            if len(one.parameters):
                controls.append(pn.Card(one, title=path))
            own.param.watch(self._changed, [name for name in own.param if name != "name"])
        self.error = pn.pane.Alert("", alert_type="danger", visible=False)
        self.shown = pn.Column(sizing_mode="stretch_width")
        self.redraw()
        self.view = pn.Row(pn.Column(*controls, width=360), pn.Column(self.error, self.shown))

    def params(self) -> dict[str, Any]:
        """What the sliders say and the system does not."""
        own = ((f"{path}.{name}", value) for path, one in self.components.items() for name, value in values(one).items())
        there = self.system.params
        return {name: value for name, value in own if not _same(value, there[name])}

    def _changed(self, *_: Any) -> None:
        self.redraw()

    def redraw(self) -> None:
        """Runs the system and draws its charts."""
        import panel as pn

        from .errors import TecmnsError

        try:
            results = self.system.replace(self.params()).run(**self.run)
            count = len(results.charts) or 1
            drawn = [results.svg(at) for at in range(count if self.charts is None else min(count, self.charts))]
        except TecmnsError as refused:
            self.error.object, self.error.visible = str(refused), True
            return
        self.error.visible = False
        self.shown[:] = [pn.pane.SVG(svg, sizing_mode="scale_width") for svg in drawn]


def _as_given(said: dict[str, Any], value: Any) -> Any:
    if value == "none" and said["optional"]:
        return None
    return float(value) if said["kind"] == "decimal" else value


def _same(one: Any, other: Any) -> bool:
    try:
        return bool(one == other) or float(one) == float(other)
    except (TypeError, ValueError):
        return False


def app(system: System, *, roles: Iterable[str] = ("controllable",), charts: int | None = None, **run: Any) -> panel.viewable.Viewable:
    """A page of `panel` for a system: controls of its components' parameters, and its charts, drawn anew at each change.

    Parameters
    ----------
    roles : iterable of str
        Which parameters have controls: of ``"controllable"``, ``"environment"``, ``"random"``.
    charts : int, optional
        How many of the charts are shown; all by default.
    run : optional
        Arguments of :meth:`tecmns.System.run`, such as ``runs=100``.

    ``.show()`` opens it in a browser, ``.servable()`` gives it to ``panel serve``, and in a notebook it is shown as it is.
    """
    own = _App(system, tuple(roles), charts, **run)
    own.view.tecmns = own
    return own.view


_made: dict[str, type[Parameters]] = {class_name(name): parameters(name) for name in _native.kinds()}
globals().update(_made)

__all__ = ["Parameters", "app", "class_name", "parameters", "component", "slider_step", "sliders", "values", *_made]
