"""Pods and claims outside the LimitRanges of their namespace. Pure.

Source: `minConstraint`, `maxConstraint` and `limitRequestRatioConstraint` of Kubernetes' admission plugin
`limitranger`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from chartgen.checks.objects import Workload
from chartgen.cluster.preflight.amounts import Taken, amounts, defaults, in_words, of_container, of_pod
from chartgen.cluster.preflight.needs import by_release
from chartgen.cluster.preflight.rules import found
from chartgen.cluster.preflight.scene import Place, Scene
from chartgen.cluster.preflight.task import Task
from chartgen.compare.manifests.reading import kind_of, name_of, namespace_of, part, parts
from chartgen.model import Finding, Manifest, Path

_RULE = "preflight-limits"


def check(task: Task, scene: Scene) -> Iterator[Finding]:
    """Each thing that a LimitRange refuses."""
    ranges = {name: in_force(task, scene, "LimitRange", name) for name in task.namespaces}
    for objects in by_release(task.manifests):
        for workload in objects.workloads:
            yield from _workload(workload, ranges.get(namespace_of(workload.manifest), ()))
    for manifest in task.manifests:
        if kind_of(manifest) == "PersistentVolumeClaim":
            yield from _claim(manifest, manifest.object, ("spec",), ranges.get(namespace_of(manifest), ()))
        for index, template in enumerate(parts(manifest.object, "spec", "volumeClaimTemplates")):
            path = ("spec", "volumeClaimTemplates", index, "spec")
            yield from _claim(manifest, template, path, ranges.get(namespace_of(manifest), ()))


def in_force(task: Task, scene: Scene, kind: str, namespace: str) -> tuple[Mapping[str, Any], ...]:
    """The objects of a kind in a namespace as they are after the deploy; those that it changes keep their `status`."""
    found = {str(part(each, "metadata", "name")): each for each in scene.all(Place("", kind, namespace))}
    for manifest in task.manifests:
        name = name_of(manifest)
        if kind_of(manifest) == kind and namespace_of(manifest) == namespace:
            found[name] = {**found.get(name, {"metadata": {"name": name}}), "spec": manifest.object.get("spec")}
    return tuple(found.values())


def _workload(workload: Workload, ranges: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    ranges = tuple(ranges)
    given = defaults(ranges)
    pod = (*workload.path, "spec")
    for container in workload.containers:
        taken = of_container(container.data, given)
        who = f"container `{container.name}`"
        yield from _told(workload.manifest, who, (*container.path, "resources"), taken, _items(ranges, "Container"))
    yield from _told(workload.manifest, "the pod", pod, of_pod(workload.pod, given), _items(ranges, "Pod"))


def _claim(
    manifest: Manifest, claim: Mapping[str, Any], path: Path, ranges: Iterable[Mapping[str, Any]]
) -> Iterator[Finding]:
    asked = amounts(part(claim, "spec", "resources", "requests"))
    taken = Taken(asked, asked)
    yield from _told(manifest, "the claim", (*path, "resources"), taken, _items(ranges, "PersistentVolumeClaim"))


def _items(ranges: Iterable[Mapping[str, Any]], kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The limits for a type of thing, each with the name of the LimitRange that has it."""
    for each in ranges:
        for item in parts(each, "spec", "limits"):
            if item.get("type") == kind:
                yield str(part(each, "metadata", "name")), item


def _told(
    manifest: Manifest, who: str, path: Path, taken: Taken, items: Iterable[tuple[str, Mapping[str, Any]]]
) -> Iterator[Finding]:
    for name, item in items:
        for problem in (*_least(item, taken), *_most(item, taken), *_ratio(item, taken)):
            yield found(_RULE, f"{who} {problem} (LimitRange/{name})", manifest, path=path)


def _least(item: Mapping[str, Any], taken: Taken) -> Iterator[str]:
    for name, least in amounts(item.get("min")).items():
        written, asked, limit = part(item, "min", name), taken.requests.get(name), taken.limits.get(name)
        if asked is None:
            yield f"requests no {name}, and {written} is the least"
        elif asked < least:
            yield f"requests {in_words(name, asked)} {name}, and {written} is the least"
        elif limit is not None and limit < least:
            yield f"is limited to {in_words(name, limit)} {name}, and {written} is the least"


def _most(item: Mapping[str, Any], taken: Taken) -> Iterator[str]:
    for name, most in amounts(item.get("max")).items():
        written, asked, limit = part(item, "max", name), taken.requests.get(name), taken.limits.get(name)
        if limit is None:
            yield f"has no limit of {name}, and {written} is the most"
        elif limit > most:
            yield f"is limited to {in_words(name, limit)} {name}, and {written} is the most"
        elif asked is not None and asked > most:
            yield f"requests {in_words(name, asked)} {name}, and {written} is the most"


def _ratio(item: Mapping[str, Any], taken: Taken) -> Iterator[str]:
    for name, most in amounts(item.get("maxLimitRequestRatio")).items():
        asked, limit = taken.requests.get(name) or Decimal(), taken.limits.get(name) or Decimal()
        if not asked or not limit or limit / asked > most:
            yield f"must have a limit of {name} of at most {most:f} times the request"
