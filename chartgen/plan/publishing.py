"""How services are published: each host and path once, and nothing that what publishes it cannot do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from chartgen.concerns import ingress, uris
from chartgen.concerns.gateway import GatewayFields, GatewayParts
from chartgen.concerns.ingress import CONTROLLERS, IngressFields, WayInFields
from chartgen.concerns.ports import PortFields, PortsFields, declared
from chartgen.errors import Problem
from chartgen.fields import present, quoted
from chartgen.plan.claims import Here
from chartgen.plan.resolve import Resolved
from chartgen.spec.layers import locate
from chartgen.spec.project import Project
from chartgen.yamlio import Path

_CANARY = "nginx.ingress.kubernetes.io/canary"
_DEFAULT_CLASS = "nginx"
"""The class that the chart takes where neither a service nor the organisation's defaults name one."""

_HAPROXY_HASHES = re.compile(r"\$(request_uri|uri|host|http_host|(binary_)?remote_addr|http_[a-z0-9_]+|arg_\w+)")
"""The nginx expressions by which HAProxy can spread requests. Its Ingress Controller: `load-balance`."""

_WORD = "[A-Za-z_][A-Za-z_0-9]*"
_GRPC = re.compile(rf"/{_WORD}(\.{_WORD})*(/{_WORD})?")
"""A service of gRPC, and maybe its method, as the path has them. Source: Gateway API, GRPCMethodMatch."""

_NO_ROUTE = "a gateway's routes cannot say this"
_BY_POLICY = "leave it out, and give the Gateway a policy of its implementation"
_LOAD_BALANCER = "add an extra service of type LoadBalancer"
_ELSE = f"{_LOAD_BALANCER}, or name a `gateway`"


class Fault(NamedTuple):
    """What is wrong at a path below a service."""

    path: Path
    message: str
    hint: str


class _Way(NamedTuple):
    """A way in: where it stands, what it says, its class (None: whatever the chart's is) and its controller."""

    path: Path
    fields: WayInFields
    name: str | None
    controller: str | None


class _Claim(NamedTuple):
    """A host and path that a way in of a service claims, and whether it only redirects from there."""

    here: Here
    resolved: Resolved
    way: Path
    uri: uris.PublicUri
    redirects: bool = False


def same_host(everywhere: Iterable[Here], project: Project) -> Iterator[Problem]:
    """Two services that claim one host and path of one ingress class or gateway, in one place or in two of one cluster.

    A canary shares both with what it stands in for, and says so by nginx's annotation. Two may redirect one host.
    """
    taken: dict[tuple[object, ...], _Claim] = {}
    for here in everywhere:
        cluster = here.place.kube_context or here.place.key
        for resolved in here.services.values():
            for entrance, claim in _claims(resolved, here, project):
                first = taken.setdefault((cluster, entrance, *claim.uri), claim)
                if first.resolved is not resolved and not (first.redirects and claim.redirects):
                    yield _claimed_twice(first, claim, project)


def _claims(resolved: Resolved, here: Here, project: Project) -> Iterator[tuple[object, _Claim]]:
    """Every host and path, each with the class or gateway at which it is claimed."""
    gateway, fields = _gateway(resolved), resolved.fields.get("ingress")
    if isinstance(fields, IngressFields) and ingress.is_internal(fields):
        return
    for way in _ways(resolved, project):
        if present(way.fields.ingress_extra_annotations).get(_CANARY) == "true":
            continue
        by_gateway = gateway is not None and not way.path
        at = (gateway.namespace or here.place.namespace, gateway.name) if gateway and by_gateway else way.name
        own = list(ingress.claims(way.fields))
        yield from ((at, _Claim(here, resolved, way.path, uri)) for uri in own)
        if way.fields.www_redirect:
            hosts = dict.fromkeys(uri.host for uri in own)
            for twin in filter(None, map(uris.twin, hosts)):
                if twin not in hosts:
                    yield at, _Claim(here, resolved, way.path, uris.PublicUri(twin, "/"), redirects=True)


