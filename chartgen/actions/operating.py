"""Doing something to live releases one after another, and saying truthfully how far it came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from chartgen.actions.live import Target
from chartgen.cluster import stored
from chartgen.cluster.api import Api, connect
from chartgen.cluster.helm import HelmError
from chartgen.cluster.stored import Stored
from chartgen.errors import Problem, ToolError
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
    regions, mark = plan.regions(target.environment), found.mark
    return mark is not None and mark.is_of(plan.project, target.environment, target.region, regions)


def foreign(found: Stored, target: Target) -> Problem:
    """That a release is not to be touched."""
    whose = f"is {found.mark}" if found.mark else "bears no mark of chartgen"
    message = f"release {found.namespace}/{found.name} {whose}, and is left alone"
    return Problem(message, hint=f"`helm -n {found.namespace} get values {found.name}` shows its mark: x-chartgen")


def stuck(release: Release, found: Stored) -> Problem:
    """That Helm refuses to touch a release."""
    message = f"{release.title} is {found.status}: Helm is at work on it, or was interrupted"
    return Problem(message, hint=f"`chartgen recover -e {release.environment}` says which")


def moved(api: Api, planned: Iterable[Stored]) -> tuple[Problem, ...]:
    """Which releases are no more as they were when somebody agreed to what is to be done to them.

    Raises:
        ApiError: the cluster cannot be reached, or refuses.
    """
    planned = tuple(planned)
    now = stored.current(api, (each.namespace for each in planned), uninstalled=True)
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
    """Says what to look at where Helm is interrupted at a release, or ended because it took too long."""
    recover = f"`chartgen recover -e {target.environment}` tells what is stuck"
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        told(f"helm was interrupted at {title}; {recover}")
        raise
    except HelmError:
        raise
    except ToolError as error:
        raise ToolError(replace(each, hint=each.hint or recover) for each in error.problems) from None


def in_cluster(
    target: Target, planned: Sequence[tuple[str, Stored]], work: Callable[[Api], Iterable[Outcome]]
) -> Outcome:
    """What came of something that is done to releases of one cluster; an error is a problem beside what was done.

    Nothing is done where one of them is no more as it was when somebody agreed to it.

    Arguments:
        planned: the releases by title.
        work: made step by step; it may raise ToolError.
    """
    begun = False

    def steps() -> Iterator[Outcome]:
        nonlocal begun
        with connect(target.context) as api:
            problems = moved(api, (each for _, each in planned))
            if problems:
                yield Outcome(problems=problems)
                return
            begun = True
            yield from work(api)

    outcome = gathered(target.title, steps())
    return outcome if begun else outcome + Outcome(left=tuple(title for title, _ in planned))


def gathered(title: str, steps: Iterable[Outcome]) -> Outcome:
    """What came of steps that may raise ToolError; that ends them, and is a problem beside what was done until then."""
    outcome = Outcome()
    try:
        for step in steps:
            outcome += step
    except ToolError as error:
        outcome += failed(title, error)
    return outcome


def failed(title: str, error: ToolError) -> Outcome:
    """That an error came in the way of something."""
    return Outcome(problems=tuple(replace(each, message=f"{title}: {each.message}") for each in error.problems))


def one_after_another(work: Iterable[tuple[str, Callable[[], str]]], *, go_on: bool = False) -> Iterator[Outcome]:
    """Does each, until one fails or to the end.

    Arguments:
        work: titles, and what is to be done; it returns what to say of it, and may raise ToolError.
        go_on: whether the others are done all the same where one fails.
    """
    has_failed = False
    for title, act in work:
        if has_failed and not go_on:
            yield Outcome(left=(title,))
            continue
        try:
            yield Outcome(done=(act(),))
        except ToolError as error:
            has_failed = True
            yield failed(title, error)
