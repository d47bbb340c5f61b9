"""`chartgen rollback`: releases back to what they were in an earlier revision."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chartgen.actions.live import Live, Target, open_environment, waves
from chartgen.actions.operating import (
    Outcome,
    Told,
    foreign,
    history_max,
    in_cluster,
    is_ours,
    one_after_another,
    stuck,
    timeout,
    told_when_cut_short,
)
from chartgen.actions.planning import Selection
from chartgen.cluster import contents, stored
from chartgen.cluster.api import Api, connect
from chartgen.cluster.helm import Helm
from chartgen.cluster.stored import PENDING, Stored
from chartgen.cluster.unblocking import unblocking
from chartgen.compare.manifests.objects import ObjectChange, changes
from chartgen.errors import InputError, Problem
from chartgen.model import Manifest, Release


@dataclass(frozen=True, slots=True)
class Aim:
    """To which revision.

    Attributes:
        revision: this one; None: the last one that was deployed and is something else than what is there.
        before: the last one deployed before this time, and only of releases that changed since; None: any time.
    """

    revision: int | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """One release, where it is and where it goes back to.

    Attributes:
        changes: what that does to its objects.
        images: those of its containers now, and then.
    """

    target: Target
    release: Release
    current: Stored
    aim: Stored
    changes: tuple[ObjectChange, ...]
    images: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def title(self) -> str:
        """The release as people call it."""
        return self.release.title


@dataclass(frozen=True, slots=True)
class Rollback:
    """What a rollback would do.

    Attributes:
        returns: by wave; one after another.
        notes: what is not rolled back, and why.
    """

    live: Live
    returns: tuple[Return, ...]
    notes: tuple[Problem, ...] = ()


def plan(directory: pathlib.Path, selection: Selection, aim: Aim) -> Rollback:
    """What a rollback would do. Without a service only releases that failed, or that changed since, are meant.

    Raises:
        InputError: the spec or the selection is wrong, or there is no such revision.
        ToolError: a cluster cannot be reached, or a revision cannot be read.
    """
    live = open_environment(directory, selection)
    named = bool(selection.services)
    returns: list[Return] = []
    notes: list[Problem] = []
    for target in (each for wave in waves(live.targets) for each in wave):
        with connect(target.context) as api:
            for release, revisions in _revisions(api, target):
                if not revisions:
                    notes += [Problem(f"{release.title} is not installed")] if named else []
                elif not is_ours(revisions[-1], live.plan, target):
                    notes.append(foreign(revisions[-1], target))
                elif revisions[-1].status in PENDING:
                    notes.append(stuck(release, revisions[-1]))
                elif named or aim.before or revisions[-1].status == "failed":
                    returns += _return(target, release, revisions, aim, notes)
    return Rollback(live, tuple(returns), tuple(notes))


def carry_out(rollback: Rollback, told: Told) -> Outcome:
    """Rolls back, one release after another, until one fails."""
    outcome = Outcome()
    for target in dict.fromkeys(id(each.target) for each in rollback.returns):
        mine = [each for each in rollback.returns if id(each.target) == target]
        if outcome.problems:
            outcome += Outcome(left=tuple(each.title for each in mine))
        else:
            outcome += _rolled_back(rollback.live, mine, told)
    return outcome


def goal(revisions: Sequence[Stored], aim: Aim) -> Stored | None:
    """The revision to go back to; None: there is none.

    Arguments:
        revisions: of one release, the oldest first.

    Raises:
        InputError: the one that is wanted is not there, or came to nothing.
    """
    *earlier, current = revisions
    good = [each for each in earlier if each.was_deployed]
    if aim.revision is not None:
        found = next((each for each in good if each.revision == aim.revision), None)
        if found is None:
            raise InputError(_no_such(aim.revision, revisions, good))
        return found
    if aim.before is not None:
        if current.began is None or current.began <= aim.before:
            return None
        good = [each for each in good if each.began is not None and each.began <= aim.before]
        return good[-1] if good else None
    return next((each for each in reversed(good) if _content(each) != _content(current)), None)


def _rolled_back(live: Live, mine: Sequence[Return], told: Told) -> Outcome:
    """What came of those of one cluster."""
    target = mine[0].target
    helm = Helm(target.context)
    return in_cluster(
        target,
        [(each.title, each.current) for each in mine],
        lambda api: one_after_another((each.title, _act(live, helm, api, each, told)) for each in mine),
    )


def _act(live: Live, helm: Helm, api: Api, each: Return, told: Told) -> Callable[[], str]:
    def act() -> str:
        told(f"{each.title}: back to revision {each.aim.revision}")
        wait, keep = timeout(live.plan, each.release), history_max(live.plan, each.release)
        with (
            told_when_cut_short(told, each.title, each.target),
            unblocking(api, [each.aim], told),
        ):
            helm.rollback(each.aim.namespace, each.aim.name, each.aim.revision, timeout=wait, history_max=keep)
        return f"{each.title} is what it was in revision {each.aim.revision}"

    return act


def _revisions(api: Api, target: Target) -> Iterator[tuple[Release, tuple[Stored, ...]]]:
    found = api.each(lambda release: stored.history(api, release.namespace, release.name), target.releases)
    return zip(target.releases, found, strict=True)


def _return(
    target: Target, release: Release, revisions: Sequence[Stored], aim: Aim, notes: list[Problem]
) -> Iterable[Return]:
    current, found = revisions[-1], goal(revisions, aim)
    if found is not None:
        before, after = _manifests(release, current), _manifests(release, found)
        images = tuple(contents.images(each.object for each in some) for some in (before, after))
        return [Return(target, release, current, found, changes(before, after), (images[0], images[1]))]
    if aim.before is None:
        notes.append(Problem(f"{release.title} has no earlier revision that was deployed and is something else"))
    elif current.began is not None and current.began > aim.before:
        notes.append(nothing_from_then(release, revisions[0], aim.before))
    return []


def nothing_from_then(release: Release, first: Stored, then: datetime) -> Problem:
    """That no revision is left from before a time: there was none, or it is kept no more."""
    if first.revision == 1 and first.began is not None and first.began > then:
        hint = f"`chartgen destroy -e {release.environment} -s {release.service}` removes it"
        return Problem(f"{release.title} was not there before, and stays", hint=hint)
    message = f"{release.title} stays: of what was deployed before, none is kept"
    return Problem(message, hint="`chartgen history` lists what is; `--to` takes one of them")


def _manifests(release: Release, found: Stored) -> list[Manifest]:
    return [Manifest(release, "", data) for data in contents.objects(found)]


def _content(found: Stored) -> tuple[str, tuple[str, ...], str]:
    hooks = tuple(str(hook.get("manifest")) for hook in found.hooks)
    return found.manifest, hooks, found.chart_title


def _no_such(revision: int, revisions: Sequence[Stored], good: Sequence[Stored]) -> Problem:
    *_, current = revisions
    known = ", ".join(str(each.revision) for each in good)
    found = next((each for each in revisions if each.revision == revision), None)
    if found is current:
        message = f"{current.name} is at revision {revision}"
    elif found is None:
        message = f"{current.name} has no revision {revision}"
    else:
        message = f"revision {revision} of {current.name} never was deployed"
    return Problem(message, expected=f"one of {known}" if known else "", hint="`chartgen history` lists them")
