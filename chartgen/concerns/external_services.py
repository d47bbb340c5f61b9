"""External services: names for what runs outside the cluster."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import (
    Entries,
    Fault,
    Fields,
    Items,
    PartName,
    PortNumber,
    Text,
    key,
    matching,
    pattern,
    present,
    quoted,
)
from chartgen.model import Values
from chartgen.yamlio import Map

_PORT = "tcp"
"""The name of the port where `port` gives the only one."""

_HOST = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_NAME = "a port's name: lower-case letters, digits and single dashes, a letter first"
_PORT_NAME = Annotated[str, key(matching("[a-z][a-z0-9]*(-[a-z0-9]+)*", _NAME, longest=15))]


class ExternalServiceFields(Fields):
    """One thing outside."""

    host: Annotated[str, pattern(_HOST, "a host name", longest=253)] | None = Field(
        None, description="Its host name (the Service is an ExternalName).", examples=["db.example.com"]
    )
    addresses: Annotated[list[Text], Items] | None = Field(
        None, description="Its addresses, with a port.", examples=[["10.0.0.5"]]
    )
    port: PortNumber | None = Field(None, description="Its one port.", examples=[5432])
    ports: Annotated[dict[_PORT_NAME, PortNumber | None], Entries] | None = Field(
        None, description="Its ports by name.", examples=[{"amqp": 5672, "admin": 15672}]
    )


class ExternalServicesFields(Fields):
    """Everything outside."""

    external_services: Annotated[dict[PartName, ExternalServiceFields | None], Entries] | None = Field(
        None,
        description="What runs outside the cluster, by name: each is reached as `<service>-<name>` in the namespace, "
        "wherever it is.",
        examples=[{"legacy-db": {"addresses": ["10.0.0.5"], "port": 5432}}, {"mail": "smtp.example.com"}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`name: host` → `name: {host: …}`."""
    external = layer.get("external_services")
    if external is None:
        return layer
    return forms.put(layer, "external_services", forms.short(external, "host", ("external_services",), faults))


def faults(fields: ExternalServicesFields, context: Context) -> Iterable[Fault]:
    """Nowhere to go to, or two ways; addresses that are none or lack a port."""
    for name, external in present(fields.external_services).items():
        path = ("external_services", name)
        addresses, ports = external.addresses or (), _ports(external)
        if bool(addresses) == (external.host is not None):
            yield Fault(path, "has both" if addresses else "has neither", "a `host`, or `addresses`")
        for index, address in enumerate(addresses):
            if not _is_address(address):
                yield Fault((*path, "addresses", index), f"is {quoted(address)}", "an IPv4 or IPv6 address")
        if addresses and not ports:
            yield Fault(path, "has addresses but no port", hint="add `port: …`")
        if external.port is not None and present(external.ports):
            yield Fault((*path, "port"), "stands beside `ports`", "one of the two", "move it into `ports`")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _ports(external: ExternalServiceFields) -> dict[str, int]:
    return present(external.ports) or ({_PORT: external.port} if external.port is not None else {})


def values(fields: ExternalServicesFields, context: Context) -> Values:
    """`externalServices`."""
    found: dict[str, Any] = {
        name: tidy(
            {
                "host": external.host,
                "addresses": {str(ipaddress.ip_address(address)): True for address in external.addresses or ()},
                "ports": {port: {"port": number} for port, number in _ports(external).items()},
            }
        )
        for name, external in present(fields.external_services).items()
    }
    return tidy({"externalServices": found})


ALSO = {"external_services": forms.WORDS}

CONCERN = Concern(
    "external_services", "External services", ExternalServicesFields, values, normalise, faults, also=ALSO
)
