"""Pieces of YAML text, written in the style of the file that they go into."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from chartgen.yamlio.layout import Part, entries
from chartgen.yamlio.write import dumps

# What JSON leaves as it is and YAML does not allow, or would take for a line's end.
_NOT_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Style:
    """How a file indents: the columns that a map inside a map stands further in, and a list inside a map."""

    maps: int
    lists: int

    @classmethod
    def of(cls, part: Part | None) -> Style:
        """The style of the first nested map and of the first nested list; the usual where there is none."""
        nested = [
            (entry, entry.value) for _, entry in entries(part) if isinstance(entry.key, str) and entry.value.block
        ]
        found = {value.kind: value.column - entry.column for entry, value in reversed(nested)}
        return cls(found.get("map", 2), found.get("list", 2))


def entry_lines(key: str, value: Any, style: Style) -> list[str]:
    """A map's entry as lines, the first at column 0."""
    head, below = written(value, style)
    return [f"{key_text(key)}: {head}" if head else f"{key_text(key)}:", *below]


def item_lines(value: Any, style: Style) -> list[str]:
    """A list's item as lines, its dash at column 0."""
    if isinstance(value, dict | list) and value:
        first, *others = _lines(value, style)
        return [f"- {first}", *_indented(others, 2)]
    head, below = written(value, style)
    return [f"- {head}", *below]


def written(value: Any, style: Style) -> tuple[str, list[str]]:
    """What stands on the line of an entry's key, and the lines below it, relative to the key's column."""
    if isinstance(value, dict) and value:
        return "", _indented(_lines(value, style), style.maps)
    if isinstance(value, list) and value:
        return "", _indented(_lines(value, style), style.lists)
    if isinstance(value, str) and "\n" in value:
        head, *below = dumps([value]).splitlines()
        return head.removeprefix("- "), below
    return flow(value), []


def flow(value: Any) -> str:
    """The value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key_text(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return _quoted(value) if isinstance(value, str) else json.dumps(value, allow_nan=False)


def key_text(key: str) -> str:
    """The key, in quotes unless Helm reads it as it stands."""
    return key if dumps({key: 0}) == f"{key}: 0\n" else _quoted(key)


def _lines(value: dict[str, Any] | list[Any], style: Style) -> list[str]:
    if isinstance(value, dict):
        return [line for key, entry in value.items() for line in entry_lines(key, entry, style)]
    return [line for item in value for line in item_lines(item, style)]


def _indented(lines: list[str], columns: int) -> list[str]:
    return [f"{' ' * columns}{line}" if line else "" for line in lines]


def _quoted(text: str) -> str:
    return _NOT_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
