"""What a cluster has of all that a deploy touches or relies on, as it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from chartgen.cluster.api import Resource
from chartgen.compare.manifests.reading import group_of, kind_of, name_of, namespace_of, part
from chartgen.model import Manifest


class Place(NamedTuple):
    """Objects of one kind in one namespace; it is empty for a kind that has none."""

    group: str
    kind: str
    namespace: str = ""


class Key(NamedTuple):
    """By what a cluster knows an object."""

    place: Place
    name: str


NAMESPACES = Place("", "Namespace")
CLAIMS = ("", "PersistentVolumeClaim")
STORAGE = Place("storage.k8s.io", "StorageClass")


@dataclass(frozen=True, slots=True)
class Scene:
    """What a cluster has.

    Attributes:
        version: of Kubernetes, as the server says it: `v1.33.5-gke.1080000`.
        resources: the kinds that it serves, by apiVersion and kind.
        live: the objects that were asked for and are there, by place and name; None: they may not be read.
    """

    version: str
    resources: Mapping[tuple[str, str], Resource]
    live: Mapping[Place, Mapping[str, dict[str, Any]] | None] = field(default_factory=dict)

    def key(self, manifest: Manifest) -> Key | None:
        """By what the cluster knows the object; None: it does not know the kind."""
        resource = self.resources.get((str(manifest.object.get("apiVersion")), kind_of(manifest)))
        if resource is None:
            return None
        place = Place(group_of(manifest), kind_of(manifest), namespace_of(manifest) if resource.namespaced else "")
        return Key(place, name_of(manifest))

    def get(self, key: Key | None) -> dict[str, Any] | None:
        """The object as it is; None: it is not there, or nobody knows."""
        return None if key is None else (self.live.get(key.place) or {}).get(key.name)

    def lacks(self, key: Key) -> bool:
        """Whether an object that was asked for is known not to be there."""
        found = self.live.get(key.place, {})
        return found is not None and key.name not in found

    def all(self, place: Place) -> tuple[dict[str, Any], ...]:
        """The objects of a place; none where they may not be read."""
        return tuple((self.live.get(place) or {}).values())

    def is_terminating(self, namespace: str) -> bool:
        """Whether a namespace is on its way out."""
        return bool(part(self.get(Key(NAMESPACES, namespace)), "status", "phase") == "Terminating")
