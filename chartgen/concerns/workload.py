"""Workload: what kind of workload the pods belong to."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chartgen.concerns import jobspec
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.concerns.jobspec import JobFields
from chartgen.fields import Fields, choice
from chartgen.model import Values

_KEPT = {"keep": "Retain", "delete": "Delete"}
_ORDERS = {"ordered": "OrderedReady", "parallel": "Parallel"}


class VolumeRetentionFields(Fields):
    """What becomes of the volumes that each pod has for itself."""

    deleted: Annotated[str, choice(*_KEPT)] | None = Field(
        None, description="When the service goes: `keep` unless given.", examples=["keep"]
    )
    scaled: Annotated[str, choice(*_KEPT)] | None = Field(
        None, description="When there are to be fewer pods: `keep` unless given.", examples=["delete"]
    )


class WorkloadFields(Fields):
    """What kind of workload."""

    kind: Annotated[str, choice("Deployment", "StatefulSet", "DaemonSet", "Job", "None")] | None = Field(
        None,
        description="The kind of the workload; `None` for jobs alone. A StatefulSet where pods have storage of their "
        "own, else a Deployment, unless given.",
        examples=["DaemonSet"],
    )
    pod_management: Annotated[str, choice(*_ORDERS)] | None = Field(
        None,
        description="Of a StatefulSet: pods start `ordered`, one after another (unless given), or in `parallel`.",
    )
    volume_retention: VolumeRetentionFields | None = Field(
        None, description="Of a StatefulSet: what becomes of the volumes that each pod has for itself."
    )
    job: JobFields | None = Field(
        None, description="How the workload runs, if it is a Job, and any of `jobs` and `cron_jobs`."
    )


def values(fields: WorkloadFields, context: Context) -> Values:
    """`kind`, `statefulSet` and `job`."""
    retention = fields.volume_retention or VolumeRetentionFields()
    policy = {"whenDeleted": _KEPT.get(retention.deleted or ""), "whenScaled": _KEPT.get(retention.scaled or "")}
    stateful = {
        "podManagementPolicy": _ORDERS.get(fields.pod_management or ""),
        "persistentVolumeClaimRetentionPolicy": tidy(policy),
    }
    return tidy({"kind": fields.kind, "statefulSet": tidy(stateful), "job": jobspec.values(fields.job or JobFields())})


CONCERN = Concern("workload", "Workload", WorkloadFields, values, level="workload")
