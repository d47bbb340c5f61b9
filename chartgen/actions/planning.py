"""Opening a project and choosing among its releases."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chartgen.errors import InputError, Problem, did_you_mean
from chartgen.model import Plan, Release
from chartgen.plan import read
from chartgen.spec.project import Project


@dataclass(frozen=True, slots=True)
class Selection:
    """Which releases are meant: by environment, region and service; an empty part means all."""

    environments: Sequence[str] = ()
    regions: Sequence[str] = ()
    services: Sequence[str] = ()


def open_plan(directory: pathlib.Path) -> tuple[Project, Plan]:
    """The project in the folder, and its plan.

    Raises:
        InputError: every problem of the spec.
    """
    return read(directory)


def select(whole: Plan, selection: Selection) -> Plan:
    """The plan with the selected releases alone.

    Raises:
        InputError: a name that the project does not have.
    """
    releases = whole.releases
    problems = [
        *_unknown("environment", selection.environments, [environment.name for environment in whole.environments]),
        *_unknown("region", selection.regions, (release.region for release in releases if release.region)),
        *_unknown("service", selection.services, (release.service for release in releases)),
    ]
    if problems:
        raise InputError(problems)
    environments = tuple(
        replace(
            environment, releases=tuple(release for release in environment.releases if _is_meant(release, selection))
        )
        for environment in whole.environments
    )
    return replace(whole, environments=environments)


def _unknown(what: str, names: Iterable[str], known: Iterable[str]) -> Iterable[Problem]:
    known = list(dict.fromkeys(known))
    for name in names:
        if name not in known:
            expected = f"one of {', '.join(known) or 'none'}"
            yield Problem(f"there is no {what} `{name}`", expected=expected, hint=did_you_mean(name, known))


def _is_meant(release: Release, selection: Selection) -> bool:
    return (
        (not selection.environments or release.environment in selection.environments)
        and (not selection.regions or release.region in selection.regions)
        and (not selection.services or release.service in selection.services)
    )
