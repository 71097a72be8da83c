"""Writes the reference rows of the kinds of te-bonding-curve, one file each.

Needs mpmath (1.3 was used). Run in this folder: python3 reference.py
The equations are those of Zargham, Shorish, Paruch, "From Curved Bonding to Configuration Spaces" (2020) with the tributes of
the augmented curve, and the logistic phases of ltfte; areas are integrated numerically, amounts found by root finding.
"""

from mpmath import exp, findroot, floor, log, mp, mpf, quad

mp.dps = 40


def write(name, head, columns, rows):
    with open(f"{name}.csv", "w", encoding="ascii") as file:
        for line in head:
            file.write(f"# {line}\n")
        file.write(",".join(["timestep", *columns]) + "\n")
        for step, row in enumerate(rows):
            cells = []
            for column in columns:
                cell = row.get(column)
                if cell is None:
                    cells.append("")
                elif isinstance(cell, (bool, str)):
                    cells.append(str(cell).lower())
                else:
                    cells.append(mp.nstr(mpf(cell), 20))
            file.write(",".join([str(step), *cells]) + "\n")


class Augmented:
    """A curve of constant reserve ratio with tributes and virtual parts."""

    def __init__(self, p):
        self.p = {key: mpf(repr(value)) for key, value in p.items()}
        p = self.p
        left = p["hatch_funding"] - p["ragequit_amount"] - p["initial_buy"]
        self.supply = p["hatch_supply"] - p["ragequit_amount"] / p["hatch_price"]
        self.reserve = left * (1 - p["commons_tribute"])
        self.pool = left * p["commons_tribute"]
        self.ratio = (self.reserve + p["virtual_balance"]) / (p["opening_price"] * (self.supply + p["virtual_supply"]))
        self.entry = self.exit = self.realised = self.slippage = self.minted = self.burned = mpf(0)
        if p["initial_buy"] > 0:
            self.buy(p["initial_buy"])

    def virtual(self):
        return self.supply + self.p["virtual_supply"], self.reserve + self.p["virtual_balance"]

    def price(self):
        supply, reserve = self.virtual()
        return reserve / (self.ratio * supply)

    def buy(self, deposit):
        before, (supply, reserve) = self.price(), self.virtual()
        tribute = self.p["entry_tribute"] * deposit
        net = deposit - tribute
        minted = supply * ((1 + net / reserve) ** self.ratio - 1)
        self.supply, self.reserve, self.pool = self.supply + minted, self.reserve + net, self.pool + tribute
        self.entry += tribute
        self.minted += minted
        self.realised, self.slippage = net / minted, 1 - minted * before / net

    def sell(self, tokens):
        before, (supply, reserve) = self.price(), self.virtual()
        gross = reserve * (1 - (1 - tokens / supply) ** (1 / self.ratio))
        tribute = self.p["exit_tribute"] * gross
        self.supply, self.reserve, self.pool = self.supply - tokens, self.reserve - gross, self.pool + tribute
        self.exit += tribute
        self.burned += tokens
        self.realised, self.slippage = gross / tokens, 1 - gross / (tokens * before)

    def arbitrage(self, external, locked):
        dearest = external * (1 - self.p["entry_tribute"])
        cheapest = external / (1 - self.p["exit_tribute"])
        part, price, (supply, reserve) = self.p["arbitrage"], self.price(), self.virtual()
        if external <= 0 or part <= 0:
            return
        # The reserve at which the price, proportional to R^(1 - w) along the curve, is the one wanted.
        at = lambda wanted: reserve * (wanted / price) ** (1 / (1 - self.ratio))
        if price < dearest:
            self.buy(part * (at(dearest) - reserve) / (1 - self.p["entry_tribute"]))
        elif price > cheapest:
            gross = min(part * (reserve - at(cheapest)), self.reserve)
            tokens = min(supply * (1 - (1 - gross / reserve) ** self.ratio), self.supply - locked)
            if tokens > 0:
                self.sell(tokens)

    def step(self, inputs):
        self.minted = self.burned = mpf(0)
        self.reserve += inputs["donation"]
        if inputs["buy"]:
            self.buy(mpf(inputs["buy"]))
        if inputs["sell"]:
            self.sell(mpf(inputs["sell"]))
        self.pool -= inputs["spending"]
        self.arbitrage(mpf(repr(inputs["external_price"])), inputs["locked"])

    def row(self):
        supply, reserve = self.virtual()
        price = self.price()
        sold = self.p["shock"] * self.supply
        return {
            "open": True,
            "price": price,
            "static_price_ppm": floor(10**6 * price),
            "supply": self.supply,
            "reserve": self.reserve,
            "common_pool": self.pool,
            "market_cap": price * self.supply,
            "reserve_ratio": self.ratio,
            "collateralisation": self.reserve / (price * self.supply),
            "log_invariant": log(supply) / self.ratio - log(reserve),
            "entry_tributes": self.entry,
            "exit_tributes": self.exit,
            "realised_price": self.realised,
            "slippage": self.slippage,
            "minted": self.minted,
            "burned": self.burned,
            # P(S') = P (S'/S)^(1/w - 1)
            "price_after_shock": price * ((supply - sold) / supply) ** (1 / self.ratio - 1),
            "runway": self.pool / self.p["monthly_spending"],
        }


