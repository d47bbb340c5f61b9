"""Which objects of releases are not there any more: `absent.yaml` has the cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartgen import yamlio
from chartgen.cluster.absent import absent
from chartgen.cluster.api import Api, ApiError
from chartgen.cluster.api.client import METADATA
from tests.cluster.api.server import Reply, serving
from tests.cluster.preflight import scenes
from tests.cluster.releases import read, secret, stored

CASES = yamlio.loads((Path(__file__).parent / "absent.yaml").read_bytes())
SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: NAME}}"


def asked(releases, there):
    """What is told, and the lists that were asked for."""
    lists = {path: names if isinstance(names, int) else objects(names) for path, names in there.items()}
    with serving(scenes.answering(lists)) as (path, heard), Api(path, "dev", 5.0) as api:
        found = absent(api, releases)
    told = {name: [each.title for each in some] for (_, name), some in found.items()}
    listed = [request for request in heard if request.path not in ("/api", "/apis")]
    assert {request.accept for request in listed} <= {METADATA}
    return told, sorted(request.path.partition("?")[0] for request in listed)


def objects(names):
    return [{"metadata": {"name": name}} for name in names]


@pytest.mark.parametrize("case", CASES, ids=[case["description"] for case in CASES])
def test_absent(case):
    told, lists = asked([stored(manifest=case["manifest"])], case.get("there", {}))
    assert told == ({"web": case["absent"]} if case["absent"] else {})
    assert lists == case.get("asked", lists)


def test_releases_of_a_namespace_share_its_lists_and_one_that_cannot_be_read_hides_none():
    releases = [stored(name, manifest=SERVICE.replace("NAME", name)) for name in ("cart", "web", "ads")]
    path = "/api/v1/namespaces/shop-dev/services"
    told, lists = asked([read(secret("H4sI", name="cut")), *releases], {path: ["web"]})
    assert told == {"cart": ["Service/cart"], "ads": ["Service/ads"]}
    assert lists == [path]


def test_a_cluster_that_cannot_be_reached_is_told():
    with (
        serving(lambda _: Reply(ends=True)) as (path, _),
        Api(path, "dev", 5.0) as api,
        pytest.raises(ApiError, match="closed the connection"),
    ):
        absent(api, [stored(manifest=SERVICE)])
