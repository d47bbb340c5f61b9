"""What every form says in the same words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from chartgen.compare.impact import Group, Impact, Side

RENAMES = frozenset({"metadata.name", "metadata.namespace"})
NAMES = ("<release>", "<service>", "<namespace>")
"""What stands for the own names of releases that share a change."""


def word(group: Group) -> str:
    """What becomes of what changes: recreate, removed, renamed, restart, changed or added."""
    if group.change == "removed" and group.path in RENAMES:
        return "renamed"
    return "restart" if group.change == "changed" and group.restarts else group.change


def title(side: Side) -> str:
    """A chart by name and version."""
    return f"{side.name or 'no chart'} {side.version}".rstrip()


def heading(impact: Impact) -> str:
    """Both charts: `microservice 1.4.0 → 1.5.0`."""
    if impact.old.name == impact.new.name and impact.old.version != impact.new.version:
        return f"{title(impact.old)} → {impact.new.version}"
    if title(impact.old) == title(impact.new) and impact.old.asked != impact.new.asked:
        return f"{title(impact.old)}: {impact.old.asked} → {impact.new.asked}"
    return f"{title(impact.old)} → {title(impact.new)}"


def summary(impact: Impact) -> str:
    """One sentence: what becomes of how many releases."""
    counts = impact.counts()
    said = [
        (counts["recreated"], "{} needs a re-creation", "{} need a re-creation"),
        (counts["restarted"], "the pods of {} restart", "the pods of {} restart"),
        (counts["refused"], "{} is refused", "{} are refused"),
        (counts["changed"], "{} changes", "{} change"),
        (counts["labels"], "{} changes in the chart's label only", "{} change in the chart's label only"),
        (counts["same"], "{} stays as it is", "{} stay as they are"),
    ]
    parts = [(one if number == 1 else more).format(f"{number:,}") for number, one, more in said if number]
    text = f"{of(counts['releases'], 'release')}: {', '.join(parts)}" if parts else "no release uses the chart"
    left = counts["leftOut"]
    return f"{text} (left out: {of(left, 'release')} with charts of their own)" if left else text


def of(number: int, noun: str) -> str:
    """So many of something."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def releases(titles: Sequence[str], whole: int, most: int) -> str:
    """Which releases, by name as far as there are few."""
    if len(titles) == whole and whole > 1:
        return f"in all {whole:,} releases"
    more = f" and {len(titles) - most:,} more" if len(titles) > most else ""
    listed = f"{', '.join(titles[:most])}{more}"
    return f"in {listed}" if len(titles) == 1 else f"in {len(titles):,} releases: {listed}"


def value(given: Any) -> str:
    """What stands somewhere, on one line."""
    return "nothing" if given is None else json.dumps(given, ensure_ascii=False)
