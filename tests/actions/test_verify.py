"""Whether a release runs what is to be promoted, and is well: Helm's record of it beside what runs."""

from __future__ import annotations

import base64
import json

import pytest

from chartgen.actions.verify import Doubt, Wanted, doubt, nowhere, other_images, verify, version_of
from chartgen.actions.versions import Place, Versions
from chartgen.cluster.health import Snapshot
from chartgen.cluster.stored import Stored

SPEC = """\
project: shop
chart: {repository: "oci://registry.example.com/charts", version: 1.0.0}
environments: {staging: {regions: {eu: {}}}}
services: {web: {image: "example.com/web:1", port: {http: 8080}, healthcheck_path: /}}
"""
DIGEST = f"sha256:{'0123456789abcdef' * 4}"


def deployment(image="example.com/web:1", ready=1):
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": image}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "uid": "1", "generation": 1},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template},
        "status": {
            "observedGeneration": 1,
            "replicas": 1,
            "updatedReplicas": 1,
            "readyReplicas": ready,
            "availableReplicas": ready,
            "conditions": [{"type": "Available", "status": "True" if ready else "False"}],
        },
    }


def stored(status="deployed", tag="1", chart="1.4.0"):
    content = {
        "config": {"image": {"repository": "example.com/web", "tag": tag}},
        "chart": {"metadata": {"name": "microservice", "version": chart}},
        "manifest": f"---\n{json.dumps(deployment())}\n",
    }
    packed = base64.b64encode(json.dumps(content).encode()).decode()
    return Stored("web", "shop", 3, status, "sh.helm.release.v1.web.v3", packed)


STAGING = Place("staging")
RUNS = Snapshot.of("shop", [deployment()])
WANTED = Wanted("1", "microservice-1.4.0")


@pytest.mark.parametrize(
    ("wanted", "found", "snapshot", "reason"),
    [
        (WANTED, stored(), RUNS, ""),
        (Wanted(image="1"), stored(chart="1.3.0"), RUNS, ""),
        (Wanted(chart="microservice-1.4.0"), stored(tag="0"), RUNS, ""),
        (WANTED, None, RUNS, "is not installed"),
        (WANTED, stored(status="failed"), RUNS, "its revision 3 is failed"),
        (WANTED, stored(status="pending-upgrade"), RUNS, "its revision 3 is pending-upgrade"),
        (WANTED, stored(tag="0"), RUNS, "0 is deployed, not 1"),
        (WANTED, stored(chart="1.3.0"), RUNS, "chart microservice-1.3.0 is deployed, not microservice-1.4.0"),
        (
            WANTED,
            stored(),
            Snapshot.of("shop", [deployment("example.com/web:hand")]),
            "Deployment/web runs example.com/web:hand instead of example.com/web:1",
        ),
        (WANTED, stored(), Snapshot.of("shop", [deployment(ready=0)]), "is progressing: Deployment/web: "),
        (WANTED, stored(), Snapshot.of("shop", []), "is unhealthy: Deployment/web: is not there"),
        (WANTED, stored(), Snapshot.of("shop", [], ["Deployment"]), "is unknown: Deployment/web: you may not list"),
    ],
)
def test_what_speaks_against_it(wanted, found, snapshot, reason):
    assert doubt(wanted, found, snapshot).startswith(reason)
    assert bool(doubt(wanted, found, snapshot)) is bool(reason)


def test_what_stands_in_another_namespace_is_not_compared():
    assert list(other_images([deployment()], Snapshot.of("shop", [deployment("example.com/web:2")])))
    assert not list(other_images([deployment()], Snapshot.of("other", [deployment("example.com/web:2")])))


@pytest.mark.parametrize(
    ("versions", "meant", "told"),
    [
        (Versions({"web": "2"}, "1.4.0"), [("web", Wanted("2")), ("cart", WANTED)], []),
        (Versions({"web": "2"}), [("cart", WANTED)], ["staging/web: no release there is to run that version"]),
        # Its regions keep to a version of the image, or of the chart, of their own.
        (
            Versions({"web": "2"}, "1.4.0"),
            [("web", Wanted(chart="microservice-1.4.0"))],
            ["staging/web: no release there is to run that version"],
        ),
        (Versions({"web": "2"}, "2.0.0"), [("web", Wanted("2"))], ["staging: no release there is to run chart 2.0.0"]),
    ],
)
def test_what_nothing_is_to_run_is_not_vouched_for(versions, meant, told):
    assert list(map(str, nowhere(STAGING, versions, meant))) == told


def test_a_chart_that_every_region_overrules_runs_nowhere(tmp_path):
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions/staging.yaml").write_text("chart: 2.0.0\nregions: {eu: {chart: 1.0.0}}\n")
    assert verify(tmp_path, STAGING, Versions({}, "2.0.0")) == (
        Doubt("staging", "no release there is to run chart 2.0.0"),
    )


@pytest.mark.parametrize(
    ("image", "versions"),
    [
        ({"repository": "r", "tag": "1.2"}, ("1.2",)),
        ({"repository": "r", "tag": "1.2", "digest": DIGEST}, ("1.2", DIGEST)),
        ("host:5000/r/web:1.2", ("1.2",)),
        ("host:5000/r/web", ()),
        (f"host:5000/r/web:1@{DIGEST}", ("1", DIGEST)),
        (None, ()),
    ],
)
def test_charts_give_the_version_of_an_image_in_many_ways(image, versions):
    assert version_of({"image": image}) == versions
