"""Writes the reference rows of the kinds of te-finance and performance.json. All of it follows the published equations in
mpmath at 40 digits and shares nothing with the crate. Run: python3 reference.py"""

import json

from mpmath import exp, expm1, floor, inf, log, log1p, mp, mpf, quad, sqrt

mp.dps = 40


def write(name, header, columns, rows):
    """A file of `name`.csv: TOML lines, then the table; inputs are columns `in.NAME`, blank in row 0."""
    with open(f"{name}.csv", "w") as file:
        for line in header:
            file.write(f"# {line}\n")
        file.write(",".join(columns) + "\n")
        for row in rows:
            cells = ["" if x is None else str(x).lower() if isinstance(x, bool) else repr(float(x)) for x in row]
            file.write(",".join(cells) + "\n")


# --- cash-flow: flows at the ends of steps, discounted along the rate that was realised ---
def cash_flow():
    dt, premium, initial = mpf(1) / 4, mpf("0.02"), mpf(-100)
    flows = ["5", "12.5", "-30", "40", "0", "35", "41", "-60", "80", "20"]
    rates = ["0.05", "0.07", "-0.01", "0", "0.12", "0.3", "0.04", "0.04", "0.01", "0.02"]
    spread, sums = mpf(0), [initial]
    value, paid = initial, 0
    rows = [[0, None, None, initial, initial, initial, initial, 1, 0]]
    for t, (flow, rate) in enumerate(zip(map(mpf, flows), map(mpf, rates)), 1):
        spread += (rate + premium) * dt
        sums.append(sums[-1] + flow)
        value += flow * exp(-spread)
        if not paid and sums[-2] < 0 <= sums[-1]:
            paid = t
        rows.append([t, flow, rate, flow, sums[-1], min(0, *sums), value, exp(-spread), paid])
    write(
        "cash-flow",
        [
            'kind = "finance/cash-flow"',
            "params = { initial_flow = -100.0, risk_premium = 0.02 }",
            'step = "3 months"',
            "tolerance = 1e-14",
            'source = "the sum of flows over the product of exp((rate + premium) dt); reference.py, mpmath"',
        ],
        ["timestep", "in.cash_flow", "in.rate", "cash_flow", "cumulative", "lowest", "present_value", "discount_factor", "payback"],
        rows,
    )


# --- opex: specs of the published class with its cumulative revenue corrected: each month pays for its own contracts ---
def opex():
    salary, people, office, size = mpf(3000), mpf(4), mpf(2500), mpf(9000)
    contracts, won_own, churn = mpf("1.5"), mpf("0.75"), mpf("0.05")
    inflation, buffer, treasury = mpf("0.06"), mpf(20000), mpf(9000)
    length = mpf(1) / 2  # a step of half a month
    won = [0, 1, 0, 0, 2, 0, 0, 0, 1, 0]
    funding = [0, 0, 5000, 0, 0, 0, 0, 0, 0, 0]
    spending = [0, 0, 0, 0, 1000, 0, 0, 0, 0, 250]
    revenue = costs = contributed = mpf(0)
    lowest, even = treasury, 0

    def wage(t):
        return (1 + inflation) ** (length * t / 12)

    def row(t, inputs):
        burn = people * salary * wage(t) + office - size * floor(contracts)
        runway = 0 if treasury < 0 else min(1200, treasury / burn) if burn > 0 else 1200
        shown = [contracts, treasury, burn, runway, revenue, costs, revenue - costs, contributed, lowest, even]
        return [t, *inputs, *shown, contracts / people, bool(treasury < buffer)]

    rows = [row(0, [None] * 3)]
    for t in range(1, 11):
        before = revenue - costs
        income = length * size * floor(contracts)
        spent = length * (people * salary * wage(t - 1) + office)
        treasury += funding[t - 1] - spending[t - 1] + income - spent
        contributed += funding[t - 1] - spending[t - 1]
        revenue, costs = revenue + income, costs + spent
        contracts = contracts * (1 - churn) ** length + length * won_own + won[t - 1]
        lowest = min(lowest, treasury)
        if not even and before < 0 <= revenue - costs:
            even = t
        rows.append(row(t, [won[t - 1], funding[t - 1], spending[t - 1]]))
    assert even
    write(
        "opex",
        [
            'kind = "finance/opex"',
            "params = { initial_treasury = 9000.0, salary_inflation = 0.06, whole_contracts = true, capital_buffer = 20000.0, costs = { monthly_salary = 3000.0, employees = 4.0, office_expense = 2500.0, contract_size = 9000.0, initial_contracts = 1.5, new_contracts = 0.75, churn = 0.05 } }",
            'step = "0.5 month"',
            "tolerance = 1e-13",
            'source = "ltfte.py, class TokenEngineering, revenue of each month by the contracts then held; reference.py, mpmath"',
        ],
        ["timestep", "in.contracts_won", "in.funding", "in.spending", "contracts", "treasury", "burn", "runway", "revenue", "costs", "net", "contributed", "lowest_treasury", "break_even", "utilisation", "below_buffer"],
        rows,
    )


