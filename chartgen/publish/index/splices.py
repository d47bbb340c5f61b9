"""What to cut out of an `index.yaml` and put into it, so that every other byte of it stays."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from chartgen import yamlio
from chartgen.publish.index.layout import Layout, Listed
from chartgen.publish.index.order import place

Splice = tuple[int, int, bytes]
"""Bytes in place of those from a start to an end."""

_DASH = 2
"""The column of an entry's dash where no other entry shows one; a chart's name has the same."""


def changed(
    lines: Layout,
    added: Mapping[str, list[dict[str, Any]]],
    removed: Collection[tuple[str, str]],
    stamp: str,
    size: int,
) -> list[Splice]:
    """The splices that take some versions out and let entries in, in the columns of those that are there.

    Arguments:
        added: entries by chart, newest first.
        removed: names and versions.
        stamp: what stands as `generated`; empty: what stands there.
        size: of the text, in bytes.
    """
    splices: list[Splice] = []
    kept = 0
    for chart in lines.charts:
        goes = [item for item in chart.items if (chart.name, item.entry.version) in removed]
        if len(goes) == len(chart.items) and chart.name not in added:
            splices.append((chart.start, chart.items[-1].end, b""))
            continue
        kept += 1
        splices += [(item.start, item.end, b"") for item in goes]
        splices += _entries(chart, added.get(chart.name, []))
    known = {chart.name for chart in lines.charts}
    new = {name: entries for name, entries in added.items() if name not in known}
    if bool(lines.charts) != bool(kept or new):
        splices.append((*lines.entries, b"entries: {}\n" if lines.charts else b"entries:\n"))
    # Where it is to stand last, it may begin where charts do: what begins at one place goes in as it stands here.
    return [*splices, *_charts(lines, new), *([_generated(lines, stamp, size)] if stamp else [])]


def _generated(lines: Layout, stamp: str, size: int) -> Splice:
    if lines.generated:
        return (*lines.generated, f'"{stamp}"'.encode())
    return size, size, f'generated: "{stamp}"\n'.encode()


def _entries(chart: Listed, entries: list[dict[str, Any]]) -> Iterator[Splice]:
    """Each entry before the first that is not newer."""
    versions = [item.entry.version for item in chart.items] if entries else []
    for entry in entries:
        before = place(versions, entry["version"])
        position = chart.items[before - 1].end if before else chart.head
        yield position, position, _indented(yamlio.dumps([entry]), chart.items[0].column - 2)


def _charts(lines: Layout, new: Mapping[str, list[dict[str, Any]]]) -> Iterator[Splice]:
    """Each chart before the first whose name comes after its own."""
    first = lines.charts[0] if lines.charts else None
    column, dash = (first.column, first.items[0].column - 2) if first else (_DASH, _DASH)
    for name in sorted(new):
        before = [chart for chart in lines.charts if chart.name < name]
        position = before[-1].items[-1].end if before else lines.entries[1]
        head = yamlio.dumps({name: None}).replace(": null\n", ":\n")
        yield position, position, _indented(head, column) + _indented(yamlio.dumps(new[name]), dash)


def _indented(text: str, columns: int) -> bytes:
    margin = " " * columns
    return "".join(f"{margin}{line}" if line.strip() else line for line in text.splitlines(keepends=True)).encode()
