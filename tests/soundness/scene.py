"""The objects of one namespace, and the pods that they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chartgen.model import Manifest

Object = Mapping[str, Any]

_TEMPLATES = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "ScaledJob": ("spec", "jobTargetRef", "template"),
    "Pod": (),
}
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
"""The kinds that say which pods are theirs by a selector of their own."""


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod, or the template that pods are made from."""

    owner: Manifest
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    spec: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The object that makes it."""
        return self.owner.title

    def containers(self) -> Iterator[Object]:
        """All of them, those that run before the others too."""
        yield from self.spec.get("initContainers", ())
        yield from self.spec.get("containers", ())

    def ports(self) -> list[Object]:
        """What its containers listen on."""
        return [port for container in self.containers() for port in container.get("ports", ())]


class Scene:
    """The objects of one namespace."""

    def __init__(self, manifests: Sequence[Manifest]) -> None:
        self.manifests = manifests
        self.namespace = manifests[0].release.namespace
        self._releases = {manifest.release.name for manifest in manifests}
        self._named = {(one.object["kind"], one.object["metadata"]["name"]): one.object for one in manifests}
        self.pods = [pod for manifest in manifests for pod in _pods(manifest)]

    def get(self, kind: str, name: str) -> Object | None:
        """The object of that name."""
        return self._named.get((kind, name))

    def of(self, *kinds: str) -> Iterator[tuple[str, Object]]:
        """The objects of some kinds, each after its title."""
        yield from ((one.title, one.object) for one in self.manifests if one.object["kind"] in kinds)

    def is_ours(self, name: str) -> bool:
        """Whether a name is one that only a release here would give: an object of it must be here too."""
        return any(name == release or name.startswith(f"{release}-") for release in self._releases)


def _pods(manifest: Manifest) -> Iterator[Pod]:
    path = _TEMPLATES.get(manifest.object["kind"])
    if path is not None:
        template = manifest.object
        for part in path:
            template = template[part]
        metadata = template.get("metadata", {})
        yield Pod(manifest, metadata.get("labels", {}), metadata.get("annotations", {}), template["spec"])


def selects(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Whether a label selector, as Kubernetes reads it, takes what has these labels."""
    selector = selector or {}
    simple = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    return simple and all(_holds(expression, labels) for expression in selector.get("matchExpressions", ()))


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = expression["key"], expression.get("values", ())
    return {
        "In": labels.get(key) in values,
        "NotIn": labels.get(key) not in values,
        "Exists": key in labels,
        "DoesNotExist": key not in labels,
    }[expression["operator"]]
