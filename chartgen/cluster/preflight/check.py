"""All checks of a deploy against a cluster: read once, then judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from chartgen.cluster.api import Api
from chartgen.cluster.preflight import namespaces, versions
from chartgen.cluster.preflight.needs import needs
from chartgen.cluster.preflight.reading import read
from chartgen.cluster.preflight.scene import Scene
from chartgen.cluster.preflight.task import Task
from chartgen.cluster.steps import Step
from chartgen.model import Chart, ChartRef, Finding, Manifest

_JUDGES: tuple[Callable[[Task, Scene], Iterable[Finding]], ...] = (versions.check, namespaces.check)


def check(
    api: Api,
    steps: Sequence[Step],
    manifests: Sequence[Manifest],
    *,
    charts: Mapping[ChartRef, Chart],
    server_dry_run: bool = False,
) -> tuple[Finding, ...]:
    """What would make a deploy to a cluster fail; the cluster is not changed.

    Arguments:
        steps: those that create or upgrade a release.
        manifests: the objects of these releases as they are to be, hooks among them.
        charts: those of the releases (`Charts.by_ref`): what Kubernetes they want, which definitions they bring.
        server_dry_run: whether every object is sent to the API server as a dry run, too.

    Raises:
        ApiError: the cluster cannot be reached, or refuses otherwise than for a lack of rights.
        ToolError: what Helm has stored cannot be read.
    """
    task = Task.of(steps, manifests, charts)
    scene = read(api, task, needs(task.manifests))
    return tuple(finding for judge in _JUDGES for finding in judge(task, scene))
