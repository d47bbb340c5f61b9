"""The other commands: `render` of many files, `check`, `--help`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import project
from benchmarks.measure import CHARTGEN, Job, Measured, interleaved, median

FIRST, UNCHANGED, ONE = "first time", "nothing changed", "one service changed"
HELP, TYPER = "chartgen --help", "import typer"

_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Project:
    """What was done with a project of `services` services in each of `environments` environments."""

    services: int
    environments: int
    by_what: Mapping[str, Measured]

    @property
    def releases(self) -> int:
        """As many values files as releases."""
        return self.services * self.environments


def render(directory: Path, services: int, environments: int) -> Project:
    """`chartgen render` for the first time, with nothing changed, and with one service changed."""
    home, names = _project(directory, services, environments)
    job = _chartgen(directory, home, "render")
    runs: dict[str, list[Measured]] = {FIRST: [], UNCHANGED: [], ONE: []}
    for level in ("debug", "warning", "error")[:_ROUNDS]:
        for made in ("deploy", ".chartgen"):
            shutil.rmtree(home / made, ignore_errors=True)
        (home / "helmfile.yaml").unlink(missing_ok=True)
        runs[FIRST].append(job.run())
        runs[UNCHANGED].append(job.run())
        project.write_service(home, services // 2, services, names[-1], level)
        runs[ONE].append(job.run())
    return Project(services, environments, {what: median(measured) for what, measured in runs.items()})


def check(directory: Path, services: int, environments: int = 1) -> Measured:
    """`chartgen check`: values against the schema, manifests against the Kubernetes API."""
    home, _ = _project(directory, services, environments)
    return interleaved({"check": _chartgen(directory, home, "check")}, _ROUNDS)["check"]


def whole(directory: Path, services: int, environments: int) -> Project:
    """Once each: `render` for the first time, `check`, and `render` with nothing changed."""
    home, _ = _project(directory, services, environments)
    order = {FIRST: "render", "check": "check", UNCHANGED: "render"}
    runs = {what: _chartgen(directory, home, verb).run() for what, verb in order.items()}
    return Project(services, environments, runs)


def start(directory: Path) -> dict[str, Measured]:
    """`chartgen --help` beside the import of the library that it is made with."""
    directory.mkdir()
    commands = {HELP: [*CHARTGEN, "--help"], TYPER: [sys.executable, "-c", "import typer"]}
    jobs = {name: Job(name, [command], directory, directory / "out") for name, command in commands.items()}
    interleaved(jobs, 1)  # the first run compiles
    return interleaved(jobs, 15)


def _project(directory: Path, services: int, environments: int) -> tuple[Path, tuple[str, ...]]:
    directory.mkdir()
    names = project.ENVIRONMENTS[:environments]
    project.write(directory / "project", services, names)
    return directory / "project", names


def _chartgen(directory: Path, home: Path, verb: str) -> Job:
    return Job(f"chartgen {verb}", [[*CHARTGEN, verb]], home, directory / f"{verb}.out")
