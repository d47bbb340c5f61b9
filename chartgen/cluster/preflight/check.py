"""All checks of a deploy against a cluster: read once, then judged."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from chartgen.checks import allowing
from chartgen.cluster.api import Api
from chartgen.cluster.preflight import (
    kinds,
    limits,
    missing,
    namespaces,
    ownership,
    quotas,
    rights,
    server,
    upgrades,
    versions,
)
from chartgen.cluster.preflight.needs import Need, needs
from chartgen.cluster.preflight.reading import read
from chartgen.cluster.preflight.scene import Scene
from chartgen.cluster.preflight.task import Task
from chartgen.cluster.steps import Step
from chartgen.model import Chart, ChartRef, Finding, Manifest


def check(
    api: Api,
    steps: Sequence[Step],
    manifests: Sequence[Manifest],
    *,
    charts: Mapping[ChartRef, Chart],
    regions: Sequence[str],
    server_dry_run: bool = False,
) -> tuple[Finding, ...]:
    """What would make a deploy to a cluster fail; the cluster is not changed.

    What the spec allows (`checks: {allow: …}`) is told with the reason, as in `chartgen check`.

    Arguments:
        steps: those that create or upgrade a release.
        manifests: the objects of these releases as they are to be, hooks among them.
        charts: those of the releases (`Charts.by_ref`): what Kubernetes they want, which definitions they bring.
        regions: those of the environment, chosen or not.
        server_dry_run: whether every object is sent to the API server as a dry run, too.

    Raises:
        ApiError: the cluster cannot be reached, or refuses otherwise than for a lack of rights.
        ToolError: what Helm has stored cannot be read.
    """
    task = Task.of(steps, manifests, charts, regions)
    needed = needs(task.manifests)
    scene = read(api, task, needed)
    outdated = tuple(versions.outdated(scene))
    if outdated:
        return outdated
    wanted = rights.needed(task, scene)
    said = [*rights.check(wanted, rights.missing(api, wanted)), *judge(task, scene, needed)]
    fixed = {(finding.release, finding.object) for finding in said if finding.rule == upgrades.RULE}
    if server_dry_run:
        said += server.dry_run(api, task, scene, fixed)
    there = (replace(finding, remedy=_there(finding.remedy, api.context)) for finding in said)
    return tuple(allowing.apply(there, task.releases))


def judge(task: Task, scene: Scene, needed: Sequence[Need]) -> Iterator[Finding]:
    """What is wrong, as far as what was read tells it. Pure."""
    yield from versions.check(task, scene)
    yield from kinds.check(task, scene)
    yield from namespaces.check(task, scene)
    yield from ownership.check(task, scene)
    yield from upgrades.check(task, scene)
    yield from quotas.check(task, scene)
    yield from limits.check(task, scene)
    yield from missing.check(task, scene, needed)


def _there(remedy: str, context: str | None) -> str:
    """The remedy, with kubectl told which cluster is meant."""
    return remedy.replace("`kubectl ", f"`kubectl --context {shlex.quote(context)} ") if context else remedy
