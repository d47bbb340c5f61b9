"""Reading all that the checks look at: one request a kind and namespace, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from chartgen.cluster.api import Api, ApiError, Resource
from chartgen.cluster.preflight.needs import Need
from chartgen.cluster.preflight.scene import CLAIMS, NAMESPACES, STORAGE, Key, Place, Scene
from chartgen.cluster.preflight.task import Task
from chartgen.compare.manifests.reading import namespace_of, part

_UNREADABLE = (403, 405)
_FEW = 3
"""So many objects are asked for one by one; for more, all of the kind are read at once."""

_NOT_HELMS = {"labelSelector": "owner!=helm"}
"""Without the revisions of releases, which are large."""

_Found = Mapping[str, dict[str, Any]]
_Question = tuple[Place, Resource, Collection[str] | None]
"""A place, where it is, and the names of the objects that are meant; None: all."""


def read(api: Api, task: Task, needs: Iterable[Need]) -> Scene:
    """What the cluster has of what the task touches and relies on.

    Raises:
        ApiError: the cluster cannot be reached, or refuses otherwise than for a lack of rights.
    """
    first: tuple[Callable[[], Any], ...] = (
        lambda: (api.get("/version") or {}).get("gitVersion", ""),
        api.resources,
        lambda: _namespaces(api, task.namespaces),
    )
    version, resources, namespaces = api.each(lambda ask: ask(), first)
    scene = Scene(version, resources)
    homes: dict[tuple[str, str], Resource] = {}
    for resource in resources.values():  # of several versions the preferred one comes first
        homes.setdefault((resource.group, resource.kind), resource)

    absent = set() if namespaces is None else set(task.namespaces) - namespaces.keys()
    questions: list[_Question] = [
        (place, homes[place[:2]], names)
        for place, names in _wanted(scene, task, needs).items()
        if place[:2] in homes and place.namespace not in absent and place != NAMESPACES
    ]
    answers = api.each(lambda question: _objects(api, question), questions)
    live = {place: found for (place, _, _), found in zip(questions, answers, strict=True)}
    return Scene(version, resources, {**live, NAMESPACES: namespaces})


def _namespaces(api: Api, names: Collection[str]) -> _Found | None:
    """Those that are there; None: they may not be read."""
    home = Resource("v1", NAMESPACES.kind, "namespaces", namespaced=False)
    return _objects(api, (NAMESPACES, home, names))


def _wanted(scene: Scene, task: Task, needs: Iterable[Need]) -> dict[Place, set[str] | None]:
    """The names of the objects to read, by place; None: all."""
    keys: list[Key | None] = [scene.key(manifest) for manifest in (*task.manifests, *task.stored)]
    found: dict[Place, set[str]] = {}
    for key in (*keys, *(need.key for need in needs)):
        if key is not None:
            found.setdefault(key.place, set()).add(key.name)
    whole = [Place("", kind, namespace) for kind in ("ResourceQuota", "LimitRange") for namespace in task.namespaces]
    claims = [
        Place(*CLAIMS, namespace_of(manifest))
        for manifest in task.manifests
        if part(manifest.object, "spec", "volumeClaimTemplates")
    ]
    return {**found, **dict.fromkeys([STORAGE, *whole, *claims])}


def _objects(api: Api, question: _Question) -> _Found | None:
    """The objects that are meant and are there, by name; None: they may not be read."""
    place, resource, names = question
    if names is None or len(names) > _FEW:
        try:
            found = {each["metadata"]["name"]: each for each in api.objects(resource, place.namespace, _NOT_HELMS)}
        except ApiError as error:
            if error.status not in _UNREADABLE:
                raise
            if names is None:
                return None
        else:
            return found if names is None else {name: found[name] for name in names if name in found}
    return _one_by_one(api, resource, place.namespace, names)


def _one_by_one(api: Api, resource: Resource, namespace: str, names: Collection[str]) -> _Found | None:
    try:
        objects = {name: api.get(resource.path(namespace, name)) for name in sorted(names)}
    except ApiError as error:
        if error.status not in _UNREADABLE:
            raise
        return None
    return {
        name: {"apiVersion": resource.api_version, "kind": resource.kind, **data}
        for name, data in objects.items()
        if data is not None
    }
