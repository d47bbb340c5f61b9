"""`chartgen destroy`: the releases of an environment, and what they leave behind."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chartgen.actions.live import Target, open_environment, waves
from chartgen.actions.operating import foreign, is_ours
from chartgen.actions.planning import Selection
from chartgen.actions.removal import Removal, of_target, removal
from chartgen.cluster import stored
from chartgen.cluster.api import connect
from chartgen.cluster.stored import Stored
from chartgen.errors import Problem


@dataclass(frozen=True, slots=True)
class Destruction:
    """What is to be removed, the last wave first.

    Attributes:
        notes: what is left alone, and why.
    """

    removals: tuple[Removal, ...]
    notes: tuple[Problem, ...]


def plan(directory: pathlib.Path, selection: Selection) -> Destruction:
    """What destroying the chosen releases comes to: with no service named, those too that the spec has no more.

    Raises:
        InputError: the spec is wrong, or the selection names what is not there.
        ToolError: a cluster cannot be reached, or a release cannot be read.
    """
    live = open_environment(directory, selection)
    found: list[Removal] = []
    notes: list[Problem] = []
    for target in (each for wave in reversed(waves(live.targets)) for each in reversed(wave)):
        with connect(target.context) as api:
            there = stored.current(api, target.namespaces)
            notes += [foreign(each, target) for each in _named(target, there) if not is_ours(each, live.plan, target)]
            doomed = of_target(_meant(target, there, whole=not selection.services), live.plan, target, found)
            absent = [each for each in target.releases if (each.namespace, each.name) not in there]
            one = removal(api, live.plan, target, doomed, there.values(), absent)
        found += [one] if one else []
    return Destruction(tuple(found), tuple(notes))


def _meant(target: Target, there: Mapping[tuple[str, str], Stored], *, whole: bool) -> Iterable[Stored]:
    chosen = {(each.namespace, each.name) for each in target.releases}
    return (each for key, each in there.items() if whole or key in chosen)


def _named(target: Target, there: Mapping[tuple[str, str], Stored]) -> Iterable[Stored]:
    keys = ((each.namespace, each.name) for each in target.releases)
    return (there[key] for key in keys if key in there)
