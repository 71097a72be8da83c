"""numba, one thread: a loop over runs one after the other, and a loop over months with a chunk of runs inside.

Division follows numpy's rules (`error_model="numpy"`): Python's check for zero would keep every loop scalar. fastmath
is off but in the rows that say so. The wheels of numba have no vector `exp`, and a call to the C library's keeps the
inner loop scalar; so the chunked form brings an `exp` of its own (Cody and Waite's reduction, a polynomial) that LLVM
can vectorise. It is compiled without fastmath everywhere: its reduction lives from the order of operations.
"""

import math

import numba
import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from economy import INITIAL, MONTHS, PARAMETERS, PRICE, VARIABLES

OUTFLOW_BOUNDARY = PARAMETERS["outflow_boundary"]
TARGET = PARAMETERS["target_reserve_ratio"]
VALUATION_RATIO = PARAMETERS["valuation_ratio"]
PRODUCTIVITY = PARAMETERS["productivity"]
WORN = 1.0 - PARAMETERS["maintenance"]
GROWN = 1.0 + PARAMETERS["growth"]
START = np.array([INITIAL[name] for name in VARIABLES])

WIDTHS = (64, 128, 256, 512, 1024, 2048, 4096)

LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
ROUNDER = 6755399441055744.0
FACTORIALS = tuple(1.0 / math.factorial(n) for n in range(14))


@intrinsic
def bits_of(context, value):
    """The 64 bits of a float."""

    def generate(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), generate


@intrinsic
def float_of(context, bits):
    """The float of 64 bits."""

    def generate(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), generate


@njit(error_model="numpy")
def own_exp(x):
    """exp(x) for |x| < 700, from additions, multiplications and a shift."""
    shifted = x * LOG2_E + ROUNDER
    whole = shifted - ROUNDER
    r = (x - whole * LN2_HIGH) - whole * LN2_LOW
    c = FACTORIALS
    p = c[13]
    p = p * r + c[12]
    p = p * r + c[11]
    p = p * r + c[10]
    p = p * r + c[9]
    p = p * r + c[8]
    p = p * r + c[7]
    p = p * r + c[6]
    p = p * r + c[5]
    p = p * r + c[4]
    p = p * r + c[3]
    p = p * r + c[2]
    p = (p * r + 1.0) * r + 1.0
    return float_of(bits_of(p) + (bits_of(shifted) << 52))


def month_with(exp, fastmath):
    """One month of one run."""

    @njit(inline="always", error_model="numpy", fastmath=fastmath)
    def month(bound, reserve, circulation, size, saturation, production, price):
        spendable = reserve * OUTFLOW_BOUNDARY
        netflow = size * saturation / price - spendable / (saturation + 1.0)
        after_flow = reserve + netflow
        circulating = circulation - netflow
        supply = after_flow + circulating
        error = (1.0 - after_flow / supply / TARGET) / 12.0
        error = error if error > -bound else -bound
        error = error if error < bound else bound
        adjustment = error * supply

        spent = spendable / (1.0 + saturation * saturation)
        production = production * WORN + spent * PRODUCTIVITY * price
        utility = 10.0 * production / (production + size)

        total = circulation + reserve
        share = circulation / total
        floored = saturation if saturation > 0.5 else 0.5
        price = size / total * (VALUATION_RATIO / floored) * (1.0 / (share * share))
        saturation = 1.0 / (1.0 + exp(6.0 - utility))
        return (
            after_flow + adjustment,
            circulating,
            size * GROWN,
            saturation,
            production,
            utility,
            price,
            netflow,
            adjustment,
        )

    return month


def one_by_one(fastmath):
    """Runs one after the other, finals and everything."""
    month = month_with(math.exp, fastmath)

    @njit(error_model="numpy", fastmath=fastmath)
    def finals(throttles, out):
        for run in range(throttles.shape[0]):
            bound = throttles[run] if throttles[run] != 0.0 else np.inf
            s = (START[0], START[1], START[2], START[3], START[4], START[5], START[6], START[7], START[8])
            for _ in range(MONTHS):
                s = month(bound, s[0], s[1], s[2], s[3], s[4], s[6])
            out[run] = s

    @njit(error_model="numpy", fastmath=fastmath)
    def kept(throttles, out):
        for run in range(throttles.shape[0]):
            bound = throttles[run] if throttles[run] != 0.0 else np.inf
            s = (START[0], START[1], START[2], START[3], START[4], START[5], START[6], START[7], START[8])
            out[run, 0] = s
            for step in range(1, MONTHS + 1):
                s = month(bound, s[0], s[1], s[2], s[3], s[4], s[6])
                out[run, step] = s

    return finals, kept


