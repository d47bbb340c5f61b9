"""What keeps a pod from being ready, in the words of whoever noticed it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chartgen.cluster.health.state import condition
from chartgen.compare.manifests.reading import part, parts

INSTANCE = "app.kubernetes.io/instance"
"""The label that names the release a pod belongs to. Source: Kubernetes, "Recommended Labels"."""

_STARTING = frozenset({"ContainerCreating", "PodInitializing"})
_RESTARTS = frozenset({"CrashLoopBackOff"})
_LEFT = frozenset({"ReplicaSet", "ReplicationController"})
"""What makes another pod for one that has failed, and leaves that where it is until the cluster has too many."""

_MADE_ANEW = frozenset({"DaemonSet", "StatefulSet"})
"""What deletes a pod that has failed, and makes it anew."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a pod from being ready.

    Attributes:
        pod: its name.
        reason: in a few words: `CrashLoopBackOff (exit code 1, 5 restarts)`.
        lasting: whether it does not pass by waiting; else the pod may just not be there yet.
        container: the name of the one that is in trouble, where the pod has several.
    """

    pod: str
    reason: str
    lasting: bool
    container: str = ""


def pod_trouble(pods: Iterable[Mapping[str, Any]], release: str) -> tuple[str, ...]:
    """What is wrong with the pods of a release, each once, with the name of a pod that has it: for who waits for them.

    Pods that are only not ready yet are left out.

    Arguments:
        pods: as the API has them.
        release: its name; its pods are known by the label `app.kubernetes.io/instance`.
    """
    own = (pod for pod in pods if part(pod, "metadata", "labels", INSTANCE) == release)
    found = (each for each in map(trouble, own) if each is not None and each.lasting)
    first = {each.reason: each.pod for each in reversed(list(found))}
    return tuple(f"{pod}: {reason}" for reason, pod in sorted(first.items(), key=lambda each: each[1]))


def trouble(pod: Mapping[str, Any], events: Sequence[Mapping[str, Any]] = ()) -> Trouble | None:
    """What keeps a pod from being ready; None: it is ready, has done its work, goes, or another stands in for it.

    Arguments:
        events: the warnings about it, newest first.
    """
    phase = part(pod, "status", "phase")
    maker = _controller(pod) if phase == "Failed" else ""
    if phase == "Succeeded" or part(pod, "metadata", "deletionTimestamp") or maker in _LEFT:
        return None
    if phase != "Failed" and condition(pod, "Ready").get("status") == "True":
        return None
    name = str(part(pod, "metadata", "name") or "")
    kind, container, said = next(_containers(pod), ("", "", _lasting(pod)))
    if said:
        return Trouble(name, f"{kind} {container}: {said}" if container else said, maker not in _MADE_ANEW, container)
    return Trouble(name, _passing(pod, events), lasting=False)


def _controller(pod: Mapping[str, Any]) -> str:
    """The kind of what makes it; empty: it stands by itself."""
    owners = parts(pod, "metadata", "ownerReferences")
    return next((str(owner.get("kind")) for owner in owners if owner.get("controller")), "")


def _lasting(pod: Mapping[str, Any]) -> str:
    """What does not pass by waiting, and is no container's."""
    if part(pod, "status", "phase") == "Failed":
        return _told(part(pod, "status", "reason") or "Failed", part(pod, "status", "message"))
    scheduled = condition(pod, "PodScheduled")
    if scheduled.get("status") == "False" and scheduled.get("reason") == "Unschedulable":
        return _told("Unschedulable", scheduled.get("message"))
    return ""


def _passing(pod: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> str:
    """Why it is not ready yet."""
    for event in events:
        text = str(event.get("message") or "")
        if event.get("reason") == "Unhealthy" and text.startswith("Readiness probe"):
            return f"not ready: {text}"
        if event.get("reason") in ("FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox"):
            return _told(str(event["reason"]), text)
    if part(pod, "status", "phase") == "Running":
        return "runs, but is not ready"
    return "starts" if part(pod, "spec", "nodeName") else "waits for a node"


def _containers(pod: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What is wrong with containers: what kind each is, its name, and what lasts; no name: it is the only one."""
    alone = len(list(parts(pod, "spec", "containers"))) <= 1
    for field, kind in (("initContainerStatuses", "init container"), ("containerStatuses", "container")):
        for status in parts(pod, "status", field):
            said = _container(status)
            if said:
                yield kind, "" if alone and field == "containerStatuses" else str(status.get("name")), said


def _container(status: Mapping[str, Any]) -> str:
    waiting, ended = part(status, "state", "waiting") or {}, part(status, "state", "terminated") or {}
    before = part(status, "lastState", "terminated") or {}
    reason = str(waiting.get("reason") or "")
    if reason in _RESTARTS:
        cause = "OOMKilled" if before.get("reason") == "OOMKilled" else reason
        return f"{cause} ({_ending(before, status)})"
    if reason and reason not in _STARTING:
        return _told(reason, waiting.get("message"))
    if ended.get("exitCode"):
        return f"{ended.get('reason') or 'Error'} ({_ending(ended, status)})"
    if before.get("reason") == "OOMKilled" and not status.get("ready"):
        return f"OOMKilled ({_ending(before, status)})"
    return ""


def _ending(ended: Mapping[str, Any], status: Mapping[str, Any]) -> str:
    code, restarts = ended.get("exitCode"), status.get("restartCount") or 0
    said = [f"exit code {code}"] if code is not None else []
    said += [f"{restarts} restart{'' if restarts == 1 else 's'}"] if restarts else []
    return ", ".join(said) or "it ends at once"


def _told(reason: str, message: Any) -> str:
    text = " ".join(str(message or "").split())
    return f"{reason}: {text}" if text and text != reason else reason
