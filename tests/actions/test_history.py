"""The revisions of releases, from a server that kubectl leads to; kubectl here leads straight to ours."""

from __future__ import annotations

import pytest

from chartgen.actions.history import history
from chartgen.actions.planning import Selection
from tests.cluster.api.server import Reply, serving
from tests.cluster.releases import packed, secret

SPEC = """\
project: shop
namespace: shop-dev
environments: {dev: {kube_context: dev}}
services: {web: {image: "x/web:1"}}
"""
KUBECTL = """\
#!/bin/sh
ln -s SOCKET "${2#--unix-socket=}"
echo Starting to serve
exec sleep 60
"""
POD = "kind: Pod\nspec: {containers: [{image: x/web:1}]}\n"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A project whose release has a revision of each of these manifests."""
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    made = [packed({"manifest": manifest}) for manifest in (POD, f"{POD}kind: Pod\n")]
    reply = Reply({"items": [secret(each, revision=number) for number, each in enumerate(made, 1)]})
    with serving(lambda _: reply) as (socket, _):
        kubectl = tmp_path / "kubectl"
        kubectl.write_text(KUBECTL.replace("SOCKET", socket))
        kubectl.chmod(0o755)
        monkeypatch.setenv("CHARTGEN_KUBECTL", str(kubectl))
        yield tmp_path


def test_a_revision_whose_manifest_we_cannot_read_is_told_without_its_images(shop):
    """Helm takes a key that stands there twice."""
    found = history(shop, Selection(["dev"]))
    assert [(each.revision, each.images) for each in found] == [(1, ("x/web:1",)), (2, ())]
