"""Ingress: under which hosts and paths the service is published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.errors import Where
from chartgen.fields import Annotations, Fault, Fields, Flag, Items, ObjectName, Text, integer, present, quoted
from chartgen.model import Values
from chartgen.yamlio import List, Map, Node, Scalar

ANY_HOST = "*"
_HOST = re.compile(r"(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_ADDRESS = re.compile(r"[0-9.]+")
_PATH = re.compile("/[-A-Za-z0-9/._~%@:+,=]*")
_REFUSED = re.compile(r"//|/\.\.?(/|$)|%2f|%5c", re.IGNORECASE)
"""What Kubernetes allows in no path of an Ingress (`validateIngressPath`)."""
_DOMAINS = ("domain", "domains")
_LONGEST_HOST = 253
_PUBLISHED = ("http", "websocket", "grpc")
"""What an ingress can pass on, the one to take first first."""


class IngressFields(Fields):
    """How the service is published."""

    public_uri: Annotated[list[Text], Items] | None = Field(
        None,
        description="Where the service is published: `domain`, `domain/prefix`, `/prefix` (any host), `*.domain`; one "
        "or a list.",
        examples=["shop.example", ["shop.example/api", "*.shop.example"]],
    )
    ingress: Flag | None = Field(
        None, description="`false` publishes the service nowhere, whatever hosts it or its defaults name."
    )
    keep_path_prefix: Flag | None = Field(
        None, description="Whether the prefix of `public_uri` is passed on to the service; else it is stripped."
    )
    ingress_class: ObjectName | None = Field(None, description="The IngressClass.", examples=["nginx"])
    ingress_tls_secret: ObjectName | None = Field(
        None, description="The Secret with the certificate for the hosts.", examples=["shop-tls"]
    )
    ingress_extra_annotations: Annotations | None = Field(
        None, description="Annotations of the Ingress, added last: they win."
    )
    sticky_session: Flag | None = Field(None, description="Whether a cookie keeps a client at one pod.")
    sticky_session_max_age: Annotated[int, integer(1)] | None = Field(
        None, description="How many seconds that cookie lasts.", examples=[86400]
    )
    consistent_hash: Text | None = Field(
        None, description="The key by which requests are spread over pods.", examples=["$request_uri"]
    )


class PublicUri(NamedTuple):
    """A host (`*`: any) and a path."""

    host: str
    path: str


def split(uri: str) -> PublicUri | None:
    """The host and path of a `public_uri`, None for what is none."""
    host, slash, rest = uri.partition("/")
    path = f"/{rest.strip('/')}" if slash else "/"
    if host and (not _HOST.fullmatch(host) or _ADDRESS.fullmatch(host) or len(host) > _LONGEST_HOST):
        return None
    if not _PATH.fullmatch(path) or _REFUSED.search(path):
        return None
    return PublicUri(host or ANY_HOST, path)


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """One `public_uri`, or `domain` and `domains` in its place → a list."""
    layer = _domains(layer, faults)
    uri = layer.get("public_uri")
    if isinstance(uri, Map):
        faults.append(Fault(("public_uri",), "is a map", "a URI, or a list of them"))
        return forms.drop(layer, "public_uri")
    if isinstance(uri, Scalar) and not forms.is_open(uri):
        layer = forms.put(layer, "public_uri", List((uri,), uri.where))
    return layer


def _domains(layer: Map, faults: list[Fault]) -> Map:
    """`domain` and `domains` → `public_uri`."""
    said = {name: layer.entries[name] for name in _DOMAINS if name in layer.entries}
    if not said:
        return layer
    first = next(iter(said))
    faults += [Fault((name,), "is a map", "a host, or a list") for name, node in said.items() if isinstance(node, Map)]
    if "public_uri" in layer.entries:
        faults.append(Fault((first,), "stands beside `public_uri`", "one of the two", "move it into `public_uri`"))
    else:
        layer = forms.put(layer, "public_uri", _together(said.values(), layer.keys[first]), instead_of=first)
    return forms.drop(forms.drop(layer, "domain"), "domains")


def _together(nodes: Iterable[Node], where: Where) -> Node:
    """Hosts as a list; a single reference, which may mean a list, stays as it is."""
    right = [
        node for node in nodes if not isinstance(node, Map) and not (isinstance(node, Scalar) and node.value is None)
    ]
    if len(right) == 1:
        return right[0]
    items = [item for node in right for item in (node.items if isinstance(node, List) else (node,))]
    return List(tuple(items), where) if items else Scalar(None, "", where)


def claims(fields: IngressFields) -> Iterator[PublicUri]:
    """Every host and path that the service claims."""
    for uri in () if _is_internal(fields) else fields.public_uri or ():
        split_uri = split(uri)
        if split_uri is not None:
            yield split_uri


def faults(fields: IngressFields, context: Context) -> Iterable[Fault]:
    """URIs that are none, nothing to publish, and settings that do not go together."""
    for index, uri in enumerate(fields.public_uri or ()):
        if split(uri) is None:
            hint = "leave the scheme out" if "://" in uri else ""
            expected = "`domain`, `domain/prefix`, `/prefix` or `*.domain`"
            yield Fault(("public_uri", index), f"is {quoted(uri)}", expected, hint)
    if fields.public_uri and _published(context) is None and not _is_internal(fields):
        yield Fault(
            ("public_uri",), "the service has no port that speaks HTTP", hint="add `port: {http: …}`", absent=True
        )
    if fields.sticky_session and fields.consistent_hash:
        yield Fault(("consistent_hash",), "stands beside `sticky_session`", "one of the two", "remove one of them")


def _is_internal(fields: IngressFields) -> bool:
    return fields.ingress is not None and not fields.ingress


def _published(context: Context) -> str | None:
    by_type = {port.type: port.name for port in reversed(context.ports)}
    return next((by_type[kind] for kind in _PUBLISHED if kind in by_type), None)


def values(fields: IngressFields, context: Context) -> Values:
    """`ingress`, hosts by name and paths by name in each."""
    hosts: dict[str, Any] = {}
    for uri in claims(fields):
        hosts.setdefault(uri.host, {"paths": {}})["paths"][uri.path] = {"port": _published(context)}
    sticky = {"enabled": fields.sticky_session, "maxAge": fields.sticky_session_max_age}
    ingress = {
        "className": fields.ingress_class,
        "hosts": hosts,
        "keepPathPrefix": fields.keep_path_prefix,
        "stickySession": tidy(sticky),
        "consistentHash": fields.consistent_hash,
        "tlsSecret": fields.ingress_tls_secret,
        "annotations": present(fields.ingress_extra_annotations),
    }
    return tidy({"ingress": tidy(ingress)})


_URIS: dict[str, Any] = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]
}
FORMS: dict[str, dict[str, Any]] = {
    "public_uri": _URIS,
    "domain": {
        "description": "The host where the service is published: another word for `public_uri`.",
        "examples": ["shop.example"],
        **_URIS,
    },
    "domains": {
        "description": "The hosts where the service is published, beside `domain`.",
        "examples": [["shop.example", "shop.example.org"]],
        **_URIS,
    },
}

CONCERN = Concern("ingress", "Ingress", IngressFields, values, normalise, faults, forms=FORMS)
