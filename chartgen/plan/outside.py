"""The project's resources at one place: their layers laid over each other, their references resolved."""

from __future__ import annotations

import re

from chartgen.concerns.outside import Outside, ResourceFields, faults, read, wrong_one
from chartgen.errors import Problem, dotted
from chartgen.fields import LABEL, quoted
from chartgen.plan.places import Place, scope
from chartgen.spec import resources
from chartgen.spec.interpolation import interpolate
from chartgen.spec.layers import merge, problem
from chartgen.spec.project import Project
from chartgen.spec.validation import read as read_fields
from chartgen.yamlio import Map, Path

_LONGEST = 63


def outside(project: Project, place: Place, problems: list[Problem]) -> dict[str, Outside]:
    """The resources by name; those that a layer removed are not there, those that are wrong are not `right`."""
    merged = project.resources
    for layer in (*place.environment.resources, *(place.region.resources if place.region else ())):
        merged = merge(merged, layer) if layer.entries else merged
    if not merged.entries:
        return {}
    node = resources.layer(interpolate(merged, scope(project, place, None, problems)), ("resources",), problems)
    found = {}
    for name, entry in node.entries.items():
        if isinstance(entry, Map):
            before = len(problems)
            _check_name(project, name, node, problems)
            fields = _fields(project, name, entry, problems)
            found[name] = read(name, fields) if fields and len(problems) == before else wrong_one(name)
    return found


def _fields(project: Project, name: str, node: Map, problems: list[Problem]) -> ResourceFields | None:
    path: Path = ("resources", name)
    fields = read_fields(ResourceFields, node, path, problems, project.paths)
    if fields is not None:
        problems += [problem(fault, node, path, project.paths) for fault in faults(name, fields)]
    return fields


def _check_name(project: Project, name: str, node: Map, problems: list[Problem]) -> None:
    where, path = node.keys[name], dotted(("resources", name))
    if not re.fullmatch(LABEL, name) or len(name) > _LONGEST:
        expected = f"at most {_LONGEST} lower-case letters, digits and dashes, a letter first"
        problems.append(Problem(f"the name is {quoted(name)}", where, path, expected))
    elif name in project.services:
        problems.append(Problem("is the name of a service too", where, path, hint="rename one of the two"))
