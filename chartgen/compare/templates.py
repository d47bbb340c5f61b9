"""Two versions of a chart, rendered over the same cases: what becomes of the objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chartgen import yamlio
from chartgen.chart import artifacthub
from chartgen.compare.change import Change
from chartgen.compare.manifests.objects import changes as object_changes
from chartgen.compare.metadata import annotations_of
from chartgen.compare.telling import share, told
from chartgen.engine.interface import Engine
from chartgen.errors import InputError, Problem
from chartgen.model import Chart, ChartRef, Layer, Manifest, Release, Values

_ROUNDS = 4
"""How often those cases are left out that failed, before the rest is given up too."""

_NEUTRAL = "0.0.0"
_NO_CASE = "no case renders with the published one; give some in ci/<name>-values.yaml"


@dataclass(frozen=True, slots=True)
class _Rendered:
    """The objects of each case that renders, why others do not, and what is wrong with the chart itself."""

    objects: Mapping[str, Sequence[Manifest]]
    failed: Mapping[str, Problem]
    broken: Problem | None = None


def changes(old: Chart, new: Chart, cases: Mapping[str, Values], helm: Engine) -> tuple[Change, ...]:
    """What is rendered otherwise, said once for all cases in which it is.

    Both charts are rendered as if they had one version, which many label objects with.

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
    return (*_failing(was, now), *told(found))


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
        yield Change("major", "template", place, f"no longer renders {share(lost, was.objects)}: {problem.message}")
