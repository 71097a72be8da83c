"""The process of one peer: takes a request a line, answers a line of JSON.

    width FORM WIDTH        sets how many runs a chunk has
    check FORM              one run with the published parameters: its rows, and the seconds of this (first) call
    prepare FORM SEED RUNS  makes a sample's input; nothing of it is timed
    go                      runs the sample; answers the wall time
    consume                 reads the sample's results; answers the first and last final price and the sum of all

What a peer prints goes to its log, not into the answers.
"""

import gc
import importlib
import json
import os
import sys
import time

from economy import PARAMETERS, throttles


def answers():
    """A file to answer on; whatever else is printed goes where errors go."""
    file = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return file


def main(module):
    out = answers()

    def answer(**values):
        out.write(json.dumps(values) + "\n")

    peer = importlib.import_module(module)
    widths = {name: list(getattr(form, "widths", ())) for name, form in peer.FORMS.items()}
    answer(version=peer.version(), widths=widths)
    form = job = result = None
    for line in sys.stdin:
        request, *arguments = line.rstrip("\n").split("\t")
        if request == "width":
            peer.FORMS[arguments[0]].set_width(int(arguments[1]))
            answer()
        elif request == "check":
            form = peer.FORMS[arguments[0]]
            job = form.prepare([PARAMETERS["throttle"]])
            began = time.perf_counter()
            result = form.run(job)
            seconds = time.perf_counter() - began
            answer(seconds=seconds, rows=[[float(value) for value in row] for row in form.rows(result)])
            job = result = None
        elif request == "prepare":
            form = peer.FORMS[arguments[0]]
            job = form.prepare(throttles(int(arguments[1]), int(arguments[2])))
            gc.collect()
            answer()
        elif request == "go":
            began = time.perf_counter()
            result = form.run(job)
            answer(seconds=time.perf_counter() - began)
        elif request == "consume":
            prices = form.prices(result)
            answer(count=len(prices), first=float(prices[0]), last=float(prices[-1]), sum=float(sum(prices)))
            job = result = None


if __name__ == "__main__":
    main(sys.argv[1])
