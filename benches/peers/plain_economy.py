"""Plain Python: one loop over local variables, `math.exp`, nothing imported beside it."""

from math import exp, inf

from economy import INITIAL, MONTHS, PARAMETERS, VARIABLES


def months(throttle, kept=None):
    """The state after 120 months; every month's is appended to `kept` where that is given."""
    outflow_boundary = PARAMETERS["outflow_boundary"]
    target = PARAMETERS["target_reserve_ratio"]
    valuation_ratio = PARAMETERS["valuation_ratio"]
    productivity = PARAMETERS["productivity"]
    worn = 1.0 - PARAMETERS["maintenance"]
    grown = 1.0 + PARAMETERS["growth"]
    bound = throttle if throttle != 0.0 else inf
    state = tuple(INITIAL[name] for name in VARIABLES)
    reserve, circulation, size, saturation, production, utility, price, netflow, adjustment = state
    if kept is not None:
        kept.append(state)
    for _ in range(MONTHS):
        spendable = reserve * outflow_boundary
        netflow = size * saturation / price - spendable / (saturation + 1.0)
        after_flow = reserve + netflow
        circulating = circulation - netflow
        supply = after_flow + circulating
        error = (1.0 - after_flow / supply / target) / 12.0
        if error < -bound:
            error = -bound
        elif error > bound:
            error = bound
        adjustment = error * supply

        spent = spendable / (1.0 + saturation * saturation)
        production = production * worn + spent * productivity * price
        utility = 10.0 * production / (production + size)

        total = circulation + reserve
        share = circulation / total
        price = size / total * (valuation_ratio / (saturation if saturation > 0.5 else 0.5)) * (1.0 / (share * share))
        saturation = 1.0 / (1.0 + exp(6.0 - utility))
        size = size * grown
        reserve = after_flow + adjustment
        circulation = circulating
        if kept is not None:
            kept.append(
                (reserve, circulation, size, saturation, production, utility, price, netflow, adjustment)
            )
    return reserve, circulation, size, saturation, production, utility, price, netflow, adjustment


class Finals:
    """The last state of every run."""

    def prepare(self, throttles):
        return throttles

    def run(self, throttles):
        return [months(throttle) for throttle in throttles]

    def prices(self, result):
        return [state[VARIABLES.index("price")] for state in result]

    def rows(self, result):
        return [list(result[0])]


class Kept:
    """Every state of every run, a list of tuples for each run."""

    def prepare(self, throttles):
        return throttles

    def run(self, throttles):
        result = []
        for throttle in throttles:
            kept = []
            months(throttle, kept)
            result.append(kept)
        return result

    def prices(self, result):
        return [kept[-1][VARIABLES.index("price")] for kept in result]

    def rows(self, result):
        return [list(state) for state in result[0]]


FORMS = {"finals": Finals(), "kept": Kept()}


def version():
    import platform

    return platform.python_version()
