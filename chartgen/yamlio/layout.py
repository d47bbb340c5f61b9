"""A YAML text as a tree of where each part begins and ends, for edits that leave the rest as it is, byte by byte."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from chartgen.yamlio import scalars
from chartgen.yamlio.nodes import Path


@dataclass(slots=True)
class Part:
    """A value: `text[start:end]`, its anchor and tag included.

    `kind` is `map`, `list`, `scalar` or `alias`; `style` the sign a scalar opens with (`|`, `"`), empty when plain, and
    `{` for a map or a list in braces. `column` counts from 0. A literal's end leaves out the blank lines that it drops.
    """

    kind: str
    style: str
    start: int
    end: int
    column: int
    entries: list[Entry] = field(default_factory=list)

    def find(self, key: str | int) -> Entry | None:
        """The entry of that key, or the item of that index."""
        return next((entry for entry in self.entries if entry.key == key), None)

    @property
    def block(self) -> bool:
        """Whether it is a map or a list of lines of its own."""
        return self.kind in ("map", "list") and not self.style

    @property
    def literal(self) -> bool:
        """Whether it is a string of lines of its own."""
        return self.style in ("|", ">")


@dataclass(slots=True)
class Entry:
    """An entry of a map: `text[start:end]` is its key (and the `?` of a long one); of a list: where an item starts."""

    key: str | int
    start: int
    end: int
    column: int
    value: Part


def layout(text: str) -> Part | None:
    """The parts of the one document in the text, which is known to be valid; None when it is empty."""
    events = yaml.parse(text, Loader=yaml.CSafeLoader)
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            return _part(next(events), events, text)
    return None


def entries(part: Part | None, path: Path = ()) -> Iterator[tuple[Path, Entry]]:
    """Every entry below, with its path, in the order of the text."""
    for entry in part.entries if part else ():
        yield (*path, entry.key), entry
        yield from entries(entry.value, (*path, entry.key))


def _part(event: Any, events: Iterator[Any], text: str) -> Part:
    start, end = event.start_mark.index, event.end_mark.index
    column = event.start_mark.column
    if isinstance(event, yaml.AliasEvent):
        return Part("alias", "", start, end, column)
    if isinstance(event, yaml.ScalarEvent):
        return Part("scalar", event.style or "", start, _content_end(event, start, end, text), column)
    kind = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
    part = Part(kind, "{" if event.flow_style else "", start, end, column)
    last: Any = next(events)
    while not isinstance(last, yaml.CollectionEndEvent):
        part.entries.append(_entry(part, last, events, text))
        last = next(events)
    closing: Any = last.end_mark
    part.end = closing.index if part.style else part.entries[-1].value.end
    if kind == "map" and not part.style:
        part.column = part.entries[0].column
    return part


def _entry(part: Part, event: Any, events: Iterator[Any], text: str) -> Entry:
    if part.kind == "list":
        value = _part(event, events, text)
        return Entry(len(part.entries), value.start, value.start, value.column, value)
    key = _part(event, events, text)
    before = text[line_start(text, key.start) : key.start].rstrip(" ")
    back = key.column - len(before) + 1 if before.endswith("?") and not part.style else 0
    return Entry(_name(event), key.start - back, key.end, key.column - back, _part(next(events), events, text))


def _name(event: Any) -> str:
    """The key as reading makes it."""
    if not isinstance(event, yaml.ScalarEvent):
        return ""
    return (scalars.key(event.value) or "") if event.implicit[0] else str(event.value)


def _content_end(event: Any, start: int, end: int, text: str) -> int:
    if event.style not in ("|", ">") or "+" in text[start:end].splitlines()[0]:
        return int(end)
    return start + len(text[start:end].rstrip(" \t\r\n"))


def line_start(text: str, index: int) -> int:
    """Where the line begins that the index stands in."""
    return text.rfind("\n", 0, index) + 1


def line_end(text: str, index: int) -> int:
    """Where the line that the index stands in ends, newline included; right after a newline, that one is meant."""
    if index and text[index - 1] == "\n":
        return index
    return text.find("\n", index) + 1 or len(text)


def lined(lines: list[str], column: int = 0) -> str:
    """The lines as text, moved to that column."""
    return "".join(f"{' ' * column}{line}\n" if line else "\n" for line in lines)
