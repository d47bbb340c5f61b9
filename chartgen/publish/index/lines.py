"""An `index.yaml` line by line: where each entry stands, found many times faster than by parsing all of it.

The lines are held to the form that helm and chartgen write: block style, a value on its key's line or indented below,
no anchors, no tags, no braces. What is not surely of that form is an `IrregularError`, and needs a parser.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from chartgen import yamlio
from chartgen.errors import ChartgenError

Span = tuple[int, int]

PLAIN_LINE = rb"(?:[^\s:]|:(?=\S)|\ +(?=[^\s#]))*+"
PLAIN = rb"(?:[^\s,\[\]{}&*!|>'\"%@`#?:-]|[-?:](?=\S))" + PLAIN_LINE
_ESCAPE = (
    rb"\\(?:[0abtnvfre\ \"/\\N_LP]|x[0-9A-Fa-f]{2}"
    rb"|u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|U000(?:1[0-9A-Fa-f]|0(?![dD][89a-fA-F])[0-9A-Fa-f])[0-9A-Fa-f]{3})"
)
DOUBLE = rb"\"(?:[^\"\\\n]|" + _ESCAPE + rb")*+\""
SINGLE = rb"'(?:[^'\n]|'')*+'"
_KEY = rb"[A-Za-z0-9_][A-Za-z0-9_./-]{0,250}|\"[^\"\\\n]{1,250}\"|'[^'\n]{1,250}'"
_SKIPPED = rb"(?:\n|\ *\#[^\n]*\n)*+"
_LINE = re.compile(
    _SKIPPED
    + rb"(\ *)((?:-\ )*)(?:(%b):(?:\ |(?=\n)))?" % _KEY
    + rb"(?:(%b|%b|%b|\[\]|\{\})|([|>](?:[-+]?[1-9]?|[1-9][-+]))|([\"'][^\n]*))?\n" % (PLAIN, DOUBLE, SINGLE)
)
"""Spaces, dashes, key; then a value that ends on its line, or the head of a block of text, or a quote left open."""

_MAX_DEPTH, _MAX_COLUMN = 50, 1000
_REST = re.compile(_SKIPPED)
_EMPTY = re.compile(rb"\n*+")
_FIRST = re.compile(rb"\n*+(\ +)[^\s]")
_STRANGE = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]|\xef\xbb\xbf|\xef\xbf[\xbe\xbf]")
"""What YAML refuses, takes for a line's end, or for a mark of the order of bytes."""

_SURE = re.compile(
    rb"[0-9]+\.[0-9]+\.[0-9][0-9A-Za-z.+-]*|(?!0b)(?=[0-9a-f]*[a-df])[0-9a-f]{9,}|[0-9]+-[0-9]+-[0-9]+T[0-9:.Z+-]+"
    rb"|[A-Za-z][!-~]{5,}"
)
"""Plain texts that are no number, no boolean and no null: versions, digests, times, longer words."""


class IrregularError(Exception):
    """Something may not be what it looks like; `line` tells where, counted from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class NotSureError(Exception):
    """The line at hand, or what stands at the position, is irregular."""

    def __init__(self, position: int = 0) -> None:
        super().__init__(position)
        self.position = position


@dataclass(slots=True)
class Line:
    """A key, a list's item, or both.

    Attributes:
        depth: how many maps and lists are open.
        item: how many are as the item begins that begins here; 0: none does.
        column: of the innermost of them.
        start, end: of all its lines.
        key: empty: it has none.
        value: as written; None: it stands below, or there is none; empty: it goes over several lines.
        place: where the value stands, or begins if it goes over several lines.
    """

    depth: int
    item: int
    column: int
    start: int
    end: int
    key: str
    value: bytes | None
    place: Span


def check_characters(text: bytes) -> None:
    """Whether the text is UTF-8 that ends with a line's end, and holds nothing that is strange to YAML.

    Raises:
        NotSureError: it is not.
    """
    strange = _STRANGE.search(text)
    if strange:
        raise NotSureError(strange.start())
    if not text.endswith(b"\n"):
        raise NotSureError(len(text))
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError as error:
            raise NotSureError(error.start) from None


@dataclass(slots=True)
class Open:
    """A map or a list (`keys` is None) that goes on: its column, and the keys that it has so far."""

    column: int
    keys: set[str] | None


@dataclass(slots=True)
class Walker:
    """Goes from line to line.

    Attributes:
        position: where the next line begins.
        stack: the maps and lists that are open.
        awaited: whether the last line was a key whose value may stand below.
    """

    text: bytes
    position: int = 0
    stack: list[Open] = field(default_factory=lambda: [Open(0, set())])
    awaited: bool = False

    def line(self) -> Line | None:
        """The next line, comments and empty ones left out, with those that continue its value; None at the end.

        Raises:
            NotSureError: the text is not surely of the form described above.
        """
        found = _LINE.match(self.text, self.position)
        if not found:
            if not _REST.fullmatch(self.text, self.position):
                raise NotSureError(self.position)
            return None
        spaces, dashes, name, value, head, opened = found.groups()
        end = found.end()
        key = _key(name) if name else ""
        item = _place(self.stack, len(spaces), len(dashes) // 2, key, awaited=self.awaited)
        column = self.stack[-1].column
        if head:
            value, end = b"", _block_end(self.text, end, column, head)
        elif opened:
            value, end = b"", _after(quoted(column + 1), self.text, found.start(6))
        elif value and value[0] not in b"\"'[{" and self.text.startswith(_spaces(column + 1), end):
            value, end = b"", _after(continued(column + 1), self.text, end)
        elif not value and not key:
            raise NotSureError
        self.position, self.awaited = end, value is None
        return Line(len(self.stack), item, column, found.start(1), end, key, value, found.span(found.lastindex or 0))

    def resume(self, position: int, depth: int, column: int, keys: Iterable[str]) -> None:
        """Goes on behind an item of a list at that depth: a map with these keys."""
        self.stack[depth - 1 :] = [Open(column - 2, None), Open(column, set(keys))]
        self.position, self.awaited = position, False


def _place(stack: list[Open], column: int, dashes: int, key: str, *, awaited: bool) -> int:
    """Closes and opens maps and lists as a line's beginning says; returns how many are open at its first dash."""
    if not (dashes or key) or len(stack) + dashes > _MAX_DEPTH or column > _MAX_COLUMN:
        raise NotSureError
    top = stack[-1]
    below = awaited and (column > top.column or (dashes > 0 and column == top.column))
    if not below:
        _close(stack, column, list_too=not dashes)
        if stack[-1].column != column or (stack[-1].keys is None) != (dashes > 0):
            raise NotSureError
    item = len(stack) + below if dashes else 0
    for number in range(dashes):
        if below or number:
            stack.append(Open(column, None))
        column += 2
    if key:
        _key_of(stack, column, key, opens=below or dashes > 0)
    return item


