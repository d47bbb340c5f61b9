"""Editing what a person wrote: only the entries named change; every other byte, comments and style included, stays."""

from __future__ import annotations

import copy
import difflib
import enum
import json
from collections.abc import Mapping
from typing import Any, Final

from chartgen.errors import InputError, Where, dotted
from chartgen.yamlio.comments import Comment, annotate
from chartgen.yamlio.fragments import Style, entry_lines, flow, item_lines, key_text, written
from chartgen.yamlio.layout import Entry, Part, joined, layout, line_end, line_start
from chartgen.yamlio.nodes import Path
from chartgen.yamlio.read import loads


class _Remove(enum.Enum):
    REMOVE = "remove"


REMOVE: Final = _Remove.REMOVE
"""As a change's value: the entry goes."""


def edit(text: str, changes: Mapping[Path, Any], comments: Mapping[Path, Comment] | None = None, file: str = "") -> str:
    """The text with some entries set or removed.

    A list or a map that a change replaces takes the comments inside it along; items that stay in a list keep theirs.
    The result is read again before it is returned: it holds exactly what was asked for, or there is none.

    Arguments:
        text: one YAML document whose root is a map, or nothing.
        changes: path -> the value it gets, or REMOVE. Maps on the way are made as needed. A path may lead through a
            list's item (by index), but not end at one: lists are replaced whole.
        comments: path -> what a person wrote about it, to be added above or beside; `()` is the end of the text.
        file: its name, for messages.

    Raises:
        InputError: the text is not valid, or an anchor or a merge keeps the change from being made in place.
    """
    data = loads(text, file)
    if not isinstance(data, dict | None):
        raise InputError("is not a map", Where(file, 1, 1))
    wanted = _changed(data or {}, changes)
    windows = "\r\n" in text and text.count("\r\n") == text.count("\n")
    edited = text.replace("\r\n", "\n") if windows else text
    style = Style.of(layout(edited))
    for path, value in changes.items():
        edited = _apply(edited, path, value, style)
    for path, comment in (comments or {}).items():
        edited = annotate(edited, path, comment)
    if not _holds(edited, wanted):
        names = ", ".join(dotted(path) for path in changes)
        raise InputError(
            f"cannot be edited in place: {names}", Where(file), "anchors or merges are in the way: edit by hand"
        )
    return edited.replace("\n", "\r\n") if windows else edited


def _changed(data: dict[str, Any], changes: Mapping[Path, Any]) -> dict[str, Any]:
    changed = copy.deepcopy(data)
    for path, value in changes.items():
        _put(changed, path, value)
    return changed


def _put(values: Any, path: Path, value: Any) -> None:
    key, *rest = path
    if not rest:
        if isinstance(values, list):
            raise TypeError("lists are replaced whole")
        if value is REMOVE:
            values.pop(key, None)
        else:
            values[key] = copy.deepcopy(value)
        return
    below = values[int(key)] if isinstance(values, list) else values.get(key)
    if not isinstance(below, list if isinstance(rest[0], int) else dict):
        if value is REMOVE:
            return
        below = values[key] = {}
    _put(below, tuple(rest), value)


def _holds(text: str, wanted: dict[str, Any]) -> bool:
    try:
        data = loads(text)
    except InputError:
        return False
    return _same(data or {}, wanted)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _apply(text: str, path: Path, value: Any, style: Style) -> str:
    part, data = layout(text), loads(text)
    chain: list[tuple[Part, Entry]] = []
    for key in path:
        entry = part.find(key) if part else None
        if part is None or entry is None:
            break
        chain.append((part, entry))
        part, data = entry.value, data[key]
    rest = path[len(chain) :]
    if value is REMOVE:
        return text if rest else _remove(text, chain, style)
    if not rest:
        return text if _same(data, value) else _replace(text, *chain[-1], value, style, data)
    if part and part.kind == "map" and part.entries:
        return _insert(text, part, str(rest[0]), _nested(rest[1:], value), style)
    if chain:
        return _replace(text, *chain[-1], _nested(rest, value), style)
    lines = entry_lines(str(rest[0]), _nested(rest[1:], value), style)
    before, after = (text[: part.start], text[part.end :]) if part else (text, "")
    return joined(before, lines, 0) + after.removeprefix("\n")


