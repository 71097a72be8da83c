"""Systems: read from files or composed, run, stepped by hand, evaluated at many points."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from . import _changes, _display, _native
from ._build import document
from ._progress import Report, report
from .live import Live
from .results import Results

if TYPE_CHECKING:
    from .page import Page


class System:
    """Components under names, wired to each other, with what is run of them.

    Read one with :meth:`from_toml`, or compose one with :meth:`build`. A system does not change: :meth:`replace` gives another.

    >>> import tecmns
    >>> s = tecmns.System.from_toml('''
    ... [system]
    ... name = "hive"
    ... timesteps = 12
    ... [controllables.economy]
    ... kind = "hive/economy"
    ... ''')
    >>> s.run()["economy.price"][-1].round(4)
    np.float64(1378.3223)
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.System) -> None:
        self._native = native

    @classmethod
    def from_toml(cls, source: str | os.PathLike[str]) -> System:
        """Reads a system file: a path, or the text of one.

        Raises :class:`tecmns.FileError` with everything that is wrong, each with its line and column.
        """
        nothing: _native.Given = ([], [], None, None, None, None)
        if isinstance(source, str) and ("\n" in source or "=" in source):
            return cls(_native.System(source, "system.toml", [], nothing))
        return cls(_native.System(None, os.fspath(source), [], nothing))

    @classmethod
    def build(
        cls,
        name: str = "system",
        *,
        timesteps: int = 100,
        step: str | None = None,
        runs: int = 1,
        seed: int = 0,
        description: str = "",
        uncontrollables: Mapping[str, Any] | None = None,
        controllables: Mapping[str, Any] | None = None,
        wires: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        derived: Mapping[str, str | tuple[str, str]] | None = None,
        stages: Sequence[Sequence[str] | Mapping[str, Any]] | None = None,
        discipline: Mapping[str, str] | None = None,
        start: str | date | None = None,
        events: Mapping[str, Mapping[str, Any]] | None = None,
        variants: Mapping[str, Mapping[str, Any]] | None = None,
        sweep: Mapping[str, Any] | None = None,
        random: Mapping[str, str] | None = None,
        stop: Sequence[str] = (),
        record: Mapping[str, Any] | None = None,
        kpis: Mapping[str, Mapping[str, Any]] | None = None,
        charts: Sequence[Mapping[str, Any]] = (),
        more: Mapping[str, Any] | None = None,
    ) -> System:
        """Composes a system.

        Parameters
        ----------
        uncontrollables, controllables : dict
            Components by name, in the order in which they step: what the world decides, then what a community can set. A component is an
            instance such as ``tecmns.hive.Economy(throttle=0.004)``, whose parameters are taken, a class, the name of a kind, or a pair of
            a class or kind and a dictionary of parameters. It may also be equations (:func:`tecmns.equations`).
        wires : dict
            Inputs and the expressions that feed them: ``{"economy.price": "market.price"}``.
        derived : dict
            Columns and their expressions, or pairs of an expression and a unit.
        stages : list
            Names of the components that step together, where the two lists are not to say the order.
        start : date
            The date of row 0; dates may then stand for timesteps.
        events : dict
            What changes while a run goes on, by name: ``{"halving": {"at": 50, "set": {"economy.throttle": "0.5 * economy.throttle"}}}``;
            with ``at``, or ``every``, ``from`` and ``until``, or ``when``; with ``for``, ``set``, ``change``, ``variant``.
        variants : dict
            Systems to run side by side: the parameters that each sets.
        sweep, random, stop, record, kpis, charts : optional
            As in system files.
        more : dict
            Further tables of a system file, as they are written there.

        Examples
        --------
        >>> import tecmns
        >>> s = tecmns.System.build(
        ...     "seasons",
        ...     timesteps=4,
        ...     uncontrollables={"demand": tecmns.source.Function(of="10 + if(t > 2, 5, 0)")},
        ...     controllables={"supply": tecmns.glue.Delay(steps=1, initial=10)},
        ...     wires={"supply.value": "demand.value"},
        ...     derived={"shortage": "max(0, demand.value - supply.value)"},
        ... )
        >>> s.run()["shortage"].tolist()
        [0.0, 0.0, 0.0, 5.0, 0.0]
        """
        text = document(
            system={"name": name, "description": description, "timesteps": timesteps, "step": step, "start": start, "runs": runs, "seed": seed},
            uncontrollables=uncontrollables or {},
            controllables=controllables or {},
            wires=wires,
            derived=derived or {},
            stages=stages,
            discipline=discipline,
            events=events,
            variants=variants,
            sweep=sweep,
            random=random,
            stop=stop,
            record=record,
            kpis=kpis,
            charts=charts,
            more=more,
        )
        return cls(_native.System(text, f"{name}.toml", [], ([], [], None, None, None, None)))

    def replace(
        self,
        params: Mapping[str, Any] | None = None,
        *,
        timesteps: int | None = None,
        runs: int | None = None,
        seed: int | None = None,
    ) -> System:
        """The same system with other parameters: ``s.replace({"economy.throttle": 0.004}, runs=10)``."""
        return System(self._native.replaced(_changes.given(params, None, runs, timesteps, seed, None)))

    @property
    def name(self) -> str:
        """Its name."""
        return self._native.name

    @property
    def description(self) -> str:
        """What it is."""
        return self._native.description

    @property
    def timesteps(self) -> int:
        """Timesteps of a run."""
        return self._native.timesteps

    @property
    def runs(self) -> int:
        """Runs of each subset."""
        return self._native.runs

    @property
    def seed(self) -> int:
        """The master seed."""
        return self._native.seed

    @property
    def step_length(self) -> str:
        """The length of a timestep."""
        return self._native.step_length

    @property
    def variants(self) -> list[str]:
        """Names of the systems that run side by side."""
        return self._native.variants

    @property
    def notes(self) -> list[str]:
        """What is worth saying although nothing is refused."""
        return self._native.notes

    @property
    def columns(self) -> dict[str, str]:
        """Every column that can be recorded, with its unit."""
        return {name: unit for name, _, unit, _ in self._native.columns()}

    @property
    def params(self) -> dict[str, Any]:
        """All parameters by full name, with the values that they have in the first variant."""
        found: dict[str, Any] = {}
        for path, _, _, params in self._native.components(0):
            found |= {f"{path}.{name}": value for name, value in params.items()}
        return found

    @property
    def components(self) -> dict[str, str]:
        """Kinds of the components by name."""
        return {path: kind for path, kind, _, _ in self._native.components(0)}

    @property
    def wires(self) -> dict[str, str]:
        """Inputs, and the expressions that feed them."""
        return {to: expression for expression, to in self._native.wires(0)}

    @property
    def derived(self) -> dict[str, str]:
        """Derived columns and their expressions."""
        return dict(self._native.derived(0))

    def to_toml(self) -> str:
        """The text of its system file, without what :meth:`replace` changed."""
        return self._native.text

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes its system file, without what :meth:`replace` changed."""
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(self.to_toml())

    def run(
        self,
        *,
        runs: int | None = None,
        timesteps: int | None = None,
        seed: int | None = None,
        params: Mapping[str, Any] | None = None,
        sweep: Mapping[str, Any] | None = None,
        keep: str | None = None,
        record: str | Sequence[str] | None = None,
        every: int | None = None,
        substeps: bool = False,
        threads: int = 0,
        shard: tuple[int, int] | None = None,
        strict: bool = False,
        progress: bool | Report = False,
    ) -> Results:
        """Runs everything and keeps the results in memory.

        Parameters
        ----------
        params : dict
            Parameters to set: ``{"economy.throttle": 0.004}``.
        sweep : dict
            Parameters to vary, every combination: lists, arrays, or ranges such as ``"0.001..0.05, 10 log"``.
        keep : str
            ``"trajectories"``, ``"finals"`` (the last row of each run), ``"statistics"`` (over runs) or ``"nothing"`` (key figures alone).
        record : str or list
            Columns to keep; ``"economy.*"`` stands for several.
        every : int
            Every how many timesteps a row is kept.
        substeps : bool
            Whether each substep has a row.
        threads : int
            Threads; 0 for one for each core. Results do not depend on it.
        shard : (int, int)
            Which part of how many is computed.
        strict : bool
            Whether the first failed run ends it. Otherwise failures are listed in ``results.failures``.
        progress : bool or callable
            Shows a bar, or calls with runs done, runs in all, and failures.

        The interpreter goes on meanwhile; Ctrl-C ends the run within a moment.
        """
        changed = self._changed(runs, timesteps, seed, params, sweep, keep, record, every, substeps)
        told, close = report(progress)
        try:
            return Results._of(changed.run((_changes.threads(threads), shard, strict), told))
        finally:
            close()

    def write(
        self,
        out: str | os.PathLike[str],
        *,
        runs: int | None = None,
        timesteps: int | None = None,
        seed: int | None = None,
        params: Mapping[str, Any] | None = None,
        sweep: Mapping[str, Any] | None = None,
        keep: str | None = None,
        record: str | Sequence[str] | None = None,
        every: int | None = None,
        substeps: bool = False,
        threads: int = 0,
        shard: tuple[int, int] | None = None,
        strict: bool = False,
        format: str = "parquet",
        compression: str = "zstd",
        charts: bool = True,
        summary: bool = True,
        resume: bool = False,
        force: bool = False,
        progress: bool | Report = False,
    ) -> bool:
        """Runs everything into a results folder, byte for byte as ``tecmns run`` does: table, summary, charts, report, manifest.

        Memory does not grow with the number of runs. ``resume`` goes on with a folder that was begun by the same call. Returns whether
        all is there, which a shard alone is not: :func:`tecmns.merge` joins shards. :meth:`tecmns.Results.read` reads the folder.
        """
        changed = self._changed(runs, timesteps, seed, params, sweep, keep, record, every, substeps)
        told, close = report(progress)
        try:
            how, output = (_changes.threads(threads), shard, strict), (format, compression, charts, summary)
            whole, _ = changed.write(os.fspath(out), how, output, resume, force, told)
            return whole
        finally:
            close()

    def _changed(
        self,
        runs: int | None,
        timesteps: int | None,
        seed: int | None,
        params: Mapping[str, Any] | None,
        sweep: Mapping[str, Any] | None,
        keep: str | None,
        record: str | Sequence[str] | None,
        every: int | None,
        substeps: bool,
    ) -> _native.System:
        rows = _changes.recorded(keep, record, every, substeps)
        given = _changes.given(params, sweep, runs, timesteps, seed, rows)
        if given == ([], [], None, None, None, None):
            return self._native
        return self._native.replaced(given)

    def start(self, *, run: int = 1, subset: int = 0, simulation: int = 0) -> Live:
        """Starts one run, to be stepped by hand."""
        return Live(self._native.start(simulation, subset, run, None))

    def resume(self, snapshot: bytes) -> Live:
        """Goes on with a run from what :meth:`tecmns.Live.snapshot` gave."""
        # The number of the run stands in front: there may be fewer runs in the system than were started by hand.
        run = int.from_bytes(snapshot[:8], "little")
        return Live(self._native.start(0, 0, run, bytes(snapshot[8:])))

    def evaluate(
        self,
        names: Sequence[str],
        points: ArrayLike,
        outputs: Sequence[str],
        *,
        runs: int = 1,
        timesteps: int | None = None,
        seed: int | None = None,
        threads: int = 0,
        variant: int = 0,
    ) -> np.ndarray:
        """Final values of columns, or key figures, at many points at once.

        Parameters
        ----------
        names : list
            Full names of d parameters.
        points : array
            Their values, n rows and d columns.
        outputs : list
            Names of k columns or key figures.
        runs : int
            Runs at each point. The same run of all points meets the same draws.

        Returns
        -------
        array
            n rows and k columns: means over the runs that did not fail, NaN where all failed.

        Examples
        --------
        >>> import tecmns
        >>> s = tecmns.System.build("hive", timesteps=120, controllables={"economy": tecmns.hive.Economy()})
        >>> s.evaluate(["economy.throttle"], [[0.0], [0.004], [0.008]], ["economy.ratio"]).round(3).tolist()
        [[0.357], [0.789], [0.785]]
        """
        if isinstance(names, str) or isinstance(outputs, str):
            raise TypeError("names and outputs are lists of text")
        array = np.ascontiguousarray(points, dtype=np.float64)
        if array.ndim != 2 or array.shape[1] != len(names):
            raise ValueError(f"points have the shape {array.shape}: it must be (n, {len(names)}), a column for each name")
        if not len(array):
            return np.empty((0, len(outputs)))
        made = self._native.evaluate(list(names), array, list(outputs), runs, timesteps, seed, _changes.threads(threads), variant)
        return np.array(made)

    def open(self, *, port: int = 0, browser: bool | None = None) -> Page:
        """Opens it on a page in the browser, or below a notebook's cell: :func:`tecmns.open`."""
        from .page import open

        return open(self, port=port, browser=browser)

    def __repr__(self) -> str:
        return f"<tecmns.System {self.name!r}: {', '.join(f'{name} ({kind})' for name, kind in self.components.items())}>"

    def _repr_html_(self) -> str:
        return _display.system(self._native)

    def __getstate__(self) -> Any:
        return self._native

    def __setstate__(self, native: _native.System) -> None:
        self._native = native


__all__ = ["System"]
