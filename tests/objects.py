"""The objects of many releases, rendered in one call, and whose they are."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from chartgen import engine
from chartgen.actions.planning import Selection
from chartgen.actions.template import template
from chartgen.engine import Engine, manifests, rendering
from chartgen.engine.embedded import EmbeddedHelm
from chartgen.errors import Problem
from chartgen.model import Chart, Manifest, Release
from tests import cases
from tests.cases import ROOT, Case

EXAMPLES = ROOT.parent / "examples"


def of_cases(helm: Engine, some: Sequence[Case]) -> dict[str, list[Manifest]]:
    """The objects of each case at the place that it looks at, by its name."""
    return together(helm, {case.name: cases.shared(case.here(case.releases())) for case in some})


def of_everything() -> dict[str, list[Manifest]]:
    """The objects of every case that is right at all its places, and of every example, by name."""
    right = [case for case in cases.collect() if case.error is None]
    found = together(engine.choose(), {case.name: cases.shared(case.releases()) for case in right})
    return found | {f"examples/{path.name}": of_project(path) for path in sorted(EXAMPLES.iterdir()) if path.is_dir()}


def of_project(directory: Path) -> list[Manifest]:
    """All objects of a project."""
    return list(template(directory, Selection()).manifests)


def together(helm: Engine, releases: Mapping[str, Sequence[Release]]) -> dict[str, list[Manifest]]:
    """The objects of releases that belong to somebody, by whom they belong to."""
    found: dict[str, list[Manifest]] = {name: [] for name in releases}
    owners = {id(release): name for name, own in releases.items() for release in own}
    for manifest in helm.template(cases.shared_chart(), [release for own in releases.values() for release in own]):
        found[owners[id(manifest.release)]].append(manifest)
    return found


@functools.cache
def without_defaults() -> Chart:
    """The shared chart without values of its own, for releases under which they are laid already."""
    chart = cases.shared_chart()
    return replace(chart, values={}, files={**chart.files, "values.yaml": b"{}\n"})


def attempted(chart: Chart, releases: Sequence[Release]) -> list[list[Manifest] | str]:
    """For each release its objects, or what Helm has to say where it renders none; a failure costs no other release."""
    found: list[list[Manifest] | str | None] = [None] * len(releases)
    while left := [index for index, outcome in enumerate(found) if outcome is None]:
        # So many failures at a time, and Helm tries no further: what was not tried comes next.
        outcomes = rendering.together(EmbeddedHelm(), chart, [releases[index] for index in left])
        for index, outcome in zip(left, outcomes, strict=True):
            if isinstance(outcome, Problem):
                found[index] = outcome.message
            elif outcome is not None:
                own, wrong = manifests.of(releases[index], outcome)
                found[index] = "\n".join(map(str, wrong)) or own
    return [outcome for outcome in found if outcome is not None]


def attempted_once(chart: Chart, releases: Sequence[Release]) -> list[list[Manifest] | str]:
    """The same, where many are alike: of those with one name and the same values, one is rendered for all."""
    keys = [json.dumps([one.name, one.namespace, [layer.values for layer in one.layers]]) for one in releases]
    unlike = dict(zip(keys, releases, strict=True))
    outcomes = dict(zip(unlike, attempted(chart, list(unlike.values())), strict=True))
    return [outcomes[key] for key in keys]
