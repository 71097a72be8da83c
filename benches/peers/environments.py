"""What peers run in: virtual environments with pinned requirements, the Rust program, one thread, one processor.

Everything lies under the workspace's `target/`. An environment is made again when its requirements change.
"""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PLACE = ROOT / "target" / "peers"

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
    "JAX_ENABLE_X64": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
# Settings of a machine that hold numpy back.
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def variables():
    """The environment variables of every measured process."""
    return {name: value for name, value in os.environ.items() if name not in UNSET} | ONE_THREAD


def say(text):
    """Tells the person at the terminal; the tables alone go to standard output."""
    print(text, file=sys.stderr, flush=True)


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"


def virtual_environment(name):
    """The interpreter of an environment, and what could not be installed in it (requirement: pip's last word)."""
    requirements = HERE / f"requirements-{name}.txt"
    home = PLACE / f"venv-{name}"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = home / "installed.json"
    wanted = requirements.read_text()
    if stamp.exists():
        found = json.loads(stamp.read_text())
        if found["requirements"] == wanted:
            return python, found["missing"]
    say(f"installing {requirements.name} ...")
    missing = {}
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], capture_output=True, text=True)
    if made.returncode != 0:
        return None, {"all": last_line(made.stderr or made.stdout)}
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    together = subprocess.run([*pip, "-r", str(requirements)], capture_output=True, text=True)
    if together.returncode != 0:
        # One that does not install must not take the others with it.
        for line in wanted.splitlines():
            if line and not line.startswith("#"):
                alone = subprocess.run([*pip, line], capture_output=True, text=True)
                if alone.returncode != 0:
                    missing[line] = last_line(alone.stderr)
    stamp.write_text(json.dumps({"requirements": wanted, "missing": missing}))
    return python, missing


def rust_program():
    """Builds tecmns's side with the bench profile; its path."""
    say("building tecmns ...")
    command = ["cargo", "build", "--profile", "bench", "-p", "tecmns-benches", "--bin", "peers"]
    command += ["--message-format", "json-render-diagnostics"]
    built = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    messages = (json.loads(line) for line in built.stdout.splitlines() if line.startswith("{"))
    paths = [message["executable"] for message in messages if message.get("executable")]
    return paths[-1]


def one_processor(wanted):
    """Ties this process and all that it starts to one processor; its number, or None where that cannot be done."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    processor = max(os.sched_getaffinity(0)) if wanted is None else wanted
    os.sched_setaffinity(0, {processor})
    return processor


def sources():
    """What tecmns was built from and with, as far as it can be told."""

    def first_line(*command):
        try:
            found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        except OSError:
            return "unknown"
        return found.stdout.strip() or "unknown"

    commit = first_line("git", "rev-parse", "--short", "HEAD")
    return f"commit {commit}, {first_line('rustc', '--version')}, Python {platform.python_version()}"


def machine():
    """Model name and vector instruction sets of the processor, from /proc/cpuinfo."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return "unknown processor"
    fields = dict(reversed([tuple(part.strip() for part in line.split(":", 1)) for line in lines if ":" in line]))
    flags = fields.get("flags", fields.get("Features", "")).split()
    telling = [flag for flag in flags if flag.startswith(("sse4", "avx", "fma", "asimd", "sve"))]
    return f"{fields.get('model name', 'unknown processor')}; {' '.join(telling)}"
