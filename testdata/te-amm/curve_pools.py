"""Reference rows of the pools on curves: `python3 curve_pools.py` writes them beside itself.

Real arithmetic with 60 digits (mpmath). Curves are solved from their definitions by bisection and best trades by search; nothing here is
taken from the crate's code. Needs mpmath.
"""

from mpmath import mp, mpf, sqrt

from reference import invariant, other_balance, rows

mp.dps = 60


def bisect(falls_to_zero, low, high):
    """Where a falling function is 0."""
    for _ in range(260):
        middle = (low + high) / 2
        low, high = (middle, high) if falls_to_zero(middle) > 0 else (low, middle)
    return (low + high) / 2


def top(profit, most):
    """Where a function with one top is highest, by thirds."""
    low, high = mpf(0), most
    for _ in range(420):
        a, b = low + (high - low) / 3, high - (high - low) / 3
        low, high = (a, high) if profit(a) < profit(b) else (low, b)
    return (low + high) / 2


class Stable:
    """Egorov, StableSwap (2019), in the contracts' form of two tokens: 2*A*S + D = 2*A*D + D^3/(4*x*y)."""

    def __init__(self, base, quote, a, ramp, fee, multiplier, share):
        self.held, self.a, self.ramp = [mpf(base), mpf(quote)], mpf(a), ramp
        self.base_fee, self.multiplier, self.share = mpf(fee), mpf(multiplier), mpf(share)
        self.apart = [mpf(0), mpf(0)]
        self.shares = self.invariant()

    def time(self, step):
        first, last, start, steps = self.ramp
        part = min(max((step - mpf(start)) / mpf(steps), 0), 1)
        self.a = mpf(first) + (mpf(last) - mpf(first)) * part

    def of(self, x, y):
        return invariant([x, y], self.a)

    def invariant(self):
        return self.of(*self.held)

    def price(self):
        x, y = self.held
        ann, d = 2 * self.a, self.invariant()
        return (ann + d**3 / (4 * x * x * y)) / (ann + d**3 / (4 * x * y * y))

    def rate(self, p, q, fee):
        m = self.multiplier
        return fee if m == 1 else m * fee / ((m - 1) * 4 * p * q / (p + q) ** 2 + 1)

    def fee(self):
        return self.rate(*self.held, self.base_fee)

    def gross(self, i, amount):
        x, y = self.held[i], self.held[1 - i]
        d = self.invariant()
        return y - other_balance([x + amount, y], 1, d, self.a)

    def trade(self, i, amount):
        """Out to the trader, fee and the protocol's part, which lie on the output."""
        gross = self.gross(i, amount)
        fee = gross * self.rate(self.held[i] + amount / 2, self.held[1 - i] - gross / 2, self.base_fee)
        return gross - fee, fee, fee * self.share

    def move(self, i, amount, out, fee, protocol):
        self.held[i] += amount
        self.held[1 - i] -= out + protocol

    fee_on_output = True

    def join(self, amounts):
        d0 = self.invariant()
        new = [x + mpf(a) for x, a in zip(self.held, amounts)]
        d1 = self.of(*new)
        fees = [self.rate(x + n, (d0 + d1) / 2, self.base_fee / 2) * abs(d1 * x / d0 - n) for x, n in zip(self.held, new)]
        d2 = self.of(*[n - f for n, f in zip(new, fees)])
        minted = self.shares * (d2 - d0) / d0
        self.held = [n - f * self.share for n, f in zip(new, fees)]
        self.shares += minted
        return [mpf(a) for a in amounts], [f * self.share for f in fees]

    def scale(self, factor):
        self.held = [x * factor for x in self.held]
        self.shares *= factor

    def more(self):
        return {"amplification": self.a}


class Solidly:
    """x^3*y + x*y^3 is kept, or x*y; the fee leaves the curve."""

    fee_on_output = False
    share = mpf(0)

    def __init__(self, base, quote, stable, fee):
        self.held, self.stable, self.base_fee = [mpf(base), mpf(quote)], stable, mpf(fee)
        self.apart, self.shares = [mpf(0), mpf(0)], sqrt(mpf(base) * mpf(quote))

    def time(self, step):
        pass

    def of(self, x, y):
        return x**3 * y + x * y**3 if self.stable else x * y

    def invariant(self):
        return self.of(*self.held) ** (mpf(1) / (4 if self.stable else 2))

    def price(self):
        x, y = self.held
        return (3 * x * x * y + y**3) / (x**3 + 3 * x * y * y) if self.stable else y / x

    def fee(self):
        return self.base_fee

    def trade(self, i, amount):
        x, y = self.held[i], self.held[1 - i]
        fee, k = amount * self.base_fee, self.of(x, y)
        return y - bisect(lambda rest: k - self.of(x + amount - fee, rest), mpf(0), y), fee, fee * self.share

    def move(self, i, amount, out, fee, protocol):
        self.held[i] += amount - fee
        self.apart[i] += fee - protocol
        self.held[1 - i] -= out

    def join(self, amounts):
        whole = [x + f for x, f in zip(self.held, self.apart)]
        part = min(mpf(a) / w for a, w in zip(amounts, whole))
        self.scale(1 + part)
        return [w * part for w in whole], [0, 0]

    def scale(self, factor):
        self.held = [x * factor for x in self.held]
        self.apart = [x * factor for x in self.apart]
        self.shares *= factor

    def more(self):
        return {"uncollected_base": self.apart[0], "uncollected_quote": self.apart[1]}


