"""Whole processes measured: wall time, and the memory of the largest of them."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import meter

CHARTGEN = (sys.executable, "-m", "chartgen")

_FOREIGN = ("HELM", "CHARTGEN_", "GO", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True, slots=True)
class Measured:
    """`seconds` of wall time; `peak`: bytes resident in the largest process."""

    seconds: float
    peak: int


@dataclass(frozen=True, slots=True)
class Job:
    """Commands that together do one thing, each an argument list with the program's path; they run one after another.

    What they print goes to `output`.
    """

    title: str
    commands: Sequence[Sequence[str]]
    directory: Path
    output: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self) -> Measured:
        """Runs them all, in a process beside this one."""
        errors = self.output.with_suffix(".err")
        job = {
            "commands": self.commands,
            "directory": str(self.directory),
            "output": str(self.output),
            "errors": str(errors),
            "environment": _environment(self.output.parent, self.environment),
        }
        python = [sys.executable, "-I", "-S", str(Path(meter.__file__))]
        done = subprocess.run(python, input=json.dumps(job), capture_output=True, text=True, check=True)
        result = json.loads(done.stdout)
        if result["code"]:
            sys.exit(f"{self.title}: exit code {result['code']}\n{errors.read_text()[-2000:]}")
        return Measured(result["seconds"], result["peak"])


def interleaved(jobs: Mapping[str, Job], rounds: int, once: Sequence[str] = ()) -> dict[str, Measured]:
    """Each job's median of so many rounds, one job after another in each: a slow minute is slow for all of them.

    Those named in `once` take long enough for once, and run each in a round of its own.
    """
    runs: dict[str, list[Measured]] = {name: [] for name in jobs}
    for number in range(rounds):
        for name, job in jobs.items():
            if name not in once or name in once[number : number + 1]:
                runs[name].append(job.run())
    return {name: median(measured) for name, measured in runs.items()}


def median(runs: Iterable[Measured]) -> Measured:
    """The median time, the greatest memory."""
    runs = list(runs)
    return Measured(statistics.median(run.seconds for run in runs), max(run.peak for run in runs))


def _environment(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Ours without what would change how a tool works, and with homes for the tools that hold nothing of anybody's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    homes = {f"HELM_{kind}_HOME": str(home / "helm" / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}
    return {**kept, **homes, "KUBECONFIG": os.devnull, "HELMFILE_UPGRADE_NOTICE_DISABLED": "true", **more}
