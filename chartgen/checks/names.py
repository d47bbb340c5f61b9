"""Names: how long they may be, and what only one may have."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from chartgen.checks.objects import CLUSTER_WIDE, Objects, labels_of
from chartgen.checks.rule import Claim, Family, Hit, Key, Rule, Unique
from chartgen.compare.manifests.reading import name_of, namespace_of, part, parts
from chartgen.errors import dotted
from chartgen.model import Manifest, Path, Release

_LABEL = 63
_ANY = 253
_LONGEST = {"CronJob": 52, "StatefulSet": 52, "Job": _LABEL, "Namespace": _LABEL, "Pod": _ANY, "Service": _LABEL}
"""Kubernetes adds 11 characters to the name of a CronJob for its Jobs' pods, and of a StatefulSet for the label
`controller-revision-hash`; a Job's name is a label of its pods. Source: Kubernetes, "Object Names and IDs", and the
API's validation of each kind."""

_CANARY = "nginx.ingress.kubernetes.io/canary"
_CLASS = "kubernetes.io/ingress.class"
_ANY_HOST = ""
_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute")


def name_too_long(objects: Objects) -> Iterator[Hit]:
    """The limit depends on the kind."""
    for manifest in objects.manifests:
        name = name_of(manifest)
        longest = _LONGEST.get(manifest.object["kind"], _ANY)
        if len(name) > longest:
            yield Hit(f"has a name of {len(name)} characters, {longest} are the most", manifest, ("metadata", "name"))


def label_too_long(objects: Objects) -> Iterator[Hit]:
    """The value of a label, on objects and on pods."""
    for manifest in objects.manifests:
        yield from _long_labels(manifest, labels_of(manifest), ("metadata", "labels"))
    for workload in objects.workloads:
        if workload.path:
            yield from _long_labels(workload.manifest, workload.labels, (*workload.path, "metadata", "labels"))


def _long_labels(manifest: Manifest, labels: Mapping[str, Any], path: Path) -> Iterator[Hit]:
    if not labels or max(map(len, map(str, labels.values()))) <= _LABEL:
        return
    for key, value in labels.items():
        if len(str(value)) > _LABEL:
            message = f"has a label of {len(value)} characters, `{key}`, {_LABEL} are the most"
            yield Hit(message, manifest, (*path, key), (("labels", key), ("podLabels", key)))


def patch_without_object(objects: Objects) -> Iterator[Hit]:
    """A patch by kind, or by kind and name, must meet an object of the release."""
    patches: dict[str, Any] = {}
    for layer in objects.release.layers:
        own = layer.values.get("patches")
        if isinstance(own, dict):
            patches |= own
    if not patches:
        return
    known = {*objects.by_kind, *(manifest.title for manifest in objects.manifests)}
    for name, patch in patches.items():
        if patch is not None and name not in known:
            path = ("patches", name)
            yield Hit(f"`{dotted(path)}` patches nothing: there is no {name} in the release", None, (), (path,))


def public_uri_outside_domain(objects: Objects) -> Iterator[Hit]:
    """A host of `public_uri` that is neither the environment's domain nor below it; any host is no host."""
    domains = objects.release.checks.domains
    if not domains:
        return
    hosts: dict[str, Any] = {}
    for layer in objects.release.layers:
        said = part(layer.values, "ingress", "hosts")
        if isinstance(said, dict):
            hosts |= said
    for host, paths in hosts.items():
        if paths is not None and host != "*" and not any(f".{host}".endswith(f".{domain}") for domain in domains):
            path = ("ingress", "hosts", host)
            yield Hit(f"is published at {host}, outside {' and '.join(domains)}", None, (), (path,))


# ---- what only one can have -----------------------------------------------------------------------------------------


def objects_of(objects: Objects) -> Iterator[Claim]:
    """Every object by its cluster, its namespace, its API group, its kind and its name."""
    release = objects.release
    cluster = _cluster(release)
    for manifest in objects.manifests:
        kind = manifest.object["kind"]
        namespace = None if kind in CLUSTER_WIDE else namespace_of(manifest)
        group = str(manifest.object.get("apiVersion")).rpartition("/")[0]
        yield (cluster, namespace, group, kind, name_of(manifest)), manifest


