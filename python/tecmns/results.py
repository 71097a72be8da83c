"""Results: tables that numpy, Arrow, pandas and polars read where they lie, charts, results folders."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _native

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    from matplotlib.axes import Axes

#: Rows that a notebook shows of a table.
SHOWN = 10


class Table:
    """A table: columns with their names, units and docs.

    ``table["name"]`` is an array of numpy over the same memory, to be read only. pyarrow, polars, DuckDB and others take the whole table by
    Arrow's interface: ``pyarrow.table(t)``, ``polars.DataFrame(t)``.
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.Table) -> None:
        self._native = native

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return [name for name, *_ in self._native.columns()]

    @property
    def units(self) -> dict[str, str]:
        """Units of the columns by name; nothing where none was declared."""
        return {name: unit for name, _, unit, _ in self._native.columns()}

    @property
    def docs(self) -> dict[str, str]:
        """What the columns mean, by name."""
        return {name: doc for name, _, _, doc in self._native.columns()}

    def __len__(self) -> int:
        return len(self._native)

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __getitem__(self, name: str) -> np.ndarray:
        """A column as an array: of numbers over the same memory, of text and decimals as objects.

        Where cells are absent, numbers are floats with NaN there.
        """
        if not isinstance(name, str):
            raise TypeError(f"a column is named by text, not by a {type(name).__name__}")
        column = self._native.column(name)
        if column.is_plain():
            return np.asarray(column)
        cells = column.cells()
        kinds = {type(cell) for cell in cells if cell is not None}
        if kinds <= {bool}:
            return np.array(cells, dtype=object if None in cells else bool)
        if kinds <= {int, float}:
            return np.array([np.nan if cell is None else cell for cell in cells], dtype=float)
        return np.array(cells, dtype=object)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._native.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> pyarrow.Table:
        """As a table of pyarrow, over the same memory."""
        import pyarrow

        return pyarrow.table(self)

    def to_polars(self) -> polars.DataFrame:
        """As a data frame of polars, over the same memory."""
        import polars

        return polars.DataFrame(self)

    def to_pandas(self, *, index: bool = False) -> pandas.DataFrame:
        """As a data frame of pandas; with ``index`` the columns simulation, subset, run, timestep and substep are its index."""
        import pandas

        frame = pandas.DataFrame({name: self[name] for name in self.columns}, copy=False)
        keys = [name for name in ("simulation", "subset", "run", "timestep", "substep") if name in frame]
        return frame.set_index(keys) if index and keys else frame

    def to_dict(self) -> dict[str, list[Any]]:
        """The cells by column, as objects of Python."""
        return dict(zip(self.columns, self._native.cells(), strict=True))

    def rows(self) -> list[dict[str, Any]]:
        """The rows as dictionaries."""
        columns = self.columns
        return [dict(zip(columns, row, strict=True)) for row in zip(*self._native.cells(), strict=True)]

    def head(self, count: int = SHOWN) -> Table:
        """The first rows."""
        return Table(self._native.slice(0, min(max(count, 0), len(self))))

    def __repr__(self) -> str:
        return f"<tecmns.{type(self).__name__}: {len(self)} rows, {len(self.columns)} columns>"

    def _repr_html_(self) -> str:
        units = self.units
        head = "".join(
            f"<th>{html.escape(name)}{f'<br><small>{html.escape(units[name])}</small>' if units[name] not in ('', '1') else ''}</th>"
            for name in self.columns
        )
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_shown(cell))}</td>" for cell in row.values()) + "</tr>"
            for row in self.head().rows()
        )
        more = f"<p>{len(self)} rows, {len(self.columns)} columns</p>" if len(self) > SHOWN else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"

    def __getstate__(self) -> Any:
        return {"_native": self._native}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)


def _shown(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)


