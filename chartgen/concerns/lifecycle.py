"""Lifecycle: what happens right after a start, and how a pod goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Fault, Fields, Seconds, Texts, integer
from chartgen.model import Values


class LifecycleFields(Fields):
    """How a pod goes."""

    termination_grace_period: Annotated[int, integer(1)] | None = Field(
        None, description="Seconds a pod has to stop, the pause before SIGTERM included.", examples=[30]
    )
    pre_stop_sleep: Seconds | None = Field(
        None,
        description="Seconds between leaving the load balancer and SIGTERM: 5, or a third of a shorter grace period, "
        "unless given; 0: none.",
        examples=[10],
    )
    pre_stop_command: Texts | None = Field(None, description="A command to run before SIGTERM, instead of the pause.")
    post_start_command: Texts | None = Field(
        None, description="A command to run right after the start, beside the process.", examples=[["/app/warm-up"]]
    )


def faults(fields: LifecycleFields, context: Context) -> Iterable[Fault]:
    """A pause that leaves no time to stop."""
    pause, grace = fields.pre_stop_sleep, fields.termination_grace_period
    if pause and grace is not None and pause >= grace:
        message = f"is {pause}, which leaves nothing of the {grace} s of `termination_grace_period`"
        yield Fault(("pre_stop_sleep",), message, f"less than {grace}")
    if pause and fields.pre_stop_command:
        yield Fault(("pre_stop_command",), "stands beside `pre_stop_sleep`", "one of the two", "remove one of them")


def values(fields: LifecycleFields, context: Context) -> Values:
    """`terminationGracePeriodSeconds`, `preStop` and `postStart`."""
    pre_stop = tidy({"sleepSeconds": fields.pre_stop_sleep, "command": fields.pre_stop_command or None})
    post_start = tidy({"command": fields.post_start_command or None})
    grace = fields.termination_grace_period
    return tidy({"terminationGracePeriodSeconds": grace, "preStop": pre_stop, "postStart": post_start})


CONCERN = Concern("lifecycle", "Lifecycle", LifecycleFields, values, faults=faults, level="pod")
