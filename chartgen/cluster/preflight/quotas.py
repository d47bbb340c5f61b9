"""Whether the ResourceQuotas of the namespaces have room for what comes. Pure.

What a quota refuses of a workload's pods nobody hears of: the workload is there, its pods are not, and the deploy waits
until its time is up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from chartgen.checks.objects import Container
from chartgen.checks.quantity import number
from chartgen.cluster.preflight import scopes
from chartgen.cluster.preflight.amounts import in_words, of_container
from chartgen.cluster.preflight.rules import found
from chartgen.cluster.preflight.scene import Scene
from chartgen.cluster.preflight.spaces import Space, space
from chartgen.cluster.preflight.task import Task
from chartgen.cluster.preflight.usage import Pods, Usage, added
from chartgen.compare.manifests.reading import identity, name_of, part
from chartgen.model import Finding

_DEMANDED = ("cpu", "memory")
"""What containers must say under a quota on it. Source: `validationSet` of Kubernetes' evaluator of pods."""

_TOLD = 3
_NONE = Decimal()


def check(task: Task, scene: Scene) -> Iterator[Finding]:
    """Each quota that has no room, each amount of it told once."""
    for name in task.namespaces:
        here = space(task, scene, name)
        for quota in here.quotas:
            over = tuple(_over(quota, here))
            yield from over or _waiting(quota, here)
            yield from _unset(quota, here)


def _over(quota: Mapping[str, Any], here: Space) -> Iterator[Finding]:
    after = [each for each in here.pods if _counts(quota, each, here)]
    change = _change(quota, here)
    for key, hard in _hard(quota).items():
        most, used, more = number(hard), _used(quota, key), change.get(key, _NONE)
        if most is not None and more > 0 and used + more > most:
            message = (
                f"ResourceQuota/{_name(quota)} allows {hard} {key}: {in_words(key, used)} in use, "
                f"{in_words(key, more)} more with this deploy{_largest(key, after)}"
            )
            yield found("preflight-quota", message, about=f"Namespace/{here.name}")


def _waiting(quota: Mapping[str, Any], here: Space) -> Iterator[Finding]:
    """Updates that start a pod first, where there is no room for one beside all others."""
    change = _change(quota, here)
    there = {identity(each.workload.manifest): each for each in here.before}
    for pods in here.pods:
        old = there.get(identity(pods.workload.manifest))
        if old is None or not old.count or not _counts(quota, pods, here) or not _starts_first(pods):
            continue
        for key, hard in _hard(quota).items():
            most, needed = number(hard), pods.each.get(key, _NONE)
            used = max(_used(quota, key), _used(quota, key) + change.get(key, _NONE))
            if most is not None and needed and used + needed > most:
                message = (
                    f"starts a new pod before it ends an old one, which takes {in_words(key, needed)} of {key}, but "
                    f"ResourceQuota/{_name(quota)} allows {hard}, and {in_words(key, used)} are taken"
                )
                yield found("preflight-quota-update", message, pods.workload.manifest, path=("spec", "strategy"))
                break


def _starts_first(pods: Pods) -> bool:
    """Whether a Deployment never has less pods than it is to have, so that an update starts with one more.

    One that may have no more pods than that ends one first, whatever else it says.
    """
    strategy = pods.workload.spec.get("strategy") or {}
    if pods.workload.kind != "Deployment" or strategy.get("type") == "Recreate":
        return False
    if str(part(strategy, "rollingUpdate", "maxSurge")) in ("0", "0%"):
        return False
    said = part(strategy, "rollingUpdate", "maxUnavailable")
    share = str("25%" if said is None else said)
    away = int(share.rstrip("%")) * pods.count // 100 if share.endswith("%") else int(share)
    return away == 0


def _unset(quota: Mapping[str, Any], here: Space) -> Iterator[Finding]:
    """Containers that do not say how much they take of what the quota is about."""
    keys = [key for key in _hard(quota) if key.rpartition(".")[2] in _DEMANDED]
    for pods in here.pods:
        for container in pods.workload.containers if _counts(quota, pods, here) else ():
            some = [key for key in keys if not _says(container, key, here)]
            if some:
                name = f"ResourceQuota/{_name(quota)}"
                message = f"container `{container.name}` does not say {' and '.join(some)}, as {name} demands"
                path = (*container.path, "resources")
                yield found("preflight-quota-unset", message, pods.workload.manifest, path=path)


def _says(container: Container, key: str, here: Space) -> bool:
    """Whether a container, its pod, or the namespace's LimitRange says how much it takes."""
    which, _, name = key.rpartition(".")
    taken = of_container(container.data, here.given)
    said = taken.limits if which == "limits" else taken.requests
    return name in said or name in (part(container.workload.pod, "resources", which or "requests") or {})


def _counts(quota: Mapping[str, Any], pods: Pods, here: Space) -> bool:
    return scopes.matches(quota, pods.workload.pod, here.given)


def _change(quota: Mapping[str, Any], here: Space) -> Usage:
    """By how much more the quota counts after the deploy."""
    more = [each.all for each in here.pods if _counts(quota, each, here)]
    less = added(each.all for each in here.before if _counts(quota, each, here))
    others = {} if scopes.has_scopes(quota) else here.others
    return added((*more, others, {key: -value for key, value in less.items()}))


def _largest(key: str, pods: Iterable[Pods]) -> str:
    """The workloads that count for the most."""
    sizes = sorted(((each.all.get(key, _NONE), name_of(each.workload.manifest)) for each in pods), reverse=True)
    told = [f"{name} takes {in_words(key, size)}" for size, name in sizes[:_TOLD] if size]
    return f" ({', '.join(told)})" if told else ""


def _hard(quota: Mapping[str, Any]) -> dict[str, Any]:
    return part(quota, "spec", "hard") or {}


def _used(quota: Mapping[str, Any], key: str) -> Decimal:
    return number(part(quota, "status", "used", key) or 0) or _NONE


def _name(quota: Mapping[str, Any]) -> str:
    return str(part(quota, "metadata", "name"))
