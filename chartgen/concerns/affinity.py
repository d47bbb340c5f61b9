"""Affinity: which nodes and which other services the pods are drawn to, and which they keep away from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.errors import did_you_mean
from chartgen.fields import Entries, Fault, Fields, Flag, Items, Label, LabelKey, choice, integer, present
from chartgen.model import Values
from chartgen.yamlio import List, Map, Node, Scalar

_OVER = {"node": None, "zone": "topology.kubernetes.io/zone"}
_STRENGTH = {"preferred": "Preferred", "required": "Required", "off": "Off"}
_BARE = ("Exists", "DoesNotExist")


class NodeFields(Fields):
    """What is asked of one label of the nodes."""

    values: Annotated[list[Label], Items] | None = Field(None, description="The values it is compared with.")
    operator: Annotated[str, choice("In", "NotIn", *_BARE, "Gt", "Lt")] | None = Field(
        None, description="How it is compared; `In` with values, else `Exists`, unless given."
    )
    weight: Annotated[int, integer(1, 100)] | None = Field(
        None, description="Makes it a preference, as strong as this.", examples=[50]
    )


class OtherFields(Fields):
    """How strictly another service is looked for, or kept away from."""

    over: Annotated[str, choice(*_OVER)] | None = Field(
        None, description="What is one place: a node (the default), or a zone."
    )
    required: Flag | None = Field(None, description="`true` makes a rule of the preference.")


class AntiAffinityFields(Fields):
    """How strictly pods of the service keep away from each other."""

    nodes: Annotated[str, choice(*_STRENGTH)] | None = Field(None, description="On nodes.", examples=["required"])
    zones: Annotated[str, choice(*_STRENGTH)] | None = Field(None, description="In zones.", examples=["preferred"])


Others = Annotated[dict[str, OtherFields | None], Entries]


class AffinityFields(Fields):
    """What the pods are drawn to, and what they keep away from."""

    node_affinity: Annotated[dict[LabelKey, NodeFields | None], Entries] | None = Field(
        None,
        description="What is asked of the labels of nodes: a value, a list of which it must have one, or "
        "`{values, operator, weight}`.",
        examples=[{"kubernetes.io/arch": ["amd64", "arm64"]}],
    )
    near: Others | None = Field(
        None, description="Services of the project beside which the pods run if possible.", examples=[["cart"]]
    )
    away_from: Others | None = Field(
        None, description="Services of the project whose nodes the pods avoid if possible.", examples=[["batch"]]
    )
    anti_affinity: AntiAffinityFields | None = Field(
        None,
        description="How strictly pods of the service keep away from each other: `preferred` (the default on nodes), "
        "`required` or `off`.",
        examples=[{"nodes": "required"}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """Lists of services → maps by name; a value, or a list of values → `{values: …}`."""
    for name in ("near", "away_from"):
        others = layer.get(name)
        if others is not None:
            layer = forms.put(layer, name, forms.listed(others, (name,), faults))
    nodes = layer.get("node_affinity")
    if isinstance(nodes, Map):
        layer = forms.put(
            layer, "node_affinity", replace(nodes, entries={k: _node(v) for k, v in nodes.entries.items()})
        )
    return layer


def _node(rule: Node) -> Node:
    if isinstance(rule, Scalar) and rule.value is not None:
        rule = List((rule,), rule.where)
    return Map({"values": rule}, {"values": rule.where}, rule.where) if isinstance(rule, List) else rule


def faults(fields: AffinityFields, context: Context) -> Iterable[Fault]:
    """Services that are not there, and values that do not go with the operator."""
    for field in ("near", "away_from"):
        for name in present(getattr(fields, field)):
            if name == context.service:
                yield Fault(
                    (field, name), f"`{name}` is the service itself", hint="that is `anti_affinity`, or `spread`"
                )
            elif name not in context.peers:
                hint = did_you_mean(name, context.peers) or "others go into the chart's values"
                yield Fault((field, name), f"there is no service `{name}`", "a service of the project", hint)
    for name in present(fields.near).keys() & present(fields.away_from).keys():
        yield Fault(("away_from", name), f"`{name}` stands under `near` too", "one of the two")
    for key, rule in present(fields.node_affinity).items():
        if rule.operator in _BARE and rule.values:
            yield Fault(("node_affinity", key, "values"), f"operator {rule.operator} goes without", hint="remove them")
        elif rule.operator not in (*_BARE, None) and not rule.values:
            yield Fault(("node_affinity", key, "values"), f"operator {rule.operator} needs some", absent=True)


def values(fields: AffinityFields, context: Context) -> Values:
    """`nodeAffinity`, `near`, `awayFrom`, `podAntiAffinity`."""
    anti = fields.anti_affinity or AntiAffinityFields()
    nodes = {
        key: tidy({"values": rule.values or None, "operator": rule.operator, "weight": rule.weight})
        for key, rule in present(fields.node_affinity).items()
    }
    own = {"nodes": _STRENGTH.get(anti.nodes or ""), "zones": _STRENGTH.get(anti.zones or "")}
    return tidy(
        {
            "nodeAffinity": nodes,
            "near": _others(fields.near, context),
            "awayFrom": _others(fields.away_from, context),
            "podAntiAffinity": tidy(own),
        }
    )


def _others(others: dict[str, OtherFields | None] | None, context: Context) -> Values:
    """By the name that the other service's pods carry: that of its release."""
    return {
        context.peers[name].host: tidy({"topologyKey": _OVER[other.over or "node"], "required": other.required})
        for name, other in present(others).items()
    }


_LISTED: dict[str, Any] = forms.schema_of_listed(OtherFields.model_json_schema())
_VALUES = {"type": "array", "items": {"type": "string"}}
ALSO = {
    "near": _LISTED,
    "away_from": _LISTED,
    "node_affinity": {
        "type": "object",
        "additionalProperties": {
            "anyOf": [
                {"type": ["string", "number", "boolean"]},
                _VALUES,
                NodeFields.model_json_schema(),
                {"type": "null"},
            ]
        },
    },
}

CONCERN = Concern("affinity", "Affinity", AffinityFields, values, normalise, faults, also=ALSO, level="pod")
