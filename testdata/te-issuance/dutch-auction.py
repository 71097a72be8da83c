"""Writes the reference rows of `issuance/dutch-auction`: prices from the closed forms in 50 digits (mpmath), tokens in exact
fractions, sales counted from the purchases; it shares nothing with the crate. Run: python3 dutch-auction.py"""

from fractions import Fraction

from mpmath import mp, mpf

mp.dps = 50


def write(name, decline, start, reserve, duration, supply, demands):
    def price(t):
        if t >= duration:
            return mpf(reserve)
        if decline == "linear":
            return mpf(start) * (duration - t) / duration + mpf(reserve) * t / duration
        return mp.root((mpf(reserve) / start) ** t, duration) * start

    lines = [
        '# kind = "issuance/dutch-auction"',
        f'# params = {{ decline = "{decline}", start_price = {start}.0, reserve_price = {reserve}.0, '
        f"duration = {duration}.0, supply = {supply}.0 }}",
        "# tolerance = 1e-14",
        f'# source = "Vickrey 1961, the {decline} law between two prices; dutch-auction.py, mpmath"',
        "timestep,in.demand,price,sold,unsold,revenue",
        f"0,,{float(start)!r},0.0,{float(supply)!r},0.0",
    ]
    left, paid = Fraction(supply), mpf(0)
    for t, demand in enumerate(demands, start=1):
        bought = min(Fraction(demand), left) if t <= duration else Fraction(0)
        left -= bought
        paid += price(t) * bought.numerator / bought.denominator
        cells = [float(x) for x in (demand, price(t), supply - left, left, paid)]
        lines.append(",".join([str(t)] + [repr(cell) for cell in cells]))
    with open(f"{name}.csv", "w") as file:
        file.write("\n".join(lines) + "\n")


# Some is left when the time is over; two late orders are not filled.
write("dutch-auction", "linear", 12, 3, 8, 1000, [0, "12.5", 40, "0.125", 260, 75, 310, 200, 500, 1])
# Sold out before the end: the eighth order gets what is left.
write("dutch-auction-exponential", "exponential", 100, 7, 9, 500, [5, 0, "20.5", 33, 70, "101.25", 90, 600, 10, 1])
