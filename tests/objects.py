"""The objects of many releases, rendered in one call, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from chartgen import engine
from chartgen.actions.planning import Selection
from chartgen.actions.template import template
from chartgen.engine import Engine
from chartgen.model import Manifest, Release
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
