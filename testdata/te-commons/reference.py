"""Writes the reference rows of the kinds of te-commons, one file each.

Needs nothing but Python. Run in this folder: python3 reference.py
Amounts of contracts are whole units of 1e-18 in exact integers, everything else is exact fractions; both are rounded once, to
the digits written. The equations are those of the hatch, impact-hours and migration contracts and of the TEC's spreadsheet.
"""

from decimal import Decimal, getcontext
from fractions import Fraction
from math import floor

getcontext().prec = 40
UNIT = 10**18


def text(cell):
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, int):
        return str(cell)
    cell = Fraction(cell)
    return str((Decimal(cell.numerator) / Decimal(cell.denominator)).normalize())


def write(name, head, rows):
    columns = list(rows[-1])
    with open(f"{name}.csv", "w", encoding="ascii") as file:
        for line in head:
            file.write(f"# {line}\n")
        file.write(",".join(["timestep", *columns]) + "\n")
        for step, row in enumerate(rows):
            file.write(",".join([str(step), *(text(row.get(column)) for column in columns)]) + "\n")


def units(tokens):
    """Whole units of the binary value of a float."""
    return floor(Fraction(tokens) * UNIT)


def tokens(amount):
    return Fraction(amount, UNIT)


def toml(params):
    show = lambda value: f'"{value}"' if isinstance(value, str) else repr(value)
    return "params = { " + ", ".join(f"{key} = {show(value)}" for key, value in params.items()) + " }"


