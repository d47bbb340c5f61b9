"""What runs in a namespace at one moment: one list a kind, and who owns what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chartgen.cluster.api import Api, ApiError, Resource
from chartgen.cluster.api.discovery import CORE
from chartgen.compare.manifests.reading import part, parts

_FORBIDDEN = 403
_APPS = (
    ("Deployment", "deployments"),
    ("ReplicaSet", "replicasets"),
    ("StatefulSet", "statefulsets"),
    ("DaemonSet", "daemonsets"),
)
_RESOURCES = (
    *(Resource("apps/v1", kind, name, namespaced=True) for kind, name in _APPS),
    Resource("batch/v1", "Job", "jobs", namespaced=True),
    Resource("batch/v1", "CronJob", "cronjobs", namespaced=True),
    CORE["Pod"],
    CORE["Event"],
)
_WARNINGS = {"fieldSelector": "type=Warning"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What runs in a namespace at one moment.

    Attributes:
        namespace: its name.
        objects: workloads and pods, by kind and name.
        forbidden: the kinds that may not be read.
        owned: the uid of an object -> those that it controls.
        warnings: the uid of an object -> the events that warn of it, newest first.
    """

    namespace: str
    objects: Mapping[tuple[str, str], Mapping[str, Any]]
    forbidden: frozenset[str] = frozenset()
    owned: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    warnings: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    @classmethod
    def of(cls, namespace: str, objects: Iterable[Mapping[str, Any]], forbidden: Iterable[str] = ()) -> Snapshot:
        """The snapshot that these objects make: workloads, pods and events, in any order."""
        known: dict[tuple[str, str], Mapping[str, Any]] = {}
        owned: dict[str, list[Mapping[str, Any]]] = {}
        warnings: dict[str, list[Mapping[str, Any]]] = {}
        for each in objects:
            if each.get("kind") == "Event":
                warnings.setdefault(str(part(each, "involvedObject", "uid")), []).append(each)
                continue
            known[str(each.get("kind")), str(part(each, "metadata", "name"))] = each
            owner = next((one for one in parts(each, "metadata", "ownerReferences") if one.get("controller")), None)
            if owner is not None:
                owned.setdefault(str(owner.get("uid")), []).append(each)
        newest = {uid: sorted(events, key=_moment, reverse=True) for uid, events in warnings.items()}
        return cls(namespace, known, frozenset(forbidden), owned, newest)

    def children(self, live: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """What the object controls."""
        return self.owned.get(str(part(live, "metadata", "uid")), ())

    def pods(self, live: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The pods that belong to an object, over however many owners."""
        if live.get("kind") == "Pod":
            yield live
        for child in self.children(live):
            yield from self.pods(child)

    def events(self, live: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """The warnings about the object, newest first."""
        return self.warnings.get(str(part(live, "metadata", "uid")), ())


def read(api: Api, namespace: str) -> Snapshot:
    """What runs in a namespace now. Kinds that may not be read are left out, and named.

    Raises:
        ApiError: the cluster cannot be reached, or refuses for another reason than rights.
    """
    found = api.each(lambda resource: _read(api, namespace, resource), _RESOURCES)
    objects = (each for some in found if some is not None for each in some)
    forbidden = (resource.kind for resource, some in zip(_RESOURCES, found, strict=True) if some is None)
    return Snapshot.of(namespace, objects, forbidden)


def _read(api: Api, namespace: str, resource: Resource) -> list[dict[str, Any]] | None:
    try:
        return list(api.objects(resource, namespace, _WARNINGS if resource.kind == "Event" else None))
    except ApiError as error:
        if error.status == _FORBIDDEN:
            return None
        raise


def _moment(event: Mapping[str, Any]) -> str:
    said = event.get("lastTimestamp") or event.get("eventTime") or part(event, "metadata", "creationTimestamp")
    return str(said or "")
