"""How well a release is: its workloads by their own status and by their pods. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chartgen.cluster.health.pods import Trouble, trouble
from chartgen.cluster.health.snapshot import Snapshot
from chartgen.cluster.health.state import Health, State, worst
from chartgen.cluster.health.workloads import KINDS, judge
from chartgen.compare.manifests.reading import part

_SCALER = "ScaledObject"
"""KEDA's, which scales to nothing whatever has nothing to do, and whatever its manifest says."""


@dataclass(frozen=True, slots=True)
class WorkloadHealth:
    """How well one workload of a release is; of an object that runs nothing, that it is not there.

    Attributes:
        kind, name: of the object.
        state, reason: as `Health`.
        pod: the name of a pod that has what the reason tells of; empty: there is none.
        container: the name of its container that has it, where it has several.
    """

    kind: str
    name: str
    state: State
    reason: str = ""
    pod: str = ""
    container: str = ""

    @property
    def title(self) -> str:
        """The object as kubectl names it: `Deployment/web`."""
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class ReleaseHealth:
    """How well a release is: as well as the worst of its workloads; `healthy` where it has none."""

    workloads: tuple[WorkloadHealth, ...] = ()

    @property
    def state(self) -> State:
        """The worst that a workload is."""
        return worst(each.state for each in self.workloads)

    @property
    def bad(self) -> tuple[WorkloadHealth, ...]:
        """The workloads that are not healthy, the worst first."""
        order = ("unhealthy", "progressing", "unknown")
        found = (each for each in self.workloads if each.state != "healthy")
        return tuple(sorted(found, key=lambda each: order.index(each.state)))

    @property
    def reason(self) -> str:
        """Why it is not healthy: what there is to say of the worst workload."""
        return next((f"{each.title}: {each.reason}" for each in self.bad), "")


def of_release(snapshot: Snapshot, objects: Iterable[Mapping[str, Any]]) -> ReleaseHealth:
    """How well the workloads among a release's objects are.

    Arguments:
        snapshot: of the release's namespace.
        objects: those of its manifest; what runs nothing, and what stands in another namespace, is left out.
    """
    known = tuple(objects)
    scaled = {part(each, "spec", "scaleTargetRef", "name") for each in known if each.get("kind") == _SCALER}
    wanted = (each for each in known if each.get("kind") in KINDS)
    here = (each for each in wanted if part(each, "metadata", "namespace") in (None, "", snapshot.namespace))
    return ReleaseHealth(tuple(_workload(snapshot, each, scaled) for each in here))


def _workload(snapshot: Snapshot, wanted: Mapping[str, Any], scaled: Collection[Any]) -> WorkloadHealth:
    """How well it is; `scaled` are the names of those that may be scaled to nothing."""
    kind, name = str(wanted.get("kind")), str(part(wanted, "metadata", "name"))
    if kind in snapshot.forbidden:
        return WorkloadHealth(kind, name, "unknown", f"you may not list objects of kind {kind}")
    live = snapshot.objects.get((kind, name))
    if live is None:
        return _gone(wanted, kind, name)
    if kind == "CronJob":
        return _cron_job(snapshot, live, name)
    replicas = part(wanted, "spec", "replicas")
    own = judge(live, replicas if isinstance(replicas, int) and name not in scaled else 0)
    troubles = [] if own.state == "healthy" and kind != "Pod" else _troubles(snapshot, live)
    found, *where = _explained(own, troubles, _warning(snapshot, live))
    return WorkloadHealth(kind, name, found.state, found.reason, *where)


def _gone(wanted: Mapping[str, Any], kind: str, name: str) -> WorkloadHealth:
    """What is not there, though it was installed; a Job that has a time to live may be."""
    passes = kind == "Job" and part(wanted, "spec", "ttlSecondsAfterFinished") is not None
    return WorkloadHealth(kind, name, "healthy" if passes else "unhealthy", "" if passes else "is not there")


def _cron_job(snapshot: Snapshot, live: Mapping[str, Any], name: str) -> WorkloadHealth:
    """As its latest run is."""
    runs = sorted(snapshot.children(live), key=lambda job: str(part(job, "metadata", "creationTimestamp")))
    if not runs:
        return WorkloadHealth("CronJob", name, judge(live).state, judge(live).reason)
    own = judge(runs[-1])
    if own.state != "healthy":
        found, *where = _explained(own, _troubles(snapshot, runs[-1]), "")
        if found.state == "unhealthy":
            return WorkloadHealth("CronJob", name, "unhealthy", f"its last run fails: {found.reason}", *where)
    return WorkloadHealth("CronJob", name, "healthy", judge(live).reason)


def _troubles(snapshot: Snapshot, live: Mapping[str, Any]) -> list[Trouble]:
    """What is wrong with its pods, what lasts first. That an attempt of a Job failed does not last: it tries again."""
    found = [trouble(pod, snapshot.events(pod)) for pod in snapshot.pods(live)]
    known = (each for each in found if each is not None)
    if live.get("kind") == "Job":
        known = (replace(each, lasting=False) if _ended(snapshot, each) else each for each in known)
    return sorted(known, key=lambda each: (not each.lasting, each.pod))


def _ended(snapshot: Snapshot, found: Trouble) -> bool:
    return bool(part(snapshot.objects.get(("Pod", found.pod)), "status", "phase") == "Failed")


def _explained(own: Health, troubles: Sequence[Trouble], warning: str) -> tuple[Health, str, str]:
    """What the workload says of itself, with what its pods say; and the pod and the container that say it."""
    if not troubles:
        late = warning and own.state == "progressing"
        return (Health("unhealthy", f"{warning} ({own.reason})") if late else own), "", ""
    first = troubles[0]
    if own.state == "unhealthy" and not first.lasting:
        return Health("unhealthy", f"{own.reason}; {first.reason}"), first.pod, first.container
    said = f"{first.reason} ({own.reason})" if own.reason else first.reason
    return Health("unhealthy" if first.lasting else "progressing", said), first.pod, first.container


def _warning(snapshot: Snapshot, live: Mapping[str, Any]) -> str:
    """Why it cannot make pods, where only an event says so."""
    owners = [live, *(each for each in snapshot.children(live) if each.get("kind") != "Pod")]
    found = (event for each in owners for event in snapshot.events(each) if event.get("reason") == "FailedCreate")
    return next((f"FailedCreate: {event.get('message')}" for event in found), "")
