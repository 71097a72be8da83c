"""The ``tecmns`` command, as pip installs it."""

import sys

from . import _native


def main() -> int:
    """Runs the command on this process's arguments: its exit code."""
    return _native.command(["tecmns", *sys.argv[1:]])
