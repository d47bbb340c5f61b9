"""What becomes of the objects of many cases, as changes of the chart: each told once, with the cases that show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chartgen.compare.change import Change, Level
from chartgen.compare.contract.gap import shown
from chartgen.compare.manifests.objects import ObjectChange

_ENTRY = re.compile(r'(\w+)\[(?:"[^"]*"|\d+)\]')
_MAPS = frozenset(
    ("annotations", "labels", "matchLabels", "nodeSelector", "data", "stringData", "binaryData", "limits", "requests")
)
"""Fields whose entries have names of somebody's choice that matter; of any other, it is a list."""


def told(found: Mapping[str, Sequence[ObjectChange]]) -> Iterator[Change]:
    """Each kind of change once, with the cases that show it.

    What goes, is renamed, is of another kind or apiVersion, or cannot change in place is major; what comes is minor;
    any other change is a patch. The chart's own name and version in a label are no change.

    Arguments:
        found: the changes of each case's objects, by the case's name; empty for a case in which nothing changed.
    """
    groups: dict[tuple[Level, str, str], dict[str, ObjectChange]] = {}
    for name, own in found.items():
        for change in own:
            if not change.names_chart:
                kind = change.object.partition("/")[0]
                path = f"{kind}: {_general(change.path)}" if change.path else kind
                groups.setdefault((_level(change), path, _verb(change)), {}).setdefault(name, change)
    for (level, path, verb), group in groups.items():
        yield Change(level, "template", path, f"{verb} in {share(list(group), found)}{_values(group)}")


def _level(change: ObjectChange) -> Level:
    if change.change in ("removed", "recreate") or change.path == "apiVersion":
        return "major"
    return "minor" if change.change == "added" else "patch"


def _verb(change: ObjectChange) -> str:
    if change.change == "recreate":
        return "is another kind" if change.path == "kind" else "cannot change in place, and does"
    if change.change == "removed":
        return "is renamed" if change.path else "is removed"
    return "is added" if change.change == "added" else "changes"


def share(names: Sequence[str], every: Mapping[str, Any]) -> str:
    """How many of all cases, and one that shows it: `37 of 40 cases, such as public`."""
    if len(names) == len(every):
        return f"all {len(every)} cases" if len(every) > 1 else f"the case {names[0]}"
    return f"{len(names)} of {len(every)} cases, such as {names[0]}"


def _values(group: Mapping[str, ObjectChange]) -> str:
    """What stands there and stood there, where that is the same in all cases, or in the one that was named."""
    first, *others = group.values()
    if not first.path:
        return ""
    is_same = all((each.before, each.after) == (first.before, first.after) for each in others)
    restarts = "; pods are replaced" if any(each.restarts for each in group.values()) else ""
    return f": {_between(first.before, first.after)}{'' if is_same else ' there'}{restarts}"


def _between(before: Any, after: Any) -> str:
    if before is None:
        return f"{shown(after)}, it was not set"
    return f"not set, it was {shown(before)}" if after is None else f"{shown(after)}, it was {shown(before)}"


def _general(path: str) -> str:
    """A path for all cases: `spec.template.spec.containers[].image`."""
    return _ENTRY.sub(lambda match: match[0] if match[1] in _MAPS else f"{match[1]}[]", path)
