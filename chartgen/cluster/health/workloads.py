"""How well a workload is by its own status, its pods left aside. Pure.

Source: `kubectl rollout status` (`polymorphichelpers/rollout_status.go`) and kstatus of `sigs.k8s.io/cli-utils`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chartgen.cluster.health.state import Health, condition
from chartgen.compare.manifests.reading import part

HEALTHY = Health("healthy")
_COMPLETE, _LATE = "NewReplicaSetAvailable", "ProgressDeadlineExceeded"


def judge(live: Mapping[str, Any], replicas: int = 0) -> Health:
    """How well an object is; `healthy` where its kind runs nothing.

    Arguments:
        replicas: how many pods its manifest asks for; 0: none, or it leaves that to others.
    """
    if part(live, "metadata", "deletionTimestamp"):
        return Health("progressing", "is being deleted")
    seen, generation = part(live, "status", "observedGeneration"), part(live, "metadata", "generation")
    if str(live.get("kind")) in _OBSERVED and generation is not None and (seen or 0) < generation:
        return Health("progressing", "its controller has not taken up the last change")
    if replicas and part(live, "spec", "replicas") == 0:
        return Health("unhealthy", f"is scaled to 0, and {replicas} {'is' if replicas == 1 else 'are'} wanted")
    return _RULES.get(str(live.get("kind")), _nothing_runs)(live)


def _nothing_runs(_live: Mapping[str, Any]) -> Health:
    return HEALTHY


def _deployment(live: Mapping[str, Any]) -> Health:
    wanted = _wanted(live)
    failure, progress = condition(live, "ReplicaFailure"), condition(live, "Progressing")
    if failure.get("status") == "True":
        return Health("unhealthy", _said(failure))
    counts = _counts(live, wanted, "replicas", "updatedReplicas", "availableReplicas")
    if progress.get("reason") == _LATE:
        return Health("unhealthy", "; ".join(filter(None, [counts, _LATE])))
    if not counts:
        return HEALTHY if wanted else Health("healthy", "scaled to 0")
    if part(live, "spec", "paused"):
        return Health("progressing", f"is paused; {counts}")
    was_there = progress.get("reason") == _COMPLETE and condition(live, "Available").get("status") == "False"
    return Health("unhealthy" if was_there else "progressing", counts)


def _replica_set(live: Mapping[str, Any]) -> Health:
    failure = condition(live, "ReplicaFailure")
    if failure.get("status") == "True":
        return Health("unhealthy", _said(failure))
    return _progress(_counts(live, _wanted(live), "replicas", "", "availableReplicas"))


def _stateful_set(live: Mapping[str, Any]) -> Health:
    wanted = _wanted(live)
    strategy = part(live, "spec", "updateStrategy") or {}
    counts = _counts(live, wanted, "replicas", "", "readyReplicas")
    if counts or strategy.get("type") == "OnDelete":
        return _progress(counts)
    partition = part(strategy, "rollingUpdate", "partition") or 0
    updated = part(live, "status", "updatedReplicas") or 0
    if updated < wanted - partition:
        return Health("progressing", f"{updated} of {wanted - partition} pods are of the new revision")
    status = live.get("status") or {}
    if not partition and wanted and status.get("currentRevision") != status.get("updateRevision"):
        return Health("progressing", "its pods are not all of the new revision")
    return HEALTHY if wanted else Health("healthy", "scaled to 0")


def _daemon_set(live: Mapping[str, Any]) -> Health:
    wanted = part(live, "status", "desiredNumberScheduled") or 0
    by_hand = part(live, "spec", "updateStrategy", "type") == "OnDelete"
    updated = "" if by_hand else "updatedNumberScheduled"
    counts = _counts(live, wanted, "currentNumberScheduled", updated, "numberAvailable")
    return _progress(counts) if counts or wanted else Health("healthy", "no node wants it")


def _job(live: Mapping[str, Any]) -> Health:
    failed = condition(live, "Failed")
    if failed.get("status") == "True":
        return Health("unhealthy", _said(failed))
    if condition(live, "Complete").get("status") == "True":
        return HEALTHY
    if part(live, "spec", "suspend"):
        return Health("healthy", "is suspended")
    return Health("progressing", "runs" if part(live, "status", "startTime") else "has not started")


def _cron_job(live: Mapping[str, Any]) -> Health:
    return Health("healthy", "is suspended") if part(live, "spec", "suspend") else HEALTHY


_RULES: Mapping[str, Callable[[Mapping[str, Any]], Health]] = {
    "Deployment": _deployment,
    "ReplicaSet": _replica_set,
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "Job": _job,
    "CronJob": _cron_job,
}
_OBSERVED = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"})
"""Kinds whose controller says which generation it has seen."""

KINDS = frozenset(_RULES) | {"Pod"}
"""The kinds that run something."""


def _wanted(live: Mapping[str, Any]) -> int:
    wanted = part(live, "spec", "replicas")
    return 1 if wanted is None else int(wanted)


def _counts(live: Mapping[str, Any], wanted: int, there: str, updated: str, ready: str) -> str:
    """Which count of the status falls short of those wanted; empty: none does."""
    status = live.get("status") or {}
    number = status.get(there) or 0
    if updated and (status.get(updated) or 0) < wanted:
        return f"{status.get(updated) or 0} of {wanted} pods are of the new revision"
    if number < wanted:
        return f"{number} of {wanted} pods are there"
    if (status.get(ready) or 0) < wanted:
        return f"{status.get(ready) or 0} of {wanted} pods are {_ready(live, wanted)}"
    return "pods of the old revision are still there" if number > wanted and updated else ""


def _ready(live: Mapping[str, Any], wanted: int) -> str:
    """What too few pods are: ready, or ready for as long as they are to be before they count."""
    now = max(part(live, "status", key) or 0 for key in ("readyReplicas", "numberReady"))
    seconds = part(live, "spec", "minReadySeconds")
    return f"ready for {seconds} s (minReadySeconds)" if seconds and now >= wanted else "ready"


def _progress(counts: str) -> Health:
    return Health("progressing", counts) if counts else HEALTHY


def _said(found: Mapping[str, Any]) -> str:
    return ": ".join(str(found[key]) for key in ("reason", "message") if found.get(key))
