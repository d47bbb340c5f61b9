"""How each object is tried on an API server, as a dry run that changes nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chartgen.checks.objects import Workload
from chartgen.cluster.api import Resource
from chartgen.cluster.api.client import APPLY
from chartgen.cluster.api.connection import JSON
from chartgen.cluster.api.discovery import CORE
from chartgen.cluster.preflight.kinds import comes_before
from chartgen.cluster.preflight.needs import by_release
from chartgen.cluster.preflight.rules import found
from chartgen.cluster.preflight.scene import NAMESPACES, Key, Place, Scene
from chartgen.cluster.preflight.task import Task
from chartgen.compare.manifests.reading import is_hook, kind_of, name_of, namespace_of, part, parts
from chartgen.model import Finding, Manifest

MANAGER = "helm"
"""By what name Helm owns fields."""

_DRY = {"dryRun": "All", "fieldValidation": "Strict", "fieldManager": MANAGER}
_FILLED = ("PersistentVolumeClaim", "Job")
"""Kinds of which an API server has filled in what must not change again."""

_LONGEST = 50


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that tries an object.

    Attributes:
        manifest: what is tried, or the workload whose pod it is.
        pod: whether it is a pod of the workload.
    """

    manifest: Manifest
    method: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    content: str = JSON
    pod: bool = False


def attempts(task: Task, scene: Scene) -> Iterator[Attempt]:
    """One for each object whose kind and namespace are there, and one for a pod of each workload."""
    for manifest in task.manifests:
        resource = scene.resources.get((str(manifest.object.get("apiVersion")), kind_of(manifest)))
        if resource is not None and _has_room(manifest, resource, scene):
            yield _of_object(manifest, resource, scene)
    for objects in by_release(task.manifests):
        for workload in objects.workloads:
            if workload.kind != "Pod" and not scene.lacks(Key(NAMESPACES, namespace_of(workload.manifest))):
                yield _of_pod(workload, scene)


def not_sent(task: Task, scene: Scene) -> Iterator[Finding]:
    """What cannot be tried before the deploy, told once a namespace and kind."""
    homeless: dict[str, list[Manifest]] = {}
    unknown: dict[tuple[str, str], list[Manifest]] = {}
    for manifest in task.manifests:
        name = (str(manifest.object.get("apiVersion")), kind_of(manifest))
        resource = scene.resources.get(name)
        if resource is None and comes_before(task, manifest):
            unknown.setdefault(name, []).append(manifest)
        elif resource is not None and not _has_room(manifest, resource, scene):
            homeless.setdefault(namespace_of(manifest), []).append(manifest)
    for namespace, some in homeless.items():
        message = f"is not there yet: {_count(some)} not tried before"
        yield found("preflight-not-sent", message, some[0].release, about=f"Namespace/{namespace}")
    for (api_version, kind), some in unknown.items():
        message = f"the deploy itself brings {kind} of {api_version}: {_count(some)} not tried before"
        yield found("preflight-not-sent", message, some[0])


def _count(some: list[Manifest]) -> str:
    return "1 object is" if len(some) == 1 else f"{len(some)} objects are"


def _has_room(manifest: Manifest, resource: Resource, scene: Scene) -> bool:
    return not (resource.namespaced and scene.lacks(Key(NAMESPACES, namespace_of(manifest))))


def _of_object(manifest: Manifest, resource: Resource, scene: Scene) -> Attempt:
    """As Helm would send it: a hook is made anew; fields are applied, unless another way of it came before."""
    namespace = namespace_of(manifest)
    metadata = {
        **(part(manifest.object, "metadata") or {}),
        **({"namespace": namespace} if resource.namespaced else {}),
    }
    body = {**manifest.object, "metadata": metadata}
    live = scene.get(scene.key(manifest))
    if is_hook(manifest) or not name_of(manifest):
        metadata["generateName"] = f"{name_of(manifest)[:_LONGEST]}-"
        metadata.pop("name", None)
        return Attempt(manifest, "POST", resource.path(namespace), _DRY, body)
    path = resource.path(namespace, name_of(manifest))
    if live is None or _is_applied(live):
        return Attempt(manifest, "PATCH", path, _DRY, body, APPLY)
    metadata["resourceVersion"] = part(live, "metadata", "resourceVersion")
    if kind_of(manifest) in _FILLED:
        body["spec"] = {**(live.get("spec") or {}), **(manifest.object.get("spec") or {})}
    return Attempt(manifest, "PUT", path, _DRY, body)


def _is_applied(live: Mapping[str, Any]) -> bool:
    """Whether Helm owns fields of it by server-side apply."""
    owners = parts(live, "metadata", "managedFields")
    return any(each.get("manager") == MANAGER and each.get("operation") == "Apply" for each in owners)


def _of_pod(workload: Workload, scene: Scene) -> Attempt:
    """A pod as the workload's controller would make it: what is refused of it, nobody tells who deploys."""
    namespace = namespace_of(workload.manifest)
    template = part(workload.template, "metadata") or {}
    metadata = {key: value for key, value in template.items() if key in ("labels", "annotations")}
    metadata |= {"generateName": f"{name_of(workload.manifest)[:_LONGEST]}-", "namespace": namespace}
    account = str(workload.pod.get("serviceAccountName") or "default")
    comes = scene.lacks(Key(Place("", "ServiceAccount", namespace), account))
    spec = {key: value for key, value in workload.pod.items() if not (comes and key.startswith("serviceAccount"))}
    claims = [str(part(each, "metadata", "name")) for each in parts(workload.spec, "volumeClaimTemplates")]
    spec["volumes"] = [*(spec.get("volumes") or ()), *({"name": name, "emptyDir": {}} for name in claims)]
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    return Attempt(workload.manifest, "POST", CORE["Pod"].path(namespace), _DRY, body, pod=True)
