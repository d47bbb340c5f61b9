"""Proxies in front of resources: sidecars through which services reach them at 127.0.0.1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from chartgen.concerns import amounts, reference
from chartgen.concerns.amounts import AmountFields
from chartgen.concerns.concern import tidy
from chartgen.concerns.kinds import PRESETS, Kind
from chartgen.fields import Fault, Fields, PortNumber, Text, Texts, choice, quoted
from chartgen.model import Values

_HEALTH = 10_000
"""So much above its own port a proxy of a preset answers how it is."""
_PATIENT = {"periodSeconds": 60, "timeoutSeconds": 30, "failureThreshold": 5}
"""A restart cuts connections, so it is the last resort. Source: Cloud SQL Auth Proxy, `examples/k8s-health-check`."""


class ProxyFields(Fields):
    """A sidecar through which services reach the resource, at 127.0.0.1."""

    preset: Annotated[str, choice(*PRESETS)] | None = Field(
        None,
        description="A proxy that is known: its image, its arguments, what it has to reach.",
        examples=["cloud_sql"],
    )
    instance: Text | None = Field(
        None, description="What the preset connects to.", examples=["acme:europe-north1:shop"]
    )
    image: Text | None = Field(None, description="Its image; the preset's unless given.", examples=["envoy:1.30.2"])
    commands: Texts | None = Field(None, description="The program to start.")
    args: Texts | None = Field(
        None, description="Its arguments; with a preset, beside those of the preset.", examples=[["--private-ip"]]
    )
    port: PortNumber | None = Field(
        None, description="Where it listens; the resource's own port unless given.", examples=[5432]
    )
    resource_request: AmountFields | None = Field(None, description="Its requests; else the service's.")
    resource_limits: AmountFields | None = Field(None, description="Its limits; else the service's.")


def port(proxy: ProxyFields, kind: Kind) -> int:
    """Where the proxy listens."""
    return int(proxy.port or next(iter(kind.ports), 0))


def container(proxy: ProxyFields, kind: Kind) -> Values:
    """The proxy as the chart takes a sidecar."""
    known = PRESETS.get(proxy.preset or "")
    own = port(proxy, kind)
    words = {"port": own, "health": own + _HEALTH, "instance": proxy.instance or ""}
    args = [argument.format_map(words) for argument in (known.args if known else ())]
    return tidy(
        {
            "image": proxy.image or (known.image if known else None),
            "command": proxy.commands,
            "args": [*args, *(proxy.args or ())] or None,
            "resources": amounts.resources(proxy.resource_request, proxy.resource_limits),
            "startupProbe": {"enabled": True, "path": known.started, "port": own + _HEALTH} if known else None,
            "livenessProbe": {"path": known.alive, "port": own + _HEALTH, **_PATIENT} if known else None,
        }
    )


def faults(proxy: ProxyFields, kind: Kind, name: str) -> Iterator[Fault]:
    """A proxy without an image, for what has no host, or with half of a preset; `name` is that of the kind."""
    image = proxy.image or (PRESETS[proxy.preset].image if proxy.preset else None)
    if not kind.host:
        yield Fault(("proxy",), f"`{name}` has no host that a proxy could stand in for", hint="remove it")
    parts = reference.split(image) if image is not None else None
    if image is None:
        yield Fault(("proxy",), "names no image", f"`image`, or `preset` ({', '.join(PRESETS)})", absent=True)
    elif parts is None or not (parts.tag or parts.digest):
        yield Fault(("proxy", "image"), f"is {quoted(image)}", "`repository:tag` or `repository@sha256:…`")
    if (proxy.preset is None) != (proxy.instance is None):
        missing = "preset" if proxy.preset is None else "instance"
        yield Fault(("proxy", missing), "is missing", "`preset` and `instance` go together", absent=True)
    yield from amounts.faults(("proxy",), proxy.resource_request, proxy.resource_limits)
