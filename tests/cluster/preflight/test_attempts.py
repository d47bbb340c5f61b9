"""How each object is tried on an API server."""

from __future__ import annotations

from chartgen.cluster.api.client import APPLY
from chartgen.cluster.preflight.attempts import attempts, not_sent
from tests.cluster.preflight import scenes

SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
APPLIED = {"managedFields": [{"manager": "helm", "operation": "Apply"}, {"manager": "kubectl", "operation": "Update"}]}
MADE = {"resourceVersion": "7", "managedFields": [{"manager": "helm", "operation": "Update"}]}
POD = {"containers": [{"name": "web", "image": "example.com/web:1"}]}


def tried(**case):
    return list(attempts(scenes.task(case), scenes.scene(case)))


def live(one, **metadata):
    return {**one, "metadata": {**one["metadata"], **metadata}}


def test_an_object_is_applied_as_helm_applies_it():
    for there in ([], [live(SERVICE, **APPLIED)]):
        [attempt] = tried(objects=[SERVICE], live=there)
        assert (attempt.method, attempt.content) == ("PATCH", APPLY)
        assert attempt.path == "/api/v1/namespaces/shop/services/web"
        assert attempt.query == {"dryRun": "All", "fieldValidation": "Strict", "fieldManager": "helm"}
        assert attempt.body["metadata"] == {"name": "web", "namespace": "shop"}


def test_what_was_made_otherwise_is_replaced():
    """Server-side apply would add to lists that an upgrade of Helm 3 replaces."""
    [attempt] = tried(objects=[SERVICE], live=[live(SERVICE, **MADE)])
    assert attempt.method == "PUT"
    assert attempt.body["metadata"] == {"name": "web", "namespace": "shop", "resourceVersion": "7"}


def test_a_claim_keeps_what_was_filled_in():
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": {"a": 1}}
    [attempt] = tried(objects=[claim], live=[{**live(claim, **MADE), "spec": {"a": 0, "volumeName": "pv"}}])
    assert attempt.body["spec"] == {"a": 1, "volumeName": "pv"}


def test_a_hook_is_made_anew_under_a_name_that_is_free():
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "web", "annotations": {"helm.sh/hook": "pre-upgrade"}},
        "spec": {"template": {"spec": POD}},
    }
    [attempt, pod] = tried(objects=[job])
    assert pod.pod
    assert (attempt.method, attempt.path) == ("POST", "/apis/batch/v1/namespaces/shop/jobs")
    assert attempt.body["metadata"]["generateName"] == "web-"
    assert "name" not in attempt.body["metadata"]


def test_a_pod_of_each_workload_is_tried_with_what_comes_to_be_there():
    workload = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "db"},
        "spec": {
            "template": {"metadata": {"labels": {"app": "db"}}, "spec": {**POD, "serviceAccountName": "db"}},
            "volumeClaimTemplates": [{"metadata": {"name": "data"}}],
        },
    }
    _, pod = tried(objects=[workload])
    assert pod.pod
    assert (pod.method, pod.path) == ("POST", "/api/v1/namespaces/shop/pods")
    assert pod.body["metadata"] == {"labels": {"app": "db"}, "generateName": "db-", "namespace": "shop"}
    assert pod.body["spec"] == {**POD, "volumes": [{"name": "data", "emptyDir": {}}]}

    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "db"}}
    _, pod = tried(objects=[workload], live=[account])
    assert pod.body["spec"]["serviceAccountName"] == "db"


def test_what_has_no_place_yet_is_not_sent():
    case = {
        "namespaces": [],
        "objects": [SERVICE, {**SERVICE, "metadata": {"name": "more"}}],
        "others": [
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "x"}}
        ],
    }
    assert [attempt.path.split("/")[3] for attempt in tried(**case)] == ["v1"]
    [finding] = not_sent(scenes.task(case), scenes.scene(case))
    assert finding.object == "Namespace/shop"
    assert finding.message == "is not there yet: 2 objects are not tried before"


def test_what_the_deploy_itself_defines_is_not_sent():
    crd = "kind: CustomResourceDefinition\nspec: {group: example.com, names: {kind: Probe}}\n"
    probe = {"apiVersion": "example.com/v1", "kind": "Probe", "metadata": {"name": "web"}}
    case = {"objects": [probe], "chart": {"files": {"crds/probe.yaml": crd}}}
    assert not tried(**case)
    [finding] = not_sent(scenes.task(case), scenes.scene(case))
    assert finding.message == "the deploy itself brings Probe of example.com/v1: 1 object is not tried before"
