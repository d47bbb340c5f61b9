"""Every case holds: the values it plans, the objects it renders with each Helm, the problems it has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from chartgen import engine
from chartgen.checks import kubernetes
from chartgen.engine import Engine
from chartgen.errors import InputError
from chartgen.model import Manifest, Release
from tests import cases
from tests.cases import Case

ALL = cases.collect()
RIGHT = [case for case in ALL if case.error is None]
WRONG = [case for case in ALL if case.error is not None]
RENDERED = [case for case in RIGHT if case.is_rendered]
ENGINES = ("embedded", "helm3", "helm4")

by_name = pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)


@by_name
def test_what_is_planned(case: Case):
    assert not cases.problems(case)
    plan = case.plan() if case.chart is None else None
    assert not cases.planned_differences(case, plan, plan.releases if plan else case.releases())


@pytest.fixture(scope="module", params=ENGINES)
def rendered(request: pytest.FixtureRequest) -> dict[str, list[Manifest]]:
    """The objects of every case at its place, all of them rendered in one call."""
    with pytest.MonkeyPatch.context() as patch:
        releases = {case.name: cases.shared(case.here(case.releases())) for case in RENDERED}
        return manifests(_engine(request, patch), releases)


def manifests(helm: Engine, releases: dict[str, tuple[Release, ...]]) -> dict[str, list[Manifest]]:
    found: dict[str, list[Manifest]] = {name: [] for name in releases}
    owners = {id(release): name for name, own in releases.items() for release in own}
    for manifest in helm.template(cases.shared_chart(), [release for own in releases.values() for release in own]):
        found[owners[id(manifest.release)]].append(manifest)
    return found


def _engine(request: pytest.FixtureRequest, patch: pytest.MonkeyPatch) -> Engine:
    if request.param == "embedded":
        pytest.importorskip("helm_python")
        return engine.choose("embedded")
    program: Path = request.getfixturevalue(request.param)
    patch.setenv("CHARTGEN_HELM", str(program))
    return engine.choose("cli")


@pytest.mark.parametrize("case", RENDERED, ids=lambda case: case.name)
def test_what_is_rendered(case: Case, rendered: dict[str, list[Manifest]]):
    assert not cases.rendered_differences(case, rendered[case.name])


def test_kubernetes_accepts_all_of_it(rendered: dict[str, list[Manifest]]):
    objects = [manifest for own in rendered.values() for manifest in own]
    for version in (kubernetes.versions()[0], kubernetes.versions()[-1]):
        assert not _messages(kubernetes.check(objects, version).findings)


def _messages(findings: Sequence[object]) -> list[str]:
    return [str(finding) for finding in findings]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_what_is_wrong(case: Case):
    told = cases.problems(case)
    if not told:
        with pytest.raises(InputError) as raised:
            engine.choose().template(cases.shared_chart(), cases.shared(case.releases()))
        told = re.sub(
            r"(templates/\S+\.yaml):\d+:\d+", r"\1", str(raised.value)
        )  # which line of the chart it is changes
    assert told == case.error
