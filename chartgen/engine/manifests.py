"""Documents as Helm would install them: objects only, in its order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chartgen.engine import complaints
from chartgen.engine.interface import Document
from chartgen.errors import Problem
from chartgen.model import Manifest, Release

# `InstallOrder` in Helm's `pkg/release/v1/util`. Other kinds follow, by name.
_INSTALL_ORDER = (
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
)
_RANK = {kind: rank for rank, kind in enumerate(_INSTALL_ORDER)}

_HOOK = "helm.sh/hook"
_HOOKS = frozenset(
    {
        "pre-install",
        "post-install",
        "pre-delete",
        "post-delete",
        "pre-upgrade",
        "post-upgrade",
        "pre-rollback",
        "post-rollback",
        "test",
        "test-success",
    }
)


def of(release: Release, documents: Iterable[Document]) -> tuple[list[Manifest], list[Problem]]:
    """The objects among a release's documents, in Helm's order of installing, hooks last; and what is none."""
    manifests: list[Manifest] = []
    problems: list[Problem] = []
    # Stable: documents of one template keep their order.
    for document in sorted(documents, key=lambda document: document.template.encode()):
        if document.error or not isinstance(document.data, dict):
            problems.append(complaints.unreadable(release, document))
        elif _hooks(document.data) <= _HOOKS:  # as Helm does: a hook for an event that it does not know is left out
            manifests.append(Manifest(release, document.template, document.data, _printed(document.text)))
    return sorted(manifests, key=_order), problems


def _order(manifest: Manifest) -> tuple[bool, int, str]:
    kind = str(manifest.object.get("kind", ""))
    rank = _RANK.get(kind, len(_RANK))
    return bool(_hooks(manifest.object)), rank, kind if rank == len(_RANK) else ""


def _hooks(data: dict[str, Any]) -> set[str]:
    """The events at which Helm runs an object; none for what it installs."""
    metadata = data.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    events = annotations.get(_HOOK) if isinstance(annotations, dict) else None
    return set() if events is None else {event.strip().lower() for event in str(events).split(",")}


def _printed(text: str) -> str:
    """The text with one newline at its end, unless those that are there may be part of a string (`|+`)."""
    return text + "\n" if "+\n" in text else text.rstrip() + "\n"
