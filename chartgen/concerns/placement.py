"""Placement: on which nodes pods may run, and how they are spread."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Fields, Items, Label, Labels, QualifiedName, choice, present
from chartgen.model import Values

_SPREAD = {"preferred": "ScheduleAnyway", "required": "DoNotSchedule", "off": "Off"}


class TolerationFields(Fields):
    """A taint that the pods put up with."""

    key: QualifiedName = Field(description="The taint's key.", examples=["dedicated"])
    value: Label | None = Field(None, description="The taint's value; `opta` unless given.", examples=["batch"])
    effect: Annotated[str, choice("NoSchedule", "PreferNoSchedule", "NoExecute")] | None = Field(
        None, description="The taint's effect; `NoSchedule` unless given."
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
    spread: SpreadFields | None = Field(
        None,
        description="How strictly pods are spread: `preferred` (the default), `required` or `off`.",
        examples=[{"nodes": "required"}],
    )


def values(fields: PlacementFields, context: Context) -> Values:
    """`nodeSelector`, `tolerations` by name (a taint as kubectl writes it), `topologySpread`."""
    spread = fields.spread or SpreadFields()
    tolerations: dict[str, Any] = {}
    for toleration in fields.tolerations or ():
        effect = toleration.effect or "NoSchedule"
        value = toleration.value or "opta"
        tolerations[f"{toleration.key}={value}:{effect}"] = {"key": toleration.key, "value": value, "effect": effect}
    return tidy(
        {
            "nodeSelector": present(fields.node_selector),
            "tolerations": tolerations,
            "topologySpread": tidy(
                {"nodes": _SPREAD.get(spread.nodes or ""), "zones": _SPREAD.get(spread.zones or "")}
            ),
        }
    )


CONCERN = Concern("placement", "Placement", PlacementFields, values, level="pod")
