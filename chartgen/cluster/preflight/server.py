"""Trying every object on the API server, as a dry run: it says what it would say in the deploy."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from chartgen.cluster.api import Answer, Api
from chartgen.cluster.preflight.attempts import Attempt, attempts, not_sent
from chartgen.cluster.preflight.refusals import CONFLICT, explained, is_immutable
from chartgen.cluster.preflight.scene import Scene
from chartgen.cluster.preflight.task import Task
from chartgen.model import Finding


def dry_run(api: Api, task: Task, scene: Scene, fixed: Collection[tuple[str, str]]) -> Iterator[Finding]:
    """What the API server has to say of each object; nothing is changed.

    Arguments:
        fixed: the objects, each with its release's title, of which it is told already that they cannot change in place.

    Raises:
        ApiError: the cluster cannot be reached.
    """
    yield from not_sent(task, scene)
    for some in api.each(lambda attempt: _tried(api, attempt), attempts(task, scene)):
        yield from (each for each in some if not ((each.release, each.object) in fixed and is_immutable(each)))


def _tried(api: Api, attempt: Attempt) -> tuple[Finding, ...]:
    said = tuple(explained(attempt, _send(api, attempt)))
    if any(finding.rule == CONFLICT for finding in said):  # which keeps the server from looking at the rest
        said += tuple(explained(attempt, _send(api, attempt, force="true")))
    return said


def _send(api: Api, attempt: Attempt, **more: str) -> Answer:
    query = {**attempt.query, **more}
    return api.ask(attempt.method, attempt.path, query, dict(attempt.body), content=attempt.content)
