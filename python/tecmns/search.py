"""Bridges to search and sensitivity: SALib and Optuna, over :meth:`tecmns.System.evaluate`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    import optuna

    from .system import System

#: Intervals by full name of a parameter.
Space = Mapping[str, tuple[float, float]]


def problem(space: Space) -> dict[str, Any]:
    """What SALib calls a problem: number, names and bounds of the parameters."""
    for name, (low, high) in space.items():
        if not low < high:
            raise ValueError(f"the interval of {name} is ({low}, {high}): its lower end must be below its upper")
    return {"num_vars": len(space), "names": list(space), "bounds": [list(ends) for ends in space.values()]}


def sobol(
    system: System, space: Space, outputs: Sequence[str], *, n: int = 1024, seed: int = 1, **how: Any
) -> dict[str, dict[str, Any]]:
    """Sobol's indices by SALib: for each output ``S1``, ``ST`` and their confidence, in the order of ``space``.

    ``how`` goes to :meth:`tecmns.System.evaluate`. Needs SALib.
    """
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    known = problem(space)
    points = sample.sample(known, n, calc_second_order=False, seed=seed)
    values = system.evaluate(known["names"], points, outputs, **how)
    return {
        output: dict(analyze.analyze(known, values[:, at], calc_second_order=False, seed=seed))
        for at, output in enumerate(outputs)
    }


def morris(
    system: System, space: Space, outputs: Sequence[str], *, n: int = 100, levels: int = 4, seed: int = 1, **how: Any
) -> dict[str, dict[str, Any]]:
    """Morris's elementary effects by SALib: for each output ``mu``, ``mu_star`` and ``sigma``, in the order of ``space``."""
    from SALib.analyze import morris as analyze
    from SALib.sample import morris as sample

    known = problem(space)
    points = sample.sample(known, n, num_levels=levels, seed=seed)
    values = system.evaluate(known["names"], points, outputs, **how)
    return {
        output: dict(analyze.analyze(known, points, values[:, at], num_levels=levels, seed=seed))
        for at, output in enumerate(outputs)
    }


def optimize(
    system: System,
    space: Space,
    objective: str | Callable[[np.ndarray], float],
    *,
    outputs: Sequence[str] | None = None,
    trials: int = 100,
    batch: int = 10,
    direction: Literal["minimize", "maximize"] = "minimize",
    study: optuna.Study | None = None,
    seed: int = 1,
    **how: Any,
) -> optuna.Study:
    """Searches by Optuna: asks for a batch of points, evaluates it at once, tells the values.

    ``objective`` is a column or key figure, or a function of the values of ``outputs``. Points at which all runs failed are told as failed.
    Needs Optuna; a study of your own brings its own sampler.
    """
    import optuna

    if study is None:
        study = optuna.create_study(direction=direction, sampler=optuna.samplers.TPESampler(seed=seed))
    wanted = [objective] if isinstance(objective, str) else list(outputs or ())
    if not wanted:
        raise ValueError("an objective that is a function needs outputs")
    value = (lambda row: float(row[0])) if isinstance(objective, str) else objective
    names = list(space)
    interval = optuna.distributions.FloatDistribution
    distributions: dict[str, optuna.distributions.BaseDistribution] = {name: interval(*ends) for name, ends in space.items()}
    done = 0
    while done < trials:
        asked = [study.ask(distributions) for _ in range(min(batch, trials - done))]
        points = np.array([[trial.params[name] for name in names] for trial in asked])
        for trial, row in zip(asked, system.evaluate(names, points, wanted, **how), strict=True):
            if np.isnan(row).any():
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
            else:
                study.tell(trial, value(row))
        done += len(asked)
    return study


__all__ = ["Space", "morris", "optimize", "problem", "sobol"]
