"""`chartgen status`: how the releases are that the clusters have."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chartgen.actions import hints
from chartgen.actions.charts import versions
from chartgen.actions.live import Live, Target, open_live
from chartgen.actions.planning import Selection
from chartgen.actions.reaching import Reached, each_cluster
from chartgen.actions.verify import other_images, version_of
from chartgen.cluster import contents, health
from chartgen.cluster.absent import Named, absent
from chartgen.cluster.api import Api
from chartgen.cluster.health import ReleaseHealth, Snapshot, WorkloadHealth
from chartgen.cluster.steps import given, leftovers, value_reasons
from chartgen.cluster.stored import PENDING, Stored, current
from chartgen.errors import ToolError
from chartgen.model import ChartRef, Release, Values
from chartgen.report.ages import age
from chartgen.report.status import Ailing, Row, Status

_DIGEST = len("sha256:") + 12


@dataclass(frozen=True, slots=True)
class _Known:
    """What a cluster says of one of the targets that go there."""

    target: Target
    stored: Mapping[tuple[str, str], Stored]
    running: Mapping[str, Snapshot]
    absent: Mapping[tuple[str, str], tuple[Named, ...]] = field(default_factory=dict)


def status(directory: pathlib.Path, selection: Selection) -> tuple[Status, Reached[tuple[_Known, ...]]]:
    """How the chosen releases are; clusters that cannot be asked are named in what comes back.

    Raises:
        InputError: the spec is wrong, or the selection names what is not there.
    """
    live = open_live(directory, selection)
    reached = each_cluster(live.targets, _look)
    charts = versions(live.project, live.releases)
    known = {id(each.target): each for some in reached.found for each in some}
    rows: list[Row] = []
    for target in live.targets:
        if id(target) in known:
            rows += (_row(known[id(target)], release, charts) for release in target.releases)
            rows += [] if selection.services else _left(known[id(target)], live)
    places = tuple(target.title for target in live.targets)
    return Status(live.plan.project, places, tuple(rows), reached.places()), reached


def _look(api: Api, targets: tuple[Target, ...]) -> tuple[_Known, ...]:
    namespaces = list(dict.fromkeys(namespace for target in targets for namespace in target.namespaces))
    stored = current(api, namespaces)
    running = {namespace: health.read(api, namespace) for namespace in namespaces}
    chosen = dict.fromkeys((release.namespace, release.name) for target in targets for release in target.releases)
    gone = absent(api, (stored[key] for key in chosen if key in stored))
    return tuple(_Known(target, stored, running, gone) for target in targets)


def _row(known: _Known, release: Release, charts: Mapping[ChartRef, str]) -> Row:
    """A release of the spec."""
    stored = known.stored.get((release.namespace, release.name))
    wanted = _version(given(release))
    place = (
        release.environment,
        release.region,
        release.service,
        release.name,
        release.namespace,
        known.target.context,
    )
    if stored is None:
        return Row(*place, wanted=wanted)
    return _installed(known, stored, place, wanted, tuple(_behind(release, stored, charts[release.chart])))


def _installed(
    known: _Known,
    stored: Stored,
    place: tuple[str, str | None, str, str, str, str | None],
    wanted: str = "",
    behind: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Row:
    gone = known.absent.get((stored.namespace, stored.name), ())
    try:
        objects, running = contents.objects(stored), known.running[stored.namespace]
        found = _with(health.of_release(running, objects), gone)
        others = tuple(other_images(objects, running)) if stored.status == "deployed" else ()
        chart, runs, updated = stored.chart_title, _version(stored.config), stored.updated
    except ToolError as error:
        text = tuple(problem.message for problem in error.problems)
        return Row(*place, revision=stored.revision, status=stored.status, health="unknown", notes=text)
    return Row(
        *place,
        revision=stored.revision,
        status=stored.status,
        chart=chart,
        version=runs,
        wanted=wanted,
        behind=behind,
        updated=updated,
        age=age(updated),
        health=found.state,
        ailing=tuple(_ailing(found, known.target.context, stored.namespace)),
        notes=(*_notes(stored, known.target, place[2], gone), *_by_hand(others, known.target), *notes),
    )


def _with(found: ReleaseHealth, gone: Iterable[Named]) -> ReleaseHealth:
    """The release's health, with the objects that are not there; of workloads it tells that already."""
    told = {each.title for each in found.workloads}
    more = (each for each in gone if each.title not in told)
    lost = (WorkloadHealth(each.kind, each.name, "unhealthy", "is not there") for each in more)
    return ReleaseHealth((*found.workloads, *lost))


def _behind(release: Release, stored: Stored, chart: str) -> Iterator[str]:
    """In what a release differs from the spec; the content of charts is not compared."""
    try:
        before = stored.chart_title.removeprefix(f"{stored.chart.get('metadata', {}).get('name')}-")
        if chart and before != chart:
            yield f"chart: {before} → {chart}"
        yield from value_reasons(release, stored)
    except ToolError:
        return


def _ailing(found: ReleaseHealth, context: str | None, namespace: str) -> Iterator[Ailing]:
    for each in found.bad:
        yield Ailing(each.title, each.state, each.reason, hints.commands(each, context, namespace))


def _notes(stored: Stored, target: Target, service: str, gone: Sequence[Named]) -> Iterator[str]:
    where = target.options
    if stored.status in PENDING:
        yield f"is stuck, or helm is at work on it: {stored.status} since {age(stored.updated) or 'some time'}"
        yield f"if nobody is at work: `chartgen recover {where}`"
    elif stored.status == "failed":
        yield f"revision {stored.revision} failed: {stored.description}"
        yield f"`chartgen history {where} -s {service}` tells what was before"
    if gone and stored.status not in PENDING:
        yield f"`chartgen deploy {where}` puts back what is not there"


def _by_hand(images: Sequence[str], target: Target) -> Iterator[str]:
    """The images that somebody changed by hand, and what tells of such changes."""
    yield from images
    if images:
        yield f"`chartgen diff --live {target.options}` tells what was changed by hand"


def _left(known: _Known, live: Live) -> Iterator[Row]:
    """Releases of the project that the spec does not have any more, and those that may be."""
    target = known.target
    same = (each for each in live.plan.releases if each.environment == target.environment)
    where = target.options
    for stored in leftovers(same, known.stored.values(), live.plan.project, target.environment):
        service = _service(stored, target)
        if service:
            place = (target.environment, target.region, service, stored.name, stored.namespace, target.context)
            yield _installed(known, stored, place, notes=(f"is not in the spec any more: `chartgen prune {where}`",))


def _service(stored: Stored, target: Target) -> str:
    """Of which service of the target a release was, its own name where it cannot be read; empty: it is another's."""
    try:
        mark = stored.mark
    except ToolError:
        return stored.name if stored.namespace in target.namespaces else ""
    return mark.service if mark is not None and mark.region == target.region else ""


def _version(values: Values) -> str:
    """The image's version that values name: its tag, else the beginning of its digest; empty: they name none."""
    found = next(iter(version_of(values)), "")
    return found[:_DIGEST] if found.startswith("sha256:") else found
