"""Bringing what may be written in several forms into the one that layers merge: a map by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from chartgen.errors import Where
from chartgen.fields import Fault, Fields, describe
from chartgen.yamlio import List, Map, Node, Path, Scalar


def put(layer: Map, name: str, node: Node, *, instead_of: str | None = None) -> Map:
    """The layer with the field set to the node; another field, whose form this replaces, goes."""
    old = instead_of or name
    where = layer.keys[old]
    entries = {
        (name if key == old else key): entry for key, entry in layer.entries.items() if key != name or old == name
    }
    keys = {key: place for key, place in layer.keys.items() if key != old}
    return replace(layer, entries=entries | {name: node}, keys=keys | {name: where})


def drop(layer: Map, name: str) -> Map:
    """The layer without the field."""
    return replace(layer, entries={key: entry for key, entry in layer.entries.items() if key != name})


def is_open(node: Node) -> bool:
    """Whether the node may still become something else: null, which removes, or a text that may be a reference."""
    return isinstance(node, Scalar) and (node.value is None or (isinstance(node.value, str) and "{" in node.value))


def named(node: Node, path: Path, faults: list[Fault]) -> Node:
    """A list of maps that carry their `name` → a map by name; a map stays as it is."""
    if not isinstance(node, List):
        return _not_a_list(node, path, "a list of `{name: …}`, or a map by name", faults)
    found = _Named(path, faults)
    for index, item in enumerate(node.items):
        name = item.get("name") if isinstance(item, Map) else None
        if not isinstance(item, Map) or not isinstance(name, Scalar) or name.value is None:
            faults.append(Fault((*path, index), "has no `name`", "a map with `name`"))
        else:
            rest = {field: entry for field, entry in item.entries.items() if field != "name"}
            found.add(index, name.text, replace(item, entries=rest), item.where)
    return Map(found.entries, found.keys, node.where)


def listed(node: Node, path: Path, faults: list[Fault]) -> Node:
    """A list of names, or of one-key maps `{name: settings}` → a map by name."""
    if not isinstance(node, List):
        return _not_a_list(node, path, "a list of names, or a map by name", faults)
    found = _Named(path, faults)
    for index, item in enumerate(node.items):
        if isinstance(item, Scalar) and item.value is not None:
            found.add(index, item.text, Map({}, {}, item.where), item.where)
        elif isinstance(item, Map) and len(item.entries) == 1:
            [(name, entry)] = item.entries.items()
            found.add(index, name, entry, item.keys[name])
        else:
            expected = "a name, or a map of one name to its settings"
            faults.append(Fault((*path, index), f"is {_counted(item)}", expected))
    return Map(found.entries, found.keys, node.where)


def variables(node: Node, path: Path, faults: list[Fault]) -> Node:
    """A list of `{name, value}` → a map of values by name."""
    if not isinstance(node, List):
        return _not_a_list(node, path, "a map, or a list of `{name: …, value: …}`", faults)
    found = _Named(path, faults)
    for index, item in enumerate(node.items):
        name, value = (item.get("name"), item.get("value")) if isinstance(item, Map) else (None, None)
        if (
            not isinstance(item, Map) or not isinstance(name, Scalar) or value is None or len(item.entries) != 2
        ):  # the two
            faults.append(Fault((*path, index), "is not a variable", "`{name: …, value: …}`"))
        else:
            found.add(index, name.text, value, item.where)
    return Map(found.entries, found.keys, node.where)


def short(node: Node, key: str, path: Path, faults: list[Fault]) -> Node:
    """A map by name in which a name may stand for one setting: `name: text` → `name: {key: text}`."""
    if not isinstance(node, Map):
        return node
    entries: dict[str, Node] = {}
    for name, entry in node.entries.items():
        if isinstance(entry, List):
            faults.append(Fault((*path, name), "is a list", f"its {key}, or `{{{key}: …}}`"))
        elif isinstance(entry, Scalar) and entry.value is not None:
            entries[name] = Map({key: entry}, {key: entry.where}, entry.where)
        else:
            entries[name] = entry
    return replace(node, entries=entries)


class _Named:
    """Entries by name, as they are found in a list; a name that stands twice is a fault."""

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        self.entries: dict[str, Node] = {}
        self.keys: dict[str, Where] = {}
        self._path, self._faults = path, faults

    def add(self, index: int, name: str, entry: Node, where: Where) -> None:
        if name in self.entries:
            message = f"the name `{name}` stands in the list twice"
            self._faults.append(Fault((*self._path, index), message, "each name once", "remove one of the two"))
        else:
            self.entries[name], self.keys[name] = entry, where


def _not_a_list(node: Node, path: Path, expected: str, faults: list[Fault]) -> Node:
    if isinstance(node, Map) or is_open(node):
        return node
    faults.append(Fault(path, f"is {describe(node)}", expected))
    return Map({}, {}, node.where)


def _counted(item: Node) -> str:
    return f"a map of {len(item.entries)}" if isinstance(item, Map) else describe(item)


def each_once(path: Path, field: str, places: dict[str, str | None]) -> Iterator[Fault]:
    """A fault for each name whose place is another's already."""
    taken: dict[str, str] = {}
    for name, place in places.items():
        if place is not None and taken.setdefault(place, name) != name:
            yield Fault((*path, name, field), f"is {place}, as that of `{taken[place]}` is", "each once")


def schema_of_named(fields: type[Fields], required: Sequence[str] = ("name",)) -> dict[str, Any]:
    """The JSON Schema of a list whose items carry their name, as `named` takes it."""
    schema = fields.model_json_schema()
    properties = {"name": {**_WRITTEN, "description": "Its name."}} | schema["properties"]
    item = {**schema, "properties": properties, "required": [*required]}
    definitions = item.pop("$defs", {})
    return {"type": "array", "items": item, **({"$defs": definitions} if definitions else {})}


def schema_of_listed(entry: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a list of names or of one-key maps, as `listed` takes it."""
    one = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": entry}
    return {"type": "array", "items": {"anyOf": [{"type": "string"}, one]}}


_WRITTEN = {"type": ["string", "number", "boolean"]}

VARIABLES = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "value"],
        "properties": {"name": _WRITTEN, "value": {"type": [*_WRITTEN["type"], "null"]}},
    },
}
"""The JSON Schema of a list of `{name, value}`, as `variables` takes it."""

VARIABLES_EITHER_WAY = {
    "anyOf": [{"type": "object", "additionalProperties": {"type": [*_WRITTEN["type"], "null"]}}, VARIABLES]
}
"""The JSON Schema of variables as a map or as a list."""

WORDS = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "object", "null"]}}
"""The JSON Schema of a map in which a name may stand for one setting, as `short` takes it."""
