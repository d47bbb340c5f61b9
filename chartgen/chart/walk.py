"""Every property that a bundled schema knows, at every depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chartgen.chart import schema as schemas
from chartgen.chart.fragments import Node

ANY = "<name>"
"""Stands in a path for the key of a map's entry."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property.

    Attributes:
        path: the keys that lead there, ANY for an entry of a map.
        node: its schema, with what it refers to merged in.
        required: whether the map that holds it must have it.
        definition: the definition that says its keys, or nothing.
    """

    path: tuple[str, ...]
    node: Node
    required: bool
    definition: str = ""

    @property
    def dotted(self) -> str:
        """The path as people write it: `ports.<name>.containerPort`."""
        return ".".join(self.path)


def properties(schema: Mapping[str, Any], name: str) -> Iterator[Property]:
    """A property of the top level, and all below it but what is like another of the top level, in their order."""
    yield from _below(schema, (name,), schema["properties"][name], required=False)


def _below(schema: Mapping[str, Any], path: tuple[str, ...], written: Node, *, required: bool) -> Iterator[Property]:
    node = schemas.resolve(schema, written)
    yield Property(path, node, required, schemas.definition(written))
    if schemas.value(written):
        return
    own = {name: child for name, child in node.get("properties", {}).items() if not schemas.is_taken(child)}
    for name, child in own.items():
        yield from _below(schema, (*path, name), child, required=name in node.get("required", ()))
    entry = node.get("additionalProperties")
    if isinstance(entry, dict):
        yield from _below(schema, (*path, ANY), entry, required=False)
