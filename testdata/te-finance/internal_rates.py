"""Writes internal_rates.json: every real rate of series of flows, isolated exactly (sympy: continued fractions on
rational polynomials) and refined to 30 digits. Run: python3 internal_rates.py"""

import json
import random
from math import gcd

from sympy import Poly, Rational, symbols

w = symbols("w")


def factors(terms):
    """Growth factors 1 + e > 0 per unit of time, with multiplicities, from (time, flow) with whole times."""
    last = max(t for t, _ in terms)
    coefficients = [Rational(0)] * (last + 1)
    for t, flow in terms:
        coefficients[t] += Rational(flow)  # a polynomial in w = 1 + e after multiplication by w^last
    poly = Poly(coefficients, w)
    found = []
    for (low, high), multiplicity in poly.intervals(eps=Rational(1, 10**32)):
        if high > 0:
            found.append(((low + high) / 2, multiplicity))
    return sorted(found)


def periodic(flows):
    rates = [(g - 1, m) for g, m in factors(list(enumerate(flows)))]
    return {
        "flows": [float(Rational(flow)) for flow in flows],
        "rates": [float(rate) for rate, _ in rates],
        "multiplicities": [m for _, m in rates],
    }


def dated(days, amounts):
    step = 0
    for day in days:
        step = gcd(step, day)
    rates = [
        (g.evalf(40) ** Rational(365, step) - 1, m)
        for g, m in factors([(day // step, amount) for day, amount in zip(days, amounts)])
    ]
    return {
        "days": days,
        "amounts": [float(Rational(amount)) for amount in amounts],
        "rates": [float(rate) for rate, _ in rates],
        "multiplicities": [m for _, m in rates],
    }


def expressible(row):
    """The row without rates that are -1 as a float."""
    kept = [(rate, m) for rate, m in zip(row["rates"], row["multiplicities"]) if rate > -1]
    return row | {"rates": [rate for rate, _ in kept], "multiplicities": [m for _, m in kept]}


def product(*roots):
    """Flows with these growth factors: the coefficients of the product of (1 - g v)."""
    flows = [Rational(1)]
    for g in roots:
        g = Rational(g)
        flows = [a - g * b for a, b in zip(flows + [0], [0] + flows)]
    return [str(flow) for flow in flows]


random.seed(20261130)
rows = [
    periodic(flows)
    for flows in [
        ["2", "-43", "21"],
        ["-1.0", "3.702", "-4.5152", "1.8183"],
        ["-1", "12"],
        ["-100", "0.05"],
        ["-5", "10.5", "1", "-8", "1"],
        ["-100", "100", "0", "-7"],
        ["1", "-2.2", "1.21"],
        ["1", "-2.203", "1.2133"],
        ["-1000000", "0", "0", "1"],
        ["-0.001", "0", "1e15"],
        product("1.1", "1.1", "1.1"),
        product("1.05", "1.05", "0.4", "30"),
        product("1.01", "1.02", "1.03", "1.04"),
        product("0.001", "0.9", "1.5", "2.5", "4000"),
        product("1.07", "1.07", "1.07", "1.07"),
        ["0", "0", "-50", "30", "40", "0"],
    ]
]
for _ in range(60):
    length = random.randint(2, 14)
    flows = [str(random.choice([-1, 1]) * random.randint(0, 999)) for _ in range(length)]
    if len({flow for flow in flows if flow not in ("0", "-0")}) > 1:
        rows.append(periodic(flows))
# A loan with a fee, a mine with a closing cost, and long alternating series.
rows.append(periodic(["-1000"] + ["93.21"] * 11 + ["94.5"]))
rows.append(periodic(["-350"] + ["60"] * 19 + ["-800"]))
rows.append(periodic([str((-1) ** t * (100 + (37 * t) % 53)) for t in range(40)]))
rows.append(periodic([str(random.choice([-1, 1]) * random.randint(1, 999)) for _ in range(150)]))

rows += [
    dated(days, amounts)
    for days, amounts in [
        ([0, 7], ["-100", "110"]),
        ([0, 31, 152, 244], ["-100", "150", "-100", "200"]),
        ([0, 1], ["-1000", "1001"]),
        ([0, 365], ["-100", "0.01"]),
        ([0, 30, 60], ["-100", "230", "-132"]),
        ([0, 30, 60], ["100", "-220", "121"]),
        ([90, 0, 180, 90], ["60", "-100", "20", "35"]),
        ([0, 91, 182, 273, 364], ["-5", "10.5", "1", "-8", "1"]),
    ]
]
for _ in range(30):
    days = sorted(random.sample(range(0, 60), random.randint(2, 9)))
    amounts = [str(random.choice([-1, 1]) * random.randint(1, 999)) for _ in days]
    step = random.choice([1, 7, 30])
    rows.append(dated([day * step for day in days], amounts))

with open("internal_rates.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(expressible(row)) for row in rows) + "\n]\n")
