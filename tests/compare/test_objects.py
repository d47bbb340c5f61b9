"""What is told of objects before and after: `objects.yaml` has the cases, and laws hold for all."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartgen import yamlio
from chartgen.compare.manifests.objects import ObjectChange, changes
from chartgen.model import Manifest
from tests import cases
from tests.laws.any_values import values

CASES = yamlio.loads((Path(__file__).parent / "objects.yaml").read_bytes())
RELEASE = replace(cases.chart_release({}), namespace="apps")


def manifests(objects):
    return [Manifest(RELEASE, "web/templates/x.yaml", each) for each in objects]


@pytest.mark.parametrize("case", CASES, ids=[case["description"] for case in CASES])
def test_what_is_told(case):
    found = [asdict(one) for one in changes(manifests(case["before"]), manifests(case["after"]))]
    said = [{"message": one["message"], "remedy": one["remedy"]} for one in found] + [{}] * len(case["changes"])
    assert found == [asdict(ObjectChange(**may | must)) for may, must in zip(said, case["changes"], strict=False)]


objects = st.lists(
    st.fixed_dictionaries(
        {
            "apiVersion": st.sampled_from(["v1", "apps/v1"]),
            "kind": st.sampled_from(["Deployment", "StatefulSet", "ConfigMap", "Job", "Secret"]),
            "metadata": st.fixed_dictionaries({"name": st.sampled_from(["a", "b", "a-01234567", "a-76543210"])}),
            "spec": values(),
        }
    ),
    max_size=4,
    unique_by=lambda each: (each["apiVersion"], each["kind"], each["metadata"]["name"]),
)


@given(objects)
def test_what_is_the_same_is_not_told(drawn):
    assert changes(manifests(drawn), manifests(reversed(drawn))) == ()


@given(objects, objects)
def test_what_is_different_is_told(one, other):
    def key(each):
        return each["apiVersion"], each["kind"], each["metadata"]["name"]

    found = changes(manifests(one), manifests(other))
    before, after = ({key(each): each for each in drawn} for drawn in (one, other))
    assert bool(found) == any(_differ(before.get(name), after.get(name)) for name in {*before, *after})


def _differ(one, other):
    """Whether two documents differ, null and nothing being one, and true no number."""
    if isinstance(one, dict) and isinstance(other, dict):
        return any(_differ(one.get(name), other.get(name)) for name in {*one, *other})
    if isinstance(one, list) and isinstance(other, list):
        return len(one) != len(other) or any(map(_differ, one, other))
    return one != other or isinstance(one, bool) != isinstance(other, bool)
