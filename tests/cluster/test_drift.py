"""What somebody changed by hand: `drift.yaml` has the cases, and laws hold for all."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given

from chartgen import yamlio
from chartgen.cluster.drift import drifts
from chartgen.cluster.drift.overlay import applied_data, overlay
from chartgen.cluster.drift.owners import who
from chartgen.values import merge
from tests.laws.any_values import values

CASES = yamlio.loads((Path(__file__).parent / "drift.yaml").read_bytes())
TIME = "2026-01-02T00:00:00Z"


@pytest.mark.parametrize("case", CASES, ids=[case["description"] for case in CASES])
def test_drift(case):
    manifest, live = whole(case["manifest"]), whole(case["live"])
    managed = [
        {"manager": name, "operation": "Update", "time": TIME, "fieldsV1": fields, "subresource": subresource}
        for key, subresource in (("managers", None), ("scaled", "scale"))
        for name, fields in case.get(key, {}).items()
    ]
    live["metadata"] = {**live["metadata"], "managedFields": managed}
    applied = whole(case["applied"]) if "applied" in case else overlay(live, manifest)
    before = yamlio.dumps([manifest, applied, live])
    found = [asdict(each) for each in drifts(manifest, applied, live)]
    unless = {"object": f"{live['kind']}/web", "wanted": None, "live": None, "by": "", "time": ""}
    assert found == [unless | each for each in case["drift"]]
    assert yamlio.dumps([manifest, applied, live]) == before


def whole(said):
    return merge({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}}, said)


@pytest.mark.parametrize(
    ("manager", "is_a"),
    [
        ("helm", "helm"),
        ("helm3", "helm"),
        ("terraform-provider-helm_v2.17.0_x5", "helm"),
        ("kube-controller-manager", "controller"),
        ("keda-operator", "controller"),
        ("cert-manager-certificates-issuing", "controller"),
        ("vpa-updater", "controller"),
        ("cluster-autoscaler", "controller"),
        ("kubectl-edit", "hand"),
        ("kubectl-client-side-apply", "hand"),
        ("node-fetch", "hand"),
        ("", "hand"),
    ],
)
def test_who_a_manager_is(manager, is_a):
    assert who(manager) == is_a


def test_the_text_of_a_secret_is_kept_encoded():
    manifest = {"kind": "Secret", "data": {"a": "b2xk", "b": "Yg=="}, "stringData": {"a": "new"}}
    assert applied_data(manifest) == {"kind": "Secret", "data": {"a": "bmV3", "b": "Yg=="}}


@given(values())
def test_what_is_as_the_manifest_says_stays(manifest):
    assert overlay(manifest, manifest) == manifest


@given(values(), values())
def test_a_manifest_that_was_applied_changes_nothing(live, manifest):
    once = overlay(live, manifest)
    assert overlay(once, manifest) == once
