"""Pods that keep a StatefulSet from going back: of a revision that never becomes ready.

A StatefulSet replaces its pods one at a time, and waits for a pod that is not ready, even where its revision is not
wanted any more: such a pod has to be deleted. Source: Kubernetes, "StatefulSets", "Forced rollback".
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chartgen.cluster import contents, removing
from chartgen.cluster.api import Api
from chartgen.cluster.api.discovery import CORE, Resource
from chartgen.cluster.looking import looking
from chartgen.cluster.stored import Stored
from chartgen.compare.manifests.reading import entry

_SETS = Resource("apps/v1", "StatefulSet", "statefulsets", namespaced=True)
_PODS = CORE["Pod"]
_REVISION = "controller-revision-hash"
_HOPELESS = frozenset(
    {
        "CrashLoopBackOff",
        "CreateContainerConfigError",
        "CreateContainerError",
        "ErrImageNeverPull",
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "RunContainerError",
    }
)
"""Why a container waits that will not start by waiting longer."""
_EVERY = 1.0
"""Seconds between two looks, at least."""
_PATIENCE = 20
"""How many times in a row another pod is seen not ready before it counts as hopeless."""


@contextlib.contextmanager
def unblocking(api: Api, aims: Iterable[Stored], told: Callable[[str], None]) -> Iterator[None]:
    """While the block runs, deletes the pods that keep releases' StatefulSets from becoming what they are to be.

    Arguments:
        aims: revisions of the releases, such as those that Helm is going back to: whose StatefulSets are meant.
        told: is told of each pod.

    Raises:
        ToolError: a revision cannot be read.
    """
    names: dict[str, set[str]] = {}
    for aim in aims:
        for name in _stateful(aim):
            names.setdefault(aim.namespace, set()).add(name)
    if not names:
        yield
        return
    seen: dict[str, dict[str, int]] = {namespace: {} for namespace in names}

    def look() -> None:
        for namespace, own in names.items():
            _look(api, namespace, own, told, seen[namespace])

    with looking(look, _EVERY):
        yield


def blocking(
    sets: Iterable[Mapping[str, Any]], pods: Iterable[Mapping[str, Any]], seen: dict[str, int]
) -> Iterator[Mapping[str, Any]]:
    """The pods of a revision that their StatefulSets want no more, and that will not become ready.

    Arguments:
        seen: how often in a row each pod, by uid, was seen not ready; it is brought up to date.
    """
    wanted = {entry(each, "metadata").get("uid"): each for each in sets if _is_settled(each)}
    waiting = [pod for pod in pods if _owner(pod) in wanted and _is_blocking(wanted[_owner(pod)], pod)]
    counts = {_uid(pod): seen.get(_uid(pod), 0) + 1 for pod in waiting}
    seen.clear()
    seen.update(counts)
    return (pod for pod in waiting if counts[_uid(pod)] > _PATIENCE or _is_hopeless(pod))


def _stateful(aim: Stored) -> Iterator[str]:
    """The names of the StatefulSets of a revision, as far as we can read it.

    Most have none, and reading a manifest takes milliseconds.
    """
    found = contents.readable(aim) or () if _SETS.kind in aim.manifest else ()
    return (contents.name_of(data) for data in found if data.get("kind") == _SETS.kind)


def _look(api: Api, namespace: str, names: set[str], told: Callable[[str], None], seen: dict[str, int]) -> None:
    sets = [each for each in api.objects(_SETS, namespace) if contents.name_of(each) in names and _is_waiting(each)]
    pods = list(api.objects(_PODS, namespace)) if sets else []
    for pod in blocking(sets, pods, seen):
        name = contents.name_of(pod)
        if removing.delete(api, _PODS.path(namespace, name), _uid(pod)):
            told(f"pod {name} of a revision that is not wanted any more kept its StatefulSet waiting: deleted")


def _is_waiting(stateful: Mapping[str, Any]) -> bool:
    """Whether not all of its pods are ready; most of the time none of a project's is, and its pods need not be read."""
    status = entry(stateful, "status")
    return bool((status.get("readyReplicas") or 0) < (status.get("replicas") or 0))


def _is_settled(stateful: Mapping[str, Any]) -> bool:
    """Whether the controller knows what is wanted, and replaces pods by itself."""
    observed = entry(stateful, "status").get("observedGeneration")
    strategy = entry(stateful, "spec", "updateStrategy").get("type", "RollingUpdate")
    return observed == entry(stateful, "metadata").get("generation") and strategy == "RollingUpdate"


def _is_blocking(stateful: Mapping[str, Any], pod: Mapping[str, Any]) -> bool:
    metadata = entry(pod, "metadata")
    revision = entry(metadata, "labels").get(_REVISION)
    partition = entry(stateful, "spec", "updateStrategy", "rollingUpdate").get("partition") or 0
    ordinal = contents.name_of(pod).rpartition("-")[2]
    kept = ordinal.isdecimal() and int(ordinal) < partition
    old = revision != entry(stateful, "status").get("updateRevision")
    return old and not kept and not metadata.get("deletionTimestamp") and not _is_ready(pod)


def _is_ready(pod: Mapping[str, Any]) -> bool:
    conditions = entry(pod, "status").get("conditions") or ()
    return any(each.get("type") == "Ready" and each.get("status") == "True" for each in conditions)


def _is_hopeless(pod: Mapping[str, Any]) -> bool:
    status = entry(pod, "status")
    containers = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    return any(entry(each, "state", "waiting").get("reason") in _HOPELESS for each in containers)


def _owner(pod: Mapping[str, Any]) -> str:
    owners = entry(pod, "metadata").get("ownerReferences") or ()
    return next((str(each.get("uid")) for each in owners if each.get("controller")), "")


def _uid(pod: Mapping[str, Any]) -> str:
    return str(entry(pod, "metadata").get("uid"))
