"""Ports: what the service listens on, and under which number others reach it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, ServicePort, tidy
from chartgen.fields import (
    Entries,
    Fault,
    Fields,
    PortNumber,
    Read,
    Text,
    choice,
    describe,
    matching,
    pattern,
    present,
    quoted,
    read_integer,
    read_text,
    wrong,
)
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
_HIGHEST = 65535
_NAME = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""A port's name, which the chart's schema narrows to a letter first. Source: Kubernetes, IANA_SVC_NAME (RFC 6335)."""


_OTHERS = ("tcp", "udp", "sctp")
"""The types that are not HTTP."""

_SPOKEN = ("grpc", "websocket", "tcp")
"""What the chart is told of a port; http is what it takes a port for anyway."""

_PROTOCOLS = ("TCP", "UDP", "SCTP")

_HOST = r"(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_LISTENER = "[a-z0-9]([-a-z0-9.]*[a-z0-9])?"
_ENTRY = {
    "anyOf": [{"type": "integer", "minimum": 1, "maximum": 65535}, {"type": "string", "pattern": f"^{_LISTENER}$"}]
}


def _entry(value: Any) -> int | str:
    if isinstance(value, Scalar) and isinstance(value.value, int):
        number = read_integer(value)
        if not 1 <= number <= _HIGHEST:
            raise wrong(f"is {number}", f"1 to {_HIGHEST}")
        return number
    return matching(_LISTENER, "a number, or the name of an entry point or listener")(read_text(value))


class PortFields(Fields):
    """One port."""

    port: PortNumber | None = Field(None, description="The port the container listens on.", examples=[8080])
    type: Annotated[str, choice("http", "tcp", "udp", "sctp")] | None = Field(
        None,
        description="`http` (the default) can be published by an ingress under hosts and paths; the others cannot. "
        "`udp` and `sctp` ports are not probed.",
        examples=["tcp"],
    )
    protocol: Annotated[str, choice("grpc", "websocket")] | None = Field(
        None, description="What is spoken over an http port, where it is not plain HTTP.", examples=["grpc"]
    )
    service_port: PortNumber | None = Field(
        None, description="The port of the Service: 80 for http, `port` for the others unless given.", examples=[80]
    )
    ingress_port: Annotated[int | str, Read(_entry, _ENTRY)] | None = Field(
        None,
        description="Publishes the port as plain TCP at this port of the ingress controller (Traefik, HAProxy) or "
        "gateway: a number, or the name of the entry point (Traefik) or listener (gateway).",
        examples=[5432, "postgres"],
    )
    ingress_host: Annotated[str, pattern(_HOST, "a host name, or `*.` and a host name", longest=253)] | None = Field(
        None,
        description="With `ingress_port`: passes on TLS connections for this host alone, still encrypted.",
        examples=["db.shop.example"],
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
    default = port.port if port.type in _OTHERS else 80
    return port.service_port or default or 0


def _protocol(port: PortFields) -> str:
    return port.type.upper() if port.type in ("udp", "sctp") else "TCP"


def faults(fields: PortsFields, context: Context) -> Iterable[Fault]:
    """Names, numbers and kinds that cannot stand together."""
    ports = present(fields.ports)
    yield from _each(ports)
    plain = [name for name, port in ports.items() if _speaks(port) == "http"]
    if len(plain) > 1:
        message = f"`{plain[0]}` and `{plain[1]}` are both plain http ports"
        yield Fault(("ports", plain[1]), message, "at most one http port", "give one `type: tcp`, or a `protocol`")
    for protocol in _PROTOCOLS:
        own = {name: port for name, port in ports.items() if _protocol(port) == protocol}
        yield from _twice({name: port.port for name, port in own.items()}, "port")
        yield from _twice({name: _service_port(port) or None for name, port in own.items()}, "service_port")
    probed = [name for name, port in ports.items() if _protocol(port) == "TCP"]
    if fields.probe_port is not None and fields.probe_port not in probed:
        expected = f"a port of the service: {', '.join(probed)}" if probed else "a service with ports"
        yield Fault(("probe_port",), f"is {quoted(fields.probe_port)}", expected, absent=not probed)


def _each(ports: dict[str, PortFields]) -> Iterable[Fault]:
    for name, port in ports.items():
        path = ("ports", name)
        if port.port is None:
            yield Fault((*path, "port"), "is missing", "the port the container listens on", absent=True)
        if port.type in _OTHERS and port.protocol:
            yield Fault((*path, "protocol"), "goes with `type: http` only", hint="remove `protocol`, or use http")
        if port.ingress_host is not None and (port.ingress_port is None or _protocol(port) != "TCP"):
            yield Fault(
                (*path, "ingress_host"), "goes with the `ingress_port` of a TCP port", hint="add `ingress_port`"
            )
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
                "type": _speaks(port) if _speaks(port) in _SPOKEN else None,
                "protocol": _protocol(port) if _protocol(port) != "TCP" else None,
                "ingressPort": port.ingress_port,
                "ingressHost": port.ingress_host,
            }
        )
        for name, port in ports.items()
    }
    probed = [name for name, port in ports.items() if _protocol(port) == "TCP"]
    first = probed[0] if len(ports) > 1 and probed else None
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
