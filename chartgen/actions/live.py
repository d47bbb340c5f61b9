"""The clusters that an environment's releases go to, and what is needed to look at them or change them."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from chartgen.actions.charts import Charts, charts
from chartgen.actions.planning import Selection, open_plan, select
from chartgen.cluster.api import current_context
from chartgen.cluster.steps import Step, step
from chartgen.cluster.stored import Stored
from chartgen.errors import InputError, Problem
from chartgen.model import Plan, Release, options_of
from chartgen.outputs import places
from chartgen.spec.project import Project

_ONLY_WAVE = 1


@dataclass(frozen=True, slots=True)
class Target:
    """An environment, or a region of it: what goes to one cluster with one helmfile.

    Attributes:
        environment, region: `region` None where the environment has none.
        wave: when it is its turn, low first.
        context: of the kubeconfig; None: the spec names none, and none is the current one.
        releases: those chosen, in the order of the plan.
        whole: all that belong there, chosen or not.
        current: whether the context is the one that was current, as the spec names none. It was asked for once: whoever
            turns to another meanwhile does not take us along.
    """

    environment: str
    region: str | None
    wave: int
    context: str | None
    releases: tuple[Release, ...]
    whole: tuple[Release, ...]
    current: bool = False

    @property
    def title(self) -> str:
        """As people call it: `prod/eu-north`."""
        return "/".join(part for part in (self.environment, self.region) if part)

    @property
    def options(self) -> str:
        """What a command is given to mean it: `-e prod -r eu-north`."""
        return options_of(self.environment, self.region)

    @property
    def cluster(self) -> str:
        """Where it is, for people: `context prod`."""
        if not self.context:
            return "the current context"
        return f"context {self.context}" + (", the current one" if self.current else "")

    @property
    def helmfile(self) -> str:
        """Its helmfile, project-relative."""
        return places.helmfile(self.environment, self.region)

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Those in which its releases stand, chosen or not."""
        return tuple(dict.fromkeys(release.namespace for release in self.whole))


@dataclass(frozen=True, slots=True)
class Live:
    """A project beside the clusters that it goes to.

    Attributes:
        targets: of the environments chosen, by environment and wave; those without a chosen release are left out.
    """

    project: Project
    plan: Plan
    targets: tuple[Target, ...]

    @property
    def releases(self) -> tuple[Release, ...]:
        """The releases chosen."""
        return tuple(release for target in self.targets for release in target.releases)

    def charts(self) -> Charts:
        """The charts of the chosen releases.

        Raises:
            InputError, ToolError: as `actions.charts.charts`.
        """
        return charts(self.project, self.releases)


def open_live(directory: pathlib.Path, selection: Selection) -> Live:
    """The project in the folder, and where the chosen releases go. No cluster is asked.

    Raises:
        InputError: the spec is wrong, or the selection names what is not there, or nothing together.
    """
    return _live(*open_plan(directory), selection)


def open_environment(directory: pathlib.Path, selection: Selection) -> Live:
    """The same for one environment: the only one named, else the project's default.

    Raises:
        InputError: as `open_live`, or none or several are named.
    """
    project, plan = open_plan(directory)
    name = one_environment(project, selection.environments)
    return _live(project, plan, replace(selection, environments=[name]))


def _live(project: Project, plan: Plan, selection: Selection) -> Live:
    chosen = {id(release) for release in select(plan, selection).releases}
    asked = {"environment": selection.environments, "region": selection.regions, "service": selection.services}
    if not chosen and any(asked.values()):
        names = " and ".join(f"{what} {' or '.join(names)}" for what, names in asked.items() if names)
        raise InputError(f"there is no release of {names}", hint="`chartgen list` shows those that there are")
    return Live(project, plan, _settled(_targets(project, plan, chosen)))


def one_environment(project: Project, environments: Iterable[str]) -> str:
    """The one environment that is meant: the only one named, else the project's default.

    Raises:
        InputError: none or several are.
    """
    named = list(dict.fromkeys(environments))
    if not named and project.default_environment:
        return project.default_environment
    if len(named) == 1:
        return named[0]
    message = "no environment is named" if not named else f"{len(named)} environments are named"
    known = ", ".join(project.environments)
    raise InputError(Problem(message, expected=f"one of {known}", hint="name it: `-e ENV`"))


def waves(targets: Iterable[Target]) -> list[tuple[Target, ...]]:
    """The targets by wave, low first."""
    found: dict[int, list[Target]] = {}
    for target in targets:
        found.setdefault(target.wave, []).append(target)
    return [tuple(found[wave]) for wave in sorted(found)]


def steps(target: Target, used: Charts, stored: Mapping[tuple[str, str], Stored]) -> tuple[Step, ...]:
    """What a deploy has to do for each chosen release of a target."""
    return tuple(
        step(release, used.by_ref[release.chart], stored.get((release.namespace, release.name)))
        for release in target.releases
    )


def _settled(targets: Iterable[Target]) -> tuple[Target, ...]:
    """The targets, those for which the spec names no context with the current one."""
    found = tuple(targets)
    context = None if all(target.context for target in found) else current_context()
    return tuple(
        target if target.context or not context else replace(target, context=context, current=True) for target in found
    )


def _targets(project: Project, plan: Plan, chosen: set[int]) -> Iterator[Target]:
    for environment in plan.environments:
        of = {region.name: region.wave for region in project.environments[environment.name].regions}
        for region in environment.regions or (None,):
            whole = tuple(release for release in environment.releases if release.region == region)
            releases = tuple(release for release in whole if id(release) in chosen)
            if releases:
                wave = of.get(region, _ONLY_WAVE) if region else _ONLY_WAVE
                yield Target(environment.name, region, wave, releases[0].kube_context, releases, whole)
