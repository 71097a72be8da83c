#!/usr/bin/env python3
"""The same model in cadCAD, radCAD, plain Python, numpy, JAX, numba and tecmns, timed in one run on one processor.

    python3 benches/peers/peers.py [--rounds N] [--processor N]

Installs and builds what it needs under `target/`, refuses whoever does not reproduce the published run, and prints
Markdown tables. What is measured and how is said in README.md beside this file.
"""

import argparse
import platform
import sys
from datetime import date

import catalogue
import environments
import report
from measure import Peer, PeerFailed, rounds


def arguments():
    parser = argparse.ArgumentParser(description="Times tecmns beside its peers.")
    parser.add_argument("--rounds", type=int, default=11, help="samples of each peer (default 11)")
    parser.add_argument("--processor", type=int, help="processor to use (default: the last one allowed)")
    return parser.parse_args()


def install():
    """Installs and builds: interpreters, what could not be installed, the Rust program."""
    interpreters, reasons = {"plain": sys.executable}, {}
    for name in ("engines", "arrays"):
        interpreters[name], missing = environments.virtual_environment(name)
        reasons[name] = "; ".join(f"{what} does not install: {why}" for what, why in missing.items())
    program = environments.rust_program()
    return interpreters, reasons, program


def launch(entries, interpreters, reasons, program):
    """Starts a process for each module, and marks the entries of whoever does not start."""
    peers = {}
    for entry in entries:
        if entry.module in peers or entry.trouble:
            continue
        python = interpreters.get(entry.environment)
        command = [program] if entry.environment == "cargo" else [python, "worker.py", entry.module]
        try:
            if None in command:
                raise PeerFailed("no environment")
            peers[entry.module] = Peer(entry.module, command)
        except PeerFailed as failure:
            trouble = reasons.get(entry.environment) or str(failure)
            for other in entries:
                if other.module == entry.module:
                    other.trouble = trouble
    return peers


def check(entries, peers):
    """Refuses who does not meet the reference, and lets the others choose their chunks."""
    for entry in entries:
        if entry.trouble:
            continue
        peer = peers[entry.module]
        environments.say(f"checking {entry.label} ...")
        try:
            entry.first_call = peer.check(entry.form)
            peer.tune(entry)
            peer.sample(entry.form, entry.runs)
        except PeerFailed as failure:
            entry.trouble = str(failure)


def main():
    options = arguments()
    references, entries = catalogue.tecmns(), [*catalogue.engines(), *catalogue.plain(), *catalogue.arrays()]
    everybody = [*references, *entries]
    interpreters, reasons, program = install()
    processor = environments.one_processor(options.processor)
    peers = launch(everybody, interpreters, reasons, program)
    check(everybody, peers)
    if any(reference.trouble for reference in references):
        sys.exit(f"tecmns itself fails: {[reference.trouble for reference in references]}")
    rounds(options.rounds, peers, references, entries)
    versions = {module: peer.version for module, peer in peers.items()}

    print(f"{date.today()}, {environments.machine()}")
    tied = "not tied to a processor" if processor is None else "tied to one processor"
    print(environments.sources())
    print(f"{platform.system()}, {tied}, {options.rounds} rounds; median (least to most) of the rounds.\n")
    print("\n".join(report.main_table(references, entries, versions)))
    print("\n### What is promised\n")
    print("\n".join(report.promise_table(catalogue.PROMISES, entries)))
    print("\n### Where tecmns does not win\n")
    print("\n".join(report.losses(entries)))
    print("\n### Left out of the figures\n")
    print("\n".join(report.start_table(references, entries, peers)))
    for peer in peers.values():
        peer.close()


if __name__ == "__main__":
    main()
