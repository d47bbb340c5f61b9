"""Selectors and named ports: what one object says of others must be so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chartgen.checks.component import of_container
from chartgen.checks.objects import Container, Objects, Workload, labels_of, matches
from chartgen.checks.rule import Family, Hit, Rule
from chartgen.compare.manifests.reading import name_of, part, parts
from chartgen.model import Manifest

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_WITH_SELECTOR = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
_ROUTING = ("Ingress", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute")
"""Kinds that send requests to Services."""

_SELECTING = (("PodDisruptionBudget", "selector"), ("NetworkPolicy", "podSelector"), ("PodMonitor", "selector"))
"""Kinds that select pods: the field of the selector."""

_TARGETED = {
    "HorizontalPodAutoscaler": ("scaleTargetRef", "Deployment"),
    "VerticalPodAutoscaler": ("targetRef", "Deployment"),
    "ScaledObject": ("scaleTargetRef", "Deployment"),
}
"""Kinds that aim at a workload: the field, and the kind where it names none (KEDA's default)."""


def selector_misses_own_pods(workload: Workload) -> Iterator[Hit]:
    """An API server refuses a workload whose selector does not match its own pods."""
    if workload.kind in _WITH_SELECTOR and not matches(workload.spec.get("selector"), workload.labels):
        yield Hit("selects other pods than its own", workload.manifest, ("spec", "selector"))


def selects_no_pod(objects: Objects) -> Iterator[Hit]:
    """Services, disruption budgets, network policies and monitors."""
    for manifest in objects.kind("Service"):
        selector = part(manifest.object, "spec", "selector")
        if selector and not objects.selected({"matchLabels": selector}):
            yield Hit("selects no pod of the release", manifest, ("spec", "selector"))
    for kind, field in _SELECTING:
        for manifest in objects.kind(kind):
            selector = part(manifest.object, "spec", field)
            if selector and not objects.selected(selector):
                yield Hit("selects no pod of the release", manifest, ("spec", field))
    for manifest in objects.kind("ServiceMonitor"):
        selector = part(manifest.object, "spec", "selector")
        if selector and not _services(objects, selector):
            yield Hit("selects no Service of the release", manifest, ("spec", "selector"))


def _services(objects: Objects, selector: Mapping[str, Any]) -> list[Manifest]:
    services = objects.kind("Service")
    return [each for each in services if matches(selector, labels_of(each))]


def target_not_there(objects: Objects) -> Iterator[Hit]:
    """What scales aims at a workload of the release."""
    for kind, (field, default) in _TARGETED.items():
        for manifest in objects.kind(kind):
            target = part(manifest.object, "spec", field)
            aimed, name = str(part(target, "kind") or default), str(part(target, "name"))
            if name not in objects.names(aimed):
                message = f"aims at {aimed}/{name}, which is not there"
                yield Hit(message, manifest, ("spec", field))


def port_not_there(objects: Objects) -> Iterator[Hit]:
    """Named ports: of Services, monitors, network policies; and any port that an Ingress or a route sends to."""
    for manifest in objects.kind("Service"):
        selector = part(manifest.object, "spec", "selector")
        pods = objects.selected({"matchLabels": selector}) if selector else []
        known = _named(pods)
        for index, port in enumerate(parts(manifest.object, "spec", "ports") if pods else ()):
            target = port.get("targetPort")
            if isinstance(target, str) and target not in known:
                yield Hit(_no_port(target, "the pods"), manifest, ("spec", "ports", index, "targetPort"))
    for kind in _ROUTING:
        for manifest in objects.kind(kind):
            yield from _routed(objects, manifest)
    for manifest in objects.kind("NetworkPolicy"):
        yield from _let_in(objects, manifest)
    for manifest in objects.kind("ServiceMonitor"):
        services = _services(objects, part(manifest.object, "spec", "selector") or {})
        ports = {port.get("name") for service in services for port in parts(service.object, "spec", "ports")}
        yield from _scraped(manifest, "endpoints", ports if services else None, "the Service")
    for manifest in objects.kind("PodMonitor"):
        pods = objects.selected(part(manifest.object, "spec", "selector"))
        yield from _scraped(manifest, "podMetricsEndpoints", set(_named(pods)) if pods else None, "the pods")


def _let_in(objects: Objects, policy: Manifest) -> Iterator[Hit]:
    """The named ports at which a network policy lets others in."""
    pods = objects.selected(part(policy.object, "spec", "podSelector"))
    known = _named(pods)
    for index, rule in enumerate(parts(policy.object, "spec", "ingress") if pods else ()):
        for port in parts(rule, "ports"):
            if isinstance(port.get("port"), str) and port["port"] not in known:
                yield Hit(_no_port(port["port"], "the pods"), policy, ("spec", "ingress", index, "ports"))


def _scraped(manifest: Manifest, field: str, known: set[Any] | None, what: str) -> Iterator[Hit]:
    for index, endpoint in enumerate(parts(manifest.object, "spec", field)):
        port = endpoint.get("port")
        if known is not None and isinstance(port, str) and port not in known:
            yield Hit(_no_port(port, what), manifest, ("spec", field, index, "port"))


def _named(workloads: list[Workload]) -> set[str]:
    """The names of all ports of the pods."""
    return {
        port["name"]
        for workload in workloads
        for container in workload.containers
        for port in container.data.get("ports") or ()
        if port.get("name")
    }


def _no_port(port: object, what: str) -> str:
    return f"{what} have no port `{port}`" if what.endswith("s") else f"{what} has no port `{port}`"


def _routed(objects: Objects, manifest: Manifest) -> Iterator[Hit]:
    """The ports that an Ingress or a route sends to, of those Services that the release has."""
    for name, port in backends(manifest):
        for service in objects.kind("Service"):
            if name_of(service) == name and port is not None:
                ports = list(parts(service.object, "spec", "ports"))
                if ports and not any(port in (each.get("name"), each.get("port")) for each in ports):
                    yield Hit(_no_port(port, f"the Service `{name}`"), manifest, ("spec", "rules"))


def backends(manifest: Manifest) -> Iterator[tuple[object, object]]:
    """The Services that an Ingress or a route sends to, by name, with the port's name or number."""
    for rule in parts(manifest.object, "spec", "rules"):
        for path in parts(rule, "http", "paths"):
            yield _backend(part(path, "backend", "service"))
        for target in parts(rule, "backendRefs"):
            if target.get("kind") in (None, "Service") and target.get("namespace") is None:
                yield target.get("name"), target.get("port")
    default = part(manifest.object, "spec", "defaultBackend", "service")
    if default:
        yield _backend(default)


def _backend(service: object) -> tuple[object, object]:
    name = part(service, "port", "name")
    return part(service, "name"), part(service, "port", "number") if name is None else name


def service_not_there(objects: Objects) -> Iterator[Hit]:
    """An Ingress, a route or a StatefulSet that names a Service of the release's own; others may be made elsewhere."""
    own = objects.release.name
    for kind in _ROUTING:
        for manifest in objects.kind(kind):
            names = objects.names("Service")
            for name, _ in backends(manifest):
                if str(name) not in names and f"{name}-".startswith(f"{own}-"):
                    yield Hit(f"sends to the Service `{name}`, which is not there", manifest, ("spec", "rules"))
    for manifest in objects.kind("StatefulSet"):
        name = part(manifest.object, "spec", "serviceName")
        if name and f"{name}-".startswith(f"{own}-") and name not in objects.names("Service"):
            message = f"is known by the Service `{name}`, which is not there"
            yield Hit(message, manifest, ("spec", "serviceName"))


def probe_port_not_there(container: Container) -> Iterator[Hit]:
    """A probe asks a port of its own container by name."""
    for name in _PROBES:
        probe = container.data.get(name) or {}
        for how in ("httpGet", "tcpSocket") if probe else ():
            port = (probe.get(how) or {}).get("port")
            if isinstance(port, str) and not port.isdecimal():
                known = [each.get("name") for each in container.data.get("ports") or ()]
                if port not in known:
                    message = f"has no port `{port}` for its probe"
                    yield of_container(container, message, name, how, "port", values=(name, "port"))


FAMILY = Family(
    "selection",
    "Selectors and ports",
    containers=(
        Rule(
            "probe-port-not-there",
            "error",
            "A probe of a port that is not there always fails.",
            "name one of the service's `ports`",
            probe_port_not_there,
        ),
    ),
    workloads=(
        Rule(
            "selector-misses-own-pods",
            "error",
            "An API server refuses a workload whose selector does not match its own pods.",
            "give the pods the labels that are selected",
            selector_misses_own_pods,
        ),
    ),
    releases=(
        Rule(
            "selects-no-pod",
            "error",
            "What selects no pod does nothing, and says so to nobody.",
            "select by the labels that the pods have",
            selects_no_pod,
        ),
        Rule(
            "target-not-there",
            "error",
            "What scales a workload that is not there scales nothing.",
            "name a workload of the release",
            target_not_there,
        ),
        Rule(
            "port-not-there",
            "error",
            "Requests to a port that is not there go nowhere.",
            "name one of the service's `ports`",
            port_not_there,
        ),
        Rule(
            "service-not-there",
            "error",
            "Requests to a Service that is not there get an error.",
            "add a `port`, so that there is a Service",
            service_not_there,
        ),
    ),
)
