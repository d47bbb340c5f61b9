"""`chartgen prune`: releases of the project that the spec has no more."""

from __future__ import annotations

import pathlib
from dataclasses import dataclass

from chartgen.actions.live import Target, open_environment
from chartgen.actions.planning import Selection
from chartgen.actions.removal import Removal, of_target, removal
from chartgen.cluster import steps, stored
from chartgen.cluster.api import Api, ApiError, connect
from chartgen.cluster.stored import Stored

_FORBIDDEN = 403


@dataclass(frozen=True, slots=True)
class Pruning:
    """What is to be removed.

    Attributes:
        unseen: the targets in whose clusters only the namespaces of the spec could be looked at.
    """

    removals: tuple[Removal, ...]
    unseen: tuple[Target, ...]


def plan(directory: pathlib.Path, selection: Selection) -> Pruning:
    """Which releases bear the mark of the project and the environment, and are none of its releases any more.

    All namespaces are looked at, where that is allowed: the spec may name others now.

    Raises:
        InputError: the spec is wrong, or the selection names what is not there.
        ToolError: a cluster cannot be reached, or a release cannot be read.
    """
    live = open_environment(directory, selection)
    found: list[Removal] = []
    unseen: list[Target] = []
    for target in live.targets:
        with connect(target.context) as api:
            there = _everywhere(api, target, unseen)
            over = steps.leftovers(target.whole, there, live.plan.project, target.environment)
            one = removal(api, live.plan, target, of_target(over, live.plan, target, found), there)
        found += [one] if one else []
    return Pruning(tuple(found), tuple(unseen))


def _everywhere(api: Api, target: Target, unseen: list[Target]) -> list[Stored]:
    try:
        return list(stored.everywhere(api).values())
    except ApiError as error:
        if error.status != _FORBIDDEN:
            raise
    unseen.append(target)
    return list(stored.current(api, target.namespaces).values())
