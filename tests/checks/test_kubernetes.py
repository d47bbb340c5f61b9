from __future__ import annotations

import pytest

from chartgen.checks import kubernetes, kubernetes_data
from chartgen.checks.kubernetes_kinds import Kinds
from chartgen.errors import InputError, Where
from chartgen.model import Finding
from tests.checks.kubernetes_objects import example, manifest, objects

OLDEST, NEWEST = kubernetes.versions()[0], kubernetes.versions()[-1]

# Questions to an API server, and what it alone writes: nobody keeps them in a chart.
NOT_WRITTEN = {
    "v1 Binding",
    "v1 ComponentStatus",
    "policy/v1 Eviction",
    "autoscaling/v1 Scale",
    "authentication.k8s.io/v1 SelfSubjectReview",
    "authentication.k8s.io/v1 TokenRequest",
    "authentication.k8s.io/v1 TokenReview",
    "authorization.k8s.io/v1 LocalSubjectAccessReview",
    "authorization.k8s.io/v1 SelfSubjectAccessReview",
    "authorization.k8s.io/v1 SelfSubjectRulesReview",
    "authorization.k8s.io/v1 SubjectAccessReview",
}


def checked(document, version=NEWEST):
    return kubernetes.check([manifest(document)], version)


def said(document, version=NEWEST):
    return [(finding.path, finding.message, finding.remedy) for finding in checked(document, version).findings]


def changed(kind, **spec):
    document = example(kind)
    return {**document, "spec": {**document["spec"], **spec}}


def pod(**container):
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a"},
        "spec": {"containers": [{"name": "a", **container}]},
    }


def test_the_versions_are_all_from_1_30_to_the_newest():
    numbers = [int(version.removeprefix("1.")) for version in kubernetes.versions()]
    assert numbers == list(range(30, 30 + len(numbers)))
    assert numbers[-1] >= 37


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("kind", objects())
def test_examples_of_the_documentation_are_valid(kind, version):
    assert checked(example(kind), version) == kubernetes.Checked(())


def test_there_is_an_example_of_every_kind_that_all_versions_serve():
    served = kubernetes_data.served()
    oldest, newest = Kinds(OLDEST, served), Kinds(NEWEST, served)
    lasting = {
        f"{api_version} {kind}"
        for api_version, kinds in served.items()
        for kind in kinds
        if oldest.knows(api_version, kind) and newest.knows(api_version, kind)
    }
    assert lasting - NOT_WRITTEN == set(objects())


def test_a_finding_says_all_there_is_to_know():
    document = changed("v1 Service", selectr={"app": "web"})
    assert checked(document).findings == (
        Finding(
            rule="kubernetes-schema",
            severity="error",
            message="unknown field `selectr`",
            release="prod/eu-north/frontend",
            object="Service/my-service",
            path="spec.selectr",
            where=Where("microservice/templates/object.yaml"),
            remedy="did you mean `selector`?",
        ),
    )


