"""Token engineering: mechanisms, the systems they make up, and experiments with them.

>>> import tecmns
>>> economy = tecmns.hive.Economy(throttle=0.004)
>>> economy.step()
>>> economy.timestep, round(economy.price, 4)
(1, 1585.0509)

A system is read from a file or composed, and run many times:

>>> s = tecmns.System.build("hive", timesteps=12, controllables={"economy": economy})
>>> r = s.run(sweep={"economy.throttle": [0.0, 0.004, 0.008]})
>>> len(r), r["economy.price"].shape
(39, (39,))
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from . import errors
from ._classes import equations
from ._native import Component, Kind, kind, kinds
from .errors import ExperimentError, FileError, ParamError, ResultsError, StepError, TecmnsError, UnknownKind
from .live import Live
from .mechanism import Input, Mechanism, Metric, Normal, Param, State, Uniform, register
from .page import Page
from .page import open as open
from .results import Results, Table, merge
from .system import System

if TYPE_CHECKING:
    from . import (
        amm,
        bonding_curve,
        cadcad,
        commons,
        conviction,
        finance,
        flash,
        glue,
        hive,
        issuance,
        market,
        search,
        skills,
        source,
    )

#: Modules that are imported when they are first asked for: one for each family of kinds, and what needs other packages.
_MODULES = (
    "amm", "bonding_curve", "cadcad", "commons", "commonsbuild", "conviction", "finance", "flash", "glue", "hive", "issuance", "ltfte",
    "market", "onehive", "param", "praise", "search", "skills", "source", "tea",
)  # fmt: skip

__all__ = [
    "Component", "ExperimentError", "FileError", "Input", "Kind", "Live", "Mechanism", "Metric", "Normal", "Page", "Param", "ParamError",
    "Results", "ResultsError", "State", "StepError", "System", "Table", "TecmnsError", "Uniform", "UnknownKind", "equations",
    "errors", "kind", "kinds", "merge", "register",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"tecmns.{name}")
    raise AttributeError(f"module 'tecmns' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES})
