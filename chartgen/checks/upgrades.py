"""What an upgrade cannot do in place, told before it fails: an object as it was committed beside what it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chartgen.checks.objects import SERVING, Objects, name_of, namespace_of, part
from chartgen.checks.rule import Change, Family, Hit, Rule
from chartgen.model import Manifest, Path

_SELECTOR = ("spec", "selector")
_IMMUTABLE: Mapping[str, tuple[Path, ...]] = {
    "Deployment": (_SELECTOR,),
    "DaemonSet": (_SELECTOR,),
    "ReplicaSet": (_SELECTOR,),
    "StatefulSet": (
        _SELECTOR,
        ("spec", "serviceName"),
        ("spec", "podManagementPolicy"),
        ("spec", "volumeClaimTemplates"),
    ),
    "Job": (_SELECTOR, ("spec", "template"), ("spec", "completionMode")),
    "PersistentVolumeClaim": (
        ("spec", "accessModes"),
        ("spec", "selector"),
        ("spec", "storageClassName"),
        ("spec", "volumeMode"),
        ("spec", "volumeName"),
        ("spec", "dataSource"),
    ),
    "RoleBinding": (("roleRef",),),
    "ClusterRoleBinding": (("roleRef",),),
    "Secret": (("type",),),
    "StorageClass": (("provisioner",), ("parameters",), ("reclaimPolicy",), ("volumeBindingMode",)),
    "PriorityClass": (("value",),),
}
"""Fields that an API server refuses to change. Source: its validation of updates, `pkg/apis/*/validation`."""

_DEFAULTS = {"podManagementPolicy": "OrderedReady", "completionMode": "NonIndexed", "volumeMode": "Filesystem"}
_HEADLESS = "None"
_VALUES: Mapping[str, tuple[Path, ...]] = {
    "StatefulSet": (("claimTemplates",), ("volumeClaimTemplates",), ("statefulSet",)),
    "Job": (("image",),),
    "Service": (("service",),),
}
_KEPT = "helm.sh/resource-policy"
_HOOK = "helm.sh/hook"


def immutable_field_changed(change: Change) -> Iterator[Hit]:
    """Helm would try, and the API server refuse."""
    before = _by_identity(change.old)
    for manifest in change.new.manifests:
        old = before.get(_identity(manifest))
        if old is not None and old.object != manifest.object and not _is_hook(manifest):
            for path in _changed(old, manifest):
                kind = str(manifest.object["kind"])
                message = f"changes {'.'.join(map(str, path))}, which cannot change in place"
                yield Hit(message, manifest, path, _VALUES.get(kind, ()), _remedy(manifest))


def _changed(old: Manifest, new: Manifest) -> Iterator[Path]:
    kind = new.object["kind"]
    for path in _IMMUTABLE.get(kind, ()):
        default = _DEFAULTS.get(str(path[-1]))
        before, now = (part(each.object, *map(str, path)) for each in (old, new))
        if (default if before is None else before) != (default if now is None else now):
            yield path
    if kind == "Service" and _is_headless(old) != _is_headless(new):
        yield "spec", "clusterIP"
    if kind in ("ConfigMap", "Secret") and old.object.get("immutable") is True:
        for key in ("immutable", "data", "binaryData", "stringData"):
            if (old.object.get(key) or None) != (new.object.get(key) or None):
                yield (key,)


def _is_headless(service: Manifest) -> bool:
    return bool(part(service.object, "spec", "clusterIP") == _HEADLESS)


def _remedy(manifest: Manifest) -> str:
    """What brings the change about, with the least harm."""
    kind, name = str(manifest.object["kind"]), name_of(manifest)
    delete = f"kubectl delete {kind.lower()} {name} -n {namespace_of(manifest)}"
    if kind in ("ConfigMap", "Secret"):
        return "give it another name: what is immutable is replaced, not changed"
    if kind == "PersistentVolumeClaim":
        return "make a claim of another name, and move the data"
    if kind == "StatefulSet":
        return f"take the change back, or first `{delete} --cascade=orphan`: its pods and claims stay"
    if kind in ("Deployment", "DaemonSet", "ReplicaSet"):
        return f"take the change back, or first `{delete}`: the service is away until its new pods are ready"
    return f"take the change back, or first `{delete}`"


def workload_kind_changed(change: Change) -> Iterator[Hit]:
    """Helm deletes the one and makes the other: no pod is left meanwhile, and claims do not move along."""
    old = {name_of(each.manifest): each for each in change.old.workloads if each.kind in SERVING}
    now = {(each.kind, name_of(each.manifest)) for each in change.new.workloads}
    for workload in change.new.workloads:
        before = old.get(name_of(workload.manifest))
        gone = before is not None and (before.kind, name_of(before.manifest)) not in now
        if before is not None and gone and workload.kind in SERVING:
            message = f"was a {before.kind}, which is deleted with its pods before this one has any"
            yield Hit(message, workload.manifest, ("kind",), (("kind",),))


def claim_removed(change: Change) -> Iterator[Hit]:
    """Helm deletes the claim, and with it most often the data."""
    now = {_identity(manifest) for manifest in change.new.manifests}
    for manifest in change.old.kind("PersistentVolumeClaim"):
        kept = (part(manifest.object, "metadata", "annotations") or {}).get(_KEPT) == "keep"
        if _identity(manifest) not in now and not kept:
            yield Hit("is gone: Helm deletes it, and its data with it", manifest, (), (("volumes",),))


def _by_identity(objects: Objects) -> dict[tuple[object, ...], Manifest]:
    return {_identity(manifest): manifest for manifest in objects.manifests}


def _identity(manifest: Manifest) -> tuple[object, ...]:
    group = str(manifest.object.get("apiVersion")).rpartition("/")[0]
    return group, manifest.object["kind"], namespace_of(manifest), name_of(manifest)


def _is_hook(manifest: Manifest) -> bool:
    """Whether Helm makes it anew each time."""
    return _HOOK in (part(manifest.object, "metadata", "annotations") or {})


FAMILY = Family(
    "upgrades",
    "Upgrades",
    changes=(
        Rule(
            "immutable-field-changed",
            "error",
            "An API server refuses to change the field, so that the upgrade fails.",
            "take the change back, or delete the object first",
            immutable_field_changed,
        ),
        Rule(
            "workload-kind-changed",
            "warning",
            "Between the workload that goes and the one that comes there is none.",
            "deploy when nobody minds, or give the new one another name first",
            workload_kind_changed,
        ),
        Rule(
            "claim-removed",
            "error",
            "A claim that goes takes its data along, unless it is kept.",
            "keep it: annotate it with `helm.sh/resource-policy: keep` first, and deploy that",
            claim_removed,
        ),
    ),
)