# --- interest-rate ---
RATE = ["timestep", "rate", "continuous_rate", "mean", "variance", "discount_factor", "bond_yield", "account"]


def constant_rate(name, model, params, rate, maturity):
    dt, r = mpf(1) / 12, mpf(rate)
    rows = []
    for t in range(11):
        rows.append([t, r, log1p(r), r, 0, (1 + r) ** -maturity, log1p(r), (1 + r) ** (t * dt)])
    write(
        name,
        [
            'kind = "finance/interest-rate"',
            f'params = {{ model = "{model}", maturity = {float(maturity)}, {params} }}',
            'step = "1 month"',
            "tolerance = 1e-13",
            'source = "(1 + r)^t; reference.py, mpmath"',
        ],
        RATE,
        rows,
    )


def vasicek(name, sigma):
    """Without noise every row; with it the moments, and bond price and yield of row 0. The bond by the integrals of mean
    and variance of the integrated rate, not by the closed form."""
    a, b, r0, T, dt = mpf("0.8"), mpf("0.04"), mpf("-0.01"), mpf(5), mpf(1) / 2
    s = mpf(sigma)
    account, rows = mpf(1), []
    for t in range(11):
        time = t * dt
        rate = b + (r0 - b) * exp(-a * time)
        variance = quad(lambda u: (s * exp(-a * (time - u))) ** 2, [0, time]) if t else mpf(0)
        mean_integral = quad(lambda u: b + (rate - b) * exp(-a * u), [0, T])
        spread = quad(lambda u: (s * (1 - exp(-a * (T - u))) / a) ** 2, [0, T])
        log_price = -mean_integral + spread / 2
        known = s == 0 or t == 0
        rows.append(
            [t]
            + ([rate, rate] if known else [None, None])
            + [rate, variance]
            + ([exp(log_price), -log_price / T, account] if known else [None] * 3)
        )
        account *= exp(rate * dt)
    write(
        name,
        [
            'kind = "finance/interest-rate"',
            f'params = {{ model = "vasicek", maturity = 5.0, vasicek = {{ a = 0.8, b = 0.04, sigma = {sigma}, r0 = -0.01 }} }}',
            'step = "6 months"',
            "tolerance = 1e-13",
            'source = "Vasicek 1977: moments and bond by numerical integration of the law; reference.py, mpmath"',
        ],
        RATE,
        rows,
    )


