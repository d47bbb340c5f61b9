"""What objects refer to by name: ConfigMaps, Secrets, claims, ServiceAccounts."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from chartgen.checks.component import of_pod
from chartgen.checks.objects import Objects, Workload
from chartgen.checks.rule import Family, Hit, Rule
from chartgen.compare.manifests.reading import name_of, part, parts
from chartgen.model import Manifest, Path

_MAKES = {
    "ConfigMap": ("ConfigMap",),
    "Secret": ("Secret", "SealedSecret"),
    "PersistentVolumeClaim": ("PersistentVolumeClaim",),
    "ServiceAccount": ("ServiceAccount",),
}
"""Kinds whose objects make what has their own name."""

_OWN = ("ConfigMap", "PersistentVolumeClaim", "ServiceAccount")
"""What a release that refers to it by a name of its own should make; Secrets are made outside, with good reason."""

ALWAYS_THERE = {("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")}
"""What every namespace has."""


class Reference(NamedTuple):
    """Something that a pod needs, where it says so, the values that decide it, and what must be in it."""

    kind: str
    name: str
    path: Path
    values: Path
    keys: tuple[str, ...] = ()


def dangling_reference(workload: Workload) -> Iterator[Hit]:
    """What has the release's own name nobody else makes."""
    own = workload.objects.release.name
    for needed in _missing(workload):
        if needed.kind in _OWN and f"{needed.name}-".startswith(f"{own}-"):
            message = f"needs {needed.kind}/{needed.name}, which the release does not make"
            yield of_pod(workload, message, *needed.path, values=needed.values)


def outside_reference(workload: Workload) -> Iterator[Hit]:
    """All else must be there before the pods are."""
    own = workload.objects.release.name
    for needed in _missing(workload):
        if needed.kind not in _OWN or not f"{needed.name}-".startswith(f"{own}-"):
            message = f"needs {needed.kind}/{needed.name}, which must be there already"
            yield of_pod(workload, message, *needed.path, values=needed.values)


@functools.lru_cache(maxsize=1)
def _missing(workload: Workload) -> tuple[Reference, ...]:
    """Everything that the pod refers to and the release does not make, each once. Two rules ask in turn."""
    seen: set[tuple[str, str]] = set()
    found = []
    for reference in references(workload):
        what = reference.kind, reference.name
        if what not in seen and what not in ALWAYS_THERE:
            seen.add(what)
            if reference.name not in made(workload.objects, reference.kind):
                found.append(reference)
    return tuple(found)


def made(objects: Objects, kind: str) -> dict[str, Manifest]:
    """What a release makes of a kind of _MAKES, by name, each with the object that it comes from."""
    found = {name_of(manifest): manifest for each in _MAKES[kind] for manifest in objects.kind(each)}
    if kind == "Secret":
        for each in objects.kind("ExternalSecret"):
            found[str(part(each.object, "spec", "target", "name") or name_of(each))] = each
        for each in objects.kind("Certificate"):
            found[str(part(each.object, "spec", "secretName"))] = each
        for each in objects.kind("SecretProviderClass"):
            found |= {str(secret.get("secretName")): each for secret in parts(each.object, "spec", "secretObjects")}
    return found


def references(workload: Workload) -> Iterator[Reference]:
    """All that the pods of a workload refer to, unless it may be missing."""
    pod = workload.pod
    account = pod.get("serviceAccountName")
    if account:
        yield Reference("ServiceAccount", account, ("serviceAccountName",), ("serviceAccount", "name"))
    for index, pull in enumerate(pod.get("imagePullSecrets") or ()):
        name = pull.get("name") or ""
        yield Reference("Secret", name, ("imagePullSecrets", index), ("imagePullSecrets", name))
    for index, volume in enumerate(pod.get("volumes") or ()):
        yield from _of_volume(volume, index)
    for container in workload.containers:
        start = container.path[len(workload.path) + 1 :]
        for index, variable in enumerate(container.data.get("env") or ()):
            source = variable.get("valueFrom")
            if source:
                yield from _of_variable(variable["name"], source, (*start, "env", index))
        for index, source in enumerate(container.data.get("envFrom") or ()):
            path = (*start, "envFrom", index)
            yield from _named("ConfigMap", source.get("configMapRef"), "name", path, ("envFrom",))
            yield from _named("Secret", source.get("secretRef"), "name", path, ("envFrom",))


def _of_variable(name: str, source: Mapping[str, Any], path: Path) -> Iterator[Reference]:
    for kind, field, values in (("ConfigMap", "configMapKeyRef", "env"), ("Secret", "secretKeyRef", "secrets")):
        chosen = source.get(field)
        keys = [chosen["key"]] if chosen and chosen.get("key") else []
        yield from _named(kind, chosen, "name", path, (values, name), keys)


def _of_volume(volume: Mapping[str, Any], index: int) -> Iterator[Reference]:
    path, values = ("volumes", index), ("volumes", str(volume.get("name")))
    yield from _named("ConfigMap", volume.get("configMap"), "name", path, values)
    yield from _named("Secret", volume.get("secret"), "secretName", path, values)
    yield from _named("PersistentVolumeClaim", volume.get("persistentVolumeClaim"), "claimName", path, values)
    for source in (volume.get("projected") or {}).get("sources") or ():
        yield from _named("ConfigMap", source.get("configMap"), "name", path, values)
        yield from _named("Secret", source.get("secret"), "name", path, values)


def _named(
    kind: str, source: Mapping[str, Any] | None, field: str, path: Path, values: Path, keys: Iterable[str] = ()
) -> Iterator[Reference]:
    """The reference, unless it may lead nowhere; a volume's items are keys as well."""
    if source and source.get(field) and not source.get("optional"):
        items = (item["key"] for item in source.get("items") or () if item.get("key"))
        yield Reference(kind, str(source[field]), path, values, tuple(map(str, (*keys, *items))))


FAMILY = Family(
    "references",
    "References",
    workloads=(
        Rule(
            "dangling-reference",
            "error",
            "A pod that refers to what is not there never starts.",
            "let the release make it, or name what is there",
            dangling_reference,
        ),
        Rule(
            "outside-reference",
            "info",
            "A pod that refers to what is not there never starts; this the release does not make itself.",
            "see that it is in the namespace before the release is installed",
            outside_reference,
        ),
    ),
)
