"""What a project, its environments and their regions say of the namespace that is to be a release of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from chartgen.concerns import NAMESPACE
from chartgen.errors import Problem, dotted
from chartgen.fields import Fault, describe
from chartgen.spec.interpolation import is_open
from chartgen.spec.layers import EMPTY, problem
from chartgen.spec.project import Environment, Service
from chartgen.spec.validation import unknown_fields
from chartgen.yamlio import Map, Node, Path, Scalar

FIELD = "managed_namespace"

SERVICE = "namespace"
"""What the release is called where others are called after their service."""


def layer(owner: Map, path: Path, problems: list[Problem]) -> Map:
    """What the owner says of its namespace, in the one form and alone: a map, or null, which removes it.

    Fields that nobody knows become problems and are left out.
    """
    node = owner.get(FIELD)
    if node is None:
        return EMPTY
    full = (*path, FIELD)
    if isinstance(node, Map):
        unknown = [name for name in node.entries if name not in NAMESPACE.known]
        problems += unknown_fields(unknown, NAMESPACE.known, node, full)
        node = replace(node, entries={name: entry for name, entry in node.entries.items() if name not in unknown})
    return one_form(Map({FIELD: node}, {FIELD: owner.keys[FIELD]}, owner.where), full, problems)


def one_form(layer: Map, path: Path, problems: list[Problem]) -> Map:
    """The layer with a map, or with null; what cannot be brought there is a problem."""
    node = layer.entries[FIELD]
    if isinstance(node, Map):
        faults: list[Fault] = []
        changed = NAMESPACE.normalise(node, faults)
        problems += [problem(fault, node, path) for fault in faults]
        return _with(layer, changed)
    if isinstance(node, Scalar) and (node.value is None or isinstance(node.value, bool)):
        return _with(layer, Map({}, {}, node.where) if node.value else replace(node, value=None))
    if not is_open(node):
        problems.append(Problem(f"is {describe(node)}", layer.keys[FIELD], dotted(path), "true, false or a map"))
        return EMPTY
    return layer


def is_managed(project: Map, environments: Iterable[Environment]) -> bool:
    """Whether any layer asks for it."""
    layers = [project]
    for environment in environments:
        layers += environment.managed_namespace
        layers += (layer for region in environment.regions for layer in region.managed_namespace)
    return any(_asks(layer.get(FIELD)) for layer in layers)


def _asks(node: Node | None) -> bool:
    return isinstance(node, Map) or (isinstance(node, Scalar) and node.value is not None)


def taken(services: Mapping[str, Service]) -> Iterator[Problem]:
    """A service that has the name of the namespace's release."""
    if SERVICE in services:
        message = f"`{SERVICE}` is what the release of the namespace is called, which `{FIELD}` asks for"
        yield Problem(message, services[SERVICE].where, dotted(("services", SERVICE)), hint="choose another name")


def _with(layer: Map, node: Node) -> Map:
    return replace(layer, entries={FIELD: node})
