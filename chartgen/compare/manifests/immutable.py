"""What an API server refuses to change in place, and how it comes about all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chartgen.compare.manifests.reading import kind_of, name_of, namespace_of, part
from chartgen.model import Manifest, Path

_SELECTOR = ("spec", "selector")
_FIELDS: Mapping[str, tuple[Path, ...]] = {
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


def changed(old: Manifest, new: Manifest) -> Iterator[Path]:
    """The fields in which two versions of one object differ though they cannot change in place.

    An object that is no hook; Helm makes those anew each time.
    """
    kind = kind_of(new)
    for path in _FIELDS.get(kind, ()):
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


def remedy(manifest: Manifest) -> str:
    """What brings such a change about, with the least harm."""
    kind, name = kind_of(manifest), name_of(manifest)
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


def _is_headless(service: Manifest) -> bool:
    return bool(part(service.object, "spec", "clusterIP") == _HEADLESS)
