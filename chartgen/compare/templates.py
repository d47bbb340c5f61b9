"""Two versions of a chart, rendered over the same cases: what becomes of the objects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chartgen import yamlio
from chartgen.chart import artifacthub
from chartgen.compare.change import Change, Level
from chartgen.compare.contract.gap import shown
from chartgen.compare.manifests.objects import ObjectChange
from chartgen.compare.manifests.objects import changes as object_changes
from chartgen.compare.metadata import annotations_of
from chartgen.engine.interface import Engine
from chartgen.errors import InputError, Problem
from chartgen.model import Chart, ChartRef, Layer, Manifest, Release, Values

_ROUNDS = 4
"""How often those cases are left out that failed, before the rest is given up too."""

_NEUTRAL = "0.0.0"
_NO_CASE = "no case renders with the published one; give some in ci/<name>-values.yaml"
_ENTRY = re.compile(r'(\w+)\[(?:"[^"]*"|\d+)\]')
_MAPS = frozenset(
    ("annotations", "labels", "matchLabels", "nodeSelector", "data", "stringData", "binaryData", "limits", "requests")
)
"""Fields whose entries have names of somebody's choice that matter; of any other, it is a list."""


@dataclass(frozen=True, slots=True)
class _Rendered:
    """The objects of each case that renders, why others do not, and what is wrong with the chart itself."""

    objects: Mapping[str, Sequence[Manifest]]
    failed: Mapping[str, Problem]
    broken: Problem | None = None


def changes(old: Chart, new: Chart, cases: Mapping[str, Values], helm: Engine) -> tuple[Change, ...]:
    """What is rendered otherwise, said once for all cases in which it is.

    What goes, is renamed, is of another kind or apiVersion, or cannot change in place is major; what comes is minor;
    any other change is a patch. Both charts are rendered as if they had one version, which many label objects with.

    Arguments:
        cases: values that both charts take.

    Raises:
        InputError: the new chart cannot be rendered.
        ToolError: Helm is missing or failed.
    """
    was, now = (_render(neutral(chart), cases, helm) for chart in (old, new))
    if now.broken:
        raise InputError(now.broken)
    if was.broken or not was.objects:
        why = f"the published one fails: {was.broken.message}" if was.broken else _NO_CASE
        return (Change("major", "template", "templates", f"changed in a way that cannot be judged: {why}"),)
    compared = [name for name in cases if name in was.objects and name in now.objects]
    found = {name: object_changes(was.objects[name], now.objects[name]) for name in compared}
    return (*_failing(was, now), *_told(found))


def neutral(chart: Chart) -> Chart:
    """The chart without what differs between any two versions of it."""
    metadata = {**chart.metadata, "version": _NEUTRAL}
    if str(metadata.get("appVersion")) == chart.version:
        metadata["appVersion"] = _NEUTRAL
    own = annotations_of(chart).items()
    metadata["annotations"] = {key: value for key, value in own if key not in artifacthub.MADE}
    files = {**chart.files, "Chart.yaml": yamlio.dumps(metadata).encode()}
    return replace(chart, version=_NEUTRAL, metadata=metadata, files=files)


def _render(chart: Chart, cases: Mapping[str, Values], helm: Engine) -> _Rendered:
    left = {release.title: release for release in (_release(chart, name, cases[name]) for name in cases)}
    failed: dict[str, Problem] = {}
    for _ in range(_ROUNDS):
        try:
            manifests = helm.template(chart, list(left.values()))
        except InputError as error:
            concerned = [problem for problem in error.problems if problem.path in left]
            if not concerned:
                return _Rendered({}, {}, error.problems[0])
            for problem in concerned:
                release = left.pop(problem.path, None)
                if release:
                    failed[release.service] = problem
            continue
        objects: dict[str, list[Manifest]] = {release.service: [] for release in left.values()}
        for manifest in manifests:
            objects[manifest.release.service].append(manifest)
        return _Rendered(objects, failed)
    return _Rendered({}, failed)


def _release(chart: Chart, name: str, values: Values) -> Release:
    return Release("gate", "case", None, name, "app", "default", None, ChartRef(chart.name), Layer(name, values))


def _failing(was: _Rendered, now: _Rendered) -> Iterator[Change]:
    lost = [name for name in was.objects if name in now.failed]
    if lost:
        problem = now.failed[lost[0]]
        place = problem.where.file.partition("/")[2] if problem.where else "templates"
        yield Change("major", "template", place, f"no longer renders {_cases(lost, was.objects)}: {problem.message}")


def _told(found: Mapping[str, Sequence[ObjectChange]]) -> Iterator[Change]:
    """Each kind of change once, with the cases that show it."""
    groups: dict[tuple[Level, str, str], dict[str, ObjectChange]] = {}
    for name, own in found.items():
        for change in own:
            if not change.names_chart:
                kind = change.object.partition("/")[0]
                path = f"{kind}: {_general(change.path)}" if change.path else kind
                groups.setdefault((_level(change), path, _verb(change)), {}).setdefault(name, change)
    for (level, path, verb), group in groups.items():
        yield Change(level, "template", path, f"{verb} in {_cases(list(group), found)}{_values(group)}")


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


def _cases(names: Sequence[str], every: Mapping[str, Any]) -> str:
    """`37 of 40 cases`, and one that shows it."""
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