def augmented():
    params = {
        "opening_price": 1.0, "commons_tribute": 0.69, "entry_tribute": 0.22, "exit_tribute": 0.02,
        "hatch_funding": 1571223.57, "hatch_supply": 2041863.58, "hatch_price": 0.754743, "ragequit_amount": 1000.0,
        "initial_buy": 250000.0, "virtual_supply": 1000.0, "virtual_balance": 500.0, "arbitrage": 0.5, "shock": 0.1,
        "monthly_spending": 10000.0,
    }
    names = ["external_price", "buy", "sell", "donation", "spending", "locked"]
    inputs = [
        (0, 1000, 0, 0, 0, 0), (0, 0, 20000, 0, 0, 0), (0, 0, 0, 5000, 2500, 0), (3, 0, 0, 0, 0, 0),
        (0.5, 0, 0, 0, 0, 0), (0, 125.5, 60.25, 10, 20, 0), (1.5, 0, 0, 0, 0, 0), (0.01, 0, 0, 0, 0, 1900000),
        (0, 0, 0, 0, 0, 0), (2.5, 40000, 10000, 0, 1000, 100000),
    ]
    curve = Augmented(params)
    rows = [curve.row()]
    columns = [f"in.{name}" for name in names] + list(rows[0])
    for values in inputs:
        step = dict(zip(names, values))
        curve.step(step)
        rows.append({**{f"in.{name}": value for name, value in step.items()}, **curve.row()})
    given = ", ".join(f"{name} = {value!r}" for name, value in params.items())
    write("augmented", [
        'kind = "bonding-curve/augmented"',
        f"params = {{ {given} }}",
        "tolerance = 1e-12",
        'source = "P = R/(w S), S ~ R^w along the curve, tributes and virtual parts; reference.py with mpmath at 40 digits"',
    ], columns, rows)


PHASES = [(57300, mpf("20.8"), 17, 21e6), (5, 2, 5, 5e4), (50, 2, 5, 5e5), (2000, 6, 9, 5e6)]


def sigmoid_price(x):
    return sum(k / (1 + exp(s - x * l / m)) for k, l, s, m in PHASES)


def area(a, b):
    return quad(sigmoid_price, [a + (b - a) * i / 16 for i in range(17)])


def multi_sigmoid():
    rate, supply, debt = mpf("0.35"), mpf(10000), mpf(60000)
    reserve = funding = mpf(0)
    midpoints = sorted(s * m / l for _, l, s, m in PHASES)

    def row():
        price = sigmoid_price(supply)
        above = [m for m in midpoints if m > supply]
        return {
            "price": price, "sell_price": rate * price, "supply": supply, "market_cap": price * supply,
            "reserve": reserve, "funding": funding, "net": funding + reserve - debt, "debt": debt,
            "phases_passed": sum(m <= supply for m in midpoints), "progress": supply / above[0] if above else 1,
        }

    rows = [row()]
    for cash, tokens in [
        (1000, 0), (20000, 0), (150, 3000), (0, 2500), (400000, 0), (5e6, 0), (0, 60000), (3e8, 0), (1e10, 100), (0, 0),
    ]:
        if cash:
            low, high = supply, supply + cash / sigmoid_price(supply)
            end = findroot(lambda x: area(supply, x) - cash, (low, high), solver="illinois", tol=mpf(10) ** -30)
            funding += (1 - rate) * cash
            reserve += rate * cash
            supply = end
        if tokens:
            reserve -= rate * area(supply - tokens, supply)
            supply -= tokens
        rows.append({"in.buy": cash, "in.sell": tokens, **row()})
    write("multi-sigmoid", [
        'kind = "bonding-curve/multi-sigmoid"',
        "params = { reserve_rate = 0.35, current_supply = 10000.0, debt = 60000.0 }",
        "tolerance = 1e-12",
        'source = "price = sum of k / (1 + exp(s - x l/m)), cost = its integral; reference.py with mpmath at 40 digits"',
    ], ["in.buy", "in.sell", *rows[0]], rows)


if __name__ == "__main__":
    augmented()
    multi_sigmoid()
