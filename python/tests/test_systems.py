"""Systems: read, composed, run, written, stepped by hand, evaluated."""

from __future__ import annotations

import copy
import pathlib
import pickle
import subprocess
import sys
from datetime import date

import numpy as np
import pytest

import tecmns

THROTTLES = [0.0, 0.004, 0.008]


def hive(**how: object) -> tecmns.System:
    return tecmns.System.build("hive", timesteps=24, step="1 month", controllables={"economy": tecmns.hive.Economy()}, **how)


def test_a_file_is_read_by_path_and_by_text(systems: pathlib.Path) -> None:
    path = systems / "hive-economy.toml"
    s, t = tecmns.System.from_toml(path), tecmns.System.from_toml(path.read_text())
    assert s.name == t.name == "hive-economy" and s.timesteps == 120 and s.step_length == "1 month"
    assert s.components == {"economy": "hive/economy"} and s.params["economy.throttle"] == 0.008
    assert s.columns["economy.price"] == t.columns["economy.price"] != ""
    assert (s.run()["economy.price"] == t.run()["economy.price"]).all()
    assert tecmns.System.from_toml(str(path)).to_toml() == path.read_text()


@pytest.mark.parametrize(
    "name", ["hive-economy", "hive-split", "hive-scenarios", "commons", "conviction-voting", "flash", "staking", "work-token"]
)
def test_every_system_file_runs(systems: pathlib.Path, name: str) -> None:
    s = tecmns.System.from_toml(systems / f"{name}.toml")
    r = s.run(runs=2, timesteps=10)
    assert len(r.failures) == 0 and len(r) > 0 and set(r["run"]) == {1, 2}
    assert "<svg" in r.svg() and repr(s).startswith("<tecmns.System")


def test_a_sweep_has_a_subset_for_each_combination() -> None:
    r = hive().run(runs=2, sweep={"economy.throttle": THROTTLES, "economy.growth": np.array([0.0, 0.01])})
    assert r.runs == 12 and r.parameters == ["economy.throttle", "economy.growth"]
    assert len(r) == 12 * 25 and sorted(set(r["economy.throttle"])) == THROTTLES
    assert r.points.to_dict()["economy.growth"] == [0.0, 0.01] * 3
    one = r.of(3, 2)
    assert len(one) == 25 and set(one["economy.throttle"]) == {0.004} and set(one["run"]) == {2}
    assert len(r.of(3)) == 50 and len(r.of(99)) == 0
    ranged = hive().run(sweep={"economy.throttle": "0.001..0.1, 3 log"})
    assert np.allclose(sorted(set(ranged["economy.throttle"])), [0.001, 0.01, 0.1])


def test_what_is_kept_and_recorded_is_chosen() -> None:
    s = hive()
    assert len(s.run(keep="finals")) == 1
    assert len(s.run(every=8)) == 4
    assert s.run(record=["economy.price", "economy.ratio"]).columns[-2:] == ["economy.price", "economy.ratio"]
    nothing = s.run(keep="nothing")
    assert len(nothing) == 0 and nothing.runs == 1
    statistics = s.run(runs=3, keep="statistics", record="economy.price").statistics
    assert statistics is not None and len(statistics) == 25 and set(statistics["count"]) == {3}
    assert s.run().statistics is None


def test_results_do_not_depend_on_threads_and_shards() -> None:
    s = tecmns.System.build("m", timesteps=3, runs=5000, seed=3, uncontrollables={"market": tecmns.market.Price()})
    whole = s.run()["market.price"]
    for threads in (1, 2, 5):
        assert (s.run(threads=threads)["market.price"] == whole).all()
    parts = [s.run(shard=(i, 3)) for i in range(3)]
    assert sum(part.runs for part in parts) == 5000
    assert (np.sort(np.concatenate([part["market.price"] for part in parts])) == np.sort(whole)).all()
    assert (s.run(seed=4)["market.price"] != whole).any()


def test_a_system_is_composed() -> None:
    split = tecmns.System.build(
        "split",
        timesteps=24,
        step="1 month",
        uncontrollables={"market": tecmns.hive.Market, "price": "hive/price"},
        controllables={"supply": (tecmns.hive.Supply, {})},
        stages=[["market", "price", "supply"]],
        wires={
            "supply.size": "market.size",
            "supply.saturation": "market.saturation",
            "supply.price": "price.price",
            "market.reserve": "supply.reserve",
            "market.price": "price.price",
            "price.reserve": "supply.reserve",
            "price.circulation": "supply.circulation",
            "price.size": "market.size",
            "price.saturation": "market.saturation",
        },
        derived={"share": ("supply.reserve / (supply.reserve + supply.circulation)", "1")},
        kpis={"lowest": {"of": "min(share)", "aggregate": "mean", "require": "> 0.05"}},
        variants={"as is": {}, "no throttle": {"supply.throttle": 0.0}},
    )
    assert split.variants == ["as is", "no throttle"] and split.derived == {"share": "supply.reserve / (supply.reserve + supply.circulation)"}
    r = split.run()
    whole = hive().run(sweep={"economy.throttle": [0.008, 0.0]})
    for variant in (0, 1):
        own = r["supply.reserve"][r["simulation"] == variant]
        assert (own == whole.of(variant)["economy.reserve"]).all()
    assert r.kpis["holds"].tolist() == ["yes", "yes"] and len(r.kpis) == 2
    assert len(r.of(0)) == 50


