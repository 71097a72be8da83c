"""numpy over runs: a chunk of runs is an array, every operation writes where it is told (`out`), nothing is allocated
in a step, and the chunk is as wide as is fastest on the machine.
"""

import numpy as np

from economy import INITIAL, MONTHS, PARAMETERS, PRICE, VARIABLES

WIDTHS = (1024, 2048, 4096, 8192, 16384, 32768)

# Constants as arrays without dimensions: numpy turns a Python float into one at every call, at twice the call's price.
HALF, ONE, SIX, TEN, TWELVE = (np.array(value) for value in (0.5, 1.0, 6.0, 10.0, 12.0))
OUTFLOW_BOUNDARY = np.array(PARAMETERS["outflow_boundary"])
TARGET = np.array(PARAMETERS["target_reserve_ratio"])
VALUATION_RATIO = np.array(PARAMETERS["valuation_ratio"])
PRODUCTIVITY = np.array(PARAMETERS["productivity"])
WORN = np.array(1.0 - PARAMETERS["maintenance"])
GROWN = np.array(1.0 + PARAMETERS["growth"])


def month(old, new, bound, low, spendable, supply, t):
    """One month of a chunk: rows `old` are read, rows `new` are written, the last three are scratch."""
    reserve, circulation, size, saturation, production, _, price, _, _ = old
    reserve_, circulation_, size_, saturation_, production_, utility_, price_, netflow_, adjustment_ = new
    add, subtract, multiply, divide, reciprocal = np.add, np.subtract, np.multiply, np.divide, np.reciprocal

    multiply(reserve, OUTFLOW_BOUNDARY, spendable)
    add(saturation, ONE, t)
    divide(spendable, t, t)
    multiply(size, saturation, netflow_)
    divide(netflow_, price, netflow_)
    subtract(netflow_, t, netflow_)
    add(reserve, netflow_, reserve_)
    subtract(circulation, netflow_, circulation_)
    add(reserve_, circulation_, supply)
    divide(reserve_, supply, t)
    divide(t, TARGET, t)
    subtract(ONE, t, t)
    divide(t, TWELVE, t)
    np.maximum(t, low, out=t)
    np.minimum(t, bound, out=t)
    multiply(t, supply, adjustment_)
    add(reserve_, adjustment_, reserve_)

    np.square(saturation, t)
    add(t, ONE, t)
    divide(spendable, t, t)
    multiply(t, PRODUCTIVITY, t)
    multiply(t, price, t)
    multiply(production, WORN, production_)
    add(production_, t, production_)
    add(production_, size, t)
    multiply(production_, TEN, utility_)
    divide(utility_, t, utility_)

    add(circulation, reserve, t)
    divide(size, t, price_)
    divide(circulation, t, t)
    np.square(t, t)
    np.maximum(saturation, HALF, out=supply)
    divide(VALUATION_RATIO, supply, supply)
    multiply(price_, supply, price_)
    reciprocal(t, t)
    multiply(price_, t, price_)

    subtract(SIX, utility_, t)
    np.exp(t, t)
    add(t, ONE, t)
    reciprocal(t, saturation_)
    multiply(size, GROWN, size_)


def begin(rows):
    """Sets the initial state."""
    for row, name in zip(rows, VARIABLES):
        row.fill(INITIAL[name])


class Chunked:
    """What both kinds of output share: chunks of a width, and their scratch."""

    widths = WIDTHS

    def __init__(self):
        self.set_width(1024)

    def set_width(self, width):
        self.width = width
        self.scratch = np.empty((5, width))

    def prepare(self, throttles):
        return np.array(throttles)

    def bounds(self, throttles, first):
        """The chunk that starts at `first`: its throttles as bounds (0 is none) and its scratch."""
        part = throttles[first : first + self.width]
        bound, low, *rest = (row[: len(part)] for row in self.scratch)
        bound[:] = part
        bound[part == 0.0] = np.inf
        np.negative(bound, low)
        return len(part), bound, low, *rest


class Finals(Chunked):
    """The last state of every run: an array of nine rows."""

    def set_width(self, width):
        super().set_width(width)
        self.blocks = np.empty((2, len(VARIABLES), width))

    def run(self, throttles):
        result = np.empty((len(VARIABLES), len(throttles)))
        for first in range(0, len(throttles), self.width):
            count, *scratch = self.bounds(throttles, first)
            old, new = ([row[:count] for row in block] for block in self.blocks)
            begin(old)
            for _ in range(MONTHS):
                month(old, new, *scratch)
                old, new = new, old
            for row, final in zip(result, old):
                row[first : first + count] = final
        return result

    def prices(self, result):
        return result[PRICE]

    def rows(self, result):
        return [result[:, 0].tolist()]


class Kept(Chunked):
    """Every state of every run, [chunk, month, variable, run]: each month is computed in the place where it stays."""

    widths = WIDTHS[:4]

    def __init__(self, fresh):
        self.fresh = fresh
        self.block = np.empty(0)
        super().__init__()

    def memory(self, runs):
        """Memory for the result: new for every sample, or the last sample's again, its pages mapped already."""
        shape = (-(-runs // self.width), MONTHS + 1, len(VARIABLES), self.width)
        if self.fresh:
            return np.empty(shape)
        if self.block.shape != shape:
            self.block = np.empty(shape)
        return self.block

    def run(self, throttles):
        result = self.memory(len(throttles))
        for chunk, block in enumerate(result):
            count, *scratch = self.bounds(throttles, chunk * self.width)
            old = list(block[0, :, :count])
            begin(old)
            for step in range(1, MONTHS + 1):
                new = list(block[step, :, :count])
                month(old, new, *scratch)
                old = new
        return len(throttles), result

    def prices(self, result):
        runs, blocks = result
        return blocks[:, MONTHS, PRICE, :].reshape(-1)[:runs]

    def rows(self, result):
        return result[1][0, :, :, 0].tolist()


FORMS = {"finals": Finals(), "kept": Kept(fresh=True), "kept, memory reused": Kept(fresh=False)}


def version():
    return np.__version__
