"""Writes the correctly rounded values that te-core's math is tested against.

Needs mpmath (1.3 was used). Run in this folder: python3 generate.py
The same rows come out on every run: the arguments are drawn from a fixed seed.
"""

import math
import random
import struct

import mpmath
from mpmath import mp, mpf

mp.prec = 300
DRAW = random.Random(20240229)
TINY = 5e-324
SMALLEST_NORMAL = 2.2250738585072014e-308
LARGEST = 1.7976931348623157e308
INF = math.inf


def from_bits(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def to_bits(value):
    if math.isnan(value):
        return "7ff8000000000000"
    return struct.pack(">d", value).hex()


def rounded(exact):
    """The nearest double, ties to even, and (exact - nearest) in units in the last place of the exact value."""
    if exact == 0:
        return 0.0, 0.0
    exponent = max(mpmath.frexp(abs(exact))[1] - 53, -1074)
    scaled = exact * mpf(2) ** -exponent
    whole = int(mpmath.nint(scaled))
    if exponent > 971 or (exponent == 971 and abs(whole) >= 2**53):
        return math.copysign(INF, whole), 0.0
    return math.ldexp(whole, exponent), float(scaled - whole)


def wide(lowest, highest):
    """Either sign, uniform in the logarithm of the size."""
    size = math.exp(DRAW.uniform(math.log(lowest), math.log(highest)))
    return DRAW.choice((size, -size))


def any_positive():
    return from_bits(DRAW.randrange(1, 0x7FF0000000000000))


def subnormal():
    return from_bits(DRAW.randrange(1, 1 << DRAW.randrange(1, 53)))


def neighbours(value):
    return [math.nextafter(value, -INF), value, math.nextafter(value, INF)]


def logistic(x):
    return 1 / (1 + mpmath.exp(-x))


# Arguments with the largest errors of some millions that were tried, and others next to where the methods change.
HARD = {
    "exp": [
        0.35510739753006965, 207.60086990150165, 6.5931120448467455, -693.4761355818166, 1.7363457518575902,
        -1.7245337039783595, -1.031745516033361, 0.34658104149474367, 197.9068254986106, -708.5327484281902,
        -708.4034534478329, -708.6720873366386,
    ],
    "exp_m1": [
        0.3502877831753677, 0.3664344056186428, 0.358252898782821, 0.3465823492193909, 0.35392607021659483,
        0.36834710378676955, 0.3732565512815267, 0.3757807304451024, 0.3571867912389557,
    ],
    "ln": [
        0.6875099196236317, 1.3740474312294981, 1.3780085329567686, 0.6923356923447282, 1.3709820395401466,
        0.6964677845703603, 1.3582312681683095, 0.6997504372483286, 1.247496737559034,
    ],
    "ln_1p": [
        1.8040111674779872e-16, -1.8040638361761274e-16, -1.804070188559841e-16, -1.804086660206021e-16,
        1.8016028556901287e-16, 1.798391450487021e-16, 1.7977111068489324e-16, 1.7954296028441696e-16,
        1.7886232049882864e-16,
    ],
    "log2": [],
    "log10": [],
    "logistic": [
        -29.439615685891745, -16.26417052554914, -14.901013258176334, -23.18641508479935, -1.7230132271758483,
        -0.32639491336191595, -1.675833531310083, -1.7368121663181175, -708.4592186794613, -708.6646823720706,
        -708.5027309480784,
    ],
    "tanh": [
        -0.17353790052292806,
        0.18489522736254863, 0.17425669852941073, 0.1774289772814862, -0.1781477815678112, 0.1853936951143469,
        0.17580449953315624, -0.18300657895376693, 0.18434917244716087, -0.1866756634527178,
    ],
    "pow": [
        (5.761669780458585e-31, 10.17585944990129), (1.1777584494074904, -4251.250281400022),
        (9.877408505357194e-177, 1.7491277870142357), (1.675964617911705, -983.2095138823067),
        (65.51325683611212, -2.3984155272766445), (1.221149810564979, -1795.265043516048),
        (1.2365516262412255, -2655.5934878413686), (32.04745436139277, 0.3009952015025643),
        (52.7171615363767, -1.8350819929649749), (29.429696053610023, -209.57177288863875),
        (11.632688805695384, -288.9548909839899), (25.137017933008536, -219.77475377580936),
    ],
}

# The largest errors of 120,000 arguments each.
HARD |= {
    "sin": [0.7572564636830101],
    "cos": [-4064368.7326847506],
    "tan": [-2.384541855590882],
    "asin": [-0.5000017782757851],
    "acos": [0.6071946941752595],
    "atan": [-0.40293320270801747],
}

EDGES = [0.0, TINY, 3 * TINY, SMALLEST_NORMAL, *neighbours(2.0**-54), *neighbours(2.0**-53), *neighbours(2.0**-27)]


def one_argument(name, function, edges, draws, count):
    arguments = [sign * x for x in EDGES for sign in (1, -1)] + edges + HARD[name]
    for draw in draws:
        arguments += [draw() for _ in range(count // len(draws))]
    lines = [f"# {name}: x, result (bits, hexadecimal), exact - result [ulp]"]
    for x in arguments:
        result, rest = function(x)
        lines.append(f"{to_bits(x)},{to_bits(result)},{rest:.4f}")
    write(name, lines)


def write(name, lines):
    with open(f"math_{name}.csv", "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
    print(name, len(lines) - 1, "rows")


def exact(function, limits=lambda x: None):
    """The function over doubles from the one over numbers of 300 bits; `limits` gives what has no finite exact value."""

    def of(x):
        limit = limits(x)
        if limit is not None:
            return limit, 0.0
        return rounded(function(mpf(x)))

    return of


def exp_limits(x):
    return 1.0 if x == 0 else INF if x == INF else 0.0 if x == -INF or x < -800 else INF if x > 800 else None


def exp_m1_limits(x):
    return x if x == 0 else INF if x > 800 else -1.0 if x < -800 else None


def ln_limits(x):
    return -INF if x == 0 else math.nan if x < 0 else INF if x == INF else None


def ln_1p_limits(x):
    return x if x == 0 else -INF if x == -1 else math.nan if x < -1 else INF if x == INF else None


def logistic_limits(x):
    return 1.0 if x > 800 else 0.0 if x < -800 else None


def tanh_limits(x):
    return x if x == 0 else 1.0 if x > 400 else -1.0 if x < -400 else None


def power(x, y):
    return rounded(mpmath.power(mpf(x), mpf(y)))


def any_power():
    while True:
        x, y = any_positive(), wide(1e-3, 1e3)
        if abs(y * math.log(x)) < 745:
            return x, y


def power_near(target):
    """A base, and the exponent that brings the power to e^target."""
    x = DRAW.choice((DRAW.uniform(0.5, 2.0), 1 + wide(1e-15, 0.3), any_positive()))
    return x, target / math.log(x) if x != 1 else 1.0


def powers(count):
    draws = [
        any_power,
        lambda: power_near(DRAW.uniform(-708, 709.7)),
        lambda: power_near(DRAW.choice((DRAW.uniform(-708, -690), DRAW.uniform(690, 709.7)))),
        lambda: (DRAW.uniform(0, 100), DRAW.uniform(-4, 4)),
        lambda: (DRAW.uniform(0.86, 1.74), DRAW.uniform(-1000, 1000)),
        lambda: power_near(DRAW.uniform(-745.1, -708.4)),
    ]
    arguments = list(HARD["pow"])
    for draw in draws:
        arguments += [draw() for _ in range(count // len(draws))]
    for x in (TINY, SMALLEST_NORMAL, *neighbours(1.0), 1.5, 2.0, 10.0, LARGEST):
        for y in (1.0, -1.0, 0.5, 2.0, 3.0, 1 / 3, 1e-300, 1e-20, 1023.0, -1074.0, 1e17, -1e17):
            if abs(y * math.log(x)) < 800:
                arguments.append((x, y))
    lines = ["# pow: x, y, result (bits, hexadecimal), exact - result [ulp]"]
    for x, y in arguments:
        result, rest = power(x, y)
        lines.append(f"{to_bits(x)},{to_bits(y)},{to_bits(result)},{rest:.4f}")
    write("pow", lines)


def trigonometric(count):
    """sin to atan2, from a seed of their own; 1,300 bits are enough for the largest angle less its whole turns."""
    DRAW.seed(20261130)
    mp.prec = 1400
    multiples = [n for k in (1, 2, 3, 4, 5, 1000, 667544, 10**15) for n in neighbours(float(k * mp.pi / 2))]
    # The double that lies nearest to a multiple of pi/2.
    multiples += [6381956970095103.0 * 2.0**797, 1e22, LARGEST, 2.0**20, *neighbours(2.0**20 + 0.5), INF]
    angles = [
        lambda: wide(1e-12, 1e3),
        lambda: DRAW.uniform(-10, 10),
        lambda: DRAW.uniform(-1, 1),
        lambda: float(DRAW.randrange(1, 10**6) * mp.pi / 2) * (1 + DRAW.uniform(-1e-14, 1e-14)),
        lambda: wide(1e5, 1e7),
        lambda: any_positive(),
    ]
    for name, function, zero in (("sin", mpmath.sin, None), ("cos", mpmath.cos, 1.0), ("tan", mpmath.tan, None)):
        limits = lambda x, zero=zero: math.nan if math.isinf(x) else ((x if zero is None else zero) if x == 0 else None)
        one_argument(name, exact(function, limits), multiples, angles, count)
    inside = [
        lambda: DRAW.uniform(-1, 1),
        lambda: DRAW.choice((-1, 1)) * (1 - abs(wide(1e-16, 0.1))),
        lambda: DRAW.choice((-1, 1)) * 0.5 * (1 + wide(1e-10, 0.1)),
        lambda: wide(1e-12, 1),
    ]
    edges = [*neighbours(0.5), 1.0, math.nextafter(1.0, 0), 1.5, -1.5, -1.0, -0.5, INF]
    for name, function in (("asin", mpmath.asin), ("acos", mpmath.acos)):
        limits = lambda x, name=name: (
            math.nan if abs(x) > 1 else x if x == 0 and name == "asin" else 0.0 if x == 1 and name == "acos" else None
        )
        one_argument(name, exact(function, limits), edges, inside, count)
    turns = [n for x in (0.4375, 0.6875, 1.1875, 2.4375, 2.0**60) for n in neighbours(x)] + [INF, -INF, LARGEST]
    arcs = [lambda: wide(1e-12, 1e12), lambda: DRAW.uniform(-3, 3), lambda: any_positive()]
    half = rounded(mp.pi / 2)
    arc = lambda x: (x, 0.0) if x == 0 else (math.copysign(half[0], x), math.copysign(half[1], x)) if math.isinf(x) else rounded(mpmath.atan(mpf(x)))
    one_argument("atan", arc, turns, arcs, count)
    points = [
        lambda: (wide(1e-3, 1e3), wide(1e-3, 1e3)),
        lambda: (wide(1e-300, 1e300), wide(1e-300, 1e300)),
        lambda: (DRAW.choice((-1, 1)) * any_positive(), DRAW.choice((-1, 1)) * any_positive()),
        lambda: (lambda x: (x * DRAW.uniform(0.4, 2.5), x))(wide(1e-310, 1e307)),
    ]
    lines = ["# atan2: y, x, result (bits, hexadecimal), exact - result [ulp]"]
    for draw in points:
        for _ in range(count // len(points)):
            y, x = draw()
            result, rest = rounded(mpmath.atan2(mpf(y), mpf(x)))
            result = math.copysign(result, y)
            lines.append(f"{to_bits(y)},{to_bits(x)},{to_bits(result)},{rest:.4f}")
    write("atan2", lines)


if __name__ == "__main__":
    half_steps = [math.log(2) * (k + 0.5) for k in (-1075, -1074, -1022, -54, -53, -2, -1, 0, 1, 52, 53, 1022, 1023)]
    ends = [
        INF, -INF, LARGEST, -LARGEST,
        *neighbours(709.782712893384), *neighbours(-745.1332191019412), *neighbours(-708.3964185322641),
        710.0, -746.0, 1e10, -1e10,
    ]
    one_argument(
        "exp",
        exact(mpmath.exp, exp_limits),
        ends + [n for x in half_steps for n in neighbours(x)],
        [
            lambda: DRAW.uniform(-708, 709.7),
            lambda: DRAW.uniform(-2, 2),
            lambda: DRAW.choice((-700, -20, -1, 0, 1, 5, 300)) * math.log(2) - DRAW.uniform(0.25, 0.3466),
            lambda: wide(1e-20, 700),
            lambda: DRAW.uniform(-745.2, -708),
        ],
        3500,
    )
    one_argument(
        "exp_m1",
        exact(mpmath.expm1, exp_m1_limits),
        ends + [n for x in half_steps for n in neighbours(x)],
        [
            lambda: DRAW.uniform(-60, 709),
            lambda: DRAW.uniform(-3, 3),
            lambda: DRAW.uniform(0.34, 0.45),
            lambda: wide(1e-300, 1),
        ],
        2000,
    )
    logarithm_edges = [
        INF, LARGEST, *neighbours(1.0), *neighbours(0.6875), *neighbours(1.375), *neighbours(0.8660254037844386),
        *neighbours(1.224744871391589), *neighbours(1.7320508075688772), 0.5, 2.0, 10.0, math.e,
        SMALLEST_NORMAL - TINY,
    ]
    one_argument(
        "ln",
        exact(mpmath.log, ln_limits),
        logarithm_edges,
        [
            any_positive,
            lambda: DRAW.uniform(0.4, 2.5),
            lambda: DRAW.uniform(0.6875, 0.78),
            lambda: DRAW.uniform(1.2, 1.375),
            lambda: 1 + wide(1e-16, 0.1),
            subnormal,
        ],
        3500,
    )
    one_argument(
        "ln_1p",
        exact(mpmath.log1p, ln_1p_limits),
        [x - 1 for x in logarithm_edges] + [LARGEST, -1.0, -1.5, *neighbours(-0.5), 2.0**53, 2.0**60],
        [
            lambda: DRAW.uniform(-1, 3),
            lambda: abs(wide(1e-300, 1e300)),
            lambda: wide(1e-18, 0.9),
            lambda: wide(1.1e-16, 5e-16),
        ],
        2000,
    )
    one_argument(
        "logistic",
        exact(logistic, logistic_limits),
        ends + [36.7, 37.5, -36.7, -37.5],
        [
            lambda: DRAW.uniform(-40, 40),
            lambda: DRAW.uniform(-2, 2),
            lambda: DRAW.uniform(-708, 40),
            lambda: DRAW.uniform(-745.2, -708),
        ],
        2000,
    )
    one_argument(
        "tanh",
        exact(mpmath.tanh, tanh_limits),
        [INF, -INF, LARGEST, *neighbours(22.0), *neighbours(19.06), *neighbours(math.log(2) / 4)],
        [
            lambda: DRAW.uniform(-22, 22),
            lambda: DRAW.uniform(-1, 1),
            lambda: DRAW.uniform(0.15, 0.25),
            lambda: wide(1e-300, 1),
        ],
        2000,
    )
    powers(4200)
    powers_of = [2.0**k for k in (-1074, -1022, -1, 1, 10, 1023)] + [10.0**k for k in (1, 2, 3, 15, 22, -1, -5)]
    for name, function in (("log2", lambda x: mpmath.log(x) / mpmath.log(2)), ("log10", mpmath.log10)):
        one_argument(
            name,
            exact(function, ln_limits),
            logarithm_edges + powers_of,
            [
                any_positive,
                lambda: DRAW.uniform(0.4, 2.5),
                lambda: 1 + wide(1e-16, 0.1),
                lambda: float(DRAW.randrange(1, 1 << 40)),
                subnormal,
            ],
            3000,
        )
    trigonometric(2600)