def _nested(path: Path, value: Any) -> Any:
    for key in reversed(path):
        value = {key: value}
    return value


def _insert(text: str, part: Part, key: str, value: Any, style: Style) -> str:
    """A further entry, after the last and the comments that follow it at the same depth."""
    last = part.entries[-1].value.end
    if part.style:
        return f"{text[:last]}, {key_text(key)}: {flow(value)}{text[last:]}"
    end = line_end(text, last)
    margin = " " * part.column
    while text.startswith(f"{margin}#", end):
        end = line_end(text, end + 1)
    return joined(text[:end], entry_lines(key, value, style), part.column) + text[end:]


def _replace(text: str, part: Part, entry: Entry, value: Any, style: Style, data: Any = None) -> str:
    """Another value; `data` is what a list holds now."""
    old = entry.value
    if part.style:
        gap = "" if text[old.start - 1].isspace() else " "
        return f"{text[: old.start]}{gap}{flow(value)}{text[old.end :]}"
    if text[entry.start] == "?":
        before, after = text[: line_start(text, entry.start)], text[line_end(text, old.end) :]
        return joined(before, entry_lines(str(entry.key), value, style), entry.column) + after
    if old.block and old.kind == "list" and isinstance(value, list) and value and data:
        return _replace_items(text, old, data, value, style)
    colon = text.index(":", entry.end) + 1
    head, below = written(value, style)
    if old.block:
        key_end, body = line_end(text, colon), line_start(text, old.entries[0].start)
        beside, after = text[colon:key_end], text[key_end:body] + text[line_end(text, old.end) :]
        gap = " "
    else:
        end = line_end(text, old.end)
        beside, after = text[old.end : end], text[end:]
        gap = text[colon : old.start] if text[colon : old.start].strip(" ") == "" else " "
    return joined(f"{text[:colon]}{(gap or ' ') + head if head else ''}{beside}", below, entry.column) + after


def _replace_items(text: str, old: Part, data: list[Any], value: list[Any], style: Style) -> str:
    """Item by item, so that what stays keeps its lines, and what takes the place of another its comments."""
    ends = [line_end(text, entry.value.end) for entry in old.entries]
    starts = [line_start(text, old.entries[0].start), *ends[:-1]]
    has, gets = ([json.dumps(item, sort_keys=True) for item in items] for items in (data, value))
    edited = text[: starts[0]]
    for kind, first, last, begin, stop in difflib.SequenceMatcher(None, has, gets, autojunk=False).get_opcodes():
        if kind == "equal":
            edited = joined(edited + text[starts[first] : ends[last - 1]], [], 0)
            continue
        if kind == "replace":
            edited += "".join(text[starts[n] : line_start(text, old.entries[n].start)] for n in range(first, last))
        lines = [line for item in value[begin:stop] for line in item_lines(item, style)]
        edited = joined(edited, lines, old.column)
    return edited + text[ends[-1] :]


def _remove(text: str, chain: list[tuple[Part, Entry]], style: Style) -> str:
    part, entry = chain[-1]
    if len(part.entries) == 1:
        if len(chain) > 1 and chain[-2][0].kind == "map":
            return _replace(text, *chain[-2], {}, style)
        return f"{text[: part.start]}{{}}{text[part.end :]}"
    index = part.entries.index(entry)
    following = part.entries[index + 1 : index + 2]
    start = line_start(text, entry.start)
    if part.style and not following:
        return text[: part.entries[index - 1].value.end] + text[entry.value.end :]
    if part.style or text[start : entry.start].strip():  # in braces, or after a list's dash
        return text[: entry.start] + text[following[0].start :]
    return text[:start] + text[line_end(text, entry.value.end) :]
