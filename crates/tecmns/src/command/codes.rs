//! Every numbered refusal: title, explanation and example.

/// Code, title, text.
pub(crate) const CODES: &[(&str, &str, &str)] = &[
    (
        "TE0001",
        "not a name",
        "Names of components and derived columns stand in paths and expressions: letters, digits and `_`, starting with a \
letter, and none of the words and, or, not.\n\n    [controllables.bonding-curve]   # refused: `-` is minus in expressions\n    [controllables.bonding_curve]   # right",
    ),
    (
        "TE0002",
        "declared twice",
        "Two components of one system, or a component and a derived column, have the same name. The two lists share \
their names.\n\n    [uncontrollables.market]\n    [controllables.market]          # refused",
    ),
    (
        "TE0003",
        "unknown source",
        "A wire or a derived column reads a metric that no component shows. `tecmns show KIND` lists the metrics of a \
kind.\n\n    from = \"market.prise\"           # refused; did you mean `market.price`?",
    ),
    (
        "TE0004",
        "unknown input",
        "A wire leads to an input that no component has. `tecmns show KIND` lists the inputs of a kind.",
    ),
    (
        "TE0005",
        "unwired input",
        "An input without a default must be wired: the component cannot step without it.\n\n    [[wire]]\n    from = \"market.price\"\n    to = \"pool.external_price\"",
    ),
    (
        "TE0006",
        "two wires to one input",
        "An input has one source. To add two metrics write an expression.\n\n    from = \"a.flow + b.flow\"",
    ),
    (
        "TE0007",
        "units differ",
        "A wire of a plain name carries a number in the unit of its source, and the input is in another. Convert in an \
expression: its result is taken to be in the unit of the input.\n\n    from = \"rates.yearly / 12\"",
    ),
    (
        "TE0008",
        "not an expression",
        "Expressions have numbers, names, + - * / ^, comparisons, and or not, abs sqrt exp ln min max if lag, and \
brackets; t or timestep, years, lag(name, steps), lag(name, steps, initial) and param(instance.parameter) are read. Numbers may have underscores \
between digits. An expression has at most 1 MiB and 100,000 numbers, names, operators and calls, nested as deeply as you \
like.\n\n    from = \"if(market.price > 1, curve.supply, 0)\"",
    ),
    (
        "TE0009",
        "a derived column reads itself",
        "Derived columns may read each other, but not in a circle. The value of an earlier timestep may be \
read: lag(name, 1, initial).",
    ),
    (
        "TE0010",
        "parameters refused",
        "A value is outside its range, of the wrong kind, not finite, or its name is unknown. `tecmns show KIND` \
lists names, ranges, units and defaults.\n\n    params = { throttle = -1 }       # refused: allowed is [0, 1]",
    ),
    (
        "TE0011",
        "stages and components do not match",
        "Where a system declares stages, every component is in exactly one of them.\n\n    [[stage]]\n    components = [\"market\", \"supply\"]\n    discipline = \"simultaneous\"",
    ),
    (
        "TE0012",
        "empty system",
        "A system needs at least one component under [uncontrollables] or [controllables].",
    ),
    (
        "TE0013",
        "input kind",
        "Inputs are f64 ports. A component whose input record has another kind cannot be wired; its author has to change it.",
    ),
    (
        "TE0014",
        "a lag without a first value",
        "A derived column that reads its own past, itself or by way of others, has nothing to start from. Give the lag an \
initial value: lag(name, steps, initial), where initial is an expression that is evaluated at timestep 0.\n\n    \
count = \"lag(count, 1) + 1\"       # refused\n    count = \"lag(count, 1, 0) + 1\"    # right: 1 at timestep 0, then 2, 3, …",
    ),
    (
        "TE0015",
        "a name that means the time",
        "In expressions t and timestep are the timestep and years is the time in years, so no derived column can have these \
names.",
    ),
    (
        "TE0016",
        "unknown parameter in an expression",
        "param(instance.parameter) reads a parameter with the value that it has in the run, swept and random ones too. It must \
be a number or a boolean, which is 1 or 0.\n\n    treasury_share = \"treasury.reserve / param(pool.base)\"",
    ),
    (
        "TE0017",
        "a start whose steps have no dates",
        "Rows have dates where a step is a whole number of days, weeks, months, quarters or years. Months are counted from the \
start: a system that starts on the 31st has the last day of every shorter month.\n\n    [system]\n    step = \"1 month\"\n    start = 2026-01-31",
    ),
    (
        "TE0018",
        "dates without a start",
        "year() month() day() weekday() today() and date(\"2026-03-01\") read the dates of rows, in derived columns, wires, events and \
equations. Rows have dates where [system] says the date of row 0.\n\n    [system]\n    step = \"1 month\"\n    start = 2026-01-31",
    ),
    ("TE0101", "no system", "An experiment needs at least one system."),
    (
        "TE0102",
        "timesteps",
        "A run from the command has at least one timestep, and every run has at most 2^40.",
    ),
    ("TE0103", "no runs", "A subset has at least one run."),
    (
        "TE0104",
        "parameter refused",
        "A parameter that is set, swept or drawn is unknown, or its value is refused. Full names are \
instance.parameter.\n\n    --set economy.throttle=0.004",
    ),
    ("TE0105", "swept twice", "A parameter is on two axes of the sweep, or both swept and drawn at random."),
    (
        "TE0106",
        "empty sweep",
        "A sweep needs at least one parameter with at least one value, or a count of 1 or more.",
    ),
    (
        "TE0107",
        "unequal lengths",
        "Zipped axes have equally many values, and every explicit point gives every parameter. To repeat the last value of \
shorter axes, as cadCAD's successor radCAD does, say so; for all combinations choose product.\n\n    [sweep]\n    mode = \"repeat-last\"",
    ),
    (
        "TE0108",
        "not an interval",
        "A sampled parameter needs an interval with finite ends in order, [low, high], or values that it takes; an integer is \
sampled from whole numbers, both ends included. A range goes from one finite end to the other in 2 to 1,048,576 values; on a \
logarithmic scale both ends are above 0.\n\n    \"pool.fee\" = { from = 0.001, to = 0.05, points = 10, scale = \"log\" }\n    \"market.model\" = [\"gbm\", \"mean-reverting\"]",
    ),
    (
        "TE0109",
        "too many points",
        "Points and runs are numbered with 64 bits. A Latin hypercube has at most 2^28 cells, points times parameters; a Sobol \
sweep at most 21 parameters. The modes sobol and random hold no point in memory.",
    ),
    (
        "TE0110",
        "unknown column",
        "A recorded column or pattern stands for no column of the system. `tecmns check SYSTEM` counts them, `*` at the end \
stands for several.\n\n    metrics = [\"curve.*\", \"market.price\"]",
    ),
    (
        "TE0111",
        "column kinds differ",
        "Variants share columns by name; here one name has different kinds. Rename the instance in one of them.",
    ),
    (
        "TE0112",
        "not a key figure",
        "A [[kpi]] is a figure along a run (initial, final, min, max, mean, sum, time_to of an expression) and one over runs \
(mean, sd, min, max, median, quantile p, probability below x, probability above x).\n\n    [[kpi]]\n    name = \"ruin\"\n    of = \"min(curve.reserve)\"\n    aggregate = \"probability below 1000\"\n    require = \"< 0.05\"\n    failed = \"count as violated\"      # or \"leave out\", or \"refuse\"",
    ),
    (
        "TE0113",
        "not a stop condition",
        "A condition is an expression over columns; a run ends after the timestep at which it is not 0.",
    ),
    (
        "TE0114",
        "corners",
        "--corners runs every combination of the lower and upper bounds of the environment parameters that have both. There are none, \
or more than the limit given.",
    ),
    (
        "TE0115",
        "not a distribution",
        "There are uniform(low, high), normal(mean, sd), lognormal(mu, sigma), exponential(rate), triangular(low, mode, high), \
bernoulli(p). A parameter that is an integer is drawn from whole numbers (uniform with both ends, others rounded), one that is \
true or false by bernoulli(p); what has no other draws than refused ones is refused before the first run.",
    ),
    ("TE0116", "not a shard", "Shards are numbered from 0: I/N with I below N."),
    (
        "TE0117",
        "a run failed",
        "With --strict the first failed run ends the experiment. Without it failures are listed in failures.csv and the other runs \
finish.",
    ),
    (
        "TE0118",
        "results could not be written",
        "The disk, the folder or the format refused. What was finished before is kept.",
    ),
    (
        "TE0119",
        "columns do not make a table",
        "Two columns have one name, or different lengths: a parameter that is swept and a metric may clash. Rename \
the instance.",
    ),
    (
        "TE0120",
        "not a snapshot of this experiment",
        "A snapshot resumes only the system, parameters and seed that it was taken of.",
    ),
    ("TE0121", "no such run", "Simulations and subsets are numbered from 0, runs from 1."),
    (
        "TE0122",
        "too large",
        "What is asked for does not fit in memory: the rows of a single run, the statistics of a single point, or all results \
at once. Record every K-th timestep, fewer columns, or keep finals or statistics.",
    ),
    (
        "TE0123",
        "a run beyond the last date",
        "Dates go to the year 9999. Run fewer timesteps, take shorter steps, or leave `start` out.",
    ),
    (
        "TE0201",
        "two writers",
        "In a block every variable has at most one update. cadCAD would keep the last one in silence.",
    ),
    (
        "TE0202",
        "unknown variable",
        "An update, an environment process or an exogenous series sets a variable that the state does not have. cadCAD would add \
a column in silence.",
    ),
    (
        "TE0203",
        "policy declared twice",
        "In a block every policy name is declared once. To use one function twice, give it two names.",
    ),
    (
        "TE0301",
        "file cannot be read",
        "The file is missing, is not text in UTF-8, is a folder, a device or a pipe, or is larger than 16 MiB, the most that a \
system file may have.",
    ),
    ("TE0302", "not TOML", "The file breaks TOML's own rules at the place named."),
    (
        "TE0303",
        "unknown or wrong key",
        "A key is unknown in its table, or its value is of the wrong kind. The message names the nearest key.",
    ),
    ("TE0304", "unknown kind", "No component of this kind is built in. `tecmns list` names all kinds."),
    (
        "TE0305",
        "data column cannot be read",
        "A value is given as { file = \"…\", column = \"…\" }, a column of a CSV, TSV, Parquet or Arrow file beside the system \
file; the file or the column is not there, or a cell is no finite number. Only the named column is read. `missing = \"hold\"` or \
\"interpolate\" fills gaps, `time = \"date\"` puts rows at their timesteps by a column of timesteps or ISO dates, `row = 1` takes \
one value, `separator = \";\"` reads files of that kind. A file has at most 256 MiB and ten million rows.\n\n    params = { values = \
{ file = \"prices.csv\", column = \"price\", time = \"date\", missing = \"hold\" } }",
    ),
    (
        "TE0306",
        "nested system",
        "A component of kind `system` needs a `file`. No file nests itself, by whatever way; systems nest at most eight deep, at \
most 1,000 of them with 64 MiB of text together, and have at most 100,000 components in all.",
    ),
    (
        "TE0307",
        "no such picture",
        "A [[picture]] looks into a component of a kind of which there are pictures, in a variant that the file has.\n\n    \
[[picture]]\n    of = \"community\"\n    what = [\"affinities\", \"snapshot\"]\n    at = [0, 50, \"end\"]",
    ),
    (
        "TE0308",
        "chart of a column that is not recorded",
        "A [[chart]] draws recorded columns, swept parameters and the index columns. The name is misspelt, or [record] leaves the \
column out.\n\n    [record]\n    metrics = [\"pool.price\"]\n\n    [[chart]]\n    y = [\"pool.price\"]",
    ),
    (
        "TE0309",
        "setting without effect",
        "A parameter is given two values of which one would do nothing: it is set and swept, set and drawn at random, set for all \
variants and set by one of them, or given twice on the command line. Keep one of the two.",
    ),
    (
        "TE0310",
        "no room on the disk",
        "The forecast of the table, before it is packed, is larger than what is free where the results folder is to be. \
`tecmns check` prints the forecast. Record fewer columns, every K-th timestep, finals, statistics or nothing, sweep fewer points, or \
begin all the same with --force: a run that meets a full disk ends with an error, and its finished units are kept for --resume.",
    ),
    (
        "TE0311",
        "no such variant or event",
        "--variant names the one [[variant]] of the file that is run, --without an [[event]] that is left out. Events of nested \
systems are left out where they stand.",
    ),
    (
        "TE0401",
        "the run cannot be rebuilt",
        "A results folder's manifest keeps the system file's text and what the command line changed, and a run is replayed from \
them. Older folders name the file alone; data columns are read from their files. Where a file is gone or changed, put it back, or \
name the system file as it was.\n\n    tecmns picture results/x --system old.toml",
    ),
    (
        "TE0402",
        "the replay is not the run that the folder holds",
        "Every stored row of the run is compared with the replay, to the bit. A difference means that another version of the code \
made the results, or that they were changed afterwards. Run the system again, or use the version that the manifest's [code] names.",
    ),
    (
        "TE0403",
        "no such moment of the run",
        "The timestep is beyond the end of the run: its horizon, its failure, or the timestep at which a stop condition held.",
    ),
    (
        "TE0501",
        "equations that cannot be read",
        "A component of equations is not TOML, has a key or table that there is not, or an expression that cannot be understood.\n\n    \
[let]\n    spent = { of = \"share * pool\", unit = \"TOK/month\", doc = \"Spent.\" }",
    ),
    (
        "TE0502",
        "unknown name in equations",
        "An expression reads parameters, constants, inputs, states, lets, flows, pipelines and draws of its own component by their \
names; tables are called, as in `wanted(x)`.",
    ),
    (
        "TE0503",
        "equations in a circle",
        "A quantity needs its own present value. Where it is to go on from what it was, make it a state, or read the value of the \
last step.\n\n    count = { of = \"previous(count, 0) + 1\" }",
    ),
    (
        "TE0504",
        "units that do not fit",
        "`+ - %`, comparisons, branches, min, max and clamp want equal units, exp and ln pure numbers, `^` a written exponent where the \
base has a unit, and a rate the unit of its state over that of time. `0` fits all. No scale is implied: a constant leads from one \
unit to another. `units = \"warn\"` in [component] only tells, `\"off\"` does not look.\n\n    \
[constant]\n    months = { value = 12, unit = \"month/year\" }",
    ),
    (
        "TE0505",
        "initial values in a circle",
        "The initial value of a state, or of what a function remembers, needs itself. Write one of them as a number.",
    ),
    (
        "TE0506",
        "a table that is no function",
        "A table needs `x` and `y` with as many values, two at least, and `x` must rise. Each axis has \
`values`, or `file` and `column` of a file beside the component.\n\n    [table.wanted]\n    \
x = { unit = \"1/year\", values = [0, 0.05, 0.3] }\n    y = { unit = \"1\", values = [0, 0.4, 0.7] }",
    ),
    (
        "TE0507",
        "time in equations",
        "`time` in [component] is one of step, second, minute, hour, day, week, month, quarter and year. The times of \
pipelines, cohorts, `delay` and `moving_mean`, the share that leaks and the `k` of `lag` read parameters, constants and what follows from these alone; \
`initial(x)` is such a number. They are rounded to whole integration steps, of which `tecmns check` tells. Limited flows, pipelines and cohorts go in \
steps, so that `method = \"rk4\"` is not for them. A date is written out, as in \
`date(\"2026-03-01\")`.",
    ),
    (
        "TE0508",
        "a name that is taken",
        "Names of quantities are letters, digits and `_`, a letter first; each is given once, and none is t, timestep, time, dt, years, \
pi, and, or, not. No table has the name of a function.",
    ),
    (
        "TE0509",
        "an event that cannot be",
        "An event acts before the stages of the timestep that it names, and reads the row before. It needs a name, one of `at`, `every` \
(with `from` and `until`) and `when`, and `set` or `change`; `for` sets parameters back after so many timesteps, `again` has a condition \
act each time that it becomes true. Parameters that are read at the start only, and those of kinds that keep what they started with, \
cannot be set: `tecmns show` says which. States can be changed of components of equations. A date stands for a timestep where [system] \
has a `start`, and must be a row's.\n\n    [[event]]\n    name = \"halving\"\n    variant = \"halved\"\n    at = 50\n    set = { \"economy.throttle\" = \"0.5 * economy.throttle\" }",
    ),
    (
        "TE0510",
        "a model that cannot be imported",
        "`tecmns import` reads XMILE 1.0 and Vensim's text format. Queues, conveyors that are limited, halted or move batches, functions of other \
vendors, allocation, vectors, matrices, steps that change in a run and equations that are incomplete (`???`) are refused, each with its \
line and column; nothing is written then. Change the model in its own tool, or write that part as equations.",
    ),
    (
        "TE0511",
        "equations beyond a limit",
        "A component has at most 1 MiB of text, 10,000 quantities and 200,000 operations, of which one expression has 100,000; its arrays \
come to no more. What memory functions become has at most 2,000,000 operations.",
    ),
    (
        "TE0512",
        "a draw that is no law",
        "A draw is one of uniform(low, high), normal(mean, sd), lognormal(mu, sigma), exponential(rate), triangular(low, mode, high), \
bernoulli(p), poisson(mean), binomial(n, p), gamma(shape, scale), beta(a, b), student(degrees), pareto(least, shape), discrete(x1, w1, x2, \
w2, …), empirical (one of `values`). Correlated normals stand in [draws.NAME] with a matrix that is positive definite. Arguments read parameters, constants, states and what follows from these; those of a draw of every run \
read parameters and constants.\n\n    [draw]\n    shock = { of = \"normal(0, sigma)\", unit = \"1\" }",
    ),
];
