"""Ingress: under which hosts and paths the service is published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.amounts import Memory, amount
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.concerns.uris import PublicUri, split
from chartgen.errors import Where
from chartgen.fields import (
    Annotations,
    Entries,
    Fault,
    Fields,
    Flag,
    Items,
    ObjectName,
    PartName,
    Text,
    choice,
    integer,
    present,
    quoted,
)
from chartgen.model import Values
from chartgen.yamlio import List, Map, Node, Path, Scalar

CONTROLLERS = ("nginx", "traefik", "haproxy")
_PUBLISHED = ("http", "websocket", "grpc")
"""What an ingress can pass on, the one to take first first."""
_DOMAINS = ("domain", "domains")
_WHOLE = re.compile("[1-9][0-9]{0,5}(Ki|Mi|Gi)")


class WayInFields(Fields):
    """One way in: what each has of its own."""

    public_uri: Annotated[list[Text], Items] | None = Field(
        None,
        description="Where the service is published: `domain`, `domain/prefix`, `/prefix` (any host), `*.domain`; one "
        "or a list.",
        examples=["shop.example", ["shop.example/api", "*.shop.example"]],
    )
    keep_path_prefix: Flag | None = Field(
        None, description="Whether the prefix of `public_uri` is passed on to the service; else it is stripped."
    )
    www_redirect: Flag | None = Field(
        None,
        description="Whether `www.shop.example` redirects to the host `shop.example`, or, where `www.shop.example` is "
        "published, the other way round.",
    )
    ingress_class: ObjectName | None = Field(None, description="The IngressClass.", examples=["nginx"])
    ingress_controller: Annotated[str, choice(*CONTROLLERS)] | None = Field(
        None,
        description="Which controller is behind the class, where the class's name does not contain it.",
        examples=["traefik"],
    )
    ingress_tls_secret: ObjectName | None = Field(
        None, description="The Secret with the certificate for the hosts.", examples=["shop-tls"]
    )
    ingress_tls_issuer: ObjectName | None = Field(
        None, description="The issuer of cert-manager that makes the certificate.", examples=["letsencrypt"]
    )
    ingress_tls_issuer_kind: Annotated[str, choice("ClusterIssuer", "Issuer")] | None = Field(
        None, description="Whether the issuer is the cluster's (the default) or the namespace's.", examples=["Issuer"]
    )
    ingress_extra_annotations: Annotations | None = Field(
        None, description="Annotations of the Ingress, added last: they win."
    )


class IngressFields(WayInFields):
    """How the service is published."""

    ingress: Flag | None = Field(
        None, description="`false` publishes the service nowhere, whatever hosts it or its defaults name."
    )
    sticky_session: Flag | None = Field(None, description="Whether a cookie keeps a client at one pod.")
    sticky_session_max_age: Annotated[int, integer(1)] | None = Field(
        None, description="How many seconds that cookie lasts.", examples=[86400]
    )
    consistent_hash: Text | None = Field(
        None, description="The key by which requests are spread over pods.", examples=["$request_uri"]
    )
    https_redirect: Flag | None = Field(
        None, description="Whether plain HTTP is redirected to HTTPS; as the controller does by itself unless given."
    )
    request_timeout: Annotated[int, integer(1)] | None = Field(
        None, description="How many seconds a request may take.", examples=[300]
    )
    max_body_size: Memory | None = Field(
        None, description="How large the body of a request may be: MiB, or a quantity.", examples=[8]
    )
    extra_ingresses: Annotated[dict[PartName, WayInFields | None], Entries] | None = Field(
        None,
        description="More ways in, such as one inside the organisation, by name. How requests are passed on is said "
        "once, for all.",
        examples=[{"internal": {"public_uri": "shop.internal", "ingress_class": "nginx-internal"}}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """One `public_uri`, or `domain` and `domains` in its place → a list; `extra_ingresses: [{name: …}]` → by name."""
    layer = _listed(_domains(layer, faults), (), faults)
    extra = layer.get("extra_ingresses")
    if extra is None:
        return layer
    named = forms.named(extra, ("extra_ingresses",), faults)
    if isinstance(named, Map):
        ways = {
            name: _listed(way, ("extra_ingresses", name), faults) if isinstance(way, Map) else way
            for name, way in named.entries.items()
        }
        named = Map(ways, named.keys, named.where)
    return forms.put(layer, "extra_ingresses", named)


def _listed(layer: Map, path: Path, faults: list[Fault]) -> Map:
    uri = layer.get("public_uri")
    if isinstance(uri, Map):
        faults.append(Fault((*path, "public_uri"), "is a map", "a URI, or a list of them"))
        return forms.drop(layer, "public_uri")
    if isinstance(uri, Scalar) and not forms.is_open(uri):
        return forms.put(layer, "public_uri", List((uri,), uri.where))
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


def controller_of(name: str | None) -> str | None:
    """The controller that the name of a class contains, None where it tells none. The chart finds it alike."""
    found = re.search("|".join(CONTROLLERS), name or "")
    return found[0] if found else None


def ways_in(fields: IngressFields) -> Iterator[tuple[Path, WayInFields]]:
    """Every way in, and where it stands."""
    yield (), fields
    for name, way in present(fields.extra_ingresses).items():
        yield ("extra_ingresses", name), way


def is_internal(fields: IngressFields) -> bool:
    """Whether the service is published nowhere, whatever it names."""
    return fields.ingress is not None and not fields.ingress


def claims(way: WayInFields) -> Iterator[PublicUri]:
    """Every host and path that a way in claims."""
    for uri in way.public_uri or ():
        split_uri = split(uri)
        if split_uri is not None:
            yield split_uri


def faults(fields: IngressFields, context: Context) -> Iterable[Fault]:
    """URIs that are none, nothing to publish, and settings that do not go together."""
    for path, way in ways_in(fields):
        for index, uri in enumerate(way.public_uri or ()):
            if split(uri) is None:
                hint = "leave the scheme out" if "://" in uri else ""
                expected = "`domain`, `domain/prefix`, `/prefix` or `*.domain`"
                yield Fault((*path, "public_uri", index), f"is {quoted(uri)}", expected, hint)
        if way.public_uri and _published(context) is None and not is_internal(fields):
            message = "the service has no port that speaks HTTP"
            yield Fault((*path, "public_uri"), message, hint="add `port: {http: …}`", absent=True)
        if way.ingress_tls_issuer_kind is not None and way.ingress_tls_issuer is None:
            yield Fault((*path, "ingress_tls_issuer_kind"), "goes with `ingress_tls_issuer`", hint="name the issuer")
    if fields.sticky_session and fields.consistent_hash:
        yield Fault(("consistent_hash",), "stands beside `sticky_session`", "one of the two", "remove one of them")
    if fields.max_body_size is not None and not _WHOLE.fullmatch(_binary(fields.max_body_size)):
        yield Fault(("max_body_size",), f"is {fields.max_body_size}", "a whole number of Ki, Mi or Gi (`8Mi`)")


def _binary(size: str) -> str:
    """The size with a unit that the chart takes, where it is one in another unit."""
    number = amount(size)
    if _WHOLE.fullmatch(size) or number % 1024:
        return size
    return f"{number // 1024:f}Ki"


def _published(context: Context) -> str | None:
    by_type = {port.type: port.name for port in reversed(context.ports)}
    return next((by_type[kind] for kind in _PUBLISHED if kind in by_type), None)


def values(fields: IngressFields, context: Context) -> Values:
    """`ingress` and `extraIngresses`, hosts by name and paths by name in each."""
    sticky = {"enabled": fields.sticky_session, "maxAge": fields.sticky_session_max_age}
    ingress = _way_in(fields, context) | {
        "stickySession": tidy(sticky),
        "consistentHash": fields.consistent_hash,
        "httpsRedirect": fields.https_redirect,
        "timeoutSeconds": fields.request_timeout,
        "maxBodySize": None if fields.max_body_size is None else _binary(fields.max_body_size),
    }
    ways = present(fields.extra_ingresses)
    if is_internal(fields):
        ingress, ways = ingress | {"hosts": {}}, {}
    extra = {name: tidy(_way_in(way, context)) for name, way in ways.items()}
    return tidy({"ingress": tidy(ingress), "extraIngresses": extra})


def _way_in(way: WayInFields, context: Context) -> Values:
    hosts: dict[str, Any] = {}
    for uri in claims(way):
        hosts.setdefault(uri.host, {"paths": {}})["paths"][uri.path] = {"port": _published(context)}
    return {
        "className": way.ingress_class,
        "controller": way.ingress_controller,
        "hosts": hosts,
        "keepPathPrefix": way.keep_path_prefix,
        "wwwRedirect": way.www_redirect,
        "tlsSecret": way.ingress_tls_secret,
        "issuer": way.ingress_tls_issuer,
        "issuerKind": way.ingress_tls_issuer_kind,
        "annotations": present(way.ingress_extra_annotations),
    }


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


def _extra_forms() -> dict[str, Any]:
    way = WayInFields.model_json_schema()
    way["properties"]["public_uri"] |= _URIS
    named = forms.schema_of_named(WayInFields)
    named["items"]["properties"]["public_uri"] |= _URIS
    return {"anyOf": [{"type": "object", "additionalProperties": {"anyOf": [way, {"type": "null"}]}}, named]}


ALSO = {"extra_ingresses": _extra_forms()}

CONCERN = Concern("ingress", "Ingress", IngressFields, values, normalise, faults, FORMS, ALSO)
