# Written by python/stubs.py from what the kinds declare.

from typing import ClassVar, Self

from ._native import Component, Kind

__all__ = [
    "Delay",
    "Switch",
]

class Delay(Component):
    """Its input, so many timesteps ago."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        steps: int = 1,
        initial: float = 0.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, value: float) -> None: ...
    def advance(self, count: int, /, value: float) -> None: ...
    @property
    def value(self) -> float:
        """Present value, in whatever unit it stands for."""

class Switch(Component):
    """One of two inputs, chosen by a third."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, condition: float, on: float = 1.0, off: float = 0.0) -> None: ...
    def advance(self, count: int, /, condition: float, on: float = 1.0, off: float = 0.0) -> None: ...
    @property
    def value(self) -> float:
        """Present value, in whatever unit it stands for."""
