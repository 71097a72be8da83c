"""cadCAD: the notebook's block, one subset for each throttle, in its single-process mode.

cadCAD always keeps every row, so one figure stands for both kinds of output. Timed is `execute()` alone: neither the
configuration before it nor a DataFrame after it.
"""

import math
from importlib.metadata import version as installed

import numpy
from cadCAD.configuration import Experiment
from cadCAD.configuration.utils import config_sim
from cadCAD.engine import ExecutionContext, ExecutionMode, Executor

from economy import MONTHS, PARAMETERS, VARIABLES
from notebook_blocks import INITIAL_STATE, block


class Sweep:
    """All throttles as one swept parameter."""

    def __init__(self, exp, copies=True):
        self.block = block(exp)
        self.copies = copies

    def executor(self, throttles):
        parameters = {name: [value] for name, value in PARAMETERS.items()} | {"throttle": list(throttles)}
        experiment = Experiment()
        experiment.append_model(
            model_id="economy",
            sim_configs=config_sim({"T": range(MONTHS), "N": 1, "M": parameters}),
            initial_state=INITIAL_STATE,
            partial_state_update_blocks=[self.block],
        )
        mode = ExecutionMode().single_mode
        options = None if self.copies else {"deepcopy_off": True}
        context = ExecutionContext(mode, additional_objs=options)
        return Executor(exec_context=context, configs=experiment.configs)

    def prepare(self, throttles):
        return [self.executor(throttles)]

    def run(self, executors):
        return [row for executor in executors for row in executor.execute()[0]]

    def prices(self, result):
        return [row["price"] for row in result if row["timestep"] == MONTHS]

    def rows(self, result):
        return [[row[name] for name in VARIABLES] for row in result[: MONTHS + 1]]


class Single(Sweep):
    """An experiment of one run for each throttle."""

    def prepare(self, throttles):
        return [self.executor([throttle]) for throttle in throttles]


FORMS = {
    "numpy exp": Sweep(numpy.exp),
    "math exp": Sweep(math.exp),
    "copies off": Sweep(math.exp, copies=False),
    "single": Single(math.exp),
}


def version():
    return installed("cadCAD")
