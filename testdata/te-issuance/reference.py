"""Reference rows for every kind of te-issuance: python3 reference.py writes the files beside it.

Nothing here reads the library. Formulas are those of the sources named in each file, in 50 digits (mpmath) or, where a
contract counts in integers, in integers.
"""

from pathlib import Path

import mpmath
from mpmath import mp, mpf, exp, log, power

mp.dps = 50
HERE = Path(__file__).parent
Y = 31_536_000


def m(x):
    """The number that a file's text becomes: the exact value of the nearest double."""
    return mpf(float(x))


def floor(x):
    return int(mpmath.floor(x))


def cell(x):
    if isinstance(x, bool):
        return "true" if x else "false"
    return "" if x is None else repr(float(x))


def toml(x):
    if isinstance(x, bool):
        return "true" if x else "false"
    return f'"{x}"' if isinstance(x, str) else repr(x)


def write(name, kind, params, step, source, inputs, rows, tolerance="1e-12", folder=HERE):
    """`inputs`: name -> values of steps 1 to 10; `rows`: metrics of rows 0 to 10."""
    table = ", ".join(f"{key} = {toml(value)}" for key, value in params.items())
    lines = [
        f'# kind = "{kind}"',
        f"# params = {{ {table} }}",
        f'# step = "{step}"',
        f"# tolerance = {tolerance}",
        f'# source = "{source}; reference.py"',
        ",".join(["timestep", *(f"in.{key}" for key in inputs), *rows[0]]),
    ]
    assert len(rows) == 11
    for i, row in enumerate(rows):
        given = [cell(None if i == 0 else values[i - 1]) for values in inputs.values()]
        lines.append(",".join([str(i), *given, *(cell(x) for x in row.values())]))
    (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")


# ---------------------------------------------------------------- WORK


def work(name, params):
    rows, treasury, people, unbacked = [], 0, [0] * params["contributors"], 0
    tokens = params["genesis"]
    impact = rewards = 0
    for week in range(11):
        if week:
            tokens += params["weekly_mint"]
            treasury += params["weekly_mint"]
            impact = rewards = 0
            for i in range(len(people)):
                due = params["lowest_impact"] * params["rate"]
                if params["funded"]:
                    due = min(due, treasury)
                    treasury -= due
                else:
                    unbacked += due
                people[i] += due
                rewards += due
                impact += params["lowest_impact"]
        rows.append(dict(tokens=tokens, treasury=treasury, contributors=sum(people), impact=impact, rewards=rewards,
                         unaccounted=unbacked))
    write(name, "issuance/work-token", params, "1 week", "cadCAD notebook 'WORK Token Distribution'; impacts without spread",
          {}, rows, "0.0")


work("work-token", dict(genesis=5, weekly_mint=110, contributors=3, lowest_impact=4, highest_impact=4, rate=10, funded=True))
work("work-token-notebook",
     dict(genesis=1, weekly_mint=100, contributors=2, lowest_impact=7, highest_impact=7, rate=1, funded=False))

# ---------------------------------------------------------------- schedules

BURNED = [0, 0.5, 1.25, 0, 10, 3, 0.000001, 7, 2, 1]


def schedule(shape, cumulative, **params):
    params = dict(shape=shape, initial_supply=1000.0, decimals=6, **params)
    one = 10 ** 6
    per_year = m(params.get("steps_per_year", 52.0))
    theta, cap = params.get("throttle"), params.get("cap")
    rows, supply, issued, burned, before = [], 1000 * one, 0, 0, None
    minted = 0
    for t in range(11):
        if t:
            before = supply
            minted = floor(cumulative(t)) - floor(cumulative(t - 1))
            if theta is not None:
                minted = min(minted, floor(m(theta) * supply))
            if cap is not None:
                minted = min(minted, floor(m(cap) * one) - supply)
            out = floor(m(BURNED[t - 1]) * one)
            supply += minted - out
            issued += minted
            burned += out
        rows.append(dict(
            supply=mpf(supply) / one, minted=mpf(minted) / one, issued=mpf(issued) / one, burned=mpf(burned) / one,
            inflation=mpf(minted) / before * per_year if t else 0,
            max_annual_growth=power(1 + m(theta), per_year) - 1 if theta is not None else 0))
    name = "schedule" if shape == "compounded" else f"schedule-{shape}"
    write(name, "issuance/schedule", params, "1 week", "closed forms of the schedules' sources, rounded down to 1e-6 token",
          dict(burned=BURNED), rows)


U = 10 ** 6
S0 = 1000 * U
schedule("linear", lambda t: 40 * U * t, reward=40.0, cap=1260.5)
schedule("halving", lambda t: sum((40 * U) >> (i // 3) for i in range(t)), reward=40.0, period=3.0)
schedule("geometric", lambda t: m(40.0) * U * sum(power(m(0.9), i) for i in range(t)), reward=40.0, ratio=0.9)
schedule("exponential", lambda t: m(5000.0) * U * (1 - power(2, -t / m(7.0))), total=5000.0, period=7.0)


def tail(t):
    issued = 0
    for _ in range(t):
        issued += max((3000 * U - issued) >> 4, 150 * U)
    return issued


schedule("tail", tail, total=3000.0, shift=4, reward=150.0)
schedule("continuous", lambda t: S0 * (exp(m(0.3) * t / m(12.0)) - 1), rate=0.3, steps_per_year=12.0, throttle=0.024)
schedule("compounded", lambda t: S0 * (power(1 + m(0.3) / m(12.0), t) - 1), rate=0.3, steps_per_year=12.0, throttle=0.03)


def disinflation(t):
    years, fall = t / m(4.0), -log(1 - m(0.3))
    meet = log(m(0.4) / m(0.2)) / fall
    early = min(years, meet)
    integral = m(0.4) * (1 - exp(-fall * early)) / fall + m(0.2) * (years - early)
    return S0 * (exp(integral) - 1)


schedule("disinflation", disinflation, rate=0.4, taper=0.3, terminal_rate=0.2, steps_per_year=4.0)


def sigmoid(t):
    curve = lambda s: 1 / (1 + exp(-m(0.8) * (s - m(5.0))))
    return m(2000.0) * U * (curve(mpf(t)) - curve(mpf(0))) / (1 - curve(mpf(0)))


schedule("sigmoid", sigmoid, total=2000.0, steepness=0.8, midpoint=5.0)

# ---------------------------------------------------------------- vesting


def vesting(name, params, step, months):
    """`months`: months that a step takes."""
    one = 10 ** 4
    total, unlock = floor(m(params["total"]) * one), floor(m(params["unlock"]) * one)
    rest, cliff, span, n = total - unlock, params["cliff"], params.get("duration"), params.get("periods")
    curve = params["curve"]

    def vested(t):
        if t < cliff:
            return unlock
        if curve in ("linear", "catch-up"):
            return unlock + rest * min(t, span) // span
        if curve == "after-cliff":
            return unlock + rest * min(t - cliff, span) // span
        if curve == "half-life":
            return unlock + floor(rest * (1 - power(2, -(t - cliff) / m(params["half_life"]))))
        due = {"periodic": t * n // span, "steps-advance": 1 + (t - cliff) * n // span,
               "steps-arrears": (t - cliff) * n // span}[curve]
        return unlock + rest * min(due, n) // n

    rows, before = [], vested(0)
    for i in range(11):
        now = vested(i * months)
        rows.append(dict(vested=mpf(now) / one, locked=mpf(total - now) / one, released=mpf(now - before) / one,
                         share=mpf(now) / total))
        before = now
    write(name, "issuance/vesting", params, step, "the definitions of the curves, in integers", {}, rows)


GRANT = dict(total=1000000.123, decimals=4, unlock=100000.5, time_unit="month")
vesting("vesting", dict(curve="after-cliff", **GRANT, cliff=6, duration=18), "1 quarter", 3)
vesting("vesting-catch-up", dict(curve="catch-up", **GRANT, cliff=6, duration=24), "1 quarter", 3)
vesting("vesting-linear", dict(curve="linear", **GRANT, cliff=2, duration=8), "1 month", 1)
vesting("vesting-periodic", dict(curve="periodic", **GRANT, cliff=4, duration=9, periods=3), "1 month", 1)
vesting("vesting-steps-advance", dict(curve="steps-advance", **GRANT, cliff=2, duration=6, periods=3), "1 month", 1)
vesting("vesting-steps-arrears", dict(curve="steps-arrears", **GRANT, cliff=2, duration=6, periods=3), "1 month", 1)
vesting("vesting-half-life", dict(curve="half-life", **GRANT, cliff=3, half_life=5.5), "1 month", 1)

# ---------------------------------------------------------------- a pool towards a share of the supply

FLOWS = [0, 250, -400, 0, 1200, -3000, 50, 0, 0, -10]


def target_ratio(name, params, flows=FLOWS):
    target, period = m(params["target"]), m(params["period"])
    theta = params.get("throttle")
    cap = None if theta is None else m(theta) / (target if params["throttle_scale"] == "of-target-ratio" else 1)
    pool, supply, h = m(params["initial_pool"]), m(params["initial_supply"]), mpf(1) / 12
    rows, adjustment = [], mpf(0)
    error = lambda: (1 - pool / supply / target) / period
    clamp = lambda e: e if cap is None else max(-cap, min(cap, e))
    for t in range(11):
        if t:
            pool += m(flows[t - 1])
            adjustment = clamp(error()) * h * supply
            if params["stop_at_target"]:
                gap = supply * target - pool
                adjustment = min(adjustment, gap) if adjustment >= 0 else max(adjustment, gap)
            adjustment = max(adjustment, -pool)
            pool += adjustment
            supply += adjustment
        rows.append(dict(pool=pool, supply=supply, ratio=pool / supply, adjustment=adjustment, error=error(),
                         throttled=bool(clamp(error()) != error()), max_annual_change=cap or 0))
    write(name, "issuance/target-ratio", params, "1 month", "1Hive economy notebook and dynamic issuance contract, continuous amounts",
          dict(pool_flow=flows), rows)


target_ratio("target-ratio", dict(target=0.3, throttle=0.05, throttle_scale="of-target-ratio", period=1.0, stop_at_target=True,
                                  initial_pool=5000.0, initial_supply=26238.0))
target_ratio("target-ratio-free", dict(target=0.2, period=0.15, stop_at_target=False, initial_pool=9000.0, initial_supply=26238.0),
             [0, 2500, -400, 0, 1200, 100, 50, 0, 4000, 10])


def dynamic_issuance():
    params = dict(target_ratio=0.3, throttle=0.1, initial_pool=9000.0, initial_supply=26238.0)
    E18, E10 = 10 ** 18, 10 ** 10
    T = int(round(params["target_ratio"] * 1e10))
    A = floor(m(params["throttle"]) * E18) // Y
    P, S = (floor(m(params[key]) * E18) for key in ("initial_pool", "initial_supply"))
    rows, adjustment = [], 0

    def rates():
        q = P * E18 * E10 // S // T
        free = abs(q - E18) // Y
        return q, free, min(free, A * E10 // T)

    for t in range(11):
        if t:
            P += int(FLOWS[t - 1]) * E18
            q, _, rate = rates()
            wanted = S * T // E10
            amount = rate * 604_800 * S // E18
            adjustment = 0
            if q > E18:
                adjustment = -min(amount, P - wanted)
            elif q < E18:
                adjustment = min(amount, wanted - P)
            P += adjustment
            S += adjustment
        _, free, rate = rates()
        ratio, share = mpf(P) / S, mpf(T) / E10
        distance = 1 - ratio / share
        yearly = mpf(rate) / E18 * Y
        away = mpf(abs(P - S * T // E10)) / S
        rows.append(dict(pool=mpf(P) / E18, supply=mpf(S) / E18, ratio=ratio, distance=distance, adjustment=mpf(adjustment) / E18,
                         annual_rate=yearly if distance >= 0 else -yearly, throttled=rate < free,
                         time_to_target=away / (mpf(rate) / E18) / Y, max_annual_change=mpf(A) / E18 * Y / share))
    write("dynamic-issuance", "issuance/dynamic-issuance", params, "1 week", "1Hive Issuance.sol, in its integers",
          dict(pool_flow=FLOWS), rows)


dynamic_issuance()

# ---------------------------------------------------------------- controllers of a rate

MEASURED = [0.1, 0.15, 0.3, 0.35, 0.2, 0.18, 0.5, 0.9, 0.2, 0.05]


def pid():
    params = dict(setpoint=0.2, kp=1.5, ki=2.0, kd=0.03, leak=0.6, low=-0.4, high=0.3, anti_windup="conditional",
                  initial_supply=1000000.0)
    kp, ki, kd, leak, low, high = (m(params[key]) for key in ("kp", "ki", "kd", "leak", "low", "high"))
    h, supply, integral, last = mpf(1) / 12, m(1e6), mpf(0), None
    adjustment = rate = e = mpf(0)
    rows = []
    for t in range(11):
        if t:
            e = m(0.2) - m(MEASURED[t - 1])
            slope = 0 if last is None else (e - last) / h
            grown = integral * power(leak, h) + e * h
            u = kp * e + ki * grown + kd * slope
            if (u > high and e > 0) or (u < low and e < 0):
                u = kp * e + ki * integral + kd * slope
            else:
                integral = grown
            rate, last = max(low, min(high, u)), e
            adjustment = supply * rate * h
            supply += adjustment
        rows.append(dict(supply=supply, adjustment=adjustment, rate=rate, error=e, integral=integral))
    write("pid", "issuance/pid", params, "1 month", "textbook PID, rectangles, conditional anti-windup",
          dict(measured=MEASURED), rows)


pid()

MARKET = [3.10, 3.141, 3.1405, 3.05, 3.2, 3.14, 3.139, 2.5, 3.6, 3.14]


def rai(name, form):
    """The calculators' integers: 27 decimals for prices and rates, 18 for gains; a day between calls."""
    RAY, WAD, day = 10 ** 27, 10 ** 18, 86_400
    kept_a_second = m(0.999999)
    # Gains a year: the library integrates over years, the contract over seconds.
    params = dict(form=form, setpoint=3.14, kp=0.9, ki=63.072, leak=float(power(kept_a_second, Y)), low=-0.5, high=0.4,
                  noise_barrier=0.005, initial_supply=1000000.0)
    if form == "rai-scaled":
        params.update(kp=3.0, ki=315.36)
    kp = int(m(params["kp"]) * WAD)
    ki = int(m(params["ki"]) / Y * WAD * WAD)
    barrier = int((1 - m(params["noise_barrier"])) * WAD)
    leak = int(power(m(params["leak"]), mpf(day) / Y) * RAY)
    redemption = int(m(3.14) * RAY)
    div = lambda a, b: abs(a) // b * (1 if a >= 0 else -1)
    integral, last, begun = 0, 0, False
    supply = m(1e6)
    rows = [dict(supply=supply, adjustment=0, rate=0, error=0, integral=0)]
    for price in MARKET:
        e = redemption - int(m(price) * RAY)
        if form == "rai-scaled":
            e = div(e * RAY, redemption)
        elapsed = day if begun else 0
        integral = div(leak * integral, RAY) + div(e + last, 2) * elapsed
        last, begun = e, True
        out = div(e * kp, WAD) + div(integral * ki, WAD * WAD)
        rate = 0
        if abs(out) >= redemption * (2 * WAD - barrier) // WAD - redemption and out != 0:
            rate = max(int(m(params["low"]) * RAY), min(int(m(params["high"]) * RAY), out))
        rate = mpf(rate) / RAY
        adjustment = supply * rate * day / Y
        supply += adjustment
        rows.append(dict(supply=supply, adjustment=adjustment, rate=rate, error=mpf(e) / RAY, integral=mpf(integral) / RAY / Y))
    write(name, "issuance/pid", params, "1 day", "reflexer-labs/geb-rrfm-calculators, in its integers",
          dict(measured=MARKET), rows)


rai("pid-rai-raw", "rai-raw")
rai("pid-rai-scaled", "rai-scaled")

BONDED = [0.1, 0.5, 0.67, 0.9, 1.0, 1.0, 0.3, 0.0, 0.0, 0.67]


def bonded_ratio():
    params = dict(goal=0.67, rate_change=0.5, low=0.07, high=0.2, initial_inflation=0.13, initial_supply=1000000.0)
    n, pi, supply, minted, rows = mpf(12), m(0.13), m(1e6), mpf(0), []
    for t in range(11):
        if t:
            pi += (1 - m(BONDED[t - 1]) / m(0.67)) * m(0.5) / n
            pi = max(m(0.07), min(m(0.2), pi))
            minted = supply * pi / n
            supply += minted
        rows.append(dict(supply=supply, minted=minted, inflation=pi))
    write("bonded-ratio", "issuance/bonded-ratio", params, "1 month", "Cosmos SDK x/mint", dict(bonded=BONDED), rows)


bonded_ratio()

PRICES = [1.0, 1.03, 1.2, 0.97, 0.8, 1.05, 0.95, 2.5, 0.1, 1.0251]


def rebase(name, params, share):
    start = m(params["initial_supply"])
    supply, delta, rows = start, mpf(0), []
    for t in range(11):
        if t:
            target = m(params["target_price"])
            delta = supply * share((m(PRICES[t - 1]) - target) / target)
            supply += delta
        rows.append(dict(supply=supply, delta=delta, index=supply / start))
    write(name, "issuance/rebase", params, "1 day", "Ampleforth UFragmentsPolicy.sol", dict(price=PRICES), rows)


def one_sigmoid(d, lower, upper, growth):
    """The contract's form: (U - L) / (1 - (U / L) / 2^(g d)) + L."""
    return (upper - lower) / (1 - (upper / lower) / power(2, growth * d)) + lower


rebase("rebase", dict(rule="linear", target_price=1.0, threshold=0.05, lag=10.0, initial_supply=1000000.0),
       lambda d: d / 10 if abs(d) >= m(0.05) else mpf(0))
rebase("rebase-sigmoid", dict(rule="sigmoid", target_price=1.01, low=-0.11, high=0.07, growth=3.5, initial_supply=1000000.0),
       lambda d: one_sigmoid(d, m(-0.11), m(0.07), m(3.5)))


def two_sided(d):
    if abs(d) < m(0.025):
        return mpf(0)
    if d >= 0:
        return one_sigmoid(d, -m(0.05), m(0.05), m(14.5))
    return one_sigmoid(d, m(-0.077), -m(-0.077), m(20.0))


rebase("rebase-two-sided",
       dict(rule="two-sided", target_price=1.0, threshold=0.025, low=-0.077, high=0.05, growth=14.5, contraction_growth=20.0,
            initial_supply=1000000.0), two_sided)

# ---------------------------------------------------------------- fees and rewards in integers

GAS = [30_000_000, 30_000_000, 15_000_000, 0, 15_000_001, 14_999_999, 1, 29_999_999.75, 7_654_321, 22_500_000]


def fee_burn(name, first):
    fee, burned, total, rows = first, 0, 0, []
    for t in range(11):
        if t:
            gas, aim = int(GAS[t - 1]), 15_000_000
            burned = fee * gas
            total += burned
            if gas > aim:
                fee += max(fee * (gas - aim) // aim // 8, 1)
            elif gas < aim:
                fee -= fee * (aim - gas) // aim // 8
        rows.append(dict(base_fee=fee, burned=burned, total_burned=total))
    write(name, "issuance/fee-burn", dict(initial_base_fee=first, gas_limit=30_000_000), "1 second",
          "go-ethereum CalcBaseFee, in integers", dict(gas_used=GAS), rows)


fee_burn("fee-burn", 10 ** 9 + 7)
fee_burn("fee-burn-low", 7)

STAKE = [0, 0, 1e17, 1e17, 3e16, 0, 0, 12.5, 12.5, 0]
OTHERS = [0, 5, 5, 2e17, 0, 0, 0, 4, 37.5, 37.5]


def staking_rewards():
    """Unipool.sol in its integers; a step of ten days, a period of thirty."""
    D, E18, ten = 2_592_000, 10 ** 18, 864_000
    now = last = finish = rate = rpt = notified = unstaked = dust = 0
    stake, paid, owed, out = [0, 0], [0, 0], [0, 0], [0, 0]
    periods = 2

    def settle(time):
        nonlocal last, rpt, unstaked
        until = min(time, finish)
        reward = max(until - last, 0) * rate
        if sum(stake):
            rpt += reward * E18 // sum(stake)
        else:
            unstaked += reward
        last = until

    def account(i):
        owed[i] += stake[i] * (rpt - paid[i]) // E18
        paid[i] = rpt

    rows = []
    for t in range(11):
        if t:
            for i, wanted in enumerate((STAKE[t - 1], OTHERS[t - 1])):
                wanted = floor(m(wanted) * E18)
                if wanted != stake[i]:
                    settle(now)
                    account(i)
                    stake[i] = wanted
                    if wanted == 0:
                        out[i] += owed[i]
                        owed[i] = 0
            if periods and now >= finish:
                settle(now)
                notified += 1000 * E18
                rate = 1000 * E18 // D
                dust += 1000 * E18 - rate * D
                last, finish = now, now + D
                periods -= 1
            now += ten
            settle(now)
            account(0)
        earned = [owed[i] + out[i] + stake[i] * (rpt - paid[i]) // E18 for i in (0, 1)]
        to_come = max(finish - now, 0) * rate
        rows.append(dict(
            staked=mpf(sum(stake)) / E18, earned=mpf(earned[0]) / E18, others_earned=mpf(earned[1]) / E18,
            notified=mpf(notified) / E18, undistributed=mpf(to_come) / E18,
            lost=mpf(notified - to_come - sum(earned)) / E18,
            yearly_reward=mpf(rate) * Y / sum(stake) if now < finish and sum(stake) else 0))
    write("staking-rewards", "issuance/staking-rewards", dict(reward=1000.0, periods=2), "10 days", "1Hive Unipool.sol, in its integers",
          dict(stake=STAKE, others=OTHERS), rows)


staking_rewards()