def chunked(fastmath):
    """A month of a whole chunk: the loop that LLVM vectorises."""
    month = month_with(own_exp, fastmath)

    @njit(error_model="numpy", fastmath=fastmath)
    def step(old, new, bounds, count):
        for run in range(count):
            s = month(bounds[run], old[0, run], old[1, run], old[2, run], old[3, run], old[4, run], old[6, run])
            (
                new[0, run],
                new[1, run],
                new[2, run],
                new[3, run],
                new[4, run],
                new[5, run],
                new[6, run],
                new[7, run],
                new[8, run],
            ) = s

    @njit(error_model="numpy")
    def begin(block, count):
        for variable in range(START.shape[0]):
            block[variable, :count] = START[variable]

    @njit(error_model="numpy", fastmath=fastmath)
    def finals(bounds, width, old, new, out):
        runs = bounds.shape[0]
        for first in range(0, runs, width):
            count = min(width, runs - first)
            begin(old, count)
            for _ in range(MONTHS):
                step(old, new, bounds[first:], count)
                old, new = new, old
            out[:, first : first + count] = old[:, :count]

    @njit(error_model="numpy", fastmath=fastmath)
    def kept(bounds, width, out):
        runs = bounds.shape[0]
        for chunk in range(out.shape[0]):
            first = chunk * width
            count = min(width, runs - first)
            begin(out[chunk, 0], count)
            for month in range(1, MONTHS + 1):
                step(out[chunk, month - 1], out[chunk, month], bounds[first:], count)

    return finals, kept


class Finals:
    """The last state of every run, runs one after the other."""

    def __init__(self, fastmath=False):
        self.finals, _ = one_by_one(fastmath)

    def prepare(self, throttles):
        return np.array(throttles)

    def run(self, throttles):
        out = np.empty((len(throttles), len(VARIABLES)))
        self.finals(throttles, out)
        return out

    def prices(self, result):
        return result[:, PRICE]

    def rows(self, result):
        return [result[0].tolist()]


class Single:
    """Every state of a run, one call for each throttle."""

    def __init__(self):
        _, self.kept = one_by_one(False)

    def prepare(self, throttles):
        return [np.array([throttle]) for throttle in throttles]

    def run(self, parts):
        result = []
        for part in parts:
            out = np.empty((1, MONTHS + 1, len(VARIABLES)))
            self.kept(part, out)
            result.append(out)
        return result

    def prices(self, result):
        return [out[0, MONTHS, PRICE] for out in result]

    def rows(self, result):
        return result[0][0].tolist()


class ChunkedFinals:
    """The last state of every run, chunk by chunk."""

    widths = WIDTHS

    def __init__(self, fastmath=False):
        self.finals, self.kept = chunked(fastmath)
        self.set_width(256)

    def set_width(self, width):
        self.width = width
        self.blocks = np.empty((2, len(VARIABLES), width))

    def prepare(self, throttles):
        bounds = np.array(throttles)
        bounds[bounds == 0.0] = np.inf
        return bounds

    def run(self, bounds):
        out = np.empty((len(VARIABLES), len(bounds)))
        self.finals(bounds, self.width, self.blocks[0], self.blocks[1], out)
        return out

    def prices(self, result):
        return result[PRICE]

    def rows(self, result):
        return [result[:, 0].tolist()]


class ChunkedKept(ChunkedFinals):
    """Every state of every run, [chunk, month, variable, run]."""

    def run(self, bounds):
        out = np.empty((-(-len(bounds) // self.width), MONTHS + 1, len(VARIABLES), self.width))
        self.kept(bounds, self.width, out)
        return len(bounds), out

    def prices(self, result):
        runs, blocks = result
        return blocks[:, MONTHS, PRICE, :].reshape(-1)[:runs]

    def rows(self, result):
        return result[1][0, :, :, 0].tolist()


FORMS = {
    "finals, run by run": Finals(),
    "finals, chunks": ChunkedFinals(),
    "finals, run by run, fastmath": Finals(fastmath=True),
    "finals, chunks, fastmath": ChunkedFinals(fastmath=True),
    "kept, chunks": ChunkedKept(),
    "single": Single(),
}


def version():
    return numba.__version__