QUANTITY = "a quantity such as `100m` or `1Gi`"
CASES = {
    "unknown field, nothing like it": (
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "zzz": {}},
        (
            "zzz",
            (
                "unknown field `zzz`,"
                " expected one of `apiVersion`, `binaryData`, `data`, `immutable`, `kind`, `metadata`"
            ),
            "",
        ),
    ),
    "wrong type": (
        changed("apps/v1 Deployment", replicas="two"),
        ("spec.replicas", "is a string, expected an integer", ""),
    ),
    "a number in quotes": (
        changed("apps/v1 Deployment", replicas="2"),
        ("spec.replicas", "is a string, expected an integer", "write it without quotes: `2`"),
    ),
    "a list for a map": (changed("v1 Service", selector=[]), ("spec.selector", "is a list, expected a map", "")),
    "an environment variable that is no text": (
        pod(env=[{"name": "DEBUG", "value": True}]),
        (
            "spec.containers[0].env[0].value",
            "is the boolean true, expected a string",
            'write it in quotes: `"true"`',
        ),
    ),
    "an annotation that is no text": (
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "annotations": {"example.com/n": 1}}},
        (
            'metadata.annotations["example.com/n"]',
            "is the number 1, expected a string",
            'write it in quotes: `"1"`',
        ),
    ),
    "a port that is neither number nor name": (
        pod(livenessProbe={"tcpSocket": {"port": 80.5}}),
        (
            "spec.containers[0].livenessProbe.tcpSocket.port",
            "is the number 80.5, expected an integer or a string",
            'write it in quotes: `"80.5"`',
        ),
    ),
    "no quantity": (
        pod(resources={"limits": {"memory": "100 Mb"}}),
        ("spec.containers[0].resources.limits.memory", f"is `100 Mb`, expected {QUANTITY}", ""),
    ),
    "missing": (changed("apps/v1 Deployment", selector=None), ("spec.selector", "is missing", "")),
    "nothing in a list": (
        changed("apps/v1 StatefulSet", volumeClaimTemplates=[None]),
        ("spec.volumeClaimTemplates[0]", "is null, expected a map", ""),
    ),
    "no kind": ({"apiVersion": "v1", "metadata": {"name": "a"}}, ("kind", "is missing", "")),
    "no API version": ({"kind": "Pod"}, ("apiVersion", "is missing", "")),
    "an API version that is no text": ({"kind": "Pod", "apiVersion": 1}, ("apiVersion", "is no text", "")),
    "in a list of objects": (
        {"apiVersion": "v1", "kind": "List", "items": [pod(), pod(imag="a")]},
        ("items[1].spec.containers[0].imag", "unknown field `imag`", "did you mean `image`?"),
    ),
    "in a list of one kind": (
        {"apiVersion": "v1", "kind": "ConfigMapList", "items": [{"metadata": {"name": "a"}, "dta": {}}]},
        ("items[0].dta", "unknown field `dta`", "did you mean `data`?"),
    ),
    "no object in a list": (
        {"apiVersion": "v1", "kind": "List", "items": ["a"]},
        ("items[0]", "is no object, expected a map with `apiVersion` and `kind`", ""),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_mistake_is_found_and_named(name):
    document, expected = CASES[name]
    assert said(document) == [expected]


def test_several_mistakes_are_all_found():
    document = changed("apps/v1 Deployment", replicas="two", paused=1, selectr={})
    assert {path for path, _, _ in said(document)} == {"spec.replicas", "spec.paused", "spec.selectr"}


# Kubernetes version, API version and kind, and what is said of them.
KINDS = {
    ("1.30", "autoscaling/v2beta2", "HorizontalPodAutoscaler"): (
        "apiVersion",
        "kind `HorizontalPodAutoscaler` of `autoscaling/v2beta2` does not exist in Kubernetes 1.30, only up to 1.25",
        "use `autoscaling/v2`",
    ),
    ("1.33", "coordination.k8s.io/v1alpha1", "LeaseCandidate"): (
        "apiVersion",
        "kind `LeaseCandidate` of `coordination.k8s.io/v1alpha1` does not exist in Kubernetes 1.33, only in 1.31",
        "use `coordination.k8s.io/v1beta1`",
    ),
    ("1.30", "resource.k8s.io/v1", "DeviceClass"): (
        "kind",
        "kind `DeviceClass` of `resource.k8s.io/v1` does not exist in Kubernetes 1.30, only from 1.34",
        "",
    ),
    ("1.33", "resource.k8s.io/v1", "ResourceClaim"): (
        "apiVersion",
        "kind `ResourceClaim` of `resource.k8s.io/v1` does not exist in Kubernetes 1.33, only from 1.34",
        "use `resource.k8s.io/v1beta2`",
    ),
    ("1.33", "resource.k8s.io/v1alpha2", "ResourceClass"): (
        "kind",
        "kind `ResourceClass` of `resource.k8s.io/v1alpha2` does not exist in Kubernetes 1.33, only in 1.27 to 1.30",
        "",
    ),
    # Gone so long ago that no data is left.
    ("1.33", "extensions/v1beta1", "Ingress"): (
        "apiVersion",
        "kind `Ingress` of `extensions/v1beta1` does not exist in Kubernetes 1.33",
        "use `networking.k8s.io/v1`",
    ),
    ("1.33", "v1", "Deployment"): (
        "apiVersion",
        "kind `Deployment` of `v1` does not exist in Kubernetes 1.33",
        "use `apps/v1`",
    ),
    ("1.33", "apps/v1", "Deploymnet"): (
        "kind",
        "kind `Deploymnet` of `apps/v1` does not exist in Kubernetes 1.33",
        "did you mean `Deployment`?",
    ),
    ("1.33", "batch/v1", "Ingres"): (
        "kind",
        "kind `Ingres` of `batch/v1` does not exist in Kubernetes 1.33",
        "did you mean `Ingress`?",
    ),
}


@pytest.mark.parametrize(("version", "api_version", "kind"), KINDS)
def test_a_kind_that_a_version_does_not_serve(version, api_version, kind):
    document = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}}
    assert said(document, version) == [KINDS[version, api_version, kind]]


