"""Resources: what a pod asks for, and what it may use at most."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns import amounts
from chartgen.concerns.amounts import AmountFields
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Entries, Fault, Fields, key, matching, pattern, present
from chartgen.model import Values

_NAME = r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?|hugepages-[0-9]+[KMG]i"
_Extended = Annotated[str, key(matching(_NAME, "a resource with its domain (`nvidia.com/gpu`), or `hugepages-2Mi`"))]
Amount = Annotated[str, pattern("[0-9]+([kMG]i?)?", "a whole number, or one with a unit (`64Mi`)")]


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
    extended_resources: Annotated[dict[_Extended, Amount | None], Entries] | None = Field(
        None,
        description="What else a node has and pods do not share: devices by name, huge pages.",
        examples=[{"nvidia.com/gpu": 1}],
    )


def faults(fields: ResourcesFields, context: Context) -> Iterable[Fault]:
    """Limits below the request."""
    return amounts.faults((), fields.resource_request, fields.resource_limits)


def values(fields: ResourcesFields, context: Context) -> Values:
    """`resources`."""
    found = amounts.resources(fields.resource_request, fields.resource_limits)
    extended = present(fields.extended_resources)
    if extended:
        found["limits"] = found.get("limits", {}) | extended
    return tidy({"resources": found})


CONCERN = Concern("resources", "Resources", ResourcesFields, values, faults=faults, level="pod")
