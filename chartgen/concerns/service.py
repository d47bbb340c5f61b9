"""Service: how the service is exposed inside the cluster, and by extra Services such as a load balancer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Annotations, Entries, Fault, Fields, PartName, PortNumber, choice, present
from chartgen.model import Values
from chartgen.yamlio import Map

_TYPES = ("ClusterIP", "LoadBalancer", "NodePort")


class ExtraServiceFields(Fields):
    """One more Service for the same pods."""

    type: Annotated[str, choice(*_TYPES)] | None = Field(
        None, description="The Service's type.", examples=["LoadBalancer"]
    )
    ports: Annotated[dict[str, PortNumber | None], Entries] | None = Field(
        None, description="Which ports it has: name → port of this Service. All, unless given.", examples=[{"http": 80}]
    )
    annotations: Annotations | None = Field(None, description="Annotations of this Service.")


class ServiceFields(Fields):
    """The Services of a service."""

    service_type: Annotated[str, choice(*_TYPES)] | None = Field(
        None, description="The type of the Service.", examples=["ClusterIP"]
    )
    service_annotations: Annotations | None = Field(None, description="Annotations of the Service.")
    extra_services: Annotated[dict[PartName, ExtraServiceFields | None], Entries] | None = Field(
        None,
        description="More Services for the same pods, by name: each is called `<service>-<name>`.",
        examples=[{"external": {"type": "LoadBalancer"}}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`extra_services: [{name: …}]` → by name."""
    extra = layer.get("extra_services")
    return (
        layer if extra is None else forms.put(layer, "extra_services", forms.named(extra, ("extra_services",), faults))
    )


def faults(fields: ServiceFields, context: Context) -> Iterable[Fault]:
    """A port that the service does not have, or two under one number."""
    own = {port.name: port.number for port in context.ports}
    for name, extra in present(fields.extra_services).items():
        path = ("extra_services", name, "ports")
        chosen = present(extra.ports)
        for port in (port for port in chosen if port not in own):
            yield Fault(
                (*path, port), f"the service has no port `{port}`", f"one of {', '.join(own) or 'none'}", absent=not own
            )
        taken: dict[int, str] = {}
        for port, number in chosen.items():
            if taken.setdefault(number, port) != port:
                yield Fault((*path, port), f"is {number}, as that of `{taken[number]}` is", "each number once")
        if not own:
            yield Fault(path[:2], "the service has no port", hint="add `port: {http: …}`", absent=True)


def values(fields: ServiceFields, context: Context) -> Values:
    """`service` and `extraServices`."""
    own = {"type": fields.service_type, "annotations": present(fields.service_annotations)}
    extra: dict[str, Any] = {
        name: tidy(
            {
                "type": service.type,
                "ports": present(service.ports),
                "annotations": present(service.annotations),
            }
        )
        for name, service in present(fields.extra_services).items()
    }
    return tidy({"service": tidy(own), "extraServices": extra})


ALSO = {"extra_services": forms.schema_of_named(ExtraServiceFields)}

CONCERN = Concern("service", "Service", ServiceFields, values, normalise, faults, also=ALSO)
