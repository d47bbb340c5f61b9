"""Pod details: how the pods stand towards their node and the network, where Kubernetes' own ways do not do."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Entries, Fault, Fields, Flag, Items, ObjectName, key, pattern, present, quoted, wrong
from chartgen.model import Values

_HOST = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_HostName = Annotated[str, pattern(_HOST, "a host name: lower-case letters, digits, dashes and dots", longest=253)]


def _address(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        raise wrong(f"is {quoted(text)}", "an IP address") from None
    return text


_Address = Annotated[str, key(_address)]


class PodDetailsFields(Fields):
    """What few pods need."""

    host_aliases: Annotated[dict[_Address, Annotated[list[_HostName], Items] | None], Entries] | None = Field(
        None, description="Names for addresses, in the pods' own hosts file.", examples=[{"10.0.0.7": ["db.internal"]}]
    )
    runtime_class: ObjectName | None = Field(
        None, description="The RuntimeClass that runs the containers, such as a sandbox.", examples=["gvisor"]
    )
    share_process_namespace: Flag | None = Field(
        None, description="`true`: the containers of a pod see each other's processes."
    )
    host_network: Flag | None = Field(
        None, description="`true`: the pods use the network of their node. Only agents of a node need it."
    )
    service_links: Flag | None = Field(
        None, description="`true`: variables for every Service of the namespace, as Docker's links gave them."
    )


def faults(fields: PodDetailsFields, context: Context) -> Iterable[Fault]:
    """An address without a name."""
    for address, names in present(fields.host_aliases).items():
        if not names:
            yield Fault(("host_aliases", address), "has no names", "host names, `[db.internal]`", absent=True)


def values(fields: PodDetailsFields, context: Context) -> Values:
    """`hostAliases`, `runtimeClassName`, `shareProcessNamespace`, `hostNetwork`, `enableServiceLinks`."""
    return tidy(
        {
            "hostAliases": present(fields.host_aliases),
            "runtimeClassName": fields.runtime_class,
            "shareProcessNamespace": fields.share_process_namespace,
            "hostNetwork": fields.host_network,
            "enableServiceLinks": fields.service_links,
        }
    )


CONCERN = Concern("pod_details", "Pod details", PodDetailsFields, values, faults=faults, level="pod")
