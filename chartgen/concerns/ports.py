"""Ports: what the service listens on, and under which number others reach it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, ServicePort, tidy
from chartgen.fields import Entries, Fault, Fields, PortNumber, Text, choice, describe, present, quoted
from chartgen.model import Values
from chartgen.yamlio import Map, Node, Scalar

_SHORT = {
    "http": {},
    "grpc": {"protocol": "grpc"},
    "websocket": {"protocol": "websocket"},
    "tcp": {"protocol": "websocket"},
}
"""`port: {tcp: N}` is the reference's form for websockets: public over HTTP, checked by a TCP connection."""

_LONGEST = 15
_NAME = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""A port's name, which the chart's schema narrows to a letter first. Source: Kubernetes, IANA_SVC_NAME (RFC 6335)."""


class PortFields(Fields):
    """One port."""

    port: PortNumber | None = Field(None, description="The port the container listens on.", examples=[8080])
    type: Annotated[str, choice("http", "tcp")] | None = Field(
        None, description="`http` (the default) can be published by an ingress; `tcp` cannot.", examples=["tcp"]
    )
    protocol: Annotated[str, choice("grpc", "websocket")] | None = Field(
        None, description="What is spoken over an http port, where it is not plain HTTP.", examples=["grpc"]
    )
    service_port: PortNumber | None = Field(
        None, description="The port of the Service: 80 for http, `port` for tcp unless given.", examples=[80]
    )


class PortsFields(Fields):
    """All ports."""

    ports: Annotated[dict[str, PortFields | None], Entries] | None = Field(
        None,
        description="Several ports, by name (or a list of `{name, port, …}`). At most one is plain http.",
        examples=[[{"name": "http", "type": "http", "port": 8080}, {"name": "metrics", "type": "tcp", "port": 9090}]],
    )
    probe_port: Text | None = Field(
        None, description="The name of the port that probes use; the first one unless given.", examples=["http"]
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`port: {http: 8080}` and `ports: [{name: …}]` → `ports` by name."""
    short, many = layer.get("port"), layer.get("ports")
    if short is not None and many is not None:
        faults.append(Fault(("port",), "stands beside `ports`", "one of the two", "move it into `ports`"))
        layer, short = forms.drop(layer, "port"), None
    if many is not None:
        layer = forms.put(layer, "ports", forms.named(many, ("ports",), faults))
    if short is not None:
        layer = forms.put(layer, "ports", _single(short, faults), instead_of="port")
    return layer


def _single(node: Node, faults: list[Fault]) -> Node:
    if isinstance(node, Scalar) and node.value is None:
        return node
    if not isinstance(node, Map) or len(node.entries) != 1 or next(iter(node.entries)) not in _SHORT:
        kinds = ", ".join(f"`{{{kind}: 8080}}`" for kind in _SHORT)
        shown = f"a map of {', '.join(node.entries)}" if isinstance(node, Map) and node.entries else describe(node)
        faults.append(Fault(("port",), f"is {shown}", f"one port: {kinds}", "several ports go into `ports`"))
        return Map({}, {}, node.where)
    kind, number = next(iter(node.entries.items()))
    if isinstance(number, Scalar) and number.value is None:
        return node
    where = node.keys[kind]
    fields: dict[str, Node] = {"port": number} | {
        key: Scalar(value, value, where) for key, value in _SHORT[kind].items()
    }
    return Map({kind: Map(fields, dict.fromkeys(fields, where), where)}, {kind: where}, node.where)


def declared(fields: PortsFields) -> tuple[ServicePort, ...]:
    """The ports as others see them, in the order written; those without a number are left out."""
    return tuple(
        ServicePort(name, _service_port(port), _speaks(port))
        for name, port in present(fields.ports).items()
        if port.port is not None
    )


def _speaks(port: PortFields) -> str:
    return port.protocol or port.type or "http"


def _service_port(port: PortFields) -> int:
    default = port.port if port.type == "tcp" else 80
    return port.service_port or default or 0


def faults(fields: PortsFields, context: Context) -> Iterable[Fault]:
    """Names, numbers and kinds that cannot stand together."""
    ports = present(fields.ports)
    yield from _each(ports)
    plain = [name for name, port in ports.items() if _speaks(port) == "http"]
    if len(plain) > 1:
        message = f"`{plain[0]}` and `{plain[1]}` are both plain http ports"
        yield Fault(("ports", plain[1]), message, "at most one http port", "give one `type: tcp`, or a `protocol`")
    yield from _twice({name: port.port for name, port in ports.items()}, "port")
    yield from _twice({name: _service_port(port) or None for name, port in ports.items()}, "service_port")
    if fields.probe_port is not None and fields.probe_port not in ports:
        expected = f"a port of the service: {', '.join(ports)}" if ports else "a service with ports"
        yield Fault(("probe_port",), f"is {quoted(fields.probe_port)}", expected, absent=not ports)


def _each(ports: dict[str, PortFields]) -> Iterable[Fault]:
    for name, port in ports.items():
        path = ("ports", name)
        if port.port is None:
            yield Fault((*path, "port"), "is missing", "the port the container listens on", absent=True)
        if port.type == "tcp" and port.protocol:
            yield Fault((*path, "protocol"), "goes with `type: http` only", hint="remove `protocol`, or use http")
        if not _NAME.fullmatch(name) or len(name) > _LONGEST:
            expected = f"at most {_LONGEST} lower-case letters, digits and single dashes, a letter first"
            yield Fault(path, f"the port's name is {quoted(name)}", expected)


def _twice(numbers: dict[str, int | None], field: str) -> Iterable[Fault]:
    first: dict[int, str] = {}
    for name, number in numbers.items():
        if number is not None and first.setdefault(number, name) != name:
            hint = "give one of them a `service_port`" if field == "service_port" else ""
            yield Fault(("ports", name), f"its {field} {number} is that of `{first[number]}`", "each once", hint)


def values(fields: PortsFields, context: Context) -> Values:
    """`ports`, and `probePort` where there are several to choose from."""
    ports = present(fields.ports)
    parts: dict[str, Any] = {
        name: tidy(
            {
                "containerPort": port.port,
                "servicePort": _service_port(port),
                "type": _speaks(port) if _speaks(port) != "http" else None,
            }
        )
        for name, port in ports.items()
    }
    first = next(iter(ports)) if len(ports) > 1 else None
    return tidy({"ports": parts, "probePort": fields.probe_port or first})


FORMS: dict[str, dict[str, Any]] = {
    "port": {
        "description": "The one port: `{http: 8080}`, `{grpc: 9000}`, `{websocket: 8080}` or `{tcp: 8080}`. The "
        "Service listens on 80. `tcp` is a websocket: published over HTTP, checked by a TCP connection.",
        "examples": [{"http": 8080}],
        "type": ["object", "null"],
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {
            kind: {"type": ["integer", "string", "null"], "minimum": 1, "maximum": 65535} for kind in _SHORT
        },
    },
}

ALSO = {"ports": forms.schema_of_named(PortFields)}

CONCERN = Concern("ports", "Ports", PortsFields, values, normalise, faults, FORMS, ALSO, level="workload")
