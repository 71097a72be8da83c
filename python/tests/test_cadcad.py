"""Components inside cadCAD and radCAD: the bits that the engine's own run has."""

import copy
import os
import warnings
from pathlib import Path

import numpy as np
import pytest

import tecmns
from tecmns import bonding_curve, cadcad, hive, market

pytest.importorskip("cadCAD")
pytest.importorskip("radcad")

SYSTEMS = Path(__file__).parents[2] / "systems"
RUNS, TIMESTEPS = 2, 120


def run_cadcad(mode, initial_state, blocks, params=None, timesteps=TIMESTEPS, deepcopy=True):
    from cadCAD.configuration import Experiment
    from cadCAD.configuration.utils import config_sim
    from cadCAD.engine import ExecutionContext, Executor

    experiment = Experiment()
    given = {"N": RUNS, "T": range(timesteps), **({"M": params} if params else {})}
    experiment.append_model(
        initial_state=initial_state, partial_state_update_blocks=blocks, sim_configs=config_sim(given)
    )
    context = ExecutionContext(mode, additional_objs=None if deepcopy else {"deepcopy_off": True})
    rows, _, _ = Executor(exec_context=context, configs=experiment.configs, supress_print=True).execute()
    return rows


def run_radcad(backend, initial_state, blocks, params=None, timesteps=TIMESTEPS, deepcopy=True):
    from radcad import Backend, Engine, Model, Simulation

    model = Model(initial_state=initial_state, state_update_blocks=blocks, params=params or {})
    simulation = Simulation(model=model, timesteps=timesteps, runs=RUNS)
    simulation.engine = Engine(backend=Backend[backend], deepcopy=deepcopy, processes=2)
    return simulation.run()


ENGINES = {
    "cadCAD, single": lambda *a, **k: run_cadcad("single_proc", *a, **k),
    "cadCAD, single, no deepcopy": lambda *a, **k: run_cadcad("single_proc", *a, deepcopy=False, **k),
    "cadCAD, multi": lambda *a, **k: run_cadcad("multi_proc", *a, **k),
    "radCAD, single": lambda *a, **k: run_radcad("SINGLE_PROCESS", *a, **k),
    "radCAD, single, no deepcopy": lambda *a, **k: run_radcad("SINGLE_PROCESS", *a, deepcopy=False, **k),
    "radCAD, pathos": lambda *a, **k: run_radcad("PATHOS", *a, **k),
    "radCAD, pathos, no deepcopy": lambda *a, **k: run_radcad("PATHOS", *a, deepcopy=False, **k),
}


@pytest.fixture(params=ENGINES, ids=str)
def simulate(request):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield ENGINES[request.param]


def last_of_each_timestep(rows, subset=0):
    """Rows by run and timestep: the last substep of each."""
    found = {(row["run"], row["timestep"]): row for row in rows if row["subset"] == subset}
    assert len(found) == RUNS * (TIMESTEPS + 1)
    return [found[key] for key in sorted(found)]


def assert_same_bits(rows, table, components, first=0):
    """Every metric of every component, in every run, from the timestep ``first`` on."""
    compared = 0
    timesteps = np.array([row["timestep"] for row in rows])
    for name, component in components.items():
        for metric in component.metrics():
            ours = np.array([float(row[f"{name}.{metric}"]) for row in rows])
            theirs = np.asarray(table[f"{name}.{metric}"], dtype=float)
            assert ours.shape == theirs.shape
            kept = timesteps >= first
            assert ours[kept].tobytes() == theirs[kept].tobytes(), f"{name}.{metric}"
            compared += 1
    assert compared >= 5


def test_the_1hive_economy(simulate):
    parts = {"economy": hive.Economy(throttle=0.008, outflow_boundary=0.05, target_reserve_ratio=0.2)}
    rows = simulate(cadcad.initial_state(parts), [cadcad.block(parts)])
    table = tecmns.System.from_toml(SYSTEMS / "hive-economy.toml").run(runs=RUNS)
    assert_same_bits(last_of_each_timestep(rows), table, parts)


def test_components_that_step_at_once(simulate):
    """The economy in three parts that read each other, as systems/hive-split.toml wires them."""
    system = tecmns.System.from_toml(SYSTEMS / "hive-split.toml")
    parts = {"market": hive.Market(), "price": hive.Price(), "supply": hive.Supply()}
    rows = simulate(cadcad.initial_state(parts), [cadcad.block(parts, inputs=system.wires)])
    assert_same_bits(last_of_each_timestep(rows), system.run(runs=RUNS), parts)


