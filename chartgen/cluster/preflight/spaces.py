"""What a namespace holds before and after a deploy, as quotas count it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chartgen.checks.objects import Workload
from chartgen.cluster.preflight.amounts import Defaults, defaults
from chartgen.cluster.preflight.limits import in_force
from chartgen.cluster.preflight.needs import by_release
from chartgen.cluster.preflight.scene import CLAIMS, Place, Scene
from chartgen.cluster.preflight.task import Task
from chartgen.cluster.preflight.usage import Pods, Usage, added, of_claims, of_object, of_pods, running, wanted
from chartgen.cluster.stored import resource as storage
from chartgen.compare.manifests.reading import identity, is_hook, kind_of, namespace_of, part
from chartgen.model import Manifest
from chartgen.plan.releases import HELM_DEFAULTS


@dataclass(frozen=True, slots=True)
class Space:
    """A namespace before and after a deploy.

    Attributes:
        name: its name.
        quotas: those that are in force.
        pods, before: the pods that there are to be, and that there are, of the releases.
        others: what everything else counts for, by how much more it is afterwards.
    """

    name: str
    quotas: tuple[Mapping[str, Any], ...]
    given: Defaults
    pods: tuple[Pods, ...]
    before: tuple[Pods, ...]
    others: Usage


def space(task: Task, scene: Scene, name: str) -> Space:
    """A namespace by its name."""
    quotas = in_force(task, scene, "ResourceQuota", name)
    given = defaults(in_force(task, scene, "LimitRange", name))
    new = [each for each in task.manifests if namespace_of(each) == name and not is_hook(each)]
    now = {identity(each) for each in new}
    gone = [each for each in task.stored if namespace_of(each) == name and identity(each) not in now]
    there = [
        Manifest(each.release, "", live) for each in (*new, *gone) if (live := scene.get(scene.key(each))) is not None
    ]
    pods = [of_pods(each, wanted(each, scene.get(scene.key(each.manifest))), given) for each in _workloads(new)]
    before = [of_pods(each, running(each.manifest.object), given) for each in _workloads(there)]
    usages = [added(_of_object(each, scene) for each in some) for some in (new, there)]
    claims = _claims(pods, before, scene.live.get(Place(*CLAIMS, name), {}))
    others = added((usages[0], {key: -value for key, value in usages[1].items()}, claims, _revisions(task, name)))
    return Space(name, quotas, given, tuple(pods), tuple(before), others)


def _workloads(manifests: Iterable[Manifest]) -> Iterator[Workload]:
    return (workload for objects in by_release(manifests) for workload in objects.workloads)


def _of_object(manifest: Manifest, scene: Scene) -> Usage:
    resource = scene.resources.get((str(manifest.object.get("apiVersion")), kind_of(manifest)))
    return of_object(manifest, resource.name, resource.group) if resource and resource.namespaced else {}


def _claims(pods: Iterable[Pods], before: Iterable[Pods], there: Collection[str] | None) -> Usage:
    """The claims that StatefulSets make. Those that are there stay, also when their pods or the StatefulSet go.

    Arguments:
        there: the names of the claims that are there; None: they may not be read, and pods that run have theirs.
    """
    had = {identity(each.workload.manifest): each.count for each in before} if there is None else {}
    made = []
    for each in pods:
        first = int(part(each.workload.spec, "ordinals", "start") or 0)
        ordinals = range(first + had.get(identity(each.workload.manifest), 0), first + each.count)
        made.append(of_claims(each.workload.manifest, ordinals, there or ()))
    return added(made)


def _revisions(task: Task, namespace: str) -> Usage:
    """The objects in which Helm keeps the new revisions, as far as it drops no old ones for them."""
    plural = storage().name
    count = sum(
        1
        for step in task.steps
        if step.release.namespace == namespace
        and (step.stored is None or step.stored.revision < (step.release.max_history or HELM_DEFAULTS.max_history))
    )
    return {plural: Decimal(count), f"count/{plural}": Decimal(count)}