def cir(name, sigma):
    """The bond by the textbook's A and B; where noise is on only what is known before it is drawn."""
    a, b, r0, T, dt = mpf("0.8"), mpf("0.04"), mpf("0.09"), mpf(5), mpf(1) / 2
    s = mpf(sigma)
    account, rows = mpf(1), []
    for t in range(11):
        time = t * dt
        rate = b + (r0 - b) * exp(-a * time)
        e = exp(-a * time)
        variance = r0 * s**2 / a * (e - e**2) + b * s**2 / (2 * a) * (1 - e) ** 2
        if s == 0:
            log_price = -quad(lambda u: b + (rate - b) * exp(-a * u), [0, T])
        else:
            h = sqrt(a**2 + 2 * s**2)
            bottom = 2 * h + (a + h) * expm1(h * T)
            A = (2 * h * exp((a + h) * T / 2) / bottom) ** (2 * a * b / s**2)
            log_price = log(A) - 2 * expm1(h * T) / bottom * rate
        known = s == 0 or t == 0
        rows.append(
            [t]
            + ([rate, rate] if known else [None, None])
            + [rate, variance]
            + ([exp(log_price), -log_price / T, account] if known else [None] * 3)
        )
        account *= exp(rate * dt)
    write(
        name,
        [
            'kind = "finance/interest-rate"',
            f'params = {{ model = "cir", maturity = 5.0, cir = {{ a = 0.8, b = 0.04, sigma = {sigma}, r0 = 0.09 }} }}',
            'step = "6 months"',
            "tolerance = 1e-13",
            'source = "Cox, Ingersoll, Ross 1985 (Brigo and Mercurio, equations 3.23 to 3.25); reference.py, mpmath"',
        ],
        RATE,
        rows,
    )


