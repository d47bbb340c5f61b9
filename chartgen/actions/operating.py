"""Doing something to live releases one after another, and saying truthfully how far it came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from chartgen.actions.live import Target
from chartgen.cluster import stored
from chartgen.cluster.api import Api
from chartgen.cluster.helm import HelmError
from chartgen.cluster.stored import Stored
from chartgen.errors import Problem
from chartgen.model import Plan, Release

Told = Callable[[str], None]
"""Takes a line of progress."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far it came.

    Attributes:
        done: what was done, a line each.
        problems: what failed; empty: nothing did.
        left: what was not begun because of that, by title.
    """

    done: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    left: tuple[str, ...] = ()

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.done + other.done, self.problems + other.problems, self.left + other.left)


def timeout(plan: Plan, release: Release | None) -> int:
    """Seconds that Helm waits for a release; None: one that the spec has no more."""
    return (release.timeout if release else None) or plan.helm_defaults.timeout


def history_max(plan: Plan, release: Release) -> int:
    """How many revisions Helm keeps of a release."""
    return plan.helm_defaults.max_history if release.max_history is None else release.max_history


def is_ours(found: Stored, plan: Plan, target: Target) -> bool:
    """Whether a release bears the mark of the project, the environment, and the region where that is one of it."""
    mark = found.mark
    if mark is None or (mark.project, mark.environment) != (plan.project, target.environment):
        return False
    [environment] = [each for each in plan.environments if each.name == target.environment]
    return mark.region == target.region or mark.region not in (environment.regions or (None,))


def foreign(found: Stored, target: Target) -> Problem:
    """That a release is not to be touched."""
    mark = found.mark
    whose = f"is {mark.service} of {mark.project}/{mark.environment}" if mark else "bears no mark of chartgen"
    message = f"release {found.namespace}/{found.name} {whose}, and is left alone"
    return Problem(message, hint=f"`helm -n {found.namespace} get values {found.name}` shows its mark: x-chartgen")


def moved(api: Api, planned: Iterable[Stored]) -> tuple[Problem, ...]:
    """Which releases are no more as they were when somebody agreed to what is to be done to them.

    Raises:
        ApiError: the cluster cannot be reached, or refuses.
    """
    planned = tuple(planned)
    now = stored.current(api, (each.namespace for each in planned))
    return tuple(_moved(each, now.get((each.namespace, each.name))) for each in planned if not _is_same(each, now))


def _is_same(before: Stored, now: dict[tuple[str, str], Stored]) -> bool:
    found = now.get((before.namespace, before.name))
    return found is not None and (found.revision, found.status) == (before.revision, before.status)


def _moved(before: Stored, now: Stored | None) -> Problem:
    after = f"revision {now.revision}, {now.status}" if now else "gone"
    message = f"release {before.namespace}/{before.name} has changed meanwhile: it was revision {before.revision}"
    return Problem(f"{message}, {before.status}; now it is {after}", hint="look again")


@contextmanager
def told_when_cut_short(told: Told, title: str, target: Target) -> Iterator[None]:
    """Says what to look at where Helm is interrupted at a release."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        told(f"helm was interrupted at {title}; `chartgen recover -e {target.environment}` tells what is stuck")
        raise


def one_after_another(work: Iterable[tuple[str, Callable[[], str]]], *, go_on: bool = False) -> Outcome:
    """Does each, until one fails or to the end.

    Arguments:
        work: titles, and what is to be done; it returns what to say of it, and may raise HelmError.
        go_on: whether the others are done all the same where one fails.
    """
    outcome = Outcome()
    for title, act in work:
        if outcome.problems and not go_on:
            outcome = replace(outcome, left=(*outcome.left, title))
            continue
        try:
            outcome += Outcome(done=(act(),))
        except HelmError as error:
            outcome += Outcome(problems=(Problem(f"{title}: {error.reason}"),))
    return outcome
