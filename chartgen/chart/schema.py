"""The fragments of the concerns, bundled into one JSON Schema that every Helm reads alike."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from chartgen.chart.fragments import DRAFT, Fragment, Node
from chartgen.jsonvalidation import Validator

_PREFIX = "#/definitions/"
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
    written = {name: node for fragment in fragments for name, node in fragment.definitions.items()}
    properties: Node = {
        "global": {"type": ["object", "null"], "description": "Values that Helm shares among charts; unused here."}
    }
    for fragment in fragments:
        if fragment.concern not in dropped:
            properties |= {name: _open(node, written) for name, node in fragment.properties.items()}
    schema = {
        "$schema": DRAFT,
        "type": "object",
        "properties": properties,
        "patternProperties": _FREE,
        "additionalProperties": False,
        "definitions": _reachable(properties, {name: _open(node, written) for name, node in written.items()}),
    }
    Validator(schema, "values.schema.json")
    return schema


def text(schema: Mapping[str, Any]) -> bytes:
    """The schema as values.schema.json."""
    return (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode()


def resolve(schema: Mapping[str, Any], node: Node) -> Node:
    """The node with the definition that it refers to merged in; what it says itself wins."""
    name = definition(node)
    return {**resolve(schema, schema["definitions"][name]), **node} if name else node


def definition(node: Node) -> str:
    """The name of the definition that a node refers to, or nothing."""
    references = (part["$ref"] for part in (node, *node.get("allOf", ())) if "$ref" in part)
    return str(next(references, "")).removeprefix(_PREFIX)


def _open(node: Node, definitions: Mapping[str, Node]) -> Node:
    """A node that need not be there: null stands for its absence, as Helm's merging leaves it."""
    closed = _close(node, definitions)
    if "type" in closed:
        closed["type"] = [*_types(closed), "null"]
    if "enum" in closed:
        closed["enum"] = [*closed["enum"], None]
    return closed


def _close(node: Node, definitions: Mapping[str, Node]) -> Node:
    """A copy of the node in which every object refuses unknown keys, and what is optional may be null."""
    out = dict(node)
    if "properties" in node:
        required = node.get("required", ())
        out["properties"] = {
            name: _required(child, definitions) if name in required else _open(child, definitions)
            for name, child in node["properties"].items()
        }
        if "object" in _types(node) and "additionalProperties" not in node:
            out["patternProperties"] = {**node.get("patternProperties", {}), **_FREE}
            out["additionalProperties"] = False
    if isinstance(node.get("additionalProperties"), dict):
        out["additionalProperties"] = _open(node["additionalProperties"], definitions)
    if isinstance(node.get("items"), dict):
        out["items"] = _required(node["items"], definitions)
    return out


def _required(node: Node, definitions: Mapping[str, Node]) -> Node:
    """A node that must be there: definitions let null through, which is taken back here."""
    if "$ref" not in node:
        return _close(node, definitions)
    rest = {keyword: value for keyword, value in node.items() if keyword != "$ref"}
    types = _types(definitions[node["$ref"].removeprefix(_PREFIX)])
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
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix(_PREFIX)
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)
