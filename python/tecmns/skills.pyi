# Written by python/stubs.py from what the kinds declare.

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Self

from ._native import Component, Kind

__all__ = [
    "Academy",
    "Ecosystem",
]

class Academy(Component):
    """Learners in a forest of skills: seats, practice, badges. A proposal: the source names it and gives no equations; the curriculum is illustrative."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        learners: int = 24,
        seats: int = 12,
        session_hours: float = 2.0,
        teacher_factor: float = 1.0,
        practice_share: float = 0.02,
        skills: Sequence[Any] = ...,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, opportunities: float = 0.0) -> None: ...
    def advance(self, count: int, /, opportunities: float = 0.0) -> None: ...
    @property
    def mastery(self) -> float:
        """Mean mastery over learners and skills."""
    @property
    def badges(self) -> int:
        """Badges held."""
    @property
    def new_badges(self) -> int:
        """Badges issued in the last step."""
    @property
    def depth_completed(self) -> float:
        """Mean depth that learners have completed."""
    @property
    def locked(self) -> float:
        """Mean number of locked skills."""
    @property
    def graduates(self) -> int:
        """Learners who have mastered every skill. [person]"""
    @property
    def hours_to_badge(self) -> float:
        """Mean hours of teaching to the next badge, of those who have one to go for and can be taught it. [h]"""
    @property
    def hours_taught(self) -> float:
        """Hours taught since the start. [h]"""
    @property
    def cost(self) -> float:
        """Cost of teaching since the start. [money]"""
    @property
    def practices(self) -> int:
        """Practices since the start."""
    @property
    def correct(self) -> int:
        """Correct ones among them."""

class Ecosystem(Component):
    """The community around: a funnel from unaware to senior engineer. A proposal: the source names it and gives no equations; presets are illustrative."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        preset: Literal['none', 'tea', 'tec'] = 'none',
        initial__aware: float = 100.0,
        initial__learners: float = 20.0,
        initial__token_engineers: float = 20.0,
        initial__seniors: float = 5.0,
        potential: float = 10000.0,
        innovation: float = 0.03,
        imitation: float = 0.38,
        enrol: float = 0.2,
        complete: float = 0.5,
        promote: float = 0.3333333333333333,
        leave_aware: float = 0.1,
        leave_learners: float = 0.3,
        leave_engineers: float = 0.15,
        leave_seniors: float = 0.1,
        capacity_per_teacher: float = 20.0,
        teachers: float = 2.0,
        teaching_share: float = 0.2,
        reference_engineers: float = 100.0,
        integer: bool = False,
        initial: Mapping[str, Any] = ...,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, market_multiplier: float = 1.0, hype: float = 0.5, academy: float = 1.0, opportunities: float = 0.0) -> None: ...
    def advance(self, count: int, /, market_multiplier: float = 1.0, hype: float = 0.5, academy: float = 1.0, opportunities: float = 0.0) -> None: ...
    @property
    def unaware(self) -> float:
        """Not yet aware. [person]"""
    @property
    def aware(self) -> float:
        """Aware and nothing more. [person]"""
    @property
    def learners(self) -> float:
        """Learning. [person]"""
    @property
    def token_engineers(self) -> float:
        """Token engineers. [person]"""
    @property
    def seniors(self) -> float:
        """Senior token engineers. [person]"""
    @property
    def churned(self) -> float:
        """Who left. [person]"""
    @property
    def adoption(self) -> float:
        """Ever aware to potential, `N/M`."""
    @property
    def seats(self) -> float:
        """Seats for learners. [person]"""
    @property
    def conversion(self) -> float:
        """Ever engineers to ever aware: conversion of the funnel."""
    @property
    def engineers_per_opportunity(self) -> float:
        """Engineers and seniors to an open opportunity; 0 without opportunities. [person]"""
    @property
    def scale(self) -> float:
        """Scale for the market."""
