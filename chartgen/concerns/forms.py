"""Bringing what may be written in several forms into the one that layers merge: a map by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from chartgen.fields import Fault, Fields
from chartgen.yamlio import List, Map, Node, Scalar


def put(layer: Map, name: str, node: Node, *, instead_of: str | None = None) -> Map:
    """The layer with the field set to the node; another field, whose form this replaces, goes."""
    old = instead_of or name
    entries = {key: entry for key, entry in layer.entries.items() if key != old} | {name: node}
    keys = {key: where for key, where in layer.keys.items() if key != old} | {name: layer.keys[old]}
    return replace(layer, entries=entries, keys=keys)


def named(node: Node, path: tuple[str | int, ...], faults: list[Fault], *, key: str = "name") -> Node:
    """A list of maps that carry their name → a map by name; a map (or anything else) stays as it is."""
    if not isinstance(node, List):
        return node
    entries: dict[str, Node] = {}
    keys = {}
    for index, item in enumerate(node.items):
        name = item.get(key) if isinstance(item, Map) else None
        if not isinstance(item, Map) or not isinstance(name, Scalar):
            faults.append(Fault((*path, index), f"has no `{key}`", f"a map with `{key}`"))
        elif name.text in entries:
            faults.append(Fault((*path, index), f"the name `{name.text}` stands twice", "each name once"))
        else:
            rest = {field: entry for field, entry in item.entries.items() if field != key}
            entries[name.text], keys[name.text] = replace(item, entries=rest), item.where
    return Map(entries, keys, node.where)


def listed(node: Node, path: tuple[str | int, ...], faults: list[Fault]) -> Node:
    """A list of names, or of one-key maps `{name: settings}` → a map by name."""
    if not isinstance(node, List):
        return node
    entries: dict[str, Node] = {}
    keys = {}
    for index, item in enumerate(node.items):
        if isinstance(item, Scalar) and item.value is not None:
            name, entry = item.text, Map({}, {}, item.where)
        elif isinstance(item, Map) and len(item.entries) == 1:
            name, entry = next(iter(item.entries.items()))  # type: ignore[assignment]  # any node may follow the name
        else:
            faults.append(Fault((*path, index), "is neither a name nor one `name: …`", "a name, or one `name: …`"))
            continue
        if name in entries:
            faults.append(Fault((*path, index), f"`{name}` stands twice", "each name once"))
            continue
        entries[name], keys[name] = entry, item.where
    return Map(entries, keys, node.where)


def variables(node: Node, path: tuple[str | int, ...], faults: list[Fault]) -> Node:
    """A list of `{name, value}` → a map of values by name."""
    if not isinstance(node, List):
        return node
    by_name = named(node, path, faults)
    if not isinstance(by_name, Map):
        return by_name
    entries: dict[str, Node] = {}
    for name, item in by_name.entries.items():
        value = item.get("value") if isinstance(item, Map) else None
        if value is None or len(item.entries) != 1:  # type: ignore[union-attr]  # `named` makes maps
            faults.append(Fault((*path, len(entries)), "is not a variable", "`{name: …, value: …}`"))
        else:
            entries[name] = value
    return replace(by_name, entries=entries)


def bad_names(path: tuple[str | int, ...], names: Mapping[str, Any]) -> Iterable[Fault]:
    """Names that are none of an environment variable. Source: Kubernetes, EnvVar (IsEnvVarName)."""
    for name in names:
        bare = name.replace("_", "").replace(".", "").replace("-", "")
        if not name or not (bare.isalnum() or not bare) or not name.isascii() or name[0].isdigit():
            yield Fault((*path, name), "is no name of a variable", "letters, digits and `_`, no digit first")


def schema_of_named(fields: type[Fields], *, key: str = "name") -> dict[str, Any]:
    """The JSON Schema of a list whose items carry their name, as `named` takes it."""
    schema = fields.model_json_schema()
    properties = {key: {"type": ["string", "number", "boolean"], "description": "Its name."}} | schema["properties"]
    item = {**schema, "properties": properties, "required": [key]}
    definitions = item.pop("$defs", {})
    return {"type": "array", "items": item, **({"$defs": definitions} if definitions else {})}


def schema_of_listed(entry: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a list of names or of one-key maps, as `listed` takes it."""
    one = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": entry}
    return {"type": "array", "items": {"anyOf": [{"type": "string"}, one]}}


VARIABLES = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "value"],
        "properties": {"name": {"type": "string"}, "value": {"type": ["string", "number", "boolean"]}},
    },
}
"""The JSON Schema of a list of `{name, value}`, as `variables` takes it."""
