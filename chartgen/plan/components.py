"""The parts of a release that take service fields too: its workers, its jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chartgen.concerns import CONCERN_OF, CONCERNS, PARTS, Concern, Context, Parts
from chartgen.concerns.ports import PortsFields, declared
from chartgen.errors import Problem, Where, dotted
from chartgen.fields import Fields, unlocated
from chartgen.model import Values
from chartgen.spec.layers import only, problem, where
from chartgen.spec.paths import Paths
from chartgen.spec.validation import read
from chartgen.yamlio import Map, Path


@dataclass(frozen=True, slots=True)
class Component:
    """One worker or job.

    Attributes:
        parts, name: which.
        node: what it says, its own fields too.
        path: where it stands in the project.
        fields: what each concern reads of it, by the concern's name, for those of which it says something.
    """

    parts: Parts
    name: str
    node: Map
    path: Path
    fields: Mapping[str, Fields]


def without(node: Map) -> Map:
    """A service whose workers and jobs have their own fields alone, as the concerns read them."""
    entries = dict(node.entries)
    for field in PARTS.keys() & entries.keys():
        written = entries[field]
        if isinstance(written, Map):
            own = PARTS[field].fields.model_fields
            entries[field] = replace(
                written,
                entries={
                    name: only(part, own) if isinstance(part, Map) else part for name, part in written.entries.items()
                },
            )
    return replace(node, entries=entries)


def components(node: Map, path: Path, problems: list[Problem], paths: Paths) -> Iterator[Component]:
    """The workers and jobs of a service; whatever is wrong with their service fields is among the problems."""
    for field, parts in PARTS.items():
        written = node.entries.get(field)
        for name, part in written.entries.items() if isinstance(written, Map) else ():
            if isinstance(part, Map):
                here = (*path, field, name)
                yield Component(parts, name, part, here, dict(_fields(parts, part, here, problems, paths)))


def same_name(found: Iterable[Component], paths: Paths) -> Iterator[Problem]:
    """Workers and jobs of one name: their pods would be taken for each other's."""
    taken: dict[str, Component] = {}
    for component in found:
        first = taken.setdefault(component.name, component)
        if first is not component:
            at = paths.of(component.node.where) or dotted(component.path)
            message = f"`{first.parts.field}` has a `{component.name}` too"
            yield Problem(message, component.node.where, at, "each name once", "choose another name")


def faults(component: Component, known: Context, paths: Paths) -> Iterator[Problem]:
    """What is wrong with service fields of a worker or job that are each right by themselves."""
    context = _context(component, known)
    for concern in _concerns(component):
        for fault in concern.faults(component.fields[concern.name], context):
            yield problem(fault, component.node, component.path, paths)


def add_values(component: Component, known: Context, values: dict[str, Any], origins: dict[Path, Where]) -> None:
    """Adds the component's part to the values of its service, and where each was written to the origins."""
    context = _context(component, known)
    at = (component.parts.value, component.name)
    part = dict(values[at[0]][at[1]])
    for concern in _concerns(component):
        own: Values = concern.values(component.fields[concern.name], context)
        said = next(key for key in component.node.entries if key in concern.known)
        for key, value in own.items():
            origins[*at, key] = where(component.node, (said,))
            alone = key in part and part[key] is None
            part[key] = unlocated(_alone(value, values.get(key)) if alone else value, (*at, key), origins)
    values[at[0]] = {**values[at[0]], at[1]: part}


def _alone(own: Any, services: Any) -> Any:
    """What a part says in place of all that its service says: the entries of the service are taken away."""
    if isinstance(own, Mapping) and isinstance(services, Mapping):
        return {**dict.fromkeys(services), **own}
    return own


def _fields(parts: Parts, part: Map, path: Path, problems: list[Problem], paths: Paths) -> Iterable[tuple[str, Fields]]:
    own = parts.fields.model_fields
    said = {CONCERN_OF[name].name: CONCERN_OF[name] for name in part.entries if name not in own}
    for concern in said.values():
        fields = read(concern.fields, only(part, concern.known - own.keys()), path, problems, paths)
        if fields is not None:
            yield concern.name, fields


def _concerns(component: Component) -> list[Concern]:
    return [concern for concern in CONCERNS if concern.name in component.fields]


def _context(component: Component, known: Context) -> Context:
    ports = component.fields.get("ports")
    return replace(known, part=component.name, ports=declared(ports) if isinstance(ports, PortsFields) else ())