class Concentrated(Solidly):
    """Reserves between two edges: L*(1/s - 1/hi) and L*(s - lo); Uniswap v3 Core (2021), section 6."""

    def __init__(self, price, edges, liquidity, fee, part):
        self.root, self.edges, self.liquidity = sqrt(mpf(price)), [sqrt(mpf(e)) for e in edges], [mpf(l) for l in liquidity]
        self.base_fee, self.share = mpf(fee), mpf(1) / part if part else mpf(0)
        self.apart, self.factor, self.crossings = [mpf(0), mpf(0)], mpf(1), 0
        base, quote = self.held
        self.shares = base * mpf(price) + quote

    def at(self, root):
        x = y = mpf(0)
        for lo, hi, l in zip(self.edges, self.edges[1:], self.liquidity):
            s = min(max(root, lo), hi)
            x, y = x + self.factor * l * (1 / s - 1 / hi), y + self.factor * l * (s - lo)
        return [x, y]

    @property
    def held(self):
        return self.at(self.root)

    def invariant(self):
        return self.shares

    def price(self):
        return self.root**2

    def after(self, i, net):
        """The root at which the reserve of the token in has grown by `net`; an order beyond the last edge is not among the rows."""
        before = self.held[i]
        if i == 0:
            return bisect(lambda s: self.at(s)[0] - before - net, self.edges[0], self.root)
        return bisect(lambda s: before + net - self.at(s)[1], self.root, self.edges[-1])

    def trade(self, i, amount):
        fee = amount * self.base_fee
        # Beyond the last edge an order is taken and nothing more is given: such trades are looked at, and pay less.
        out = self.held[1 - i] - self.at(self.after(i, amount - fee))[1 - i]
        return out, fee, fee * self.share

    def move(self, i, amount, out, fee, protocol):
        old = self.root
        self.root = self.after(i, amount - fee)
        self.crossings += sum(1 for e in self.edges if min(old, self.root) < e < max(old, self.root))
        self.apart[i] += fee - protocol

    def scale(self, factor):
        self.factor *= factor
        self.apart = [x * factor for x in self.apart]
        self.shares *= factor

    def more(self):
        inside = [l for lo, hi, l in zip(self.edges, self.edges[1:], self.liquidity) if lo <= self.root < hi]
        tick = int(mp.floor(mp.log(self.price()) / mp.log(mpf("1.0001"))))
        return {"liquidity": self.factor * inside[0], "tick": tick, "in_range": 1, "crossings": self.crossings, **super().more()}


def best(pool, i, external):
    """The most profitable amount of token i in, by the profit itself; 0 where none pays."""
    worth_in, worth_out = (external, mpf(1)) if i == 0 else (mpf(1), external)
    profit = lambda amount: pool.trade(i, amount)[0] * worth_out - amount * worth_in
    if profit(pool.held[i] * mpf(10) ** -20) <= 0:
        return mpf(0)
    return top(profit, pool.held[i] * 4)


def input_for(pool, i, wanted):
    high = mpf(wanted)
    while pool.trade(i, high)[0] < wanted:
        high *= 2
    return bisect(lambda amount: wanted - pool.trade(i, amount)[0], mpf(0), high)


def input_to(pool, i, limit, most):
    """The part of `most` after which the price stands at the limit, or all of it; 0 where the price is there or beyond before."""
    import copy

    def price(amount):
        after = copy.deepcopy(pool)
        after.move(i, amount, *pool.trade(i, amount))
        return after.price()

    beyond = (lambda p: p > limit) if i == 0 else (lambda p: p < limit)
    if not beyond(pool.price()):
        return mpf(0)
    if beyond(price(most)):
        return most
    return bisect(lambda amount: 1 if beyond(price(amount)) else -1, mpf(0), most)


