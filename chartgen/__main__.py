"""`python -m chartgen`, and the program `chartgen`."""

from __future__ import annotations

import os
import sys

_RENDERING = frozenset({"build", "check", "impact", "template"})
_COLLECT_LESS = ("GOGC", "400")


def start() -> int:
    """Runs the command that the program was given.

    Of what Helm takes in this process a quarter goes into collecting garbage, unless GOGC says otherwise; and Go reads
    the environment that the process was started with. So a command that renders starts once more, before anything else
    is imported: that takes some 15 ms.
    """
    name, value = _COLLECT_LESS
    if os.name == "posix" and name not in os.environ and not _RENDERING.isdisjoint(sys.argv):
        os.environ[name] = value
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  # no shell is wanted
    from chartgen.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(start())
