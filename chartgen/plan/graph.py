"""The link graph of one place, as each service sees it: who links to it, and to whom it links."""

from __future__ import annotations

from collections.abc import Mapping

from chartgen.concerns import Around, Peer, ServicePort, ingress, links
from chartgen.concerns.ingress import IngressFields
from chartgen.concerns.links import LinksFields
from chartgen.concerns.outside import Outside
from chartgen.concerns.service import ServiceFields
from chartgen.fields import present
from chartgen.plan.resolve import Resolved

_INSIDE = (None, "ClusterIP", "ExternalName")

Ports = tuple[ServicePort, ...]


def around(
    services: Mapping[str, Resolved], peers: Mapping[str, Peer], resources: Mapping[str, Outside]
) -> dict[str, Around]:
    """What surrounds each service, by its name; links to nothing are left out."""
    targets = {name: _targets(resolved, peers) for name, resolved in services.items()}
    callers: dict[str, dict[str, Ports]] = {name: {} for name in services}
    for name, own in targets.items():
        for target, ports in own.items():
            callers[target][name] = ports
    return {
        name: Around(
            callers=callers[name],
            targets=targets[name],
            resources=_resources(resolved, peers, resources),
            published=_published(resolved, peers[name]),
            exposed=_exposed(resolved, peers[name]),
            ingress_class=_class(resolved),
        )
        for name, resolved in services.items()
    }


def _targets(resolved: Resolved, peers: Mapping[str, Peer]) -> dict[str, Ports]:
    found: dict[str, Ports] = {}
    for link in links_of(resolved):
        peer = peers.get(links.target(link))
        port = links.port(link, peer) if peer is not None else None
        if port is not None and links.target(link) != resolved.service.name:
            found[links.target(link)] = tuple(dict.fromkeys((*found.get(links.target(link), ()), port)))
    return found


def _resources(resolved: Resolved, peers: Mapping[str, Peer], resources: Mapping[str, Outside]) -> tuple[Outside, ...]:
    return tuple(resources[link] for link in links_of(resolved) if link not in peers and link in resources)


def links_of(resolved: Resolved) -> dict[str, list[LinksFields]]:
    """The links of the service and of its workers and jobs, each with what says it."""
    found: dict[str, list[LinksFields]] = {}
    parts = [resolved.fields, *(component.fields for component in resolved.components)]
    for fields in (part.get("links") for part in parts):
        if isinstance(fields, LinksFields):
            for link in present(fields.links):
                found.setdefault(link, []).append(fields)
    return found


def _published(resolved: Resolved, peer: Peer) -> Ports:
    fields = resolved.fields.get("ingress")
    if not isinstance(fields, IngressFields) or ingress.is_internal(fields):
        return ()
    if not any(way.public_uri for _, way in ingress.ways_in(fields)):
        return ()
    name = ingress.published(peer.ports or ())
    return tuple(port for port in peer.ports or () if port.name == name)


def _class(resolved: Resolved) -> str:
    fields = resolved.fields.get("ingress")
    return str(fields.ingress_class or "") if isinstance(fields, IngressFields) else ""


def _exposed(resolved: Resolved, peer: Peer) -> Ports:
    """The ports of every Service that takes connections from outside the cluster."""
    fields = resolved.fields.get("service")
    if not isinstance(fields, ServiceFields):
        return ()
    names = {port.name for port in peer.ports or () if fields.service_type not in _INSIDE}
    for extra in present(fields.extra_services).values():
        if extra.type not in _INSIDE:
            names |= {*present(extra.ports)} or {port.name for port in peer.ports or ()}
    return tuple(port for port in peer.ports or () if port.name in names)
