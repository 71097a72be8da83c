"""The examples in docstrings, and those of the README."""

from __future__ import annotations

import doctest
import importlib
import pathlib
import pkgutil

import pytest

import tecmns

MODULES = ["tecmns", *(f"tecmns.{m.name}" for m in pkgutil.iter_modules(tecmns.__path__) if m.name != "_native")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name: str) -> None:
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if str(missing.name).startswith("tecmns"):
            raise
        pytest.skip(f"{missing.name} is not there")
    outcome = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert outcome.failed == 0


def test_the_readmes_examples_hold() -> None:
    path = pathlib.Path(__file__).resolve().parents[1] / "README.md"
    outcome = doctest.testfile(str(path), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert outcome.attempted > 5 and outcome.failed == 0
