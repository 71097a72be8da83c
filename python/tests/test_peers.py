"""Components inside cadCAD and radCAD: in the state, copied before they step, with the bits of the engine."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import tecmns

TIMESTEPS, RUNS = 30, 2


def step(params: dict, substep: int, history: list, state: dict) -> dict[str, Any]:
    """Steps the components of the state, or rather copies: the state of before stays what it was."""
    economy, market = copy.deepcopy(state["economy"]), copy.deepcopy(state["market"])
    if market.timestep == 0:
        market.reseed(run=state["run_number"] if "run_number" in state else params.get("run", 1))
    economy.step()
    market.step()
    return {"economy": economy, "market": market}


def keep(name: str) -> Any:
    return lambda params, substep, history, state, signals: (name, signals[name])


def show(name: str, metric: str) -> Any:
    return lambda params, substep, history, state, signals: (f"{name}_{metric}", getattr(signals[name], metric))


def initial() -> dict[str, Any]:
    economy, market = tecmns.hive.Economy(throttle=0.004), tecmns.market.Price(seed=5, name="market")
    return {"economy": economy, "market": market, "economy_price": economy.price, "market_price": market.price}


BLOCKS = [
    {
        "policies": {"step": step},
        "variables": {
            "economy": keep("economy"),
            "market": keep("market"),
            "economy_price": show("economy", "price"),
            "market_price": show("market", "price"),
        },
    }
]


def expected() -> tecmns.Results:
    s = tecmns.System.build(
        "peers",
        timesteps=TIMESTEPS,
        seed=5,
        uncontrollables={"market": tecmns.market.Price()},
        controllables={"economy": tecmns.hive.Economy(throttle=0.004)},
    )
    return s.run(runs=RUNS)


def check(frame: Any, reseeded: bool) -> None:
    r = expected()
    for run in range(1, RUNS + 1):
        rows = frame[frame["run"] == run]
        rows = rows[(rows["timestep"] == 0) | (rows["substep"] == rows["substep"].max())]
        own = r.of(0, run if reseeded else 1)
        assert rows["economy_price"].tolist() == own["economy.price"].tolist()
        assert rows["market_price"].tolist() == own["market.price"].tolist()


@pytest.mark.parametrize("mode", ["single", "multi"])
def test_the_bits_are_the_same_in_cadcad(mode: str) -> None:
    pytest.importorskip("cadCAD")
    pandas = pytest.importorskip("pandas")
    from cadCAD.configuration import Experiment
    from cadCAD.configuration.utils import config_sim
    from cadCAD.engine import ExecutionContext, ExecutionMode, Executor

    experiment = Experiment()
    experiment.append_model(
        initial_state=initial(),
        partial_state_update_blocks=BLOCKS,
        sim_configs=config_sim({"N": RUNS, "T": range(TIMESTEPS), "M": {"run": [1]}}),
    )
    modes = ExecutionMode()
    context = ExecutionContext(context=modes.single_mode if mode == "single" else modes.local_mode)
    raw, _, _ = Executor(exec_context=context, configs=experiment.configs).execute()
    # Without a number of the run in the state every run draws what the first draws.
    check(pandas.DataFrame(raw), reseeded=False)


@pytest.mark.parametrize("deep", [True, False])
def test_the_bits_are_the_same_in_radcad(deep: bool) -> None:
    radcad = pytest.importorskip("radcad")
    pandas = pytest.importorskip("pandas")

    def before_run(context: Any) -> None:
        context.initial_state["market"].reseed(run=context.run + 1)

    model = radcad.Model(initial_state=initial(), state_update_blocks=BLOCKS, params={"run": [1]})
    simulation = radcad.Simulation(model=model, timesteps=TIMESTEPS, runs=RUNS)
    experiment = radcad.Experiment([simulation])
    experiment.engine = radcad.Engine(backend=radcad.Backend.SINGLE_PROCESS, deepcopy=deep)
    check(pandas.DataFrame(experiment.run()), reseeded=False)


def test_in_parameters_a_component_leaks_from_run_to_run() -> None:
    """Why components belong into the state: parameters are shared by all runs."""
    shared = {"economy": tecmns.hive.Economy()}
    first = [shared["economy"].step() or shared["economy"].price for _ in range(3)]
    second = [shared["economy"].step() or shared["economy"].price for _ in range(3)]
    assert first != second
