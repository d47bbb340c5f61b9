"""Autoscalers, disruption budgets, and what their pods must have for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chartgen.checks.component import of_values, of_workload
from chartgen.checks.objects import SCALED, Objects, Workload
from chartgen.checks.rule import Family, Hit, Rule
from chartgen.compare.manifests.reading import name_of, part, parts
from chartgen.model import Manifest

_SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")


def replicas_beside_autoscaler(workload: Workload) -> Iterator[Hit]:
    """Each deploy would set the number back."""
    if workload.kind in SCALED and workload.spec.get("replicas") is not None:
        for scaler in scalers(workload):
            message = f"fixes the number of its pods, which {scaler.title} decides"
            yield of_workload(workload, message, "spec", "replicas", values=("replicaCount",))


def scalers(workload: Workload) -> list[Manifest]:
    """The autoscalers that aim at a workload."""
    found = []
    for kind in _SCALERS:
        for manifest in workload.objects.kind(kind):
            target = part(manifest.object, "spec", "scaleTargetRef") or {}
            aimed = part(target, "kind") or "Deployment"
            if (aimed, part(target, "name")) == (workload.kind, name_of(workload.manifest)):
                found.append(manifest)
    return found


def two_autoscalers(workload: Workload) -> Iterator[Hit]:
    """Each would undo what the other does."""
    if workload.kind in SCALED:
        found = scalers(workload)
        if len(found) > 1:
            names = " and ".join(scaler.title for scaler in found)
            yield of_workload(workload, f"is scaled by {names}", values=("autoscaling",))


def autoscaler_without_request(objects: Objects) -> Iterator[Hit]:
    """A use in percent is one of the request: without it the autoscaler knows nothing."""
    for manifest in objects.kind("HorizontalPodAutoscaler"):
        for index, metric in enumerate(parts(manifest.object, "spec", "metrics")):
            source = metric.get("resource") or metric.get("containerResource") or {}
            if part(source, "target", "type") == "Utilization":
                yield from _without_request(objects, manifest, source, ("spec", "metrics", index))


def _without_request(
    objects: Objects, manifest: Manifest, source: Mapping[str, Any], path: tuple[str | int, ...]
) -> Iterator[Hit]:
    resource, only = str(source.get("name")), source.get("container")
    for workload in objects.workloads:
        if name_of(workload.manifest) != part(manifest.object, "spec", "scaleTargetRef", "name"):
            continue
        for container in workload.containers:
            resources = container.data.get("resources") or {}
            asked = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}
            counts = container.role != "init" and only in (None, container.name)
            if counts and asked.get(resource) is None:
                message = f"measures {resource}, of which container `{container.name}` requests none"
                values = of_values(workload, "resources", "requests", resource)
                yield Hit(message, manifest, path, values)


def budget_blocks_drain(objects: Objects) -> Iterator[Hit]:
    """As many pods must remain as there are, or none may go."""
    for manifest in objects.kind("PodDisruptionBudget"):
        spec = manifest.object.get("spec") or {}
        pods = [each for each in objects.selected(spec.get("selector")) if each.kind in SCALED]
        most, least = spec.get("maxUnavailable"), spec.get("minAvailable")
        count = sum(map(fewest, pods))
        if most is not None and _share(most, count) == 0:
            message, field = f"lets no pod go, `maxUnavailable: {most}`", "maxUnavailable"
        elif least is not None and pods and _share(least, count) >= count:
            message, field = f"keeps {least} of {count} pods, so that none may go", "minAvailable"
        else:
            continue
        yield Hit(message, manifest, ("spec", field), (("podDisruptionBudget", field),))


def _share(number: int | str, of: int) -> int:
    """A number of pods, or a percentage of them, rounded up. Source: Kubernetes, "Disruption budgets"."""
    if isinstance(number, str) and number.endswith("%") and number[:-1].isdecimal():
        return -(-int(number[:-1]) * of // 100)
    return int(number) if str(number).isdecimal() else of


def fewest(workload: Workload) -> int:
    """The fewest pods that a workload has."""
    for scaler in scalers(workload):
        spec = part(scaler.object, "spec")
        low = part(spec, "minReplicas" if scaler.object["kind"] == _SCALERS[0] else "minReplicaCount")
        return low if isinstance(low, int) else 1
    replicas = workload.spec.get("replicas")
    return replicas if isinstance(replicas, int) else 1


FAMILY = Family(
    "scaling",
    "Scaling and disruption",
    workloads=(
        Rule(
            "replicas-beside-autoscaler",
            "error",
            "Each deploy sets the number of pods back, and the autoscaler changes it again.",
            "let the autoscaler decide: remove the fixed number, or the autoscaler with `max_containers`",
            replicas_beside_autoscaler,
        ),
        Rule(
            "two-autoscalers",
            "error",
            "Two autoscalers of one workload undo what the other does.",
            "keep one of the two",
            two_autoscalers,
        ),
    ),
    releases=(
        Rule(
            "autoscaler-without-request",
            "error",
            "A use in percent is one of the request: without it the autoscaler does nothing.",
            "set `resource_request` of what is measured, for each container",
            autoscaler_without_request,
        ),
        Rule(
            "budget-blocks-drain",
            "error",
            "A node cannot be emptied, so that it is never updated.",
            "let `disruption_budget` leave room for one pod at least",
            budget_blocks_drain,
        ),
    ),
)
