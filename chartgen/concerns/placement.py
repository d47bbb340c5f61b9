"""Placement: on which nodes pods may run, and how they are spread."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import (
    Fault,
    Fields,
    Items,
    Label,
    Labels,
    ObjectName,
    QualifiedName,
    Seconds,
    Text,
    choice,
    present,
)
from chartgen.model import Values

_SPREAD = {"preferred": "ScheduleAnyway", "required": "DoNotSchedule", "off": "Off"}


class TolerationFields(Fields):
    """A taint that the pods put up with."""

    key: QualifiedName | None = Field(
        None,
        description="The taint's key; every taint without one, which `operator: Exists` alone may.",
        examples=["dedicated"],
    )
    operator: Annotated[str, choice("Equal", "Exists")] | None = Field(
        None, description="`Equal` (the default), or `Exists`, for any value."
    )
    value: Label | None = Field(None, description="The taint's value; `opta` unless given.", examples=["batch"])
    effect: Annotated[str, choice("NoSchedule", "PreferNoSchedule", "NoExecute")] | None = Field(
        None, description="The taint's effect; `NoSchedule` unless given."
    )
    seconds: Seconds | None = Field(
        None, description="Seconds after which the pods go all the same; with `NoExecute`.", examples=[300]
    )


class SpreadFields(Fields):
    """How strictly pods are spread."""

    nodes: Annotated[str, choice(*_SPREAD)] | None = Field(None, description="Over nodes.", examples=["required"])
    zones: Annotated[str, choice(*_SPREAD)] | None = Field(None, description="Over zones.", examples=["preferred"])


class PlacementFields(Fields):
    """Where pods run."""

    node_selector: Labels | None = Field(
        None, description="Labels that a node must have.", examples=[{"kubernetes.io/arch": "arm64"}]
    )
    tolerations: Annotated[list[TolerationFields], Items] | None = Field(
        None, description="Taints that the pods put up with.", examples=[[{"key": "dedicated", "value": "batch"}]]
    )
    priority: ObjectName | None = Field(
        None, description="The priority class of the pods.", examples=["business-critical"]
    )
    scheduler: Text | None = Field(
        None,
        description="The scheduler that finds nodes for them; the cluster's own unless given.",
        examples=["volcano"],
    )
    spread: SpreadFields | None = Field(
        None,
        description="How strictly pods are spread: `preferred` (the default), `required` or `off`.",
        examples=[{"nodes": "required"}],
    )


def faults(fields: PlacementFields, context: Context) -> Iterable[Fault]:
    """Tolerations that Kubernetes refuses."""
    for index, toleration in enumerate(fields.tolerations or ()):
        path = ("tolerations", index)
        if toleration.operator != "Exists" and toleration.key is None:
            yield Fault(
                (*path, "key"), "is missing", "the taint's key", "`operator: Exists` may go without", absent=True
            )
        if toleration.operator == "Exists" and toleration.value is not None:
            yield Fault((*path, "value"), "goes with `operator: Equal` only", hint="remove one of the two")
        if toleration.seconds is not None and toleration.effect != "NoExecute":
            yield Fault((*path, "seconds"), "goes with `effect: NoExecute` only", hint="remove it, or say that effect")


def values(fields: PlacementFields, context: Context) -> Values:
    """`nodeSelector`, `tolerations`, `priorityClassName`, `schedulerName`, `topologySpread`."""
    spread = fields.spread or SpreadFields()
    return tidy(
        {
            "nodeSelector": present(fields.node_selector),
            "tolerations": dict(map(_toleration, fields.tolerations or ())),
            "priorityClassName": fields.priority,
            "schedulerName": fields.scheduler,
            "topologySpread": tidy(
                {"nodes": _SPREAD.get(spread.nodes or ""), "zones": _SPREAD.get(spread.zones or "")}
            ),
        }
    )


def _toleration(toleration: TolerationFields) -> tuple[str, Values]:
    """Its values, under the taint as kubectl writes it."""
    effect = toleration.effect or "NoSchedule"
    value = None if toleration.operator == "Exists" else toleration.value or "opta"
    settings = {
        "key": toleration.key,
        "operator": toleration.operator,
        "value": value,
        "effect": effect,
        "tolerationSeconds": toleration.seconds,
    }
    taint = (toleration.key or "*") + (f"={value}" if value is not None else "")
    return f"{taint}:{effect}", tidy(settings)


CONCERN = Concern("placement", "Placement", PlacementFields, values, faults=faults, level="pod")
