"""Whether the cluster runs a Kubernetes that the charts and chartgen can do with. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartgen.checks import kubernetes_data
from chartgen.cluster.preflight.rules import found
from chartgen.cluster.preflight.scene import Scene
from chartgen.cluster.preflight.task import Task
from chartgen.compare import ranges
from chartgen.model import Finding

_MINOR = re.compile(r"v?(\d+)\.(\d+)")


def outdated(scene: Scene) -> Iterator[Finding]:
    """Whether the cluster is older than what chartgen knows; then nothing else can be said of it."""
    oldest = kubernetes_data.versions()[0]
    if _minor(scene.version) < _minor(oldest):
        message = f"the cluster runs Kubernetes {scene.version}; chartgen wants {oldest} or newer"
        yield found("preflight-kubernetes", message)


def check(task: Task, scene: Scene) -> Iterator[Finding]:
    """Each version is told once."""
    runs = _minor(scene.version)
    yield from _charts(task, scene)
    said = {release.kubernetes: release for release in reversed(task.releases) if release.kubernetes}
    for version, release in said.items():
        if _minor(version) != runs:
            message = f"{release.environment} is said to run Kubernetes {version}; the cluster runs {scene.version}"
            remedy = f'say `kubernetes: "{runs[0]}.{runs[1]}"` of {release.environment}'
            yield found("preflight-kubernetes-differs", message, remedy=remedy)


def _charts(task: Task, scene: Scene) -> Iterator[Finding]:
    for ref in dict.fromkeys(release.chart for release in task.releases):
        chart = task.charts.get(ref)
        wanted = str(chart.metadata.get("kubeVersion") or "") if chart else ""
        if chart and wanted and ranges.takes(wanted, scene.version) is False:
            title = f"the chart {chart.name} {chart.version}"
            yield found(
                "preflight-chart-kubernetes", f"{title} wants Kubernetes {wanted}; the cluster runs {scene.version}"
            )


def _minor(version: str) -> tuple[int, int]:
    match = _MINOR.match(version)
    return (int(match[1]), int(match[2])) if match else (0, 0)
