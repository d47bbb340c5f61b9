"""To which revision a release goes back, in which order releases go, and whose they are: without a cluster."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from chartgen.actions import recover, rollback
from chartgen.actions.live import open_environment, open_live
from chartgen.actions.operating import Outcome, is_ours, one_after_another, told_when_cut_short
from chartgen.actions.planning import Selection
from chartgen.actions.removal import in_order
from chartgen.actions.rollback import Aim
from chartgen.cluster.helm import HelmError
from chartgen.errors import InputError, ToolError
from tests.cluster.releases import stored

SPEC = """\
project: shop
namespace: shop-dev
environments:
  dev: {managed_namespace: {labels: {team: shop}}}
  prod: {regions: {eu: {wave: 1, kube_context: eu}, us: {wave: 2, kube_context: us}}}
services:
  web: {image: "example.com/web:1", port: {http: 8080}, healthcheck_path: /, depends_on: [cart, ads]}
  ads: {image: "example.com/ads:1", port: {grpc: 9000}}
  cart: {image: "example.com/cart:1", port: {grpc: 9000}, depends_on: [store]}
  store: {image: "example.com/store:1", port: {grpc: 9000}}
"""


@pytest.fixture
def live(tmp_path):
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    return open_live(tmp_path, Selection(["dev"]))


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (Selection(["dev"], ["eu"]), "environment dev and region eu"),
        (Selection((), ["eu"], ["web", "ads"]), "environment dev and region eu and service web or ads"),
    ],
)
def test_a_selection_of_nothing_is_refused_before_any_cluster_is_asked(selection, said, tmp_path):
    (tmp_path / "chartgen.yaml").write_text(f"default_environment: dev\n{SPEC}")
    with pytest.raises(InputError, match=f"there is no release of {said}"):
        open_environment(tmp_path, selection)


def revisions(*told: str):
    """Revisions from 1 on, each as `status:what`; what is the same in two makes them the same."""
    parts = [each.partition(":") for each in told]
    said = {"pending-upgrade": "Preparing upgrade", "aborted": "Preparing upgrade", "failed": "Upgrade failed"}
    return [
        stored(
            revision=number,
            status="superseded" if status == "aborted" else status,
            said=said.get(status, "Upgrade complete"),
            at=f"2026-11-23T00:{number:02}:00Z",
            manifest=f"kind: {what}\n",
        )
        for number, (status, _, what) in enumerate(parts, 1)
    ]


@pytest.mark.parametrize(
    ("found", "aim"),
    [
        (["superseded:A", "deployed:B"], 1),
        (["superseded:A", "superseded:B", "deployed:C"], 2),
        (["superseded:A", "deployed:B", "failed:C"], 2),
        # An atomic upgrade failed and was rolled back: what is there is what was there before.
        (["superseded:A", "superseded:B", "failed:C", "deployed:B"], 1),
        # Rolled back by hand: to what was rolled back from, as Helm does.
        (["superseded:A", "superseded:B", "deployed:A"], 2),
        (["superseded:A", "deployed:A"], None),
        (["deployed:A"], None),
        (["failed:A"], None),
        (["failed:A", "failed:B", "deployed:C"], None),
        (["superseded:A", "aborted:B", "deployed:C"], 1),
    ],
)
def test_a_rollback_goes_to_the_last_that_was_deployed_and_is_something_else(found, aim):
    goal = rollback.goal(revisions(*found), Aim())
    assert (goal.revision if goal else None) == aim


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (4, "web is at revision 4"),
        (9, "web has no revision 9"),
        (2, "revision 2 of web never was deployed"),
    ],
)
def test_a_revision_that_cannot_be_gone_back_to(wanted, reason):
    found = revisions("superseded:A", "failed:B", "superseded:C", "deployed:D")
    assert rollback.goal(found, Aim(3)) is found[2]
    with pytest.raises(InputError, match=reason) as caught:
        rollback.goal(found, Aim(wanted))
    assert caught.value.problems[0].expected == "one of 1, 3"


@pytest.mark.parametrize(
    ("minute", "aim"),
    [(0, None), (1, 1), (2, 2), (3, 2), (4, None), (59, None)],
)
def test_since_goes_to_what_was_there_then(minute, aim):
    found = revisions("superseded:A", "superseded:B", "failed:C", "deployed:D")
    goal = rollback.goal(found, Aim(before=datetime(2026, 11, 23, 0, minute, 30, tzinfo=UTC)))
    assert (goal.revision if goal else None) == aim


def test_what_is_kept_no_more_is_not_said_not_to_have_been_there(live):
    [release] = [each for each in live.releases if each.service == "web"]
    first, *later = revisions("superseded:A", "deployed:B")
    then = datetime(2026, 11, 23, tzinfo=UTC)
    there = rollback.nothing_from_then(release, first, then)
    assert (there.message, there.hint) == (
        "dev/web was not there before, and stays",
        "`chartgen destroy -e dev -s web` removes it",
    )
    trimmed = rollback.nothing_from_then(release, later[0], then)
    assert (trimmed.message, "destroy" in trimmed.hint) == (
        "dev/web stays: of what was deployed before, none is kept",
        False,
    )


@pytest.mark.parametrize("error", [ToolError("helm took longer than 960 seconds"), HelmError("timed out")])
def test_who_ends_helm_is_told_how_to_go_on(live, error):
    [target] = live.targets
    with pytest.raises(ToolError) as caught, told_when_cut_short(pytest.fail, "dev/web", target):
        raise error
    ended = type(error) is ToolError
    assert caught.value.problems[0].hint == ("`chartgen recover -e dev` tells what is stuck" if ended else "")


@pytest.mark.parametrize(
    ("found", "aim"),
    [
        (["deployed:A", "pending-upgrade:B"], 1),
        (["superseded:A", "deployed:B", "failed:C", "pending-rollback:B"], 2),
        # Interrupted twice: what Helm rolled back from the first time never was deployed.
        (["superseded:A", "aborted:B", "deployed:A", "pending-upgrade:C"], 3),
        (["superseded:A", "failed:B", "pending-upgrade:C"], 1),
        (["pending-install:A"], None),
        (["failed:A", "pending-upgrade:B"], None),
        (["superseded:A", "uninstalling:B"], None),
    ],
)
def test_what_is_stuck_goes_to_the_last_that_was_deployed_or_is_uninstalled(found, aim):
    goal = recover.goal(revisions(*found))
    assert (goal.revision if goal else None) == aim


@pytest.mark.parametrize(
    ("age", "limit", "may_be"),
    [
        (10.0, 600.0, True),
        (601.0, 600.0, False),
        (0.0, 0.0, False),
        (-30.0, 0.0, False),
        (-30.0, 600.0, True),
        (None, 600.0, False),
    ],
)
def test_whether_a_helm_may_be_at_work_is_told_by_age(age, limit, may_be):
    one = recover.Stuck(SimpleNamespace(title="dev"), "web", None, stored(), None, age, limit)  # type: ignore[arg-type]
    assert one.may_be_at_work is may_be


def test_what_needs_others_goes_before_them_and_the_namespace_last(live):
    [target] = live.targets
    room = stored(
        "namespace-shop-dev", config={"x-chartgen": {"project": "shop", "environment": "dev", "service": "namespace"}}
    )
    doomed = [stored(name) for name in ("ads", "cart", "store", "web")]
    batches = in_order(target, [*doomed, stored("gone"), room])
    assert [[each.name for each in batch] for batch in batches] == [
        ["gone", "web"],
        ["ads", "cart"],
        ["store"],
        ["namespace-shop-dev"],
    ]


def test_two_releases_of_one_name_both_go(live):
    [target] = live.targets
    twins = [stored("old"), stored("old", namespace="elsewhere")]
    assert [len(batch) for batch in in_order(target, twins)] == [2]


@pytest.mark.parametrize(
    ("mark", "environment", "region", "ours"),
    [
        ({}, "dev", None, True),
        ({"project": "other"}, "dev", None, False),
        ({"environment": "prod"}, "dev", None, False),
        ({"environment": "prod", "region": "eu"}, "prod", "eu", True),
        ({"environment": "prod", "region": "us"}, "prod", "eu", False),
        # A region that the environment has no more is nobody else's.
        ({"environment": "prod", "region": "gone"}, "prod", "eu", True),
        ({"region": "gone"}, "dev", None, True),
        (None, "dev", None, False),
    ],
)
def test_whose_a_release_is(tmp_path, mark, environment, region, ours):
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    live = open_live(tmp_path, Selection([environment], [region] if region else []))
    [target] = live.targets
    config = {} if mark is None else {"x-chartgen": {"project": "shop", "environment": "dev", "service": "web", **mark}}
    assert is_ours(stored(config=config), live.plan, target) is ours


def test_one_that_fails_ends_it_unless_they_go_on():
    def fail() -> str:
        raise HelmError("timed out")

    work = [("a", lambda: "a is done"), ("b", fail), ("c", lambda: "c is done")]
    stopped, gone_on = (sum(one_after_another(work, go_on=how), Outcome()) for how in (False, True))
    assert (stopped.done, [each.message for each in stopped.problems]) == (("a is done",), ["b: timed out"])
    assert stopped.left == ("c",)
    assert (gone_on.done, gone_on.left) == (("a is done", "c is done"), ())
    assert stopped + Outcome(left=("d",)) == Outcome(stopped.done, stopped.problems, ("c", "d"))
