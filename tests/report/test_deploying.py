"""A deploy as people read it: the plan, what came of it, and what can be done then."""

from __future__ import annotations

from datetime import UTC, datetime

from chartgen.report.deploying import done_text, plan_text, way_on

BEGAN = datetime(2026, 11, 23, 10, 0, 7, 999, tzinfo=UTC)


def release(service, action="unchanged", **fields):
    before = None if action == "create" else {"revision": 3, "status": "deployed"}
    own = {"service": service, "release": service, "namespace": "shop-prod", "action": action, "reasons": []}
    return {**own, "before": before, **fields}


def region(*releases, title="prod", wave=1, context="prod", **fields):
    return {
        "title": title,
        "region": None,
        "wave": wave,
        "context": context,
        "current": False,
        "releases": list(releases),
        "leftovers": [],
        **fields,
    }


def deploy(*regions):
    return {"project": "shop", "environment": "prod", "findings": [], "regions": list(regions)}


def ended(service, became, now=None, **fields):
    stored = None if now is None else {"revision": now[0], "status": now[1]}
    return release(service, "upgrade", became=became, now=stored, **fields)


def test_the_plan_names_what_is_done_and_counts_what_is_not():
    plan = deploy(
        region(
            release("cart", "create", objects=3),
            release("web", "upgrade", reasons=["values: image.tag"], objects=1),
            release("worker", "upgrade", reasons=["chart: microservice-1.0.0 → microservice-1.1.0"], objects=0),
            release("db", "stuck", reasons=["is pending-upgrade"]),
            release("ads"),
            release("mail"),
            leftovers=[{"service": "old", "release": "old", "namespace": "shop-prod", "revision": 2}],
        )
    )
    assert (
        plan_text(plan)
        == """\
shop to prod: 1 to create, 2 to upgrade, 1 stuck, 2 unchanged

prod (context prod)
  create     cart        3 objects
  upgrade    web         values: image.tag; 1 object changed
  upgrade    worker      chart: microservice-1.0.0 → microservice-1.1.0; no objects changed
  stuck      db          is pending-upgrade
  leftover   old         is not in the spec any more: `chartgen prune -e prod`
  unchanged  2 releases
"""
    )


def test_waves_are_named_where_there_are_several():
    plan = deploy(
        region(release("web"), title="prod/eu", context=None),
        region(release("web", "upgrade", reasons=["asked for"]), title="prod/us", wave=2),
        region(release("web"), title="prod/za", wave=3, current=True),
    )
    assert (
        plan_text(plan)
        == """\
shop to prod: 1 to upgrade, 2 unchanged

wave 1: prod/eu (the current context)
  unchanged  1 release

wave 2: prod/us (context prod)
  upgrade  web  asked for

wave 3: prod/za (context prod, the current one)
  unchanged  1 release
"""
    )


def test_what_came_of_it_is_a_table_and_then_why_what_failed_did():
    pod = 'web-5f7b-x: ImagePullBackOff: Back-off pulling image "example.com/web:broken": not found at all'
    done = deploy(
        region(
            ended("db", "deployed", (4, "deployed")),
            ended("web", "rolled back", (5, "deployed"), backTo=2, pods=[pod], error="UPGRADE FAILED\ntimed out"),
            ended("cart", "failed", (4, "failed"), conflicts=["Deployment/cart .spec.replicas belongs to `kubectl`"]),
            ended("ads", "removed"),
            ended("worker", "not reached", (3, "deployed")),
            release("mail"),
        )
    )
    assert (
        done_text(done)
        == """\
SERVICE   RESULT        REVISION   REASON
db        deployed      4          -
web       rolled back   5          ImagePullBackOff: Back-off pulling image "example.com/web:broken": not …
cart      failed        4          1 field belongs to others
ads       removed       -          -
worker    not reached   3          -

prod/web rolled back: what was revision 2 runs again
  pod web-5f7b-x: ImagePullBackOff: Back-off pulling image "example.com/web:broken": not found at all
  UPGRADE FAILED
  timed out

prod/cart failed: revision 4 is failed
  Deployment/cart .spec.replicas belongs to `kubectl`

prod/ads removed: it was there before, and is not now
"""
    )


def test_regions_that_were_not_begun_stand_there_with_what_they_have():
    done = deploy(
        region(ended("web", "failed", (4, "failed"), error="x"), title="prod/eu", failure="helmfile failed"),
        region(release("web", "upgrade"), title="prod/us", wave=2),
    )
    assert (
        done_text(done)
        == """\
REGION    SERVICE   RESULT      REVISION   REASON
prod/eu   web       failed      4          x
prod/us   web       not begun   3          -

prod/eu/web failed: revision 4 is failed
  x

prod/eu: helmfile failed
"""
    )


def test_where_all_is_unchanged_there_is_nothing_to_tell_but_what_is_not_well():
    assert done_text(deploy(region(release("web")))) == ""
    assert done_text(deploy(region(release("web"), unwell=["web: x"]))) == "\nprod: web: x\n"


def test_what_names_hold_steers_no_terminal():
    done = deploy(region(ended("web", "failed", (4, "failed"), error="\x1b[2Jgone", pods=["web-1: \x1b]0;x\x07"])))
    assert "\x1b" not in done_text(done)


def test_the_way_on_fits_what_happened():
    failed = ended("web", "rolled back", (5, "deployed"))
    assert way_on(deploy(region(failed, ended("db", "deployed", (4, "deployed")))), BEGAN) == (
        "look: `kubectl --context prod -n shop-prod get events --sort-by=.lastTimestamp`",
        "go on: `chartgen deploy -e prod`, once that is mended; only what differs is passed on",
        "go back: `chartgen rollback -e prod --since 2026-11-23T10:00:07Z`",
    )
    taken = ended("web", "failed", (4, "failed"), conflicts=["x"])
    assert way_on(deploy(region(taken, context=None)), BEGAN)[:2] == (
        "look: `kubectl -n shop-prod get events --sort-by=.lastTimestamp`",
        "take the fields back: `chartgen deploy -e prod -s web --force-conflicts`",
    )
    stuck = deploy(region(ended("web", "stuck", (4, "pending-upgrade"))))
    assert way_on(stuck, BEGAN)[1] == "first: `chartgen recover -e prod`, as a release is stuck"
