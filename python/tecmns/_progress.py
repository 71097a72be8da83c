"""What is told while a system runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

#: Told how many runs are finished, of how many, and how many failed.
Report = Callable[[int, int, int], Any]


def report(progress: bool | Report) -> tuple[Report | None, Callable[[], None]]:
    """What to call with progress, and what to call at the end."""
    if progress is False or progress is None:
        return None, lambda: None
    if callable(progress):
        return progress, lambda: None
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _line, lambda: print(file=sys.stderr)
    bar = tqdm(unit="run", leave=False)

    def told(runs: int, total: int, failures: int) -> None:
        bar.total = total
        bar.n = runs
        if failures:
            bar.set_postfix(failed=failures, refresh=False)
        bar.refresh()

    return told, bar.close


def _line(runs: int, total: int, failures: int) -> None:
    failed = f", {failures} failed" if failures else ""
    print(f"\r{runs} of {total} runs{failed}", end="", file=sys.stderr, flush=True)
