"""Properties of the rules: what the chart renders breaks none of those that are about correctness; none stumbles."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chartgen import engine
from chartgen.checks import kubernetes, names, references, selection, upgrades
from chartgen.checks.run import Run
from chartgen.model import Manifest, Release
from tests import cases, strategies
from tests.laws.any_values import TEXT, values

BETWEEN_OBJECTS = {"replicas-beside-autoscaler", "two-autoscalers", "duplicate-port", "duplicate-env"}
SAID = {"patch-without-object"}
"""What a spec can say."""

CORRECTNESS = BETWEEN_OBJECTS | {
    rule.id
    for module in (selection, references, names, upgrades)
    for rule in module.FAMILY.rules
    if rule.severity == "error" and rule.id not in SAID
}
"""What no spec that is taken can bring about; a budget that blocks, say, can be written."""

CUSTOM = {
    "ServiceMonitor": "monitoring.coreos.com/v1",
    "PodMonitor": "monitoring.coreos.com/v1",
    "HTTPRoute": "gateway.networking.k8s.io/v1",
    "ScaledObject": "keda.sh/v1alpha1",
    "VerticalPodAutoscaler": "autoscaling.k8s.io/v1",
    "ExternalSecret": "external-secrets.io/v1",
    "Certificate": "cert-manager.io/v1",
    "SecretProviderClass": "secrets-store.csi.x-k8s.io/v1",
}
"""Kinds that rules read; a cluster takes some of what the schemas of others leave open."""


def test_what_is_rendered_is_right():
    projects: list[tuple[Release, ...]] = []

    @given(strategies.projects())
    @strategies.examples(20)
    def gather(files: dict[str, bytes]) -> None:
        projects.append(cases.plan_of(files).releases)

    gather()
    manifests = engine.choose().template(cases.shared_chart(), [release for own in projects for release in own])
    of_release: dict[int, list[Manifest]] = {}
    for manifest in manifests:
        of_release.setdefault(id(manifest.release), []).append(manifest)
    for releases in projects:
        own = [manifest for release in releases for manifest in of_release.get(id(release), ())]
        assert [each for each in Run().over(own, own) if each.rule in CORRECTNESS] == []


FIELDS = """selector matchLabels endpoints podMetricsEndpoints port rules backendRefs matches path hostnames parentRefs
scaleTargetRef targetRef name target secretName secretObjects"""
specs = st.recursive(
    TEXT | st.integers() | st.none() | values(),
    lambda inner: st.dictionaries(st.sampled_from(FIELDS.split()), inner, max_size=4) | st.lists(inner, max_size=3),
)


@given(st.lists(st.tuples(st.sampled_from(sorted(CUSTOM)), specs), max_size=4))
@strategies.examples(150)
def test_no_rule_stumbles_over_a_custom_resource(drawn):
    release = cases.chart_release({})
    pod = {"containers": [{"name": "a", "image": "a:1"}]}
    objects = [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "labels": {"a": "b"}}, "spec": pod},
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"selector": {"a": "b"}}},
        *({"apiVersion": CUSTOM[kind], "kind": kind, "metadata": {"name": "x"}, "spec": spec} for kind, spec in drawn),
    ]
    manifests = [Manifest(release, "web/templates/x.yaml", each) for each in objects]
    taken = [manifest for manifest in manifests if not kubernetes.check([manifest], "1.37").findings]
    Run().over(taken, taken)
