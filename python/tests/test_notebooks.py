"""The notebooks of python/examples: kept without outputs, and run from the first cell to the last."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

import tecmns

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "python" / "examples").glob("*.ipynb"))


def code_of(path: Path) -> list[str]:
    """The code cells, without the lines that are Jupyter's own."""
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells), f"{path.name} is kept with outputs"
    lines = (["".join(cell["source"])] for cell in cells)
    return ["\n".join(line for line in text.splitlines() if not line.startswith(("%", "!"))) for (text,) in lines]


def run(path: Path) -> tuple[dict[str, Any], list[Any]]:
    """Its names after the last cell, and what each cell shows."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    names: dict[str, Any] = {"__name__": "__main__"}
    shown = []
    for number, text in enumerate(code_of(path), 1):
        tree = ast.parse(text)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        place = f"{path.name}, code cell {number}"
        exec(compile(tree, place, "exec"), names)
        value = eval(compile(ast.Expression(last.value), place, "eval"), names) if last is not None else None
        # What Jupyter would ask for.
        html = getattr(value, "_repr_html_", None)
        assert html is None or html(), place
        assert repr(value)
        shown.append(value)
        for figure in map(pyplot.figure, pyplot.get_fignums()):
            figure.canvas.draw()
        pyplot.close("all")
    return names, shown


def test_there_are_four() -> None:
    assert [path.stem for path in EXAMPLES] == ["first_steps", "flash_v3", "hive_economy", "proposal"]


def test_five_cells_lead_from_install_to_a_chart_with_bands() -> None:
    path = EXAMPLES[0]
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert len(cells) == 5 and "".join(cells[0]["source"]).startswith("%pip install")
    names, shown = run(path)
    axes = shown[-1]
    assert len(axes.collections) == 2, "two bands"
    assert len(axes.lines[0].get_xdata()) == 366
    assert names["results"].runs == 1000 and not len(names["results"].failures)


def test_flash_v3_runs() -> None:
    names, _ = run(EXAMPLES[1])
    assert names["results"].runs == 2000 and len(names["results"].kpis) == 4


def test_the_1hive_economy_runs() -> None:
    pytest.importorskip("cadCAD")
    names, _ = run(EXAMPLES[2])
    # As systems/hive-scenarios.toml says.
    assert names["ends"] == {
        "published": (0.785, 10335.0),
        "no throttle": (0.357, 10.0),
        "throttle 0.004": (0.789, 16220.0),
        "outflow 0.025": (0.211, 13313.0),
        "growth": (0.297, 203.0),
    }
    assert abs(names["ratio"][names["best"]] - 0.2) < 0.01


def test_the_proposal_has_the_bits_of_its_system_file() -> None:
    names, _ = run(EXAMPLES[3])
    own = names["results"]
    file = tecmns.System.from_toml(ROOT / "systems" / "commons.toml").run(runs=20)
    assert own.kpis.rows() == file.kpis.rows()
    compared = 0
    for column in file.columns:
        if column in own:
            ours, theirs = own[column], file[column]
            assert ours.dtype == object or ours.tobytes() == theirs.tobytes(), column
            compared += 1
    assert compared > 100
