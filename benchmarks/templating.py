"""`chartgen template` beside `helm template` in a loop and `helmfile template`: same values, same objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import objects, project
from benchmarks.measure import CHARTGEN, Job, Measured, interleaved
from tests import tools

EMBEDDED = "chartgen, embedded"
CLI_4, CLI_3 = "chartgen, helm 4", "chartgen, helm 3"
LOOP_4, LOOP_3 = "helm 4, in a loop", "helm 3, in a loop"
HELMFILE = "helmfile, helm 3"
OURS = (EMBEDDED, CLI_4, CLI_3)
INSTEAD = (LOOP_4, LOOP_3, HELMFILE)

_ENVIRONMENT = "prod"
_ROUNDS = 3
_LONG = 1_000


@dataclass(frozen=True, slots=True)
class Templating:
    """How long so many releases take each way; `scaled`: these were measured with fewer releases and multiplied."""

    releases: int
    objects: int
    by_way: Mapping[str, Measured]
    scaled: frozenset[str] = frozenset()

    def gain(self, way: str, ours: str) -> float:
        """How many times faster ours is than that way."""
        return self.by_way[way].seconds / self.by_way[ours].seconds


def measure(directory: Path, releases: int, fewer: Templating | None = None) -> Templating:
    """Measures every way, and that all give the same objects.

    Arguments:
        directory: where the project goes; empty.
        fewer: a result for fewer releases; the ways without chartgen are then scaled up from it.
    """
    directory.mkdir()
    home = directory / "project"
    project.write(home, releases, [_ENVIRONMENT])
    Job("chartgen render", [[*CHARTGEN, "-q", "render"]], home, directory / "render.out").run()
    jobs = _jobs(home, directory, [path.stem for path in sorted((home / "services").iterdir())])
    scaled = {} if fewer is None else {way: _times(fewer.by_way[way], releases / fewer.releases) for way in INSTEAD}
    measured = {way: job for way, job in jobs.items() if way not in scaled}
    results = interleaved(measured, _ROUNDS, once=INSTEAD if releases >= _LONG else ())
    count = objects.check({way: job.output for way, job in measured.items()})
    return Templating(releases, count, {way: (results | scaled)[way] for way in jobs}, frozenset(scaled))


def _jobs(home: Path, outputs: Path, services: Sequence[str]) -> dict[str, Job]:
    helm_4, helm_3, helmfile = (str(tools.find(name)) for name in ("helm4", "helm3", "helmfile0"))
    ours = [*CHARTGEN, "template"]
    with_helmfile = [helmfile, "--helm-binary", helm_3, "--environment", _ENVIRONMENT, "template"]
    commands: dict[str, Sequence[Sequence[str]]] = {
        EMBEDDED: [[*ours, "--engine", "embedded"]],
        LOOP_4: [_helm(helm_4, service) for service in services],
        CLI_4: [[*ours, "--engine", "cli"]],
        LOOP_3: [_helm(helm_3, service) for service in services],
        CLI_3: [[*ours, "--engine", "cli"]],
        HELMFILE: [with_helmfile],
    }
    programs = {CLI_4: {"CHARTGEN_HELM": helm_4}, CLI_3: {"CHARTGEN_HELM": helm_3}}
    return {
        way: Job(way, commands[way], home, outputs / f"{number}.yaml", programs.get(way, {}))
        for number, way in enumerate(commands)
    }


def _helm(helm: str, service: str) -> list[str]:
    chart, values = "deploy/charts/microservice", f"deploy/{_ENVIRONMENT}/values/{service}.yaml"
    return [helm, "template", service, chart, "--namespace", project.namespace(_ENVIRONMENT), "--values", values]


def _times(measured: Measured, factor: float) -> Measured:
    return Measured(measured.seconds * factor, measured.peak)
