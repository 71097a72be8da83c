"""Reference rows and vectors of te-amm: `python3 reference.py` writes them beside itself.

Real arithmetic with 60 digits (mpmath) and the equations as the sources have them, without the rearrangements of the crate:
nothing here is taken from its code. Needs mpmath and numpy.
"""

import csv
import json
import math
import random
from pathlib import Path

import numpy
from mpmath import mp, mpf, sqrt

mp.dps = 60
HERE = Path(__file__).parent


def text(x):
    """25 digits, or nothing."""
    if x is None:
        return ""
    return str(x) if isinstance(x, int) else mp.nstr(mpf(x), 25, strip_zeros=True)


def rows(name, header, columns, table):
    with open(HERE / f"{name}.csv", "w", newline="") as file:
        for key, value in header.items():
            file.write(f"# {key} = {value}\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["timestep", *columns])
        for timestep, row in enumerate(table):
            writer.writerow([timestep, *(text(row.get(column)) for column in columns)])


# Constant product -------------------------------------------------------------------------------------------------------


def swap(x, y, dx, fee):
    """Uniswap v2 Core, section 3.2.1: (x + g*dx)*(y - dy) = x*y."""
    return y - x * y / (x + (1 - fee) * dx)


def pool(base, quote, fee, orders, depth):
    """Ten steps: a base order, a quote order, then arbitrage to the external price.

    The gain over rebalancing is not summed over trades. It is the value of the pool, less its value at the start, less what its holdings
    gained from each move of the external price (Milionis and others, arXiv:2208.06046, the definition).
    """
    base, quote, fee = mpf(base), mpf(quote), mpf(fee)
    volume = fees = total = rebalancing = mpf(0)
    trades = 0
    start = last_price = None
    zero = dict.fromkeys(["base_out", "quote_out", "volume", "arbitrage_profit", "arbitrage_total", "fees"], 0)

    def shown(**more):
        row = dict(base=base, quote=quote, price=quote / base, fee=fee, trades=trades, **more)
        if depth:
            row["depth"] = sqrt(base * quote)
        return row

    table = [shown(versus_rebalancing=0, **zero)]
    for base_in, quote_in, external in orders:
        base_in, quote_in, external = mpf(base_in), mpf(quote_in), mpf(external)
        volume = profit = quote_out = base_out = mpf(0)
        if start is None:
            start, last_price = base * external + quote, external
        rebalancing += base * (external - last_price)
        last_price = external
        if base_in:
            worth = base_in * quote / base
            quote_out = swap(base, quote, base_in, fee)
            base, quote = base + base_in, quote - quote_out
            volume, fees, trades = volume + worth, fees + fee * worth, trades + 1
        if quote_in:
            base_out = swap(quote, base, quote_in, fee)
            base, quote = base - base_out, quote + quote_in
            volume, fees, trades = volume + quote_in, fees + fee * quote_in, trades + 1
        g, k, price = 1 - fee, base * quote, quote / base
        if price < g * external:
            given = (sqrt(k * g * external) - quote) / g
            taken = swap(quote, base, given, fee)
            profit = taken * external - given
            base, quote = base - taken, quote + given
            volume, fees, trades = volume + given, fees + fee * given, trades + 1
        elif price * g > external:
            given = (sqrt(k * g / external) - base) / g
            taken = swap(base, quote, given, fee)
            profit = taken - given * external
            base, quote = base + given, quote - taken
            volume, fees, trades = volume + given * price, fees + fee * given * price, trades + 1
        total += profit
        row = shown(
            base_out=base_out,
            quote_out=quote_out,
            volume=volume,
            arbitrage_profit=profit,
            arbitrage_total=total,
            fees=fees,
            versus_rebalancing=base * external + quote - start - rebalancing,
        )
        row.update({"in.base_in": base_in, "in.quote_in": quote_in, "in.external_price": external})
        table.append(row)
    return table


ORDERS = [
    ("5", "0", "2"), ("0", "12.5", "2.1"), ("3.25", "40", "2.05"), ("0", "0", "1.9"), ("0", "0", "1.9"),
    ("120", "1", "1.5"), ("0", "900", "3"), ("0.001", "0.002", "3.001"), ("50", "0", "2.5"), ("7", "11", "2.75"),
]
POOL = ["base", "quote", "depth", "price", "fee", "base_out", "quote_out", "volume", "arbitrage_profit", "arbitrage_total",
        "fees", "versus_rebalancing", "trades"]
INPUTS = ["in.base_in", "in.quote_in", "in.external_price"]
SOURCE = '"Uniswap v2 Core (2020); Angeris and others, arXiv:1911.03380; Milionis and others, arXiv:2208.06046; reference.py, 60 digits"'


def weighted_swap(x, y, wx, wy, dx, fee):
    """Balancer whitepaper (2019): x^wx * y^wy is kept by the input less its fee."""
    return y * (1 - (x / (x + (1 - fee) * dx)) ** (wx / wy))


def best_input(x, y, wx, wy, fee, worth):
    """Where a further unit of input, worth `worth` outputs, buys no more than it is worth: by the derivative of the swap."""
    g = 1 - fee

    def gain(dx):
        return y * wx / wy * g / x * (x / (x + g * dx)) ** (wx / wy + 1) - worth

    if gain(mpf(0)) <= 0:
        return mpf(0)
    low, high = mpf(0), x
    while gain(high) > 0:
        high *= 2
    for _ in range(250):
        middle = (low + high) / 2
        low, high = (middle, high) if gain(middle) > 0 else (low, middle)
    return low


def weighted_pool(base, quote, weights, ramp, fee, orders):
    """Ten steps: the weights, a base order, a quote order, then arbitrage to the external price; accounts as of `pool`."""
    base, quote, fee = mpf(base), mpf(quote), mpf(fee)
    held = base, quote
    (first, last), (ramp_start, ramp_steps) = map(mpf, weights), map(mpf, ramp)
    fees = total = rebalancing = mpf(0)
    trades = 0
    start = last_price = None

    def shown(w, **more):
        return dict(base=base, quote=quote, price=(quote / (1 - w)) / (base / w), fee=fee, weight=w,
                    invariant=base**w * quote ** (1 - w), trades=trades, unfilled=0, **more)

    nothing = ["base_out", "quote_out", "volume", "arbitrage_profit", "arbitrage_total", "fees", "hold_value", "loss",
               "versus_rebalancing"]
    table = [shown(first, **dict.fromkeys(nothing, 0))]
    for step, (base_in, quote_in, external) in enumerate(orders, 1):
        base_in, quote_in, external = mpf(base_in), mpf(quote_in), mpf(external)
        part = min(max((step - ramp_start) / ramp_steps, 0), 1)
        w = first + (last - first) * part
        volume = profit = quote_out = base_out = mpf(0)
        if start is None:
            start, last_price = base * external + quote, external
        rebalancing += base * (external - last_price)
        last_price = external

        def price():
            return (quote / (1 - w)) / (base / w)

        def book(worth):
            nonlocal volume, fees, trades
            volume, fees, trades = volume + worth, fees + fee * worth, trades + 1

        if base_in:
            worth = base_in * price()
            quote_out = weighted_swap(base, quote, w, 1 - w, base_in, fee)
            base, quote = base + base_in, quote - quote_out
            book(worth)
        if quote_in:
            base_out = weighted_swap(quote, base, 1 - w, w, quote_in, fee)
            base, quote = base - base_out, quote + quote_in
            book(quote_in)
        given = best_input(quote, base, 1 - w, w, fee, 1 / external)
        if given:
            taken = weighted_swap(quote, base, 1 - w, w, given, fee)
            profit = taken * external - given
            base, quote = base - taken, quote + given
            book(given)
        else:
            given = best_input(base, quote, w, 1 - w, fee, external)
            if given:
                taken, worth = weighted_swap(base, quote, w, 1 - w, given, fee), given * price()
                profit = taken - given * external
                base, quote = base + given, quote - taken
                book(worth)
        total += profit
        hold = held[0] * external + held[1]
        row = shown(w, base_out=base_out, quote_out=quote_out, volume=volume, arbitrage_profit=profit, arbitrage_total=total,
                    fees=fees, hold_value=hold, loss=(base * external + quote) / hold - 1,
                    versus_rebalancing=base * external + quote - start - rebalancing)
        row.update({"in.base_in": base_in, "in.quote_in": quote_in, "in.external_price": external})
        table.append(row)
    return table


def kinds():
    rows("constant-product",
         {"kind": '"amm/constant-product"', "params": '{ base = 1000.0, quote = 2000.0, fee = 0.003, arbitrage = true }',
          "tolerance": "1e-12", "source": SOURCE},
         INPUTS + POOL, pool("1000", "2000", "0.003", ORDERS, True))
    floats = [column for column in POOL if column != "depth"]
    rows("constant-product-float",
         {"kind": '"amm/constant-product-float"',
          "params": '{ base = 400.0, quote = 900.0, fee = 0.01, arbitrage = true }', "tolerance": "1e-12", "source": SOURCE},
         INPUTS + floats, pool("400", "900", "0.01", ORDERS, False))

    rows("weighted",
         {"kind": '"amm/weighted"',
          "params": '{ base = 400.0, quote = 900.0, weight = 0.8, end_weight = 0.3, ramp_start = 2.0, ramp_steps = 6.0, '
                    'fee = 0.01, arbitrage = true }', "tolerance": "1e-12",
          "source": '"Balancer whitepaper (2019); Milionis and others, arXiv:2208.06046; reference.py, 60 digits"'},
         INPUTS + ["base", "quote", "price", "fee", "weight", "invariant", "base_out", "quote_out", "volume",
                   "arbitrage_profit", "arbitrage_total", "fees", "hold_value", "loss", "versus_rebalancing", "trades",
                   "unfilled"],
         weighted_pool("400", "900", ("0.8", "0.3"), ("2", "6"), "0.01", ORDERS))

    total, table = mpf(0), [dict.fromkeys(["base_in", "quote_in", "profit", "total_profit"], 0)]
    for base, quote, fee, external in [
        ("1000", "2000", "0.003", "2.2"), ("1000", "2000", "0.003", "2.005"), ("1000", "2000", "0.003", "1.7"),
        ("50", "1000", "0", "20.5"), ("50", "1000", "0.05", "20.5"), ("1e6", "3", "0.01", "4e-6"),
        ("800", "800", "0.003", "0.98"), ("800", "800", "0.3", "2"), ("800", "800", "0.3", "0.4"), ("10", "10", "0.003", "1.01"),
    ]:
        base, quote, fee, external = map(mpf, (base, quote, fee, external))
        g, k, price = 1 - fee, base * quote, quote / base
        row = {"base_in": 0, "quote_in": 0, "profit": 0}
        if price < g * external:
            given = (sqrt(k * g * external) - quote) / g
            order, profit = "quote_in", swap(quote, base, given, fee) * external - given
        elif price * g > external:
            given = (sqrt(k * g / external) - base) / g
            order, profit = "base_in", swap(base, quote, given, fee) - given * external
        else:
            order, given, profit = "base_in", mpf(0), mpf(0)
        if profit > mpf("0.25"):
            row.update({order: given, "profit": profit - mpf("0.25")})
            total += profit - mpf("0.25")
        row.update({"total_profit": total, "in.base": base, "in.quote": quote, "in.fee": fee, "in.external_price": external})
        table.append(row)
    rows("arbitrageur",
         {"kind": '"amm/arbitrageur"', "params": "{ cost = 0.25 }", "tolerance": "1e-12", "source": SOURCE},
         ["in.base", "in.quote", "in.fee", "in.external_price", "base_in", "quote_in", "profit", "total_profit"], table)

    prices = ["1", "2", "4", "0.5", "1000", "0.001", "3", "7", "9", "11"]
    for name, buys in [("random-trader", 0), ("random-trader-buys", 1)]:
        table = [{"base_in": 0, "quote_in": 0, "trades": 0}]
        for step, price in enumerate(prices, 1):
            table.append({"in.price": mpf(price), "base_in": 0 if buys else mpf(6) / mpf(price), "quote_in": 6 if buys else 0,
                          "trades": step})
        rows(name,
             {"kind": '"amm/random-trader"',
              "params": f'{{ trade_probability = 1.0, buy_probability = {buys}.0, mean_size = 6.0, size = "fixed" }}',
              "tolerance": "1e-15", "source": '"an order of the mean size in every step, always on one side: no chance is left"'},
             ["in.price", "base_in", "quote_in", "trades"], table)


# Vectors of the formulas in floats: inputs are doubles, taken exactly -----------------------------------------------------


def invariant(x, a):
    """Egorov, StableSwap (2019): A*n^n... in the contracts' form A*n*S + D = A*n*D + D^(n+1)/(n^n*prod x), by bisection and Newton."""
    n, ann, total = len(x), a * len(x), sum(x)
    value = lambda d: d ** (n + 1) / (mpf(n) ** n * mp.fprod(x)) + (ann - 1) * d - ann * total
    slope = lambda d: (n + 1) * d**n / (mpf(n) ** n * mp.fprod(x)) + ann - 1
    d = total
    for _ in range(400):
        step = value(d) / slope(d)
        d -= step
        if abs(step) < mpf(10) ** -55 * d:
            return d
    raise ArithmeticError(x)


def other_balance(x, j, d, a):
    """The balance of j on the invariant, from the quadratic."""
    n, ann = len(x), a * len(x)
    rest = [v for k, v in enumerate(x) if k != j]
    c = d ** (n + 1) / (mpf(n) ** n * mp.fprod(rest) * ann)
    b = sum(rest) + d / ann - d
    root = sqrt(b * b + 4 * c)
    return (root - b) / 2 if b <= 0 else 2 * c / (root + b)


def stableswap(draw):
    vectors = []
    fixed = [([1e9, 1e9], 1e-6, 100.0), ([1e9, 1e9], 1.0, 100.0), ([1e6, 1e6], 1e-10, 200.0), ([1e6, 1e6], 3e6, 1e6)]
    for number in range(160):
        if number < len(fixed):
            x, amount, a = fixed[number]
            i, j = 0, 1
        else:
            n, size = draw.choice([2, 2, 2, 3, 3, 4, 8]), 10 ** draw.uniform(-3, 12)
            x = [size * 10 ** draw.uniform(-1, 0) for _ in range(n)]
            a = float(draw.choice([1, 10, 85, 100, 200, 500, 2000, 5000, 10**6]))
            i, j = draw.sample(range(n), 2)
            amount = x[i] * 10 ** draw.uniform(-18, 1)
        exact, amplification, paid = [mpf(v) for v in x], mpf(a), mpf(amount)
        d = invariant(exact, amplification)
        after = list(exact)
        after[i] += paid
        out = exact[j] - other_balance(after, j, d, amplification)
        less = x[j] * 10 ** draw.uniform(-16, -0.01)
        before = list(exact)
        before[j] -= mpf(less)
        needed = other_balance(before, i, d, amplification) - exact[i]
        vectors.append({"x": x, "i": i, "j": j, "A": a, "D": text(d), "dx": amount, "out": text(out), "dy": less, "in": text(needed)})
    return vectors


def weighted(draw):
    vectors = []
    for number in range(160):
        if number == 0:
            bi, wi, bo, wo, fee, out = 1.0, 0.5, 7e9, 0.5, 0.0, 6999999993.0
        elif number == 1:
            bi, wi, bo, wo, fee, out = 1.0, 0.2, 1234.567, 0.8, 0.0, 1234.565765433
        else:
            bi, bo = (10 ** draw.uniform(-6, 12) for _ in range(2))
            wi = draw.choice([0.5, 0.2, 0.8, draw.uniform(0.01, 0.99)])
            wo, fee = 1 - wi, draw.choice([0.0, 0.003, 0.05])
            # Down to the smallest part of the balance, and up to all but a part in 10^15 of it.
            out = bo * 10 ** draw.uniform(-16, -0.1) if draw.random() < 0.4 else bo * (1 - 10 ** draw.uniform(-15, -0.3))
        if not 0 < out < bo:
            continue
        x, y, o, p = mpf(bi), mpf(bo), mpf(out), mpf(wo) / mpf(wi)
        needed = x * ((y / (y - o)) ** p - 1) / (1 - mpf(fee))
        amount = bi * 10 ** draw.uniform(-16, 6)
        got = y * (1 - (x / (x + (1 - mpf(fee)) * mpf(amount))) ** (1 / p))
        vectors.append({"bi": bi, "wi": wi, "bo": bo, "wo": wo, "fee": fee, "dy": out, "in": text(needed), "dx": amount, "out": text(got)})
    return vectors


def impermanent_loss(draw):
    vectors, pairs = [], [(1.00000001, 0.2), (1.0000001, 0.5), (4.0, 0.5), (1.25, 0.8), (0.75, 0.3), (1.0, 0.3)]
    for _ in range(200):
        far = 10 ** draw.uniform(-15, -0.61)
        r = draw.choice([1 + far, 1 - far, math.exp(draw.uniform(-2, 2)), math.exp(draw.uniform(-600, 600))])
        w = draw.choice([0.5, 0.2, 0.8, draw.random(), 10 ** draw.uniform(-12, 0), 1 - 10 ** draw.uniform(-12, -0.5)])
        if 0 < w < 1:
            pairs.append((r, w))
    for r, w in pairs:
        ratio, weight = mpf(r), mpf(w)
        vectors.append({"r": r, "w": w, "loss": text(ratio**weight / (weight * ratio + 1 - weight) - 1)})
    return vectors


def loss_per_block(fee):
    """Loss of a block of unit volatility, by quadrature of the process itself.

    The pool's mispricing, held within [-fee, fee] by arbitrage, gains a normal step each block; what goes beyond is taken off,
    and costs the square of it over 2 per unit of marginal liquidity. The stationary law has a density inside and an atom at each end.
    """
    if fee == 0:
        return 0.5
    n = 160
    x, w = numpy.polynomial.legendre.leggauss(n)
    x, w = x * fee, w * fee
    density = lambda d: numpy.exp(-d * d / 2) / math.sqrt(2 * math.pi)
    tail = numpy.vectorize(lambda d: math.erfc(d / math.sqrt(2)) / 2)
    system, right = numpy.zeros((n + 1, n + 1)), numpy.zeros(n + 1)
    system[:n, :n] = numpy.eye(n) - density(x[:, None] - x[None, :]) * w[None, :]
    system[:n, n] = -(density(x - fee) + density(x + fee))
    system[n, :n], system[n, n], right[n] = w, 2, 1
    solution = numpy.linalg.solve(system, right)
    inside, atom = solution[:n], solution[n]
    square = lambda g: (1 + g * g) * tail(g) - g * density(g)
    ends = square(numpy.array(0.0)) + square(numpy.array(2.0 * fee))
    return float(((w * inside * (square(fee - x) + square(fee + x))).sum() + 2 * atom * ends) / 2)


def main():
    kinds()
    draw = random.Random(20)
    vectors = {
        "note": "written by reference.py; doubles in, 25 digits out",
        "stableswap": stableswap(draw),
        "weighted": weighted(draw),
        "impermanent_loss": impermanent_loss(draw),
        "loss_per_block": [{"fee": fee, "loss": loss_per_block(fee)} for fee in (0, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 8)],
    }
    lines = []
    for name, value in vectors.items():
        if isinstance(value, list):
            inner = ",\n  ".join(json.dumps(v) for v in value)
            lines.append(f' {json.dumps(name)}: [\n  {inner}\n ]')
        else:
            lines.append(f" {json.dumps(name)}: {json.dumps(value)}")
    (HERE / "float_vectors.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
