"""Reference rows for every kind of te-hive-economy: python3 reference.py writes the files beside it.

Nothing here reads the library. The equations are those of the 1Hive economy notebook, in 50 digits (mpmath), with a burn that
ends with the pool.
"""

from pathlib import Path

from mpmath import mp, mpf, exp

mp.dps = 50
HERE = Path(__file__).parent
SOURCE = "1Hive economy notebook, a burn ends with the pool"


def m(x):
    """The number that a file's text becomes: the exact value of the nearest double."""
    return mpf(float(x))


def write(name, kind, params, inputs, rows):
    table = ", ".join(f"{key} = {value!r}" for key, value in params.items())
    lines = [f'# kind = "{kind}"', f"# params = {{ {table} }}", '# step = "1 month"', "# tolerance = 1e-12",
             f'# source = "{SOURCE}; reference.py"',
             ",".join(["timestep", *(f"in.{key}" for key in inputs), *rows[0]])]
    assert len(rows) == 11
    for i, row in enumerate(rows):
        given = ["" if i == 0 else repr(float(values[i - 1])) for values in inputs.values()]
        lines.append(",".join([str(i), *given, *(repr(float(x)) for x in row.values())]))
    (HERE / f"{name}.csv").write_text("\n".join(lines) + "\n")


def next_supply(p, s, size, saturation, price):
    """Reserve, circulation, net flow and adjustment after a month."""
    netflow = size * saturation / price - s["reserve"] * m(p["outflow_boundary"]) / (saturation + 1)
    reserve, circulation = s["reserve"] + netflow, s["circulation"] - netflow
    supply = reserve + circulation
    e = (1 - reserve / supply / m(p["target_reserve_ratio"])) / 12
    theta = m(p["throttle"])
    if theta != 0:
        e = max(-theta, min(theta, e))
    adjustment = max(e * supply, -reserve)
    return dict(reserve=reserve + adjustment, circulation=circulation, netflow=netflow, adjustment=adjustment)


def next_market(p, s, reserve, price):
    """Size, saturation, production and utility after a month."""
    spent = reserve * m(p["outflow_boundary"]) / (1 + s["saturation"] ** 2)
    production = s["production"] * (1 - m(p["maintenance"])) + spent * m(p["productivity"]) * price
    utility = 10 * production / (production + s["size"])
    return dict(size=s["size"] * (1 + m(p["growth"])), saturation=1 / (1 + exp(6 - utility)), production=production, utility=utility)


def next_price(p, reserve, circulation, size, saturation):
    supply = reserve + circulation
    return size / supply * m(p["valuation_ratio"]) / max(saturation, mpf(1) / 2) / (circulation / supply) ** 2


ECONOMY = dict(throttle=0.01, outflow_boundary=0.06, target_reserve_ratio=0.25, valuation_ratio=2.5, productivity=1.2,
               maintenance=0.08, growth=0.03, initial_reserve=8000.0, initial_circulation=17000.0, initial_size=4000000.0,
               initial_saturation=0.1, initial_production=3000000.0, initial_utility=4.0, initial_price=900.0)


def economy(kind):
    p = ECONOMY
    state = dict(reserve=m(8000), circulation=m(17000), size=m(4e6), saturation=m(0.1), production=m(3e6), utility=m(4),
                 price=m(900), netflow=mpf(0), adjustment=mpf(0))
    rows = []
    for t in range(11):
        if t:
            s = state
            price = next_price(p, s["reserve"], s["circulation"], s["size"], s["saturation"])
            state = {**s, **next_supply(p, s, s["size"], s["saturation"], s["price"]),
                     **next_market(p, s, s["reserve"], s["price"]), "price": price}
        total = state["reserve"] + state["circulation"]
        rows.append({**state, "total_supply": total, "market_cap": total * state["price"], "ratio": state["reserve"] / total})
    write(kind, f"hive/{kind}", p, {}, rows)


economy("economy")
economy("economy-blocks")

SIZE = [4e6, 4.1e6, 4.2e6, 5e6, 5e6, 6e6, 1e6, 2e6, 3e6, 4e6]
SATURATION = [0.0, 0.1, 0.3, 0.5, 0.6, 0.9, 0.95, 0.2, 0.1, 0.05]
PRICE = [1.0, 900.0, 1500.0, 2000.0, 2500.0, 9000.0, 4000.0, 700.0, 800.0, 900.0]


def supply(name, **changes):
    p = {**dict(throttle=0.02, outflow_boundary=0.06, target_reserve_ratio=0.25, initial_reserve=8000.0, initial_circulation=17000.0),
         **changes}
    state = dict(reserve=m(p["initial_reserve"]), circulation=m(p["initial_circulation"]), netflow=mpf(0), adjustment=mpf(0))
    rows = [state]
    for size, saturation, price in zip(SIZE, SATURATION, PRICE):
        state = next_supply(p, state, m(size), m(saturation), m(price))
        rows.append(state)
    write(name, "hive/supply", p, dict(size=SIZE, saturation=SATURATION, price=PRICE), rows)


supply("supply")
supply("supply-unthrottled", throttle=0.0)
# A low target: the first burn ends with the pool.
supply("supply-low-target", throttle=0.4, target_reserve_ratio=0.04)

RESERVE = [8000.0, 7500.0, 7000.0, 6500.0, 0.0, 6000.0, 5500.0, 5600.0, 5700.0, 5800.0]


def market():
    p = dict(outflow_boundary=0.06, productivity=1.2, maintenance=0.08, growth=-0.02, initial_size=4000000.0,
             initial_saturation=0.1, initial_production=3000000.0, initial_utility=4.0)
    state = dict(size=m(4e6), saturation=m(0.1), production=m(3e6), utility=m(4))
    rows = [state]
    for reserve, price in zip(RESERVE, PRICE):
        state = next_market(p, state, m(reserve), m(price))
        rows.append(state)
    write("market", "hive/market", p, dict(reserve=RESERVE, price=PRICE), rows)


market()

CIRCULATION = [17000.0, 17100.0, 17200.0, 9000.0, 20000.0, 16000.0, 1500.0, 25600.0, 15700.0, 15800.0]


def price():
    p = dict(valuation_ratio=2.5, initial_price=900.0)
    rows = [dict(price=m(900))]
    for reserve, circulation, size, saturation in zip(RESERVE, CIRCULATION, SIZE, SATURATION):
        rows.append(dict(price=next_price(p, m(reserve), m(circulation), m(size), m(saturation))))
    write("price", "hive/price", p, dict(reserve=RESERVE, circulation=CIRCULATION, size=SIZE, saturation=SATURATION), rows)


price()