class Results(Table):
    """What an experiment left: a row for each timestep that was recorded of each run, and what is said of the runs.

    >>> import tecmns
    >>> s = tecmns.System.build("hive", timesteps=12, controllables={"economy": tecmns.hive.Economy()})
    >>> r = s.run(sweep={"economy.throttle": [0.0, 0.004]})
    >>> r
    <tecmns.Results: 26 rows, 18 columns, 2 runs, 0 failed>
    >>> r.of(1)["economy.price"].shape
    (13,)
    """

    __slots__ = ("charts", "failures", "folder", "kpis", "parameters", "runs", "seed", "statistics", "_points", "_summary")

    #: Runs that failed: simulation, subset, run, timestep, substep, component, cause.
    failures: Table
    #: Key figures over the runs of each subset.
    kpis: Table
    #: Statistics over runs, where ``keep="statistics"``.
    statistics: Table | None
    #: How many runs were finished, failed ones included.
    runs: int
    #: The master seed.
    seed: int
    #: Columns of swept parameters.
    parameters: list[str]
    #: The charts that the system asks for.
    charts: list[dict[str, Any]]
    #: The folder that they were read from.
    folder: str | None

    _points: Callable[[], _native.Table]
    _summary: Table | None

    @classmethod
    def _of(cls, outcome: _native.Outcome) -> Results:
        results = cls(outcome.rows)
        results.failures = Table(outcome.failures)
        results.kpis = Table(outcome.kpis)
        results.statistics = None if outcome.statistics is None else Table(outcome.statistics)
        results.runs, results.seed = outcome.runs, outcome.seed
        results.parameters, results.charts, results.folder = outcome.parameters, outcome.charts(), None
        results._points, results._summary = outcome.points, None
        return results

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> Results:
        """Reads a results folder, which the command or :meth:`tecmns.System.write` wrote."""
        import tomllib

        folder = os.fspath(folder)

        def beside(name: str) -> Table | None:
            table = _native.read_beside(folder, name)
            return None if table is None else Table(table)

        with open(os.path.join(folder, "manifest.toml"), "rb") as file:
            manifest = tomllib.load(file)
        statistics = beside("statistics")
        if statistics is None or any(os.path.exists(os.path.join(folder, f"trajectories.{e}")) for e in ("parquet", "arrow", "csv")):
            rows, parameters = _native.read_table(folder)
        else:
            rows, parameters = statistics._native, []
        results = cls(rows)
        results.failures, results.kpis = beside("failures") or Table(_native.empty_table()), beside("kpis") or Table(_native.empty_table())
        results.statistics = statistics
        told = manifest.get("result", {})
        results.runs = int(told.get("runs", 0))
        results.seed = int(manifest.get("run", {}).get("seed", 0))
        results.parameters, results.charts, results.folder = parameters, manifest.get("chart", []), folder
        results._points, results._summary = (lambda: _native.read_beside(folder, "points") or _native.empty_table()), beside("summary")
        return results

    @property
    def points(self) -> Table:
        """The design: the values of all that varies, for each point of the sweep, or for each run where parameters are drawn."""
        return Table(self._points())

    @property
    def summary(self) -> Table:
        """Statistics over runs of the final values: for each subset and metric, mean, spread, quantiles."""
        if self._summary is None:
            failed = list(zip(*(self.failures[name].tolist() for name in ("simulation", "subset", "run")), strict=True))
            self._summary = Table(_native.summary(self._native, self.parameters, failed))
        return self._summary

    def of(self, subset: int, run: int | None = None) -> Table:
        """The rows of one subset, from 0, or of one of its runs, from 1; of all simulations."""
        return Table(self._native.rows_of(subset, run))

    def svg(self, chart: int | str | dict[str, Any] | Sequence[str] = 0, *, dark: bool = False) -> str:
        """A chart as SVG, drawn as the command draws it: one of :attr:`charts` by number or title, or of these columns."""
        return self._draw(chart, dark, False).decode()

    def png(self, chart: int | str | dict[str, Any] | Sequence[str] = 0, *, dark: bool = False) -> bytes:
        """A chart as PNG."""
        return self._draw(chart, dark, True)

    def _draw(self, chart: Any, dark: bool, png: bool) -> bytes:
        spec = self._chart(chart)
        if self.folder is not None and self.statistics is not None:
            return _native.chart_of_folder(self.folder, spec, dark, png)[0]
        return _native.chart(self._native, self.parameters, spec, dark, png)[0]

    def _chart(self, chart: Any) -> dict[str, Any]:
        charts = self.charts or _native.default_charts(self._native, self.parameters)
        if isinstance(chart, int):
            if not -len(charts) <= chart < len(charts):
                raise IndexError(f"there are {len(charts)} charts")
            return charts[chart]
        if isinstance(chart, dict):
            return chart
        if isinstance(chart, str):
            for one in charts:
                if one["title"] == chart:
                    return one
            chart = [chart]
        columns = list(chart)
        for name in columns:
            self._native.column(name)
        return {"title": ", ".join(columns), "series": columns}

    def plot(
        self,
        *columns: str,
        x: str = "timestep",
        subsets: Iterable[int] | None = None,
        bands: bool | None = None,
        ax: Axes | None = None,
        title: str | None = None,
        log: bool = False,
    ) -> Axes:
        """Draws columns with matplotlib, in the style of the charts: lines for a few runs, median and bands of quantiles for more.

        Every subset is drawn by itself, named by its swept parameters; ``subsets`` chooses some. ``bands`` says whether bands are drawn,
        whatever the number of runs.
        """
        from .plotting import plot

        return plot(self, columns, x=x, subsets=subsets, bands=bands, ax=ax, title=title, log=log)

    def __repr__(self) -> str:
        return (
            f"<tecmns.Results: {len(self)} rows, {len(self.columns)} columns, {self.runs} runs, {len(self.failures)} failed>"
        )

    def _repr_html_(self) -> str:
        failed = f", {len(self.failures)} failed" if len(self.failures) else ""
        said = f"<p>{self.runs} runs{failed}, {len(self)} rows, {len(self.columns)} columns, seed {self.seed}</p>"
        drawn = ""
        if len(self):
            try:
                drawn = "".join(self.svg(at) for at in range(min(len(self.charts), 2)) or range(1))
            except (OSError, IndexError):
                drawn = super()._repr_html_()
        kpis = self.kpis._repr_html_() if len(self.kpis) else ""
        return said + kpis + drawn

    def __getstate__(self) -> Any:
        names = ("failures", "kpis", "statistics", "runs", "seed", "parameters", "charts", "folder")
        state = {name: getattr(self, name) for name in names}
        points, summary = self._points(), self._summary
        return {"_native": self._native, "_points": _Points(points), "_summary": summary, **state}


class _Points:
    """Points that are there already."""

    def __init__(self, table: _native.Table) -> None:
        self.table = table

    def __call__(self) -> _native.Table:
        return self.table


def merge(shards: Iterable[str | os.PathLike[str]], out: str | os.PathLike[str], *, allow_missing: bool = False) -> Results:
    """Joins the results folders of shards to the folder that one machine would have left, and reads it."""
    _native.merge([os.fspath(shard) for shard in shards], os.fspath(out), allow_missing)
    return Results.read(out)


__all__ = ["Results", "Table", "merge"]
