"""`chartgen recover`: releases that Helm was interrupted at, and that it refuses to touch since."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chartgen.actions.live import Live, Target, open_environment
from chartgen.actions.operating import (
    Outcome,
    Told,
    foreign,
    history_max,
    in_cluster,
    is_ours,
    one_after_another,
    timeout,
    told_when_cut_short,
)
from chartgen.actions.planning import Selection
from chartgen.cluster import stored
from chartgen.cluster.api import Api, connect
from chartgen.cluster.helm import PHASES, Helm
from chartgen.cluster.stored import PENDING, Stored
from chartgen.cluster.unblocking import unblocking
from chartgen.errors import Problem
from chartgen.model import Release


@dataclass(frozen=True, slots=True)
class Stuck:
    """A release that Helm was interrupted at, or is at work on.

    Attributes:
        current: its latest revision, which says in what Helm was.
        aim: the revision to roll back to; None: it is to be uninstalled.
        age: seconds since Helm began; None: it does not say.
        limit: seconds that Helm may be at work on it.
    """

    target: Target
    service: str
    release: Release | None
    current: Stored
    aim: Stored | None
    age: float | None
    limit: float

    @property
    def title(self) -> str:
        """The release as people call it."""
        return f"{self.target.title}/{self.service}"

    @property
    def remedy(self) -> Literal["roll back", "uninstall"]:
        """What is to be done."""
        return "roll back" if self.aim else "uninstall"

    @property
    def may_be_at_work(self) -> bool:
        """Whether some helm may still be at work on it."""
        return self.limit > 0 and self.age is not None and self.age < self.limit


@dataclass(frozen=True, slots=True)
class Recovery:
    """What there is to recover.

    Attributes:
        notes: what is left alone, and why.
    """

    live: Live
    stuck: tuple[Stuck, ...]
    notes: tuple[Problem, ...] = ()

    @property
    def ready(self) -> tuple[Stuck, ...]:
        """Those that no helm can be at work on any more."""
        return tuple(each for each in self.stuck if not each.may_be_at_work)


def plan(directory: pathlib.Path, selection: Selection, now: datetime, older_than: float | None = None) -> Recovery:
    """Which releases are stuck, and what is to be done about each.

    Arguments:
        older_than: seconds after which no helm can be at work on a release; None: its timeout in each phase.

    Raises:
        InputError: the spec is wrong, or the selection names what is not there.
        ToolError: a cluster cannot be reached, or a revision cannot be read.
    """
    live = open_environment(directory, selection)
    found: list[Stuck] = []
    notes: list[Problem] = []
    for target in live.targets:
        chosen = {(each.namespace, each.name): each for each in target.releases}
        known = {(each.namespace, each.name) for each in target.whole}
        with connect(target.context) as api:
            for key, current in stored.current(api, target.namespaces).items():
                is_meant = key in chosen or (key not in known and not selection.services)
                if current.status not in PENDING or not is_meant:
                    continue
                if not is_ours(current, live.plan, target):
                    notes += [foreign(current, target)] if key in chosen else []
                    continue
                release = chosen.get(key)
                limit = PHASES * timeout(live.plan, release) if older_than is None else older_than
                service = release.service if release else current.name
                revisions = stored.history(api, *key)
                if revisions:  # else it went while we looked
                    found.append(Stuck(target, service, release, current, goal(revisions), _age(current, now), limit))
    return Recovery(live, tuple(found), tuple(notes))


def goal(revisions: Sequence[Stored]) -> Stored | None:
    """The revision that a stuck release is rolled back to: the last that was deployed; None: it is uninstalled.

    Arguments:
        revisions: of one release, the oldest first.
    """
    *earlier, current = revisions
    if current.status == "uninstalling":
        return None
    return next((each for each in reversed(earlier) if each.was_deployed), None)


def carry_out(recovery: Recovery, told: Told) -> Outcome:
    """Mends those that no helm can be at work on, one after another; one that fails keeps no other from it."""
    outcome = Outcome()
    for target in recovery.live.targets:
        mine = [each for each in recovery.ready if each.target is target]
        if mine:
            outcome += _recovered(recovery.live, mine, told)
    return outcome


def _recovered(live: Live, mine: Sequence[Stuck], told: Told) -> Outcome:
    """What came of those of one cluster."""
    target = mine[0].target
    helm = Helm(target.context)
    return in_cluster(
        target,
        [(each.title, each.current) for each in mine],
        lambda api: one_after_another(((each.title, _act(live, helm, api, each, told)) for each in mine), go_on=True),
    )


def _age(current: Stored, now: datetime) -> float | None:
    return (now - current.began).total_seconds() if current.began else None


def _act(live: Live, helm: Helm, api: Api, each: Stuck, told: Told) -> Callable[[], str]:
    current, wait = each.current, timeout(live.plan, each.release)

    def act() -> str:
        with told_when_cut_short(told, each.title, each.target):
            if each.aim is None:
                told(f"{each.title}: uninstalling")
                helm.uninstall(current.namespace, current.name, timeout=wait)
                return f"{each.title} is uninstalled; the next deploy installs it"
            told(f"{each.title}: back to revision {each.aim.revision}")
            keep = history_max(live.plan, each.release) if each.release else live.plan.helm_defaults.max_history
            with unblocking(api, [each.aim], told):
                helm.rollback(current.namespace, current.name, each.aim.revision, timeout=wait, history_max=keep)
            return f"{each.title} is what it was in revision {each.aim.revision}"

    return act
