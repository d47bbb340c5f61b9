"""Services: from `chartgen.yaml` and from files of their own, each layer brought to the one form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from chartgen.concerns import CONCERN_OF, CONCERNS, PARTS
from chartgen.errors import Problem, Where, did_you_mean, dotted
from chartgen.fields import LABEL, describe, quoted
from chartgen.spec.fields import ServiceSettings
from chartgen.spec.layers import EMPTY, one_form, only
from chartgen.spec.project import Service
from chartgen.spec.validation import unknown_fields
from chartgen.yamlio import Document, Map, Node, Path, Scalar

if TYPE_CHECKING:
    from chartgen.spec.project import Environment

KNOWN = frozenset({*ServiceSettings.model_fields, *CONCERN_OF})
"""Every field of a service that may stand in a layer."""

KNOWN_IN_PARTS = {
    field: frozenset(parts.fields.model_fields).union(*(each.known for each in CONCERNS if parts.takes(each)))
    for field, parts in PARTS.items()
}
"""Every field that may stand in a worker, or in a job, by the field that holds them."""

_MEANT = {
    "command": "commands",
    "cpu": "resource_request",
    "env": "env_vars",
    "environment": "env_vars",
    "host": "public_uri",
    "hosts": "public_uri",
    "limits": "resource_limits",
    "memory": "resource_request",
    "readiness": "readiness_probe_path",
    "liveness": "liveness_probe_path",
    "replicas": "min_containers",
    "requests": "resource_request",
    "resources": "resource_request",
    "strategy": "rollout_strategy",
}
"""What people mean by names that other formats have."""

FOLDER = "services/"
LONGEST = 53
"""Helm's limit for the name of a release."""


def is_name(name: str) -> bool:
    """Whether a service may be called so."""
    return re.fullmatch(LABEL, name) is not None and len(name) <= LONGEST


def parse(
    root: Map, documents: Mapping[str, Document], environments: Mapping[str, Environment], problems: list[Problem]
) -> dict[str, Service]:
    """The services by name, those of `chartgen.yaml` first, then those with a file of their own.

    A service defined twice, a bad name, an unknown field, environment or region become problems.
    """
    inline = root.get("services")
    found: dict[str, Service] = {}
    if isinstance(inline, Map):
        for name, node in inline.entries.items():
            where = inline.keys[name]
            found[name] = _service(name, node, where, environments, problems)
    for file, document in documents.items():
        if file.startswith(FOLDER):
            name = file[len(FOLDER) : -len(".yaml")]
            where = Where(file, 1, 1)
            if name in found:
                message = f"the service `{name}` stands here and in {found[name].where}"
                problems.append(Problem(message, where, dotted(("services", name)), hint="keep one of the two"))
                continue
            found[name] = _service(name, document.root, where, environments, problems)
    if not found and (
        inline is None or isinstance(inline, Map) or (isinstance(inline, Scalar) and inline.value is None)
    ):
        where = root.keys.get("services", root.where)
        hint = "add one under `services`, or as a file `services/<name>.yaml`"
        problems.append(Problem("there are no services", where, "services", "at least one service", hint))
    return found


def layer(node: Node, path: Path, problems: list[Problem], *, beside: str = "") -> Map:
    """One layer of service fields, in the one form; fields that nobody knows become problems and are left out.

    `beside` is what may stand here beside the fields, and was taken out before: for the hints only.
    """
    if not isinstance(node, Map):
        if not isinstance(node, Scalar) or node.value is not None:
            problems.append(Problem(f"is {describe(node)}", node.where, dotted(path), "a map of service fields"))
        return EMPTY
    unknown = [name for name in node.entries if name not in KNOWN]
    problems += unknown_fields(unknown, KNOWN | {beside}, node, path, _MEANT)
    in_form = one_form(only(node, KNOWN), path, problems)
    return replace(in_form, entries=in_form.entries | _known_parts(in_form, path, problems))


def _known_parts(layer: Map, path: Path, problems: list[Problem]) -> dict[str, Node]:
    """The fields that hold workers or jobs, without what nobody knows there."""
    found: dict[str, Node] = {}
    for field in PARTS.keys() & layer.entries.keys():
        parts, known = layer.entries[field], KNOWN_IN_PARTS[field]
        if isinstance(parts, Map):
            for name, part in parts.entries.items():
                unknown = [each for each in part.entries if each not in known] if isinstance(part, Map) else []
                problems += _unknown_in_part(unknown, known, part, (*path, field, name))
            found[field] = replace(
                parts,
                entries={
                    name: only(part, known) if isinstance(part, Map) else part for name, part in parts.entries.items()
                },
            )
    return found


def _unknown_in_part(unknown: Iterable[str], known: Iterable[str], part: Node, path: Path) -> Iterator[Problem]:
    """What a worker or job does not have: a field of the service it belongs to, or of nobody."""
    for name in unknown:
        if name in KNOWN and isinstance(part, Map):
            message, hint = f"is a field of the service, not of one of its `{path[-2]}`", "write it in the service"
            yield Problem(message, part.keys[name], dotted((*path, name)), hint=hint)
        elif isinstance(part, Map):
            yield from unknown_fields([name], known, part, path, _MEANT)


def _service(
    name: str, node: Node, where: Where, environments: Mapping[str, Environment], problems: list[Problem]
) -> Service:
    path = ("services", name)
    if not re.fullmatch(LABEL, name):
        expected = "a DNS label: lower-case letters, digits and dashes, a letter first"
        problems.append(Problem(f"the name is {quoted(name)}", where, dotted(path), expected))
    elif len(name) > LONGEST:
        message = f"the name has {len(name)} characters"
        problems.append(Problem(message, where, dotted(path), f"at most {LONGEST}, Helm's limit for a release"))
    by_environment, by_region = {}, {}
    parts = _parts(node, "environments", path, problems)
    for environment, part in _known(parts, environments, "environment", (*path, "environments"), problems):
        place = (*path, "environments", environment)
        by_environment[environment] = layer(_without(part, "regions"), place, problems, beside="regions")
        regions = _parts(part, "regions", place, problems)
        names = [region.name for region in environments[environment].regions]
        for region, own in _known(regions, names, "region", (*place, "regions"), problems):
            by_region[environment, region] = layer(own, (*place, "regions", region), problems)
    base = layer(_without(node, "environments"), path, problems, beside="environments")
    return Service(name, where.file, base, by_environment, by_region, where)


def _parts(node: Node, key: str, path: Path, problems: list[Problem]) -> Map:
    """What differs by environment, or by region; anything but a map is a problem."""
    parts = node.get(key) if isinstance(node, Map) else None
    if isinstance(parts, Map):
        return parts
    if parts is not None and not (isinstance(parts, Scalar) and parts.value is None):
        expected = f"a map from the names of {key} to service fields"
        problems.append(Problem(f"is {describe(parts)}", parts.where, dotted((*path, key)), expected))
    return EMPTY


def _known(
    parts: Map, names: Iterable[str], what: str, path: Path, problems: list[Problem]
) -> Iterable[tuple[str, Node]]:
    names = list(names)
    for name, part in parts.entries.items():
        if name in names:
            yield name, part
        else:
            expected = f"one of {', '.join(names)}" if names else ""
            hint = did_you_mean(name, names) or ("" if names else f"there are no {what}s here")
            problems.append(Problem(f"is no {what}", parts.keys[name], dotted((*path, name)), expected, hint))


def _without(node: Node, key: str) -> Node:
    if not isinstance(node, Map) or key not in node.entries:
        return node
    return replace(node, entries={name: entry for name, entry in node.entries.items() if name != key})
