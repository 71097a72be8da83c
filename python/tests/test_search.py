"""Bridges to SALib and Optuna."""

from __future__ import annotations

import numpy as np
import pytest

import tecmns
from tecmns import search

SPACE = {"economy.throttle": (0.0, 0.02), "economy.growth": (0.0, 0.02)}


@pytest.fixture
def system() -> tecmns.System:
    return tecmns.System.build("hive", timesteps=60, controllables={"economy": tecmns.hive.Economy()})


def test_sobol_indices_are_salibs(system: tecmns.System) -> None:
    sample = pytest.importorskip("SALib.sample.sobol")
    analyze = pytest.importorskip("SALib.analyze.sobol")
    found = search.sobol(system, SPACE, ["economy.ratio"], n=64)["economy.ratio"]
    problem = search.problem(SPACE)
    points = sample.sample(problem, 64, calc_second_order=False, seed=1)
    by_hand = [system.run(params=dict(zip(SPACE, map(float, p), strict=True)), keep="finals")["economy.ratio"][0] for p in points[:3]]
    assert system.evaluate(list(SPACE), points[:3], ["economy.ratio"])[:, 0].tolist() == by_hand
    values = system.evaluate(list(SPACE), points, ["economy.ratio"])[:, 0]
    expected = analyze.analyze(problem, values, calc_second_order=False, seed=1)
    assert np.array_equal(found["S1"], expected["S1"]) and found["ST"].shape == (2,)


def test_morris_screens(system: tecmns.System) -> None:
    pytest.importorskip("SALib")
    found = search.morris(system, SPACE, ["economy.ratio", "economy.price"], n=10)
    assert set(found) == {"economy.ratio", "economy.price"} and found["economy.price"]["mu_star"].shape == (2,)


def test_optuna_searches_in_batches(system: tecmns.System) -> None:
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = search.optimize(
        system, SPACE, lambda row: abs(row[0] - 0.5), outputs=["economy.ratio"], trials=30, batch=10
    )
    assert len(study.trials) == 30
    best = study.best_params
    value = system.evaluate(list(SPACE), [[best[name] for name in SPACE]], ["economy.ratio"])[0, 0]
    assert abs(value - 0.5) == study.best_value < 0.4
    direct = search.optimize(system, SPACE, "economy.ratio", trials=5, batch=5)
    assert len(direct.trials) == 5
    with pytest.raises(ValueError, match="needs outputs"):
        search.optimize(system, SPACE, lambda row: 0.0)
    with pytest.raises(ValueError, match="lower end"):
        search.problem({"a.b": (1.0, 0.0)})
