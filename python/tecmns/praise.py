"""Praise: members thank each other, quantifiers score the thanks, a pool is paid out by score.

>>> from tecmns import praise
>>> items = [
...     praise.Item(receiver=1, judgements=[praise.Judgement(7, 5), praise.Judgement(8, 8)]),
...     praise.Item(receiver=2, judgements=[praise.Judgement(7, 13), praise.Judgement(8, dismissed=True)]),
... ]
>>> praise.composites(items)
[6.5, 6.5]
>>> paid = praise.payout(items, board=[9], allocation=1000)
>>> paid.receivers
{1: 450.0, 2: 450.0}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from . import _native


@dataclass(frozen=True)
class Judgement:
    """What a quantifier says of an item: a score, that it is no praise, or that it repeats the item of a number."""

    quantifier: int
    score: float = 0.0
    dismissed: bool = False
    duplicate_of: int | None = None


@dataclass(frozen=True)
class Item:
    """A thank-you: to whom, by whom, and how it was judged."""

    receiver: int
    judgements: Sequence[Judgement] = field(default_factory=tuple)
    giver: int | None = None


@dataclass(frozen=True)
class Payout:
    """What everybody gets, in tokens by person."""

    receivers: dict[int, float]
    quantifiers: dict[int, float]
    board: dict[int, float]


def _plain(items: Sequence[Item]) -> list[Any]:
    return [
        (item.giver, item.receiver, [(j.quantifier, j.score, j.dismissed, j.duplicate_of) for j in item.judgements])
        for item in items
    ]


def composites(items: Sequence[Item], *, duplicate_worth: float = 0.1) -> list[float]:
    """The score of each item: the mean over the judgements that were made, rounded to two decimals."""
    return _native.praise_composites(_plain(items), duplicate_worth)


def payout(
    items: Sequence[Item],
    *,
    board: Sequence[int] = (),
    duplicate_worth: float = 0.1,
    allocation: float = 1874.0,
    shares: tuple[float, float, float] = (0.90, 0.07, 0.03),
) -> Payout:
    """Pays a round out: receivers by score, quantifiers by work, the reward board equally, each its share of the allocation."""
    return Payout(*_native.praise_payout(_plain(items), list(board), duplicate_worth, allocation, shares))


__all__ = ["Item", "Judgement", "Payout", "composites", "payout"]
