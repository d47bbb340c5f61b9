"""What objects rely on by name: Secrets, ConfigMaps, claims, accounts, classes, gateways, stores, issuers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from chartgen.checks import references
from chartgen.checks.objects import Objects, Workload
from chartgen.cluster.preflight.scene import Key, Place
from chartgen.compare.manifests.reading import kind_of, namespace_of, part, parts
from chartgen.model import Manifest, Path

MISSING, LATER, CLASS, ROUTE = "preflight-missing", "preflight-missing-later", "preflight-class", "preflight-route"

_DEPLOYING = frozenset({"pre-install", "post-install", "pre-upgrade", "post-upgrade"})
_GATEWAY = "gateway.networking.k8s.io"
_SECRETS = "external-secrets.io"
_CERTIFICATES = "cert-manager.io"


class Need(NamedTuple):
    """An object that must be there.

    Attributes:
        manifest, path: what needs it, and where that says so.
        key: what is needed.
        rule: the one that it breaks where it is not there.
        keys: the keys that it must have.
        names: what the spec calls them, as `chartgen secret set` takes it.
    """

    manifest: Manifest
    path: Path
    key: Key
    rule: str
    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def needs(manifests: Iterable[Manifest]) -> tuple[Need, ...]:
    """All that the objects rely on; hooks that a deploy does not run are left out."""
    return tuple(need for objects in by_release(manifests) for need in _of_release(objects))


def by_release(manifests: Iterable[Manifest]) -> list[Objects]:
    """The objects of each release, without the hooks that a deploy does not run."""
    found: dict[int, list[Manifest]] = {}
    for manifest in manifests:
        if _takes_part(manifest):
            found.setdefault(id(manifest.release), []).append(manifest)
    return [Objects.of(own[0].release, own) for own in found.values()]


def _takes_part(manifest: Manifest) -> bool:
    events = part(manifest.object, "metadata", "annotations", "helm.sh/hook")
    return events is None or not _DEPLOYING.isdisjoint(event.strip().lower() for event in str(events).split(","))


def _of_release(objects: Objects) -> Iterator[Need]:
    for workload in objects.workloads:
        yield from _of_pods(workload)
    for manifest in objects.manifests:
        if look := _OTHERS.get(kind_of(manifest)):
            yield from (_need(manifest, needed) for needed in look(manifest.object))


class _Needed(NamedTuple):
    """What an object says that it needs; `namespace` None: one of its own, empty: the kind has none."""

    group: str
    kind: str
    namespace: str | None
    name: str
    path: Path
    rule: str


def _need(manifest: Manifest, needed: _Needed) -> Need:
    place = Place(needed.group, needed.kind, namespace_of(manifest) if needed.namespace is None else needed.namespace)
    return Need(manifest, needed.path, Key(place, needed.name), needed.rule)


def _of_pods(workload: Workload) -> Iterator[Need]:
    manifest, start = workload.manifest, (*workload.path, "spec")
    for needed in references.references(workload):
        if (needed.kind, needed.name) not in references.ALWAYS_THERE:
            rule = LATER if needed.path[0] == "imagePullSecrets" else MISSING
            place = Place("", needed.kind, namespace_of(manifest))
            names = (str(needed.values[-1]),) if needed.values[0] == "secrets" else needed.keys
            key = Key(place, needed.name)
            yield Need(manifest, (*start, *needed.path), key, rule, needed.keys, names or (f"{needed.name}/KEY",))
    for field, group, kind in (
        ("priorityClassName", "scheduling.k8s.io", "PriorityClass"),
        ("runtimeClassName", "node.k8s.io", "RuntimeClass"),
    ):
        if name := workload.pod.get(field):
            yield _need(manifest, _Needed(group, kind, "", str(name), (*start, field), CLASS))
    for index, volume in enumerate(parts(workload.pod, "volumes")):
        if template := part(volume, "ephemeral", "volumeClaimTemplate"):
            path = (*start, "volumes", index, "ephemeral", "volumeClaimTemplate")
            yield from (_need(manifest, needed) for needed in _of_claim(template, path))


def _of_claim(claim: Mapping[str, Any], path: Path = ()) -> Iterator[_Needed]:
    name = part(claim, "spec", "storageClassName")
    if name:
        yield _Needed("storage.k8s.io", "StorageClass", "", str(name), (*path, "spec", "storageClassName"), CLASS)


def _of_stateful_set(data: Mapping[str, Any]) -> Iterator[_Needed]:
    for index, claim in enumerate(parts(data, "spec", "volumeClaimTemplates")):
        yield from _of_claim(claim, ("spec", "volumeClaimTemplates", index))


def _of_ingress(data: Mapping[str, Any]) -> Iterator[_Needed]:
    name = part(data, "spec", "ingressClassName")
    if name:
        yield _Needed("networking.k8s.io", "IngressClass", "", str(name), ("spec", "ingressClassName"), ROUTE)
    for index, entry in enumerate(() if _is_certified(data) else parts(data, "spec", "tls")):
        if entry.get("secretName"):
            yield _Needed("", "Secret", None, str(entry["secretName"]), ("spec", "tls", index, "secretName"), LATER)


def _is_certified(data: Mapping[str, Any]) -> bool:
    """Whether cert-manager makes the Secrets that it names."""
    annotations = part(data, "metadata", "annotations") or {}
    return any(f"{_CERTIFICATES}/{kind}" in annotations for kind in ("issuer", "cluster-issuer"))


def _of_route(data: Mapping[str, Any]) -> Iterator[_Needed]:
    for index, parent in enumerate(parts(data, "spec", "parentRefs")):
        group, kind = parent.get("group", _GATEWAY), parent.get("kind", "Gateway")
        if (group, kind) == (_GATEWAY, "Gateway"):
            yield _Needed(
                group, kind, parent.get("namespace"), str(parent.get("name")), ("spec", "parentRefs", index), ROUTE
            )


def _of_gateway(data: Mapping[str, Any]) -> Iterator[_Needed]:
    name = part(data, "spec", "gatewayClassName")
    if name:
        yield _Needed(_GATEWAY, "GatewayClass", "", str(name), ("spec", "gatewayClassName"), ROUTE)
    for index, listener in enumerate(parts(data, "spec", "listeners")):
        for number, ref in enumerate(() if _is_certified(data) else parts(listener, "tls", "certificateRefs")):
            if ref.get("kind", "Secret") == "Secret":
                path = ("spec", "listeners", index, "tls", "certificateRefs", number)
                yield _Needed("", "Secret", ref.get("namespace"), str(ref.get("name")), path, LATER)


def _of_external_secret(data: Mapping[str, Any]) -> Iterator[_Needed]:
    yield from _named(data, _SECRETS, "SecretStore", "ClusterSecretStore", ("spec", "secretStoreRef"))


def _of_certificate(data: Mapping[str, Any]) -> Iterator[_Needed]:
    if part(data, "spec", "issuerRef", "group") in (None, _CERTIFICATES):
        yield from _named(data, _CERTIFICATES, "Issuer", "ClusterIssuer", ("spec", "issuerRef"))


def _named(
    data: Mapping[str, Any], group: str, default: str, cluster_wide: str, path: tuple[str, ...]
) -> Iterator[_Needed]:
    """What a reference with `name` and `kind` names."""
    kind, name = part(data, *path, "kind") or default, part(data, *path, "name")
    if name and kind in (default, cluster_wide):
        yield _Needed(group, str(kind), "" if kind == cluster_wide else None, str(name), path, MISSING)


_OTHERS: Mapping[str, Callable[[Mapping[str, Any]], Iterable[_Needed]]] = {
    "PersistentVolumeClaim": _of_claim,
    "StatefulSet": _of_stateful_set,
    "Ingress": _of_ingress,
    "HTTPRoute": _of_route,
    "GRPCRoute": _of_route,
    "TCPRoute": _of_route,
    "TLSRoute": _of_route,
    "UDPRoute": _of_route,
    "Gateway": _of_gateway,
    "ExternalSecret": _of_external_secret,
    "Certificate": _of_certificate,
}
