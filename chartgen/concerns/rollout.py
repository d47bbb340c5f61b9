"""Rollout: how a new version replaces the old one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Fault, Fields, IntOrPercent, Seconds, choice, integer
from chartgen.model import Values


class RolloutFields(Fields):
    """How a new version replaces the old one."""

    rollout_strategy: Annotated[str, choice("RollingUpdate", "Recreate", "OnDelete")] | None = Field(
        None,
        description="`RollingUpdate` (the default), `Recreate` (of a Deployment: all old pods go before the first "
        "new one), or `OnDelete` (of the others: a pod is replaced when somebody deletes it).",
    )
    max_surge: IntOrPercent | None = Field(
        None, description="Pods above the wanted number during an update; `100%` is blue/green.", examples=["25%"]
    )
    max_unavailable: IntOrPercent | None = Field(
        None, description="Pods that may be missing during an update; 0 keeps full capacity.", examples=[0]
    )
    min_ready_seconds: Seconds | None = Field(
        None, description="Seconds a new pod must be ready before it counts.", examples=[10]
    )
    progress_deadline: Annotated[int, integer(1)] | None = Field(
        None, description="Seconds after which an update that does not get on has failed.", examples=[600]
    )
    revision_history_limit: Annotated[int, integer(0)] | None = Field(
        None, description="Old ReplicaSets that are kept.", examples=[3]
    )


def faults(fields: RolloutFields, context: Context) -> Iterable[Fault]:
    """An update that could never start, and settings that do not go together."""
    if fields.max_surge in (0, "0%") and fields.max_unavailable in (None, 0, "0%"):
        yield Fault(
            ("max_surge",), "is 0, as `max_unavailable` is: no pod could ever be replaced", "1 for one of the two"
        )
    ready, deadline = fields.min_ready_seconds, fields.progress_deadline
    if ready is not None and deadline is not None and ready >= deadline:
        message = f"is {ready}, so that no pod would be ready within `progress_deadline`, {deadline}"
        yield Fault(("min_ready_seconds",), message, f"less than {deadline}")
    if fields.rollout_strategy in ("Recreate", "OnDelete"):
        for name in ("max_surge", "max_unavailable"):
            if getattr(fields, name) is not None:
                yield Fault((name,), "goes with `rollout_strategy: RollingUpdate` only", hint="remove one of the two")


def values(fields: RolloutFields, context: Context) -> Values:
    """`rollout`."""
    rollout = {
        "type": fields.rollout_strategy,
        "maxSurge": fields.max_surge,
        "maxUnavailable": fields.max_unavailable,
        "minReadySeconds": fields.min_ready_seconds,
        "progressDeadlineSeconds": fields.progress_deadline,
        "revisionHistoryLimit": fields.revision_history_limit,
    }
    return tidy({"rollout": tidy(rollout)})


CONCERN = Concern("rollout", "Rollout", RolloutFields, values, faults=faults, level="workload")
