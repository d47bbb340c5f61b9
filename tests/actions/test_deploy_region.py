"""helmfile at work on one environment, and what is told of its releases then. helmfile here only talks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chartgen.actions.charts import Charts
from chartgen.actions.deploying.manner import Manner
from chartgen.actions.deploying.plan import DeployPlan, Planned
from chartgen.actions.deploying.prepare import Ready
from chartgen.actions.deploying.region import deployed
from chartgen.actions.live import open_live
from chartgen.actions.planning import Selection
from chartgen.cluster.api import Api
from chartgen.cluster.steps import Step
from chartgen.cluster.tools import Program, Tools
from tests.cluster.api.server import Reply, serving
from tests.cluster.releases import packed, secret, stored

SPEC = """\
project: shop
namespace: shop-dev
environments: {dev: {}}
services: {ads: {image: "x/ads:1"}, cart: {image: "x/cart:1"}, store: {image: "x/store:1"}, web: {image: "x/web:1"}}
"""

# As helmfile 1.8 tells of several releases that failed: of one of them only.
SAID = """\
Upgrading release=web, chart=x, namespace=shop-dev
Upgrading release=cart, chart=x, namespace=shop-dev
Upgrading release=store, chart=x, namespace=shop-dev

=============== Failed Releases ===============
NAME   NAMESPACE   CHART     VERSION   DURATION
web    shop-dev    x                         0s
cart   shop-dev    x                         0s
store  shop-dev    x                         0s

in helmfile.yaml: failed processing release web: command "helm" exited with non-zero status:

COMBINED OUTPUT:
  Error: release web failed, and has been uninstalled due to atomic being set: context deadline exceeded
"""


@pytest.fixture
def helmfile(tmp_path, monkeypatch):
    (tmp_path / "said").write_text(SAID)
    program = tmp_path / "helmfile"
    program.write_text(f"#!/bin/sh\ncat {tmp_path / 'said'}\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("CHARTGEN_HELMFILE", str(program))


@pytest.mark.usefixtures("helmfile")
def test_every_release_that_helm_began_with_is_told_to_have_failed(tmp_path):
    """Also where helmfile has no word about it."""
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    live = open_live(tmp_path, Selection())
    [target] = live.targets
    there = {"store": stored("store", 3)}
    planned = Planned(target, tuple(Step(each, "upgrade", (), there.get(each.name)) for each in target.releases))
    program = Program("any", Path(os.devnull), (4, 0, 0))
    reply = Reply({"items": [secret(packed({}), name="store", revision=3)]})
    with serving(lambda _: reply) as (path, _), Api(path, None, 5) as api:
        ready = Ready(Tools(program, program, program), "dev", live, Charts({}, None))
        manner = Manner(8, force_conflicts=False, bake=0, told=lambda _: None, goes_on=lambda _: True)
        done = deployed(planned, DeployPlan(ready, {None: api}, (planned,)), manner)
    became = {each.step.release.name: each.became for each in done.outcomes}
    assert became == {"ads": "not reached", "cart": "removed", "store": "failed", "web": "removed"}
    assert done.exit_code == 4
