"""Gateway: the service is published by routes of the Gateway API, not by an Ingress."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Entries, Fault, Fields, Name, ObjectName
from chartgen.model import Values
from chartgen.yamlio import List, Map, Scalar


class GatewayParts(Fields):
    """Which Gateway, and which of its listeners."""

    name: ObjectName | None = Field(None, description="The name of the Gateway.", examples=["public"])
    namespace: Name | None = Field(None, description="Its namespace; the service's by default.", examples=["gateways"])
    section_name: ObjectName | None = Field(
        None, description="The listener for the service's hosts; every one that takes them unless given."
    )
    http_section_name: ObjectName | None = Field(
        None, description="The listener for plain HTTP, at which the hosts are redirected to HTTPS."
    )


class GatewayFields(Fields):
    """The Gateway of a service."""

    gateway: Annotated[GatewayParts, Entries] | None = Field(
        None,
        description="The Gateway that `public_uri` and ports with an `ingress_port` are published by, instead of an "
        "Ingress: its name, or a map.",
        examples=[{"name": "public", "namespace": "gateways"}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`gateway: public` → `gateway: {name: public}`."""
    gateway = layer.get("gateway")
    if isinstance(gateway, Scalar) and not forms.is_open(gateway):
        return forms.put(layer, "gateway", Map({"name": gateway}, {"name": gateway.where}, gateway.where))
    if isinstance(gateway, List):
        faults.append(Fault(("gateway",), "is a list", "the name of a Gateway, or `{name: …}`"))
        return forms.drop(layer, "gateway")
    return layer


def faults(fields: GatewayFields, context: Context) -> Iterable[Fault]:
    """A Gateway without a name, a redirect without the listener that it leads to."""
    gateway = fields.gateway
    if gateway is not None and gateway.name is None:
        yield Fault(("gateway",), "has no `name`", "the name of a Gateway", absent=True)
    if gateway is not None and gateway.http_section_name is not None and gateway.section_name is None:
        hint = "name the listener for HTTPS"
        yield Fault(("gateway", "http_section_name"), "goes with `section_name`", hint=hint)


def values(fields: GatewayFields, context: Context) -> Values:
    """`gateway`."""
    gateway = fields.gateway
    if gateway is None:
        return {}
    parts = {
        "name": gateway.name,
        "namespace": gateway.namespace,
        "sectionName": gateway.section_name,
        "httpSectionName": gateway.http_section_name,
    }
    return {"gateway": tidy(parts)}


ALSO = {"gateway": {"type": "string"}}

CONCERN = Concern("gateway", "Gateway", GatewayFields, values, normalise, faults, also=ALSO)
