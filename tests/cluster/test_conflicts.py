"""Who has taken a field that helm 4 may not set: read from its error, as it was recorded."""

from __future__ import annotations

import pytest

from chartgen.cluster.conflicts import Conflict, conflicts

TWICE = """\
UPGRADE FAILED: an error occurred while rolling back the release. original upgrade error: conflict occurred while \
applying object shop/web apps/v1, Kind=Deployment: Apply failed with 2 conflicts: conflicts with "kubectl" with \
subresource "scale" using apps/v1:
- .spec.replicas
conflicts with "kubectl-set" using apps/v1:
- .spec.template.spec.containers[name="web"].image: conflict occurred while applying object shop/web apps/v1, \
Kind=Deployment: Apply failed with 2 conflicts: conflicts with "kubectl" with subresource "scale" using apps/v1:
- .spec.replicas
conflicts with "kubectl-set" using apps/v1:
- .spec.template.spec.containers[name="web"].image"""

ONCE = """\
UPGRADE FAILED: release web failed, and has been rolled back due to rollback-on-failure being set: conflict occurred \
while applying object shop/web autoscaling/v2, Kind=HorizontalPodAutoscaler: Apply failed with 1 conflict: conflict \
with "keda-operator" using autoscaling/v2: .spec.maxReplicas"""

PORTS = """\
conflict occurred while applying object web /v1, Kind=Service: Apply failed with 2 conflicts: conflicts with \
"kubectl-edit" using v1:
- .spec.ports[port=80,protocol="TCP"].nodePort
- .metadata.annotations.example.com/a b"""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            TWICE,
            [
                Conflict("Deployment/web", ".spec.replicas", "kubectl"),
                Conflict("Deployment/web", '.spec.template.spec.containers[name="web"].image', "kubectl-set"),
            ],
        ),
        (ONCE, [Conflict("HorizontalPodAutoscaler/web", ".spec.maxReplicas", "keda-operator")]),
        (
            PORTS,
            [
                Conflict("Service/web", '.spec.ports[port=80,protocol="TCP"].nodePort', "kubectl-edit"),
                Conflict("Service/web", ".metadata.annotations.example.com/a", "kubectl-edit"),
            ],
        ),
        ("UPGRADE FAILED: context deadline exceeded", []),
        ("", []),
    ],
)
def test_the_fields_and_who_set_them(error, expected):
    assert conflicts(error) == tuple(expected)


@pytest.mark.parametrize(
    ("manager", "who"),
    [
        ("kubectl-edit", ": somebody changed it by hand, with kubectl"),
        ("kube-controller-manager", ": a controller of Kubernetes sets it, such as an autoscaler"),
        ("argocd-controller", ": Argo CD applies it, too"),
        ("helm-controller", ": Flux applies it, too"),
        ("own-operator", ""),
    ],
)
def test_who_that_is(manager, who):
    text = str(Conflict("Deployment/web", ".spec.replicas", manager))
    assert text == f"Deployment/web .spec.replicas belongs to `{manager}`{who}"
