"""Workers: further workloads of the release, from the service's image."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, Parts, tidy
from chartgen.fields import Entries, Fields, PartName, choice, present
from chartgen.model import Values


class WorkerFields(Fields):
    """What a worker has beside the fields of a workload."""

    kind: Annotated[str, choice("Deployment", "StatefulSet", "DaemonSet")] | None = Field(
        None, description="Its kind; a Deployment unless given."
    )


class WorkersFields(Fields):
    """Further workloads."""

    workers: Annotated[dict[PartName, WorkerFields | None], Entries] | None = Field(
        None,
        description="More workloads from the service's image, by name: each is called `<service>-<name>`, and is as "
        "the service is but for its command, ports and probes, unless it says otherwise by any field of a pod or a "
        "workload.",
        examples=[{"mailer": {"commands": ["/app/mailer"], "min_containers": 1}}],
    )


def values(fields: WorkersFields, context: Context) -> Values:
    """`workers` by name."""
    return tidy({"workers": {name: tidy({"kind": worker.kind}) for name, worker in present(fields.workers).items()}})


CONCERN = Concern(
    "workers", "Workers", WorkersFields, values, parts=(Parts("workers", "workers", "workload", WorkerFields),)
)
