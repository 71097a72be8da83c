"""What is given with a run, checked: parameters, counts, what is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import _native

_KEEPS = ("trajectories", "finals", "statistics", "nothing")


def recorded(keep: str | None, record: str | Sequence[str] | None, every: int | None, substeps: bool) -> str | None:
    """What is recorded, in the words of the command."""
    parts = [record] if isinstance(record, str) else list(record or ())
    if keep is not None:
        if keep not in _KEEPS:
            raise ValueError(f"keep is {keep!r}: there are {', '.join(_KEEPS)}")
        parts.append(f"keep={keep}")
    if every is not None:
        parts.append(f"every={int(every)}")
    if substeps:
        parts.append("substeps")
    return ",".join(parts) or None


def threads(count: int) -> int:
    """How many threads."""
    if count < 0 or count > 1024:
        raise ValueError(f"threads are a whole number from 0 to 1024, not {count}")
    return count


def given(
    params: Mapping[str, Any] | None,
    sweep: Mapping[str, Any] | None,
    runs: int | None,
    timesteps: int | None,
    seed: int | None,
    record: str | None,
) -> _native.Given:
    """Changes of a system."""
    for what, table in (("params", params), ("sweep", sweep)):
        if table is not None and not isinstance(table, Mapping):
            raise TypeError(f"{what} is a dictionary of full names and values")
    for what, count, least in (("runs", runs, 1), ("timesteps", timesteps, 1), ("seed", seed, 0)):
        if count is not None and not isinstance(count, (int, np.integer)):
            raise TypeError(f"{what} is a whole number, not a {type(count).__name__}")
        if count is not None and not least <= count < 2**64:
            raise ValueError(f"{what} is {count}: it must be {least} or more, and below 2^64")
    return (list((params or {}).items()), list((sweep or {}).items()), runs, timesteps, seed, record)
