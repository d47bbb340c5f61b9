"""What another version of the chart changes, and publishing one version more, beside what one would do with helm."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import project
from benchmarks.measure import CHARTGEN, Job, Measured, interleaved, median
from chartgen.chart import assemble, bundled
from chartgen.chart.package import package
from chartgen.publish.index import index
from tests import tools

OURS, TWICE = "chartgen impact", "helm 4 with both charts, in a loop, and diff"
PUBLISH, MERGE = "chartgen publish", "helm 4 repo index --merge"

_ENVIRONMENT = project.ENVIRONMENTS[0]
_NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_PRIORITY = {"priorityClassName": "business"}
"""A default that changes every pod."""


@dataclass(frozen=True, slots=True)
class Releasing:
    """What was measured.

    Attributes:
        impacts: `impact` by the number of releases, beside its other way for the smallest number.
        versions: how many a repository has that one more is published to; `publishing`: by which way.
    """

    impacts: Mapping[int, Mapping[str, Measured]]
    versions: int
    publishing: Mapping[str, Measured]


def measure(directory: Path, few: int, many: int, versions: int) -> Releasing:
    """Both: impact of `few` releases beside helm, of `many` alone; one version more than `versions`."""
    directory.mkdir()
    impacts = {few: _impact(directory, few, beside=True), many: _impact(directory, many, beside=False)}
    return Releasing(impacts, versions, _publishing(directory, versions))


def _impact(directory: Path, releases: int, *, beside: bool) -> dict[str, Measured]:
    home = directory / f"impact-{releases}"
    home.mkdir()
    project.write(home / "project", releases, [_ENVIRONMENT])
    services = [path.stem for path in sorted((home / "project" / "services").iterdir())]
    charts = home / "charts"
    for name, wishes in (("old", assemble.Build()), ("new", assemble.Build(version="2.0.0", defaults=_PRIORITY))):
        chart = assemble.assemble(bundled.sources(), wishes)
        for path, content in chart.files.items():
            (charts / name / path).parent.mkdir(parents=True, exist_ok=True)
            (charts / name / path).write_bytes(content)
    Job("chartgen render", [[*CHARTGEN, "render"]], home / "project", home / "render.out").run()
    ours = [*CHARTGEN, "impact", str(charts / "old"), str(charts / "new")]
    jobs = {OURS: Job(OURS, [_may_differ(ours)], home / "project", home / "ours.out")}
    if beside:
        rendered = [_rendered(name, service, charts, home) for name in ("old", "new") for service in services]
        compared = _may_differ(["/usr/bin/diff", "-r", str(home / "old"), str(home / "new")])
        jobs[TWICE] = Job(TWICE, [*rendered, compared], home / "project", home / "theirs.out")
    return interleaved(jobs, 3)


def _rendered(name: str, service: str, charts: Path, home: Path) -> list[str]:
    values = f"deploy/{_ENVIRONMENT}/values/{service}.yaml"
    helm = [str(tools.find("helm4")), "template", service, str(charts / name), "--values", values]
    return [*helm, "--namespace", project.namespace(_ENVIRONMENT), "--output-dir", str(home / name / service)]


def _may_differ(command: list[str]) -> list[str]:
    """The command, whose exit code 1 says that there are differences."""
    return ["/bin/sh", "-c", '"$@"; test $? -le 1', "sh", *command]


def _publishing(directory: Path, versions: int) -> dict[str, Measured]:
    """Each round publishes to a repository as it was: packages beside the index are not looked at, so none is there."""
    chart = package(assemble.assemble(bundled.sources(), assemble.Build(version="2.0.0")))
    known = [
        (
            replace(chart, version=f"1.0.{number}", digest=hashlib.sha256(str(number).encode()).hexdigest()),
            f"{number}.tgz",
        )
        for number in range(versions)
    ]
    text = index.read(None, "index.yaml").changed(known, [], _NOW).text
    new = directory / "new"
    new.mkdir()
    (new / chart.filename).write_bytes(chart.content)
    merge = [str(tools.find("helm4")), "repo", "index", "--merge", "index.yaml", "."]
    theirs = _repository(directory / "theirs", text)
    shutil.copy(new / chart.filename, theirs)
    runs = {}
    for number in range(3):
        ours = _repository(directory / f"ours-{number}", text)
        publish = [*CHARTGEN, "publish", str(new / chart.filename), "--to", str(ours)]
        runs[number] = Job(PUBLISH, [publish], directory, directory / "publish.out").run()
    # Once: it takes a minute and a half.
    return {PUBLISH: median(runs.values()), MERGE: Job(MERGE, [merge], theirs, directory / "merge.out").run()}


def _repository(directory: Path, text: bytes) -> Path:
    directory.mkdir()
    (directory / "index.yaml").write_bytes(text)
    return directory
