"""Network policy: who may reach the service and whom it may reach: those that links join, and named exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms, peers
from chartgen.concerns.concern import Concern, Context, ServicePort, tidy
from chartgen.concerns.kinds import PRESETS
from chartgen.concerns.outside import Outside
from chartgen.concerns.peers import Namespace, PeerFields
from chartgen.errors import did_you_mean
from chartgen.fields import Entries, Fault, Fields, Flag, PartName, present
from chartgen.model import Values
from chartgen.yamlio import Map, Node, Scalar

_CONTROLLERS = {"nginx": "ingress-nginx", "traefik": "traefik", "haproxy": "haproxy-controller"}
"""Where ingress controllers are installed, by the class that they make. Source: their installation guides."""
_CONTROLLER, _OUTSIDE, _MONITORING = "ingressController", "loadBalancer", "monitoringNamespace"
"""The names of what is no service: no service can have them."""
_PROTOCOLS = {"udp": "UDP", "sctp": "SCTP"}
_DIRECTIONS = ("allow_from", "allow_to")

_Peers = Annotated[dict[PartName, PeerFields | None], Entries]


class NetworkPolicySettings(Fields):
    """Whether there is a policy, and what it allows beside the links."""

    enabled: Flag | None = Field(None, description="Whether there is a policy; so unless given here.", examples=[True])
    ingress_namespace: Namespace | None = Field(
        None,
        description="The namespace of the ingress controller, which may reach what is published; what goes with the "
        "class unless given, `ingress-nginx` for most.",
        examples=["ingress-nginx"],
    )
    monitoring_namespace: Namespace | None = Field(
        None, description="A namespace that may reach every port, to scrape it.", examples=["monitoring"]
    )
    allow_from: _Peers | None = Field(
        None,
        description="Who else may reach the service, by name: a list of services, or of `{name: {namespace, labels, "
        "cidrs, ports …}}`.",
        examples=[["batch", {"prometheus": {"namespace": "monitoring", "ports": [9090]}}]],
    )
    allow_to: _Peers | None = Field(
        None,
        description="Whom else the service may reach, in the same form.",
        examples=[[{"mail": {"cidrs": ["192.0.2.25/32"], "ports": [587]}}]],
    )


class NetworkPolicyFields(Fields):
    """The service's network policy."""

    network_policy: NetworkPolicySettings | None = Field(
        None,
        description="`true`: nothing reaches the service, and it reaches nothing, but what links say: those that link "
        "to it, those it links to, DNS, the ingress controller where it is published. A map adds exceptions.",
        examples=[True, {"allow_from": ["batch"]}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`true` → `{enabled: true}`; lists of exceptions → maps by name."""
    policy = layer.get("network_policy")
    if isinstance(policy, Scalar) and policy.value is not None and not forms.is_open(policy):
        policy = Map({"enabled": policy}, {"enabled": policy.where}, policy.where)
    if not isinstance(policy, Map):
        return layer
    entries: dict[str, Node] = dict(policy.entries)
    for direction in (each for each in _DIRECTIONS if each in entries):
        entries[direction] = forms.listed(entries[direction], ("network_policy", direction), faults)
    return forms.put(layer, "network_policy", replace(policy, entries=entries))


def faults(fields: NetworkPolicyFields, context: Context) -> Iterable[Fault]:
    """Exceptions for nobody, and links to what nobody can tell the place of."""
    policy = fields.network_policy
    if policy is None:
        return
    for direction in _DIRECTIONS:
        for name, peer in _allowed(policy, direction).items():
            path = ("network_policy", direction, name)
            yield from peers.faults(peer, path)
            if peer.service is not None and peer.service not in context.peers:
                hint = did_you_mean(peer.service, context.peers)
                expected = "a service of the project, or `namespace`, `labels`, `cidrs` or `anywhere: true`"
                yield Fault((*path, "service"), f"`{peer.service}` is no service", expected, hint)
    if policy.enabled is None or policy.enabled:
        for resource in context.around.resources:
            if resource.right and not (resource.is_service or resource.fields.egress or _ports(resource)):
                message = f"the service links to `{resource.name}`, and nobody says where that is"
                hint = f"say it in `resources.{resource.name}.egress`: `{{cidrs: […], ports: […]}}`"
                yield Fault(("network_policy",), message, "an address to allow", hint)


def values(fields: NetworkPolicyFields, context: Context) -> Values:
    """`networkPolicy`, with an entry for each end of each link."""
    policy = fields.network_policy
    if policy is None:
        return {}
    if policy.enabled is not None and not policy.enabled:
        return {"networkPolicy": {"enabled": policy.enabled}}
    ingress = {name: _sibling(name, ports, context) for name, ports in context.around.callers.items()}
    ingress |= _published(policy, context)
    egress = {name: _sibling(name, ports, context) for name, ports in context.around.targets.items()}
    egress |= {resource.name: peer for resource in context.around.resources if (peer := _resource(resource))}
    ingress |= _exceptions(policy, "allow_from", context)
    egress |= _exceptions(policy, "allow_to", context)
    parts = tidy({"ingress": ingress, "egress": egress})
    return {"networkPolicy": {"enabled": True if policy.enabled is None else policy.enabled, **parts}}


def _exceptions(policy: NetworkPolicySettings, direction: str, context: Context) -> dict[str, Values]:
    found = {
        name: peers.values(peer, context.peers[peer.service].host if peer.service is not None else None)
        for name, peer in _allowed(policy, direction).items()
    }
    return {name: peer for name, peer in found.items() if peer}


def _allowed(policy: NetworkPolicySettings, direction: str) -> dict[str, PeerFields]:
    """The exceptions of one direction; one that says nothing means the service of its name."""
    found: Mapping[str, PeerFields] = present(getattr(policy, direction))
    return {
        name: peer.model_copy(update={"service": name}) if not _names(peer) else peer for name, peer in found.items()
    }


def _names(peer: PeerFields) -> set[str]:
    return {*peer.model_fields_set} - {"ports"}


def _sibling(name: str, ports: Iterable[ServicePort], context: Context) -> Values:
    return tidy({"release": context.peers[name].host, "ports": _numbers(ports)})


def _numbers(ports: Iterable[ServicePort]) -> Values:
    """The pods' ports, which is where a policy looks, whatever the number on the Service."""
    return {port.name: tidy({"port": port.container, "protocol": _PROTOCOLS.get(port.type)}) for port in ports}


def _published(policy: NetworkPolicySettings, context: Context) -> dict[str, Values]:
    found: dict[str, Values] = {}
    if context.around.published:
        namespace = policy.ingress_namespace or _CONTROLLERS.get(context.around.ingress_class, _CONTROLLERS["nginx"])
        found[_CONTROLLER] = {"namespace": namespace, "ports": _numbers(context.around.published)}
    if context.around.exposed:
        found[_OUTSIDE] = {"anywhere": True, "ports": _numbers(context.around.exposed)}
    if policy.monitoring_namespace is not None:
        found[_MONITORING] = tidy({"namespace": policy.monitoring_namespace, "ports": _numbers(context.ports)})
    return found


def _resource(resource: Outside) -> Values:
    fields = resource.fields
    if resource.is_service:
        if fields.namespace is None:
            return {"anywhere": True, "ports": peers.port_values([str(fields.port)])}
        numbers = [str(fields.container_port)] if fields.container_port else []
        return tidy({"namespace": fields.namespace, "ports": peers.port_values(numbers)})
    if fields.egress is not None:
        nowhere = fields.egress.anywhere is not None and not fields.egress.anywhere
        return {} if nowhere else peers.values(fields.egress, ports=_ports(resource))
    return {"anywhere": True, "ports": peers.port_values(_ports(resource))}


def _ports(resource: Outside) -> tuple[str, ...]:
    """Where the resource listens, as far as its kind or its proxy tells."""
    proxy = resource.fields.proxy
    if proxy is not None and proxy.preset is not None:
        return PRESETS[proxy.preset].egress
    return resource.kind.ports


_LISTED = forms.schema_of_listed(PeerFields.model_json_schema())
_WHOLE = NetworkPolicySettings.model_json_schema()
_DIRECTION = {name: {"anyOf": [_WHOLE["properties"][name], _LISTED]} for name in _DIRECTIONS}
_FORM: dict[str, Any] = {**_WHOLE, "properties": {**_WHOLE["properties"], **_DIRECTION}}
ALSO: dict[str, dict[str, Any]] = {"network_policy": {"anyOf": [{"type": "boolean"}, _FORM], "$defs": _WHOLE["$defs"]}}

CONCERN = Concern("network_policy", "Network policy", NetworkPolicyFields, values, normalise, faults, also=ALSO)
