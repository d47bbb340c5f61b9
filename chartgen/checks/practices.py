"""The practices of running services: images, probes, resources, replicas, labels, namespaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from chartgen.checks.component import of_container, of_pod, of_workload, value
from chartgen.checks.objects import SCALED, Container, Objects, Workload
from chartgen.checks.quantity import number
from chartgen.checks.rule import Family, Hit, Rule
from chartgen.checks.scaling import fewest, scalers
from chartgen.compare.manifests.reading import part
from chartgen.compare.manifests.workloads import SERVING
from chartgen.concerns import reference

_HOSTNAME = "kubernetes.io/hostname"
_ONE_CORE = Decimal(1)
_MEASURED = ("cpu", "memory")


def image_not_pinned(container: Container) -> Iterator[Hit]:
    """No tag and no digest, or the tag `latest`."""
    image = container.data.get("image") or ""
    if "@" not in image:
        named = reference.split(image)
        tag = named.tag if named else ""
        if tag in ("", "latest"):
            what = "has an image without a tag" if not tag else "has an image with the tag `latest`"
            yield of_container(container, f"{what}, {image}", "image", values=("image",))


def no_liveness_probe(container: Container) -> Iterator[Hit]:
    """Nothing restarts it when it hangs."""
    if container.keeps_running and not container.data.get("livenessProbe"):
        yield of_container(container, "has no liveness probe", "livenessProbe", values=("livenessProbe",))


def no_readiness_probe(container: Container) -> Iterator[Hit]:
    """Nothing keeps requests from it while it is not ready; one beside the main one may have no port for any."""
    asked = container.role == "main" or container.data.get("ports")
    if asked and container.keeps_running and not container.data.get("readinessProbe"):
        yield of_container(container, "has no readiness probe", "readinessProbe", values=("readinessProbe",))


def no_requests(container: Container) -> Iterator[Hit]:
    """Requests of CPU and memory are what the scheduler goes by; a limit without a request is one."""
    resources = container.data.get("resources") or {}
    requests = resources.get("requests") or {}
    limits = resources.get("limits") or {}
    for name in _MEASURED:
        if requests.get(name) is None and limits.get(name) is None:
            path = ("resources", "requests", name)
            yield of_container(container, f"requests no {name}", *path, values=path)


def no_memory_limit(container: Container) -> Iterator[Hit]:
    """Memory is always limited; CPU by choice."""
    if ((container.data.get("resources") or {}).get("limits") or {}).get("memory") is None:
        path = ("resources", "limits", "memory")
        yield of_container(container, "has no memory limit", *path, values=path)


def cpu_request_over_one_core(container: Container) -> Iterator[Hit]:
    """What needs more than a core is better split over replicas."""
    asked = ((container.data.get("resources") or {}).get("requests") or {}).get("cpu")
    if asked is not None and (number(asked) or 0) > _ONE_CORE:
        path = ("resources", "requests", "cpu")
        yield of_container(container, f"requests {asked} CPU, more than one core", *path, values=path)


def over_largest_node(workload: Workload) -> Iterator[Hit]:
    """All containers of a pod together, for one node must hold them."""
    node = workload.objects.release.checks.largest_node
    for name, size in (("cpu", node.cpu), ("memory", node.memory)):
        if size is None:
            continue
        room = number(size)
        total = _pod_needs(workload, name)
        if room is not None and total > room:
            message = f"the pod may use {_shown(total, name)} {name}, more than the largest node has, {size}"
            yield of_pod(workload, message, "containers", values=("resources", "limits", name))


def _pod_needs(workload: Workload, name: str) -> Decimal:
    """What a pod may use at most: its containers together, or one init container.

    Source: Kubernetes, "Init Containers", "Resource sharing within containers".
    """
    together, alone = Decimal(0), Decimal(0)
    for container in workload.containers:
        amount = _most(container, name)
        if container.role == "init":
            alone = max(alone, amount)
        else:
            together += amount
    return max(together, alone)


def _most(container: Container, name: str) -> Decimal:
    resources = container.data.get("resources") or {}
    for key in ("limits", "requests"):
        amount = (resources.get(key) or {}).get(name)
        if amount is not None:
            return number(amount) or Decimal(0)
    return Decimal(0)


def _shown(amount: Decimal, name: str) -> str:
    if name == "cpu":
        return f"{amount.normalize():f}"
    return f"{(amount / 2**20).quantize(Decimal(1))}Mi"


def node_port(objects: Objects) -> Iterator[Hit]:
    """A port on every node goes around the one entry point."""
    for manifest in objects.kind("Service"):
        if part(manifest.object, "spec", "type") == "NodePort":
            values = [("service", "type"), ("extraServices", *_suffix(objects, manifest.object), "type")]
            yield Hit("is a NodePort", manifest, ("spec", "type"), tuple(values))


def _suffix(objects: Objects, service: Mapping[str, Any]) -> tuple[str, ...]:
    name = str(part(service, "metadata", "name"))
    own = name.removeprefix(f"{objects.release.name}-")
    return (own,) if own != name else ()


def single_replica(workload: Workload) -> Iterator[Hit]:
    """One pod is gone for a while with its node; a singleton says that it is one."""
    if workload.kind not in SCALED or _is_singleton(workload):
        return
    if fewest(workload) == 1:
        path = () if scalers(workload) else ("replicas",)
        yield of_workload(workload, "runs one pod only", "spec", *path, values=("replicaCount",))


def _is_singleton(workload: Workload) -> bool:
    return value(workload, "singleton") is True


def not_spread(workload: Workload) -> Iterator[Hit]:
    """Without a constraint or an anti-affinity by host, all replicas may stand on one node."""
    if workload.kind not in SCALED or workload.spec.get("replicas") in (0, 1) or _is_singleton(workload):
        return
    for constraint in workload.pod.get("topologySpreadConstraints") or ():
        if constraint.get("topologyKey") == _HOSTNAME:
            return
    anti = (workload.pod.get("affinity") or {}).get("podAntiAffinity") or {}
    terms = [
        *(anti.get("requiredDuringSchedulingIgnoredDuringExecution") or ()),
        *((term.get("podAffinityTerm") or {}) for term in _preferred(anti)),
    ]
    if not any(term.get("topologyKey") == _HOSTNAME for term in terms):
        yield of_pod(
            workload, "nothing spreads the pods over nodes", "topologySpreadConstraints", values=("topologySpread",)
        )


def _preferred(anti: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from anti.get("preferredDuringSchedulingIgnoredDuringExecution") or ()


def no_healthcheck_path(container: Container) -> Iterator[Hit]:
    """A port that speaks HTTP, and probes that only open it."""
    if container.role != "main" or container.workload.kind not in SERVING:
        return
    for name in ("livenessProbe", "readinessProbe"):
        socket = (container.data.get(name) or {}).get("tcpSocket")
        if socket and _is_http(container, socket.get("port")):
            yield of_container(container, "speaks HTTP, but its probes only open the port", name, values=(name,))
            return


def _is_http(container: Container, port: object) -> bool:
    """By its name, for of what a port speaks a container says nothing."""
    names = {each.get("containerPort"): each.get("name") or "" for each in container.data.get("ports") or ()}
    name = port if isinstance(port, str) else names.get(port, "")
    return name.partition("-")[0] in ("http", "web")


FAMILY = Family(
    "practices",
    "Practices",
    containers=(
        Rule(
            "image-not-pinned",
            "error",
            "What runs must not change by itself, from one pod to the next.",
            "give the image a tag: in `image`, or with `chartgen set-version`",
            image_not_pinned,
        ),
        Rule(
            "no-liveness-probe",
            "warning",
            "Without a liveness probe a process that hangs is never restarted.",
            "add a `port`, or `healthcheck_command`",
            no_liveness_probe,
        ),
        Rule(
            "no-readiness-probe",
            "warning",
            "Without a readiness probe a pod gets requests before it can answer them.",
            "add a `port`, or `healthcheck_command`",
            no_readiness_probe,
        ),
        Rule(
            "no-requests",
            "error",
            "Without requests the scheduler puts a pod on any node, however full it is.",
            "set `resource_request: {cpu: …, memory: …}`",
            no_requests,
        ),
        Rule(
            "no-memory-limit",
            "error",
            "Without a memory limit one pod can take all of a node's memory from the others.",
            "set `resource_limits: {memory: …}`",
            no_memory_limit,
        ),
        Rule(
            "cpu-request-over-one-core",
            "warning",
            "A pod that asks for more than one core is hard to place; several smaller ones are not.",
            "lower `resource_request: {cpu: …}`, and raise `min_containers`",
            cpu_request_over_one_core,
        ),
        Rule(
            "no-healthcheck-path",
            "info",
            "A server can accept connections and still answer every request with an error.",
            "add `healthcheck_path`",
            no_healthcheck_path,
        ),
    ),
    workloads=(
        Rule(
            "over-largest-node",
            "error",
            "A pod that may use more than the largest node has fits nowhere, or falls over there.",
            "lower `resource_limits`, or correct the environment's `largest_node`",
            over_largest_node,
        ),
        Rule(
            "single-replica",
            "warning",
            "A single pod is gone for a while whenever its node is.",
            "set `min_containers: 2`, or `singleton: true` for what can only run once",
            single_replica,
        ),
        Rule(
            "not-spread",
            "warning",
            "Replicas on one node all go with it.",
            "leave `spread` on",
            not_spread,
        ),
    ),
    releases=(
        Rule(
            "node-port",
            "error",
            "A NodePort opens every node, beside the one entry point.",
            "use `service_type: ClusterIP` behind `public_uri`, or `LoadBalancer`",
            node_port,
        ),
    ),
)