def steps(pool, orders):
    held, first = list(pool.held), pool.invariant() / pool.shares
    fees = protocol_fees = rebalancing = total = mpf(0)
    trades = unfilled = 0

    def shown(external, out, volume, profit):
        at = external or pool.price()
        value = (pool.held[0] + pool.apart[0]) * at + pool.held[1] + pool.apart[1]
        hold = held[0] * at + held[1]
        return dict(base=pool.held[0], quote=pool.held[1], price=pool.price(), fee=pool.fee(), invariant=pool.invariant(),
                    shares=pool.shares, virtual_price=pool.invariant() / pool.shares / first, share_value=value / pool.shares,
                    base_out=out[0], quote_out=out[1], volume=volume, arbitrage_profit=profit, arbitrage_total=total, fees=fees,
                    protocol_fees=protocol_fees, hold_value=hold, loss=value / hold - 1, versus_rebalancing=rebalancing,
                    trades=trades, unfilled=unfilled, **pool.more())

    table = [shown(mpf(0), [0, 0], 0, 0)]
    for step, order in enumerate(orders, 1):
        get = lambda name: mpf(order.get(name, 0))
        external, limit = get("external_price"), get("limit_price")
        out, volume, profit = [mpf(0), mpf(0)], mpf(0), mpf(0)
        pool.time(step)

        def trade(i, amount):
            nonlocal fees, protocol_fees, rebalancing, trades, volume
            price = pool.price()
            got, fee, protocol = pool.trade(i, amount)
            pool.move(i, amount, got, fee, protocol)
            out[1 - i] += got
            volume += amount * price if i == 0 else amount
            in_base = (i == 0) != pool.fee_on_output
            fees += (fee - protocol) * (price if in_base else 1)
            protocol_fees += protocol * (price if in_base else 1)
            worth_in, worth_out = (external, 1) if i == 0 else (1, external)
            if external:
                rebalancing += amount * worth_in - got * worth_out - protocol * (external if in_base else 1)
            trades += 1
            return got * worth_out - amount * worth_in

        if get("leave_shares"):
            part = get("leave_shares") / pool.shares
            held = [h - (x + f) * part for h, x, f in zip(held, pool.held, pool.apart)]
            pool.scale(1 - part)
        if get("join_base") or get("join_quote"):
            taken, protocol = pool.join([get("join_base"), get("join_quote")])
            held = [h + t for h, t in zip(held, taken)]
            protocol_fees += protocol[0] * (external or pool.price()) + protocol[1]
        for i, name in [(0, "base_in"), (1, "quote_in")]:
            amount = get(name)
            if amount and limit:
                amount = input_to(pool, i, limit, amount)
                unfilled += amount == 0
            if amount:
                trade(i, amount)
        for i, name in [(1, "base_want"), (0, "quote_want")]:
            if get(name):
                trade(i, input_for(pool, i, get(name)))
        if external:
            for i in (0, 1):
                amount = best(pool, i, external)
                if amount:
                    profit = trade(i, amount)
                    break
        total += profit
        row = shown(external, out, volume, profit)
        row.update({f"in.{name}": get(name) for name in NAMES})
        table.append(row)
    return table


NAMES = ["base_in", "quote_in", "base_want", "quote_want", "limit_price", "external_price", "join_base", "join_quote", "leave_shares"]
BOOK = ["base", "quote", "price", "fee", "invariant", "shares", "virtual_price", "share_value", "base_out", "quote_out", "volume",
        "arbitrage_profit", "arbitrage_total", "fees", "protocol_fees", "hold_value", "loss", "versus_rebalancing", "trades", "unfilled"]

STEPS = [
    {"base_in": "50", "external_price": "1"},
    {"quote_in": "120"},
    {"join_base": "100", "join_quote": "30", "external_price": "1.001"},
    {"base_want": "40", "quote_want": "25"},
    {"base_in": "3000", "limit_price": "0.99"},
    {"leave_shares": "200", "external_price": "0.98"},
    {"quote_in": "5", "base_in": "7", "external_price": "1.02"},
    {},
    {"quote_in": "2000", "limit_price": "1.005"},
    {"base_in": "1", "quote_want": "60", "external_price": "1.0"},
]


