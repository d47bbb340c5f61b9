"""Conventions: what a project leaves unsaid, as an organisation's own rules have it. They beat nothing that is said.

`hops` are those of HOPS (iterapp.toml): an app is our project, an appling our service.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from chartgen.errors import Where
from chartgen.spec.fields import ProjectFields
from chartgen.yamlio import Map, Node, Scalar

FIELD = "conventions"

_TEST = "test"
_HEALTH = "/health"
_PERIOD = 2
_ASKED = ("healthcheck_path", "healthcheck_command")
_READINESS = (*_ASKED, "readiness_probe_path", "readiness_probe_command")
_LIVENESS = (*_ASKED, "liveness_probe_path", "liveness_probe_command", "liveness_probe")
_OWN_WAY = ("type", "port", "enabled")
"""What a probe says that asks in a way of its own."""


def naming(fields: ProjectFields, services: Collection[str]) -> str:
    """The pattern of releases' names: one service is called as the project, several after both."""
    if fields.conventions is None or "naming" in fields.model_fields_set:
        return str(fields.naming)
    return "{project}-{service}" if len(services) > 1 else "{project}"


def default_environment(fields: ProjectFields, environments: Collection[str]) -> str | None:
    """The environment that is meant where none is named: `test`, if there is one."""
    if fields.conventions is None or "default_environment" in fields.model_fields_set:
        return None if fields.default_environment is None else str(fields.default_environment)
    return _TEST if _TEST in environments else None


def fill(where: Where | None, service: Map) -> Map:
    """The service, its layers merged, with what it leaves unsaid: readiness by HTTP every two seconds, no liveness.

    Arguments:
        where: where the project asks for conventions; None where it does not.
    """
    if where is None:
        return service
    unsaid = dict(_unsaid(service, where))
    if not unsaid:
        return service
    return replace(service, entries=service.entries | unsaid, keys=dict.fromkeys(unsaid, where) | dict(service.keys))


def _unsaid(service: Map, where: Where) -> Iterator[tuple[str, Node]]:
    readiness = service.get("readiness_probe")
    said: Mapping[str, Node] = readiness.entries if isinstance(readiness, Map) else {}
    more: dict[str, Any] = {} if "period" in said else {"period": _PERIOD}
    port = _http_port(service)
    if port is not None and not _says(service, _READINESS) and not {*_OWN_WAY} & {*said}:
        yield "readiness_probe_path", Scalar(_HEALTH, _HEALTH, where)
        more |= {} if port == _asked(service) else {"port": port}
    if more and (readiness is None or isinstance(readiness, Map)):
        filled = _map(more, where)
        keys = readiness.keys if isinstance(readiness, Map) else {}
        yield "readiness_probe", Map({**filled.entries, **said}, {**filled.keys, **keys}, where)
    if not _says(service, _LIVENESS):
        yield "liveness_probe", _map({"enabled": False}, where)


def _says(service: Map, names: Collection[str]) -> bool:
    return any(name in service.entries for name in names)


def _asked(service: Map) -> str | None:
    """The port that probes ask: the one named, else the first."""
    named, ports = service.get("probe_port"), service.get("ports")
    if isinstance(named, Scalar) and named.value is not None:
        return named.text
    return next(iter(ports.entries), None) if isinstance(ports, Map) else None


def _http_port(service: Map) -> str | None:
    """The port that speaks plain HTTP, of which a service has one at most."""
    ports = service.get("ports")
    for name, port in ports.entries.items() if isinstance(ports, Map) else ():
        if isinstance(port, Map) and all(_is_http(port.get(key)) for key in ("type", "protocol")):
            return name
    return None


def _is_http(node: Node | None) -> bool:
    return node is None or (isinstance(node, Scalar) and node.value in (None, "http"))


def _map(values: Mapping[str, Any], where: Where) -> Map:
    entries: dict[str, Node] = {name: Scalar(value, str(value), where) for name, value in values.items()}
    return Map(entries, dict.fromkeys(entries, where), where)
