"""Resources: what a pod asks for, and what it may use at most."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from chartgen.concerns import amounts
from chartgen.concerns.amounts import AmountFields
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Fault, Fields
from chartgen.model import Values


class ResourcesFields(Fields):
    """Requests and limits."""

    resource_request: AmountFields | None = Field(
        None, description="What the scheduler sets aside for each pod.", examples=[{"cpu": 100, "memory": 128}]
    )
    resource_limits: AmountFields | None = Field(
        None,
        description="The most each pod may use: twice the request unless given. `null` drops a limit: `{cpu: null}`.",
        examples=[{"memory": 512}],
    )


def faults(fields: ResourcesFields, context: Context) -> Iterable[Fault]:
    """Limits below the request."""
    return amounts.faults((), fields.resource_request, fields.resource_limits)


def values(fields: ResourcesFields, context: Context) -> Values:
    """`resources`."""
    return tidy({"resources": amounts.resources(fields.resource_request, fields.resource_limits)})


CONCERN = Concern("resources", "Resources", ResourcesFields, values, faults=faults, level="pod")
