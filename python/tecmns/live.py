"""One run of a system, stepped by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import _native


class Live:
    """One run of a system that is stepped by hand: it has the bits that :meth:`tecmns.System.run` gives.

    >>> import tecmns
    >>> s = tecmns.System.build("hive", timesteps=3, controllables={"economy": tecmns.hive.Economy()})
    >>> live = s.start()
    >>> while live.step():
    ...     pass
    >>> live.timestep, round(live["economy.price"], 4)
    (3, 1448.2877)
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.Live) -> None:
        self._native = native

    def step(self) -> bool:
        """Computes the next timestep; ``False`` where the run has reached its last."""
        return self._native.step()

    def feed(self, inputs: dict[str, float]) -> None:
        """Gives inputs that no wire feeds other values than their defaults, from the next timestep on."""
        for name, value in inputs.items():
            self._native.feed(name, value)

    def __getitem__(self, column: str) -> Any:
        """The present value in a column: ``live["economy.price"]``."""
        return self._native[column]

    def metrics(self) -> dict[str, Any]:
        """All columns with their present values."""
        return self._native.state()

    @property
    def columns(self) -> list[str]:
        """Names of all columns."""
        return self._native.columns()

    @property
    def timestep(self) -> int:
        """The timestep that was completed last; 0 at the start."""
        return self._native.timestep

    @property
    def id(self) -> tuple[int, int, int]:
        """Simulation and subset, from 0, and run, from 1."""
        return self._native.id

    def snapshot(self) -> bytes:
        """The whole state, for :meth:`tecmns.System.resume`."""
        return self.id[2].to_bytes(8, "little") + self._native.snapshot()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The metrics after each step to the end."""
        while self.step():
            yield self.metrics()

    def __copy__(self) -> Live:
        return Live(self._native.copied())

    def __deepcopy__(self, memo: object) -> Live:
        return Live(self._native.copied())

    def __repr__(self) -> str:
        simulation, subset, run = self.id
        return f"<tecmns.Live: simulation {simulation}, subset {subset}, run {run}, at timestep {self.timestep}>"


__all__ = ["Live"]