@pytest.mark.parametrize("group", ["monitoring.coreos.com", "gateway.networking.k8s.io", "cert-manager.io"])
def test_custom_resources_are_counted_and_not_judged(group):
    document = {"apiVersion": f"{group}/v1", "kind": "Anything", "spec": {"anything": 1}}
    assert checked(document) == kubernetes.Checked((), skipped=1)


# A field, the version that brought it, and where it stands.
NEW_FIELDS = {
    "resources": ("1.32", changed("v1 Pod", resources={"limits": {"cpu": 1}})),
    "stopSignal": ("1.33", pod(lifecycle={"stopSignal": "SIGUSR1"})),
    "restartPolicyRules": ("1.34", pod(restartPolicyRules=[])),
    "hostnameOverride": ("1.34", changed("v1 Pod", hostnameOverride="web.example.com")),
    "tolerance": (
        "1.33",
        changed("autoscaling/v2 HorizontalPodAutoscaler", behavior={"scaleDown": {"tolerance": 0.05}}),
    ),
}


@pytest.mark.parametrize("field", NEW_FIELDS)
def test_a_field_is_refused_in_the_versions_before_it(field):
    brought_in, document = NEW_FIELDS[field]
    refused = [version for version in kubernetes.versions() if said(document, version)]
    assert refused == [version for version in kubernetes.versions() if version < brought_in]
    assert {message.partition(",")[0] for version in refused for _, message, _ in said(document, version)} == {
        f"unknown field `{field}`"
    }


def test_a_server_drops_nulls_and_so_does_the_check():
    document = changed("v1 Service", clusterIP=None, selector={"app": None}, externalIPs=None)
    assert said(document | {"status": {"loadBalancer": None}}) == []


def test_a_null_for_an_unknown_field_or_in_place_of_a_required_one_is_a_mistake():
    document = changed("v1 Service", selectr=None, ports=[{"port": None, "name": None}])
    assert said(document) == [
        ("spec.ports[0].port", "is missing", ""),
        ("spec.selectr", "unknown field `selectr`", "did you mean `selector`?"),
    ]


def test_status_is_not_looked_into():
    assert said(example("apps/v1 Deployment") | {"status": {"whatever": 1}}) == []


@pytest.mark.parametrize("version", ["1.29", "1.99", "v1.33", "1.33.1", "", "kinds"])
def test_an_unknown_version_is_refused(version):
    with pytest.raises(
        InputError, match=f"there are no schemas of Kubernetes {version}\n  hint: there are those of 1.30,"
    ):
        kubernetes.check([], version)
