"""Who is measured, with how many runs a sample, against which form of tecmns; and what the project promises."""

from dataclasses import dataclass, field

FINALS, KEPT, SINGLE = "finals", "kept", "single"
EVERYTHING = (FINALS, KEPT)


@dataclass
class Entry:
    """A row of the table."""

    label: str
    environment: str
    module: str
    form: str
    runs: int
    against: tuple
    returns: str
    samples: list = field(default_factory=list)
    ratios: dict = field(default_factory=dict)
    first_call: float = 0.0
    widths: dict = field(default_factory=dict)
    trouble: str = ""


VECTOR_RUNS, KEPT_RUNS = 32768, 4096

ROWS = "every row, a dict each"
LAST = "nine finals a run"
ALL = "nine variables, 121 rows a run"

CADCAD = "cadCAD, numpy exp (as published)"
CADCAD_MATH = "cadCAD, math.exp"
RADCAD = "radCAD, copies off, numpy exp (as published)"
RADCAD_MATH = "radCAD, copies off, math.exp"
NUMPY_FINALS = "numpy over runs, finals"
NUMPY_KEPT = "numpy over runs, all kept"
NUMPY_REUSED = "numpy over runs, all kept in memory used before"


def tecmns():
    """tecmns itself: the three forms that peers are held against, and one more."""
    make = lambda label, form, runs, returns: Entry(label, "cargo", "tecmns", form, runs, (), returns)  # noqa: E731
    return [
        make("tecmns, finals", FINALS, VECTOR_RUNS, LAST + ", throttle, indices"),
        make("tecmns, all kept", KEPT, KEPT_RUNS, ALL + ", throttle, indices"),
        make("tecmns, all kept, twelve metrics", "kept, twelve metrics", KEPT_RUNS, "twelve metrics, 121 rows a run, throttle, indices"),
        make("tecmns, single runs", SINGLE, 500, ALL + ", indices"),
    ]


def peers():
    """The others, slowest first."""
    engines = lambda label, module, form, runs, against: Entry(label, "engines", module, form, runs, against, ROWS)  # noqa: E731
    arrays = lambda label, module, form, runs, against, returns: Entry(label, "arrays", module, form, runs, against, returns)  # noqa: E731
    return [
        engines("radCAD, default, numpy exp (as published)", "radcad_economy", "default, numpy exp", 6, EVERYTHING),
        engines("radCAD, default, math.exp", "radcad_economy", "default", 24, EVERYTHING),
        engines(CADCAD, "cadcad_economy", "numpy exp", 32, EVERYTHING),
        engines(CADCAD_MATH, "cadcad_economy", "math exp", 32, EVERYTHING),
        engines("cadCAD, copies off, math.exp", "cadcad_economy", "copies off", 32, EVERYTHING),
        engines("cadCAD, single runs, math.exp", "cadcad_economy", "single", 16, (SINGLE,)),
        engines(RADCAD, "radcad_economy", "copies off, numpy exp", 128, EVERYTHING),
        engines(RADCAD_MATH, "radcad_economy", "copies off", 128, EVERYTHING),
        engines("radCAD, single runs, copies off, math.exp", "radcad_economy", "single", 64, (SINGLE,)),
        Entry("plain Python, finals", "plain", "plain_economy", "finals", 2048, (FINALS,), LAST),
        Entry("plain Python, all kept", "plain", "plain_economy", "kept", 1024, (KEPT, SINGLE), ALL + ", a tuple each"),
        arrays(NUMPY_FINALS, "numpy_economy", "finals", VECTOR_RUNS, (FINALS,), LAST),
        arrays(NUMPY_KEPT, "numpy_economy", "kept", KEPT_RUNS, (KEPT,), ALL),
        arrays(NUMPY_REUSED, "numpy_economy", "kept, memory reused", KEPT_RUNS, (KEPT,), ALL),
        arrays("JAX, finals", "jax_economy", "finals", VECTOR_RUNS, (FINALS,), LAST),
        arrays("JAX, all kept", "jax_economy", "kept", KEPT_RUNS, (KEPT,), "nine variables, 120 rows a run"),
        arrays("numba, run by run, finals", "numba_economy", "finals, run by run", VECTOR_RUNS, (FINALS,), LAST),
        arrays("numba, chunks and own exp, finals", "numba_economy", "finals, chunks", VECTOR_RUNS, (FINALS,), LAST),
        arrays("numba, run by run, finals, fastmath", "numba_economy", "finals, run by run, fastmath", VECTOR_RUNS, (FINALS,), LAST),
        arrays("numba, chunks and own exp, finals, fastmath", "numba_economy", "finals, chunks, fastmath", VECTOR_RUNS, (FINALS,), LAST),
        arrays("numba, chunks and own exp, all kept", "numba_economy", "kept, chunks", KEPT_RUNS, (KEPT,), ALL),
        arrays("numba, single runs", "numba_economy", "single", 2000, (SINGLE,), ALL),
    ]


# What is promised: the peer's time per step is at least so many times that of tecmns with the same output.
PROMISES = (
    (FINALS, CADCAD, 10_000),
    (FINALS, CADCAD_MATH, 10_000),
    (FINALS, RADCAD, 3_000),
    (FINALS, RADCAD_MATH, 3_000),
    (FINALS, NUMPY_FINALS, 6),
    (KEPT, CADCAD, 5_000),
    (KEPT, CADCAD_MATH, 5_000),
    (KEPT, NUMPY_KEPT, 5),
    (KEPT, NUMPY_REUSED, 5),
)
