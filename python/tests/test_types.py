"""What mypy says of a user's program."""

from __future__ import annotations

from pathlib import Path

import pytest

PROGRAM = """
import tecmns
from tecmns import amm, bonding_curve, hive, market
from tecmns.onehive import ConvictionVoting

economy = hive.Economy(throttle=0.004, name="economy")
price: float = economy.price
economy.step()
curve = bonding_curve.Augmented(opening="on-launch", reserve_ratio=None)
curve.step(external_price=1.4)
is_open: bool = curve.open
system = tecmns.System.build("curve", controllables={"curve": curve, "vote": ConvictionVoting})
last: float = float(system.run(runs=3)["curve.price"][-1])
"""
#: A line, and what mypy says of it.
WRONG = {
    "hive.Economy(throtle=0.004)": 'Unexpected keyword argument "throtle" for "Economy"; did you mean "throttle"?',
    "hive.Economy(throttle='fast')": 'Argument "throttle" to "Economy" has incompatible type "str"; expected "float"',
    "bonding_curve.Augmented(opening='never')": "has incompatible type \"Literal['never']\"",
    "curve.step(extern_price=1.0)": 'Unexpected keyword argument "extern_price" for "step" of "Augmented"',
    "text: str = economy.price": 'Incompatible types in assignment (expression has type "float", variable has type "str")',
    "economy.price = 2.0": 'Property "price" defined in "Economy" is read-only',
    "economy.prise": '"Economy" has no attribute "prise"',
    "system.run(run=3)": 'Unexpected keyword argument "run" for "run" of "System"',
    "tecmns.System.build(timestep=3)": 'Unexpected keyword argument "timestep" for "build" of "System"',
}


def test_mypy_finds_what_is_wrong_and_nothing_else(tmp_path: Path) -> None:
    api = pytest.importorskip("mypy.api")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM + "\n".join(WRONG), encoding="utf-8")
    said, failed, _ = api.run(["--no-error-summary", f"--cache-dir={tmp_path / 'cache'}", "--strict", str(program)])
    assert not failed
    first = PROGRAM.count("\n") + 1
    found: dict[int, str] = {}
    for line in said.splitlines():
        _, number, kind, message = line.split(":", 3)
        if kind.strip() == "error":
            found[int(number)] = message.strip()
    assert sorted(found) == list(range(first, first + len(WRONG))), said
    for number, message in enumerate(WRONG.values(), first):
        assert message in found[number], (found[number], message)
