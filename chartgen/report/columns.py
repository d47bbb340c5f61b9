"""A plain table, as kubectl prints one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chartgen.report.ink import printable

_GAP = "   "
_NOTHING = "-"


def columns(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows under upper-case headers, aligned to the left; an empty cell is `-`, so that each row has as many words.

    Args:
        headers: one a column.
        rows: one cell a column each.
    """
    lines = [[header.upper() for header in headers], *([printable(cell) or _NOTHING for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = [_GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join(text) + "\n"