def hatch(name, params, inputs, days):
    """The hatch contract with all backers as one holder and all builders as another."""
    p = params
    ppm = lambda share: round(share * 10**6)
    rate, offered, share = ppm(p["exchange_rate"]), ppm(p["supply_offered"]), ppm(p["hatch_tribute"])
    goals = units(p["min_goal"]), units(p["max_goal"])
    most, at_target, target = units(p["max_rate"]), units(p["rate_at_target"]), units(p["target_goal"])
    expected = (most - at_target) * target // at_target
    period = round(p["period"] * 86400)
    hours = p["impact_hours"]
    raised = supply = reserve = beneficiary = backers = builders = refunded = contribution = 0
    opened, closed, now, elapsed = None, False, 1, 0.0

    def state():
        if opened is None:
            return 0
        if raised >= goals[1]:
            return 4 if closed else 3
        if now - opened <= period:
            return 1
        if raised >= goals[0]:
            return 4 if closed else 3
        return 2

    def settle():
        nonlocal supply, builders, beneficiary, reserve, closed
        full = units(hours) * most // UNIT
        reward = (full * raised // (raised + expected)) * rate // 10**6 if raised else 0
        builders, supply = reward, supply + reward
        beneficiary = raised * share // 10**6
        reserve = raised - beneficiary
        supply += supply * (10**6 - offered) // offered
        closed = True

    def row():
        x = tokens(raised)
        big_r, r = Fraction(p["max_rate"]), Fraction(p["rate_at_target"])
        e = (big_r / r - 1) * Fraction(p["target_goal"])
        ih_rate = big_r * x / (x + e) if x else Fraction(0)
        worth = Fraction(hours) * ih_rate
        return {
            "state": state(),
            "closed": state() == 4,
            "total_raised": x,
            "refunded": tokens(refunded),
            "supply": tokens(supply),
            "reserve": tokens(reserve),
            "beneficiary": tokens(beneficiary),
            "backers_tokens": tokens(backers),
            "builders_tokens": tokens(builders),
            "impact_hours": Fraction(hours),
            "impact_hour_rate": ih_rate,
            "builders_share": worth / (worth + x) if worth + x else Fraction(0),
            "ragequit": x * (1 - Fraction(p["hatch_tribute"])) / (worth + x) if x else Fraction(1),
        }

    rows = [row()]
    for start, wired_hours, sentiment, more in inputs:
        elapsed += days
        now = round(elapsed * 86400) + 1
        given = units(p["mean_contribution"] * days * sentiment + more)
        before = state()
        if before == 0 and start >= 1:
            opened = now
            if wired_hours > 0:
                hours = wired_hours
        elif before == 1:
            take = min(given, goals[1] - raised)
            minted = take * rate // 10**6
            raised, contribution = raised + take, contribution + take
            supply, backers = supply + minted, backers + minted
            if raised >= goals[1]:
                settle()
        elif before == 3:
            settle()
        elif before == 2 and contribution:
            refunded, contribution = contribution, 0
            supply, backers = supply - backers, 0
        names = ["in.start", "in.impact_hours", "in.sentiment", "in.contribution"]
        rows.append({**dict(zip(names, (start, wired_hours, sentiment, more))), **row()})
    write(name, [
        'kind = "commons/hatch"',
        toml(params),
        f'step = "{days} days"',
        "tolerance = 1e-12",
        'source = "the contracts Hatch and ImpactHours in exact integers; reference.py"',
    ], rows)


def upgrade():
    params = {
        "commons_tribute": 0.69, "opening_price": 1.25, "initial_buy": 200000.5, "freeze": 2.0, "thaw": 4.0, "hatch_vote": 6.0,
        "vote": 5.0, "delegated": 3.0, "quiet_ending": 3.0, "extension": 2.0, "extensions": 1, "execution_delay": 0.5,
        "claim_rate": 0.0,
    }
    p = params
    to_launch = Fraction(6) + 5 + Fraction(1, 2) + 1 * 2
    voting, weeks, launch = None, None, None
    held = {"reserve": 1539799.0986, "beneficiary": 31424.4714, "supply": 2041863.58}

    def row():
        waiting = max(to_launch - (voting or 0), 0)
        released = 0
        if launch:
            released = min(max((weeks - Fraction(p["freeze"])) / Fraction(p["thaw"]), Fraction(0)), Fraction(1))
        price = Fraction(p["opening_price"])
        supply = Fraction(held["supply"]) if launch else 0
        frozen = launch and weeks < p["freeze"]
        return {
            "phase": (4 if released == 1 else 2 if frozen else 3) if launch else int(voting is not None),
            "launched": launch is not None,
            "time_to_launch": Fraction(0) if launch else waiting,
            "launch_reserve": launch[1] if launch else 0,
            "launch_supply": supply,
            "launch_common_pool": launch[0] if launch else 0,
            "launch_buy": Fraction(p["initial_buy"]) if launch else 0,
            "reserve_ratio": launch[1] / (price * supply) if launch else 0,
            "released_fraction": released,
            "locked": supply * (1 - released),
            "price_floor": price * (1 - released),
            "fraction_claimed": 0,
        }

    rows = [row()]
    for closed in [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]:
        if launch:
            weeks += 1
        elif voting is None:
            voting = 0 if closed >= 1 else None
        else:
            voting += 7
            if voting >= to_launch:
                total = units(held["reserve"]) - units(p["initial_buy"]) + units(held["beneficiary"])
                first = total * round(Fraction(p["commons_tribute"]) * UNIT) // UNIT
                launch, weeks = (tokens(first), tokens(total - first)), Fraction(0)
        rows.append({"in.closed": closed, **{f"in.{k}": Fraction(v) for k, v in held.items()}, **row()})
    write("upgrade", [
        'kind = "commons/upgrade"',
        toml(params),
        'step = "7 days"',
        "tolerance = 1e-12",
        'source = "the split of MigrationTools in exact integers, freeze and thaw of the token lockup; reference.py"',
    ], rows)


def cultural_build():
    """Praise is drawn; with one person, equal points and equal budgets every draw leads to the same hours."""
    params = {
        "periods": 4, "period_length": 14.0, "quantifiers": 3, "hours_budget": 424.6, "people": 1, "items": 5.0,
        "worth_spread": 0.0, "disagreement": 0.0, "scale_spread": 0.0, "budget_spread": 0.0, "paid_share": 1.0, "kept": 0.25,
    }
    full, kept = Fraction(params["hours_budget"]), Fraction(params["kept"])
    closed = earned = 0
    last = Fraction(0)
    row = lambda: {
        "periods": closed,
        "done": closed == params["periods"],
        "hours": kept * earned,
        "period_hours": last,
        "people": int(earned > 0),
        "gini": 0,
        "top_20_share": int(earned > 0),
        "agreement": 0,
        "discount": (1 - kept) * earned,
    }
    rows = [row()]
    for week, activity in enumerate([1, 1, 1, 0, 1, 2, 0.5, 0.5, 1, 1, 1], start=1):
        if week % 2 == 0 and closed < params["periods"]:
            # A period without praise gives no hours.
            last = full if round(params["items"] * activity) > 0 else Fraction(0)
            closed, earned = closed + 1, earned + last
        rows.append({"in.activity": activity, **row()})
    write("cultural-build", [
        'kind = "commons/cultural-build"',
        toml(params),
        'step = "7 days"',
        "tolerance = 1e-12",
        'source = "hours = mean budget * share of points, paid people keep a part; one person gets all; reference.py"',
    ], rows)


if __name__ == "__main__":
    tec = {
        "min_goal": 800000.0, "target_goal": 3000000.0, "max_goal": 14000000.0, "period": 30.0, "exchange_rate": 1.0,
        "supply_offered": 0.95, "hatch_tribute": 0.02, "max_rate": 226.0, "rate_at_target": 77.07, "impact_hours": 9000.0,
        "mean_contribution": 52374.119, "contribution_volatility": 0.0,
    }
    hatch("hatch", tec, [
        (0, 0, 1, 0), (1, 9766, 1, 0), (1, 0, 1, 0), (1, 0, 0.5, 1000.25), (1, 0, 1.5, 0), (1, 0, 1, 0), (1, 0, 1, 12.5),
        (1, 0, 0, 0), (1, 0, 1, 0), (1, 0, 1, 0),
    ], 5)
    hatch("hatch-refund", {**tec, "min_goal": 2900000.0, "exchange_rate": 1.3, "period": 20.0}, [
        (1, 0, 1, 0), (1, 0, 1, 0), (1, 0, 1, 7.75), (1, 0, 0.25, 0), (1, 0, 1, 0), (1, 0, 1, 0), (1, 0, 1, 0), (1, 0, 1, 0),
        (1, 0, 1, 0), (1, 0, 1, 0),
    ], 5)
    upgrade()
    cultural_build()
