"""`chartgen diff`: what has changed in the manifests since a revision of git."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Iterator, Sequence

from chartgen.actions.before import before
from chartgen.actions.charts import charts
from chartgen.actions.committed import Revision
from chartgen.actions.planning import Selection, open_plan, select
from chartgen.actions.template import render, value_problems
from chartgen.compare.manifests.objects import changes
from chartgen.errors import InputError
from chartgen.model import Manifest, Plan, Release
from chartgen.outputs import places
from chartgen.report.difference import Action, Differences, ReleaseDifference


def differences(
    directory: pathlib.Path, selection: Selection, revision: str = "HEAD", engine_name: str | None = None
) -> Differences:
    """How the objects of the chosen releases differ from what the values and charts of a revision make of them.

    A published chart is taken to be the one that the spec has now.

    Raises:
        InputError: the spec or values are wrong, the selection names what is not there, or git has no such revision.
        ToolError: there is no engine, a chart cannot be fetched, or git hangs.
    """
    project, whole = open_plan(directory)
    releases = select(whole, selection).releases
    used = charts(project, releases)
    problems = value_problems(releases, used)
    if problems:
        raise InputError(problems)
    then = Revision.at(directory, revision)
    old = before(directory, releases, used, revision)
    if then is None or old is None:
        raise InputError("git has no revision of this folder yet", hint="commit, or compare with `diff --live`")
    committed = frozenset(then.below(places.DIRECTORY))
    titles = {release.title for release in old.releases}
    touched = [each for each in releases if each.title in titles or places.values(each) not in committed]
    was = _by_title(render(old.releases, old.charts, engine_name))
    now = _by_title(render(touched, used, engine_name))
    found = [_difference(each, committed, was.get(each.title, []), now.get(each.title, [])) for each in releases]
    found += _removed(committed, whole, selection)
    return Differences(whole.project, revision, tuple(found))


def _by_title(manifests: Iterable[Manifest]) -> dict[str, list[Manifest]]:
    found: dict[str, list[Manifest]] = {}
    for manifest in manifests:
        found.setdefault(manifest.release.title, []).append(manifest)
    return found


def _difference(
    release: Release, committed: frozenset[str], was: Sequence[Manifest], now: Sequence[Manifest]
) -> ReleaseDifference:
    found = changes(was, now)
    new = places.values(release) not in committed
    action: Action = "create" if new else "upgrade" if found else "unchanged"
    return ReleaseDifference(release.environment, release.region, release.service, action, changes=found)


def _removed(committed: frozenset[str], whole: Plan, selection: Selection) -> Iterator[ReleaseDifference]:
    """The releases of the chosen environments, regions and services that the revision has and the spec has not."""
    ours = {places.values(release) for release in whole.releases}
    for path in sorted(committed - ours):
        if not places.is_values(path):
            continue
        _, environment, *region, _, file = path.split("/")
        service = file.removesuffix(".yaml")
        wished = [(selection.environments, environment), (selection.services, service)]
        wished += [(selection.regions, region[0])] if region else []
        if all(name in names for names, name in wished if names):
            yield ReleaseDifference(environment, region[0] if region else None, service, "remove")
