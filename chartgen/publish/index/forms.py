"""The form of an entry, as one pattern: most entries of an index have the same keys in the same places.

A pattern takes an entry in at once that would else be read line by line. It says no more than the lines that it was
made from: the same beginnings of lines, and values that end where those ended.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from chartgen.publish.index.lines import DOUBLE, PLAIN, SINGLE, Line, continued, quoted

_VALUE = rb"(%b|%b|%b)\n" % (PLAIN, DOUBLE, SINGLE)
_BLOCK = re.compile(rb"([|>])[-+]?\n\n*+(\ +)[^\s]")


@dataclass(frozen=True, slots=True)
class Form:
    """An entry's form.

    Attributes:
        pattern: matches an entry, from its dash's line to the end of its last line.
        wanted: the lines whose values the pattern's groups are, in order.
        keys: of the entry.
        column: of its keys.
    """

    pattern: re.Pattern[bytes]
    wanted: tuple[Line, ...]
    keys: frozenset[str]
    column: int


def form(text: bytes, lines: Sequence[Line], wanted: Sequence[Line]) -> Form | None:
    """The form of the entry that these lines are; None where a pattern could take in something else.

    Arguments:
        lines: all of them, the first with the entry's dash.
        wanted: those whose values are asked for, each on its key's line.
    """
    if lines[-1].value is None or any(line.start != before.end for before, line in itertools.pairwise(lines)):
        return None
    parts = [_part(text, line, asked=line in wanted) for line in lines]
    if not all(parts):
        return None
    keys = frozenset(line.key for line in lines if line.depth == lines[0].depth)
    return Form(re.compile(b"".join(parts)), tuple(wanted), keys, lines[0].column)


def _part(text: bytes, line: Line, *, asked: bool) -> bytes:
    """What matches lines like these; empty: nothing surely does."""
    if line.value in (None, b"[]", b"{}"):
        return re.escape(text[line.start : line.end])
    start = line.place[0]
    head = re.escape(text[line.start : start])
    if asked:
        return head + _VALUE
    if line.value or text[start : start + 1] not in b"|>":
        return head + _any(line.column)
    block = _BLOCK.match(text, start)
    if not block or len(block[2]) <= line.column:
        return b""
    sign, indent = re.escape(block[1]), len(block[2])
    return head + rb"%b[-+]?\n\n*+\ {%d}[^\s][^\n]*\n(?:\ {%d}[^\n]*\n|\n)*+" % (sign, indent, indent)


def _any(column: int) -> bytes:
    """A value that ends on its line or goes on below, further in than the column."""
    return rb"(?:%b\n(?:%b)?|%b)" % (PLAIN, continued(column + 1).pattern, quoted(column + 1).pattern)
