"""Differences for people: release by release, object by object, `path: before → after`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from chartgen.compare.manifests.objects import ObjectChange
from chartgen.report.difference.data import Differences, Edit, ReleaseDifference
from chartgen.report.ink import Ink, printable

_SIGNS = {"added": ("+", "info"), "removed": ("-", "error"), "gone": ("-", "error"), "recreate": ("!", "error")}
_CHANGED = ("~", "warning")
_ACTIONS = {
    "create": "is new",
    "upgrade": "differs",
    "remove": "is not in the spec any more",
    "unchanged": "is as it was deployed",
    "stuck": "is stuck, or helm is at work on it",
}
_LONGEST = 100


def render(found: Differences, ink: Ink = Ink.PLAIN, *, whole: bool = False) -> str:
    """A block for each release that differs, and a summary; a blank line between."""
    told = (each for each in found.releases if not each.is_same or each.notes)
    blocks = [list(_release(each, ink, whole=whole)) for each in told]
    return "\n\n".join("\n".join(block) for block in [*blocks, [ink("title", summary(found))]]) + "\n"


def summary(found: Differences) -> str:
    """One sentence: how many releases differ, and how."""
    counts = Counter(each.action for each in found.releases)
    edited = sum(1 for each in found.releases if each.edits)
    said = [
        (counts["create"], "new"),
        (counts["upgrade"], "to upgrade"),
        (counts["remove"], "not in the spec any more"),
        (counts["stuck"], "stuck"),
        (edited, "changed by hand"),
        (sum(1 for each in found.releases if each.is_same), "unchanged" if found.against else "as it is to be"),
    ]
    number = len(found.releases)
    parts = ", ".join(f"{count:,} {words}" for count, words in said if count)
    since = f" since {found.against}" if found.against else ""
    left = f" (not asked: {', '.join(place for place, _ in found.unreached)})" if found.unreached else ""
    return printable(f"{number:,} release{_s(number)}{since}{': ' if parts else ''}{parts}{left}")


def _release(each: ReleaseDifference, ink: Ink, *, whole: bool) -> Iterator[str]:
    reasons = f" ({'; '.join(each.reasons)})" if each.reasons else ""
    yield f"{ink('title', printable(each.title))} {_ACTIONS[each.action]}{printable(reasons)}"
    shown = [change for change in each.changes if whole or not change.names_chart]
    for (title, hook), some in groupby(shown, key=lambda change: (change.object, change.hook)):
        name = f"{title} (a hook)" if hook else title
        yield from _object(name, [_of_change(change, whole=whole) for change in some], "  ", ink)
    labels = len(each.changes) - len(shown)
    if labels:
        yield f"  {ink('quiet', f'and {labels} label{_s(labels)} that name the chart')}"
    if each.edits:
        yield f"  {ink('title', 'changed by hand:')}"
    for title, edits in groupby(each.edits, key=lambda edit: edit.object):
        yield from _object(title, [_of_edit(edit, whole=whole) for edit in edits], "    ", ink)
    yield from (f"  {ink('quiet', printable(note))}" for note in each.notes)


@dataclass(frozen=True, slots=True)
class _Line:
    """What became of an object, or of one field of it; `aside` is what else there is to know."""

    kind: str
    path: str
    value: str
    aside: str


def _of_change(change: ObjectChange, *, whole: bool) -> _Line:
    notes = [change.message, change.remedy]
    notes += ["pods restart"] if change.restarts and not change.message else []
    value = _between(change.before, change.after, whole=whole) if change.path else ""
    return _Line(change.change, change.path, value, "; ".join(note for note in notes if note))


def _of_edit(edit: Edit, *, whole: bool) -> _Line:
    who = " ".join(part for part in (f"by {edit.by}" if edit.by else "", f"{edit.age} ago" if edit.age else "") if part)
    value = _between(edit.wanted, edit.live, whole=whole) if edit.path else ""
    return _Line(edit.kind, edit.path, value, "is not there any more" if edit.kind == "gone" else who)


def _object(title: str, lines: Iterable[_Line], indent: str, ink: Ink) -> Iterator[str]:
    """What became of the object as a whole, then what became of its fields, below its name."""
    lines = list(lines)
    fields = [line for line in lines if line.path]
    yield from (f"{indent}{_sign(line, ink)} {printable(title)}{_aside(line, ink)}" for line in lines if not line.path)
    if fields:
        yield f"{indent}{printable(title)}"
    for line in fields:
        yield f"{indent}  {_sign(line, ink)} {printable(f'{line.path}: {line.value}')}{_aside(line, ink)}"


def _sign(line: _Line, ink: Ink) -> str:
    sign, role = _SIGNS.get(line.kind, _CHANGED)
    return ink(role, sign)


def _aside(line: _Line, ink: Ink) -> str:
    return f"  {ink('quiet', printable(f'({line.aside})'))}" if line.aside else ""


def _between(before: Any, after: Any, *, whole: bool) -> str:
    """What stands there before and after, on one line; of what comes or goes only that."""
    texts = [_text(value, whole=whole) for value in (before, after) if value is not None]
    return " → ".join(texts) or "nothing"


def _text(value: Any, *, whole: bool) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if whole or len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _s(number: int) -> str:
    """The ending of a noun of which there are so many."""
    return "" if number == 1 else "s"
