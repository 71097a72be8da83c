"""Components inside cadCAD and radCAD: what stands in the state, and the blocks that step it.

Both copy the state of a simulation and begin each run from the same one. What stands in the parameters they share: a component there
would go on in the second run where the first ended. So components stand in the state, a policy steps a copy of them, and each run
draws its own numbers.

>>> from tecmns import cadcad, hive
>>> parts = {"economy": hive.Economy(throttle=0.004)}
>>> initial_state = cadcad.initial_state(parts)
>>> initial_state["economy"], initial_state["economy.price"]
(<Economy(throttle=0.004) at timestep 0>, 1.0)
>>> blocks = [cadcad.block(parts)]
>>> list(blocks[0])
['policies', 'variables']

``initial_state`` and ``blocks`` are given to ``Experiment.append_model`` of cadCAD or to ``Model`` of radCAD. The package needs neither.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from ._classes import argument
from ._native import Component

#: Where an input comes from: a variable of the state, or a function of the simulation's parameters and the state.
Source = str | Callable[[Mapping[str, Any], Mapping[str, Any]], float]


def initial_state(components: Mapping[str, Component]) -> dict[str, Any]:
    """The components under their names, and each of their metrics: ``economy`` and ``economy.price``."""
    state: dict[str, Any] = {}
    for name, component in components.items():
        state[name] = component
        state |= {f"{name}.{metric}": value for metric, value in component.metrics().items()}
    return state


def block(
    components: Mapping[str, Component],
    inputs: Mapping[str, Source] | None = None,
    params: Mapping[str, str] | None = None,
) -> dict[str, dict[str, Any]]:
    """A partial state update block that steps components at once: each reads the state before the block.

    Several blocks, one after the other, step components one after the other, as the lists of a system do.

    Parameters
    ----------
    components : dict
        The components by name, as in :func:`initial_state`. Seed and name of a component decide what it draws: built with those of a system,
        it draws what it draws there in the same run.
    inputs : dict
        Inputs, and where they come from: ``{"supply.price": "price.price"}``, or a function of parameters and state.
    params : dict
        Parameters that a sweep sets, and their names among the parameters of the simulation: ``{"economy.throttle": "throttle"}``. The
        row before the first step still shows the metrics of the component that was given.

    Examples
    --------
    >>> from tecmns import cadcad, hive
    >>> parts = {"market": hive.Market(), "price": hive.Price()}
    >>> cadcad.block(parts, inputs={"market.prise": "price.price"})
    Traceback (most recent call last):
    ValueError: market.prise: hive/market has no such input; it has reserve, price
    """
    feeds = _by_component(components, inputs or {}, "input", lambda c: [i["name"] for i in c.kind.inputs])
    sets = _by_component(components, params or {}, "parameter", lambda c: [p["name"] for p in c.kind.params])
    for name, component in components.items():
        for declared in component.kind.inputs:
            if declared["default"] is None and declared["name"] not in feeds[name]:
                raise ValueError(f"{name}.{declared['name']} must be given")

    def policy(parameters: Any, substep: Any, history: Any, state: Any) -> dict[str, Any]:
        stepped: dict[str, Any] = {}
        for name in components:
            component = _begun(state[name], sets[name], parameters, state)
            component.step(**{to: _read(source, parameters, state) for to, source in feeds[name].items()})
            stepped |= initial_state({name: component})
        return stepped

    variables = {key: _kept(key) for key in initial_state(components)}
    return {"policies": {f"step {', '.join(components)}": policy}, "variables": variables}


def _begun(component: Component, sets: Mapping[str, str], parameters: Any, state: Mapping[str, Any]) -> Component:
    """A copy to be stepped; before its first step with the simulation's parameters and the draws of the run."""
    if component.timestep:
        return copy.copy(component)
    if sets:
        given = {argument(name): value for name, value in component.params.items()}
        given |= {argument(name): parameters[source] for name, source in sets.items()}
        place: dict[str, Any] = {"name": component.name, "seed": component.seed, "step_length": component.step_length}
        return type(component)(**given, **place, run=state["run"])
    begun = copy.copy(component)
    begun.reseed(run=state["run"])
    return begun


def _read(source: Source, parameters: Any, state: Mapping[str, Any]) -> float:
    return state[source] if isinstance(source, str) else source(parameters, state)


def _kept(key: str) -> Callable[..., tuple[str, Any]]:
    # cadCAD counts the arguments of the function itself, so that this cannot be an object that is called.
    def keep(parameters: Any, substep: Any, history: Any, state: Any, signals: Any) -> tuple[str, Any]:
        return key, signals[key]

    return keep


def _by_component(
    components: Mapping[str, Component], given: Mapping[str, Any], what: str, declared: Callable[[Component], list[str]]
) -> dict[str, dict[str, Any]]:
    """``{"supply.price": x}`` as ``{"supply": {"price": x}}``; names that do not exist are refused."""
    found: dict[str, dict[str, Any]] = {name: {} for name in components}
    for full, source in given.items():
        name, _, short = full.partition(".")
        if name not in components:
            raise ValueError(f"{full}: there is no component {name!r}; there are {', '.join(components)}")
        names = declared(components[name])
        if short not in names:
            raise ValueError(f"{full}: {components[name].kind.name} has no such {what}; it has {', '.join(names) or 'none'}")
        found[name][short] = source
    return found


__all__ = ["Source", "block", "initial_state"]
