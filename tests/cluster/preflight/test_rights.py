"""Which rights a deploy needs, and how those that are lacking are told."""

from __future__ import annotations

import pytest

from chartgen.cluster.api import Api
from chartgen.cluster.preflight import rights
from chartgen.cluster.preflight.rights import NEEDED, WAITING, Right
from tests.cluster.api.server import Reply, serving
from tests.cluster.preflight import scenes

SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
CLASS = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "calm"}}


def needed(**case):
    return rights.needed(scenes.task(case), scenes.scene(case))


def test_what_helm_does_with_an_object():
    found = needed(objects=[SERVICE])
    for verb, rule in (("get", NEEDED), ("create", NEEDED), ("patch", NEEDED), ("delete", WAITING), ("watch", WAITING)):
        assert found[Right("shop", "", "services", verb)] == rule
    assert Right("shop", "", "services", "update") not in found


def test_a_kind_without_namespaces_is_asked_for_everywhere():
    assert needed(objects=[CLASS])[Right("", "scheduling.k8s.io", "priorityclasses", "create")] == NEEDED


def test_what_goes_is_deleted():
    found = needed(sent=[SERVICE])
    assert found[Right("shop", "", "services", "delete")] == NEEDED
    assert Right("shop", "", "services", "create") not in found


@pytest.mark.parametrize(("driver", "resource"), [("", "secrets"), ("configmap", "configmaps")])
def test_where_helm_keeps_releases(monkeypatch, driver, resource):
    monkeypatch.setenv("HELM_DRIVER", driver)
    found = needed(objects=[SERVICE])
    assert {right.verb for right in found if right.resource == resource} == {
        "get",
        "list",
        "create",
        "update",
        "delete",
    }


def test_helm_makes_namespaces_for_new_releases_alone():
    everywhere = Right("", "", "namespaces", "create")
    assert everywhere in needed(objects=[SERVICE])
    assert everywhere not in needed(objects=[SERVICE], release={"create_namespace": False})
    assert everywhere not in needed(objects=[SERVICE], sent=[SERVICE])
    assert needed(objects=[SERVICE])[Right("shop", "", "namespaces", "patch")] == WAITING


def test_what_is_lacking_is_told_once_a_namespace_with_the_rules_that_grant_it():
    found = needed(objects=[SERVICE, CLASS])
    lacking = frozenset(right for right in found if right.verb != "get" and right.resource != "secrets")
    here, everywhere, waiting, *_ = said = list(rights.check(found, lacking))
    assert [finding.rule for finding in said] == [NEEDED, NEEDED, WAITING, WAITING]
    assert everywhere.message == (
        "no right in the whole cluster to create, patch priorityclasses.scheduling.k8s.io; create namespaces"
    )
    assert "have a ClusterRole with these rules granted in the whole cluster" in everywhere.remedy
    assert here.object == "Namespace/shop"
    assert here.message == "no right in the namespace shop to create, patch services"
    assert '{apiGroups: [""], resources: [services], verbs: [create, patch]}' in here.remedy
    assert "`kubectl auth can-i create services -n shop`" in here.remedy
    assert "list, watch, delete services" in waiting.message
    assert "`managed_namespace`" in everywhere.remedy


def test_who_may_do_everything_is_asked_once_a_namespace():
    """And who may do some things is asked for each."""

    def reply(request):
        asked = request.body["spec"]["resourceAttributes"]
        allowed = asked.get("namespace") == "free" or asked["verb"] == "get"
        return Reply({"status": {"allowed": allowed}})

    free, some = Right("free", "", "pods", "create"), [Right("shop", "", "pods", verb) for verb in ("get", "create")]
    with serving(reply) as (path, heard), Api(path, None, 5) as api:
        assert rights.missing(api, [free, *some]) == {some[1]}
    assert len(heard) == 4
    assert {request.body["kind"] for request in heard} == {"SelfSubjectAccessReview"}
