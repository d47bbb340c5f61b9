"""Editing what a person wrote: only the entries named change; every other byte, comments and style included, stays."""

from __future__ import annotations

import copy
import difflib
import enum
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from chartgen.errors import InputError, Where, dotted
from chartgen.yamlio.comments import Comment, annotate
from chartgen.yamlio.fragments import Style, entry_lines, flow, item_lines, key_text, written
from chartgen.yamlio.layout import Entry, Part, layout, line_end, line_start, lined
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
    wanted = _changed(data or {}, changes) or (None if data is None else {})
    windows = "\r\n" in text and text.count("\r\n") == text.count("\n")
    before = text.replace("\r\n", "\n") if windows else text
    edited = _apply(before, changes)
    if not _holds(edited, wanted):  # one change was in the way of another
        edited = functools.reduce(lambda text, change: _apply(text, dict([change])), changes.items(), before)
    for path, comment in (comments or {}).items():
        edited = annotate(edited, path, comment)
    if not _holds(edited, wanted):
        names = ", ".join(dotted(path) for path in changes)
        hint = "an anchor, a merge, or a last line without an end is in the way: edit by hand"
        raise InputError(f"cannot be edited in place: {names}", Where(file), hint)
    return edited.replace("\n", "\r\n") if windows else edited


def same(one: Any, other: Any) -> bool:
    """Whether both are the same to Helm: 1 is 1.0, and neither is true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


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


def _holds(text: str, wanted: dict[str, Any] | None) -> bool:
    try:
        return same(loads(text), wanted)
    except InputError:
        return False


@dataclass(frozen=True, slots=True)
class _Splice:
    """`text` in place of what stands from `start` to `end`; of two at one place the one further in goes first."""

    start: int
    end: int
    text: str
    column: int = 0


def _apply(text: str, changes: Mapping[Path, Any]) -> str:
    """All changes at once. Where they get in each other's way, what comes out is not what was asked for."""
    if changes and text and not text.endswith("\n"):
        text += "\n"
    root, data = layout(text), loads(text)
    style = Style.of(root)
    new: dict[Path, dict[str, Any]] = {}
    splices = []
    for path, value in changes.items():
        chain, here = _found(root, data, path)
        if len(chain) < len(path):
            if value is not REMOVE:
                _put(new.setdefault(path[: len(chain)], {}), path[len(chain) :], value)
        elif value is REMOVE:
            splices.append(_remove(text, chain, style))
        elif not same(here, value):
            splices.append(_replace(text, *chain[-1], value, style, here))
    for path, entries in new.items():
        splices.append(_add(text, root, *_found(root, data, path), entries, style))
    edited, done = "", 0
    for splice in sorted(splices, key=lambda splice: (splice.start, -splice.column)):
        edited, done = edited + text[done : splice.start] + splice.text, max(done, splice.end)
    return edited + text[done:]


def _found(part: Part | None, data: Any, path: Path) -> tuple[list[tuple[Part, Entry]], Any]:
    """The entries on the way along the path, each with the map or list it stands in; and what the last one holds."""
    chain: list[tuple[Part, Entry]] = []
    for key in path:
        entry = part.find(key) if part else None
        if part is None or entry is None:
            break
        chain.append((part, entry))
        part, data = entry.value, data[key]
    return chain, data


def _add(
    text: str, root: Part | None, chain: list[tuple[Part, Entry]], data: Any, entries: dict[str, Any], style: Style
) -> _Splice:
    """Further entries where the chain ends: in a map, or instead of what is none."""
    part = chain[-1][1].value if chain else root
    if part and part.kind == "map" and part.entries:
        return _insert(text, part, entries, style)
    if chain:
        shared = data if part and part.kind == "alias" and isinstance(data, dict) else {}
        return _replace(text, *chain[-1], _changed(shared, {(key,): entries[key] for key in entries}), style)
    lines = [line for key, value in entries.items() for line in entry_lines(key, value, style)]
    if part is None:
        return _Splice(len(text), len(text), lined(lines))
    return _Splice(part.start, part.end + text.startswith("\n", part.end), lined(lines))


def _insert(text: str, part: Part, entries: dict[str, Any], style: Style) -> _Splice:
    """After the last entry and the comments that follow it at the same depth."""
    end = part.entries[-1].value.end
    if part.style:
        return _Splice(end, end, "".join(f", {key_text(key)}: {flow(value)}" for key, value in entries.items()))
    end = line_end(text, end)
    margin = " " * part.column
    while text.startswith(f"{margin}#", end):
        end = line_end(text, end + 1)
    lines = [line for key, value in entries.items() for line in entry_lines(key, value, style)]
    return _Splice(end, end, lined(lines, part.column), part.column)


def _replace(text: str, part: Part, entry: Entry, value: Any, style: Style, data: Any = None) -> _Splice:
    """Another value; `data` is what a list holds now."""
    old = entry.value
    if part.style:
        gap = "" if text[old.start - 1].isspace() else " "
        return _Splice(old.start, old.end, gap + flow(value))
    end = line_end(text, old.end)
    if text[entry.start] == "?":
        lines = entry_lines(str(entry.key), value, style)
        return _Splice(line_start(text, entry.start), end, lined(lines, entry.column))
    if old.block and old.kind == "list" and isinstance(value, list) and value and data:
        return _replace_items(text, old, data, value, style)
    colon = text.index(":", entry.end) + 1
    head, below = written(value, style)
    gap = text[colon : old.start] if not old.block and text[colon : old.start].strip(" ") == "" else ""
    beside, inside = text[old.end : end], ""
    if old.block:
        key_end = line_end(text, colon)
        beside, inside = text[colon:key_end], text[key_end : line_start(text, old.entries[0].start)]
    start = (gap or " ") + head if head else ""
    newline = "" if beside.endswith("\n") else "\n"
    return _Splice(colon, end, f"{start}{beside}{newline}{lined(below, entry.column)}{inside}")


def _replace_items(text: str, old: Part, data: list[Any], value: list[Any], style: Style) -> _Splice:
    """Item by item, so that what stays keeps its lines, and what takes the place of another its comments."""
    ends = [line_end(text, entry.value.end) for entry in old.entries]
    starts = [line_start(text, old.entries[0].start), *ends[:-1]]
    has, gets = ([json.dumps(item, sort_keys=True) for item in items] for items in (data, value))
    edited = ""
    for kind, first, last, begin, stop in difflib.SequenceMatcher(None, has, gets, autojunk=False).get_opcodes():
        if kind == "equal":
            edited += text[starts[first] : ends[last - 1]]
            continue
        if kind == "replace":
            edited += "".join(text[starts[n] : line_start(text, old.entries[n].start)] for n in range(first, last))
        edited += lined([line for item in value[begin:stop] for line in item_lines(item, style)], old.column)
    return _Splice(starts[0], ends[-1], edited)


def _remove(text: str, chain: list[tuple[Part, Entry]], style: Style) -> _Splice:
    part, entry = chain[-1]
    if len(part.entries) == 1:
        if len(chain) > 1 and chain[-2][0].kind == "map":
            return _replace(text, *chain[-2], {}, style)
        return _Splice(part.start, part.end, "{}")
    index = part.entries.index(entry)
    following = part.entries[index + 1 : index + 2]
    start = line_start(text, entry.start)
    if part.style and not following:
        return _Splice(part.entries[index - 1].value.end, entry.value.end, "")
    if part.style or text[start : entry.start].strip():  # in braces, or after a list's dash
        return _Splice(entry.start, following[0].start, "")
    return _Splice(start, line_end(text, entry.value.end), "")
