"""Writes the reference rows of the kinds of te-market, from the published equations in mpmath at 40 digits; it shares nothing
with the crate. Noise is off, so that no row depends on a draw. Run: python3 reference.py"""

from mpmath import exp, expm1, log, mp, mpf, sqrt

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


def tracked(prices, dt):
    """Log return, realised volatility and drawdown of a path, row by row."""
    rows = []
    for t, price in enumerate(prices):
        returns = [log(b / a) for a, b in zip(prices[:t], prices[1 : t + 1])]
        volatility = sqrt(sum(r**2 for r in returns) / (t * dt)) if t else mpf(0)
        rows.append([returns[-1] if t else 0, volatility, 1 - price / max(prices[: t + 1])])
    return rows


def price(name, model, params, prices, dt, step, source):
    rows = [[t, p, *rest, 0] for t, (p, rest) in enumerate(zip(prices, tracked(prices, dt)))]
    write(
        name,
        [
            'kind = "market/price"',
            f'params = {{ model = "{model}", {params} }}',
            f'step = "{step}"',
            "tolerance = 1e-12",
            f'source = "{source}; reference.py, mpmath"',
        ],
        ["timestep", "price", "log_return", "realised_volatility", "drawdown", "jumps"],
        rows,
    )


week, quarter = mpf(1) / 52, mpf(1) / 4
# The logarithm decays to that of the level.
pulled = [mpf("0.7") * (mpf(3) / mpf("0.7")) ** exp(-mpf("2.5") * quarter * t) for t in range(11)]
price(
    "price",
    "mean-reverting",
    "initial_price = 3.0, level = 0.7, speed = 2.5, volatility = 0.0",
    pulled,
    quarter,
    "1 quarter",
    "Schwartz 1997: dx = a (b - x) dt for x = ln P",
)
price(
    "price-gbm",
    "gbm",
    "initial_price = 20.0, drift = -0.35, volatility = 0.0",
    [20 * exp(mpf("-0.35") * week * t) for t in range(11)],
    week,
    "1 week",
    "P0 exp(m t)",
)
# Jumps of no size leave the drift alone whatever their number, which is drawn and so not listed.
rows = [[t, 20 * exp(mpf("0.9") * week * t), None] for t in range(11)]
write(
    "price-jumps",
    [
        'kind = "market/price"',
        'params = { model = "jump-diffusion", initial_price = 20.0, drift = 0.9, volatility = 0.0, jump_rate = 30.0, jump_mean = 0.0, jump_deviation = 0.0 }',
        'step = "1 week"',
        "tolerance = 1e-12",
        'source = "Merton 1976: the compensated drift; reference.py, mpmath"',
    ],
    ["timestep", "price", "jumps"],
    rows,
)

REGIME = ["timestep", "in.scale", "in.x_factor", "in.hatchers", "in.token_engineers", "price", "log_return", "realised_volatility", "drawdown", "bull", "hype", "opportunities", "matches", "tightness", "arrived", "expired", "matched", "scale", "x_factor"]


def regime(name, params, prices, hypes, bull, dt, step, source):
    rows = []
    for t, (p, rest, hype) in enumerate(zip(prices, tracked(prices, dt), hypes)):
        scale, factor = mpf(1) + mpf(t) / 4, mpf(100 * t + 50)
        inputs = [scale, factor, 3, 20] if t else [None] * 4
        read = [scale, factor] if t else [1, 1]
        rows.append([t, *inputs, p, *rest, bull, hype, 0, 0, 0, 0, 0, 0, *read])
    write(
        name,
        [
            'kind = "market/regime"',
            f"params = {{ {params} }}",
            f'step = "{step}"',
            "tolerance = 1e-12",
            f'source = "{source}; reference.py, mpmath"',
        ],
        REGIME,
        rows,
    )


month = mpf(1) / 12
regime(
    "regime",
    'switching = false, initial_regime = "bear", initial_price = 2.0, initial_hype = 0.9, hype_speed = 3.0, hype_volatility = 0.0, bear = { drift = -0.45, volatility = 0.0, opportunity_rate = 0.0, hype_target = 0.25 }',
    [2 * exp(mpf("-0.45") * month * t) for t in range(11)],
    [mpf("0.25") + mpf("0.65") * exp(-3 * month * t) for t in range(11)],
    False,
    month,
    "1 month",
    "a bear without noise: P0 exp(m t), hype to its target by dx = a (b - x) dt; no opportunities, for they are drawn",
)


def curve(x):
    """The hype curve through (0, 0) and (1, 1) whose slope at 1 is 81 times that at 0."""
    return expm1(log(mpf(81)) * x) / 80


start = log(1 + 80 * mpf("0.3")) / log(mpf(81))
regime(
    "regime-walk",
    'switching = false, initial_hype = 0.3, hype_model = "walk", walk_trend = 0.1, walk_deviation = 0.0, bull = { drift = 0.6, volatility = 0.0, opportunity_rate = 0.0 }',
    [exp(mpf("0.6") * month * t) for t in range(11)],
    [curve(min(1, start + mpf("0.1") * t)) for t in range(11)],
    True,
    month,
    "1 month",
    "a bull whose hype walks along (81^x - 1)/80 until it reaches the top",
)
