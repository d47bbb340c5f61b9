"""How changes of many releases become groups."""

from __future__ import annotations

import dataclasses

import pytest

from chartgen.compare.grouping import by_service, groups, refusals
from chartgen.compare.manifests.objects import ObjectChange
from chartgen.errors import Problem, Where
from tests import cases

ONE = dataclasses.replace(
    cases.chart_release({}), environment="prod", region=None, service="one", name="one", namespace="apps"
)
TWO = dataclasses.replace(ONE, service="two", name="shop-two", namespace="others")
SHA = "0123456789abcdef" * 4
OTHER = "fedcba9876543210" * 4


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(
            ObjectChange("changed", "Deployment/one", 'spec.containers["one"].image', "a", "b"),
            ObjectChange("changed", "Deployment/shop-two", 'spec.containers["shop-two"].image', "a", "b"),
            ("Deployment/<release>", 'spec.containers["<release>"].image', [("a", "b")]),
            id="the release's name in object and path",
        ),
        pytest.param(
            ObjectChange("changed", "ConfigMap/all", "data.url", None, "http://one.apps:80/one"),
            ObjectChange("changed", "ConfigMap/all", "data.url", None, "http://shop-two.others:80/two"),
            ("ConfigMap/all", "data.url", [(None, "http://one.apps:80/one"), (None, "http://shop-two.others:80/two")]),
            id="the service's name is the release's in one, and not in the other",
        ),
        pytest.param(
            ObjectChange("changed", "ConfigMap/all", "data.url", None, {"host": "one.apps"}),
            ObjectChange("changed", "ConfigMap/all", "data.url", None, {"host": "shop-two.others"}),
            ("ConfigMap/all", "data.url", [(None, {"host": "<release>.<namespace>"})]),
            id="names inside of what stands there",
        ),
        pytest.param(
            ObjectChange("changed", "Deployment/one", "checksum", SHA, OTHER),
            ObjectChange("changed", "Deployment/shop-two", "checksum", OTHER, SHA),
            ("Deployment/<release>", "checksum", [("<hash>", "<hash>")]),
            id="checksums",
        ),
        pytest.param(
            ObjectChange("changed", "Job/one-0a1b2c3d", "metadata.name", "one-0a1b2c3d", "one-11111111"),
            ObjectChange("changed", "Job/shop-two-99999999", "metadata.name", "shop-two-99999999", "shop-two-22222222"),
            ("Job/<release>-<hash>", "metadata.name", [("<release>-<hash>", "<release>-<hash>")]),
            id="names that end in a hash",
        ),
        pytest.param(
            ObjectChange("changed", "Deployment/web", "spec.replicas", 1, 2),
            ObjectChange("changed", "Deployment/web", "spec.replicas", 1, 3),
            ("Deployment/web", "spec.replicas", [(1, 2), (1, 3)]),
            id="different values are forms of one change",
        ),
        pytest.param(
            ObjectChange("changed", "Service/one", 'spec.ports["one"]', "one", "two"),
            ObjectChange("changed", "Service/shop-two", 'spec.ports["one"]', "one", "two"),
            ("Service/<release>", 'spec.ports["one"]', [("one", "two")]),
            id="what two releases share is no name, whatever one of them is called",
        ),
        pytest.param(
            ObjectChange("changed", "Deployment/web", "spec.one", "phone", "stone"),
            ObjectChange("changed", "Deployment/web", "spec.one", "phone", "stone"),
            ("Deployment/web", "spec.one", [("phone", "stone")]),
            id="a name is a word of its own, and no field",
        ),
    ],
)
def test_what_releases_share_is_one_group(first, second, expected):
    (group,), affected = groups([(ONE, [first]), (TWO, [second])])
    assert (group.object, group.path, [(one.before, one.after) for one in group.variants]) == expected
    assert group.releases == ("prod/one", "prod/two")
    assert [each.groups for each in affected] == [(0,), (0,)]


def test_names_that_all_its_releases_have_stay_in_a_change():
    there = dataclasses.replace(ONE, environment="dev", namespace="elsewhere")
    change = ObjectChange("recreate", "Deployment/one", "spec.selector", remedy="delete one in apps")
    again = dataclasses.replace(change, remedy="delete one in elsewhere")
    (group,), _ = groups([(ONE, [change]), (there, [again])])
    assert (group.object, group.remedy) == ("Deployment/one", "delete one in <namespace>")


def test_the_worst_comes_first_and_what_is_in_more_releases_before_the_rest():
    changes = [
        ObjectChange("added", "A/a"),
        ObjectChange("changed", "B/b", "x"),
        ObjectChange("changed", "C/c", "x"),
        ObjectChange("changed", "D/d", "x", restarts=True),
        ObjectChange("removed", "E/e"),
        ObjectChange("recreate", "F/f", "x"),
    ]
    told, affected = groups([(ONE, changes), (TWO, changes[2:3])])
    assert "".join(group.object[0] for group in told) == "FEDCBA"
    assert [(each.restarts, each.recreates, each.groups) for each in affected] == [
        (("D/d",), ("F/f",), (0, 1, 2, 3, 4, 5)),
        ((), (), (3,)),
    ]


def test_labels_that_name_the_chart_are_no_change():
    label = ObjectChange("changed", "A/a", 'metadata.labels["helm.sh/chart"]', "a", "b", names_chart=True)
    told, affected = groups([(ONE, [label]), (TWO, [])])
    assert told == ()
    assert [each.state for each in affected] == ["labels", "same"]
    assert [(name, len(own)) for name, own in by_service(affected)] == [("one", 1), ("two", 1)]


def test_what_refuses_many_is_told_once():
    where = Where("chartgen.yaml", 3)
    found = refusals(
        [
            ("new schema", Problem("is 4", where, "a.b"), "prod/one"),
            ("new schema", Problem("is 4", where, "a.b"), "prod/two"),
            ("new chart", Problem("no", path="prod/one"), "prod/one"),
            ("new chart", Problem("no", path="prod/two"), "prod/two"),
        ]
    )
    assert [(one.by, one.problem.path, one.releases) for one in found] == [
        ("new schema", "a.b", ("prod/one", "prod/two")),
        ("new chart", "", ("prod/one", "prod/two")),
    ]
