"""Several clusters asked at once; one that cannot be reached hides none of the others."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from chartgen.actions.live import Target
from chartgen.cluster.api import Api, connect
from chartgen.errors import Problem, ToolError

_AT_ONCE = 16

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Unreached:
    """Targets whose cluster could not be asked, and why."""

    targets: tuple[Target, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Reached(Generic[_T]):
    """What was found in those clusters that could be asked, in the order of the targets, and the others."""

    found: tuple[_T, ...]
    unreached: tuple[Unreached, ...] = ()

    def places(self) -> tuple[tuple[str, Problem], ...]:
        """Each place whose cluster could not be asked, as people call it (`prod/eu-north`), and why."""
        return tuple(
            (target.title, problem) for each in self.unreached for target in each.targets for problem in each.problems
        )

    def problems(self) -> tuple[Problem, ...]:
        """Why clusters could not be asked, each told once."""
        return tuple(dict.fromkeys(problem for each in self.unreached for problem in each.problems))


def each_cluster(targets: Iterable[Target], look: Callable[[Api, tuple[Target, ...]], _T]) -> Reached[_T]:
    """What the function finds in each cluster that targets go to, all clusters at once.

    An interrupt ends what is under way: the connections close.

    Arguments:
        look: takes a cluster's API and the targets that go there; it runs in a thread of its own.
    """
    by_context: dict[str | None, list[Target]] = {}
    for target in targets:
        by_context.setdefault(target.context, []).append(target)
    groups = [tuple(group) for group in by_context.values()]
    with contextlib.ExitStack() as stack:
        opened = [_open(stack, group) for group in groups]
        pool = ThreadPoolExecutor(_AT_ONCE)
        try:
            answers = list(pool.map(lambda api, group: _look(api, group, look), opened, groups))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    found = tuple(each for each in answers if not isinstance(each, Unreached))
    return Reached(found, tuple(each for each in answers if isinstance(each, Unreached)))


def _open(stack: contextlib.ExitStack, targets: tuple[Target, ...]) -> Api | Unreached:
    try:
        return stack.enter_context(connect(targets[0].context))
    except ToolError as error:
        return Unreached(targets, error.problems)


def _look(
    api: Api | Unreached, targets: tuple[Target, ...], look: Callable[[Api, tuple[Target, ...]], _T]
) -> _T | Unreached:
    if isinstance(api, Unreached):
        return api
    try:
        return look(api, targets)
    except ToolError as error:
        return Unreached(targets, error.problems)
