"""Links: which other services this one uses; their addresses come as environment variables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, Peer, ServicePort
from chartgen.errors import did_you_mean
from chartgen.fields import Entries, Fault, Fields, present, text, variable_name
from chartgen.model import Values
from chartgen.yamlio import List, Map, Node, Scalar

_SETTINGS = ("addr", "host", "port", "url")
_SCHEMES = {"http": "http", "grpc": "grpc", "websocket": "ws", "tcp": "tcp", "udp": "udp", "sctp": "sctp"}


_Variable = Annotated[str, text(variable_name)]


class LinkFields(Fields):
    """Which variables a link gives; the address alone, unless any is named."""

    addr: _Variable | None = Field(None, description="The variable that takes `host:port`.", examples=["CART_ADDR"])
    host: _Variable | None = Field(None, description="The variable that takes the host name.")
    port: _Variable | None = Field(None, description="The variable that takes the port.")
    url: _Variable | None = Field(None, description="The variable that takes the URL, `http://host:port`.")


class LinksFields(Fields):
    """Links to other services."""

    links: Annotated[dict[str, LinkFields | None], Entries] | None = Field(
        None,
        description="The services this one uses. `cartservice` gives CARTSERVICE_ADDR=host:port; "
        "`{cartservice: CART_ADDR}` names the variable; `{cartservice: {host: CART_HOST, port: CART_PORT}}` chooses. "
        "`cartservice:grpc` means that port of it, by name or number; the first one unless given.",
        examples=[["cartservice", {"emailservice": "EMAIL_ADDR"}]],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """Every written form → a map by target, each with the variables by what they take."""
    links = layer.get("links")
    if links is None:
        return layer
    by_target = forms.listed(links, ("links",), faults)
    if isinstance(by_target, Map):
        by_target = replace(by_target, entries={name: _link(link) for name, link in by_target.entries.items()})
    return forms.put(layer, "links", by_target)


def _link(node: Node) -> Node:
    if isinstance(node, Scalar) and node.value is not None:
        return Map({"addr": node}, {"addr": node.where}, node.where)
    if isinstance(node, List) and all(isinstance(item, Map) for item in node.items):
        entries = {key: entry for item in node.items if isinstance(item, Map) for key, entry in item.entries.items()}
        keys = {key: where for item in node.items if isinstance(item, Map) for key, where in item.keys.items()}
        return Map(entries, keys, node.where)
    return node


def target(link: str) -> str:
    """The service that a link names: `cartservice` of `cartservice:grpc`."""
    return link.partition(":")[0]


def port(link: str, peer: Peer) -> ServicePort | None:
    """The port that a link means: the named or numbered one, else the first; None where the target lacks it."""
    wanted = link.partition(":")[2]
    return next((port for port in peer.ports or () if wanted in ("", port.name, str(port.number))), None)


def faults(fields: LinksFields, context: Context) -> Iterable[Fault]:
    """A link to nothing, to the service itself, or to a port that the target lacks; a variable given twice."""
    taken: dict[str, str] = {}
    for link, settings in present(fields.links).items():
        name, path = target(link), ("links", link)
        peer = context.peers.get(name)
        if name == context.service:
            yield Fault(path, f"`{name}` links to itself", hint="remove the link")
        elif peer is None:
            hint = did_you_mean(name, context.peers) or "add the service, or give its address in `env_vars`"
            message = f"`{context.service}` links to `{name}`, which is no service"
            yield Fault(path, message, "a service of the project", hint)
        elif peer.ports is not None and port(link, peer) is None:
            yield Fault(path, *_no_port(link, peer.ports, context))
        for variable, what in _variables(link, settings):
            if variable in taken:
                message = f"gives {variable}, as the link to `{taken[variable]}` does"
                at = (*path, what) if settings.model_fields_set else path
                yield Fault(at, message, "each variable once", f"name it: `{{{link}: ANOTHER_NAME}}`")
            taken[variable] = link


def _no_port(link: str, peers_ports: tuple[ServicePort, ...], context: Context) -> tuple[str, str, str]:
    name, _, wanted = link.partition(":")
    ports = ", ".join(f"{port.name} ({port.number})" for port in peers_ports)
    if not ports:
        return f"`{context.service}` links to `{name}`, which has no port", "", f"give `{name}` a `port`"
    message = f"`{context.service}` links to the port `{wanted}` of `{name}`, which has none of that name or number"
    return message, f"one of {ports}", ""


def values(fields: LinksFields, context: Context) -> Values:
    """`links`: the variables of each, by target."""
    parts: dict[str, Any] = {}
    for link, settings in present(fields.links).items():
        peer = context.peers.get(target(link))
        to = port(link, peer) if peer else None
        if peer and to:
            taken = {
                "addr": f"{peer.host}:{to.number}",
                "host": peer.host,
                "port": str(to.number),
                "url": f"{_SCHEMES[to.type]}://{peer.host}:{to.number}",
            }
            parts[link] = {"env": {variable: taken[what] for variable, what in _variables(link, settings)}}
    return {"links": parts} if parts else {}


def _variables(link: str, settings: LinkFields) -> list[tuple[str, str]]:
    """The variables that a link gives, each with what it takes."""
    named = [(str(getattr(settings, what)), what) for what in _SETTINGS if getattr(settings, what) is not None]
    return named or [(f"{target(link)}_addr".replace("-", "_").upper(), "addr")]


_VARIABLES = LinkFields.model_json_schema()
_LINK = {"anyOf": [{"type": ["string", "null"]}, _VARIABLES, {"type": "array", "items": _VARIABLES}]}
ALSO = {"links": {"anyOf": [forms.schema_of_listed(_LINK), {"type": "object", "additionalProperties": _LINK}]}}

CONCERN = Concern("links", "Links", LinksFields, values, normalise, faults, also=ALSO, level="pod")
