"""The charts of a project that can be built: the shared one, and those in its directories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import semver

from chartgen.actions import proof
from chartgen.actions.charts import assembled, local, overlay
from chartgen.actions.planning import open_plan
from chartgen.errors import InputError, Problem, Where, did_you_mean
from chartgen.model import Chart, Values
from chartgen.spec.find import SPEC
from chartgen.spec.project import Project


@dataclass(frozen=True, slots=True)
class Source:
    """A chart to build.

    Attributes:
        place: its directory in the project; empty for the one that is assembled.
        cases: values to try it with that its author wrote, by name.
    """

    chart: Chart
    place: str
    cases: Mapping[str, Values]

    @property
    def version_place(self) -> tuple[Where, str]:
        """Where its version is written: the file, and the path in it."""
        return (Where(f"{self.place}/Chart.yaml"), "version") if self.place else (Where(SPEC), "build.version")


def sources(project: Project, names: Sequence[str], *, every: bool, version: str | None) -> list[Source]:
    """The charts that are meant: those with these names or directories, else all of them, else the shared one.

    Arguments:
        version: the version that is asked for, which one chart alone can have.

    Raises:
        InputError: there is no such chart, or one of them cannot be made.
    """
    if version is not None and not semver.Version.is_valid(version):
        message = f"`{version}` is no version"
        raise InputError(Problem(message, path="--version", expected="major.minor.patch, such as 1.4.0"))
    shared = str(project.chart.path) if project.chart.path else ""
    if not names and not every:
        return [_source(project, shared, version)]
    places = [shared, *(place for place in _places(project) if place != shared)]
    found = [_source(project, place, None) for place in places]
    meant = found if every else [_named(name, found) for name in names]
    if version is not None and len(meant) > 1:
        message = f"--version names one version for {len(meant)} charts"
        raise InputError(Problem(message, hint="name one chart, or let `--bump auto` pick each one's version"))
    return [_source(project, one.place, version) for one in meant] if version else meant


def _places(project: Project) -> list[str]:
    """The directories of the charts that services bring, in the order of the services."""
    return list(
        dict.fromkeys(release.chart.path for release in open_plan(project.directory)[1].releases if release.chart.path)
    )


def _source(project: Project, place: str, version: str | None) -> Source:
    if place:
        chart = local(project, place)
        return Source(chart, place, proof.own_cases(chart.files, place))
    own = overlay(project)
    cases = proof.own_cases(own, str(project.build.overlay or ""))
    return Source(assembled(project, version), "", cases)


def _named(name: str, found: Sequence[Source]) -> Source:
    for source in found:
        if name.rstrip("/") in (source.chart.name, source.place):
            return source
    known = [source.chart.name for source in found]
    message, hint = f"the project has no chart `{name}`", did_you_mean(name, known)
    raise InputError(Problem(message, expected=f"one of {', '.join(known)}, or their directories", hint=hint))
