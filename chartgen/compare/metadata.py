"""Two versions of Chart.yaml, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from chartgen.chart import artifacthub
from chartgen.compare import ranges
from chartgen.compare.change import Change, Level
from chartgen.compare.contract.gap import shown
from chartgen.compare.contract.shape import canonical
from chartgen.model import CONTRACT_ANNOTATION, Chart

FILE = "Chart.yaml"

_JUDGED = ("name", "version", "appVersion", "type", "apiVersion", "kubeVersion", "dependencies", "annotations")
_NUMBERS = re.compile(r"(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?")


def changes(old: Chart, new: Chart) -> tuple[Change, ...]:
    """What Chart.yaml says otherwise.

    Another name, type, or contract, fewer versions of Kubernetes and another major version of a dependency are major;
    a chart that is deprecated now is minor; what only tells people something is patch. The version counts for nothing,
    nor does an appVersion that follows it, nor do annotations that a build makes.
    """
    return tuple(_changes(old, new))


def _changes(old: Chart, new: Chart) -> Iterator[Change]:
    was, now = old.metadata, new.metadata
    for key in ("name", "type", "apiVersion"):
        before, after = (said.get(key) or _UNSAID.get(key) for said in (was, now))
        if before != after:
            yield _change("major", key, f"is {shown(after)}, it was {shown(before)}")
    if _follows(old) != _follows(new):
        yield _change("patch", "appVersion", _was(was.get("appVersion"), now.get("appVersion")))
    yield from _kubernetes(str(was.get("kubeVersion") or ""), str(now.get("kubeVersion") or ""))
    yield from _dependencies(_by_name(was), _by_name(now))
    yield from _annotations(old, new)
    if bool(was.get("deprecated")) != bool(now.get("deprecated")):
        yield _change(
            "minor", "deprecated", "is deprecated now" if now.get("deprecated") else "is no longer deprecated"
        )
    for key in {**was, **now}:
        if key not in (*_JUDGED, "deprecated") and canonical(was.get(key)) != canonical(now.get(key)):
            yield _change("patch", key, _was(was.get(key), now.get(key)))


_UNSAID = {"type": "application", "apiVersion": "v1"}


def _change(level: Level, key: str, message: str) -> Change:
    return Change(level, "file", f"{FILE}: {key}", message)


def _was(before: Any, after: Any) -> str:
    if after is None:
        return f"is gone, it was {shown(before)}"
    return f"is {shown(after)}" + ("" if before is None else f", it was {shown(before)}")


def _follows(chart: Chart) -> Any:
    """The appVersion, or that it is always the chart's own version."""
    said = chart.metadata.get("appVersion")
    return True if said is not None and str(said) == chart.version else said


def _kubernetes(before: str, after: str) -> Iterator[Change]:
    if before == after:
        return
    less, more = ranges.narrowed(before, after), ranges.narrowed(after, before)
    message = f"is {shown(after or 'any')}, it was {shown(before or 'any')}"
    if less is None or more is None:
        yield _change("major", "kubeVersion", f"{message}: which takes less cannot be judged")
    else:
        yield _change("major" if less else "minor" if more else "patch", "kubeVersion", message)


def _by_name(metadata: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = metadata.get("dependencies")
    named = [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
    return {str(each.get("alias") or each.get("name")): each for each in named}


def _dependencies(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> Iterator[Change]:
    for name in {**before, **after}:
        key = f"dependencies.{name}"
        if name not in after:
            yield _change("major", key, "is removed")
        elif name not in before:
            yield _change("minor", key, "is added")
        else:
            yield from _dependency(key, before[name], after[name])


def _dependency(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    levels: dict[str, Level] = {"repository": "patch", "version": _moved(before, after)}
    for field in {**before, **after}:
        if canonical(before.get(field)) != canonical(after.get(field)):
            yield _change(levels.get(field, "major"), f"{key}.{field}", _was(before.get(field), after.get(field)))


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> Level:
    """How far a dependency's version moved, by the first number that differs; major where it cannot be read."""
    found = [_NUMBERS.search(str(each.get("version"))) for each in (before, after)]
    if found[0] is None or found[1] is None or found[0][1] != found[1][1]:
        return "major"
    return "minor" if found[0][2] != found[1][2] else "patch"


def annotations_of(chart: Chart) -> Mapping[str, Any]:
    """Those of Chart.yaml; nothing where there are none, or it says something else there."""
    found = chart.metadata.get("annotations")
    return found if isinstance(found, Mapping) else {}


def _annotations(old: Chart, new: Chart) -> Iterator[Change]:
    was, now = annotations_of(old), annotations_of(new)
    if was.get(CONTRACT_ANNOTATION) != now.get(CONTRACT_ANNOTATION):
        message = f"the contract {_was(was.get(CONTRACT_ANNOTATION), now.get(CONTRACT_ANNOTATION))}"
        yield _change("major", f"annotations.{CONTRACT_ANNOTATION}", message)
    for key in {**was, **now}:
        made = key in artifacthub.MADE and key not in now
        if key != CONTRACT_ANNOTATION and not made and was.get(key) != now.get(key):
            yield _change("patch", f"annotations.{key}", _was(was.get(key), now.get(key)))
