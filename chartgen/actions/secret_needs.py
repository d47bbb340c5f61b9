"""Which keys of which Secrets the pods of releases need, read from what is rendered. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chartgen.checks.objects import Container, Objects, Workload
from chartgen.checks.references import made
from chartgen.compare.manifests.reading import namespace_of, part, parts
from chartgen.compare.manifests.workloads import ROLLED
from chartgen.model import Manifest, Release, Values
from chartgen.values import merge_all


@dataclass(frozen=True, slots=True)
class Need:
    """A key of a Secret that a release's pods need.

    Attributes:
        release: whose pods.
        name: what the spec calls it: the variable, or the name of the entry that a file is made of; of a Secret that
            is taken whole, its name.
        secret, key: the Secret, and the key in it; None: all keys.
        namespace: where the Secret has to be.
        variable: whether it becomes an environment variable.
        optional: whether the pods start without it.
        users: the workloads, as kubectl names them (`deployment/web`), each once.
        maker: the release's own object that makes the Secret (`ExternalSecret/web-external`); empty: none does.
    """

    release: Release
    name: str
    secret: str
    key: str | None
    namespace: str
    variable: bool
    optional: bool
    users: tuple[str, ...]
    maker: str = ""

    @property
    def restarts(self) -> tuple[str, ...]:
        """The workloads whose pods run all the time, and see a new value when they start anew."""
        kinds = {kind.lower() for kind in ROLLED}
        return tuple(user for user in self.users if user.partition("/")[0] in kinds)


@dataclass(frozen=True, slots=True)
class _Use:
    """One place in a pod that takes a key."""

    name: str
    secret: str
    key: str | None
    optional: bool
    variable: bool = True


def needs(manifests: Iterable[Manifest]) -> tuple[Need, ...]:
    """All that the releases of some manifests need, in their order; each key of a Secret once a name."""
    of_release: dict[int, list[Manifest]] = {}
    for manifest in manifests:
        of_release.setdefault(id(manifest.release), []).append(manifest)
    return tuple(need for some in of_release.values() for need in _of_release(some[0].release, some))


def _of_release(release: Release, manifests: list[Manifest]) -> Iterator[Need]:
    objects = Objects.of(release, manifests)
    files = dict(_files(merge_all(layer.values for layer in release.layers)))
    makers = made(objects, "Secret")
    found: dict[tuple[str, str, str | None, str], list[tuple[_Use, Workload]]] = {}
    for workload in objects.workloads:
        for use in _uses(workload, files):
            what = (use.name, use.secret, use.key, namespace_of(workload.manifest))
            found.setdefault(what, []).append((use, workload))
    for (name, secret, key, namespace), places in found.items():
        users = dict.fromkeys(workload.manifest.title for _, workload in places)
        yield Need(
            release,
            name,
            secret,
            key,
            namespace,
            variable=any(use.variable for use, _ in places),
            optional=all(use.optional for use, _ in places),
            users=tuple(f"{kind.lower()}/{of}" for kind, _, of in (user.partition("/") for user in users)),
            maker=makers[secret].title if secret in makers else "",
        )


def _uses(workload: Workload, files: Mapping[str, str]) -> Iterator[_Use]:
    volumes = {str(volume.get("name")): volume for volume in workload.pod.get("volumes") or ()}
    for container in workload.containers:
        yield from _variables(container)
        for mount in container.data.get("volumeMounts") or ():
            volume = volumes.get(str(mount.get("name")), {})
            yield from _mounted(volume, files.get(str(mount.get("mountPath")), ""), mount.get("subPath"))


def _variables(container: Container) -> Iterator[_Use]:
    for variable in container.data.get("env") or ():
        source = part(variable, "valueFrom", "secretKeyRef")
        if source:
            yield _Use(str(variable["name"]), str(source.get("name")), str(source.get("key")), _optional(source))
    for source in parts(container.data, "envFrom"):
        reference = source.get("secretRef")
        if reference:
            name = str(reference.get("name"))
            yield _Use(name, name, None, _optional(reference))


def _mounted(volume: Mapping[str, Any], name: str, alone: str | None) -> Iterator[_Use]:
    """What a mount takes of its volume; `alone` is the path in the volume that alone is mounted."""
    secret = volume.get("secret")
    sources = [(str(secret.get("secretName")), secret)] if secret else []
    sources += [
        (str(source["secret"].get("name")), source["secret"])
        for source in parts(volume, "projected", "sources")
        if source.get("secret")
    ]
    for title, source in sources:
        items = [item for item in source.get("items") or () if alone in (None, item.get("path"))]
        for item in items:
            key = str(item.get("key"))
            yield _Use(name or key, title, key, _optional(source), variable=False)
        if not source.get("items"):
            yield _Use(name or alone or title, title, alone, _optional(source), variable=False)


def _optional(source: Mapping[str, Any]) -> bool:
    return bool(source.get("optional"))


def _files(values: Values) -> Iterator[tuple[str, str]]:
    """Where files are made of secrets, and what the values call them, at the top and in every part."""
    for key, below in values.items():
        if key == "secrets" and isinstance(below, dict):
            for name, secret in below.items():
                if isinstance(secret, dict) and secret.get("mountPath"):
                    yield str(secret["mountPath"]), str(name)
        elif isinstance(below, dict):
            yield from _files(below)
