"""Mechanisms that are classes of Python."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import time
import tomllib

import numpy as np
import pytest

import tecmns
from tecmns import Input, Mechanism, Metric, Normal, Param, State, Uniform


class Buyback(Mechanism):
    """A treasury that spends a share of its revenue on its own token.

    More is not said in lists.
    """

    kind = "test/buyback"
    share = Param(0.1, bounds=(0, 1), soft=(0, 0.5), stride=0.01, unit="1", doc="Share of the revenue.")
    opening = Param(5.0, unit="token")
    revenue = Input(default=100.0, unit="quote")
    price = Input(unit="USD/HNY", doc="Price of the token.")
    luck = Normal()
    bought = State("opening", unit="token", doc="Bought so far.")
    spent = Metric(unit="quote")

    def step(self) -> None:
        self.spent = self.share * self.revenue * (1 + 0.1 * self.luck)
        self.bought += self.spent / self.price


class Brittle(Mechanism):
    kind = "test/brittle"
    limit = Param(0.9)
    how = Param(0)
    draw = Uniform()
    last = State(0.5)

    def step(self) -> None:
        self.last[:] = self.draw
        if (self.how == 1).any() and (self.draw > self.limit).any():
            raise ValueError("a draw beyond the limit")
        if (self.how == 2).any():
            self.last[self.draw > self.limit] = np.nan


@pytest.fixture(autouse=True, scope="module")
def registered() -> None:
    """Not where this file is read: other tests look at all kinds that there are."""
    tecmns.register(Buyback)
    tecmns.register(Brittle)


def system(kind: object, wires: dict[str, str] | None = None, **params: object) -> tecmns.System:
    return tecmns.System.build(
        "own",
        timesteps=30,
        uncontrollables={"economy": tecmns.hive.Economy()},
        controllables={"own": (kind, params)},
        wires=wires or {},
    )


WIRES = {"own.price": "economy.price"}


def test_it_joins_other_components() -> None:
    r = system(Buyback, WIRES).run(runs=3)
    price, bought, spent = r["economy.price"], r["own.bought"], r["own.spent"]
    first = r["timestep"] == 0
    assert (bought[first] == 5.0).all() and (spent[first] == 0.0).all()
    added = np.diff(bought)[~first[1:]]
    # The economy steps before it, so it reads the price of the same row.
    assert np.allclose(added, (spent / price)[~first], rtol=1e-12)
    assert len(set(spent[r["timestep"] == 7])) == 3


def test_the_bits_depend_on_neither_threads_nor_tiles() -> None:
    s = system(Buyback, WIRES).replace(runs=3)
    r = s.run(runs=3000, threads=1, sweep={"own.share": [0.1, 0.2]})
    columns = ["own.bought", "own.spent", "economy.price"]
    for threads in (2, 4):
        t = s.run(runs=3000, threads=threads, sweep={"own.share": [0.1, 0.2]})
        assert all((r[c] == t[c]).all() for c in columns)
    # A run alone, and the first seven of many.
    few = s.run(runs=7)
    assert all((few[c] == r.of(0)[c][: len(few)]).all() for c in columns)
    live = s.start(run=2)
    while live.step():
        pass
    assert live["own.bought"] == few.of(0, 2)["own.bought"][-1]
    half = s.start(run=2)
    for _ in range(11):
        half.step()
    again = s.resume(half.snapshot())
    while again.step():
        pass
    assert again["own.bought"] == live["own.bought"]


def test_it_is_stepped_by_hand() -> None:
    own = Buyback.component(share=0.5, seed=1)
    own.step(price=2.0)
    assert own.bought == 5.0 + own.spent / 2.0 and own.params["share"] == 0.5
    with pytest.raises(tecmns.ParamError, match=r"allowed is \[0, 1\]"):
        Buyback.component(share=2.0)
    assert "Share of the revenue." in type(own).__doc__


def test_parameters_are_refused_as_those_of_native_kinds() -> None:
    with pytest.raises(tecmns.TecmnsError, match=r"`share` is 3: allowed is \[0, 1\]"):
        system(Buyback, WIRES, share=3)
    with pytest.raises(tecmns.TecmnsError, match="did you mean `share`"):
        system(Buyback, WIRES, shar=0.3)
    with pytest.raises(tecmns.TecmnsError, match=r"own\.price"):
        system(Buyback)


@pytest.mark.parametrize(("how", "words"), [(1, "ValueError: a draw beyond the limit (line "), (2, "last is NaN")])
def test_failures_name_run_timestep_and_component(how: int, words: str) -> None:
    s = system(Brittle, how=how, limit=0.99)
    r = s.run(runs=300)
    rows = r.failures.rows()
    assert 0 < len(rows) < 150
    assert {row["component"] for row in rows} == {"own"} and all(words in row["cause"] for row in rows)
    # The same runs fail at the same timesteps one by one, and the others have the numbers that they have alone.
    fine = system(Brittle, how=0, limit=0.99).run(runs=300)
    for row in rows[:5]:
        drawn = fine.of(0, row["run"])["own.last"]
        assert int(np.argmax(drawn > 0.99)) == row["timestep"]
    lasting = sorted(set(range(1, 301)) - {row["run"] for row in rows})
    assert all((r.of(0, run)["own.last"] == fine.of(0, run)["own.last"]).all() for run in lasting[:20])
    with pytest.raises(tecmns.ExperimentError, match="own"):
        s.run(runs=300, strict=True)


def make(body: dict[str, object], kind: str = "test/made") -> type:
    return tecmns.register(type("Made", (Mechanism,), {"kind": kind, "x": State(1.0), **body}))


def test_what_mixes_runs_is_refused() -> None:
    def step(self: Mechanism) -> None:
        self.x += self.luck - self.luck.mean()

    r = system(make({"step": step, "luck": Normal()})).run(runs=50)
    assert len(r.failures) == 50 and "other numbers among others than alone" in r.failures.rows()[0]["cause"]


def test_what_is_kept_elsewhere_is_refused() -> None:
    def keeps(self: Mechanism) -> None:
        self.memory = self.x * 2

    def sets(self: Mechanism) -> None:
        self.p = self.x

    def deletes(self: Mechanism) -> None:
        del self.x

    def shape(self: Mechanism) -> None:
        self.x = np.zeros((7, 3))

    def reads(self: Mechanism) -> None:
        self.p += 1

    said = {keeps: "`self.memory` was set", sets: "`self.p` was set", deletes: "deleted", shape: "ValueError", reads: "read-only"}
    for step, words in said.items():
        r = system(make({"step": step, "p": Param(1.0)})).run(runs=5)
        assert len(r.failures) == 5 and words in r.failures.rows()[0]["cause"], step


def test_an_error_leaves_nothing_behind() -> None:
    def step(self: Mechanism) -> None:
        before = self.x
        self.x = before + 1000.0
        self.rest = 1.0
        if (self.luck > 0.9).any():
            raise RuntimeError("unlucky")
        del self.rest
        self.x = before + 1.0

    made = make({"step": step, "luck": Uniform()})
    r = system(made).run(runs=64, timesteps=10)
    assert 0 < len(r.failures) < 64 and {row["cause"][:21] for row in r.failures.rows()} == {"RuntimeError: unlucky"}
    assert (r["own.x"] == 1.0 + r["timestep"]).all()


def test_time_is_told() -> None:
    def step(self: Mechanism) -> None:
        self.x = self.t + 1000 * self.dt
        self.y = self.years

    s = tecmns.System.build("own", timesteps=4, step="1 year", controllables={"own": make({"step": step, "y": Metric(-1.0)})})
    r = s.run()
    assert r["own.x"].tolist() == [1.0, 1001.0, 1002.0, 1003.0, 1004.0] and r["own.y"].tolist() == [-1.0, 1.0, 2.0, 3.0, 4.0]


def test_what_cannot_be_declared_is_refused() -> None:
    def step(self: Mechanism) -> None:
        pass

    with pytest.raises(TypeError, match="has no step"):
        make({})
    with pytest.raises(ValueError, match="built in"):
        make({"step": step}, "hive/economy")
    with pytest.raises(ValueError, match="`family/mechanism`"):
        make({"step": step}, "Nothing")
    with pytest.raises(ValueError, match="cannot be declared"):
        make({"step": step, "dt": Param(1.0)})
    with pytest.raises(ValueError, match="no parameter"):
        make({"step": step, "z": State("size")})
    with pytest.raises(ValueError, match=r"allowed is \[0, 1\]"):
        make({"step": step, "p": Param(2.0, bounds=(0, 1))})
    with pytest.raises(TypeError, match="not a subclass"):
        tecmns.register(int)
    with pytest.raises(TypeError, match="a number or a boolean"):
        Param("much")


def test_a_class_that_is_registered_again_takes_the_place_of_the_first() -> None:
    def one(self: Mechanism) -> None:
        self.x += 1

    def two(self: Mechanism) -> None:
        self.x += 2

    first = system(make({"step": one}, "test/again"))
    second = system(make({"step": two}, "test/again"))
    assert second.run()["own.x"][-1] == 61.0 and first.run()["own.x"][-1] == 31.0


def test_its_source_is_part_of_a_run() -> None:
    def one(self: Mechanism) -> None:
        self.x += 1

    def two(self: Mechanism) -> None:
        self.x += 2

    snapshot = system(make({"step": one}, "test/source")).start().snapshot()
    with pytest.raises(tecmns.ExperimentError, match="another system"):
        system(make({"step": two}, "test/source")).resume(snapshot)


def test_results_name_its_source(tmp_path: pathlib.Path) -> None:
    system(Buyback, WIRES).write(tmp_path / "out")
    manifest = tomllib.loads((tmp_path / "out" / "manifest.toml").read_text())
    name, digest = manifest["source"]["test/buyback"].split()
    assert name == "python" and len(digest) == 64 and list(manifest["source"]) == ["test/buyback"]


def test_booleans_and_whole_numbers_are_parameters() -> None:
    def step(self: Mechanism) -> None:
        self.x = np.where(self.on == 1, self.count, -1.0)

    made = make({"step": step, "on": Param(True), "count": Param(3)})
    r = system(made).run(sweep={"own.on": [True, False], "own.count": [3, 5]})
    assert r["own.x"][r["timestep"] == 30].tolist() == [3.0, 5.0, -1.0, -1.0]
    with pytest.raises(tecmns.TecmnsError):
        system(made, on=2)


def test_a_step_of_one_line_costs_little() -> None:
    s = system(Buyback, WIRES)
    s.run(runs=2000, timesteps=120, keep="finals")
    costs = []
    for _ in range(5):
        started = time.process_time()
        s.run(runs=10_000, timesteps=120, keep="finals", threads=1)
        costs.append((time.process_time() - started) / 10_000 / 120 * 1e9)
    print(f"{min(costs):.1f} ns of a processor for a run and step of an economy and a mechanism of two lines")
    # Several times what it costs where nobody else computes; a call for each run would cost a thousand.
    assert min(costs) < 100


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here")
def test_another_process_registers_its_own() -> None:
    text = "import tecmns; tecmns.System.from_toml('[controllables.own]\\nkind = \"test/buyback\"\\n')"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert "unknown kind `test/buyback`" in done.stderr
