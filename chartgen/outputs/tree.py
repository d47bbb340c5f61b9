"""All generated files of a project together."""

from __future__ import annotations

from collections.abc import Iterator

from chartgen.model import Chart, Plan
from chartgen.outputs import helmfile, places
from chartgen.outputs.permissions import permissions
from chartgen.outputs.values import values


def outputs(plan: Plan) -> dict[str, bytes]:
    """Every generated file: project-relative path -> content. A pure function of the plan.

    Raises:
        InputError: a name cannot stand in a helmfile.
    """
    return dict(sorted(_files(plan)))


def _files(plan: Plan) -> Iterator[tuple[str, bytes]]:
    yield places.HELMFILE, helmfile.root(plan).encode()
    for environment in plan.environments:
        for region, releases in helmfile.by_region(environment).items():
            text = helmfile.of_region(plan, environment.name, releases)
            yield places.helmfile(environment.name, region), text.encode()
        exported = permissions(environment)
        if exported is not None:
            yield places.permissions(environment.name), exported.encode()
    for release in plan.releases:
        sources = plan.sources.get(release.service) or (places.SPEC,)
        yield places.values(release), values(release, sources).encode()
    if plan.lock is not None:
        yield places.LOCK, plan.lock
    chart = _assembled(plan)
    if chart:
        yield from ((f"{places.CHARTS}/{chart.name}/{path}", content) for path, content in chart.files.items())


def _assembled(plan: Plan) -> Chart | None:
    """The assembled chart, when a release is installed from it."""
    names = {ref.name for ref in (release.chart for release in plan.releases) if not ref.path and not ref.repository}
    if not names:
        return None
    if plan.chart is None or names != {plan.chart.name}:
        raise ValueError(f"BUG: releases use the assembled chart {names}, the plan brings {plan.chart}")
    return plan.chart
