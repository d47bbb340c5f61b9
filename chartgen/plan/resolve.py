"""A service at one place: its layers laid over each other, its references resolved, its fields read."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from chartgen.concerns import CONCERN_OF, CONCERNS
from chartgen.errors import Problem
from chartgen.fields import Fields
from chartgen.plan.components import Component, components, without
from chartgen.plan.places import Place, image_version, scope
from chartgen.spec import conventions
from chartgen.spec.fields import ServiceSettings
from chartgen.spec.interpolation import interpolate, is_open
from chartgen.spec.layers import locate, merge, one_form
from chartgen.spec.project import Project, Service
from chartgen.spec.validation import read
from chartgen.yamlio import Map, Node, Path, Scalar

_SETTINGS = "settings"
_OWN_CHART = ("path", "repository")
_WITH_OWN_CHART = ("ports",)
"""The concerns that a service with a chart of its own still has: declared ports, so that others can link to it."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A service as it is at one place.

    Attributes:
        node: the merged layers, for the places of what it says.
        parts: what it says of each concern, by its name; concerns of which it says nothing are left out.
        fields: what each concern reads, by its name; those that are wrong are left out, and so are those that a chart
            of its own does without.
        components: its workers and jobs.
    """

    service: Service
    node: Map
    parts: Mapping[str, Map]
    settings: ServiceSettings
    fields: Mapping[str, Fields]
    own_chart: bool
    components: tuple[Component, ...] = ()

    @property
    def path(self) -> Path:
        """Where the service stands in the project."""
        return ("services", self.service.name)


def resolve(project: Project, place: Place, service: Service, problems: list[Problem]) -> Resolved:
    """The service at this place; whatever is wrong with it is among the problems."""
    path = ("services", service.name)
    here = scope(project, place, service.name, problems)
    merged = _merged(project, place, service)
    before = len(problems)
    node = interpolate(merged, here)
    assert isinstance(node, Map)  # noqa: S101  # a map stays one
    unresolved = len(problems) > before
    if node is not merged:
        node = one_form(node, path, problems)  # a reference may have meant a list
    node = conventions.fill(project.conventions, node)
    parts = _parts(without(node))
    # What refers to nothing is told already: that it is no number either goes without saying.
    right = {name: part for name, part in parts.items() if not (unresolved and is_open(part))}
    settings = read(ServiceSettings, right[_SETTINGS], path, problems, project.paths) if _SETTINGS in right else None
    own_chart = _has_own_chart(node)
    problems += _out_of_place(project, place, service, node, own_chart=own_chart)
    fields = {}
    for concern in CONCERNS:
        if (own_chart and concern.name not in _WITH_OWN_CHART) or (concern.name in parts and concern.name not in right):
            continue
        part = right.get(concern.name)
        own = read(concern.fields, part, path, problems, project.paths) if part else _unset(concern.fields)
        if own is not None:
            fields[concern.name] = own
    found = () if own_chart else tuple(components(node, path, problems, project.paths))
    return Resolved(service, node, parts, settings or ServiceSettings(), fields, own_chart, found)


def _merged(project: Project, place: Place, service: Service) -> Map:
    """All layers, weakest first: defaults, the service, then per environment of the lineage, then the region's."""
    layers = [service.base]
    for ancestor in place.environment.lineage:
        layers += [project.environments[ancestor].overrides, *_maybe(service.environments.get(ancestor))]
    if place.region is not None:
        layers += place.region.overrides
        for ancestor in place.environment.lineage:
            layers += _maybe(service.regions.get((ancestor, place.region.name)))
    merged = project.defaults
    for layer in layers:
        if layer.entries:
            merged = merge(merged, layer)
    return replace(merged, where=service.where)


def _maybe(layer: Map | None) -> Iterator[Map]:
    if layer is not None:
        yield layer


def _parts(node: Map) -> dict[str, Map]:
    """The node by concern, and the service's settings, which are always there."""
    entries: dict[str, dict[str, Node]] = {_SETTINGS: {}}
    for name, entry in node.entries.items():
        concern = CONCERN_OF.get(name)
        entries.setdefault(concern.name if concern else _SETTINGS, {})[name] = entry
    return {concern: Map(own, node.keys, node.where) for concern, own in entries.items()}


@functools.cache
def _unset(fields: type[Fields]) -> Fields:
    """The fields of a concern of which nothing is said: most of them, most of the time."""
    return fields()


def _has_own_chart(node: Map) -> bool:
    chart = node.get("chart")
    return isinstance(chart, Map) and any(not _is_removed(chart, key) for key in _OWN_CHART)


def _is_removed(node: Map, key: str) -> bool:
    entry = node.get(key)
    return entry is None or (isinstance(entry, Scalar) and entry.value is None)


def _out_of_place(project: Project, place: Place, service: Service, node: Map, *, own_chart: bool) -> Iterator[Problem]:
    """What does not go with the kind of chart that the service has."""
    path = ("services", service.name)
    if not own_chart:
        return
    allowed = {*ServiceSettings.model_fields, *(name for name, of in CONCERN_OF.items() if of.name in _WITH_OWN_CHART)}
    layers = [service.base, *(service.environments.get(ancestor) for ancestor in place.environment.lineage)]
    for layer in layers:
        for name in layer.entries if layer is not None else ():
            if name not in allowed and layer is not None:
                where, full = locate(layer, (name,), path, project.paths)
                hint = "give the chart's own value in `values`"
                yield Problem("does not reach a chart of its own", where, full, hint=hint)
    if image_version(project, place, service.name) is not None:
        message = f"versions/{place.environment.name}.yaml gives a version that its own chart would not see"
        where, full = locate(node, ("chart",), path, project.paths)
        yield Problem(message, where, full, hint="give the image in `values`, and remove the version")
