"""`chartgen diff --live`: what a deploy would change, and what somebody changed by hand."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from chartgen.actions.charts import Charts
from chartgen.actions.live import Live, Target, open_live, steps
from chartgen.actions.planning import Selection
from chartgen.actions.reaching import Reached, each_cluster
from chartgen.actions.template import render, value_problems
from chartgen.cluster import contents
from chartgen.cluster.absent import Named, absent
from chartgen.cluster.api import Api
from chartgen.cluster.drift import ReleaseDrift, of_releases
from chartgen.cluster.steps import Step, leftovers, restored
from chartgen.cluster.stored import PENDING, Stored, current
from chartgen.compare.manifests.objects import ObjectChange, changes
from chartgen.errors import InputError
from chartgen.model import Manifest, Release
from chartgen.report.ages import age
from chartgen.report.difference import Differences, Edit, ReleaseDifference

_DEPENDENCIES = "charts/"


@dataclass(frozen=True, slots=True)
class _Known:
    """What a cluster says of one of the targets that go there."""

    target: Target
    stored: Mapping[tuple[str, str], Stored]
    drift: Mapping[tuple[str, str], ReleaseDrift]
    absent: Mapping[tuple[str, str], tuple[Named, ...]]

    def steps(self, used: Charts) -> tuple[Step, ...]:
        """What a deploy has to do for each chosen release."""
        found = steps(self.target, used, self.stored)
        return tuple(restored(step, self.absent.get((step.release.namespace, step.release.name), ())) for step in found)


def live_differences(
    directory: pathlib.Path, selection: Selection, engine_name: str | None = None
) -> tuple[Differences, Reached[tuple[_Known, ...]]]:
    """How the chosen releases differ from what the clusters have; clusters that cannot be asked are named.

    Raises:
        InputError: the spec or values are wrong, or the selection names what is not there.
        ToolError: there is no engine, a chart cannot be fetched, or what Helm has stored cannot be read.
    """
    live = open_live(directory, selection)
    used = live.charts()
    problems = value_problems(live.releases, used)
    if problems:
        raise InputError(problems)
    reached = each_cluster(live.targets, _look)
    known = {id(each.target): each for some in reached.found for each in some}
    asked = [known[id(target)] for target in live.targets if id(target) in known]
    done = {id(each.target): each.steps(used) for each in asked}
    rendered = _rendered((step for some in done.values() for step in some), used, engine_name)
    found: list[ReleaseDifference] = []
    for each in asked:
        found += (_difference(step, each, rendered) for step in done[id(each.target)])
        found += [] if selection.services else _left(each, live)
    return Differences(live.plan.project, "", tuple(found), reached.places()), reached


def _look(api: Api, targets: tuple[Target, ...]) -> tuple[_Known, ...]:
    stored = current(api, (namespace for target in targets for namespace in target.namespaces))
    chosen = dict.fromkeys((release.namespace, release.name) for target in targets for release in target.releases)
    settled = [stored[key] for key in chosen if key in stored and stored[key].status not in PENDING]
    drift, gone = of_releases(api, settled), absent(api, settled)
    return tuple(_Known(target, stored, drift, gone) for target in targets)


def _rendered(done: Iterable[Step], used: Charts, engine_name: str | None) -> dict[int, list[Manifest]]:
    """The objects of those releases that may have others than before, by the release's identity."""
    releases = [step.release for step in done if _may_differ(step, used)]
    found: dict[int, list[Manifest]] = {id(release): [] for release in releases}
    for manifest in render(releases, used, engine_name) if releases else ():
        found[id(manifest.release)].append(manifest)
    return found


def _may_differ(step: Step, used: Charts) -> bool:
    """Whether objects may differ: what a chart depends on is not stored, and cannot be compared as files."""
    depends = any(path.startswith(_DEPENDENCIES) for path in used.by_ref[step.release.chart].files)
    return step.action != "unchanged" or depends


def _difference(step: Step, known: _Known, rendered: Mapping[int, Sequence[Manifest]]) -> ReleaseDifference:
    release, stored = step.release, step.stored
    now = rendered.get(id(release))
    found: tuple[ObjectChange, ...] = ()
    if now is not None:
        found = changes([] if stored is None else _manifests(release, stored), now)
    drift = known.drift.get((release.namespace, release.name), ReleaseDrift())
    action = "upgrade" if step.action == "unchanged" and found else step.action
    return ReleaseDifference(
        release.environment,
        release.region,
        release.service,
        action,
        reasons=step.reasons,
        changes=found,
        edits=tuple(Edit(**asdict(each), age=age(each.time)) for each in drift.found),
        notes=drift.notes if step.action != "stuck" else ("what was changed by hand is not told of it",),
    )


def _manifests(release: Release, stored: Stored) -> list[Manifest]:
    """The objects that Helm has stored, hooks last."""
    return [Manifest(release, "", each) for each in (*contents.objects(stored), *contents.hooks(stored))]


def _left(known: _Known, live: Live) -> Iterator[ReleaseDifference]:
    """Releases of the project that the spec does not have any more."""
    target = known.target
    same = (each for each in live.plan.releases if each.environment == target.environment)
    for stored in leftovers(same, known.stored.values(), live.plan.project, target.environment):
        mark = stored.mark
        if mark is not None and mark.region == target.region:
            note = f"`chartgen prune {target.options}` removes it; a deploy leaves it"
            yield ReleaseDifference(mark.environment, mark.region, mark.service, "remove", notes=(note,))
