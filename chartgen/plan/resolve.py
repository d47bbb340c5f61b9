"""A service at one place: its layers laid over each other, its references resolved, its fields read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from chartgen.concerns import CONCERNS, Concern
from chartgen.errors import Problem, dotted
from chartgen.fields import Fields
from chartgen.plan.places import Place, scope
from chartgen.spec.fields import ServiceSettings
from chartgen.spec.interpolation import interpolate
from chartgen.spec.layers import merge
from chartgen.spec.project import Project, Service
from chartgen.spec.validation import read
from chartgen.yamlio import Map

_SETTINGS = frozenset(ServiceSettings.model_fields)
_OWN_CHART = ("path", "repository", "name")
_WITH_OWN_CHART = ("ports",)
"""The concerns that a service with a chart of its own still has: declared ports, so that others can link to it."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A service as it is at one place.

    `node` is the merged layer, for the places of what it says; `fields` holds what each concern reads, by its name.
    """

    service: Service
    node: Map
    settings: ServiceSettings
    fields: Mapping[str, Fields]
    own_chart: bool


def resolve(project: Project, place: Place, service: Service, problems: list[Problem]) -> Resolved | None:
    """The service at this place, None (and every reason among the problems) where its fields are wrong."""
    before = len(problems)
    node = _merged(project, place, service)
    node = interpolate(node, scope(project, place, service.name, problems))  # type: ignore[assignment]  # a map stays one
    path = ("services", service.name)
    settings = read(ServiceSettings, _part(node, _SETTINGS), path, problems)
    own_chart = _has_own_chart(node)
    if own_chart:
        problems += _superfluous(place, service)
    elif "values" in node.entries:
        hint = f"write them to values/{service.name}.yaml, which Helm lays over the generated ones"
        message = "goes with a chart of its own only"
        problems.append(Problem(message, node.keys["values"], dotted((*path, "values")), hint=hint))
    fields = {}
    for concern in CONCERNS:
        if not own_chart or concern.name in _WITH_OWN_CHART:
            own = read(concern.fields, _part(node, concern.known), path, problems)
            if own is not None:
                fields[concern.name] = own
    if settings is None or len(problems) > before:
        return None
    return Resolved(service, node, settings, fields, own_chart)


def part_of(resolved: Resolved, concern: Concern) -> Map:
    """What the service says of the concern, for the places of values that do not know their own."""
    return _part(resolved.node, concern.known)


def _merged(project: Project, place: Place, service: Service) -> Map:
    """All layers, weakest first: defaults, the service, then per environment of the lineage, then the region's."""
    layers = [service.base]
    for ancestor in place.environment.lineage:
        layers += [project.environments[ancestor].overrides, *_maybe(service.environments.get(ancestor))]
    if place.region is not None:
        layers.append(place.region.overrides)
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


def _part(node: Map, names: frozenset[str]) -> Map:
    return replace(node, entries={name: entry for name, entry in node.entries.items() if name in names})


def _has_own_chart(node: Map) -> bool:
    chart = node.get("chart")
    return isinstance(chart, Map) and any(key in chart.entries for key in _OWN_CHART)


def _superfluous(place: Place, service: Service) -> Iterator[Problem]:
    """Fields of concerns in the service's own layers, which its own chart would not see."""
    allowed = _SETTINGS.union(*(concern.known for concern in CONCERNS if concern.name in _WITH_OWN_CHART))
    layers = [service.base, *(service.environments.get(ancestor) for ancestor in place.environment.lineage)]
    for layer in layers:
        for name in layer.entries if layer is not None else ():
            if name not in allowed and layer is not None:
                message = "does not reach a chart of its own"
                hint = "give the chart's own value in `values`"
                yield Problem(message, layer.keys[name], dotted(("services", service.name, name)), hint=hint)
