"""Disruption: how many pods a drain of a node may take away at once."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Fault, Fields, Flag, IntOrPercent
from chartgen.model import Values


class BudgetFields(Fields):
    """The disruption budget."""

    enabled: Flag | None = Field(None, description="`false` does without a budget.", examples=[False])
    max_unavailable: IntOrPercent | None = Field(None, description="Pods that may be away at once.", examples=[1])
    min_available: IntOrPercent | None = Field(None, description="Pods that must stay.", examples=["50%"])


class DisruptionFields(Fields):
    """The disruption budget of a service."""

    disruption_budget: BudgetFields | None = Field(
        None,
        description="The PodDisruptionBudget of a service with more than one pod.",
        examples=[{"max_unavailable": 1}],
    )


def faults(fields: DisruptionFields, context: Context) -> Iterable[Fault]:
    """Both ways of saying it at once, and what would let no node be drained."""
    budget = fields.disruption_budget
    if budget and budget.max_unavailable in (0, "0%"):
        yield Fault(("disruption_budget", "max_unavailable"), *_blocks(budget.max_unavailable))
    if budget and budget.min_available == "100%":
        yield Fault(("disruption_budget", "min_available"), *_blocks(budget.min_available))
    if budget and budget.max_unavailable is not None and budget.min_available is not None:
        message = "stands beside `max_unavailable`"
        yield Fault(("disruption_budget", "min_available"), message, "one of the two", "remove one of them")


def _blocks(amount: object) -> tuple[str, str, str]:
    hint = "`singleton: true` is for what runs once; `enabled: false` does without a budget"
    return f"is {amount}, so that no node could ever be drained", "at least one pod that may be away", hint


def values(fields: DisruptionFields, context: Context) -> Values:
    """`podDisruptionBudget`."""
    budget = fields.disruption_budget or BudgetFields()
    part = tidy(
        {"enabled": budget.enabled, "maxUnavailable": budget.max_unavailable, "minAvailable": budget.min_available}
    )
    return tidy({"podDisruptionBudget": part})


CONCERN = Concern("disruption", "Disruption", DisruptionFields, values, faults=faults, level="workload")
