"""JAX on the processor: a chunk of runs in 64-bit floats, the months in a compiled `fori_loop` (finals) or `scan`
(everything kept). One compilation for each width of chunk.
"""

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
from jax import lax  # noqa: E402

from economy import INITIAL, MONTHS, PARAMETERS, PRICE, VARIABLES  # noqa: E402

P = PARAMETERS


def month(bound, state):
    """One month of a chunk."""
    reserve, circulation, size, saturation, production, _, price, _, _ = state
    spendable = reserve * P["outflow_boundary"]
    netflow = size * saturation / price - spendable / (saturation + 1.0)
    after_flow = reserve + netflow
    circulating = circulation - netflow
    supply = after_flow + circulating
    error = (1.0 - after_flow / supply / P["target_reserve_ratio"]) / 12.0
    adjustment = jnp.minimum(jnp.maximum(error, -bound), bound) * supply

    spent = spendable / (1.0 + saturation * saturation)
    production = production * (1.0 - P["maintenance"]) + spent * P["productivity"] * price
    utility = 10.0 * production / (production + size)

    total = circulation + reserve
    share = circulation / total
    valuation = P["valuation_ratio"] / jnp.maximum(saturation, 0.5)
    price = size / total * valuation * (1.0 / (share * share))
    saturation = 1.0 / (1.0 + jnp.exp(6.0 - utility))
    size = size * (1.0 + P["growth"])
    return after_flow + adjustment, circulating, size, saturation, production, utility, price, netflow, adjustment


def start(bound):
    return tuple(jnp.full_like(bound, INITIAL[name]) for name in VARIABLES)


@jax.jit
def finals(bound):
    return lax.fori_loop(0, MONTHS, lambda _, state: month(bound, state), start(bound))


@jax.jit
def kept(bound):
    def keep(state, _):
        after = month(bound, state)
        return after, after

    return lax.scan(keep, start(bound), None, length=MONTHS)[1]


class Chunked:
    """The months of every chunk, by one of the two loops above."""

    widths = (1024, 2048, 4096, 8192, 16384, 32768)

    def __init__(self, months):
        self.months = months
        self.set_width(4096)

    def set_width(self, width):
        self.width = width

    def prepare(self, throttles):
        bounds = np.full(-(-len(throttles) // self.width) * self.width, np.inf)
        bounds[: len(throttles)] = throttles
        bounds[bounds == 0.0] = np.inf
        chunks = [jnp.asarray(part) for part in bounds.reshape(-1, self.width)]
        return len(throttles), jax.block_until_ready(chunks)

    def run(self, job):
        runs, chunks = job
        return runs, jax.block_until_ready([self.months(chunk) for chunk in chunks])


class Finals(Chunked):
    """The last state of every run."""

    def __init__(self):
        super().__init__(finals)

    def prices(self, result):
        runs, chunks = result
        return np.concatenate([chunk[PRICE] for chunk in chunks])[:runs]

    def rows(self, result):
        return [[float(values[0]) for values in result[1][0]]]


class Kept(Chunked):
    """Every state of every run but the initial one: for each chunk and variable an array [month, run]."""

    widths = (256, 512, 1024, 2048, 4096)

    def __init__(self):
        super().__init__(kept)

    def prices(self, result):
        runs, chunks = result
        return np.concatenate([chunk[PRICE][-1] for chunk in chunks])[:runs]

    def rows(self, result):
        months = [np.asarray(values)[:, 0].tolist() for values in result[1][0]]
        return [[INITIAL[name] for name in VARIABLES]] + [list(row) for row in zip(*months)]


FORMS = {"finals": Finals(), "kept": Kept()}


def version():
    return jax.__version__
