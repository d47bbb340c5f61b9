"""Who is at the other end of a connection, for network policies: pods by label, namespaces, addresses; and ports."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns.concern import tidy
from chartgen.fields import Fault, Fields, Flag, Items, SelectorLabels, Text, matching, present, quoted, text, wrong
from chartgen.model import Values
from chartgen.yamlio import Path

ANY_NAMESPACE = "*"
_LARGEST = 65535
_PORT = re.compile(r"(?P<name>[a-z]([-a-z0-9]{0,13}[a-z0-9])?)|(?P<first>[0-9]+)(-(?P<last>[0-9]+))?")
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_PORTS = "a number, a range `8000-8100` or a port's name; `/UDP` behind it where it is not TCP"
_NAMESPACE = r"\*|[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"


def _cidr(written: str) -> str:
    try:
        network = ipaddress.ip_network(written, strict=False)
    except ValueError:
        raise wrong(f"is {quoted(written)}", "a range of addresses, `10.0.0.0/8`") from None
    if "/" not in written:
        raise wrong(f"is {quoted(written)}", "a range of addresses", f"write `{network}` for the one address")
    if str(network) != written:
        raise wrong(f"is {quoted(written)}", "a range that starts at its first address", f"write `{network}`")
    return written


def _port(written: str) -> str:
    _parts(written)
    return written


def _parts(written: str) -> Values:
    """A port as the chart takes it."""
    name, slash, protocol = written.partition("/")
    match = _PORT.fullmatch(name)
    if match is None or (slash and protocol not in _PROTOCOLS):
        raise wrong(f"is {quoted(written)}", _PORTS)
    if match["name"]:
        return {"port": name, **({"protocol": protocol} if slash else {})}
    first, last = int(match["first"]), int(match["last"] or match["first"])
    if not 1 <= first <= last <= _LARGEST:
        raise wrong(f"is {quoted(written)}", f"1 to {_LARGEST}, the lower number first")
    ends = {"endPort": last} if last > first else {}
    return {"port": first, **ends, **({"protocol": protocol} if slash else {})}


_Cidr = Annotated[str, text(_cidr)]
Port = Annotated[str, text(_port)]
Namespace = Annotated[str, text(matching(_NAMESPACE, "the name of a namespace, or `*` for any"))]


class PlaceFields(Fields):
    """Where the other end of a connection is."""

    namespace: Namespace | None = Field(
        None, description="The namespace of the pods, `*` for any; this one unless given.", examples=["monitoring"]
    )
    labels: SelectorLabels | None = Field(
        None, description="Labels of the pods; all of the namespace unless given.", examples=[{"app": "prometheus"}]
    )
    cidrs: Annotated[list[_Cidr], Items] | None = Field(
        None, description="Ranges of addresses.", examples=[["10.20.0.0/16"]]
    )
    except_cidrs: Annotated[list[_Cidr], Items] | None = Field(
        None, description="Ranges within those that are left out.", examples=[["10.20.1.0/24"]]
    )
    anywhere: Flag | None = Field(None, description="Whether any address will do; `false`: none at all.")
    ports: Annotated[list[Port], Items] | None = Field(
        None,
        description="The ports of the pods at the receiving end: numbers, ranges, names; `53/UDP`. All unless given.",
        examples=[[8080], ["metrics", "53/UDP"]],
    )


class PeerFields(PlaceFields):
    """Whom a connection is allowed from, or to."""

    service: Text | None = Field(None, description="A service of the project, in the same place.", examples=["batch"])


def faults(peer: PlaceFields, path: Path) -> Iterator[Fault]:
    """A peer that is nobody, or two at once, and an exception from nothing."""
    service = peer.service if isinstance(peer, PeerFields) else None
    pods = service is not None or peer.namespace is not None or bool(present(peer.labels))
    if not (pods or peer.cidrs) and peer.anywhere is None:
        yield Fault(path, "names nobody", "`namespace`, `labels`, `cidrs` or `anywhere: true`")
    if peer.anywhere and (pods or peer.cidrs):
        yield Fault((*path, "anywhere"), "stands beside whom it includes", "one of the two", "remove one of them")
    if service is not None and peer.namespace is not None:
        message = "stands beside `service`, which is in this namespace"
        yield Fault((*path, "namespace"), message, "one of the two", "use `labels` for pods of another namespace")
    ranges = [ipaddress.ip_network(cidr) for cidr in peer.cidrs or ()]
    for index, cidr in enumerate(peer.except_cidrs or ()):
        if not any(_within(ipaddress.ip_network(cidr), whole) for whole in ranges):
            yield Fault((*path, "except_cidrs", index), f"is {quoted(cidr)}", "a range within one of `cidrs`")


def values(peer: PlaceFields, release: str | None = None, ports: Iterable[str] = ()) -> Values:
    """The peer as the chart takes it.

    Arguments:
        release: the name of the release of its service.
        ports: its ports where it names none.
    """
    return tidy(
        {
            "release": release,
            "namespace": peer.namespace,
            "podLabels": present(peer.labels),
            "cidrs": {cidr: _excepted(cidr, peer.except_cidrs or ()) for cidr in peer.cidrs or ()},
            "anywhere": peer.anywhere or None,
            "ports": port_values(peer.ports or ports),
        }
    )


def port_values(ports: Iterable[str]) -> Values:
    """The ports as the chart takes them, by what was written."""
    return {str(port).replace("/", "-").lower(): _parts(port) for port in ports}


def _excepted(cidr: str, exceptions: Iterable[str]) -> dict[str, Any]:
    whole = ipaddress.ip_network(cidr)
    within = [each for each in exceptions if _within(ipaddress.ip_network(each), whole)]
    return {"except": within} if within else {}


def _within(
    part: ipaddress.IPv4Network | ipaddress.IPv6Network, whole: ipaddress.IPv4Network | ipaddress.IPv6Network
) -> bool:
    """Whether a range lies within another, and is not the whole of it. Source: Kubernetes, `ValidateIPBlock`."""
    if isinstance(part, ipaddress.IPv4Network) and isinstance(whole, ipaddress.IPv4Network):
        return part != whole and part.subnet_of(whole)
    if isinstance(part, ipaddress.IPv6Network) and isinstance(whole, ipaddress.IPv6Network):
        return part != whole and part.subnet_of(whole)
    return False
