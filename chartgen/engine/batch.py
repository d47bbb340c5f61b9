"""An engine over Helm: what is asked of it checked, what comes of it gathered, all that is wrong said at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from chartgen.engine import complaints, demands, manifests, refusals, rendering
from chartgen.engine.interface import Helm, Outcome, RenderError
from chartgen.errors import InputError, Problem
from chartgen.model import Chart, Manifest, Release

_RELEASE_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_MAX_RELEASE_NAME = 53


class HelmEngine:
    """The engine over one Helm, however that is reached."""

    def __init__(self, helm: Helm) -> None:
        self._helm = helm

    @property
    def name(self) -> str:
        """What `--engine` and `CHARTGEN_ENGINE` call it."""
        return self._helm.name

    def template(self, chart: Chart, releases: Sequence[Release]) -> list[Manifest]:
        """The objects of all releases, as `interface.Engine` says."""
        _check(chart, releases)
        if not releases:
            return []
        render = rendering.singly if refusals.refusal(chart) else rendering.together
        try:
            outcomes = render(self._helm, chart, releases)
        except RenderError as error:
            raise InputError(complaints.broken(error, chart)) from None
        return _manifests(releases, outcomes)


def _check(chart: Chart, releases: Iterable[Release]) -> None:
    """What Helm refuses before it renders; a name like `-x` would be an option of its command line."""
    expected = f"at most {_MAX_RELEASE_NAME} of a-z, 0-9, `-` and `.`, a letter or digit at both ends"
    problems = [
        Problem(f"`{release.name}` is no name for a release", path=release.title, expected=expected)
        for release in releases
        if not _RELEASE_NAME.fullmatch(release.name) or len(release.name) > _MAX_RELEASE_NAME
    ]
    problems += demands.problems(chart)
    if problems:
        raise InputError(problems)


def _manifests(releases: Sequence[Release], outcomes: Sequence[Outcome]) -> list[Manifest]:
    found: list[Manifest] = []
    problems: list[Problem] = []
    for release, outcome in zip(releases, outcomes, strict=True):
        if isinstance(outcome, Problem):
            problems.append(outcome)
        elif outcome is not None:
            objects, wrong = manifests.of(release, outcome)
            found += objects
            problems += wrong
    untried = sum(outcome is None for outcome in outcomes)
    if untried:
        problems.append(Problem(f"{untried} more releases were not tried, after so many that failed"))
    if problems:
        raise InputError(problems)
    return found
