"""Which claims belong to a release, and which of them go with it."""

from __future__ import annotations

import pytest

from chartgen.cluster import claims
from tests.cluster.releases import stored

MANIFEST = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  persistentVolumeClaimRetentionPolicy: {whenDeleted: %s}
  selector: {matchLabels: {app.kubernetes.io/instance: store}}
  volumeClaimTemplates: [{metadata: {name: data}}, {metadata: {name: wal}}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: cache}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: uploads, annotations: {helm.sh/resource-policy: keep}}
"""


def claim(name: str, *, instance: str = "", namespace: str = "shop-dev") -> dict:
    labels = {"app.kubernetes.io/instance": instance} if instance else {}
    return {
        "metadata": {"name": name, "namespace": namespace, "labels": labels, "uid": f"uid of {name}"},
        "spec": {"resources": {"requests": {"storage": "1Gi"}}},
    }


@pytest.mark.parametrize(
    ("name", "live", "goes"),
    [
        ("made by the StatefulSet", claim("data-store-0", instance="store"), False),
        ("of its second template", claim("wal-store-12", instance="store"), False),
        ("an object of the release", claim("cache"), True),
        ("an object that is to be kept", claim("uploads"), False),
        ("of a StatefulSet that it had before", claim("data-old-0", instance="store"), False),
        ("made by hand, though named alike", claim("data-store-0"), None),
        ("of another release", claim("data-web-0", instance="web"), None),
        ("of another namespace", claim("data-store-0", instance="store", namespace="shop-prod"), None),
        ("named alike but for the number", claim("data-store-x"), None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_whose_a_claim_is(name, live, goes):
    found = claims.of_release(stored("store", manifest=MANIFEST % "Retain"), [live])
    assert [each.goes for each in found] == ([] if goes is None else [goes])


def test_a_stateful_set_may_take_its_claims_along():
    live = [claim("data-store-0", instance="store"), claim("uploads")]
    found = claims.of_release(stored("store", manifest=MANIFEST % "Delete"), live)
    assert {each.name: each.goes for each in found} == {"data-store-0": True, "uploads": False}


@pytest.mark.parametrize("kept", [False, True])
def test_a_claim_that_is_a_hook_stays_as_helm_leaves_hooks(kept):
    policy = ", helm.sh/resource-policy: keep" if kept else ""
    hook = (
        f"{{kind: PersistentVolumeClaim, metadata: {{name: data, annotations: {{helm.sh/hook: pre-install{policy}}}}}}}"
    )
    found = claims.of_release(stored("store", hooks=[{"manifest": hook}]), [claim("data")])
    assert [each.goes for each in found] == [False]


def test_what_a_claim_tells():
    [found] = claims.of_release(stored("store", manifest=MANIFEST % "Retain"), [claim("cache")])
    assert found.title == "cache (1Gi)"
    assert found.path == "/api/v1/namespaces/shop-dev/persistentvolumeclaims/cache"
    assert found.uid == "uid of cache"


def test_claims_of_a_release_that_is_gone_are_known_by_what_they_say():
    live = [claim("data-store-0", instance="store"), claim("cache"), claim("data-web-0", instance="web")]
    assert [each.name for each in claims.left_behind("shop-dev", "store", live)] == ["data-store-0"]


@pytest.mark.parametrize("manifest", ["", "kind: StatefulSet", "kind: StatefulSet\nspec: []\nmetadata: 7\n", "- 1\n"])
def test_a_manifest_that_says_nothing_owns_nothing(manifest):
    assert claims.of_release(stored("store", manifest=manifest), [claim("x-store-0"), claim("-store-0")]) == ()
