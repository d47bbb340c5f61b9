"""Layers: bringing what was written into one form, and laying one over another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from chartgen.concerns import CONCERNS, PARTS
from chartgen.errors import Problem, Where, dotted
from chartgen.fields import Fault
from chartgen.spec.paths import Paths
from chartgen.yamlio import List, Map, Node, Path

EMPTY = Map({}, {}, Where(""))


def merge(lower: Map, upper: Map) -> Map:
    """The upper layer over the lower one: maps by key, everything else replaces, null stays as null and so removes.

    Associative as long as no layer removes what a layer below it says.
    """
    entries, keys = dict(lower.entries), dict(lower.keys)
    for key, node in upper.entries.items():
        below = entries.get(key)
        entries[key] = merge(below, node) if isinstance(below, Map) and isinstance(node, Map) else node
        keys[key] = upper.keys[key]
    return replace(lower, entries=entries, keys=keys) if lower is not EMPTY else Map(entries, keys, upper.where)


def allowed(node: Map) -> Map:
    """What a project or an environment accepts of its services, `checks.allow`, as a layer of service fields."""
    checks = node.get("checks")
    allow = checks.get("allow") if isinstance(checks, Map) else None
    if not isinstance(checks, Map) or not isinstance(allow, Map):
        return EMPTY
    own = Map({"allow": allow}, {"allow": checks.keys["allow"]}, checks.where)
    return Map({"checks": own}, {"checks": node.keys["checks"]}, checks.where)


def one_form(layer: Map, path: Path, problems: list[Problem]) -> Map:
    """The layer with every field in the form in which layers merge; what cannot be brought there is a problem."""
    for concern in CONCERNS:
        faults: list[Fault] = []
        written, layer = layer, concern.normalise(layer, faults)
        problems += [problem(fault, written, path) for fault in faults]
    for field in PARTS.keys() & layer.entries.keys():
        parts = layer.entries[field]
        if isinstance(parts, Map):
            own = {
                name: one_form(part, (*path, field, name), problems) if isinstance(part, Map) else part
                for name, part in parts.entries.items()
            }
            layer = replace(layer, entries={**layer.entries, field: replace(parts, entries=own)})
    return layer


def only(node: Map, names: Collection[str]) -> Map:
    """The map with the named entries alone."""
    return replace(node, entries={name: entry for name, entry in node.entries.items() if name in names})


def problem(fault: Fault, root: Map, prefix: Path, paths: Paths | None = None) -> Problem:
    """The fault as a problem: its place looked up below `root`, its path as written there, or from `prefix` on."""
    place, path = locate(root, fault.path, prefix, paths)
    return Problem(fault.message, place, path, fault.expected, fault.hint)


def where(root: Node, path: Path) -> Where:
    """Where the entry at the path was written, or the nearest one above it: the place of its key, or of the item."""
    return _nearest(root, path)[0]


def locate(root: Map, path: Path, prefix: Path, paths: Paths | None = None) -> tuple[Where, str]:
    """Where the entry at the path (or the nearest one above it) was written, and its whole path for a message."""
    place, depth = _nearest(root, path)
    written = paths.of(place, path[depth - 1]) if paths is not None and depth else ""
    if not written:
        return place, dotted((*prefix, *path))
    rest = dotted(path[depth:])
    return place, f"{written}{'' if rest.startswith('[') or not rest else '.'}{rest}"


def _nearest(root: Node, path: Path) -> tuple[Where, int]:
    place, node = root.where, root
    for depth, part in enumerate(path):
        if isinstance(node, Map) and str(part) in node.entries:
            place, node = node.keys[str(part)], node.entries[str(part)]
        elif isinstance(node, List) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
            place = node.where
        else:
            return place, depth
    return place, len(path)