def test_events_act_while_a_run_goes_on() -> None:
    plain = hive().run()["economy.adjustment"]
    halved = hive(events={"halving": {"at": 12, "set": {"economy.throttle": "0.5 * economy.throttle"}}}).run()["economy.adjustment"]
    assert (plain[:12] == halved[:12]).all() and (plain[12:] != halved[12:]).any()
    dated = hive(start=date(2030, 1, 1), events={"halving": {"at": date(2031, 1, 1), "set": {"economy.throttle": "0"}}})
    assert dated.run()["economy.adjustment"].shape == plain.shape
    with pytest.raises(tecmns.FileError, match="throtle"):
        hive(events={"halving": {"at": 12, "set": {"economy.throtle": "0"}}})


def test_a_replaced_system_is_another() -> None:
    s = hive()
    t = s.replace({"economy.throttle": 0.004}, runs=3)
    assert (s.params["economy.throttle"], t.params["economy.throttle"], t.runs) == (0.008, 0.004, 3)
    assert (t.run(runs=1)["economy.price"] == s.run(params={"economy.throttle": 0.004})["economy.price"]).all()
    again = pickle.loads(pickle.dumps(t))
    assert again.params == t.params and (again.run()["economy.price"] == t.run()["economy.price"]).all()


def test_composed_systems_are_saved_and_read(tmp_path: pathlib.Path) -> None:
    s = hive(charts=[{"title": "Price", "y": ["economy.price"]}], stop=["economy.price > 1e9"], random={})
    s.save(tmp_path / "hive.toml")
    t = tecmns.System.from_toml(tmp_path / "hive.toml")
    assert (t.run()["economy.price"] == s.run()["economy.price"]).all() and t.run().charts[0]["title"] == "Price"


def test_a_run_by_hand_has_the_bits_of_the_run() -> None:
    s = tecmns.System.build(
        "live",
        timesteps=6,
        seed=9,
        uncontrollables={"market": tecmns.market.Price()},
        controllables={"delay": tecmns.glue.Delay(steps=1)},
        wires={"delay.value": "market.price"},
    )
    r = s.run(runs=3).of(0, 3)
    live = s.start(run=3)
    assert live.id == (0, 0, 3) and live["market.price"] == r["market.price"][0]
    live.step()
    snapshot, twin = live.snapshot(), copy.deepcopy(live)
    rest = [metrics["market.price"] for metrics in live]
    assert rest == r["market.price"][2:].tolist() and not live.step() and live.timestep == 6
    resumed = s.resume(snapshot)
    for other in (resumed, twin):
        assert [metrics["market.price"] for metrics in other] == rest
    for wrong in (b"", b"nonsense that is no snapshot", snapshot[:-9]):
        with pytest.raises(tecmns.ExperimentError):
            s.resume(wrong)
    with pytest.raises(tecmns.ExperimentError):
        s.replace({"market.drift": 0.5}).resume(snapshot)
    with pytest.raises(KeyError, match="did you mean `market.price`"):
        live["market.prise"]


def test_inputs_are_fed_to_a_live_run() -> None:
    s = tecmns.System.build("m", timesteps=4, uncontrollables={"market": tecmns.market.Regime()})
    name = next(i["name"] for i in tecmns.kind("market/regime").inputs if i["default"] is not None)
    live = s.start()
    live.feed({f"market.{name}": 2.0})
    live.step()
    with pytest.raises(tecmns.ExperimentError):
        live.feed({"market.nothing": 1.0})


def test_points_are_evaluated_at_once() -> None:
    s = hive(kpis={"lowest": {"of": "min(economy.reserve)", "aggregate": "mean"}})
    names, points = ["economy.throttle", "economy.growth"], np.array([[t, g] for t in THROTTLES for g in (0.0, 0.01)])
    values = s.evaluate(names, points, ["economy.price", "lowest"])
    assert values.shape == (6, 2) and values.flags.writeable
    for point, row in zip(points, values, strict=True):
        r = s.run(params=dict(zip(names, point.tolist(), strict=True)))
        assert row[0] == r["economy.price"][-1] and row[1] == r["economy.reserve"].min()
    assert s.evaluate(names, np.empty((0, 2)), ["economy.price"]).shape == (0, 1)
    assert s.evaluate(names, points.tolist(), ["economy.price"], timesteps=3).shape == (6, 1)


