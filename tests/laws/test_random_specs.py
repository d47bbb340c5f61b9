"""Whatever is said of services, what is rendered is sound: valid objects, and nothing that does not fit together."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import settings

from chartgen.checks.values_schema import check_all
from chartgen.model import Manifest
from tests import cases, kinds, objects, soundness
from tests.laws import random_specs
from tests.laws.random_specs import Spec

pytest.importorskip("helm_python")

COUNT = 2000 * settings().max_examples // 100


@pytest.fixture(scope="module")
def specs() -> list[Spec]:
    return random_specs.specs(COUNT)


@pytest.fixture(scope="module")
def rendered(specs: list[Spec]) -> list[tuple[Spec, list[Manifest] | str]]:
    """What comes of each spec: its objects, or what the chart has against it."""
    releases = [release for spec in specs for release in spec.releases]
    outcomes = dict(zip(map(id, releases), objects.attempted(cases.shared_chart(), releases), strict=True))
    return [(spec, outcomes[id(release)]) for spec in specs for release in spec.releases]


def test_there_are_as_many_as_promised(specs):
    assert len(specs) == COUNT
    assert len({str(spec.fields) for spec in specs}) > COUNT * 0.9


def test_their_values_are_those_that_the_chart_takes(specs):
    for spec in specs:
        assert check_all(spec.releases, cases.values_schema()) == [], spec


def test_the_chart_refuses_none_of_them(rendered):
    refused = [(outcome, spec) for spec, outcome in rendered if isinstance(outcome, str)]
    assert refused == [], told(refused)


def test_all_objects_are_valid(rendered):
    manifests = [manifest for _, outcome in rendered if isinstance(outcome, list) for manifest in outcome]
    if kinds.mistakes(manifests):
        wrong = [(mistakes, spec) for spec, own in rendered if (mistakes := kinds.mistakes(own))]
        pytest.fail(told(wrong))


def test_all_that_belongs_together_fits_together(rendered):
    wrong = [
        (faults, spec)
        for spec, outcome in rendered
        if isinstance(outcome, list) and (faults := soundness.faults(outcome))
    ]
    assert wrong == [], told(wrong)


def test_no_two_services_get_in_each_others_way(rendered):
    whole: dict[int, list[Manifest]] = {}
    for number, (_, outcome) in enumerate(rendered):
        if isinstance(outcome, list):
            whole.setdefault(number // random_specs.TOGETHER, []).extend(outcome)
    assert [fault for some in whole.values() for fault in soundness.faults(some)] == []


def told(wrong: Sequence[tuple[object, Spec]]) -> str:
    """The fault of the shortest spec, and how many more there are."""
    if not wrong:
        return ""
    fault, spec = min(wrong, key=lambda pair: len(str(pair[1])))
    return f"{len(wrong)} of {COUNT}; of the shortest:\n{fault}\n{spec}"
