"""What an object counts for under a ResourceQuota. Pure.

Source: the evaluators of Kubernetes' `pkg/quota/v1/evaluator/core`, and "Resource Quotas" in its documentation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chartgen.checks.objects import SCALED, Workload
from chartgen.cluster.health.state import condition
from chartgen.cluster.preflight.amounts import Defaults, amounts, of_pod
from chartgen.compare.manifests.reading import is_hook, kind_of, name_of, part, parts
from chartgen.model import Manifest

Usage = dict[str, Decimal]
"""How much of what, by the names that quotas use: `requests.cpu`, `pods`, `count/deployments.apps`."""

_BY_NAME = frozenset(
    {"services", "secrets", "configmaps", "persistentvolumeclaims", "resourcequotas", "replicationcontrollers"}
)
"""The resources that a quota may count without `count/`."""

_COMPUTE = frozenset({"cpu", "memory", "ephemeral-storage"})
_STORAGE = ".storageclass.storage.k8s.io/"
_ENDS = ("Complete", "Failed")
"""The conditions of a Job that has ended."""

_ONE, _NONE = Decimal(1), Decimal()


@dataclass(frozen=True, slots=True)
class Pods:
    """Pods that are alike.

    Attributes:
        workload: whose they are.
        count: how many.
        each: what one counts for.
    """

    workload: Workload
    count: int
    each: Usage

    @property
    def all(self) -> Usage:
        """What they count for together."""
        return {name: value * self.count for name, value in self.each.items()}


def of_pods(workload: Workload, count: int, given: Defaults) -> Pods:
    """The pods of a workload."""
    taken = of_pod(workload.pod, given)
    usage = {"pods": _ONE, "count/pods": _ONE}
    for name, value in taken.requests.items():
        usage |= {name: value} if name in _COMPUTE else {}
        usage[f"requests.{name}"] = value
    usage |= {f"limits.{name}": value for name, value in taken.limits.items()}
    return Pods(workload, count, usage)


def wanted(workload: Workload, live: Mapping[str, Any] | None) -> int:
    """How many pods a workload is to have; where an autoscaler decides, as many as it has now, or one.

    A Job that has ended starts no more.
    """
    spec, kind = workload.spec, workload.kind
    if kind == "CronJob" or is_hook(workload.manifest) or spec.get("suspend") is True:
        return 0
    if kind == "DaemonSet":
        return int(part(live, "status", "desiredNumberScheduled") or 1)
    if kind == "Job":
        if live is not None and any(condition(live, end).get("status") == "True" for end in _ENDS):
            return running(live)
        return min(int(spec.get("parallelism") or 1), int(spec.get("completions") or spec.get("parallelism") or 1))
    if kind in SCALED:
        said = spec.get("replicas")
        if said is None:
            said = part(live, "spec", "replicas")
        return 1 if said is None else int(said)
    return 1


def running(live: Mapping[str, Any]) -> int:
    """How many pods a workload that lives has."""
    fields = {"DaemonSet": "currentNumberScheduled", "Job": "active", "CronJob": ""}
    if live.get("kind") == "Pod":
        return 1
    return int(part(live, "status", fields.get(str(live.get("kind")), "replicas")) or 0)


def of_object(manifest: Manifest, plural: str, group: str) -> Usage:
    """What an object itself counts for, whatever it makes."""
    usage = {f"count/{plural}.{group}" if group else f"count/{plural}": _ONE}
    if not group and plural in _BY_NAME:
        usage[plural] = _ONE
    if kind_of(manifest) == "Service" and not group:
        usage |= _service(manifest.object)
    if kind_of(manifest) == "PersistentVolumeClaim" and not group:
        usage |= _claim(manifest.object)
    return usage


def of_claims(manifest: Manifest, ordinals: Iterable[int], there: Collection[str]) -> Usage:
    """What the claims count for that a StatefulSet makes for pods of these ordinals, but for those that are there."""
    templates, pods = list(_templates(manifest)), [f"{name_of(manifest)}-{ordinal}" for ordinal in ordinals]
    return added(
        {**_claim(one), "count/persistentvolumeclaims": _ONE}
        for one in templates
        for pod in pods
        if f"{part(one, 'metadata', 'name')}-{pod}" not in there
    )


def added(usages: Iterable[Usage]) -> Usage:
    """All together."""
    total: Usage = {}
    for usage in usages:
        for name, value in usage.items():
            total[name] = total.get(name, _NONE) + value
    return total


def _templates(manifest: Manifest) -> Iterator[dict[str, Any]]:
    return parts(manifest.object, "spec", "volumeClaimTemplates") if kind_of(manifest) == "StatefulSet" else iter(())


def _service(data: Mapping[str, Any]) -> Usage:
    kind = part(data, "spec", "type")
    ports = sum(1 for _ in parts(data, "spec", "ports"))
    if kind == "NodePort":
        return {"services.nodeports": Decimal(ports)}
    if kind == "LoadBalancer":
        given = part(data, "spec", "allocateLoadBalancerNodePorts") is not False
        return {"services.loadbalancers": _ONE, **({"services.nodeports": Decimal(ports)} if given else {})}
    return {}


def _claim(data: Mapping[str, Any]) -> Usage:
    size = amounts(part(data, "spec", "resources", "requests")).get("storage", Decimal())
    usage = {"persistentvolumeclaims": _ONE, "requests.storage": size}
    storage = part(data, "spec", "storageClassName")
    own = {f"{storage}{_STORAGE}{name}": value for name, value in usage.items()} if storage else {}
    return {**usage, **own}
