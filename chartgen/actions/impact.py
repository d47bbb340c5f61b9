"""`chartgen impact`: what another version of the shared chart would change, over all releases."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chartgen import engine
from chartgen.actions.planning import Selection, open_plan, select
from chartgen.actions.which_chart import CURRENT, Asked, which
from chartgen.checks import values_schema
from chartgen.compare.grouping import groups, refusals
from chartgen.compare.impact import Affected, By, Impact, Side
from chartgen.compare.manifests.objects import ObjectChange, changes
from chartgen.engine.interface import Engine
from chartgen.errors import InputError, Problem
from chartgen.model import Chart, Manifest, Release
from chartgen.publish.interface import Access

_AT_ONCE = 400
"""How many releases are rendered with both charts before their objects are compared and let go: two full calls for each
of the embedded engine's two workers."""

_UNTRIED = Problem("was not tried, after so many that could not be rendered")

Refused = tuple[By, Problem, str]
"""What refuses a release, why, and the release's title."""


def impact(
    directory: pathlib.Path,
    selection: Selection,
    old: str,
    new: str,
    engine_name: str | None = None,
    access: Access | None = None,
) -> Impact:
    """Renders every chosen release with both charts, and tells what is different.

    Values are those that the releases have now. A release that one of the charts refuses is told, not compared.

    Args:
        old, new: the charts, as `which_chart.which` takes them.
        engine_name: the engine; None: the one that is there.
        access: how their repositories are reached.

    Raises:
        InputError: the spec is wrong, or there is no such chart.
        ToolError: there is no engine, or a repository cannot be reached.
    """
    project, whole = open_plan(directory)
    chosen = select(whole, selection).releases
    shared = tuple(release for release in chosen if release.chart.shared)
    before, after = (which(text, project, shared, access) for text in (old, new))
    refused = [*_by_schema("old schema", before, shared), *_by_schema("new schema", after, shared)]
    out = {title for _, _, title in refused}
    taken = [release for release in shared if release.title not in out]
    helm = engine.choose(engine_name)
    compared, cannot = _compared_all(taken, before, after, helm)
    refused += cannot
    told, affected = groups([(release, compared[release.title]) for release in taken if release.title in compared])
    known = {each.release.title: each for each in affected}
    return Impact(
        project=whole.project,
        old=_side(before),
        new=_side(after),
        groups=told,
        refusals=refusals(refused),
        releases=tuple(known.get(release.title, Affected(release, "refused")) for release in shared),
        left_out=tuple(release.title for release in chosen if not release.chart.shared),
    )


def _side(asked: Asked) -> Side:
    names = dict.fromkeys(chart.name for chart in asked.charts)
    versions = dict.fromkeys(chart.version for chart in asked.charts)
    return Side(asked.text, ", ".join(names), ", ".join(versions))


def _by_schema(by: By, asked: Asked, releases: Sequence[Release]) -> Iterator[Refused]:
    """What the schemas refuse."""
    place = "" if asked.text in CURRENT else asked.text
    schemas = {chart.digest: values_schema.ValuesSchema.of(chart, place) for chart in asked.charts}
    for release in releases:
        for problem in values_schema.check(release, schemas[asked.by_ref[release.chart].digest]):
            yield by, problem, release.title


def _compared_all(
    releases: Sequence[Release], before: Asked, after: Asked, helm: Engine
) -> tuple[dict[str, Sequence[ObjectChange]], list[Refused]]:
    """As `_compared`, a part of the releases at a time; none is tried after a part in which too many failed."""
    compared: dict[str, Sequence[ObjectChange]] = {}
    refused: list[Refused] = []
    for start in range(0, len(releases), _AT_ONCE):
        part = releases[start : start + _AT_ONCE]
        given_up = next((by for by, problem, _ in refused if problem is _UNTRIED), None)
        if given_up:
            refused += [(given_up, _UNTRIED, release.title) for release in part]
            continue
        found, cannot = _compared(part, before, after, helm)
        compared |= found
        refused += cannot
    return compared, refused


@dataclass(frozen=True, slots=True)
class _Rendered:
    """The objects of those releases that could be rendered, by their titles, and why others could not."""

    objects: dict[str, list[Manifest]]
    refused: list[tuple[Problem, str]]


def _compared(
    releases: Sequence[Release], before: Asked, after: Asked, helm: Engine
) -> tuple[dict[str, Sequence[ObjectChange]], list[Refused]]:
    """What is different in each release that both charts render, by title, and what they do not render."""
    different = [release for release in releases if not _is_same_chart(release, before, after)]
    old, new = _render(different, before, helm), _render(different, after, helm)
    found: dict[str, Sequence[ObjectChange]] = {release.title: () for release in releases}
    for release in different:
        title = release.title
        if title in old.objects and title in new.objects:
            found[title] = changes(old.objects.pop(title), new.objects.pop(title))
        else:
            del found[title]
    sides: tuple[tuple[By, _Rendered], ...] = (("old chart", old), ("new chart", new))
    return found, [(by, problem, title) for by, side in sides for problem, title in side.refused]


def _is_same_chart(release: Release, before: Asked, after: Asked) -> bool:
    return before.by_ref[release.chart].digest == after.by_ref[release.chart].digest


def _render(releases: Sequence[Release], asked: Asked, helm: Engine) -> _Rendered:
    done = _Rendered({}, [])
    for chart in asked.charts:
        own = [release for release in releases if asked.by_ref[release.chart].digest == chart.digest]
        one = _render_one(chart, own, helm)
        done.objects.update(one.objects)
        done.refused.extend(one.refused)
    return done


def _render_one(chart: Chart, releases: Sequence[Release], helm: Engine) -> _Rendered:
    """Renders the releases with a chart; those that cannot be are set aside, and the others tried once more."""
    done = _Rendered({release.title: [] for release in releases}, [])
    left = list(releases)
    while left:
        try:
            manifests = helm.template(chart, left)
        except InputError as error:
            done.refused.extend(_refused(error.problems, left))
            out = {title for _, title in done.refused}
            left = [release for release in left if release.title not in out]
            continue
        for manifest in manifests:
            done.objects[manifest.release.title].append(manifest)
        break
    for _, title in done.refused:
        done.objects.pop(title, None)
    return done


def _refused(problems: Sequence[Problem], releases: Sequence[Release]) -> list[tuple[Problem, str]]:
    """The releases that cannot be rendered, each with the reason: some of them, or all where that is the chart's."""
    titles = {release.title for release in releases}
    failed = [(problem, problem.path) for problem in problems if problem.path in titles]
    common = [problem for problem in problems if problem.path not in titles]
    if failed and common:  # an engine that sees too many fail does not try the rest
        out = {title for _, title in failed}
        return [*failed, *((_UNTRIED, title) for title in sorted(titles - out))]
    return failed or [(problem, release.title) for release in releases for problem in common]
