"""Which objects of deployed releases are not there any more: what their manifests name, beside the names that are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from chartgen.cluster import contents
from chartgen.cluster.api import Api, ApiError, Resource
from chartgen.cluster.api.client import METADATA
from chartgen.cluster.stored import Stored
from chartgen.errors import ToolError

_ENDS = "Job"
"""The kind whose objects end, and are cleaned away."""

Place = tuple[Resource, str | None]
"""A kind, and a namespace; None: objects of the kind stand in none."""


@dataclass(frozen=True, slots=True)
class Named:
    """An object as a manifest names it; where that names no namespace, it is the release's."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @property
    def title(self) -> str:
        """The object as kubectl names it: `Service/web`."""
        return f"{self.kind}/{self.name}"

    def place(self, resources: Mapping[tuple[str, str], Resource]) -> Place | None:
        """Where it is listed; None: the server does not know its kind."""
        resource = resources.get((self.api_version, self.kind))
        return None if resource is None else (resource, self.namespace if resource.namespaced else None)


def absent(api: Api, releases: Iterable[Stored]) -> dict[tuple[str, str], tuple[Named, ...]]:
    """The objects that are not there, by the namespace and name of their release; releases that miss none are left out.

    Only names are read, one list a kind and namespace. Kinds that the server does not know or does not list are passed
    over, and so is a release that cannot be read.

    Raises:
        ApiError: the cluster cannot be reached.
    """
    wanted = {(each.namespace, each.name): named(each) for each in releases}
    if not any(wanted.values()):
        return {}
    resources = api.resources()
    found = (each.place(resources) for some in wanted.values() for each in some)
    places = list(dict.fromkeys(place for place in found if place is not None))
    there = dict(zip(places, api.each(lambda place: _names(api, place), places), strict=True))
    gone = {key: tuple(missing(some, resources, there)) for key, some in wanted.items()}
    return {key: some for key, some in gone.items() if some}


def named(stored: Stored) -> tuple[Named, ...]:
    """What the manifest of a release names, hooks and Jobs left out; nothing where it cannot be read."""
    try:
        objects = contents.readable(stored) or ()
    except ToolError:
        return ()
    found = (
        Named(
            str(each.get("apiVersion")),
            str(each.get("kind")),
            contents.namespace_of(each, stored.namespace),
            contents.name_of(each),
        )
        for each in objects
    )
    return tuple(each for each in found if each.name and each.kind != _ENDS)


def missing(
    wanted: Iterable[Named],
    resources: Mapping[tuple[str, str], Resource],
    there: Mapping[Place, Collection[str] | None],
) -> Iterator[Named]:
    """Those that are not among the names that are there.

    Arguments:
        resources: the kinds that the server has, by apiVersion and kind.
        there: the names, by place; None: it is not known which are.
    """
    for each in wanted:
        place = each.place(resources)
        names = None if place is None else there.get(place)
        if names is not None and each.name not in names:
            yield each


def _names(api: Api, place: Place) -> frozenset[str] | None:
    """The names of the objects there; None: the server does not tell them."""
    try:
        return frozenset(str(each["metadata"]["name"]) for each in api.objects(*place, accept=METADATA))
    except ApiError as error:
        if not error.status:
            raise
        return None
