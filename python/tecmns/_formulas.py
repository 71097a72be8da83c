"""Formulas of the families, over numbers and arrays."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from . import _native


def formulas(module: str) -> dict[str, Callable[..., Any]]:
    """The formulas of a family, by name: for the module that is called like it."""
    own = module.rsplit(".", 1)[-1]
    found: dict[str, Callable[..., Any]] = {}
    for at, (family, name, arguments, doc) in enumerate(_native.formulas()):
        if family == own:
            found[name] = _of_numbers(at, name, arguments, doc, module)
    for at, (family, name, doc) in enumerate(_native.list_formulas()):
        if family == own:
            found[name] = _of_list(at, name, doc, module)
    return found


def _of_numbers(at: int, name: str, arguments: list[str], doc: str, module: str) -> Callable[..., Any]:
    either = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature([inspect.Parameter(argument, either) for argument in arguments])

    def formula(*args: Any, **named: Any) -> Any:
        given = signature.bind(*args, **named).args
        arrays = np.broadcast_arrays(*(np.asarray(x, dtype=np.float64) for x in given))
        shape = arrays[0].shape
        made = np.array(_native.compute(at, [np.ascontiguousarray(array).ravel() for array in arrays]))
        return float(made[0, 0]) if shape == () else made.reshape(shape)

    formula.__doc__ = f"{doc}\n\nArguments are numbers, or arrays that are broadcast against each other."
    return _dressed(formula, name, module, signature)


def _of_list(at: int, name: str, doc: str, module: str) -> Callable[..., Any]:
    either = inspect.Parameter.POSITIONAL_OR_KEYWORD

    def formula(values: Any) -> float:
        return _native.compute_list(at, np.ascontiguousarray(values, dtype=np.float64).ravel())

    formula.__doc__ = doc
    return _dressed(formula, name, module, inspect.Signature([inspect.Parameter("values", either)]))


def _dressed(formula: Callable[..., Any], name: str, module: str, signature: inspect.Signature) -> Callable[..., Any]:
    formula.__name__ = formula.__qualname__ = name
    formula.__module__ = module
    formula.__signature__ = signature  # type: ignore[attr-defined]
    return formula