def made_twice(_: Key, first: Release, manifest: Manifest) -> Hit:
    """Two releases, or one, make an object."""
    other = "is there twice" if first is manifest.release else f"is what {first.title} makes too"
    return Hit(other, manifest, ("metadata", "name"))


def hosts_of(objects: Objects) -> Iterator[Claim]:
    """Every host and path, by cluster and by the ingress class, or the gateway, that serves it."""
    cluster = _cluster(objects.release)
    for manifest in objects.kind("Ingress"):
        annotations = part(manifest.object, "metadata", "annotations") or {}
        if annotations.get(_CANARY) != "true":
            served = part(manifest.object, "spec", "ingressClassName") or annotations.get(_CLASS)
            for rule in parts(manifest.object, "spec", "rules"):
                for path in parts(rule, "http", "paths"):
                    key = cluster, served, rule.get("host") or _ANY_HOST, path.get("path") or "/", ""
                    yield key, manifest
    for kind in _ROUTES:
        for manifest in objects.kind(kind):
            yield from _routes(cluster, manifest)


def _routes(cluster: object, manifest: Manifest) -> Iterator[Claim]:
    spec = manifest.object.get("spec")
    gateways = [json.dumps(parent, sort_keys=True) for parent in parts(spec, "parentRefs")]
    hosts = part(spec, "hostnames")
    for gateway in gateways:
        for host in hosts if isinstance(hosts, list) and hosts else [_ANY_HOST]:
            for rule in parts(spec, "rules"):
                for match in [*parts(rule, "matches")] or [{}]:
                    path = str(part(match, "path", "value") or "/")
                    rest = json.dumps({key: each for key, each in match.items() if key != "path"}, sort_keys=True)
                    yield (cluster, gateway, str(host), path, rest), manifest


def claimed_twice(key: Key, first: Release, manifest: Manifest) -> Hit:
    """Two answer at one host and path."""
    _, _, host, path, _ = key
    message = f"claims {host or 'any host, '}{path}"
    message = f"{message} twice" if first is manifest.release else f"{message}, which {first.title} claims too"
    values = (("ingress", "hosts", str(host or "*"), "paths", str(path)), ("ingress", "hosts"))
    return Hit(message, manifest, ("spec", "rules"), values)


def _cluster(release: Release) -> object:
    """Which cluster a release goes to; without a context each place is taken for one."""
    return release.kube_context or (release.environment, release.region)


FAMILY = Family(
    "names",
    "Names",
    releases=(
        Rule(
            "name-too-long",
            "error",
            "An API server refuses a name that is too long, some of them only when the pods are made.",
            "shorten the service's name, or the part of it that is the job's or the worker's",
            name_too_long,
        ),
        Rule(
            "label-too-long",
            "error",
            "An API server refuses labels of more than 63 characters.",
            "shorten it",
            label_too_long,
        ),
        Rule(
            "patch-without-object",
            "error",
            "A patch that meets no object changes nothing, and says so to nobody.",
            "name an object that the release has, by `Kind` or `Kind/name`",
            patch_without_object,
        ),
        Rule(
            "public-uri-outside-domain",
            "warning",
            "A host outside the environment's own domain has no certificate there, or is another environment's.",
            "write the host with `{vars.domain}`, or take it for `domain` into the environment's `vars`",
            public_uri_outside_domain,
        ),
    ),
    unique=(
        Unique(
            "duplicate-object",
            "error",
            "Of two objects with one name one overwrites the other, or the install fails.",
            "give one of them another name",
            objects_of,
            made_twice,
        ),
        Unique(
            "host-claimed-twice",
            "error",
            "Of two that claim one host and path only one gets the requests.",
            "give one of them another path in `public_uri`",
            hosts_of,
            claimed_twice,
        ),
    ),
)
