"""radCAD: the notebook's block, one subset for each throttle, in its single-process backend.

radCAD always keeps every row, so one figure stands for both kinds of output. Timed is `run()` alone: neither the
model's construction before it nor a DataFrame after it.
"""

import math
from importlib.metadata import version as installed

import numpy
from radcad import Backend, Engine, Experiment, Model, Simulation

from economy import MONTHS, PARAMETERS, VARIABLES
from notebook_blocks import INITIAL_STATE, block


class Sweep:
    """All throttles as one swept parameter."""

    def __init__(self, exp, copies):
        self.block = block(exp)
        self.copies = copies

    def experiment(self, throttles):
        parameters = {name: [value] for name, value in PARAMETERS.items()} | {"throttle": list(throttles)}
        model = Model(initial_state=INITIAL_STATE, state_update_blocks=[self.block], params=parameters)
        experiment = Experiment(Simulation(model=model, timesteps=MONTHS, runs=1))
        experiment.engine = Engine(backend=Backend.SINGLE_PROCESS, deepcopy=self.copies)
        return experiment

    def prepare(self, throttles):
        return [self.experiment(throttles)]

    def run(self, experiments):
        return [row for experiment in experiments for row in experiment.run()]

    def prices(self, result):
        return [row["price"] for row in result if row["timestep"] == MONTHS]

    def rows(self, result):
        return [[row[name] for name in VARIABLES] for row in result[: MONTHS + 1]]


class Single(Sweep):
    """An experiment of one run for each throttle."""

    def prepare(self, throttles):
        return [self.experiment([throttle]) for throttle in throttles]


FORMS = {
    "copies off, numpy exp": Sweep(numpy.exp, copies=False),
    "copies off": Sweep(math.exp, copies=False),
    "default, numpy exp": Sweep(numpy.exp, copies=True),
    "default": Sweep(math.exp, copies=True),
    "single": Single(math.exp, copies=False),
}


def version():
    return installed("radcad")
