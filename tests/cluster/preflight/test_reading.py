"""What a cluster is asked for before a deploy."""

from __future__ import annotations

from chartgen.cluster.api import Api
from chartgen.cluster.preflight.reading import read
from chartgen.cluster.preflight.scene import CLAIMS, Place
from tests.cluster.api.server import Reply, serving
from tests.cluster.preflight import scenes

SET = {
    "apiVersion": "apps/v1",
    "kind": "StatefulSet",
    "metadata": {"name": "db"},
    "spec": {"volumeClaimTemplates": [{"metadata": {"name": "data"}}]},
}
CLAIMS_PATH = "/api/v1/namespaces/shop/persistentvolumeclaims"


def reply(request):
    path = request.path.partition("?")[0]
    if path in ("/api", "/apis"):
        return Reply(scenes.discovery(path))
    there = {"/version": {"gitVersion": "v1.36.3"}, "/api/v1/namespaces/shop": {"metadata": {"name": "shop"}}}
    lists = {CLAIMS_PATH: {"items": [{"metadata": {"name": "data-db-0"}}]}}
    return Reply({**there, **lists}.get(path, {"items": []}))


def asked(objects):
    with serving(reply) as (path, heard), Api(path, "prod", 5.0) as api:
        scene = read(api, scenes.task({"objects": objects}), ())
    return scene.live.get(Place(*CLAIMS, "shop")), [each.path.partition("?")[0] for each in heard]


def test_claims_are_read_where_a_stateful_set_makes_some():
    found, paths = asked([SET])
    assert list(found or ()) == ["data-db-0"]
    assert paths.count(CLAIMS_PATH) == 1


def test_claims_are_not_read_where_none_makes_any():
    found, paths = asked([{**SET, "spec": {}}])
    assert found is None
    assert CLAIMS_PATH not in paths
