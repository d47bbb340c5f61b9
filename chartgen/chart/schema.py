"""The fragments of the concerns, bundled into one JSON Schema that every Helm reads alike."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from chartgen.chart.fragments import DRAFT, LEVELS, TAKES, Fragment, Node
from chartgen.jsonvalidation import Validator

_PREFIX = "#/definitions/"
_SHARED = "#/properties/"
_DATA = ("default", "examples", "enum", "const", "required")
_FREE: Node = {"^x-": {}}
"""What is let through beside the known keys: YAML anchors and the marks of tools stand under `x-`."""


def bundle(fragments: Iterable[Fragment], dropped: Collection[str] = ()) -> dict[str, Any]:
    """One draft-07 document with local references alone.

    At every object unknown keys are refused but for `x-…` (and `global` at the top, which Helm itself sets), and
    whatever is not required may be null. Definitions that nothing refers to are left out.

    Arguments:
        fragments: those of all concerns, in the order of the documentation.
        dropped: the concerns whose values the chart does not take.

    Raises:
        InputError: the outcome is not valid draft-07.
    """
    fragments = tuple(fragments)
    kept = [fragment for fragment in fragments if fragment.concern not in dropped]
    values = {f"{_SHARED}{name}": node for fragment in kept for name, node in fragment.properties.items()}
    shared = {f"{_PREFIX}{name}": node for fragment in fragments for name, node in fragment.definitions.items()}
    taken = {level: _up_to(level, kept) for level in LEVELS}
    targets = {name: _whole(node, taken, values) for name, node in {**values, **shared}.items()}
    opened = {name: _open(node, targets) for name, node in targets.items()}
    properties: Node = {
        "global": {"type": ["object", "null"], "description": "Values that Helm shares among charts; unused here."}
    } | {name.removeprefix(_SHARED): opened[name] for name in values}
    definitions = {name.removeprefix(_PREFIX): opened[name] for name in shared}
    schema = {
        "$schema": DRAFT,
        "type": "object",
        "properties": properties,
        "patternProperties": _FREE,
        "additionalProperties": False,
        "definitions": _reachable(properties, definitions),
    }
    Validator(schema, "values.schema.json")
    return schema


def text(schema: Mapping[str, Any]) -> bytes:
    """The schema as values.schema.json."""
    return (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode()


def resolve(schema: Mapping[str, Any], node: Node) -> Node:
    """The node with what it refers to merged in; what it says itself wins."""
    reference = _reference(node)
    if not reference:
        return node
    _, room, name = reference.split("/")
    return {**resolve(schema, schema[room][name]), **node}


def definition(node: Node) -> str:
    """The name of the definition that a node refers to, or nothing."""
    reference = _reference(node)
    return reference.removeprefix(_PREFIX) if reference.startswith(_PREFIX) else ""


def value(node: Node) -> str:
    """The name of the value of the top level that a node is like, or nothing."""
    reference = _reference(node)
    return reference.removeprefix(_SHARED) if reference.startswith(_SHARED) else ""


def is_taken(node: Node) -> bool:
    """Whether the node is one of those that an object takes from the top level as they are."""
    return bool(value(node)) and node.keys() == {"$ref"}


def _reference(node: Node) -> str:
    references = (part["$ref"] for part in (node, *node.get("allOf", ())) if "$ref" in part)
    return str(next(references, ""))


def _up_to(level: str, fragments: Iterable[Fragment]) -> Node:
    """The values of a level and of those before it, each as it is at the top."""
    levels = LEVELS[: LEVELS.index(level) + 1]
    own = (fragment for fragment in fragments if fragment.level in levels)
    return {name: {"$ref": f"{_SHARED}{name}"} for fragment in own for name in fragment.properties}


def _whole(node: Any, taken: Mapping[str, Node], values: Mapping[str, Node]) -> Any:
    """A copy of the node in which objects have the properties they take, and none that is like a dropped value."""
    if isinstance(node, list):
        return [_whole(item, taken, values) for item in node]
    if not isinstance(node, dict):
        return node
    out = {key: value if key in _DATA else _whole(value, taken, values) for key, value in node.items() if key != TAKES}
    if "properties" in node or TAKES in node:
        own = {name: child for name, child in out.get("properties", {}).items() if not _is_lost(child, values)}
        out["properties"] = {**taken.get(node.get(TAKES, ""), {}), **own}
    return out


def _is_lost(node: Any, values: Mapping[str, Node]) -> bool:
    reference = node.get("$ref", "") if isinstance(node, dict) else ""
    return isinstance(reference, str) and reference.startswith(_SHARED) and reference not in values


def _open(node: Node, targets: Mapping[str, Node]) -> Node:
    """A node that need not be there: null stands for its absence, as Helm's merging leaves it."""
    closed = _close(node, targets)
    if "type" in closed:
        closed["type"] = [*_types(closed), "null"]
    if "enum" in closed:
        closed["enum"] = [*closed["enum"], None]
    return closed


def _close(node: Node, targets: Mapping[str, Node]) -> Node:
    """A copy of the node in which every object refuses unknown keys, and what is optional may be null."""
    out = dict(node)
    if "properties" in node:
        required = node.get("required", ())
        out["properties"] = {
            name: _required(child, targets) if name in required else _open(child, targets)
            for name, child in node["properties"].items()
        }
        if "object" in _types(node) and "additionalProperties" not in node:
            out["patternProperties"] = {**node.get("patternProperties", {}), **_FREE}
            out["additionalProperties"] = False
    if isinstance(node.get("additionalProperties"), dict):
        out["additionalProperties"] = _open(node["additionalProperties"], targets)
    if isinstance(node.get("items"), dict):
        out["items"] = _required(node["items"], targets)
    return out


def _required(node: Node, targets: Mapping[str, Node]) -> Node:
    """A node that must be there: what it refers to lets null through, which is taken back here."""
    if "$ref" not in node:
        return _close(node, targets)
    rest = {keyword: value for keyword, value in node.items() if keyword != "$ref"}
    types = _types(targets[node["$ref"]])
    return {"allOf": [{"$ref": node["$ref"]}, {"type": types}], **rest}


def _types(node: Node) -> list[str]:
    types = node.get("type", [])
    return types if isinstance(types, list) else [types]


def _reachable(properties: Node, definitions: Node) -> Node:
    """The definitions that the properties need, those behind others included."""
    found: set[str] = set()
    todo = set(_references(properties))
    while todo:
        name = todo.pop()
        found.add(name)
        todo |= set(_references(definitions[name])) - found
    return {name: definitions[name] for name in sorted(found)}


def _references(node: Any) -> Iterator[str]:
    """The definitions that are referred to; the values that are stand there by themselves."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str) and node["$ref"].startswith(_PREFIX):
            yield node["$ref"].removeprefix(_PREFIX)
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)
