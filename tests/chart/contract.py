"""The contract of the shared chart, taken apart for tests."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from chartgen import yamlio
from chartgen.chart import fragments
from chartgen.chart.bundled import sources_in
from chartgen.chart.schema import bundle
from chartgen.chart.walk import ANY, Property, properties
from chartgen.jsonvalidation import Validator
from tests.chart.rendering import ROOT

SHARED_HELPERS = {
    "autoscalers",
    "components",
    "container",
    "gateway_check",
    "gateway_rules",
    "ingress_groups",
    "ingress_haproxy",
    "ingress_nginx",
    "ingress_tls",
    "ingress_traefik",
    "keda",
    "maps",
    "mounts",
    "names",
    "near",
    "pod",
    "sources",
    "volumes",
}
"""The files of helpers that are no concern's alone, or its second, `_<name>.tpl`."""

FRAGMENTS = fragments.read(sources_in(ROOT).fragments)
SCHEMA = bundle(FRAGMENTS)
VALIDATOR = Validator(SCHEMA)
ALL = [prop for name in SCHEMA["properties"] if name != "global" for prop in properties(SCHEMA, name)]
EVERYTHING = yamlio.loads((ROOT / "tests/chart/everything.yaml").read_bytes())


def places(document: Any, prop: Property) -> Iterator[tuple[str, ...]]:
    """Where a property stands in a document; for an entry of a map, each of them."""
    found: list[tuple[tuple[str, ...], Any]] = [((), document)]
    for part in prop.path:
        found = [
            ((*path, key), entry)
            for path, node in found
            if isinstance(node, dict)
            for key, entry in node.items()
            if part in (key, ANY)
        ]
    yield from (path for path, _ in found)


def with_entry(document: Any, path: tuple[str, ...], value: Any) -> Any:
    """A copy of the document in which the entry at the path is another."""
    changed = copy.deepcopy(document)
    node = changed
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    return changed


_PART = 2


def objects(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all maps in a document."""
    if isinstance(node, dict):
        yield path
        for key, entry in node.items():
            yield from objects(entry, (*path, key))


def is_map(path: tuple[str, ...]) -> bool:
    """Whether what stands at a path has names of the user's choice for keys, as all has below what is anything."""
    if (
        len(path) > _PART
        and path[0] in ("workers", "cronJobs", "jobs", "tests")
        and path[_PART] in SCHEMA["properties"]
    ):
        path = path[_PART:]  # a part of the release says it as the service does
    at = [prop for prop in ALL if _leads_to(prop, path)]
    return any("properties" not in prop.node for prop in at) or any(
        is_anything(prop) and _leads_to(prop, path[: len(prop.path)]) for prop in ALL
    )


def is_anything(prop: Property) -> bool:
    """Whether a property may hold keys that the schema does not say."""
    entry = prop.node.get("additionalProperties")
    maps = "object" in prop.node["type"] and "properties" not in prop.node and not isinstance(entry, dict)
    return entry is True or maps


def _leads_to(prop: Property, path: tuple[str, ...]) -> bool:
    return len(prop.path) == len(path) and all(p in (q, ANY) for p, q in zip(prop.path, path, strict=True))


FIXED = [path for path in objects(EVERYTHING) if not is_map(path)]
OPTIONAL = [(prop, path) for prop in ALL if not prop.required for path in places(EVERYTHING, prop)]


def nested(path: tuple[str, ...], value: Any) -> Any:
    """A document with one entry."""
    return {path[0]: nested(path[1:], value)} if path else value


def scalars(node: Any) -> Iterator[Any]:
    """Everything in a document that is neither a map nor a list."""
    if isinstance(node, dict):
        for entry in node.values():
            yield from scalars(entry)
    elif isinstance(node, list):
        for item in node:
            yield from scalars(item)
    else:
        yield node