def _claimed_twice(first: _Claim, second: _Claim, project: Project) -> Problem:
    resolved, here, uri = second.resolved, second.here, second.uri
    where, path = locate(resolved.node, (*second.way, "public_uri"), resolved.path, project.paths)
    one, name = first.resolved.service.name, resolved.service.name
    shown = f"{'any host, ' if uri.host == uris.ANY_HOST else uri.host}{uri.path}"
    if first.here is here:
        message, hint = f"`{one}` and `{name}` are both published at {shown}", "give one of them another path"
    else:
        ends = f"`{one}` in {first.here.place.title} and `{name}` in {here.place.title}"
        message = f"{ends} are both published at {shown} of one cluster, {here.place.kube_context}"
        hint = "put the environment into the host: `{vars.domain}`, or `{environment}.shop.example`"
    return Problem(message, where, path, hint=hint)


def impossible(here: Here, project: Project) -> Iterator[Problem]:
    """What the ingress controller or gateway in use cannot do; the chart refuses it in values too."""
    for resolved in here.services.values():
        for fault in _faults(resolved, project):
            where, path = locate(resolved.node, fault.path, resolved.path, project.paths)
            yield Problem(fault.message, where, path, hint=fault.hint)


def _faults(resolved: Resolved, project: Project) -> Iterator[Fault]:
    gateway, fields = _gateway(resolved), resolved.fields.get("ingress")
    ways = list(_ways(resolved, project))
    if isinstance(fields, IngressFields) and not ingress.is_internal(fields):
        for way in ways:
            if gateway is not None and not way.path:
                yield from _at_gateway(gateway, fields, _types(resolved))
            elif way.fields.public_uri:
                yield from _at_controller(way, fields, resolved)
    ports = resolved.fields.get("ports")
    for name, port in present(ports.ports).items() if isinstance(ports, PortsFields) else ():
        if port.ingress_port is not None:
            by = ways[0] if ways else _Way((), WayInFields(), *_default(project))
            refusal = _not_published(port, by, gateway)
            if refusal is not None:
                yield Fault(("ports", name, "ingress_port"), *refusal)


def _types(resolved: Resolved) -> set[str]:
    """What the ports of a service speak."""
    ports = resolved.fields.get("ports")
    return {port.type for port in declared(ports)} if isinstance(ports, PortsFields) else set()


def _at_gateway(gateway: GatewayParts, fields: IngressFields, types: set[str]) -> Iterator[Fault]:
    for field in ("sticky_session", "consistent_hash", "max_body_size"):
        if getattr(fields, field):
            yield Fault((field,), _NO_ROUTE, _BY_POLICY)
    for field in ("ingress_tls_secret", "ingress_tls_issuer"):
        if getattr(fields, field):
            yield Fault((field,), "TLS ends at the gateway, which has the certificates", "remove it")
    if fields.https_redirect and gateway.http_section_name is None:
        hint = "name its listeners: `gateway: {section_name: https, http_section_name: http, …}`"
        yield Fault(("https_redirect",), "the gateway's listener for plain HTTP is not named", hint)
    paths = [uri.path for uri in ingress.claims(fields) if uri.path != "/"]
    if paths and "grpc" in types and not types & {"http", "websocket"}:
        if not fields.keep_path_prefix:
            yield Fault(("public_uri",), "a gateway cuts no prefix off gRPC", "add `keep_path_prefix: true`")
        elif not all(map(_GRPC.fullmatch, paths)):
            message = "a gateway knows gRPC by service and method, not by any path"
            yield Fault(("public_uri",), message, "write `domain/package.Service`, or `domain/package.Service/Method`")


