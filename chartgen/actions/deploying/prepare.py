"""What has to hold before a cluster is looked at: the tools, the spec, its generated files, the values, the charts."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chartgen import files
from chartgen.actions.charts import Charts
from chartgen.actions.live import Live, one_environment, open_environment
from chartgen.actions.planning import Selection
from chartgen.actions.project import render_project
from chartgen.actions.template import value_problems
from chartgen.cluster import tools
from chartgen.cluster.tools import Tools
from chartgen.errors import InputError, Problem
from chartgen.model import ChartRef
from chartgen.outputs import places
from chartgen.publish import pull

_SHOWN = 3
_SERVER_SIDE = (4, 0, 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a deploy is asked for.

    Attributes:
        selection: which releases; at most one environment, none for the project's default.
        everything: whether releases that need nothing are passed on, too.
        engine: what renders, by name; None: what is there.
        server_dry_run: whether every object is sent to the API server as a dry run first.
        force_conflicts: whether fields that others have set are taken (Helm 4).
    """

    selection: Selection
    everything: bool = False
    engine: str | None = None
    server_dry_run: bool = False
    force_conflicts: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """A deploy as far as it is known without a cluster.

    Attributes:
        tools: the programs that do it.
        environment: which one it goes to.
        live: the project; its targets are that environment's alone.
        used: the charts of the chosen releases.
    """

    tools: Tools
    environment: str
    live: Live
    used: Charts


def prepare(directory: pathlib.Path, asked: Asked) -> Ready:
    """All that can be known and checked without a cluster.

    Raises:
        InputError: the spec or the values are wrong, no release is chosen, or the generated files are not what the
            spec says: what is deployed is what was reviewed.
        ToolError: a program is missing or unfit, or a published chart cannot be fetched.
    """
    fit = tools.ready()
    if asked.force_conflicts and fit.helm.version < _SERVER_SIDE:
        message = f"--force-conflicts is for Helm 4, and this is {fit.helm}"
        raise InputError(message, hint="leave it out: Helm 3 overwrites what others have set")
    live = open_environment(directory, asked.selection)
    environment = one_environment(live.project, asked.selection.environments)
    _rendered(directory, environment)
    used = live.charts()
    problems = value_problems(live.releases, used)
    if problems:
        raise InputError(problems)
    return Ready(fit, environment, live, used)


def published(directory: pathlib.Path, refs: Iterable[ChartRef]) -> None:
    """Whether the published charts among these are in their repositories as `chartgen.lock` has them.

    Raises:
        InputError: one is gone, or has other bytes.
        ToolError: a repository cannot be reached.
    """
    locked = pull.read_lock(files.read(directory, pull.LOCK))
    problems: list[Problem] = []
    for ref in dict.fromkeys(refs):
        try:
            if ref.repository is not None:
                pull.verify(ref, locked)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


def _rendered(directory: pathlib.Path, environment: str) -> None:
    """That the files that the environment is deployed from are as the spec says."""
    found = render_project(directory, check=True)
    edited = [path for path in found.kept_edited if _is_used(path, environment)]
    if edited:
        message = f"{_some(edited)} edited by hand"
        raise InputError(message, hint="`chartgen adopt` moves the edits into files of your own")
    stale = [path for path in (*found.written, *found.removed) if _is_used(path, environment)]
    if stale:
        message = f"{_some(stale)} not as the spec says"
        raise InputError(message, hint="`chartgen render` writes them; look at the changes, and commit them")


def _is_used(path: str, environment: str) -> bool:
    return path.startswith((f"{places.DIRECTORY}/{environment}/", f"{places.CHARTS}/", places.LOCK))


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return f"{', '.join(paths[:_SHOWN])}{more} {'is' if len(paths) == 1 else 'are'}"
