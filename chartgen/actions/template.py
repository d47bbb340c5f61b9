"""`chartgen template`: the manifests of the chosen releases."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable
from dataclasses import dataclass

from chartgen import engine
from chartgen.actions.charts import Charts, selected
from chartgen.actions.planning import Selection
from chartgen.checks import values_schema
from chartgen.errors import InputError, Problem
from chartgen.model import Manifest, Release


@dataclass(frozen=True, slots=True)
class Rendered:
    """Releases and their manifests, in the order of the plan."""

    releases: tuple[Release, ...]
    manifests: tuple[Manifest, ...]


def template(directory: pathlib.Path, selection: Selection, engine_name: str | None = None) -> Rendered:
    """Renders the chosen releases of the project; nothing is written, no cluster is asked.

    Raises:
        InputError: the spec, the values or a template is wrong; every problem of the first of these that has any.
        ToolError: there is no engine, or a published chart cannot be fetched.
    """
    releases, used = selected(directory, selection)
    problems = value_problems(releases, used)
    if problems:
        raise InputError(problems)
    return Rendered(releases, render(releases, used, engine_name))


def value_problems(releases: Iterable[Release], used: Charts) -> list[Problem]:
    """What is wrong with the values of the releases, by their charts' schemas."""
    releases = tuple(releases)
    return [
        problem
        for ref, chart in used.by_ref.items()
        for problem in values_schema.check_all(
            (release for release in releases if release.chart == ref),
            values_schema.ValuesSchema.of(chart, ref.path or ""),
        )
    ]


def render(releases: Iterable[Release], used: Charts, engine_name: str | None) -> tuple[Manifest, ...]:
    """The manifests of the releases, in their order: each chart's releases in one call.

    Raises:
        InputError: releases that cannot be rendered, each named.
        ToolError: there is no engine.
    """
    releases = tuple(releases)
    helm = engine.choose(engine_name)
    of_release: dict[int, list[Manifest]] = {id(release): [] for release in releases}
    problems: list[Problem] = []
    for ref, chart in used.by_ref.items():
        try:
            for manifest in helm.template(chart, [release for release in releases if release.chart == ref]):
                of_release[id(manifest.release)].append(manifest)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(manifest for release in releases for manifest in of_release[id(release)])
