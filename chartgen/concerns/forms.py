"""Bringing what may be written in several forms into the one that layers merge: a map by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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


def named(node: Node, path: Path, faults: list[Fault], key: str = "name") -> Node:
    """A list of maps that carry their `name` (or another key) → a map by name; a map stays as it is."""
    if not isinstance(node, List):
        return _not_a_list(node, path, f"a list of `{{{key}: …}}`, or a map by {key}", faults)
    found = _Named(path, faults, key)
    for index, item in enumerate(node.items):
        name = item.get(key) if isinstance(item, Map) else None
        if not isinstance(item, Map) or not isinstance(name, Scalar) or name.value is None:
            faults.append(Fault((*path, index), f"has no `{key}`", f"a map with `{key}`"))
        else:
            rest = {field: entry for field, entry in item.entries.items() if field != key}
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
    """A list of `{name, value}`, or of names and where their values are → a map of values, or of places, by name."""
    if not isinstance(node, List):
        return _not_a_list(node, path, "a map, or a list of `{name: …, value: …}`", faults)
    found = _Named(path, faults)
    for index, item in enumerate(node.items):
        name = item.get("name") if isinstance(item, Map) else None
        if not isinstance(item, Map) or not isinstance(name, Scalar) or len(item.entries) == 1:
            faults.append(Fault((*path, index), "is not a variable", "`{name: …, value: …}`"))
            continue
        rest = {key: entry for key, entry in item.entries.items() if key != "name"}
        value = rest["value"] if set(rest) == {"value"} else replace(item, entries=rest)
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


def word(layer: Map, name: str, key: str) -> Map:
    """The layer in which one setting of a field may stand for the field: `name: text` → `name: {key: text}`."""
    node = layer.get(name)
    if not isinstance(node, Scalar) or is_open(node):
        return layer
    return put(layer, name, Map({key: node}, {key: node.where}, node.where))


def alternative(entry: Node, sources: Mapping[str, tuple[str, ...]]) -> Node:
    """An entry that names one of several sources, with nulls for all that is said of the others.

    So it takes the place of another source, which a weaker layer names. `sources` tells what goes with each.
    """
    named = [source for source in sources if isinstance(entry, Map) and not _is_null(entry.get(source))]
    if not isinstance(entry, Map) or not named:
        return entry
    goes = {*named, *(key for source in named for key in sources[source])}
    rest = {key for source, keys in sources.items() for key in (source, *keys)} - goes - set(entry.entries)
    null = Scalar(None, "", entry.where)
    gone = sorted(rest)
    return replace(
        entry, entries=entry.entries | dict.fromkeys(gone, null), keys=entry.keys | dict.fromkeys(gone, entry.where)
    )


def alternatives(node: Node, sources: Mapping[str, tuple[str, ...]]) -> Node:
    """A map by name, each entry as `alternative` makes it."""
    if not isinstance(node, Map):
        return node
    return replace(node, entries={name: alternative(entry, sources) for name, entry in node.entries.items()})


def _is_null(node: Node | None) -> bool:
    return node is None or (isinstance(node, Scalar) and node.value is None)


def one_source(
    path: Path, fields: Fields, sources: Mapping[str, tuple[str, ...]], *, needed: bool = True
) -> Iterator[Fault]:
    """Faults of an entry that names no source, several, or says something that goes with another."""
    named = [source for source in sources if getattr(fields, source) is not None]
    one_of = f"one of {', '.join(f'`{source}`' for source in sources)}"
    if not named and needed:
        yield Fault(path, "is empty", one_of, absent=True)
    for source in named[1:]:
        yield Fault((*path, source), f"stands beside `{named[0]}`", one_of, "remove one of the two")
    goes = {key for source in named for key in sources[source]}
    for key in dict.fromkeys(key for keys in sources.values() for key in keys):
        if named and key not in goes and getattr(fields, key) is not None:
            owners = [f"`{source}`" for source, keys in sources.items() if key in keys]
            yield Fault((*path, key), f"goes with {' and '.join(owners)}", hint="remove it")


class _Named:
    """Entries by name, as they are found in a list; a name that stands twice is a fault."""

    def __init__(self, path: Path, faults: list[Fault], key: str = "name") -> None:
        self.entries: dict[str, Node] = {}
        self.keys: dict[str, Where] = {}
        self._path, self._faults, self._key = path, faults, key

    def add(self, index: int, name: str, entry: Node, where: Where) -> None:
        if name in self.entries:
            message = f"the {self._key} `{name}` stands in the list twice"
            self._faults.append(Fault((*self._path, index), message, f"each {self._key} once", "remove one of the two"))
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


def schema_of_named(fields: type[Fields], required: Sequence[str] | None = None, key: str = "name") -> dict[str, Any]:
    """The JSON Schema of a list whose items carry their name (or another key), as `named` takes it."""
    schema = fields.model_json_schema()
    properties = {key: {**_WRITTEN, "description": f"Its {key}."}} | schema["properties"]
    item = {**schema, "properties": properties, "required": [*((key,) if required is None else required)]}
    definitions = item.pop("$defs", {})
    return {"type": "array", "items": item, **({"$defs": definitions} if definitions else {})}


def schema_of_listed(entry: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a list of names or of one-key maps, as `listed` takes it."""
    one = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": entry}
    return {"type": "array", "items": {"anyOf": [{"type": "string"}, one]}}


_WRITTEN = {"type": ["string", "number", "boolean"]}

WORDS = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "object", "null"]}}
"""The JSON Schema of a map in which a name may stand for one setting, as `short` takes it."""
