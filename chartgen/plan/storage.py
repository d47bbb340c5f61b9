"""Storage that does not go with what the pods belong to: each pod's own without a StatefulSet, a claim of a hook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from chartgen.concerns import storage
from chartgen.concerns.jobs import JobsFields
from chartgen.concerns.storage import StorageFields
from chartgen.concerns.workers import WorkersFields
from chartgen.concerns.workload import WorkloadFields
from chartgen.errors import Problem
from chartgen.fields import Fields, present
from chartgen.plan.claims import Here
from chartgen.plan.components import Component
from chartgen.plan.resolve import Resolved
from chartgen.spec.layers import locate
from chartgen.spec.paths import Paths
from chartgen.yamlio import Path

_STATEFUL = (None, "StatefulSet", "None")
"""Kinds of a service that has storage of each pod's own; the last has no pods at all."""


class _Fault(NamedTuple):
    path: Path
    message: str
    hint: str


def out_of_place(here: Here, paths: Paths) -> Iterator[Problem]:
    """Storage of a service or a part of it that its kind cannot have."""
    for resolved in here.services.values():
        for fault in _of_service(resolved):
            where, path = locate(resolved.node, fault.path, resolved.path, paths)
            yield Problem(fault.message, where, path, hint=fault.hint)
        for component in resolved.components:
            for fault in _of_component(component, resolved):
                where, path = locate(component.node, fault.path, component.path, paths)
                yield Problem(fault.message, where, path, hint=fault.hint)


def _of_service(resolved: Resolved) -> Iterator[_Fault]:
    workload = resolved.fields.get("workload")
    kind = workload.kind if isinstance(workload, WorkloadFields) else None
    if kind not in _STATEFUL:
        yield from _of_each_pod(resolved.fields.get("storage"), str(kind), "remove `kind`: the service then is one")


def _of_component(component: Component, resolved: Resolved) -> Iterator[_Fault]:
    fields, name = component.fields.get("storage"), component.name
    workers, jobs = resolved.fields.get("workers"), resolved.fields.get("jobs")
    if component.parts.field == "workers":
        worker = present(workers.workers).get(name) if isinstance(workers, WorkersFields) else None
        kind = (worker and worker.kind) or "Deployment"
        if kind != "StatefulSet":
            yield from _of_each_pod(fields, kind, "say `kind: StatefulSet`")
        return
    is_test = component.parts.field == "tests"
    yield from _of_each_pod(fields, "Pod" if is_test else "Job", "take a volume without `claim`")
    one = present(jobs.jobs).get(name) if isinstance(jobs, JobsFields) else None
    if is_test or (component.parts.field == "jobs" and one and one.hooks):
        yield from _of_hook(fields)


def _of_each_pod(fields: Fields | None, kind: str, hint: str) -> Iterator[_Fault]:
    for path in storage.per_pod(fields) if isinstance(fields, StorageFields) else ():
        yield _Fault(path, f"is each pod's own: that goes with a StatefulSet, not with a {kind}", hint)


def _of_hook(fields: Fields | None) -> Iterator[_Fault]:
    for name, volume in present(fields.volumes).items() if isinstance(fields, StorageFields) else ():
        claim = volume.claim
        if claim and claim.name is None and not claim.per_pod and claim.model_fields_set:
            hint = "name a claim that is there, or take a volume without one"
            yield _Fault(("volumes", name, "claim"), "would go with the hook: Helm removes what belongs to one", hint)
