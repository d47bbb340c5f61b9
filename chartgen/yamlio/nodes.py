"""A YAML document as a tree that remembers where each part was written, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chartgen.errors import Where

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, number, boolean or null: `value` as Helm reads it, `text` as written (without its quotes)."""

    value: str | int | float | bool | None
    text: str
    where: Where


@dataclass(frozen=True, slots=True)
class List:
    """A list, item by item."""

    items: tuple[Node, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class Map:
    """A map; `keys` tells where each key was written, `entries` holds what it says."""

    entries: dict[str, Node]
    keys: dict[str, Where]
    where: Where

    def get(self, key: str) -> Node | None:
        """The entry of that name, or None."""
        return self.entries.get(key)


Node = Scalar | List | Map


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its file's name, its tree, the same as plain data, and where each path was written.

    A key's place is that of the key; a list item's place is that of the item.
    """

    file: str
    root: Node
    data: Any = None
    origins: dict[Path, Where] = field(default_factory=dict)


def plain(node: Node) -> Any:
    """The node as maps, lists and scalars, as Helm reads them."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, List):
        return [plain(item) for item in node.items]
    return {key: plain(entry) for key, entry in node.entries.items()}


def origins(node: Node) -> dict[Path, Where]:
    """Where each path below the node was written."""
    found: dict[Path, Where] = {(): node.where}
    _collect(node, (), found)
    return found


def _collect(node: Node, path: Path, found: dict[Path, Where]) -> None:
    if isinstance(node, Map):
        for key, entry in node.entries.items():
            found[(*path, key)] = node.keys[key]
            _collect(entry, (*path, key), found)
    elif isinstance(node, List):
        for index, item in enumerate(node.items):
            found[(*path, index)] = item.where
            _collect(item, (*path, index), found)
