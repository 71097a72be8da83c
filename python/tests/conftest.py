"""What the tests share."""

from __future__ import annotations

import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def systems() -> pathlib.Path:
    """The system files of the repository."""
    return ROOT / "systems"