def test_what_cannot_be_evaluated_is_refused() -> None:
    s = hive()
    for points in ([0.1, 0.2], [[0.1, 0.2]], [[[0.1]]]):
        with pytest.raises(ValueError, match=r"must be \(n, 1\)"):
            s.evaluate(["economy.throttle"], points, ["economy.price"])
    with pytest.raises(tecmns.ExperimentError, match="finite") as caught:
        s.evaluate(["economy.throttle"], [[np.nan]], ["economy.price"])
    assert caught.value.code.startswith("TE")
    with pytest.raises(tecmns.ExperimentError, match="did you mean `economy.throttle`"):
        s.evaluate(["economy.throtle"], [[0.1]], ["economy.price"])
    with pytest.raises((tecmns.ExperimentError, KeyError), match="economy.price"):
        s.evaluate(["economy.throttle"], [[0.1]], ["economy.prise"])
    with pytest.raises(TypeError, match="lists of text"):
        s.evaluate("economy.throttle", [[0.1]], ["economy.price"])
    with pytest.raises(tecmns.ExperimentError):
        s.evaluate(["economy.throttle"], [[7.0]], ["economy.price"])


def test_files_and_changes_are_refused_in_the_librarys_words(tmp_path: pathlib.Path) -> None:
    with pytest.raises(tecmns.FileError, match=r"5:8: TE0304: unknown kind `hive/economi`; did you mean") as caught:
        tecmns.System.from_toml('[system]\ntimesteps = 4\n\n[controllables.economy]\nkind = "hive/economi"\n')
    assert caught.value.code == "TE0304" and isinstance(caught.value, ValueError)
    with pytest.raises(tecmns.FileError):
        tecmns.System.from_toml(tmp_path / "nothing.toml")
    with pytest.raises(tecmns.FileError, match="onyl"):
        tecmns.System.build(controllables={"d": tecmns.glue.Delay()}, wires={"d.value": "onyl.value"})
    with pytest.raises(tecmns.ExperimentError, match="did you mean `economy.throttle`") as changed:
        hive().run(sweep={"economy.throtle": [0.1]})
    assert changed.value.code.startswith("TE01") and isinstance(changed.value, RuntimeError)
    for wrong, error in (
        ({"keep": "all"}, ValueError),
        ({"runs": 0}, ValueError),
        ({"timesteps": -1}, ValueError),
        ({"threads": -1}, ValueError),
        ({"threads": 2000}, ValueError),
        ({"sweep": [1, 2]}, TypeError),
        ({"sweep": {"economy.throttle": []}}, tecmns.ExperimentError),
        ({"sweep": {"economy.throttle": [0.1, 2.0]}}, tecmns.ExperimentError),
        ({"params": {"economy.throttle": float("nan")}}, (tecmns.ExperimentError, tecmns.FileError)),
        ({"params": {"economy.throttle": "high"}}, (tecmns.ExperimentError, tecmns.FileError)),
        ({"params": {7: 0.1}}, TypeError),
        ({"record": ["economy.nothing"]}, tecmns.ExperimentError),
        ({"every": 0}, tecmns.ExperimentError),
        ({"shard": (3, 2)}, tecmns.ExperimentError),
        ({"runs": "many"}, TypeError),
        ({"timesteps": 10**30}, ValueError),
        ({"seed": -1}, ValueError),
        ({"seed": 0.5}, TypeError),
    ):
        with pytest.raises(error):
            hive().run(**wrong)
    with pytest.raises(TypeError, match="component 'x' is a int"):
        tecmns.System.build(controllables={"x": 7})


def test_refusals_name_arguments_and_no_options(tmp_path: pathlib.Path) -> None:
    s = tecmns.System.build("hive", timesteps=3, controllables={"economy": tecmns.hive.Economy()})
    price = {"economy.throttle": [0.0, 0.004]}
    swept = tecmns.System.build("hive", timesteps=3, sweep=price, controllables={"economy": tecmns.hive.Economy()})
    assert any(note.startswith("sweep economy.throttle replaces") for note in swept_notes(swept))
    with pytest.raises(tecmns.ExperimentError, match="params economy.throttle") as overruled:
        swept.run(params={"economy.throttle": 0.1})
    with pytest.raises(tecmns.ExperimentError, match="record") as unknown:
        s.run(record=["economy.price", "keeep=finals"])
    with pytest.raises(tecmns.ExperimentError, match="sweep") as empty:
        s.run(sweep={"economy.throttle": "0..1, many"})
    with pytest.raises((tecmns.ExperimentError, tecmns.ResultsError), match=r"force=True|keep=") as full:
        s.write(tmp_path / "full", runs=10**15, timesteps=10**4)
    for refused in (overruled, unknown, empty, full):
        assert "--" not in str(refused.value), refused.value