# --- company: the published rules with wages, moves, expansion, models and liquidation completed ---
def company():
    m = mpf(1) / 2  # half months, so that shares are exponentiated
    wage, retainer, duration = mpf(2500), mpf(9000), mpf(4)
    model_cost, model_revenue = mpf(20000), mpf(50000)
    inbound, enrol, graduate, promote, clients_in, closing = map(mpf, ["0.1", "0.1", "0.25", "0.1", "0.05", "0.1"])
    staff_cap, senior_cap, staff_churn, senior_churn = mpf(7), mpf("2.5"), mpf("0.05"), mpf("0.02")
    sell, compound, expand, threshold = mpf("0.1"), mpf("0.01"), mpf("0.03"), mpf(30000)

    def leaves(stock, share):
        return stock * (1 - (1 - share) ** m)

    s = dict(
        talent=mpf(10), camp=mpf(2), staff=mpf(5), senior=mpf(1), marketing=mpf(3), operations=mpf(3), journal=mpf(90),
        followers=mpf(282), pool=mpf(5), clients=mpf(5), treasury=mpf(25000), tokens=mpf(4000), model=mpf(10000),
        launches=mpf(0), revenue=mpf(0), wages=mpf(0), sold=mpf(0), contributed=mpf(0),
    )

    def served(x):
        return x["camp"] / 2 + x["staff"] + 2 * x["senior"]

    def bill(x):
        return wage * (x["staff"] + x["senior"] + x["marketing"] + x["operations"])

    def row(t, inputs, x):
        capacity, recurring = served(x), x["clients"] * retainer
        burn = bill(x) - recurring
        runway = 0 if x["treasury"] < 0 else min(1200, x["treasury"] / burn) if burn > 0 else 1200
        return [
            t, *inputs, x["talent"], x["camp"], x["staff"], x["senior"], x["marketing"], x["operations"], x["journal"],
            min(1, x["journal"] / 100), x["followers"], x["pool"], x["clients"], capacity, x["clients"] / capacity,
            max(0, capacity - x["clients"]), x["treasury"], x["tokens"], x["model"], x["launches"], recurring, burn,
            runway, x["revenue"], x["wages"], x["sold"], x["contributed"],
        ]

    hypes = [-1, -1, "0.5", "0.9", 0, 1, "0.3", -1, "0.6", "0.2"]
    won = [0, 2, 0, 1, 0, 0, 0, 3, 0, 0]
    funding = [0, 0, 10000, 0, 0, 0, 0, 0, 500, 0]
    spending = [0, 4000, 0, 0, 0, 0, 2500, 0, 0, 0]
    rows = [row(0, [None] * 4, s)]
    for t in range(1, 11):
        hype = mpf(hypes[t - 1])
        h = mpf("0.4") if hype < 0 else hype
        o, n = s, dict(s)
        curriculum = min(1, o["journal"] / 100)
        arrived = o["followers"] * h * inbound * m
        enrolled = min(max(0, o["staff"] + 2 * o["senior"] - o["camp"]), leaves(o["talent"], enrol * curriculum))
        graduated = min(max(0, staff_cap - o["staff"]), leaves(o["camp"], graduate * curriculum))
        promoted = min(max(0, senior_cap - o["senior"]), leaves(o["staff"], promote))
        n["talent"] += arrived - enrolled
        n["camp"] += enrolled - graduated
        n["staff"] += graduated - promoted - leaves(o["staff"] - promoted, staff_churn)
        n["senior"] += promoted - leaves(o["senior"], senior_churn)
        if o["treasury"] > threshold:
            hired = min(leaves(o["talent"], expand), n["talent"] / 2)
            n["marketing"] += hired
            n["operations"] += hired
            n["talent"] -= 2 * hired
        n["journal"] += (o["camp"] + o["staff"] + o["senior"]) * m
        n["followers"] += o["marketing"] * o["journal"] * wage / 6000 * m
        retired = leaves(o["clients"], 1 / duration)
        room = max(0, served(n) - (o["clients"] - retired))
        signed = min(o["operations"] * o["pool"] * wage / 6000 * m * closing, o["pool"], room)
        back = max(0, o["clients"] - retired + signed - served(n))
        n["clients"] = o["clients"] - retired + signed - back
        n["pool"] += o["followers"] * h * clients_in * m + won[t - 1] - signed + back
        built = o["model"] + max(0, served(o) - o["clients"]) * wage * m
        launched = floor(built / model_cost)
        n["model"] = built - launched * model_cost
        n["launches"] += launched
        sold = leaves(o["tokens"], sell)
        n["tokens"] += launched * model_revenue + o["tokens"] * ((1 + compound) ** m - 1) - sold
        n["treasury"] += o["clients"] * retainer * m - bill(o) * m + sold + funding[t - 1] - spending[t - 1]
        n["revenue"] += o["clients"] * retainer * m
        n["wages"] += bill(o) * m
        n["sold"] += sold
        n["contributed"] += funding[t - 1] - spending[t - 1]
        s = n
        rows.append(row(t, [hype, won[t - 1], funding[t - 1], spending[t - 1]], s))
    assert s["launches"] > 0 and s["marketing"] > 3
    write(
        "company",
        [
            'kind = "finance/company"',
            "params = { base_wage = 2500.0, retainer = 9000.0, model_cost = 20000.0, model_revenue = 50000.0, hype = 0.4, opening = { training_camp = 2.0, journal = 90.0, treasury = 25000.0, client_tokens = 4000.0 }, rates = { promotion = 0.1, staff_cap = 7.0, senior_cap = 2.5, staff_churn = 0.05, senior_churn = 0.02 }, funding = { token_share = 0.0, expansion_rate = 0.03, expansion_threshold = 30000.0 } }",
            'step = "0.5 month"',
            "tolerance = 1e-12",
            'source = "development/model/model.py of TokenEngineering, completed as the crate says; no tokens granted, for their value is drawn; reference.py, mpmath"',
        ],
        ["timestep", "in.hype", "in.opportunities", "in.funding", "in.spending", "talent_pool", "training_camp", "staff", "senior", "marketing", "operations", "journal", "curriculum", "followers", "client_pool", "clients", "capacity", "utilisation", "job_opportunities", "treasury", "client_tokens", "model_completion", "launches", "recurring_revenue", "burn", "runway", "revenue", "wages", "sold", "contributed"],
        rows,
    )


