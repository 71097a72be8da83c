# Written by python/stubs.py from what the kinds declare.

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Self

from ._native import Component, Kind

__all__ = [
    "Function",
    "Series",
]

class Function(Component):
    """An expression of the time."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        of: str = 't',
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self) -> None: ...
    def advance(self, count: int, /) -> None: ...
    @property
    def value(self) -> float:
        """Present value, in whatever unit it stands for."""

class Series(Component):
    """A column of data: its k-th value at timestep k."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        values: Sequence[Any] = ...,
        end: Literal['fail', 'hold', 'repeat'] = 'fail',
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self) -> None: ...
    def advance(self, count: int, /) -> None: ...
    @property
    def value(self) -> float:
        """Present value, in whatever unit it stands for."""
