"""What is not sound is found: each rule broken once in objects that hold all of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

from chartgen import yamlio
from chartgen.model import Manifest
from tests import soundness
from tests.checks.kubernetes_objects import manifest

SOUND = {
    f"{one['kind']}/{one['metadata']['name']}": one
    for one in yamlio.load_all((Path(__file__).parent / "sound.yaml").read_bytes())
}


def manifests(objects: dict) -> list[Manifest]:
    return [manifest(one) for one in objects.values()]


def test_what_is_sound_has_no_fault():
    assert soundness.faults(manifests(SOUND)) == []


def pod(objects: dict) -> dict:
    return objects["Deployment/frontend"]["spec"]["template"]["spec"]


def container(objects: dict) -> dict:
    return pod(objects)["containers"][0]


Breaking = Callable[[dict], object]

BROKEN: dict[str, tuple[Breaking, str]] = {
    "a twin": (lambda o: o.update(x=o["Service/frontend"]), "v1 Service/frontend is there 2 times"),
    "a long name": (
        lambda o: o["ConfigMap/frontend-files"]["metadata"].update(name="x" * 300),
        "a name of 300 letters, at most 253",
    ),
    "a label": (lambda o: o["Service/frontend"]["metadata"]["labels"].update(a="b c"), "the label a has the value b c"),
    "elsewhere": (lambda o: o["Service/frontend"]["metadata"].update(namespace="x"), "Service/frontend: it goes to x"),
    "a variable twice": (lambda o: container(o)["env"].append({"name": "A"}), "variable A is there 2 times"),
    "a mount twice": (
        lambda o: container(o)["volumeMounts"].append({"name": "files", "mountPath": "/a"}),
        "mount /a is there 2 times",
    ),
    "a mount of nothing": (
        lambda o: container(o)["volumeMounts"].append({"name": "gone", "mountPath": "/b"}),
        "there is no volume gone",
    ),
    "no key": (lambda o: o["ConfigMap/frontend-files"]["data"].clear(), "ConfigMap/frontend-files has no key x"),
    "no ConfigMap": (lambda o: o.pop("ConfigMap/frontend-files"), "there is no ConfigMap/frontend-files"),
    "no Secret": (lambda o: o.pop("ExternalSecret/frontend-db"), "nothing makes Secret/frontend-db"),
    "no claim": (lambda o: o.pop("PersistentVolumeClaim/frontend-data"), "no PersistentVolumeClaim/frontend-data"),
    "no account": (lambda o: o.pop("ServiceAccount/frontend"), "there is no ServiceAccount/frontend"),
    "no role": (lambda o: o.pop("Role/frontend"), "RoleBinding/frontend: there is no Role/frontend"),
    "a probe": (lambda o: container(o)["ports"].clear(), "livenessProbe: there is no port http"),
    "a target port": (
        lambda o: container(o)["ports"].clear(),
        "Service/frontend: Deployment/frontend has no port http",
    ),
    "no Service": (lambda o: o.pop("Service/frontend"), "Ingress/frontend: there is no Service/frontend"),
    "a Service's port": (
        lambda o: o["Service/frontend"]["spec"]["ports"][0].update(name="x", port=81),
        "HTTPRoute/frontend: Service/frontend has no port 80",
    ),
    "a scaler": (
        lambda o: o["HorizontalPodAutoscaler/frontend"]["spec"]["scaleTargetRef"].update(name="x"),
        "there is no Deployment/x",
    ),
    "a stateful set's Service": (
        lambda o: o["StatefulSet/frontend-db"]["spec"].update(serviceName="gone"),
        "StatefulSet/frontend-db: there is no Service/gone",
    ),
    "a Service's selector": (
        lambda o: o["Service/frontend"]["spec"]["selector"].update(name="x"),
        "Service/frontend: its selector takes no pods",
    ),
    "a budget": (
        lambda o: o["PodDisruptionBudget/frontend"]["spec"]["selector"]["matchLabels"].update(name="x"),
        "PodDisruptionBudget/frontend: its selector takes no pods",
    ),
    "a policy": (
        lambda o: o["NetworkPolicy/frontend"]["spec"]["podSelector"]["matchLabels"].update(name="x"),
        "NetworkPolicy/frontend: its selector takes no pods",
    ),
    "a monitor": (
        lambda o: o["ServiceMonitor/frontend"]["spec"]["endpoints"][0].update(port="x"),
        "ServiceMonitor/frontend: no Service has a port x",
    ),
    "two selectors that meet": (
        lambda o: o["StatefulSet/frontend-db"]["spec"]["template"]["metadata"]["labels"].update(name="frontend"),
        "Deployment/frontend: its selector takes the pods of Deployment/frontend, StatefulSet/frontend-db",
    ),
    "a spread": (
        lambda o: pod(o)["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"].update(name="x"),
        "does not count its own pods",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_fault_is_found(fault: str):
    broken = copy.deepcopy(SOUND)
    breaks, told = BROKEN[fault]
    breaks(broken)
    found = soundness.faults(manifests(broken))
    assert any(told in each for each in found), found
