"""Reference rows of te-flash: `python3 reference.py` writes them beside itself. Needs mpmath.

The model from its equations, with 60 digits and none of the crate's code: `published` is the notebook's step, `corrected` the one with every
quirk corrected. Trades and market rates are those of `flash_traces.json`, whose states are compared with the rows.
"""

import csv
import json
from pathlib import Path

from mpmath import mp, mpf, sqrt

mp.dps = 60
HERE = Path(__file__).parent
METRICS = ["ext_alt", "ext_flash", "int_alt", "int_flash", "staked", "minted", "ext_price", "int_price", "market_apy", "ext_swap",
           "ext_out", "ext_stake_out", "arb_in", "arb_out", "arb_profit", "stake", "stake_alt_in", "stake_flash_bought"]


class Pool:
    def __init__(self, alt, flash, fee):
        self.alt, self.flash, self.g = mpf(alt), mpf(flash), 1 - mpf(fee)

    @property
    def price(self):
        return self.alt / self.flash

    def give_alt(self, amount):
        out = self.flash - self.alt * self.flash / (self.alt + self.g * amount)
        self.alt, self.flash = self.alt + amount, self.flash - out
        return out

    def give_flash(self, amount):
        out = self.alt - self.alt * self.flash / (self.flash + self.g * amount)
        self.alt, self.flash = self.alt - out, self.flash + amount
        return out

    def arbitrage(self, outside):
        """Input to the edge of the band, ALT above zero, FLASH below."""
        k, g = self.alt * self.flash, self.g
        if self.price < g * outside:
            return (sqrt(k * g * outside) - self.alt) / g
        if self.price * g > outside:
            return -(sqrt(k * g / outside) - self.flash) / g
        return mpf(0)

    def trade(self, signed):
        return self.give_alt(signed) if signed > 0 else self.give_flash(-signed) if signed < 0 else mpf(0)


def profit(signed, out, price):
    return out * price - signed if signed > 0 else out - (-signed) * price


def corrected(ext, inn, phi, market, draws):
    staked = minted = mpf(0)
    for swap, rate in draws:
        ext_out = ext.trade(swap)
        price = ext.price
        arb = inn.arbitrage(price)
        arb_out = inn.trade(arb)
        arb_profit = profit(arb, arb_out, price) if arb else mpf(0)
        stake = mpf(0)
        if phi > market:
            # The sale moves the price from p to p*(1 - d) on x*y: e_f grows to sqrt(k/p2), the fee on top.
            target = price * (1 - (phi - market))
            need = max(mpf(0), (sqrt(ext.alt * ext.flash / target) - ext.flash) / ext.g)
            stake = min(need / phi, inn.flash / 2)
        alt_in = inn.alt * stake / ((inn.flash - stake) * inn.g)
        inn.alt, inn.flash = inn.alt + alt_in, inn.flash - stake
        stake_out = ext.give_flash(stake * phi)
        staked, minted, market = staked + stake, minted + stake * phi, rate
        yield [ext.alt, ext.flash, inn.alt, inn.flash, staked, minted, ext.price, inn.price, market, swap, ext_out, stake_out, arb,
               arb_out, arb_profit, stake, alt_in, stake]


def published(ext, inn, phi, market, draws):
    staked = minted = mpf(0)
    for swap, _ in draws:
        price, alt, flash = ext.price, ext.alt, ext.flash
        arb = inn.arbitrage(price)
        stake = (alt / sqrt(price - (phi - market)) - flash) / phi
        ext_out = ext.trade(swap)
        # A negative amount un-mints: the same equation, backwards.
        stake_out = ext.give_flash(stake * phi)
        arb_out = inn.trade(arb)
        arb_profit = profit(arb, arb_out, price) if arb else mpf(0)
        bought = inn.give_alt(stake)
        staked, minted = staked + stake, minted + stake * phi
        yield [ext.alt, ext.flash, inn.alt, inn.flash, staked, minted, ext.price, inn.price, market, swap, ext_out, stake_out, arb,
               arb_out, arb_profit, stake, stake, bought]


def write(name, kind, trace, model, fee, params):
    given = trace["params"]
    phi, market = mpf(given["mint_rate"]), mpf(given["market_apy0"])
    ext = Pool(given["ext_alt"], given["ext_flash"], fee)
    inn = Pool(given["int_alt"], given["int_flash"], fee)
    draws = [(mpf(float(d["amount"])) * (1 if d["token"] == "alt" else -1), mpf(d["market_apy"])) for d in trace["draws"][:10]]
    start = [ext.alt, ext.flash, inn.alt, inn.flash, 0, 0, ext.price, inn.price, market] + [0] * 9
    table = list(model(ext, inn, phi, market, draws))
    for row, step in zip(table, trace["steps"]):
        for metric, expected in [("ext_alt", step["ext"]["alt"]), ("int_flash", step["int"]["flash"]), ("staked", step["staked"]),
                                 ("minted", step["minted"])]:
            found = row[METRICS.index(metric)]
            assert abs(found - mpf(expected)) < mpf(10) ** -9, (name, metric, found, expected)
    with open(HERE / f"{name}.csv", "w", newline="") as file:
        file.write(f'# kind = "{kind}"\n# params = {params}\n# step = "1 step"\n# tolerance = 1e-12\n')
        file.write(f'# source = "the FLASH V3 notebook; reference.py, 60 digits; trades and rates of {trace["id"]} in flash_traces.json"\n')
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["timestep", "in.recorded_swap", "in.recorded_apy", *METRICS])
        number = lambda x: mp.nstr(mpf(x), 25)
        writer.writerow([0, "", "", *map(number, start)])
        for timestep, (row, (swap, rate)) in enumerate(zip(table, draws), 1):
            writer.writerow([timestep, number(swap), number(rate), *map(number, row)])


def main():
    traces = {t["id"]: t for t in json.loads((HERE / "flash_traces.json").read_text())["traces"]}
    for kind in ("v3", "v3-float"):
        write(kind, f"flash/{kind}", traces["corr-01"], corrected, "0.003", '{ profile = "corrected", mint_rate = 0.12, market_apy = 0.05 }')
        write(f"{kind}-published", f"flash/{kind}", traces["seed-02"], published, "0",
              '{ profile = "seed", mint_rate = 0.1, market_apy = 0.01, binary_rates = false }')


if __name__ == "__main__":
    main()
