"""The objects of a release as rules look at them: found once, by kind, with their pods and containers.

Rules see only objects that an API server takes, so what Kubernetes knows has its types; but any field may be null, and
of custom resources nothing is sure: `parts` and `part` read those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from chartgen.compare.manifests.reading import name_of, part, parts
from chartgen.compare.manifests.workloads import SERVING, TEMPLATES
from chartgen.model import Manifest, Path, Release

Role = Literal["main", "init", "sidecar"]
"""What a container is for: `init` ends before the others start, `sidecar` is an init container that keeps running."""

_NONE: Mapping[str, Any] = MappingProxyType({})

CLUSTER_WIDE = frozenset(
    {
        "APIService",
        "ClusterIssuer",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterSecretStore",
        "CSIDriver",
        "CustomResourceDefinition",
        "GatewayClass",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeSnapshotClass",
    }
)
"""The kinds that stand in no namespace."""

SCALED = frozenset({"Deployment", "StatefulSet", "ReplicaSet"})
"""The kinds that say how many pods there are."""


@dataclass(frozen=True, slots=True, eq=False)
class Container:
    """A container of a workload; `path` is where it stands in the object."""

    workload: Workload
    role: Role
    data: Mapping[str, Any]
    path: Path

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.data.get("name"))

    @property
    def security(self) -> Mapping[str, Any]:
        """Its own security context."""
        return self.data.get("securityContext") or {}

    @property
    def keeps_running(self) -> bool:
        """Whether it runs as long as its pod, and the pod is to run all the time."""
        return self.role != "init" and self.workload.manifest.object["kind"] in SERVING


@dataclass(frozen=True, slots=True, eq=False)
class Workload:
    """An object that makes pods.

    Attributes:
        template: the pod template (of a Pod: itself), `path` is where it stands; `pod` is its spec.
        labels: of the pods.
    """

    objects: Objects
    manifest: Manifest
    kind: str
    template: Mapping[str, Any]
    path: Path
    pod: Mapping[str, Any]
    labels: Mapping[str, str]
    containers: list[Container] = field(default_factory=list)

    @property
    def spec(self) -> Mapping[str, Any]:
        """The object's own spec."""
        return self.manifest.object.get("spec") or {}


@dataclass(frozen=True, slots=True, eq=False)
class Objects:
    """All objects of one release."""

    release: Release
    manifests: Sequence[Manifest]
    by_kind: dict[str, list[Manifest]] = field(default_factory=dict)
    workloads: list[Workload] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)

    @classmethod
    def of(cls, release: Release, manifests: Sequence[Manifest]) -> Objects:
        """The objects, indexed."""
        whole = cls(release, manifests)
        for manifest in manifests:
            kind = manifest.object["kind"]
            whole.by_kind.setdefault(kind, []).append(manifest)
            if kind in TEMPLATES:
                _add(whole, manifest, kind)
        return whole

    def forget(self) -> None:
        """Lets the objects go: what refers to each other here stays in memory while cycles are not collected."""
        for workload in self.workloads:
            workload.containers.clear()
        self.workloads.clear()
        self.containers.clear()

    def kind(self, name: str) -> Sequence[Manifest]:
        """The objects of a kind."""
        return self.by_kind.get(name, ())

    def names(self, *kinds: str) -> set[str]:
        """The names of the objects of some kinds."""
        return {name_of(manifest) for kind in kinds for manifest in self.kind(kind)}

    def selected(self, selector: Mapping[str, Any] | None) -> list[Workload]:
        """The workloads whose pods a label selector selects."""
        return [workload for workload in self.workloads if matches(selector, workload.labels)]


def labels_of(manifest: Manifest) -> Mapping[str, Any]:
    """The object's labels."""
    try:
        found = manifest.object["metadata"]["labels"]
    except (KeyError, TypeError):
        return _NONE
    return found if isinstance(found, dict) else _NONE


def matches(selector: Mapping[str, Any] | None, labels: Mapping[str, Any]) -> bool:
    """Whether a label selector (`matchLabels`, `matchExpressions`) selects what has the labels; None selects none."""
    if not isinstance(selector, dict):
        return False
    wanted = part(selector, "matchLabels")
    if isinstance(wanted, dict) and any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(expression, labels) for expression in parts(selector, "matchExpressions"))


def _holds(expression: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    key, values = str(expression.get("key")), expression.get("values")
    values = values if isinstance(values, list) else []
    match expression.get("operator"):
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case _:
            return True


def _add(whole: Objects, manifest: Manifest, kind: str) -> None:
    path = TEMPLATES[kind]
    template = part(manifest.object, *map(str, path)) or {}
    pod = template.get("spec") or {}
    labels = part(template, "metadata", "labels") or {}
    workload = Workload(whole, manifest, kind, template, path, pod, labels)
    for key in ("initContainers", "containers"):
        for index, data in enumerate(pod.get(key) or ()):
            role: Role = "main" if key == "containers" else "init"
            if role == "init" and data.get("restartPolicy") == "Always":
                role = "sidecar"
            workload.containers.append(Container(workload, role, data, (*path, "spec", key, index)))
    whole.workloads.append(workload)
    whole.containers.extend(workload.containers)
