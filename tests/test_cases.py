"""Every case holds: the values it plans, the objects it renders with each Helm, the problems it has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chartgen import engine
from chartgen.engine import Engine
from chartgen.errors import InputError
from chartgen.model import Manifest
from tests import cases, kinds, objects, soundness
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
        return objects.of_cases(_engine(request, patch), RENDERED)


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
    found = {name: kinds.mistakes(own) for name, own in rendered.items()}
    assert {name: mistakes for name, mistakes in found.items() if mistakes} == {}


def test_all_that_belongs_together_fits_together(rendered: dict[str, list[Manifest]]):
    found = {name: soundness.faults(own) for name, own in rendered.items() if own}
    assert {name: faults for name, faults in found.items() if faults} == {}


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
