"""What is told of releases. No cluster is asked, but a small server."""

from __future__ import annotations

import pytest

from chartgen import yamlio
from chartgen.actions.charts import versions
from chartgen.actions.live import open_live
from chartgen.actions.planning import Selection
from chartgen.actions.status import _Known, _left, _look, _row
from chartgen.cluster.api import Api
from chartgen.cluster.health import Snapshot
from tests.cluster.api.server import serving
from tests.cluster.preflight import scenes
from tests.cluster.releases import packed, read, secret, stored

SPEC = """\
project: shop
namespace: shop-dev
environments: {dev: {}}
services: {web: {image: example.com/shop/web:1}}
"""
OBJECTS = """\
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}
---
{apiVersion: v1, kind: Service, metadata: {name: web}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: web}}
"""
RUNNING = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 1, template: {spec: {containers: [{name: web, image: "example.com/web:1"}]}}}
status: {replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1}
"""
THERE = {"/api/v1/namespaces/shop-dev/configmaps": [{"metadata": {"name": "web"}}]}


def told(tmp_path, objects, there=THERE, status="deployed"):
    """What is told of a release with these objects, in a cluster that has those, by the path of their list."""
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    live = open_live(tmp_path, Selection(["dev"]))
    [target] = live.targets
    helms = secret(packed({"manifest": objects}), status=status)
    reply = scenes.answering({"/api/v1/namespaces/shop-dev/secrets": [helms], **there})
    with serving(reply) as (path, _), Api(path, "dev", 5.0) as api:
        [known] = _look(api, (target,))
    return _row(known, target.releases[0], versions(live.project, live.releases))


@pytest.mark.parametrize("status", ["deployed", "failed", "pending-upgrade"])
def test_what_is_not_there_is_told_once_with_what_to_do(tmp_path, status):
    row = told(tmp_path, OBJECTS, status=status)
    assert row.health == "unhealthy"
    assert [(each.object, each.reason, each.commands) for each in row.ailing] == [
        ("Deployment/web", "is not there", ()),
        ("Service/web", "is not there", ()),
    ]
    back = "`chartgen deploy -e dev` puts back what is not there"
    assert (back in row.notes) is (status != "pending-upgrade")


@pytest.mark.parametrize("status", ["deployed", "failed"])
def test_an_image_that_somebody_set_is_noted_and_is_no_illness(tmp_path, status):
    """What a revision that failed has brought is not known."""
    live = yamlio.loads(RUNNING.replace("web:1", "web:hand"))
    row = told(tmp_path, RUNNING, {"/apis/apps/v1/namespaces/shop-dev/deployments": [live]}, status)
    notes = (
        "Deployment/web runs example.com/web:hand instead of example.com/web:1",
        "`chartgen diff --live -e dev` tells what was changed by hand",
    )
    assert row.health == "healthy"
    assert [note in row.notes for note in notes] == [status == "deployed"] * 2


def test_what_cannot_be_read_is_told_beside_what_can(tmp_path):
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    live = open_live(tmp_path, Selection(["dev"]))
    cut = read(secret("H4sI", name="cut", revision=3))
    old = stored("old", config={"x-chartgen": {"project": "shop", "environment": "dev", "service": "old"}})
    there = {(each.namespace, each.name): each for each in (cut, old)}
    known = _Known(live.targets[0], there, {"shop-dev": Snapshot.of("shop-dev", [])})
    rows = {row.title: row for row in _left(known, live)}
    assert list(rows) == ["dev/cut", "dev/old"]
    assert (rows["dev/cut"].revision, rows["dev/cut"].health) == (3, "unknown")
    [note] = rows["dev/cut"].notes
    assert note.startswith("the revision 3 of release shop-dev/cut cannot be read: ")
