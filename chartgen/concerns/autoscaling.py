"""Autoscaling: how many pods run, fixed or between bounds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Fault, Fields, integer
from chartgen.model import Values

_DEFAULT_MAXIMUM = 3
"""`max_containers` where it is not set is the larger of this and the minimum (the field reference's default)."""


class AutoscalingFields(Fields):
    """How many pods run."""

    min_containers: Annotated[int, integer(1)] | None = Field(
        None, description="The fewest pods that run.", examples=[2]
    )
    max_containers: Annotated[int, integer(1)] | None = Field(
        None,
        description="The most pods that run; the same as `min_containers` means no autoscaler. Unless given: the "
        "larger of 3 and `min_containers`.",
        examples=[10],
    )
    autoscaling_target_cpu_percentage: Annotated[int, integer(0)] | None = Field(
        None, description="Average CPU use, in percent of the request, that the autoscaler aims at; 0: not by CPU."
    )
    autoscaling_target_mem_percentage: Annotated[int, integer(0)] | None = Field(
        None, description="Average memory use, in percent of the request, that it aims at; 0: not by memory."
    )


def faults(fields: AutoscalingFields, context: Context) -> Iterable[Fault]:
    """More at least than at most."""
    low, high = fields.min_containers, fields.max_containers
    if low is not None and high is not None and low > high:
        yield Fault(("min_containers",), f"is {low}, more than `max_containers`, which is {high}", f"at most {high}")


def values(fields: AutoscalingFields, context: Context) -> Values:
    """`replicaCount` and `autoscaling`; a maximum below the chart's minimum lowers that too."""
    low, high = fields.min_containers, fields.max_containers
    if high is None and low is not None and low > _DEFAULT_MAXIMUM:
        high = low
    if low is None and high == 1:
        low = 1
    autoscaling = {
        "maxReplicas": high,
        "targetCPUUtilizationPercentage": fields.autoscaling_target_cpu_percentage,
        "targetMemoryUtilizationPercentage": fields.autoscaling_target_mem_percentage,
    }
    return tidy({"replicaCount": low, "autoscaling": tidy(autoscaling)})


CONCERN = Concern("autoscaling", "Autoscaling", AutoscalingFields, values, faults=faults, level="workload")