def provider(width, rule, period, fee, cost, prices):
    """A small provider: the tokens of its range valued at each price, from Uniswap v3 Core (2021), equations 6.29 and 6.30."""
    value, width, fee, cost = mpf(1000), mpf(width), mpf(fee), mpf(cost)
    earned = costs = gain = apart = last_fees = mpf(0)
    moves = inside = 0
    low = high = l = price = mpf(0)
    held = None
    table = [dict(value=value, hold_value=value, loss=0, versus_rebalancing=0, fees=0, costs=0, liquidity=0, low=0, high=0,
                  in_range=0, moves=0)]

    def tokens(p):
        c = min(max(p, low), high)
        return l * (1 / sqrt(c) - 1 / sqrt(high)), l * (sqrt(c) - sqrt(low))

    def opened(p, value):
        lo, hi = p / width, p * width
        return lo, hi, value / ((1 / sqrt(p) - 1 / sqrt(hi)) * p + sqrt(p) - sqrt(lo))

    since = 0
    for step, (p, fees, pool) in enumerate(prices, 1):
        p, fees, pool = mpf(p), mpf(fees), mpf(pool)
        if held is None:
            low, high, l = opened(p, value)
            held = tokens(p)
            inside += 1
        else:
            x, _ = tokens(price)
            here = low < p < high
            inside += here
            got = (fees - last_fees) * l / pool if here and pool else mpf(0)
            earned, apart = earned + got, apart + got
            base, quote = tokens(p)
            whole = base * p + quote + apart
            since += 1
            if (rule == "edge" and not here) or (rule == "every" and since >= period):
                paid = cost + fee * abs(base * p - whole / 2)
                costs, moves, since, apart = costs + paid, moves + 1, 0, mpf(0)
                whole -= paid
                low, high, l = opened(p, whole)
            gain += whole - value - x * (p - price)
            value = whole
        price, last_fees = p, fees
        hold = held[0] * p + held[1]
        table.append({"value": value, "hold_value": hold, "loss": value / hold - 1, "versus_rebalancing": gain, "fees": earned,
                      "costs": costs, "liquidity": l, "low": low, "high": high, "in_range": mpf(inside) / step, "moves": moves,
                      "in.price": p, "in.fees": fees, "in.liquidity": pool})
    return table


PRICES = [("2", "0", "5000"), ("2.1", "3", "5200"), ("2.05", "4.5", "5200"), ("2.6", "9", "4000"), ("2.6", "10", "4000"),
          ("2.5", "12", "0"), ("2.2", "12", "4100"), ("1.4", "20", "3000"), ("1.41", "21", "3000"), ("1.5", "26", "3500")]


def main():
    def write(name, kind, params, pool, orders, source, tolerance="1e-12"):
        rows(name, {"kind": f'"{kind}"', "params": params, "tolerance": tolerance, "source": f'"{source}; curve_pools.py, 60 digits"'},
             [f"in.{n}" for n in NAMES] + BOOK + list(pool.more()), steps(pool, orders))

    egorov = "Egorov, StableSwap (2019)"
    write("stable", "amm/stable",
          "{ base = 1000.0, quote = 1500.0, amplification = 80.0, end_amplification = 120.0, ramp_start = 2.0, ramp_steps = 4.0, "
          "fee = 0.0004, protocol_share = 0.5, arbitrage = true }",
          Stable("1000", "1500", "80", ("80", "120", "2", "4"), "0.0004", "1", "0.5"), STEPS, egorov, "1e-11")
    write("stable-dynamic", "amm/stable",
          "{ base = 1000.0, quote = 1500.0, amplification = 80.0, end_amplification = 80.0, fee = 0.0004, offpeg_multiplier = 5.0, "
          "arbitrage = true }",
          Stable("1000", "1500", "80", ("80", "80", "0", "1"), "0.0004", "5", "0"), STEPS, egorov, "1e-11")
    write("solidly", "amm/solidly", '{ base = 1000.0, quote = 1500.0, fee = 0.0005, arbitrage = true }',
          Solidly("1000", "1500", True, "0.0005"), STEPS, "Solidly (2022)", "1e-11")
    write("solidly-volatile", "amm/solidly", '{ base = 1000.0, quote = 1010.0, curve = "volatile", fee = 0.003, arbitrage = true }',
          Solidly("1000", "1010", False, "0.003"), STEPS, "Uniswap v2 Core (2020)", "1e-11")
    write("concentrated", "amm/concentrated",
          "{ price = 1.01, edges = [0.5, 0.98, 1.03, 2.0], liquidity = [3000.0, 9000.0, 2000.0], fee = 0.003, protocol_part = 5, "
          "arbitrage = true }",
          Concentrated("1.01", ["0.5", "0.98", "1.03", "2"], ["3000", "9000", "2000"], "0.003", 5), STEPS,
          "Uniswap v3 Core (2021), section 6", "1e-11")

    for name, rule, period in [("range-provider", "edge", 7), ("range-provider-every", "every", 3), ("range-provider-hold", "hold", 7)]:
        table = provider("1.2", rule, period, "0.003", "0.5", PRICES)
        rows(name, {"kind": '"amm/range-provider"',
                    "params": f'{{ width = 1.2, rule = "{rule}", period = {period}.0, swap_fee = 0.003, cost = 0.5 }}',
                    "tolerance": "1e-11", "source": '"Uniswap v3 Core (2021), section 6; curve_pools.py, 60 digits"'},
             ["in.price", "in.fees", "in.liquidity", *(k for k in table[1] if not k.startswith("in."))], table)


if __name__ == "__main__":
    main()
