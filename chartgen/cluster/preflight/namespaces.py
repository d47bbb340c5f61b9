"""Whether there are namespaces to put things in. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from chartgen.cluster.preflight.rules import found
from chartgen.cluster.preflight.scene import NAMESPACES, Key, Scene
from chartgen.cluster.preflight.task import Task
from chartgen.compare.manifests.reading import kind_of, name_of, namespace_of, parts
from chartgen.model import Finding, Release


def check(task: Task, scene: Scene) -> Iterator[Finding]:
    """Each namespace is told once."""
    coming = made(task)
    for name, release in _first(task, scene).items():
        if scene.is_terminating(name):
            left = "; ".join(_left(scene, name))
            message = "is on its way out, and takes nothing in" + (f": {left}" if left else "")
            remedy = f"wait until it is gone: `kubectl wait --for=delete namespace/{name} --timeout=5m`"
            if "finalizer" in left:
                remedy += "; what holds a finalizer must let go of it first"
            yield found("preflight-namespace", message, release, about=f"Namespace/{name}", remedy=remedy)
        elif scene.lacks(Key(NAMESPACES, name)) and name not in coming:
            remedy = f"make it: `kubectl create namespace {name}`"
            message = "is not there, and no release makes it"
            yield found("preflight-namespace", message, release, about=f"Namespace/{name}", remedy=remedy)


def made(task: Task) -> set[str]:
    """The namespaces that the deploy makes where they are not there: Helm, or an object of a release."""
    by_helm = {release.namespace for release in task.releases if release.create_namespace}
    return by_helm | {name_of(manifest) for manifest in task.manifests if kind_of(manifest) == "Namespace"}


def _first(task: Task, scene: Scene) -> dict[str, Release]:
    """Each namespace, with the first release that stands or puts something in it."""
    found: dict[str, Release] = {}
    for release in task.releases:
        found.setdefault(release.namespace, release)
    for manifest in task.manifests:
        key = scene.key(manifest)
        if key is not None and key.place.namespace:
            found.setdefault(namespace_of(manifest), manifest.release)
    return found


def _left(scene: Scene, name: str) -> Iterator[str]:
    """What keeps a namespace from going, in Kubernetes' words."""
    namespace = scene.get(Key(NAMESPACES, name)) or {}
    for condition in parts(namespace, "status", "conditions"):
        if condition.get("status") == "True" and condition.get("message"):
            yield str(condition["message"])
