"""Charts with matplotlib, in the style of the charts that the library draws itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .results import Results, Table

#: Okabe and Ito's colours, told apart with any colour vision.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
#: Runs of a subset that are drawn as lines at most.
RUNS_AS_LINES = 8
#: Subsets that are drawn at most, unless they are named.
MOST_SUBSETS = 12


def plot(
    results: Results,
    columns: Sequence[str],
    *,
    x: str,
    subsets: Iterable[int] | None,
    bands: bool | None,
    ax: Axes | None,
    title: str | None,
    log: bool,
) -> Axes:
    """What :meth:`tecmns.Results.plot` says."""
    import matplotlib.pyplot as plt

    if not columns:
        chart = results._chart(0)
        columns = [one if isinstance(one, str) else one["column"] for one in chart["series"]]
        title = chart["title"] if title is None else title
    if ax is None:
        _, ax = plt.subplots(figsize=(9, 5.2), layout="constrained")
    found = np.unique(results["subset"])
    chosen = list(found[:MOST_SUBSETS]) if subsets is None else list(subsets)
    lines = 0
    for subset in chosen:
        rows = results.of(int(subset))
        if not len(rows):
            raise IndexError(f"there is no subset {subset}")
        named = _subset_name(results, rows) if len(found) > 1 else ""
        for column in columns:
            label = column.rsplit(".", 1)[-1].replace("_", " ")
            label = ", ".join(part for part in (label if len(columns) > 1 or not named else "", named) if part)
            _series(ax, rows, x, column, COLOURS[lines % len(COLOURS)], label or column, bands)
            lines += 1
    _dress(ax, results, columns, x, title, log, lines)
    if subsets is None and len(found) > len(chosen):
        ax.text(0.99, 0.01, f"the first {len(chosen)} of {len(found)} subsets", transform=ax.transAxes, ha="right", fontsize=9)
    return ax


def _subset_name(results: Results, rows: Table) -> str:
    return ", ".join(f"{name.rsplit('.', 1)[-1]} {_number(rows[name][0])}" for name in results.parameters if name in rows)


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, (float, np.floating)) else str(value)


def _series(ax: Axes, rows: Table, x: str, column: str, colour: str, label: str, bands: bool | None) -> None:
    xs, ys, simulations, runs = rows[x], rows[column], rows["simulation"], rows["run"]
    ys = np.asarray(ys, dtype=float)
    starts = np.flatnonzero(np.r_[True, (np.diff(simulations) != 0) | (np.diff(runs) != 0)])
    if bands is None:
        bands = len(starts) > RUNS_AS_LINES
    if bands:
        at = np.unique(xs)
        groups = [ys[xs == one] for one in at] if len(np.unique(np.diff(np.r_[starts, len(ys)]))) > 1 else None
        levels = (0.05, 0.25, 0.5, 0.75, 0.95)
        if groups is None and len(ys) == len(starts) * len(at):
            q05, q25, median, q75, q95 = np.quantile(ys.reshape(len(starts), len(at)), levels, axis=0)
        else:
            groups = groups or [ys[xs == one] for one in at]
            q05, q25, median, q75, q95 = np.array([np.quantile(group, levels) for group in groups]).T
        ax.fill_between(at, q05, q95, color=colour, alpha=0.18, linewidth=0)
        ax.fill_between(at, q25, q75, color=colour, alpha=0.35, linewidth=0)
        ax.plot(at, median, color=colour, linewidth=2, label=label)
        return
    for number, (first, end) in enumerate(zip(starts, np.r_[starts[1:], len(ys)], strict=True)):
        alpha = 1.0 if len(starts) == 1 else 0.7
        ax.plot(xs[first:end], ys[first:end], color=colour, alpha=alpha, linewidth=1.8, label=label if number == 0 else None)


def _dress(ax: Axes, results: Results, columns: Sequence[str], x: str, title: str | None, log: bool, lines: int) -> None:
    units = {results.units.get(column, "") for column in columns}
    unit = units.pop() if len(units) == 1 else ""
    name = columns[0].rsplit(".", 1)[-1].replace("_", " ") if len(columns) == 1 else ""
    ax.set_ylabel(" ".join(part for part in (name, f"[{unit}]" if unit not in ("", "1") else "") if part), fontsize=12)
    ax.set_xlabel(x.rsplit(".", 1)[-1].replace("_", " "), fontsize=12)
    ax.set_title(title if title is not None else ", ".join(columns), fontsize=14)
    ax.grid(color="#e2e2e2")
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    if log:
        ax.set_yscale("log")
    if lines > 1:
        ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))


__all__ = ["plot"]
