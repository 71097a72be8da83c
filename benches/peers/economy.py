"""The 1Hive economy's numbers: what every peer is given, and what it must answer.

Parameters and initial values are those of crates/te-hive-economy; the names are the notebook's, with `maintenance` in
its usual spelling. Only the throttle varies between runs.
"""

import csv
from pathlib import Path

MONTHS = 120

VARIABLES = (
    "reserve",
    "circulation",
    "size",
    "saturation",
    "production",
    "utility",
    "price",
    "netflow",
    "adjustment",
)
PRICE = VARIABLES.index("price")

PARAMETERS = {
    "throttle": 0.008,
    "outflow_boundary": 0.05,
    "target_reserve_ratio": 0.2,
    "valuation_ratio": 2.0,
    "productivity": 1.5,
    "maintenance": 0.1,
    "growth": 0.0,
}

INITIAL = {
    "reserve": 7473.0,
    "circulation": 18765.0,
    "size": 5318016.0,
    "saturation": 0.0,
    "production": 0.0,
    "utility": 0.0,
    "price": 1.0,
    "netflow": 0.0,
    "adjustment": 0.0,
}

FINAL_PRICE = 22883.344916810125
TOLERANCE = 1e-9

REFERENCE = Path(__file__).resolve().parents[2] / "testdata" / "te-hive-economy" / "default.csv"


def throttles(seed, runs):
    """Throttles of a sample in [0.002, 0.018); each seed has others. The Rust peer computes the same floats."""
    points = (seed * 0.7548776662466927 + run * 0.6180339887498949 for run in range(runs))
    return [0.002 + 0.016 * (point - int(point)) for point in points]


def reference_rows():
    """The 121 rows of the published run, nine variables each."""
    with REFERENCE.open(newline="") as file:
        return [[float(row[name]) for name in VARIABLES] for row in csv.DictReader(file)]


def agrees(value, expected):
    """Whether a value is the expected one to 1e-9 relative; a zero must be met exactly."""
    return abs(value - expected) <= TOLERANCE * abs(expected)
