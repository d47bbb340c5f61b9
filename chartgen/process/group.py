"""A program and all that it has started: one process group, which is told and waited for as a whole."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
_EVERY = 0.02
_PROC = Path("/proc")
_DEAD = frozenset("XZ")


def end(child: subprocess.Popen[bytes], grace: float) -> None:
    """Ends them: politely, then, after so many seconds, for good."""
    tell(child, signal.SIGTERM)
    limit = time.monotonic() + grace
    while lives(child) and time.monotonic() < limit:
        time.sleep(_EVERY)
    kill(child)


def kill(child: subprocess.Popen[bytes]) -> None:
    """Ends them at once."""
    tell(child, _KILL)


def tell(child: subprocess.Popen[bytes], number: int) -> None:
    """Sends them a signal."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, number)  # its own group: `start_new_session` made it
        else:
            child.terminate()


def lives(child: subprocess.Popen[bytes]) -> bool:
    """Whether the program runs, or anything that it started.

    Those that ended and that nobody asked how do not count: in a container there may be nobody who would.
    """
    if child.poll() is None:
        return True
    if not hasattr(os, "killpg"):
        return False
    try:
        os.killpg(child.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    if not (_PROC / "self" / "stat").exists():
        return True
    return any(_belongs(each, child.pid) for each in _PROC.iterdir() if each.name.isdecimal())


def _belongs(process: Path, group: int) -> bool:
    """Whether a process of that group runs. Source: proc(5), `stat`: after the name its state, parent and group."""
    try:
        state, _, its = (process / "stat").read_text().rpartition(")")[2].split()[:3]
    except (OSError, ValueError):
        return False
    return int(its) == group and state not in _DEAD
