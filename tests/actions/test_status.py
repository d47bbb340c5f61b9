"""What is told of releases that the spec does not have any more. No cluster is asked."""

from __future__ import annotations

from chartgen.actions.live import open_live
from chartgen.actions.planning import Selection
from chartgen.actions.status import _Known, _left
from chartgen.cluster.health import Snapshot
from tests.cluster.releases import read, secret, stored

SPEC = """\
project: shop
namespace: shop-dev
environments: {dev: {}}
services: {web: {image: example.com/shop/web:1}}
"""


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
