"""Processes of peers, and samples of them: checked, tuned, timed.

CPU time is that of the peer's whole process, all its threads, read from outside by the clock that Linux keeps for every
process; elsewhere there is wall time alone.
"""

import json
import subprocess
import time
from dataclasses import dataclass
from functools import lru_cache

import environments
import plain_economy
from economy import FINAL_PRICE, MONTHS, PRICE, agrees, reference_rows, throttles

TUNING_PASSES = 5


class PeerFailed(Exception):
    """A peer ended, or answered what it should not."""


@dataclass
class Sample:
    """Nanoseconds per model step."""

    wall: float
    cpu: float | None

    def time(self):
        """CPU time where there is one."""
        return self.wall if self.cpu is None else self.cpu


@lru_cache(maxsize=None)
def expected_price(throttle):
    """The final price by plain Python, which is checked against the published run like everybody else."""
    return plain_economy.months(throttle)[PRICE]


class Peer:
    """A running process, one for each module."""

    def __init__(self, name, command):
        log = environments.PLACE / f"{name}.log"
        self.log = log
        began = time.perf_counter()
        with log.open("w") as errors:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=environments.HERE,
                env=environments.variables(),
            )
        hello = self.answer()
        self.start_up = time.perf_counter() - began
        self.version, self.widths = hello["version"], hello["widths"]
        self.seed = 0

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise PeerFailed(environments.last_line(self.log.read_text()))
        return json.loads(line)

    def ask(self, *words):
        try:
            self.process.stdin.write("\t".join(map(str, words)) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        return self.answer()

    def cpu_clock(self):
        """Seconds of CPU time so far; Linux numbers the clock of process p as (~p << 3) | 2."""
        try:
            return time.clock_gettime((~self.process.pid << 3) | 2)
        except (AttributeError, OSError):
            return None

    def check(self, form):
        """Refuses a form whose rows are not those of the published run; seconds of the first call."""
        found = self.ask("check", form)
        rows, expected = found["rows"], reference_rows()
        if len(rows) == 1:
            expected = expected[-1:]
        if len(rows) != len(expected):
            raise PeerFailed(f"{len(rows)} rows for {len(expected)}")
        if not agrees(rows[-1][PRICE], FINAL_PRICE):
            raise PeerFailed(f"final price {rows[-1][PRICE]!r} is not {FINAL_PRICE!r}")
        for step, (row, wanted) in enumerate(zip(rows, expected)):
            if not all(map(agrees, row, wanted)):
                raise PeerFailed(f"row {step} of {len(rows)} is {row}, not {wanted}")
        return found["seconds"]

    def sample(self, form, runs):
        """Times one sample with a seed that was not used before, and checks its first and last price."""
        self.seed += 1
        self.ask("prepare", form, self.seed, runs)
        before = self.cpu_clock()
        seconds = self.ask("go")["seconds"]
        after = self.cpu_clock()
        found = self.ask("consume")
        given = throttles(self.seed, runs)
        ends = [(found["first"], given[0]), (found["last"], given[-1])]
        if found["count"] != runs or not all(agrees(price, expected_price(t)) for price, t in ends):
            raise PeerFailed(f"wrong prices with seed {self.seed}: {found}")
        steps = runs * MONTHS
        cpu = None if before is None else (after - before) / steps * 1e9
        return Sample(seconds / steps * 1e9, cpu)

    def tune(self, entry):
        """Chooses the chunk: the width with the best of some samples."""
        widths = [width for width in self.widths.get(entry.form, ()) if width <= entry.runs]
        best = {}
        for _ in range(TUNING_PASSES if widths else 0):
            for width in widths:
                self.ask("width", entry.form, width)
                found = self.sample(entry.form, entry.runs).time()
                best[width] = min(found, best.get(width, found))
        if best:
            self.ask("width", entry.form, min(best, key=best.get))
        entry.widths = best

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def rounds(count, peers, references, entries):
    """Interleaves: before every sample of a peer, samples of tecmns with the same output."""
    by_form = {reference.form: reference for reference in references}
    alone = [reference for reference in references if not any(reference.form in entry.against for entry in entries)]
    for number in range(count):
        environments.say(f"round {number + 1} of {count}")
        for entry in [*alone, *entries]:
            if entry.trouble:
                continue
            beside = {}
            for form in entry.against:
                reference = by_form[form]
                beside[form] = peers[reference.module].sample(form, reference.runs)
                reference.samples.append(beside[form])
            try:
                found = peers[entry.module].sample(entry.form, entry.runs)
            except PeerFailed as failure:
                entry.trouble = str(failure)
                continue
            entry.samples.append(found)
            for form, reference in beside.items():
                pair = (found.time() / reference.time(), found.wall / reference.wall)
                entry.ratios.setdefault(form, []).append(pair)
