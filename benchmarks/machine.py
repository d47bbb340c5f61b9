"""What the numbers were measured on and with, without naming anybody's paths."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
from pathlib import Path

from tests.tools import TOOLS

_LIBRARIES = ("helm-python-sdk", "pydantic", "typer")


def description() -> str:
    """One paragraph: the machine, then the versions."""
    libraries = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES)
    programs = ", ".join(f"{TOOLS[name].program} {TOOLS[name].version}" for name in ("helm4", "helm3", "helmfile0"))
    processor = _first("/proc/cpuinfo", r"model name\s*: (.*)") or platform.machine()
    kib = _first("/proc/meminfo", r"MemTotal:\s*(\d+)")
    memory = f", {int(kib) / 2**20:.0f} GiB" if kib else ""
    machine = f"{os.cpu_count()} cores ({processor}){memory}, {platform.system()}"
    return f"{machine}; Python {platform.python_version()}, {libraries}; {programs}."


def load() -> str:
    """How busy the machine is with other things."""
    return f"{os.getloadavg()[0]:.1f}"


def _first(path: str, pattern: str) -> str:
    found = re.search(pattern, Path(path).read_text()) if Path(path).exists() else None
    return found[1].strip() if found else ""