# --- contributions: everyone always present, nobody commits, so that nothing is drawn ---
def contributions():
    people, interval = 3, 10
    samples = 7 * 24 * 60 // interval  # in a step of 7 days
    pools = ["100", "0", "0.01", "333.335", "50", "0.005", "0", "1000", "12.34", "7"]
    cents, carried = [0] * people, mpf(0)
    hours = mpf(samples) * interval / 60 * people
    rows = [[0, None, 0, 0, 0, 0, 0, 0, 0, 0, 0]]
    for t, pool in enumerate(map(mpf, pools), 1):
        carried += pool * 100
        whole = int(floor(carried + mpf("1e-12")))
        carried -= whole
        for k in range(people):  # equal scores: the rest goes to the first ones
            cents[k] += whole // people + (1 if k < whole % people else 0)
        paid = sum(cents)
        ordered = sorted(cents)
        ranked = sum((2 * (i + 1) - people - 1) * x for i, x in enumerate(ordered))
        gini = mpf(ranked) / (people * paid) if paid else 0
        rows.append(
            [t, pool, hours, hours * t, 0, 0, people, mpf(paid) / 100, max(carried, 0) / 100, gini, mpf(paid) / 100 / (hours * t)]
        )
    write(
        "contributions",
        [
            'kind = "finance/contributions"',
            "params = { contributors = 3, presence = 1.0, skew = 0.0, interval = 10.0, commit_rate = 0.0, model_rate = 0.0, weights = { hours = 2.0, commits = 1.0, models = 0.5 }, decay = 0.25 }",
            'step = "7 days"',
            "tolerance = 1e-11",
            'source = "equal hours, cents by largest remainders, ties to the first; reference.py, whole cents"',
        ],
        ["timestep", "in.pool", "hours", "hours_total", "commits", "models", "active", "paid", "carried", "gini", "cost_per_hour"],
        rows,
    )


# --- performance: ratios of an investment, by their definitions ---
def performance():
    rows = []
    for returns, riskless in [
        (["0.02", "0.04"], "0.01"),
        (["0.1", "-0.05", "0.03", "0.07", "0"], "0.002"),
        (["-0.2", "0.5", "-0.1", "0.3", "0.05", "-0.4", "0.01"], "-0.01"),
    ]:
        r = [mpf(x) for x in returns]
        mean = sum(r) / len(r)
        # The spread as the mean square of the differences of all pairs, which counts each pair twice.
        pairs = sum((x - y) ** 2 for x in r for y in r)
        deviation = sqrt(pairs / (2 * len(r) * (len(r) - 1)))
        growth, value, peak, deepest, prices = mpf(1), mpf(100), mpf(100), mpf(0), [mpf(100)]
        for x in r:
            growth *= 1 + x
            value *= 1 + x
            prices.append(value)
            peak = max(peak, value)
            deepest = max(deepest, (peak - value) / peak)
        rows.append(
            {
                "returns": [float(x) for x in r],
                "riskless": float(riskless),
                "prices": [float(x) for x in prices],
                "time_weighted_return": float(growth - 1),
                "sharpe_ratio": float((mean - mpf(riskless)) / deviation),
                "max_drawdown": float(deepest),
                "holding_period_return": float((prices[-1] - prices[0] + 3) / prices[0]),
            }
        )
    bills = [
        {
            "face": face,
            "price": price,
            "days": days,
            "bank_discount_yield": float(mpf(face - price) * 360 / (mpf(face) * days)),
            "money_market_yield": float(mpf(face - price) * 360 / (mpf(price) * days)),
        }
        for face, price, days in [(100000, 98000, 120), (1000, 1003, 45), (50, 49, 364)]
    ]
    with open("performance.json", "w") as file:
        json.dump({"investments": rows, "bills": bills}, file, indent=1)
        file.write("\n")


cash_flow()
opex()
constant_rate("interest-rate-constant", "constant", "rate = -0.0125", mpf("-0.0125"), mpf(7))
constant_rate(
    "interest-rate-build-up",
    "build-up",
    "premia = { real = -0.005, inflation = 0.02, default = 0.01, liquidity = 0.004, maturity = 0.006 }",
    mpf("0.035"),
    mpf(2),
)
vasicek("interest-rate", "0.0")
vasicek("interest-rate-vasicek", "0.03")
cir("interest-rate-cir-still", "0.0")
cir("interest-rate-cir", "0.2")
company()
contributions()
performance()