def drawn():
    """A random price outside, and a curve that arbitrageurs pull towards it."""
    where = {"seed": 11, "step_length": "1 day"}
    outside = market.Price(model="jump-diffusion", initial_price=1.4, name="market", **where)
    curve = bonding_curve.Augmented(arbitrage=0.25, name="curve", **where)
    return outside, curve, {"curve.external_price": "market.price"}


def test_random_components_that_step_one_after_the_other(simulate):
    outside, curve, wires = drawn()
    system = tecmns.System.build(
        timesteps=TIMESTEPS, step="1 day", seed=11, uncontrollables={"market": outside}, controllables={"curve": curve}, wires=wires
    )
    parts = {"market": outside, "curve": curve}
    blocks = [cadcad.block({"market": outside}), cadcad.block({"curve": curve}, inputs=wires)]
    rows = last_of_each_timestep(simulate(cadcad.initial_state(parts), blocks))
    assert_same_bits(rows, system.run(runs=RUNS), parts)
    first, second = (row["market.price"] for row in rows if row["timestep"] == TIMESTEPS)
    assert first != second


def test_a_sweep(simulate):
    throttles = [0.0, 0.004, 0.008]
    parts = {"economy": hive.Economy()}
    block = cadcad.block(parts, params={"economy.throttle": "throttle"})
    rows = simulate(cadcad.initial_state(parts), [block], params={"throttle": throttles})
    system = tecmns.System.build(timesteps=TIMESTEPS, controllables=parts)
    table = system.run(runs=RUNS, sweep={"economy.throttle": throttles})
    for subset in range(3):
        assert_same_bits(last_of_each_timestep(rows, subset), table.of(subset), parts)


def test_many_processes_took_part():
    """That what is called multi above does leave this process."""
    parts = {"economy": hive.Economy()}
    seen = {"policies": {}, "variables": {"pid": lambda p, t, h, s, signals: ("pid", os.getpid())}}
    state = {**cadcad.initial_state(parts), "pid": os.getpid()}
    for engine in ("cadCAD, multi", "radCAD, pathos"):
        rows = ENGINES[engine](dict(state), [cadcad.block(parts), seen], timesteps=3)
        assert {row["pid"] for row in rows if row["timestep"] == 3}.isdisjoint({os.getpid()}), engine


def by_hand(reseed):
    """The policy that the adapter writes, by hand."""

    def policy(params, substep, history, state):
        price = copy.copy(state["price"])
        if reseed and price.timestep == 0:
            price.reseed(run=state["run"])
        price.step()
        return {"price": price}

    def keep(params, substep, history, state, signals):
        return "price", signals["price"]

    return [{"policies": {"step": policy}, "variables": {"price": keep}}]


def test_reseed_gives_each_run_its_own_draws(simulate):
    outside = drawn()[0]
    alike, own = (
        [row["price"].price for row in simulate({"price": outside}, by_hand(reseed)) if row["timestep"] == TIMESTEPS]
        for reseed in (False, True)
    )
    assert alike[0] == alike[1]
    assert own[0] == alike[0] and own[1] != own[0]
    with pytest.raises(ValueError, match="before its first step"):
        stepped = copy.copy(outside)
        stepped.step()
        stepped.reseed(run=2)
    assert outside.timestep == 0, "what stands in the initial state is not stepped"


def test_components_in_parameters_leak_from_run_to_run():
    """Why components stand in the state."""

    def policy(params, substep, history, state):
        params["economy"].step()
        return {"timestep of the component": params["economy"].timestep}

    def keep(params, substep, history, state, signals):
        return "at", signals["timestep of the component"]

    blocks = [{"policies": {"step": policy}, "variables": {"at": keep}}]
    rows = ENGINES["cadCAD, single"]({"at": 0}, blocks, params={"economy": [hive.Economy()]}, timesteps=10)
    assert [row["at"] for row in rows if row["timestep"] == 10] == [10, 20]


def test_what_a_block_refuses():
    parts = {"supply": hive.Supply()}
    for inputs, params, said in (
        ({"suply.price": "x"}, {}, "no component 'suply'; there are supply"),
        ({"supply.prise": "x"}, {}, "supply.prise: hive/supply has no such input; it has size"),
        ({}, {"supply.throtle": "x"}, "supply.throtle: hive/supply has no such parameter; it has"),
        ({"supply.size": "x"}, {}, "must be given"),
    ):
        with pytest.raises(ValueError, match=said):
            cadcad.block(parts, inputs=inputs, params=params)