def swept_notes(swept: tecmns.System) -> list[str]:
    changed = swept._changed(None, None, None, None, {"economy.throttle": [0.1]}, None, None, None, False)
    return changed.notes


def test_a_failed_run_is_listed_and_the_others_finish() -> None:
    s = tecmns.System.build("f", timesteps=4, uncontrollables={"f": tecmns.source.Function(of="1 / (3 - t)")})
    r = s.run()
    assert r.failures.rows()[0]["timestep"] == 3 and r.failures.rows()[0]["component"] == "f" and r["timestep"].tolist() == [0, 1, 2]
    assert len(r.summary) >= 0
    with pytest.raises(tecmns.ExperimentError) as caught:
        s.run(strict=True)
    assert caught.value.code == "TE0117"


def test_results_folders_are_the_commands(
    systems: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s = tecmns.System.from_toml(systems / "hive-economy.toml")
    assert s.write(tmp_path / "python", runs=2, timesteps=12, sweep={"economy.throttle": THROTTLES})
    r = tecmns.Results.read(tmp_path / "python")
    assert r.runs == 6 and len(r) == 6 * 13 and r.parameters == ["economy.throttle"] and len(r.failures) == 0
    memory = s.run(runs=2, timesteps=12, sweep={"economy.throttle": THROTTLES})
    assert r.columns == memory.columns and all((r[name] == memory[name]).all() for name in r.columns)
    assert r.points.to_dict()["economy.throttle"] == THROTTLES and len(r.charts) == 6 and "<svg" in r.svg("Price")
    assert r.summary["metric"].tolist() == memory.summary["metric"].tolist()
    with pytest.raises(tecmns.ResultsError, match="python"):
        s.write(tmp_path / "python", runs=2, timesteps=12, sweep={"economy.throttle": THROTTLES})
    with pytest.raises(ValueError, match="format is .xls.: there are parquet"):
        s.write(tmp_path / "other", format="xls")
    # The command of the same code, which comes with the package.
    line = ["run", "systems/hive-economy.toml", "--sweep", "economy.throttle=[0.0, 0.004, 0.008]", "--runs", "2", "--timesteps", "12"]
    program = "import sys; from tecmns._command import main; sys.argv[0] = 'tecmns'; sys.exit(main())"
    out = str(tmp_path / "command")
    done = subprocess.run(
        [sys.executable, "-c", program, *line, "--out", out, "-q"], cwd=systems.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    monkeypatch.chdir(systems.parent)
    s = tecmns.System.from_toml("systems/hive-economy.toml")
    s.write(tmp_path / "twin", runs=2, timesteps=12, sweep={"economy.throttle": THROTTLES})
    files = sorted(p.relative_to(tmp_path / "command") for p in (tmp_path / "command").rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(tmp_path / "twin") for p in (tmp_path / "twin").rglob("*") if p.is_file())
    different = [str(f) for f in files if (tmp_path / "command" / f).read_bytes() != (tmp_path / "twin" / f).read_bytes()]
    assert different == []


def test_shards_are_merged_to_the_folder_of_one_machine(systems: pathlib.Path, tmp_path: pathlib.Path) -> None:
    s = tecmns.System.build("m", timesteps=8, runs=3000, seed=3, uncontrollables={"market": tecmns.market.Price()})
    assert s.write(tmp_path / "whole")
    for i in range(2):
        assert not s.write(tmp_path / f"shard{i}", shard=(i, 2))
    merged = tecmns.merge([tmp_path / "shard0", tmp_path / "shard1"], tmp_path / "merged")
    whole = tecmns.Results.read(tmp_path / "whole")
    assert all((merged[name] == whole[name]).all() for name in whole.columns)
    assert (tmp_path / "merged/trajectories.parquet").read_bytes() == (tmp_path / "whole/trajectories.parquet").read_bytes()


def test_statistics_folders_are_read(tmp_path: pathlib.Path) -> None:
    s = tecmns.System.build("m", timesteps=8, runs=20, seed=3, uncontrollables={"market": tecmns.market.Price()})
    s.write(tmp_path / "s", keep="statistics")
    r = tecmns.Results.read(tmp_path / "s")
    assert r.statistics is not None and len(r.statistics) and "<svg" in r.svg(["market.price"])
