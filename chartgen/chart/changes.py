"""CHANGES.md of a packaged chart: what each version changed, the newest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MADE = "CHANGES.md"
_SECTION = re.compile(r"^## ", re.MULTILINE)
_MOST = 20
"""How many versions are told of: Helm keeps the file with every revision of every release."""

_LINES = 100


@dataclass(frozen=True, slots=True)
class Section:
    """What a version changed.

    Attributes:
        version: the version.
        before: the published version that it was compared with; empty: it is the first.
        lines: one Markdown line each.
    """

    version: str
    before: str
    lines: Sequence[str]


def text(name: str, section: Section, earlier: bytes | None) -> bytes:
    """The page: the new section, and those of the version before.

    Arguments:
        name: the chart's.
        earlier: the file as the version before has it, None without one.
    """
    told = _SECTION.split((earlier or b"").decode(errors="replace"))[1:]
    kept = [part for part in told if part.partition("\n")[0].strip() != section.version]
    sections = "".join(f"\n## {part.strip()}\n" for part in (_written(section), *kept[: _MOST - 1]))
    return f"# Changes of {name}\n{sections}".encode()


def _written(section: Section) -> str:
    shown = [f"- {line}" for line in section.lines[:_LINES]]
    if len(section.lines) > _LINES:
        shown.append(f"- and {len(section.lines) - _LINES} more")
    before = f"Since {section.before}:" if section.before else "The first version."
    return "\n".join([section.version, "", before, *([""] if shown else []), *shown])
