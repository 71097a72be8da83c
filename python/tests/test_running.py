"""Running beside the interpreter: other threads, Ctrl-C, progress, forks."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import tecmns


def system(runs: int = 1) -> tecmns.System:
    return tecmns.System.build("m", timesteps=100, runs=runs, seed=3, uncontrollables={"market": tecmns.market.Price()})


LONG = 400_000_000


def test_ctrl_c_ends_a_run() -> None:
    program = f"""
        import tecmns
        s = tecmns.System.build("m", timesteps=100, uncontrollables={{"market": tecmns.market.Price()}})
        print("go", flush=True)
        try:
            s.run(runs={LONG}, keep="statistics")
        except KeyboardInterrupt:
            print("stopped", flush=True)
            print(len(s.run()))
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "go\n"
    time.sleep(1.0)
    sent = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert out == "stopped\n101\n" and process.returncode == 0
    assert time.monotonic() - sent < 20


def test_other_threads_go_on_and_run_too() -> None:
    ticks = 0
    ended = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not ended.is_set():
            ticks += 1
            time.sleep(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    s = system()
    expected = s.run(runs=200)["market.price"]
    found: list[bool] = []

    def run() -> None:
        found.append(bool((s.run(runs=200, threads=1)["market.price"] == expected).all()))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    ended.set()
    ticker.join()
    assert found == [True] * 4 and ticks > 0


def test_one_component_in_several_threads_is_stepped_by_one_at_a_time() -> None:
    economy = tecmns.hive.Economy()

    def step() -> None:
        for _ in range(500):
            economy.step()

    threads = [threading.Thread(target=step) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = tecmns.hive.Economy()
    alone.advance(2000)
    assert economy == alone


def test_progress_is_told() -> None:
    told: list[tuple[int, int, int]] = []
    system().run(runs=50, progress=lambda runs, total, failures: told.append((runs, total, failures)))
    assert told and told[-1][2] == 0
    system().run(runs=5, progress=True)


def test_progress_is_told_while_runs_go_on() -> None:
    pytest.importorskip("tqdm")
    told: list[int] = []
    system().run(runs=3_000_000, keep="statistics", progress=lambda runs, total, failures: told.append(runs))
    assert told == sorted(told) and told[-1] == 3_000_000
    # Not the first and the last alone.
    assert len({runs for runs in told if 0 < runs < 3_000_000}) > 3
    system().run(runs=1_000_000, keep="statistics", progress=True)


def test_what_progress_raises_ends_the_run() -> None:
    class Enough(Exception):
        pass

    def enough(runs: int, total: int, failures: int) -> None:
        raise Enough

    with pytest.raises(Enough):
        system().run(runs=LONG, keep="statistics", progress=enough)


def price_of(run: int) -> float:
    return float(system(runs=3).run(threads=2).of(0, run)["market.price"][-1])


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_processes_run_what_this_one_runs(method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    expected = [price_of(run) for run in (1, 2, 3)]
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map_async(price_of, (1, 2, 3)).get(timeout=120) == expected


def stepped(component: tecmns.Component) -> tecmns.Component:
    component.step()
    return component


def test_components_and_systems_travel_between_processes() -> None:
    economy = tecmns.hive.Economy(throttle=0.004)
    economy.step()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = pool.apply_async(stepped, (economy,)).get(timeout=120)
    economy.step()
    assert there == economy


def test_a_process_that_forks_while_running_does_not_hang() -> None:
    if not hasattr(os, "fork"):
        pytest.skip("no fork here")
    program = """
        import os, threading, tecmns
        s = tecmns.System.build("m", timesteps=100, uncontrollables={"market": tecmns.market.Price()})
        other = threading.Thread(target=lambda: s.run(runs=20000, keep="finals"))
        other.start()
        child = os.fork()
        if child == 0:
            os._exit(len(s.run()) == 101 and 7)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        other.join()
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "7", done.stderr
