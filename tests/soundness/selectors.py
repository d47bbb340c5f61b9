"""Selectors: each finds the pods that it is for, and no two workloads take the same ones."""

from __future__ import annotations

from collections.abc import Iterator

from tests.soundness.scene import WORKLOADS, Object, Scene, selects


def faults(scene: Scene) -> Iterator[str]:
    """Selectors that miss their pods, or take those of others."""
    yield from _of_workloads(scene)
    for title, one in scene.of("Service"):
        yield from (f"{title}: {fault}" for fault in _of_service(scene, one))
    for title, one in scene.of("PodDisruptionBudget"):
        if not any(selects(one["spec"]["selector"], pod.labels) for pod in scene.pods):
            yield f"{title}: its selector takes no pods"
    for title, one in scene.of("NetworkPolicy"):
        yield from (f"{title}: {fault}" for fault in _of_policy(scene, one))
    for title, one in scene.of("ServiceMonitor"):
        yield from (f"{title}: {fault}" for fault in _of_service_monitor(scene, one))
    for title, one in scene.of("PodMonitor"):
        yield from (f"{title}: {fault}" for fault in _of_pod_monitor(scene, one))
    for pod in scene.pods:
        for constraint in pod.spec.get("topologySpreadConstraints", ()):
            if not selects(constraint.get("labelSelector"), pod.labels):
                yield f"{pod.title}: a spread over {constraint['topologyKey']} does not count its own pods"


def _of_workloads(scene: Scene) -> Iterator[str]:
    for title, one in scene.of(*WORKLOADS):
        selector = one["spec"]["selector"]
        taken = {pod.title for pod in scene.pods if selects(selector, pod.labels)}
        if taken != {title}:
            yield f"{title}: its selector takes the pods of {', '.join(sorted(taken)) or 'nobody'}"


def _of_service(scene: Scene, one: Object) -> Iterator[str]:
    selector = one["spec"].get("selector")
    if not selector:
        return
    pods = [pod for pod in scene.pods if selects({"matchLabels": selector}, pod.labels)]
    if not pods:
        yield "its selector takes no pods"
    for pod in pods:
        listened = {(port["name"], port.get("protocol", "TCP")) for port in pod.ports()}
        for port in one["spec"].get("ports", ()):
            target = port.get("targetPort")
            if isinstance(target, str) and (target, port.get("protocol", "TCP")) not in listened:
                yield f"{pod.title} has no port {target}"


def _of_policy(scene: Scene, one: Object) -> Iterator[str]:
    selector = one["spec"].get("podSelector")
    pods = [pod for pod in scene.pods if selects(selector, pod.labels)]
    if selector and not pods:
        yield "its selector takes no pods"
    ports = [port["port"] for rule in one["spec"].get("ingress", ()) for port in rule.get("ports", ())]
    for port in ports:
        if isinstance(port, str) and not any(port == each["name"] for pod in pods for each in pod.ports()):
            yield f"no pod has a port {port}"


def _of_service_monitor(scene: Scene, one: Object) -> Iterator[str]:
    selector = one["spec"]["selector"]
    services = [each for _, each in scene.of("Service") if selects(selector, each["metadata"].get("labels", {}))]
    if not services:
        yield "its selector takes no Services"
    for endpoint in one["spec"]["endpoints"]:
        ports = {port.get("name") for each in services for port in each["spec"].get("ports", ())}
        if endpoint.get("port", next(iter(ports), "")) not in ports:
            yield f"no Service has a port {endpoint['port']}"


def _of_pod_monitor(scene: Scene, one: Object) -> Iterator[str]:
    pods = [pod for pod in scene.pods if selects(one["spec"]["selector"], pod.labels)]
    if not pods:
        yield "its selector takes no pods"
    for endpoint in one["spec"]["podMetricsEndpoints"]:
        ports = {port["name"] for pod in pods for port in pod.ports()}
        if endpoint.get("port", next(iter(ports), "")) not in ports:
            yield f"no pod has a port {endpoint['port']}"
