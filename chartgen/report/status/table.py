"""The state of releases for people: a line each, what there is to know of those that are not well, and a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chartgen.report.columns import columns
from chartgen.report.ink import Ink, printable
from chartgen.report.status.rows import Row, Status

_COLUMNS = ("release", "revision", "status", "chart", "version", "age", "health")
_ROLES = {"unhealthy": "error", "progressing": "warning", "unknown": "warning", "missing": "error"}
_NOT_INSTALLED = "missing"


def render(status: Status, ink: Ink = Ink.PLAIN) -> str:
    """A table, blocks about what is not well, and a summary that names what was not asked; a blank line between."""
    blocks = [
        *([_table(status, ink)] if status.rows else []),
        *(list(_about(row, ink)) for row in status.rows if row.ailing or row.notes),
        [ink("title", summary(status))],
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def summary(status: Status) -> str:
    """One sentence: how many releases are how."""
    health = Counter(row.health or "not installed" for row in status.rows)
    said = [
        f"{health[word]:,} {word}"
        for word in ("healthy", "progressing", "unhealthy", "unknown", "not installed")
        if health[word]
    ]
    behind = sum(1 for row in status.rows if row.behind)
    said += [f"{behind:,} not as the spec has {'it' if behind == 1 else 'them'}"] if behind else []
    number = len(status.rows)
    text = f"{number:,} release{'' if number == 1 else 's'}{': ' if said else ''}{', '.join(said)}"
    left = f" (not asked: {', '.join(place for place, _ in status.unreached)})" if status.unreached else ""
    return printable(text + left)


def _table(status: Status, ink: Ink) -> list[str]:
    words = [row.health or _NOT_INSTALLED for row in status.rows]
    rows = [(*_cells(row), word) for row, word in zip(status.rows, words, strict=True)]
    head, *lines = columns(_COLUMNS, rows).splitlines()
    return [head, *(_coloured(line, word, ink) for line, word in zip(lines, words, strict=True))]


def _cells(row: Row) -> tuple[str, ...]:
    revision = "" if row.revision is None else str(row.revision)
    return row.title, revision, row.status.replace(" ", "-"), row.chart, version(row), row.age


def version(row: Row) -> str:
    """The version that runs, and the one that is to: `1.4.0→1.5.0`."""
    if row.revision is not None and row.wanted and row.wanted != row.version:
        return f"{row.version}→{row.wanted}"
    return row.version


def _coloured(line: str, word: str, ink: Ink) -> str:
    return f"{line.removesuffix(word)}{ink(_ROLES[word], word)}" if word in _ROLES else line


def _about(row: Row, ink: Ink) -> Iterator[str]:
    yield ink("title", printable(row.title))
    for ailing in row.ailing:
        word = ink(_ROLES.get(ailing.health, "info"), ailing.health)
        yield f"  {word}  {printable(ailing.object)}: {printable(ailing.reason)}"
        yield from (f"    {ink('quiet', printable(command))}" for command in ailing.commands)
    yield from (f"  {printable(note)}" for note in row.notes)
