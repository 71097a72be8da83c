"""Who is measured, with how many runs a sample, against which form of tecmns; and what the project promises."""

from dataclasses import dataclass, field

FINALS, KEPT, STREAMED, SINGLE = "finals", "kept", "streamed", "single"


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


# Runs of a sample: enough that whoever is fastest takes some hundredths of a second.
VECTOR_RUNS, KEPT_RUNS = 65536, 8192

CADCAD = "cadCAD, numpy exp (as published)"
CADCAD_MATH = "cadCAD, math.exp"
RADCAD = "radCAD, copies off, numpy exp (as published)"
RADCAD_MATH = "radCAD, copies off, math.exp"
NUMPY_FINALS = "numpy over runs, finals"
NUMPY_KEPT = "numpy over runs, all kept"
NUMPY_REUSED = "numpy over runs, all kept in memory used before"

LAST = "nine finals a run"
ALL = "nine variables, 121 rows a run"
TWELVE = "kept, twelve metrics"


def tecmns():
    """tecmns itself: the four forms that peers are held against, and one more."""

    def row(label, form, runs, returns):
        return Entry(f"tecmns, {label}", "cargo", "tecmns", form, runs, (), returns)

    return [
        row("finals", FINALS, VECTOR_RUNS, f"{LAST}, throttle, indices"),
        row("all kept", KEPT, KEPT_RUNS, f"{ALL}, throttle, indices"),
        row("all kept, twelve metrics", TWELVE, KEPT_RUNS, "twelve metrics, 121 rows a run, throttle, indices"),
        row("all handed on", STREAMED, KEPT_RUNS, f"{ALL}, throttle, indices; a block at a time"),
        row("single runs", SINGLE, 500, f"{ALL}, indices"),
    ]


def engines():
    """The two that run a model as it is written for them."""

    def row(label, module, form, runs, against=(FINALS, KEPT, STREAMED)):
        return Entry(label, "engines", module, form, runs, against, "every row, a dict each")

    cadcad, radcad = "cadcad_economy", "radcad_economy"
    return [
        row("radCAD, default, numpy exp (as published)", radcad, "default, numpy exp", 6),
        row("radCAD, default, math.exp", radcad, "default", 24),
        row(CADCAD, cadcad, "numpy exp", 32),
        row(CADCAD_MATH, cadcad, "math exp", 32),
        row("cadCAD, copies off, math.exp", cadcad, "copies off", 32),
        row("cadCAD, single runs, math.exp", cadcad, "single", 16, (SINGLE,)),
        row(RADCAD, radcad, "copies off, numpy exp", 128),
        row(RADCAD_MATH, radcad, "copies off", 128),
        row("radCAD, single runs, copies off, math.exp", radcad, "single", 64, (SINGLE,)),
    ]


def plain():
    """Python with nothing."""

    def row(label, form, runs, against, returns):
        return Entry(f"plain Python, {label}", "plain", "plain_economy", form, runs, against, returns)

    return [
        row("finals", "finals", 2048, (FINALS,), LAST),
        row("all kept", "kept", 1024, (KEPT, STREAMED, SINGLE), f"{ALL}, a tuple each"),
    ]


def arrays():
    """The model written anew for many runs at once."""

    def row(label, library, form, kind, returns=None):
        runs = {FINALS: VECTOR_RUNS, KEPT: KEPT_RUNS, SINGLE: 2000}[kind]
        returns = returns or (LAST if kind == FINALS else ALL)
        against = (KEPT, STREAMED) if kind == KEPT else (kind,)
        return Entry(label, "arrays", f"{library}_economy", form, runs, against, returns)

    return [
        row(NUMPY_FINALS, "numpy", "finals", FINALS),
        row(NUMPY_KEPT, "numpy", "kept", KEPT),
        row(NUMPY_REUSED, "numpy", "kept, memory reused", KEPT),
        row("JAX, finals", "jax", "finals", FINALS),
        row("JAX, all kept", "jax", "kept", KEPT, "nine variables, 120 rows a run"),
        row("numba, run by run, finals", "numba", "finals, run by run", FINALS),
        row("numba, run by run, finals, fastmath", "numba", "finals, run by run, fastmath", FINALS),
        row("numba, chunks and own exp, finals", "numba", "finals, chunks", FINALS),
        row("numba, chunks and own exp, finals, fastmath", "numba", "finals, chunks, fastmath", FINALS),
        row("numba, chunks and own exp, all kept", "numba", "kept, chunks", KEPT),
        row("numba, single runs", "numba", "single", SINGLE),
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
    (STREAMED, CADCAD, 5_000),
    (STREAMED, CADCAD_MATH, 5_000),
    (STREAMED, NUMPY_REUSED, 5),
)
