"""Results: the same memory in numpy, Arrow and data frames; charts; notebooks."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import tecmns


@pytest.fixture(scope="module")
def results() -> tecmns.Results:
    s = tecmns.System.build("m", timesteps=12, seed=3, uncontrollables={"market": tecmns.market.Price()})
    return s.run(runs=40, sweep={"market.drift": [0.0, 0.1]} if "market.drift" in s.params else None)


def test_columns_are_numpy_over_the_same_memory(results: tecmns.Results) -> None:
    one, two = results["market.price"], results["market.price"]
    assert one.dtype == np.float64 and one.__array_interface__["data"] == two.__array_interface__["data"]
    assert not one.flags.writeable
    with pytest.raises(ValueError):
        one[0] = 7.0
    with pytest.raises(KeyError, match="did you mean `market.price`"):
        results["market.prise"]
    with pytest.raises(TypeError, match="named by text"):
        results[0]
    assert "market.price" in results and list(results) == results.columns
    whole = results.of(0)["market.price"]
    assert whole.__array_interface__["data"][0] == one.__array_interface__["data"][0]


def test_memory_stays_while_an_array_looks_at_it() -> None:
    array = tecmns.System.build("h", controllables={"e": tecmns.hive.Economy()}).run()["e.price"]
    kept = array.copy()
    for _ in range(20):
        tecmns.System.build("h", controllables={"e": tecmns.hive.Economy()}).run()
    assert (array == kept).all()


def test_arrow_polars_and_pandas_take_the_table(results: tecmns.Results) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    polars = pytest.importorskip("polars")
    pandas = pytest.importorskip("pandas")
    table = results.to_arrow()
    address = results["market.price"].__array_interface__["data"][0]
    chunk = table.column("market.price").chunk(0)
    assert chunk.buffers()[1].address == address and pyarrow.table(results) == table
    assert table.schema.field("market.price").metadata[b"unit"].decode() == results.units["market.price"]
    frame = results.to_polars()
    assert frame.shape == (len(results), len(results.columns)) and isinstance(frame, polars.DataFrame)
    assert (frame["market.price"].to_numpy() == results["market.price"]).all()
    flat, indexed = results.to_pandas(), results.to_pandas(index=True)
    assert isinstance(flat, pandas.DataFrame) and list(flat.columns) == results.columns
    assert indexed.index.names == ["simulation", "subset", "run", "timestep", "substep"]
    assert (flat["market.price"].to_numpy() == results["market.price"]).all()


def test_kinds_of_cells_are_kept() -> None:
    s = tecmns.System.build("f", timesteps=2, controllables={"f": tecmns.amm.ConstantProduct(), "h": tecmns.commons.Hatch()})
    r = s.run()
    kinds = {name: kind for name, kind, *_ in r._native.columns()}
    decimals = [name for name, kind in kinds.items() if kind == "decimal"]
    assert decimals and type(r[decimals[0]][0]).__name__ == "Decimal"
    assert r["timestep"].dtype == np.int64
    by_hand = tecmns.amm.ConstantProduct().metrics()
    assert all(r[f"f.{name}"][0] == value for name, value in by_hand.items())


def test_a_summary_is_a_table(results: tecmns.Results) -> None:
    summary = results.summary
    row = next(one for one in summary.rows() if one["metric"] == "market.price" and one["subset"] == 0)
    final = results.of(0)
    final = final["market.price"][final["timestep"] == 12]
    assert row["count"] == 40 and np.isclose(row["mean"], final.mean()) and row["min"] == final.min() and row["median"] == np.quantile(final, 0.5)


def test_results_are_pickled(results: tecmns.Results) -> None:
    again = pickle.loads(pickle.dumps(results))
    assert again.columns == results.columns and (again["market.price"] == results["market.price"]).all()
    assert again.units == results.units and again.runs == results.runs and len(again.points) == len(results.points)


def test_tables_show_themselves_in_notebooks(results: tecmns.Results) -> None:
    page = results._repr_html_()
    assert "<svg" in page and "runs" in page
    assert "<table>" in results.failures._repr_html_() and "market.price" in results.of(0, 1)._repr_html_()
    assert "rows" in repr(results.of(0, 1)) and len(results.head(3)) == 3
    system = tecmns.System.build("h", controllables={"e": tecmns.hive.Economy()})
    assert "hive/economy" in system._repr_html_()


def test_charts_are_drawn(results: tecmns.Results) -> None:
    assert results.svg().startswith("<svg") and results.png()[:4] == b"\x89PNG"
    assert "<svg" in results.svg(["market.price"], dark=True) and "<svg" in results.svg("market.price")
    with pytest.raises(KeyError, match="no column"):
        results.svg("nothing")
    with pytest.raises(IndexError, match="charts"):
        results.svg(99)
    with pytest.raises((ValueError, tecmns.ResultsError)):
        results.svg({"title": "x", "series": ["market.price"], "kind": "pie"})


def test_matplotlib_draws_bands_and_lines(results: tecmns.Results) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    ax = results.plot("market.price")
    assert len(ax.collections) == 2 * len(set(results["subset"])) and "price" in ax.get_ylabel()
    bands = ax.lines[0].get_ydata()
    one = results.of(0)
    assert bands[5] == np.quantile(one["market.price"][one["timestep"] == 5], 0.5)
    lines = results.plot("market.price", subsets=[0], bands=False)
    assert len(lines.lines) == 40 and not lines.collections
    few = tecmns.System.build("h", controllables={"e": tecmns.hive.Economy()}).run()
    assert len(few.plot("e.price", log=True).lines) == 1 and few.plot().get_title()
    with pytest.raises(IndexError):
        results.plot("market.price", subsets=[99])
    with pytest.raises(KeyError):
        results.plot("nothing")