def _at_controller(way: _Way, fields: IngressFields, resolved: Resolved) -> Iterator[Fault]:
    if way.controller is None and way.name is not None:
        for path in _special(way, fields, resolved):
            yield Fault(path, *_unknown(way))
    if way.controller == "traefik" and fields.consistent_hash:
        hint = "use `sticky_session`, or another controller"
        yield Fault(("consistent_hash",), "Traefik cannot spread requests by a key at an Ingress", hint)
    if way.controller == "haproxy":
        key = fields.consistent_hash
        if key and not _HAPROXY_HASHES.fullmatch(key):
            hint = "use `$request_uri`, `$uri`, `$host`, `$remote_addr`, `$http_<header>` or `$arg_<name>`"
            yield Fault(("consistent_hash",), f"HAProxy cannot spread requests by {quoted(key)}", hint)
        if fields.sticky_session and fields.sticky_session_max_age is not None:
            message = "HAProxy's cookie ends with the browser's session"
            yield Fault(("sticky_session_max_age",), message, "leave it out")


def _special(way: _Way, fields: IngressFields, resolved: Resolved) -> Iterator[Path]:
    """The paths of what each controller is told in its own way, the first one's alone."""
    wanted: list[tuple[Any, Path]] = [
        (getattr(fields, field), (field,))
        for field in ("sticky_session", "consistent_hash", "request_timeout", "max_body_size", "https_redirect")
    ]
    wanted.append((way.fields.www_redirect, (*way.path, "www_redirect")))
    types = _types(resolved)
    keeps = way.fields.keep_path_prefix if way.fields.keep_path_prefix is not None else fields.keep_path_prefix
    cuts = not keeps and any(uri.path != "/" for uri in ingress.claims(way.fields))
    wanted.append((cuts or ("http" not in types and types), (*way.path, "public_uri")))
    yield from [path for said, path in wanted if said][:1]


def _not_published(port: PortFields, way: _Way, gateway: GatewayParts | None) -> tuple[str, str] | None:
    """Why a port cannot be published as it is, and what to do; None where it can."""
    datagrams = port.type in ("udp", "sctp")
    if gateway is not None:
        refused = port.type == "sctp" or (port.type == "udp" and port.ingress_host is not None)
        return (f"a gateway has no such route for {port.type}", _LOAD_BALANCER) if refused else None
    if way.controller in ("traefik", "haproxy"):
        if datagrams:
            return "an ingress controller takes TCP alone here", _ELSE
        named = isinstance(port.ingress_port, str) or port.ingress_host is not None
        if way.controller == "haproxy" and named:
            return "HAProxy passes on all that comes to a port", "give a number, and no `ingress_host`"
        return None
    if way.controller == "nginx":
        return "nginx publishes no TCP port of a release: its one ConfigMap for them stands outside", _ELSE
    return _unknown(way) if way.name is not None else None


def _unknown(way: _Way) -> tuple[str, str]:
    message = f"needs a controller that is known, which the class `{way.name}` does not tell"
    return message, f"add `ingress_controller`: {', '.join(CONTROLLERS)}"


def _ways(resolved: Resolved, project: Project) -> Iterator[_Way]:
    fields = resolved.fields.get("ingress")
    if not isinstance(fields, IngressFields):
        return
    default, _ = _default(project)
    for path, way in ingress.ways_in(fields):
        inherits = way.ingress_class is None
        name = fields.ingress_class or default if inherits else way.ingress_class
        said = way.ingress_controller or (fields.ingress_controller if inherits else None)
        yield _Way(path, way, name, said or ingress.controller_of(name))


def _default(project: Project) -> tuple[str | None, str | None]:
    """The class where a service names none, and its controller; None where the chart alone knows."""
    defaults = (project.build.defaults or {}).get("ingress")
    name = defaults.get("className") if isinstance(defaults, dict) else None
    ours = project.chart.path is None and project.chart.repository is None
    found = str(name) if name else _DEFAULT_CLASS if ours else None
    return found, ingress.controller_of(found)


def _gateway(resolved: Resolved) -> GatewayParts | None:
    fields = resolved.fields.get("gateway")
    return fields.gateway if isinstance(fields, GatewayFields) else None