def _close(stack: list[Open], column: int, *, list_too: bool) -> None:
    """Closes what stands further in than the column, and a list at it where a key follows."""
    while stack[-1].column > column or (list_too and stack[-1].keys is None and stack[-1].column == column):
        stack.pop()


def _key_of(stack: list[Open], column: int, key: str, *, opens: bool) -> None:
    if opens:
        stack.append(Open(column, set()))
    keys = stack[-1].keys
    if keys is None or key in keys:
        raise NotSureError
    keys.add(key)


@functools.lru_cache(4096)
def _key(raw: bytes) -> str:
    """The key that Helm makes of it."""
    if raw[:1] in b"\"'":
        return string(raw)
    return raw.decode() if _SURE.fullmatch(raw) else _only(parsed(raw + b": 0"))


def _only(entries: dict[str, int]) -> str:
    return next(iter(entries))


def string(raw: bytes) -> str:
    """What a scalar says in a field of texts."""
    if raw[:1] == b'"' and b"\\" not in raw:
        return raw[1:-1].decode()
    if _SURE.fullmatch(raw):
        return raw.decode()
    value = parsed(raw)
    if isinstance(value, dict | list):
        raise NotSureError
    return "" if value is None else str(value)


def parsed(raw: bytes) -> Any:
    """What a piece of the text says that stands behind a dash."""
    try:
        return yamlio.loads(b"- " + raw)[0]
    except ChartgenError:
        raise NotSureError from None


def _after(pattern: re.Pattern[bytes], text: bytes, position: int) -> int:
    found = pattern.match(text, position)
    if not found:
        raise NotSureError
    return found.end()


def _block_end(text: bytes, position: int, column: int, head: bytes) -> int:
    """Where the block of text ends that begins at the position, further in than the column."""
    digit = head.strip(b"|>+-")
    first = _FIRST.match(text, position)
    indent = column + int(digit) if digit else len(first[1]) if first else 0
    if indent > _MAX_COLUMN:
        raise NotSureError
    return _after(_block(indent) if indent > column else _EMPTY, text, position)


@functools.lru_cache(256)
def _spaces(count: int) -> bytes:
    return b" " * count


@functools.lru_cache(256)
def _block(indent: int) -> re.Pattern[bytes]:
    """So far a block of text goes whose lines are so far in."""
    return re.compile(rb"(?:\ {%d}[^\n]*\n|\n)*+" % indent)


@functools.lru_cache(256)
def quoted(indent: int) -> re.Pattern[bytes]:
    """A quoted text, over several lines maybe, all but the first at least so far in."""
    turn = rb"\n+\ {%d}" % indent
    double = rb"\"(?:[^\"\\\n]|%b|\\?%b)*+\"" % (_ESCAPE, turn)
    single = rb"'(?:[^'\n]|''|%b)*+'" % turn
    return re.compile(rb"(?:%b|%b)\n" % (double, single))


@functools.lru_cache(256)
def continued(indent: int) -> re.Pattern[bytes]:
    """The further lines of a plain text, at least so far in."""
    return re.compile(rb"(?:\ {%d,}(?:[^\s:#]|:(?=\S))%b\n)++" % (indent, PLAIN_LINE))
