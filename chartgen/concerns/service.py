"""Service: how the service is exposed inside the cluster, and by extra Services such as a load balancer."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import (
    Annotations,
    Entries,
    Fault,
    Fields,
    Flag,
    Items,
    PartName,
    PortNumber,
    Text,
    choice,
    integer,
    present,
    quoted,
)
from chartgen.model import Values
from chartgen.yamlio import Map, Path

_TYPES = ("ClusterIP", "LoadBalancer", "NodePort")
_AFFINITY = {True: "ClientIP", False: "None"}
_CIDR = "a network, `10.0.0.0/8`"


class ExtraServiceFields(Fields):
    """One more Service for the same pods."""

    type: Annotated[str, choice(*_TYPES)] | None = Field(
        None, description="The Service's type.", examples=["LoadBalancer"]
    )
    headless: Flag | None = Field(
        None, description="Whether its name stands for the addresses of the pods, with no address of its own."
    )
    ports: Annotated[dict[str, PortNumber | None], Entries] | None = Field(
        None, description="Which ports it has: name → port of this Service. All, unless given.", examples=[{"http": 80}]
    )
    annotations: Annotations | None = Field(None, description="Annotations of this Service.")
    load_balancer_class: Text | None = Field(
        None, description="Which load balancer serves it.", examples=["service.k8s.aws/nlb"]
    )
    source_ranges: Annotated[list[Text], Items] | None = Field(
        None, description="The networks that its load balancer lets in. All, unless given.", examples=[["10.0.0.0/8"]]
    )
    external_traffic_policy: Annotated[str, choice("Cluster", "Local")] | None = Field(
        None, description="`Local` keeps the client's address, and sends to nodes with pods alone.", examples=["Local"]
    )


class ServiceFields(Fields):
    """The Services of a service."""

    service_type: Annotated[str, choice(*_TYPES)] | None = Field(
        None, description="The type of the Service.", examples=["ClusterIP"]
    )
    service_headless: Flag | None = Field(
        None, description="Whether the Service's name stands for the addresses of its pods."
    )
    service_annotations: Annotations | None = Field(None, description="Annotations of the Service.")
    session_affinity: Flag | None = Field(None, description="Whether connections from one address go to one pod.")
    session_affinity_timeout: Annotated[int, integer(1, 86400)] | None = Field(
        None, description="After how many seconds they may go to another one.", examples=[3600]
    )
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
    """A port that the service does not have, two under one number, and what goes with other types of Services."""
    if fields.service_headless and fields.service_type not in (None, "ClusterIP"):
        yield Fault(("service_headless",), "goes with `service_type: ClusterIP` only", hint="remove one of the two")
    if fields.session_affinity_timeout is not None and not fields.session_affinity:
        yield Fault(("session_affinity_timeout",), "goes with `session_affinity: true`", hint="add it")
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
        yield from _type_faults(extra, path[:2])


def _type_faults(extra: ExtraServiceFields, path: Path) -> Iterable[Fault]:
    """What goes with other types of Services only."""
    able = {
        "headless": ("ClusterIP",),
        "load_balancer_class": ("LoadBalancer",),
        "source_ranges": ("LoadBalancer",),
        "external_traffic_policy": ("LoadBalancer", "NodePort"),
    }
    for field, types in able.items():
        if getattr(extra, field) and (extra.type or "ClusterIP") not in types:
            yield Fault((*path, field), f"goes with `type: {'` or `'.join(types)}` only")
    for index, network in enumerate(extra.source_ranges or ()):
        if not _is_network(network):
            yield Fault((*path, "source_ranges", index), f"is {quoted(network)}", _CIDR)


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return "/" in text


def values(fields: ServiceFields, context: Context) -> Values:
    """`service` and `extraServices`."""
    own = {
        "type": fields.service_type,
        "headless": fields.service_headless,
        "annotations": present(fields.service_annotations),
        "sessionAffinity": _AFFINITY[bool(fields.session_affinity)] if fields.session_affinity is not None else None,
        "sessionAffinityTimeoutSeconds": fields.session_affinity_timeout,
    }
    extra: dict[str, Any] = {
        name: tidy(
            {
                "type": service.type,
                "headless": service.headless,
                "ports": present(service.ports),
                "annotations": present(service.annotations),
                "loadBalancerClass": service.load_balancer_class,
                "loadBalancerSourceRanges": dict.fromkeys(service.source_ranges or (), True),
                "externalTrafficPolicy": service.external_traffic_policy,
            }
        )
        for name, service in present(fields.extra_services).items()
    }
    return tidy({"service": tidy(own), "extraServices": extra})


ALSO = {"extra_services": forms.schema_of_named(ExtraServiceFields)}

CONCERN = Concern("service", "Service", ServiceFields, values, normalise, faults, also=ALSO, level="workload")
